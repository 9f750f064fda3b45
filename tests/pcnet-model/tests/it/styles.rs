//! The software styles, and the quirks of descriptors.

use pcnet_model::Part;

use crate::machine::{ENP, Machine, PEER, STATION, STP, frame_to};

/// A started chip with one-entry rings of style 0 at 0x2000 (receive) and 0x3000 (transmit).
fn narrow(part: Part) -> Machine {
    let mut machine = Machine::new(part);
    let words: [u16; 12] = [0, 0x1102, 0x3322, 0x5544, 0, 0, 0, 0, 0x2000, 0, 0x3000, 0];
    for (at, word) in (0x500..).step_by(2).zip(words) {
        machine.ram.store(at, &word.to_le_bytes());
    }
    let receive: [u16; 4] = [0x4000, 0x8001, 0xf9f8, 0];
    let transmit: [u16; 4] = [0x8000, 0x0301, 0xffb0, 0];
    for entry in 0..4_u32 {
        machine
            .ram
            .store(0x2000 + entry * 2, &receive[entry as usize].to_le_bytes());
        machine
            .ram
            .store(0x3000 + entry * 2, &transmit[entry as usize].to_le_bytes());
    }
    machine.set_csr(1, 0x500);
    machine.set_csr(0, 0x0043);
    machine
}

fn word(machine: &Machine, at: u32) -> u16 {
    u16::from_le_bytes(machine.ram.at(at, 2).try_into().expect("two bytes"))
}

#[test]
fn style_0_has_words_of_16_bits_and_no_matches() {
    let mut machine = narrow(Part::Am79C970A);
    let frame = frame_to(STATION, 100);
    machine.arrive(&frame);
    assert_eq!(word(&machine, 0x2002), 0x0301, "STP, ENP and the address");
    assert_eq!(word(&machine, 0x2006), 104);
    assert_eq!(machine.ram.at(0x1_4000, 100), frame);
    let frame = frame_to(PEER, 80);
    machine.ram.store(0x1_8000, &frame);
    machine.ram.store(0x3002, &0x8301_u16.to_le_bytes());
    machine.demand();
    assert_eq!(machine.ram.sent, [frame]);
    assert_eq!(word(&machine, 0x3002), 0x0301);
    assert_eq!(machine.chip.violations(), []);
}

#[test]
fn style_3_moves_the_address() {
    let mut machine = Machine::new(Part::Am79C970A);
    machine.set_up(0);
    machine.set_bcr(20, 3);
    let ring = crate::machine::RECEIVE_RING;
    machine.ram.store_word(ring, 0);
    machine.ram.store_word(ring + 8, 0x1_0000);
    machine.set_csr(0, 0x0043);
    machine.arrive(&frame_to(STATION, 100));
    assert_eq!(machine.ram.word(ring), 104);
    assert_eq!(machine.ram.word(ring + 8), 0x1_0000);
    assert_eq!(machine.received_flags(0), STP | ENP | 0x0040_0000);
}

#[test]
fn one_part_clears_the_length_of_a_buffer() {
    for (part, cleared) in [(Part::Am79C965, true), (Part::Am79C970A, false)] {
        let mut machine = Machine::started(part, 0);
        machine.arrive(&frame_to(STATION, 100));
        let length = machine.ram.word(crate::machine::RECEIVE_RING + 4) & 0xffff;
        assert_eq!(length == 0, cleared, "{part:?}");
    }
}

#[test]
fn runts_are_counted_in_the_next_descriptor() {
    let mut machine = Machine::started(Part::Am79C970A, 0);
    machine.arrive(&frame_to(STATION, 20));
    machine.arrive(&frame_to(STATION, 20));
    machine.arrive(&frame_to(STATION, 100));
    assert_eq!(
        machine.ram.word(crate::machine::RECEIVE_RING + 8),
        2 << 16 | 104
    );
}
