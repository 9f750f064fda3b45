//! The ways from the transmitter to the receiver.

use pcnet_model::{Part, Width, fcs};

use crate::machine::{ENP, ERR, Machine, OWN, STATION, STP, frame_to};

const INTERNAL: u16 = 0x0044;
const EXTERNAL: u16 = 0x0004;

#[test]
fn internal_loopback_returns_frames_without_a_cable() {
    for part in Part::ALL {
        let mut machine = Machine::started(part, INTERNAL);
        machine.chip.set_link(false);
        let frame = frame_to(STATION, 80);
        machine.hand_over(0, STP | ENP, &frame);
        machine.demand();
        assert!(machine.ram.sent.is_empty(), "{part:?}");
        assert_eq!(machine.received(0, 80), frame, "{part:?}");
        assert_eq!(
            machine.received_flags(0) & (OWN | ERR | ENP),
            ENP,
            "{part:?}"
        );
        assert_eq!(machine.csr(0) & 0x0600, 0x0600, "{part:?}");
    }
}

#[test]
fn network_is_shut_out_of_internal_loopback() {
    let mut machine = Machine::started(Part::Am79C970A, INTERNAL);
    machine.arrive(&frame_to(STATION, 80));
    assert_eq!(machine.received_flags(0), OWN);
}

#[test]
fn runts_pass_in_loopback() {
    let mut machine = Machine::started(Part::Am79C970A, INTERNAL);
    machine.hand_over(0, STP | ENP, &frame_to(STATION, 30));
    machine.demand();
    assert_eq!(machine.received_length(0), 34);
}

#[test]
fn external_loopback_goes_over_the_wire() {
    let mut machine = Machine::started(Part::Am79C970A, EXTERNAL);
    machine.hand_over(0, STP | ENP, &frame_to(STATION, 80));
    machine.demand();
    assert_eq!(machine.ram.sent.len(), 1);
    assert_eq!(machine.received_flags(0) & OWN, 0);
}

#[test]
fn loopback_of_a_phy_needs_the_phy() {
    let mut machine = Machine::started(Part::Am79C971, EXTERNAL);
    machine.hand_over(0, STP | ENP, &frame_to(STATION, 80));
    machine.demand();
    assert_eq!(
        machine.received_flags(0),
        OWN,
        "nothing returns what is sent"
    );
    machine.write_phy(1, 0, 0x4100);
    machine.hand_over(1, STP | ENP, &frame_to(STATION, 80));
    machine.demand();
    assert_eq!(machine.received_flags(0) & OWN, 0);
}

#[test]
fn loopback_at_the_mii_needs_no_phy() {
    let mut machine = Machine::started(Part::Am79C971, EXTERNAL);
    machine.set_bcr(32, 0x0002);
    machine.chip.set_link(false);
    machine.hand_over(0, STP | ENP, &frame_to(STATION, 80));
    machine.demand();
    assert_eq!(machine.received_flags(0) & OWN, 0);
}

#[test]
fn forced_collisions_end_in_a_retry_error() {
    let mut machine = Machine::started(Part::Am79C970A, INTERNAL | 0x0010);
    machine.hand_over(0, STP | ENP, &frame_to(STATION, 80));
    machine.demand();
    assert_eq!(machine.sent_errors(0) >> 16, 0x0400, "RTRY");
}

#[test]
fn wrong_fcs_of_the_host_is_noticed() {
    let mut machine = Machine::started(Part::Am79C971, INTERNAL | 0x0008);
    let mut frame = frame_to(STATION, 80);
    frame.extend(fcs::sequence(&frame));
    machine.hand_over(0, STP | ENP, &frame);
    machine.demand();
    assert_eq!(machine.received_flags(0) & ERR, 0);
    assert_eq!(machine.received_length(0), 84);
    frame[83] ^= 1;
    machine.hand_over(1, STP | ENP, &frame);
    machine.demand();
    assert_eq!(
        machine.received_flags(1) & (ERR | 0x0800_0000),
        ERR | 0x0800_0000,
        "CRC"
    );
}

#[test]
fn double_word_access_changes_nothing_of_it() {
    let mut machine = Machine::started(Part::Am79C970A, INTERNAL);
    machine.chip.write(&mut machine.ram, 0x10, Width::W32, 0);
    machine.hand_over(0, STP | ENP, &frame_to(STATION, 80));
    machine.chip.write(&mut machine.ram, 0x14, Width::W32, 0);
    machine
        .chip
        .write(&mut machine.ram, 0x10, Width::W32, 0x0048);
    assert_eq!(machine.received_flags(0) & OWN, 0);
}

#[test]
fn frames_without_a_header_do_no_harm() {
    let mut machine = Machine::started(Part::Am79C970A, INTERNAL | 0x8000);
    machine.set_csr(4, 0x0515);
    for length in [1, 5, 6, 13] {
        machine.hand_over(0, STP | ENP, &frame_to(STATION, 60)[..length]);
        machine.set_csr(74, 0xfffc);
        machine.demand();
    }
    assert_eq!(machine.chip.counters().received, 2);
    assert_eq!(machine.received_length(1), 17, "too short to be stripped");
}
