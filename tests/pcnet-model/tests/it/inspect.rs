//! What tests learn of the chip.

use pcnet_model::{Part, Register, Width};

use crate::machine::{ENP, Machine, PEER, STATION, STP, frame_to};

#[test]
fn writes_to_a_running_chip_are_reported_with_their_section() {
    let mut machine = Machine::started(Part::Am79C970A, 0);
    assert_eq!(machine.chip.violations(), []);
    machine.set_csr(15, 0x8000);
    machine.set_csr(8, 1);
    machine.set_bcr(20, 0);
    let found: Vec<_> = machine
        .chip
        .violations()
        .iter()
        .map(|v| (v.register, v.section()))
        .collect();
    assert_eq!(
        found,
        [
            (Register::Csr(15), "Am79C970A, CSR15".into()),
            (Register::Csr(8), "Am79C970A, CSR8".into()),
            (Register::Bcr(20), "Am79C970A, BCR20".into()),
        ]
    );
    assert_eq!(machine.bcr(20), 0x0302, "and that one did not take effect");
}

#[test]
fn suspended_chip_may_be_written() {
    let mut machine = Machine::started(Part::Am79C970A, 0);
    machine.set_csr(5, 1);
    machine.set_csr(15, 0x8000);
    machine.set_csr(8, 1);
    assert_eq!(machine.chip.violations(), []);
}

#[test]
fn registers_a_part_lacks_are_reported() {
    let mut machine = Machine::new(Part::Am79C970);
    machine.set_csr(5, 1);
    machine.set_bcr(9, 1);
    machine.set_bcr(33, 0x20);
    machine.set_bcr(49, 1);
    assert_eq!(machine.chip.violations().len(), 4);
    assert_eq!(
        [
            machine.csr(5),
            machine.bcr(9),
            machine.bcr(33),
            machine.bcr(49)
        ],
        [0; 4]
    );
}

#[test]
fn misaligned_rings_are_reported() {
    let mut machine = Machine::new(Part::Am79C970A);
    machine.set_up(0);
    machine.ram.store_word(0x1014, 0x2008);
    machine.set_csr(0, 1);
    assert_eq!(machine.chip.violations()[0].register, Register::Csr(24));
}

#[test]
fn writes_are_kept_up_to_the_limit() {
    let mut machine = Machine::new(Part::Am79C970A);
    machine.set_csr(1, 0x100);
    machine.chip.keep_writes(4);
    machine.set_bcr(9, 1);
    machine.pass(5);
    machine.set_csr(3, 7);
    machine.chip.write(&mut machine.ram, 0x12, Width::W16, 9);
    let kept: Vec<_> = machine
        .chip
        .writes()
        .map(|write| (write.register, write.value))
        .collect();
    assert_eq!(
        kept,
        [
            (Register::Bcr(9), 1),
            (Register::Rap, 3),
            (Register::Csr(3), 7),
            (Register::Rap, 9)
        ]
    );
    let times: Vec<_> = machine.chip.writes().map(|write| write.at).collect();
    assert_eq!(times, [0, 5, 5, 5]);
}

#[test]
fn everything_is_counted() {
    let mut machine = Machine::started(Part::Am79C970A, 0);
    machine.arrive(&frame_to(STATION, 60));
    machine.arrive(&frame_to(PEER, 60));
    machine.arrive(&frame_to(STATION, 30));
    machine.hand_over(0, STP | ENP, &frame_to(PEER, 60));
    machine.demand();
    machine.chip.set_link(false);
    machine.arrive(&frame_to(STATION, 60));
    machine.hand_over(1, STP | ENP, &frame_to(PEER, 60));
    machine.demand();
    machine.chip.read(&mut machine.ram, 0x14, Width::W16);
    machine.chip.hard_reset(&mut machine.ram);
    let counters = machine.chip.counters();
    assert_eq!(
        [
            counters.received,
            counters.filtered,
            counters.runts,
            counters.unheard
        ],
        [1; 4]
    );
    assert_eq!([counters.sent, counters.unsent], [1; 2]);
    assert_eq!(
        [
            counters.soft_resets,
            counters.hard_resets,
            counters.initializations
        ],
        [1; 3]
    );
}

#[test]
fn violations_can_be_forgotten_and_do_not_pile_up() {
    let mut machine = Machine::started(Part::Am79C970A, 0);
    for value in 0..1100 {
        machine.set_csr(8, value);
    }
    assert_eq!(machine.chip.violations().len(), 1000);
    let first = machine.chip.violations()[0];
    assert_eq!(
        first.to_string(),
        "0x0000 to CSR8 at 0 ns: accessible only while STOP or SPND is set (Am79C970A, CSR8)"
    );
    machine.chip.forget_violations();
    assert_eq!(machine.chip.violations(), []);
}

#[test]
fn every_rule_is_noticed() {
    let mut machine = Machine::new(Part::Am79C970A);
    machine.set_csr(6, 1);
    machine.set_csr(88, 1);
    machine.set_csr(7, 1);
    machine.set_csr(1, 1);
    machine.set_bcr(20, 2);
    machine.set_csr(1, 2);
    machine.set_csr(1, 4);
    let found: Vec<_> = machine
        .chip
        .violations()
        .iter()
        .map(|v| (v.register, v.rule))
        .collect();
    assert_eq!(
        found,
        [
            (Register::Csr(6), "read only"),
            (Register::Csr(88), "read only"),
            (Register::Csr(7), "this part has no such register"),
            (Register::Csr(1), "must be aligned"),
            (Register::Csr(1), "must be aligned"),
        ]
    );
}

#[test]
fn writes_to_everything_are_kept() {
    let mut machine = Machine::new(Part::Am79C970A);
    machine.chip.keep_writes(9);
    machine.chip.write(&mut machine.ram, 2, Width::W16, 0x1234);
    machine.chip.write(&mut machine.ram, 0x14, Width::W16, 5);
    let kept: Vec<_> = machine
        .chip
        .writes()
        .map(|write| (write.register, write.value))
        .collect();
    assert_eq!(kept, [(Register::Prom(2), 0x1234), (Register::Reset, 5)]);
    machine.chip.keep_writes(0);
    machine.set_csr(3, 0);
    assert_eq!(machine.chip.writes().count(), 0);
}

#[test]
fn lengths_without_their_ones_are_reported() {
    let mut machine = Machine::started(Part::Am79C970A, 0);
    let flags = crate::machine::TRANSMIT_RING + 4;
    machine.hand_over(0, STP | ENP, &frame_to(PEER, 100));
    let word = machine.ram.word(flags);
    machine.ram.store_word(flags, word & !0xf000);
    machine.demand();
    assert_eq!(machine.ram.sent.len(), 1);
    let found = machine.chip.violations()[0];
    assert_eq!(found.register, Register::Descriptor(0x3000));
    assert_eq!(found.section(), "Am79C970A, RMD and TMD: BCNT");
}
