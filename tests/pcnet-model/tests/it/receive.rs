//! The receive engine.

use pcnet_model::Part;

use crate::machine::{ENP, ERR, Machine, OWN, PEER, STATION, STP, frame_to};

/// RMD1: the matches.
const PAM: u32 = 0x0040_0000;
const BAM: u32 = 0x0010_0000;
const BUFF: u32 = 0x0400_0000;
const OFLO: u32 = 0x1000_0000;

#[test]
fn frame_to_this_station_lands_in_the_buffer_with_its_fcs() {
    let mut machine = Machine::started(Part::Am79C970A, 0);
    let frame = frame_to(STATION, 200);
    machine.arrive(&frame);
    assert_eq!(machine.received_flags(0), STP | ENP | PAM);
    assert_eq!(machine.received_length(0), 204);
    assert_eq!(machine.received(0, 200), frame);
    assert!(machine.ram.interrupt);
    assert_eq!(machine.csr(0) & 0x0400, 0x0400);
}

#[test]
fn frame_to_another_is_ignored_unless_promiscuous() {
    let mut machine = Machine::started(Part::Am79C970A, 0);
    machine.arrive(&frame_to(PEER, 60));
    assert_eq!(machine.received_flags(0), OWN);
    let mut machine = Machine::started(Part::Am79C970A, 0x8000);
    machine.arrive(&frame_to(PEER, 60));
    assert_eq!(machine.received_flags(0), STP | ENP);
    machine.arrive(&frame_to(STATION, 60));
    assert_eq!(machine.received_flags(1), STP | ENP, "no match let it in");
}

#[test]
fn broadcast_is_taken_unless_turned_off() {
    let mut machine = Machine::started(Part::Am79C970A, 0);
    machine.arrive(&frame_to([0xff; 6], 60));
    assert_eq!(machine.received_flags(0), STP | ENP | BAM);
    let mut machine = Machine::started(Part::Am79C970A, 0x4000);
    machine.arrive(&frame_to([0xff; 6], 60));
    assert_eq!(machine.received_flags(0), OWN);
}

#[test]
fn long_frame_fills_several_buffers() {
    let mut machine = Machine::started(Part::Am79C970A, 0);
    for entry in 0..3 {
        machine.offer(entry, 100);
    }
    let frame = frame_to(STATION, 250);
    machine.arrive(&frame);
    assert_eq!(machine.received_flags(0), STP);
    assert_eq!(machine.received_flags(1), 0);
    assert_eq!(machine.received_flags(2), ENP | PAM);
    assert_eq!(machine.received_length(2), 254);
    assert_eq!(machine.received(1, 100), &frame[100..200]);
}

#[test]
fn chain_that_ends_too_early_is_a_buffer_error() {
    let mut machine = Machine::started(Part::Am79C970A, 0);
    machine.offer(0, 100);
    machine.withhold(1);
    machine.arrive(&frame_to(STATION, 250));
    assert_eq!(machine.received_flags(0), STP | ERR | OFLO | BUFF);
}

#[test]
fn frame_without_a_descriptor_is_missed_and_counted() {
    let mut machine = Machine::started(Part::Am79C970A, 0);
    machine.withhold(0);
    machine.arrive(&frame_to(STATION, 60));
    machine.arrive(&frame_to(STATION, 60));
    assert_eq!(machine.csr(0) & 0x9000, 0x9000, "ERR and MISS");
    assert_eq!(machine.csr(112), 2);
}

#[test]
fn padding_is_stripped_when_asked() {
    let mut machine = Machine::started(Part::Am79C970A, 0);
    machine.set_csr(4, 0x0515);
    let mut frame = frame_to(STATION, 60);
    frame[12..14].copy_from_slice(&10_u16.to_be_bytes());
    machine.arrive(&frame);
    assert_eq!(machine.received_length(0), 24);
}

#[test]
fn hash_selects_multicast() {
    let mut machine = Machine::started(Part::Am79C970A, 0);
    let group = [0x01, 0x00, 0x5e, 0x00, 0x00, 0x01];
    machine.arrive(&frame_to(group, 60));
    assert_eq!(machine.received_flags(0), OWN);
    machine.set_csr(0, 4);
    for word in 8..12 {
        machine.set_csr(word, 0xffff);
    }
    machine.set_csr(0, 2);
    machine.arrive(&frame_to(group, 60));
    assert_eq!(machine.received_flags(0), STP | ENP | 0x0020_0000);
}

#[test]
fn host_can_be_told_of_the_first_buffer() {
    for (look_ahead, told) in [(0, 0), (0x0020, 0x0400)] {
        let mut machine = Machine::started(Part::Am79C970A, 0);
        machine.set_csr(3, look_ahead);
        machine.offer(0, 100);
        // The frame gets no further than its first buffer.
        machine
            .ram
            .store_word(crate::machine::RECEIVE_RING + 16, 0xffff_0000);
        machine.ram.beyond = pcnet_model::BusError::Timeout;
        machine.arrive(&frame_to(STATION, 250));
        assert_eq!(machine.received_flags(0), STP);
        assert_eq!(
            machine.csr(0) & 0x0c00,
            0x0800 | told,
            "MERR, and RINT if asked for"
        );
    }
}

#[test]
fn physical_address_can_be_turned_off() {
    let mut machine = Machine::started(Part::Am79C970A, 0x2000);
    machine.arrive(&frame_to(STATION, 60));
    assert_eq!(machine.received_flags(0), OWN);
    machine.arrive(&frame_to([0xff; 6], 60));
    assert_eq!(machine.received_flags(0), STP | ENP | BAM);
}

#[test]
fn runts_are_taken_when_the_test_register_says_so() {
    let mut machine = Machine::started(Part::Am79C970A, 0);
    machine.arrive(&frame_to(STATION, 59));
    assert_eq!(machine.received_flags(0), OWN);
    machine.set_csr(4, 0x8115);
    machine.set_csr(124, 0x0008);
    machine.arrive(&frame_to(STATION, 59));
    assert_eq!(machine.received_flags(0) & OWN, 0);
}

#[test]
fn only_the_hashed_bit_of_the_filter_counts() {
    let group = [0x01, 0x00, 0x5e, 0x00, 0x00, 0x01];
    let mut accepted = Vec::new();
    for bit in 0..64 {
        let mut machine = Machine::new(Part::Am79C970A);
        machine.set_up(0);
        machine.ram.store(0x100c, &(1_u64 << bit).to_le_bytes());
        machine.set_csr(0, 0x0043);
        machine.arrive(&frame_to(group, 60));
        if machine.received_flags(0) & OWN == 0 {
            accepted.push(bit);
        }
    }
    assert_eq!(accepted, [54], "all hosts, 224.0.0.1");
}

#[test]
fn stripping_stops_at_the_shortest_length_that_needs_no_padding() {
    for (length, count) in [(0_u16, 14), (45, 59), (46, 64), (0x0800, 64)] {
        let mut machine = Machine::started(Part::Am79C970A, 0);
        machine.set_csr(4, 0x0515);
        let mut frame = frame_to(STATION, 60);
        frame[12..14].copy_from_slice(&length.to_be_bytes());
        machine.arrive(&frame);
        assert_eq!(machine.received_length(0), count, "{length}");
    }
}
