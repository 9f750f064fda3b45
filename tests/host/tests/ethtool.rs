//! What `ethtool` does with the Am79C970A, but for rings, which have a file of their own.

use host_rig::{
    Driver, Errno, Interface, LinkSettings, Machine, Part, SlotId, StringSet, statistic,
};
use pcnet_model::{Delay, Port, ReceiveFault, Register};

/// `autoneg`, `port` and `duplex` as ethtool has them.
const ON: u8 = 1;
const OFF: u8 = 0;
const TP: u8 = 0;
const AUI: u8 = 1;
const HALF: u8 = 0;
const FULL: u8 = 1;

fn settings(autoneg: u8, port: u8, duplex: u8) -> LinkSettings {
    LinkSettings {
        speed: 10,
        autoneg,
        port,
        duplex,
        ..LinkSettings::default()
    }
}

fn shown(interface: &Interface) -> (u8, u8, u8) {
    let shown = interface.link_settings().unwrap();
    assert_eq!(shown.speed, 10);
    (shown.autoneg, shown.port, shown.duplex)
}

/// ASEL of BCR2, FDEN and AUIFD of BCR9.
fn attached(machine: &Machine, card: SlotId) -> (bool, u16, Port) {
    machine.chip(card, |chip| {
        (chip.bcr(2) & 2 != 0, chip.bcr(9) & 3, chip.port())
    })
}

