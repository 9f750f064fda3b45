//! What each of the three resets leaves: by pin, by the reset register, by STOP.

use pcnet_model::{Delay, Event, Part, Width};

use crate::machine::{ENP, Machine, OWN, PEER, STATION, STP, frame_to};

/// A running chip of which everything was changed that can be, and with causes pending.
fn disturbed() -> Machine {
    let mut machine = Machine::new(Part::Am79C971);
    for (index, value) in [
        (2, 0x1102),
        (5, 0x1084),
        (9, 3),
        (19, 0),
        (22, 0),
        (25, 7),
        (33, 0x3ff),
    ] {
        machine.set_bcr(index, value);
    }
    for (index, value) in [
        (8, 0x1111),
        (47, 0xff00),
        (80, 0x0c10),
        (82, 5),
        (100, 9),
        (112, 7),
        (114, 8),
    ] {
        machine.set_csr(index, value);
    }
    machine.set_up(0);
    machine.set_csr(3, 0x0100);
    machine.set_csr(4, 0x8915);
    machine.set_csr(124, 0x0008);
    machine.set_csr(5, 0x4400);
    machine.set_csr(7, 0x0200);
    machine.read_phy(9, 1);
    machine.set_csr(0, 0x0043);
    machine.arrive(&frame_to(STATION, 20));
    machine.arrive(&frame_to([0xff; 6], 60));
    machine.withhold(1);
    machine.arrive(&frame_to([0xff; 6], 60));
    machine.chip.happen(&mut machine.ram, Event::Jabber);
    machine
}

/// What the host reads of it: CSRs and BCRs of interest.
fn shown(machine: &mut Machine) -> Vec<(&'static str, u16, u16)> {
    let csrs = [
        0, 1, 3, 4, 5, 6, 7, 8, 12, 24, 30, 47, 76, 80, 82, 100, 112, 114, 124,
    ];
    let bcrs = [2, 5, 9, 18, 19, 20, 22, 25, 33];
    let mut all: Vec<_> = csrs
        .iter()
        .map(|&index| ("CSR", index, machine.csr(index)))
        .collect();
    all.extend(bcrs.iter().map(|&index| ("BCR", index, machine.bcr(index))));
    all
}

