//! Ports, duplex, LEDs and what hangs on the expansion bus.

use pcnet_model::{Part, Port, Width};

use crate::machine::{ENP, Machine, OWN, PEER, STATION, STP, frame_to};

#[test]
fn link_led_shows_the_link() {
    for part in [Part::Am79C970A, Part::Am79C971] {
        let mut machine = Machine::new(part);
        assert_eq!(machine.bcr(4), 0x80c0, "{part:?}");
        machine.chip.set_link(false);
        assert_eq!(machine.bcr(4), 0x00c0, "{part:?}");
    }
}

#[test]
fn led_blinks_by_its_polarity() {
    let mut machine = Machine::new(Part::Am79C971);
    machine.set_bcr(5, 0x4000);
    assert_eq!(machine.bcr(5), 0x0084, "LEDPE is off");
    machine.set_bcr(2, 0x1002);
    machine.set_bcr(5, 0x4000);
    assert!(machine.chip.led(1));
    machine.set_bcr(5, 0);
    assert!(!machine.chip.led(1));
    machine.set_bcr(5, 0x6000);
    assert!(!machine.chip.led(1), "LEDDIS");
}

#[test]
fn traffic_lights_a_led_for_a_while() {
    let mut machine = Machine::started(Part::Am79C970A, 0);
    machine.pass(1_000_000_000);
    assert!(!machine.chip.led(3));
    machine.hand_over(0, STP | ENP, &frame_to(PEER, 60));
    machine.demand();
    assert!(machine.chip.led(3), "BCR7 shows transmission after a reset");
    machine.pass(100_000_000);
    assert!(!machine.chip.led(3));
}

#[test]
fn port_follows_the_link_or_the_mode() {
    let mut machine = Machine::new(Part::Am79C970A);
    assert_eq!(machine.chip.port(), Port::TwistedPair);
    machine.chip.set_link(false);
    assert_eq!(machine.chip.port(), Port::Aui);
    machine.set_bcr(2, 0);
    machine.set_csr(15, 0x0080);
    assert_eq!(machine.chip.port(), Port::TwistedPair);
    assert!(!machine.chip.has_link());
    machine.set_csr(15, 0x1080);
    assert!(machine.chip.has_link(), "DLNKTST");
}

#[test]
fn full_duplex_lets_runts_pass_unless_told_otherwise() {
    let mut machine = Machine::started(Part::Am79C970A, 0);
    machine.arrive(&frame_to(STATION, 40));
    assert_eq!(machine.received_flags(0), OWN);
    machine.set_bcr(9, 1);
    assert!(machine.chip.full_duplex());
    machine.arrive(&frame_to(STATION, 40));
    assert_eq!(machine.received_flags(0) & OWN, 0);
    machine.set_bcr(9, 5);
    machine.arrive(&frame_to(STATION, 40));
    assert_eq!(machine.received_flags(1), OWN);
}

#[test]
fn expansion_bus_hangs_one_part_only() {
    for part in Part::ALL {
        let mut machine = Machine::new(part);
        machine.bcr(30);
        let hangs = part == Part::Am79C976;
        assert_eq!(machine.chip.is_hung(), hangs, "{part:?}");
        assert_eq!(machine.csr(0) == 0xffff, hangs, "{part:?}");
        assert_eq!(
            machine.chip.violations().len(),
            usize::from(hangs),
            "{part:?}"
        );
    }
}

#[test]
fn memory_on_the_chip_is_set_up_by_three_registers() {
    let mut machine = Machine::new(Part::Am79C973);
    machine.set_bcr(25, 0x0017);
    machine.set_bcr(26, 0x000c);
    assert_eq!([machine.bcr(25), machine.bcr(26)], [0x0017, 0x000c]);
    machine.chip.read(&mut machine.ram, 0x14, Width::W16);
    assert_eq!(machine.bcr(25), 0x0017, "S_RESET leaves it");
}

#[test]
fn mode_chooses_among_the_ports_of_the_first_part_with_an_mii() {
    let mut machine = Machine::new(Part::Am79C971);
    machine.set_bcr(2, 0);
    for (mode, port) in [
        (0x0000, Port::Aui),
        (0x0080, Port::TwistedPair),
        (0x0100, Port::Gpsi),
        (0x0180, Port::Mii),
    ] {
        machine.set_csr(15, mode);
        assert_eq!(machine.chip.port(), port);
        assert_eq!(
            machine.chip.has_link(),
            port == Port::Mii,
            "nothing else is connected"
        );
    }
    assert_eq!(Machine::new(Part::Am79C972).chip.port(), Port::Mii);
}

#[test]
fn duplex_on_the_aui_takes_a_bit_more() {
    let mut machine = Machine::new(Part::Am79C970A);
    machine.set_bcr(2, 0);
    machine.set_bcr(9, 1);
    assert!(!machine.chip.full_duplex());
    machine.set_bcr(9, 3);
    assert!(machine.chip.full_duplex());
}

/// LED 0 lit by one signal only, in BCR4.
fn lit_by(machine: &mut Machine, signal: u16) -> bool {
    machine.set_bcr(4, 0x0080 | signal);
    machine.chip.led(0)
}

#[test]
fn each_led_signal_has_its_bit() {
    const RECEIVED: u16 = 0x0004;
    const RECEIVED_MATCHING: u16 = 0x0020;
    const SENT: u16 = 0x0010;
    const LINK: u16 = 0x0040;
    const FULL_DUPLEX: u16 = 0x0100;
    const MAGIC: u16 = 0x0200;
    let all = [RECEIVED, RECEIVED_MATCHING, SENT, LINK, FULL_DUPLEX, MAGIC];
    let mut machine = Machine::started(Part::Am79C970A, 0);
    let lit = |machine: &mut Machine| all.map(|signal| lit_by(machine, signal));
    assert_eq!(lit(&mut machine), [false, false, false, true, false, false]);
    machine.arrive(&frame_to(STATION, 60));
    assert_eq!(lit(&mut machine), [true, true, false, true, false, false]);
    machine.set_bcr(4, RECEIVED);
    assert!(
        !machine.chip.led(0),
        "without PSE the pulse is too short to see"
    );
    machine.pass(52_000_000);
    assert_eq!(lit(&mut machine), [false, false, false, true, false, false]);
    machine.hand_over(0, STP | ENP, &frame_to(PEER, 60));
    machine.demand();
    assert_eq!(lit(&mut machine), [false, false, true, true, false, false]);
    machine.pass(52_000_000);
    machine.set_bcr(9, 1);
    assert_eq!(lit(&mut machine), [false, false, false, true, true, false]);
    machine.set_csr(5, 7);
    assert_eq!(lit(&mut machine), [false, false, false, true, true, true]);
    machine.set_csr(5, 0);
    machine.chip.set_link(false);
    assert_eq!(lit(&mut machine), [false; 6]);
}

#[test]
#[should_panic(expected = "four LEDs")]
fn there_is_no_fifth_led() {
    let _ = Machine::new(Part::Am79C970A).chip.led(4);
}
