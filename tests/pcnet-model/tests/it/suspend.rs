//! Suspending, and what a suspended chip still hears.

use pcnet_model::{Delay, Part};

use crate::machine::{ENP, Machine, OWN, PEER, STATION, STP, frame_to};

#[test]
fn suspended_chip_neither_sends_nor_receives_and_goes_on_where_it_was() {
    let mut machine = Machine::started(Part::Am79C970A, 0);
    machine.arrive(&frame_to(STATION, 60));
    machine.set_csr(5, 1);
    assert_eq!(machine.csr(5), 1);
    machine.arrive(&frame_to(STATION, 60));
    machine.hand_over(0, STP | ENP, &frame_to(PEER, 60));
    machine.demand();
    machine.pass(10_000_000);
    assert!(machine.ram.sent.is_empty());
    assert_eq!(machine.received_flags(1), OWN);
    assert_eq!(machine.csr(0) & 0x1000, 0, "nothing is missed");
    machine.set_csr(5, 0);
    machine.pass(10_000_000);
    assert_eq!(machine.ram.sent.len(), 1);
    machine.arrive(&frame_to(STATION, 60));
    assert_eq!(machine.received_flags(1) & OWN, 0);
}

#[test]
fn suspension_is_acknowledged_late_or_never() {
    let mut machine = Machine::started(Part::Am79C970A, 0);
    machine.chip.faults().suspend = Delay::Nanoseconds(1_000);
    machine.set_csr(5, 1);
    assert_eq!(machine.csr(5), 0);
    machine.pass(1_000);
    assert_eq!(machine.csr(5), 1);
    machine.set_csr(5, 0);
    machine.chip.faults().suspend = Delay::Never;
    machine.set_csr(5, 1);
    machine.pass(1_000_000_000);
    assert_eq!(machine.csr(5), 0);
    machine.arrive(&frame_to(STATION, 60));
    assert_eq!(machine.received_flags(0) & OWN, 0, "and the chip runs on");
}

#[test]
fn magic_packet_wakes_and_is_not_stored() {
    let mut magic = frame_to(STATION, 20);
    magic.extend([0xff; 6]);
    for _ in 0..16 {
        magic.extend(STATION);
    }
    let mut machine = Machine::started(Part::Am79C970A, 0);
    machine.set_csr(5, 0x0008 | 0x0007);
    machine.arrive(&frame_to(STATION, 200));
    assert_eq!(machine.csr(5) & 0x0010, 0);
    machine.arrive(&magic);
    assert_eq!(machine.csr(5) & 0x0010, 0x0010, "MPINT");
    assert!(machine.ram.interrupt);
    assert_eq!(machine.received_flags(0), OWN);
    machine.set_csr(5, 0x0010);
    assert!(!machine.ram.interrupt);
}

#[test]
fn broadcast_magic_packet_counts_only_if_told_so() {
    let mut magic = frame_to([0xff; 6], 20);
    for _ in 0..16 {
        magic.extend(STATION);
    }
    for (control, expected) in [(0x0007, 0), (0x0027, 0x0010)] {
        let mut machine = Machine::started(Part::Am79C970A, 0);
        machine.set_csr(5, control);
        machine.arrive(&magic);
        assert_eq!(machine.csr(5) & 0x0010, expected);
    }
}

#[test]
fn stopped_chip_is_suspended_at_once_and_stays_so_when_started() {
    let mut machine = Machine::new(Part::Am79C970A);
    machine.chip.faults().suspend = Delay::Never;
    machine.set_up(0);
    machine.set_csr(5, 1);
    assert_eq!(machine.csr(5), 1);
    machine.set_csr(0, 0x0043);
    machine.arrive(&frame_to(STATION, 60));
    assert_eq!(machine.received_flags(0), OWN);
    machine.set_csr(5, 0);
    machine.arrive(&frame_to(STATION, 60));
    assert_eq!(machine.received_flags(0) & OWN, 0);
}

#[test]
fn suspension_taken_back_in_time_does_not_come() {
    let mut machine = Machine::started(Part::Am79C970A, 0);
    machine.chip.faults().suspend = Delay::Nanoseconds(1_000);
    machine.set_csr(5, 1);
    machine.set_csr(5, 0);
    machine.pass(10_000);
    assert_eq!(machine.csr(5), 0);
}