/// What is different, and what it is now.
fn changed(
    before: &[(&'static str, u16, u16)],
    after: &[(&'static str, u16, u16)],
) -> Vec<(&'static str, u16, u16)> {
    after
        .iter()
        .zip(before)
        .filter(|(new, old)| new != old)
        .map(|(&new, _)| new)
        .collect()
}

#[test]
fn stop_ends_causes_and_activity_only() {
    let mut machine = disturbed();
    assert!(machine.ram.interrupt);
    let before = shown(&mut machine);
    machine.set_csr(0, 0x0004);
    let after = shown(&mut machine);
    assert_eq!(
        changed(&before, &after),
        [("CSR", 0, 0x0004), ("CSR", 4, 0x8915)]
    );
    assert!(!machine.ram.interrupt);
}

#[test]
fn stop_ends_a_suspension_and_what_was_under_way() {
    let mut machine = Machine::started(Part::Am79C970A, 0);
    machine.set_csr(5, 1);
    machine.set_csr(0, 4);
    assert_eq!(machine.csr(5), 0);
    let mut machine = Machine::started(Part::Am79C970A, 0);
    machine.chip.faults().suspend = Delay::Nanoseconds(100);
    machine.set_csr(5, 1);
    machine.set_csr(0, 4);
    machine.pass(1_000);
    assert_eq!(machine.csr(5), 0);
    let mut machine = Machine::new(Part::Am79C970A);
    machine.set_up(0);
    machine.chip.faults().initialization = Delay::Nanoseconds(100);
    machine.set_csr(0, 0x0043);
    machine.set_csr(0, 4);
    machine.pass(1_000);
    assert_eq!(machine.csr(0), 4, "no late IDON");
}

#[test]
fn stopped_chip_polls_no_more() {
    let mut machine = Machine::started(Part::Am79C970A, 0);
    machine.hand_over(0, STP | ENP, &frame_to(PEER, 60));
    machine.set_csr(0, 4);
    machine.pass(10_000_000);
    assert_eq!(machine.sent_flags(0) & OWN, OWN);
    assert!(machine.ram.sent.is_empty());
}

#[test]
fn soft_reset_forgets_what_it_is_said_to() {
    let mut machine = disturbed();
    let before = shown(&mut machine);
    machine.chip.read(&mut machine.ram, 0x14, Width::W16);
    assert!(!machine.ram.interrupt);
    assert_eq!(
        machine.chip.read(&mut machine.ram, 0x12, Width::W16),
        0,
        "RAP"
    );
    let after = shown(&mut machine);
    assert_eq!(
        changed(&before, &after),
        [
            ("CSR", 0, 0x0004),
            ("CSR", 3, 0),
            ("CSR", 4, 0x0115),
            ("CSR", 5, 0),
            ("CSR", 7, 0),
            ("CSR", 12, 0),
            ("CSR", 80, 0x1410),
            ("CSR", 100, 0x0200),
            ("CSR", 112, 0),
            ("CSR", 124, 0),
        ]
    );
    assert_eq!(
        [machine.csr(13), machine.csr(14)],
        [0x181a, 0x6e51],
        "of the PROM"
    );
    machine.pass(10_000_000);
    assert_eq!(machine.csr(0), 4);
}

#[test]
fn soft_reset_empties_the_filter_and_loses_promiscuity() {
    let mut machine = Machine::new(Part::Am79C970A);
    for index in 8..12 {
        machine.set_csr(index, 0xffff);
    }
    machine.set_csr(15, 0x8080);
    machine.chip.read(&mut machine.ram, 0x14, Width::W16);
    assert_eq!([8, 9, 10, 11].map(|index| machine.csr(index)), [0; 4]);
    assert_eq!(machine.csr(15), 0x0080);
}

#[test]
fn hard_reset_does_what_a_soft_one_does_and_renews_the_bus_configuration() {
    let mut machine = disturbed();
    machine.chip.hard_reset(&mut machine.ram);
    let after = shown(&mut machine);
    let mut soft = disturbed();
    soft.chip.read(&mut soft.ram, 0x14, Width::W16);
    let csrs = shown(&mut soft)
        .into_iter()
        .filter(|(space, ..)| *space == "CSR");
    let bcrs = shown(&mut Machine::new(Part::Am79C971));
    let bcrs = bcrs.into_iter().filter(|(space, ..)| *space == "BCR");
    assert_eq!(after, csrs.chain(bcrs).collect::<Vec<_>>());
    assert!(!machine.ram.interrupt);
    machine.pass(10_000_000);
    assert_eq!(machine.csr(0), 4);
}

#[test]
fn hard_reset_helps_a_chip_that_hangs() {
    let mut machine = Machine::new(Part::Am79C976);
    machine.bcr(30);
    assert_eq!(machine.csr(0), 0xffff);
    machine.set_csr(3, 0x5f00);
    machine.arrive(&frame_to(STATION, 60));
    machine.pass(1);
    machine.chip.hard_reset(&mut machine.ram);
    assert_eq!([machine.csr(0), machine.csr(3)], [4, 0]);
}

#[test]
fn runts_are_forgotten_by_a_reset_and_by_a_good_frame() {
    let mut machine = Machine::started(Part::Am79C970A, 0);
    machine.arrive(&frame_to(STATION, 20));
    machine.arrive(&frame_to(STATION, 60));
    machine.arrive(&frame_to(STATION, 60));
    let second = crate::machine::RECEIVE_RING + 16 + 8;
    assert_eq!(machine.ram.word(second), 64);
    machine.arrive(&frame_to(STATION, 20));
    machine.chip.read(&mut machine.ram, 0x14, Width::W16);
    machine.set_up(0);
    machine.set_csr(0, 0x0043);
    machine.arrive(&frame_to(STATION, 60));
    assert_eq!(machine.received_length(0), 64);
    assert_eq!(machine.ram.word(crate::machine::RECEIVE_RING + 8), 64);
}

#[test]
fn resets_end_what_was_under_way() {
    let mut machine = Machine::new(Part::Am79C970A);
    machine.set_up(0);
    machine.chip.faults().initialization = Delay::Nanoseconds(100);
    machine.set_csr(0, 0x0043);
    machine.chip.read(&mut machine.ram, 0x14, Width::W16);
    machine.pass(1_000);
    assert_eq!(machine.csr(0), 4, "no late IDON");
    machine.chip.faults().reset = Delay::Never;
    machine.chip.read(&mut machine.ram, 0x14, Width::W16);
    machine.pass(1_000_000_000);
    assert_eq!(machine.csr(0), 0);
    machine.chip.hard_reset(&mut machine.ram);
    assert_eq!(machine.csr(0), 4);
}

#[test]
fn parts_with_an_mii_have_a_timer_and_a_vendor() {
    for (part, expected) in [
        (Part::Am79C970A, [0, 0]),
        (Part::Am79C973, [0xffff, 0x1022]),
    ] {
        let mut machine = Machine::new(part);
        assert_eq!([machine.bcr(31), machine.bcr(35)], expected);
    }
}