host_rig::both! {
    fn driver_information(variant) {
        let (machine, card) = Machine::ready(variant);
        let expected = |bus: &str| Driver {
            driver: "pcnet32".to_owned(),
            bus_info: bus.to_owned(),
            ..Driver::default()
        };
        assert_eq!(machine.interface(card).driver(), Ok(expected("0000:00:03.0")));
        machine.interface(card).up().unwrap();
        assert_eq!(machine.interface(card).driver(), Ok(expected("0000:00:03.0")));
    }

    /// Kept over down and up; what it turns on is logged.
    fn the_message_level(variant) {
        let (machine, card) = Machine::ready(variant);
        let interface = machine.interface(card);
        assert_eq!(interface.message_level(), Ok(7));
        for level in [0, 0x30, 0xffff_ffff] {
            interface.set_message_level(level).unwrap();
            assert_eq!(interface.message_level(), Ok(level));
            machine.host().mark("here");
            interface.up().unwrap();
            interface.down().unwrap();
            assert_eq!(interface.message_level(), Ok(level));
            let log = machine.log_text();
            let (_, after) = log.rsplit_once("here").unwrap();
            let told = after.contains("going up, 16 transmit, 32 receive") && after.contains("going down");
            // ifup and ifdown
            assert_eq!(told, level & 0x30 == 0x30, "{level:#x}");
        }
    }

    /// There is no PHY to restart.
    fn negotiation_is_not_there(variant) {
        let (_machine, _, interface) = Machine::up(variant);
        assert_eq!(interface.restart_autonegotiation(), Err(Errno::EOPNOTSUPP));
    }

    /// Where the port is fixed the LED tells; the kernel does not ask while the interface is down.
    fn the_link(variant) {
        let (machine, card, interface) = Machine::up(variant);
        assert_eq!(interface.link(), Ok(true));
        interface.set_link_settings(settings(OFF, TP, HALF)).unwrap();
        machine.chip(card, |chip| chip.set_link(false));
        assert_eq!(interface.link(), Ok(false));
        machine.advance(2_100);
        assert!(!interface.carrier());
        machine.chip(card, |chip| chip.set_link(true));
        assert_eq!(interface.link(), Ok(true));
        machine.advance(2_100);
        assert!(interface.carrier());
        assert_eq!(statistic(&interface, "link_losses"), 1);
        machine.assert_traffic(card);
        interface.down().unwrap();
        assert_eq!(interface.link(), Ok(false));
    }

    fn names_and_counts(variant) {
        let (_machine, _, interface) = Machine::up(variant);
        assert_eq!(interface.strings(StringSet::Test).unwrap(), ["Loopback test  (offline)"]);
        let names = interface.strings(StringSet::Stats).unwrap();
        let mut known = names.clone();
        known.sort();
        known.dedup();
        assert_eq!((names.len(), known.len()), (26, 26));
        assert!(names.iter().all(|name| (1..32).contains(&name.len())));
        assert_eq!(interface.strings(StringSet::Other), Err(Errno::EOPNOTSUPP));
        let stats = interface.ethtool_stats().unwrap();
        assert!(stats.iter().map(|(name, _)| name).eq(&names));
        assert!(stats.iter().all(|(_, value)| *value == 0), "{stats:?}");
    }

    /// Up or down; an interface that is up goes on with its rings afterwards. Nothing reaches the wire.
    fn the_self_test_passes(variant) {
        let (machine, card, interface) = Machine::up(variant);
        for up in [true, false, true] {
            if up {
                interface.up().unwrap();
            } else {
                interface.down().unwrap();
            }
            let looped = machine.chip(card, |chip| chip.counters().looped);
            let result = interface.self_test(true).unwrap();
            assert!(!result.failed);
            assert_eq!(result.results, [("Loopback test  (offline)".to_owned(), 0)]);
            let after = machine.chip(card, |chip| chip.counters().looped);
            assert_eq!(after, looped + 4, "frames through the chip");
            assert!(machine.take_transmitted(card).is_empty());
            if up {
                machine.assert_traffic(card);
            }
        }
        let stats = interface.stats().unwrap();
        assert_eq!((stats.tx_packets, stats.rx_packets, stats.rx_errors), (2, 2, 0));
    }

    /// On a chip with an MII frames turn back before the PHY, and not any more afterwards.
    fn the_self_test_ends_its_loopback(variant) {
        let mut machine = Machine::new(variant);
        let card = machine.card(Part::Am79C973);
        machine.insmod(&[]).unwrap();
        let interface = machine.interface(card);
        interface.up().unwrap();
        machine.settle();
        machine.chip(card, |chip| chip.keep_writes(10_000));
        assert!(!interface.self_test(true).unwrap().failed);
        machine.chip(card, |chip| {
            let mut writes = chip.writes().filter(|write| write.register == Register::Bcr(32));
            assert!(writes.any(|write| write.value & 2 != 0), "MIIILP is set for it");
            assert_eq!((chip.bcr(32) & 2, chip.csr(15) & 4), (0, 0));
        });
        machine.assert_traffic(card);
    }

    /// Online there is nothing to test, and nothing happens to the chip.
    fn the_online_test_leaves_the_chip_alone(variant) {
        let (machine, card, interface) = Machine::up(variant);
        machine.chip(card, |chip| chip.faults().jammed = true);
        machine.chip(card, |chip| chip.keep_writes(10));
        let result = interface.self_test(false).unwrap();
        assert!(!result.failed && result.results[0].1 == 0);
        assert_eq!(machine.chip(card, |chip| chip.writes().count()), 0);
    }

    /// Frames that do not come back, or not as they were sent, or too few. Sound again, the chip passes.
    fn the_self_test_finds_faults(variant) {
        let (mut machine, card, interface) = Machine::up(variant);
        machine.expect_error("does not read its initialization block");
        let check = |failed: bool, what: &str| {
            let result = interface.self_test(true).unwrap();
            assert_eq!((result.failed, result.results[0].1), (failed, u64::from(failed)), "{what}");
        };
        machine.chip(card, |chip| chip.faults().jammed = true);
        check(true, "jammed");
        machine.chip(card, |chip| chip.faults().jammed = false);
        check(false, "sound");
        for fault in [ReceiveFault::Checksum, ReceiveFault::Runt(20), ReceiveFault::Oversize(90)] {
            machine.chip(card, |chip| chip.faults().damage_received(1, fault));
            check(true, "a frame changed");
            check(false, "sound");
        }
        machine.assert_traffic(card);
        interface.down().unwrap();
        machine.chip(card, |chip| chip.faults().initialization = Delay::Never);
        check(true, "does not start");
        machine.chip(card, |chip| chip.faults().initialization = Delay::None);
        check(false, "sound");
        interface.up().unwrap();
        machine.assert_traffic(card);
    }

    /// On and off twice a second, all four of them; then as they were.
    fn the_leds_identify_the_card(variant) {
        let (machine, card, interface) = Machine::up(variant);
        let leds = |machine: &Machine| machine.chip(card, |chip| [4, 5, 6, 7].map(|n| chip.bcr(n) & 0x7fff));
        let before = leds(&machine);
        machine.chip(card, |chip| chip.keep_writes(1000));
        interface.identify(3).unwrap();
        assert_eq!(leds(&machine), before);
        for (index, before) in (4..).zip(before) {
            let writes: Vec<_> = machine.chip(card, |chip| {
                let writes = chip.writes();
                let writes = writes.filter(|write| write.register == Register::Bcr(index));
                writes.map(|write| (write.at, write.value & 0x7fff)).collect()
            });
            // Two rounds a second, and one write more that restores.
            assert_eq!(writes.len(), 3 * 2 * 2 + 1);
            for (number, pair) in writes.windows(2).enumerate() {
                assert_eq!(pair[1].0 - pair[0].0, 250_000_000, "write {number}");
                let inverted = number % 2 == 0;
                assert_eq!(pair[0].1, before ^ if inverted { 0x4000 } else { 0 });
            }
        }
        machine.assert_traffic(card);
    }

    /// AUI, 10BASE-T, half and full duplex, or whatever is connected; kept over down and up.
    fn link_settings_choose_the_port(variant) {
        let (machine, card, interface) = Machine::up(variant);
        let possible = interface.link_settings().unwrap();
        assert_eq!((possible.supported, possible.advertising), (0x180, 0));
        // Where nobody says otherwise, so that the link can be seen.
        assert_eq!(shown(&interface), (OFF, TP, HALF));
        let cases = [
            (settings(OFF, TP, HALF), (false, 0, Port::TwistedPair)),
            (settings(OFF, TP, FULL), (false, 3, Port::TwistedPair)),
            (settings(OFF, AUI, FULL), (false, 3, Port::Aui)),
            (settings(OFF, AUI, HALF), (false, 0, Port::Aui)),
            (settings(OFF, TP, HALF), (false, 0, Port::TwistedPair)),
        ];
        for (wanted, expected) in cases {
            interface.set_link_settings(wanted).unwrap();
            machine.settle();
            for when in ["at once", "after down and up"] {
                assert_eq!(attached(&machine, card), expected, "{when}");
                assert_eq!(shown(&interface), (wanted.autoneg, wanted.port, wanted.duplex), "{when}");
                if wanted.port == TP {
                    machine.assert_traffic(card);
                }
                interface.down().unwrap();
                interface.up().unwrap();
                machine.settle();
            }
        }
        interface.set_link_settings(settings(ON, AUI, HALF)).unwrap();
        assert_eq!(attached(&machine, card), (true, 0, Port::TwistedPair));
        assert_eq!(shown(&interface), (ON, TP, HALF));
        machine.chip(card, |chip| chip.set_link(false));
        assert_eq!(shown(&interface), (ON, AUI, HALF));
    }

    /// The port can only be changed on a chip at rest: one that does not come to rest is restarted.
    fn the_port_of_a_restless_chip(variant) {
        let (machine, card, interface) = Machine::up(variant);
        machine.chip(card, |chip| chip.faults().suspend = Delay::Never);
        interface.set_link_settings(settings(OFF, TP, FULL)).unwrap();
        // By a worker: nobody waits for it.
        machine.settle();
        assert_eq!(attached(&machine, card), (false, 3, Port::TwistedPair));
        assert_eq!(statistic(&interface, "restarts"), 1);
        machine.assert_traffic(card);
    }
}
