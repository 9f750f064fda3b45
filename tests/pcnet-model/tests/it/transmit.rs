//! The transmit engine.

use pcnet_model::Part;

use crate::machine::{ENP, ERR, Machine, OWN, PEER, STP, frame_to};

#[test]
fn frame_is_sent_on_demand_and_handed_back() {
    let mut machine = Machine::started(Part::Am79C970A, 0);
    let frame = frame_to(PEER, 100);
    machine.hand_over(0, STP | ENP, &frame);
    machine.demand();
    assert_eq!(machine.ram.sent, [frame]);
    assert_eq!(machine.sent_flags(0) & (OWN | ERR), 0);
    assert_eq!(
        machine.csr(0) & 0x0288,
        0x0288,
        "TINT and INTR; TDMD stays until the next poll"
    );
    assert!(machine.ram.interrupt);
    machine.set_csr(0, 0x0240);
    assert!(!machine.ram.interrupt);
}

#[test]
fn frame_is_sent_at_the_next_poll_unless_polling_is_off() {
    let mut machine = Machine::started(Part::Am79C970A, 0);
    machine.hand_over(0, STP | ENP, &frame_to(PEER, 60));
    assert!(machine.ram.sent.is_empty());
    let Machine { chip, ram } = &mut machine;
    chip.advance(ram, 2_000_000);
    assert_eq!(ram.sent.len(), 1);
    machine.set_csr(4, 0x1115);
    machine.hand_over(1, STP | ENP, &frame_to(PEER, 60));
    let Machine { chip, ram } = &mut machine;
    chip.advance(ram, 20_000_000);
    assert_eq!(ram.sent.len(), 1);
    machine.demand();
    assert_eq!(machine.ram.sent.len(), 2);
}

#[test]
fn ring_is_walked_around_its_end() {
    let mut machine = Machine::started(Part::Am79C970A, 0);
    for round in 0..10 {
        let frame = frame_to(PEER, 60 + round as usize);
        machine.hand_over(round % 4, STP | ENP, &frame);
        machine.demand();
        assert_eq!(machine.ram.sent.last(), Some(&frame));
    }
}

#[test]
fn chain_makes_one_frame() {
    let mut machine = Machine::started(Part::Am79C970A, 0);
    let frame = frame_to(PEER, 300);
    machine.hand_over(2, ENP, &frame[150..]);
    machine.hand_over(1, 0, &frame[20..150]);
    machine.hand_over(0, STP, &frame[..20]);
    machine.demand();
    assert_eq!(machine.ram.sent, [frame]);
    for entry in 0..3 {
        assert_eq!(machine.sent_flags(entry) & OWN, 0);
    }
}

#[test]
fn chain_without_end_is_an_underflow_that_stops_the_transmitter() {
    let mut machine = Machine::started(Part::Am79C970A, 0);
    machine.hand_over(0, STP, &frame_to(PEER, 100));
    machine.demand();
    assert!(machine.ram.sent.is_empty());
    assert_eq!(machine.sent_flags(0) & (OWN | ERR), ERR);
    assert_eq!(machine.sent_errors(0), 0xc000_0000, "BUFF and UFLO");
    assert_eq!(machine.csr(0) & 0x0210, 0x0200, "TINT, and no TXON");
}

#[test]
fn short_frame_is_padded_when_asked() {
    let mut machine = Machine::started(Part::Am79C970A, 0);
    machine.set_csr(4, 0x0915);
    machine.hand_over(0, STP | ENP, &frame_to(PEER, 20));
    machine.demand();
    let mut padded = frame_to(PEER, 20);
    padded.resize(60, 0);
    assert_eq!(machine.ram.sent, [padded]);
}

#[test]
fn without_link_carrier_is_lost() {
    let mut machine = Machine::started(Part::Am79C970A, 0);
    machine.chip.set_link(false);
    machine.hand_over(0, STP | ENP, &frame_to(PEER, 60));
    machine.demand();
    assert!(machine.ram.sent.is_empty());
    assert_eq!(machine.sent_errors(0), 0x0800_0000, "LCAR");
    assert_eq!(machine.sent_flags(0) & ERR, ERR);
    assert_eq!(machine.csr(0) & 0xa000, 0xa000, "ERR and CERR");
    let mut machine = Machine::started(Part::Am79C972, 0);
    machine.chip.set_link(false);
    machine.hand_over(0, STP | ENP, &frame_to(PEER, 60));
    machine.demand();
    assert_eq!(machine.sent_errors(0), 0x0800_0000, "LCAR");
    assert_eq!(machine.csr(0) & 0xa000, 0, "the MII has no CERR");
}

