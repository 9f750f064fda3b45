//! Causes, masks and the line.

use pcnet_model::Part;

use crate::machine::{ENP, Machine, PEER, STATION, STP, frame_to};

#[test]
fn masked_cause_shows_but_does_not_interrupt() {
    let mut machine = Machine::started(Part::Am79C970A, 0);
    machine.set_csr(3, 0x5f00);
    machine.arrive(&frame_to(STATION, 60));
    assert_eq!(machine.csr(0) & 0x0480, 0x0400, "RINT without INTR");
    assert!(!machine.ram.interrupt);
    machine.set_csr(3, 0);
    assert!(machine.ram.interrupt, "lifting the mask lets it through");
}

#[test]
fn disabled_interrupts_show_in_intr_only() {
    let mut machine = Machine::started(Part::Am79C970A, 0);
    machine.set_csr(0, 0);
    machine.arrive(&frame_to(STATION, 60));
    assert_eq!(machine.csr(0) & 0x0480, 0x0480);
    assert!(!machine.ram.interrupt);
    machine.set_csr(0, 0x0040);
    assert!(machine.ram.interrupt);
    machine.set_csr(0, 0x0440);
    assert!(!machine.ram.interrupt);
}

#[test]
fn host_can_interrupt_itself() {
    let mut machine = Machine::started(Part::Am79C970A, 0);
    machine.set_csr(4, 0x0115 | 0x0080);
    assert_eq!(machine.csr(4), 0x0115 | 0x0040);
    assert!(machine.ram.interrupt);
    machine.set_csr(4, 0x0115 | 0x0040);
    assert!(!machine.ram.interrupt);
}

#[test]
fn start_of_a_transmission_interrupts_unless_masked() {
    for (masks, expected) in [(0x0115, false), (0x0111, true)] {
        let mut machine = Machine::started(Part::Am79C970A, 0);
        machine.set_csr(3, 0x0200);
        machine.set_csr(4, masks);
        machine.hand_over(0, STP | ENP, &frame_to(PEER, 60));
        machine.demand();
        assert_eq!(machine.csr(4) & 0x0008, 0x0008);
        assert_eq!(machine.ram.interrupt, expected);
    }
}

#[test]
fn descriptor_or_register_suppresses_the_transmit_interrupt() {
    const LTINT: u32 = 0x1000_0000;
    for (control, flag, expected) in [
        (0x0000, 0, true),
        (0x8000, 0, false),
        (0x4000, 0, false),
        (0x4000, LTINT, true),
        (0xc000, LTINT, true),
    ] {
        let mut machine = Machine::started(Part::Am79C970A, 0);
        machine.set_csr(5, control);
        machine.hand_over(0, STP | ENP | flag, &frame_to(PEER, 60));
        machine.demand();
        assert_eq!(
            machine.csr(0) & 0x0200 != 0,
            expected,
            "{control:#x} {flag:#x}"
        );
    }
}

#[test]
fn stop_drops_the_line() {
    let mut machine = Machine::started(Part::Am79C970A, 0);
    machine.arrive(&frame_to(STATION, 60));
    assert!(machine.ram.interrupt);
    machine.set_csr(0, 0x0004);
    assert!(!machine.ram.interrupt);
}
