//! Identity, initialization, start and stop.

use pcnet_model::{Part, Width};

use crate::machine::{ENP, Machine, RECEIVE_RING, STATION, STP, TRANSMIT_RING, frame_to};

#[test]
fn each_part_tells_its_number() {
    for part in Part::ALL {
        let mut machine = Machine::new(part);
        let identity = u32::from(machine.csr(88)) | u32::from(machine.csr(89)) << 16;
        assert_eq!(identity & 0xfff, 0x003, "{part:?}");
        assert_eq!((identity >> 12) as u16, part.id(), "{part:?}");
    }
}

#[test]
fn block_of_32_bits_is_taken_over() {
    let mut machine = Machine::new(Part::Am79C970A);
    machine.set_up(0x0080);
    machine.set_csr(0, 0x0041);
    assert_eq!(machine.csr(0), 0x01c1, "IDON, INTR, IENA and INIT");
    assert_eq!(machine.ram.edges, [true]);
    assert_eq!(machine.csr(15), 0x0080);
    assert_eq!(
        [machine.csr(12), machine.csr(13), machine.csr(14)],
        [0x1102, 0x3322, 0x5544]
    );
    assert_eq!(u32::from(machine.csr(24)), RECEIVE_RING);
    assert_eq!(u32::from(machine.csr(30)), TRANSMIT_RING);
    assert_eq!(machine.csr(76), 4_u16.wrapping_neg());
    machine.set_csr(0, 0x0140);
    assert_eq!(machine.ram.edges, [true, false]);
}

#[test]
fn block_of_16_bits_is_taken_over() {
    let mut machine = Machine::new(Part::Am79C970A);
    let words: [u16; 12] = [
        0x8000,
        0x1102,
        0x3322,
        0x5544,
        1,
        2,
        3,
        4,
        0x2000,
        3 << 13 | 0x12,
        0x3000,
        1 << 13 | 0x34,
    ];
    for (at, word) in (0x500..).step_by(2).zip(words) {
        machine.ram.store(at, &word.to_le_bytes());
    }
    machine.set_csr(1, 0x500);
    machine.set_csr(2, 0);
    machine.set_csr(0, 0x0001);
    assert_eq!(machine.csr(0) & 0x0100, 0x0100);
    assert_eq!(machine.csr(15), 0x8000);
    assert_eq!([machine.csr(8), machine.csr(11)], [1, 4]);
    assert_eq!([machine.csr(24), machine.csr(25)], [0x2000, 0x12]);
    assert_eq!([machine.csr(30), machine.csr(31)], [0x3000, 0x34]);
    assert_eq!(machine.csr(6), 0x1300);
    assert_eq!(machine.csr(76), 8_u16.wrapping_neg());
    assert_eq!(machine.csr(78), 2_u16.wrapping_neg());
}

#[test]
fn start_obeys_the_mode_and_stop_ends_everything() {
    let mut machine = Machine::started(Part::Am79C970A, 0x0002);
    assert_eq!(
        machine.csr(0),
        0x0063,
        "RXON, IENA, STRT, INIT, and no TXON"
    );
    machine.set_csr(0, 0x0044);
    assert_eq!(machine.csr(0), 0x0004, "IENA too");
    machine.set_csr(0, 0x0044);
    assert_eq!(machine.csr(0), 0x0044, "a stopped chip is left as it is");
}

#[test]
fn reading_the_reset_register_stops_and_forgets() {
    let mut machine = Machine::started(Part::Am79C970A, 0x8000);
    machine.set_bcr(9, 3);
    machine.chip.read(&mut machine.ram, 0x14, Width::W16);
    assert_eq!(machine.csr(0), 0x0004);
    assert_eq!(machine.csr(15), 0, "promiscuous mode is gone");
    assert_eq!(machine.csr(4), 0x0115);
    assert_eq!(machine.bcr(9), 3, "S_RESET leaves the BCRs");
}

#[test]
fn addresses_wrap_at_the_end() {
    for style in [0, 2] {
        let mut machine = Machine::new(Part::Am79C970A);
        machine.set_bcr(20, style);
        machine.set_csr(1, 0xfffc);
        machine.set_csr(2, 0xffff);
        machine.set_csr(0, 0x0043);
        assert_eq!(machine.csr(5) & 0x0800, 0x0800, "nothing is there: SINT");
    }
}

#[test]
fn positions_in_the_rings_can_be_read() {
    let mut machine = Machine::started(Part::Am79C970A, 0);
    let mut seen = Vec::new();
    for entry in 0..5 {
        seen.push([28, 29, 72, 34, 35, 74].map(|index| machine.csr(index)));
        machine.offer(entry % 4, 100);
        machine.arrive(&frame_to(STATION, 60));
        machine.hand_over(entry % 4, STP | ENP, &frame_to(STATION, 60));
        machine.demand();
    }
    assert_eq!(
        seen,
        [
            [0x2000, 0, 0xfffc, 0x3000, 0, 0xfffc],
            [0x2010, 0, 0xfffd, 0x3010, 0, 0xfffd],
            [0x2020, 0, 0xfffe, 0x3020, 0, 0xfffe],
            [0x2030, 0, 0xffff, 0x3030, 0, 0xffff],
            [0x2000, 0, 0xfffc, 0x3000, 0, 0xfffc],
        ]
    );
}

#[test]
fn longest_rings_have_512_entries_whatever_the_code_says() {
    for (code, length) in [(0, 1), (9, 512), (10, 512), (15, 512)] {
        let mut machine = Machine::new(Part::Am79C970A);
        machine.set_up(0);
        machine.ram.store_word(0x1000, code << 28 | code << 20);
        machine.set_csr(0, 1);
        assert_eq!(
            [machine.csr(76), machine.csr(78)].map(u16::wrapping_neg),
            [length; 2]
        );
        assert_eq!(u32::from(machine.csr(6)), code << 12 | code << 8);
    }
}