#[test]
fn demand_of_a_transmitter_that_is_off_goes_nowhere() {
    let mut machine = Machine::started(Part::Am79C970A, 0x0002);
    machine.hand_over(0, STP | ENP, &frame_to(PEER, 60));
    machine.demand();
    assert_eq!(machine.csr(0) & 0x0008, 0);
    assert_eq!(machine.sent_flags(0) & OWN, OWN);
}

#[test]
fn poll_interval_is_as_set() {
    let mut machine = Machine::new(Part::Am79C970A);
    machine.set_up(0);
    // 0x100 clocks of 30 ns.
    machine.set_csr(47, 0xff00);
    machine.set_csr(0, 0x0043);
    machine.pass(0);
    machine.hand_over(0, STP | ENP, &frame_to(PEER, 60));
    machine.pass(7_679);
    assert!(machine.ram.sent.is_empty());
    machine.pass(1);
    assert_eq!(machine.ram.sent.len(), 1);
}

#[test]
fn rest_of_a_chain_is_handed_back_unsent() {
    let mut machine = Machine::started(Part::Am79C970A, 0);
    machine.hand_over(0, ENP, &frame_to(PEER, 60));
    machine.demand();
    assert_eq!(machine.csr(0) & 0x0200, 0x0200, "TINT");
    machine.hand_over(1, STP | ENP, &frame_to(PEER, 70));
    machine.demand();
    assert_eq!(machine.sent_flags(0), ENP);
    assert_eq!(machine.ram.sent, [frame_to(PEER, 70)]);
}

#[test]
fn long_frame_is_a_babble_on_parts_that_notice() {
    for (part, length, babbles) in [
        (Part::Am79C970A, 1514, false),
        (Part::Am79C970A, 1515, true),
        (Part::Am79C972, 1515, false),
    ] {
        let mut machine = Machine::started(part, 0);
        machine.hand_over(0, STP | ENP, &frame_to(PEER, length));
        machine.demand();
        assert_eq!(machine.csr(0) & 0xc000 != 0, babbles, "{part:?} {length}");
        assert_eq!(machine.ram.sent.len(), 1);
    }
}

#[test]
fn host_may_bring_its_own_fcs() {
    let mut machine = Machine::started(Part::Am79C970A, 0x0008);
    let frame = frame_to(PEER, 100);
    let mut whole = frame.clone();
    whole.extend(pcnet_model::fcs::sequence(&frame));
    machine.hand_over(0, STP | ENP, &whole);
    machine.demand();
    assert_eq!(machine.ram.sent, std::slice::from_ref(&frame));
    whole[0] ^= 1;
    machine.hand_over(1, STP | ENP, &whole);
    machine.demand();
    assert_eq!(machine.ram.sent.len(), 1, "a damaged frame reaches nobody");
    assert_eq!(machine.sent_flags(1) & ERR, 0, "and the chip does not know");
    machine.hand_over(2, STP | ENP | 0x2000_0000, &frame);
    machine.demand();
    assert_eq!(machine.ram.sent.last(), Some(&frame), "ADD_FCS");
}

#[test]
fn demand_shows_until_the_next_poll() {
    let mut machine = Machine::started(Part::Am79C970A, 0);
    machine.pass(0);
    machine.demand();
    assert_eq!(machine.csr(0) & 0x0008, 0x0008);
    machine.pass(2_000_000);
    assert_eq!(machine.csr(0) & 0x0008, 0);
}

#[test]
fn transmission_that_runs_dry_has_begun_all_the_same() {
    let mut machine = Machine::started(Part::Am79C970A, 0);
    machine.hand_over(0, STP, &frame_to(PEER, 100));
    machine.demand();
    assert_eq!(machine.csr(4) & 0x0008, 0x0008, "TXSTRT");
}

#[test]
fn style_of_the_ilacc_turns_the_fcs_off_by_frame() {
    const NO_FCS: u32 = 0x2000_0000;
    let frame = frame_to(PEER, 100);
    let mut whole = frame.clone();
    whole.extend(pcnet_model::fcs::sequence(&frame));
    for (mode, flags, bytes) in [
        (0, 0, &frame),
        (0, NO_FCS, &whole),
        (0x0008, 0, &whole),
        (0x0008, NO_FCS, &whole),
    ] {
        let mut machine = Machine::new(Part::Am79C970A);
        machine.set_up(mode);
        machine.set_bcr(20, 1);
        machine.set_csr(0, 0x0043);
        machine.hand_over(0, STP | ENP | flags, bytes);
        machine.demand();
        assert_eq!(
            machine.ram.sent,
            std::slice::from_ref(&frame),
            "{mode:#x} {flags:#x}"
        );
    }
}
