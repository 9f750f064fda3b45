//! The chips with an MII: finding PHYs, choosing one, following its link, and what users do with it.

use host_rig::{
    Chip, Config, Errno, Interface, LinkSettings, Machine, MiiOperation, Part, SlotId, Variant,
    frame,
};
use pcnet_model::PhyConfig;
use pcnet_model::mii::{ability, control};

/// Longer than the watchdog takes to look again.
const A_LOOK: u64 = 2_100;

/// A machine with such a chip and such PHYs, and its interface up.
fn up(variant: Variant, part: Part, phys: Vec<PhyConfig>) -> (Machine, SlotId, Interface) {
    let (machine, card) = loaded(variant, part, phys);
    let interface = machine.interface(card);
    interface.up().expect("goes up");
    machine.settle();
    (machine, card, interface)
}

fn loaded(variant: Variant, part: Part, phys: Vec<PhyConfig>) -> (Machine, SlotId) {
    let mut machine = Machine::new(variant);
    let card = machine.card_with(Config::new(part).with_phys(phys));
    machine.insmod(&[]).expect("the module loads");
    (machine, card)
}

/// A register of a PHY, without the side effects of reading it.
fn phy(machine: &Machine, card: SlotId, address: u8, register: u8) -> u16 {
    machine.chip(card, |chip| {
        chip.phy(address).expect("there is one").peek(register)
    })
}

fn full_duplex(machine: &Machine, card: SlotId) -> bool {
    machine.chip(card, |chip| chip.bcr(9) & 1 != 0)
}

fn plug(machine: &Machine, card: SlotId, address: u8, plugged: bool) {
    machine.chip(card, |chip| {
        chip.phy_mut(address)
            .expect("there is one")
            .set_link(plugged);
    });
    machine.advance(A_LOOK);
}

fn statistic(interface: &Interface, name: &str) -> u64 {
    let all = interface.ethtool_stats().expect("there are some");
    all.into_iter()
        .find(|(known, _)| known == name)
        .expect("is known")
        .1
}

fn no_violations(machine: &Machine, card: SlotId) {
    machine.chip(card, |chip| assert_eq!(chip.violations(), []));
}

host_rig::both! {
    fn a_phy_is_found_and_followed(variant) {
        let (machine, card, interface) = up(variant, Part::Am79C972, vec![PhyConfig::new(5)]);
        assert!(machine.logged("PHY 0000:6b75 at address 5"));
        assert!(interface.carrier() && interface.link().unwrap());
        assert!(machine.logged("link up, 100Mbps, full-duplex"));
        assert!(full_duplex(&machine, card));
        interface.send(&frame(b"through the PHY")).unwrap();
        machine.settle();
        assert_eq!(machine.take_transmitted(card), [frame(b"through the PHY")]);
        no_violations(&machine, card);
    }

    fn every_address_is_asked(variant) {
        let phys = [0, 17, 31].map(PhyConfig::new).to_vec();
        let (machine, _) = loaded(variant, Part::Am79C973, phys);
        for address in [0, 17, 31] {
            assert!(machine.logged(&format!("at address {address}")), "{address}");
        }
    }

    /// At 31 the Am79C971 and the Am79C972 answer themselves.
    fn the_phantom_phy_is_no_phy(variant) {
        for part in [Part::Am79C971, Part::Am79C972] {
            let (machine, card, interface) = up(variant, part, vec![PhyConfig::new(1)]);
            assert!(!machine.logged("at address 31"));
            assert_eq!(interface.link_settings().unwrap().phy_address, 1);
            assert_eq!(interface.registers().unwrap().1.len(), 272 + 64);
            no_violations(&machine, card);
        }
    }

    fn the_carrier_follows_the_cable(variant) {
        let (machine, card, interface) = up(variant, Part::Am79C973, vec![PhyConfig::new(1)]);
        plug(&machine, card, 1, false);
        assert!(!interface.carrier() && !interface.link().unwrap());
        assert!(machine.logged("link down"));
        plug(&machine, card, 1, true);
        assert!(interface.carrier() && interface.link().unwrap());
        assert_eq!(statistic(&interface, "link_losses"), 1);
    }

    /// A loss between two looks is in the PHY's latch, but the link is back: nothing to tell.
    fn a_link_that_flaps_ends_up_right(variant) {
        let (machine, card, interface) = up(variant, Part::Am79C973, vec![PhyConfig::new(1)]);
        machine.chip(card, |chip| chip.phy_mut(1).unwrap().flap(Some(700_000_000)));
        machine.advance(20_000);
        machine.chip(card, |chip| {
            let phy = chip.phy_mut(1).unwrap();
            phy.flap(None);
            phy.set_link(true);
        });
        machine.advance(A_LOOK);
        assert!(interface.carrier());
    }

    /// No carrier until a negotiation has ended.
    fn negotiation_takes_its_time(variant) {
        let slow = PhyConfig { negotiation: 3_000_000_000, ..PhyConfig::new(1) };
        let (machine, _, interface) = up(variant, Part::Am79C972, vec![slow]);
        assert!(!interface.carrier());
        machine.advance(6_000);
        assert!(interface.carrier());
    }

    fn the_chip_takes_the_duplex_of_the_phy(variant) {
        let (machine, card, interface) = up(variant, Part::Am79C973, vec![PhyConfig::new(1)]);
        for (partner, full, said) in [
            (ability::HALF_100, false, "100Mbps, half-duplex"),
            (ability::FULL_10, true, "10Mbps, full-duplex"),
            (ability::HALF_10, false, "10Mbps, half-duplex"),
            (ability::ALL, true, "100Mbps, full-duplex"),
        ] {
            machine.chip(card, |chip| chip.phy_mut(1).unwrap().set_partner(partner, true));
            machine.advance(A_LOOK);
            assert_eq!(full_duplex(&machine, card), full, "{said}");
            assert!(machine.log_text().lines().any(|line| line.ends_with(said)), "{said}");
            assert!(interface.carrier());
        }
        no_violations(&machine, card);
    }

    /// Of several PHYs the first one is used, and the others are cut off.
    fn the_others_are_isolated(variant) {
        let phys = [3, 4, 9].map(PhyConfig::new).to_vec();
        let (machine, card, interface) = up(variant, Part::Am79C971, phys);
        assert_eq!(phy(&machine, card, 3, 0) & control::ISOLATE, 0);
        for other in [4, 9] {
            assert_ne!(phy(&machine, card, other, 0) & control::ISOLATE, 0, "{other}");
        }
        assert_eq!(interface.link_settings().unwrap().phy_address, 3);
        // The chip is told to use the MII, and to leave the PHYs alone.
        machine.chip(card, |chip| {
            assert_eq!(chip.csr(15) & 0x0180, 0x0180);
            assert_eq!(chip.bcr(2) & 0x0002, 0);
            assert_eq!(chip.bcr(32) & 0x00b8, 0x0080);
        });
        no_violations(&machine, card);
    }

    fn another_phy_takes_over(variant) {
        let phys = vec![PhyConfig::new(1), PhyConfig::new(2)];
        let (machine, card, interface) = up(variant, Part::Am79C972, phys);
        plug(&machine, card, 1, false);
        assert!(machine.logged("using PHY 2 instead of 1"));
        assert_ne!(phy(&machine, card, 1, 0) & control::ISOLATE, 0);
        assert_eq!(phy(&machine, card, 2, 0) & control::ISOLATE, 0);
        assert!(interface.carrier());
        assert_eq!(interface.link_settings().unwrap().phy_address, 2);
        interface.send(&frame(b"through the other")).unwrap();
        machine.settle();
        assert_eq!(machine.take_transmitted(card).len(), 1);
        // Back, when that one loses its link; it stays where it is as long as it has one.
        plug(&machine, card, 1, true);
        assert_eq!(interface.link_settings().unwrap().phy_address, 2);
        plug(&machine, card, 2, false);
        assert_eq!(interface.link_settings().unwrap().phy_address, 1);
        assert_eq!(statistic(&interface, "phy_changes"), 2);
        // Without any link it waits for one.
        plug(&machine, card, 1, false);
        machine.advance(10 * A_LOOK);
        assert!(!interface.carrier());
        assert_eq!(statistic(&interface, "phy_changes"), 2);
        no_violations(&machine, card);
    }

    fn link_settings_are_the_phys(variant) {
        let (machine, card, interface) = up(variant, Part::Am79C973, vec![PhyConfig::new(1)]);
        let shown = interface.link_settings().unwrap();
        assert_eq!((shown.speed, shown.duplex, shown.port), (100, 1, 2));
        assert_eq!((shown.autoneg, shown.phy_address, shown.mdio_support), (1, 1, 1));
        assert_eq!((shown.supported, shown.advertising), (0x2cf, 0x2cf));
        assert_eq!(shown.lp_advertising, 0x4f);
        machine.chip(card, |chip| chip.phy_mut(1).unwrap().set_partner(ability::HALF_10, false));
        machine.advance(A_LOOK);
        let shown = interface.link_settings().unwrap();
        assert_eq!((shown.speed, shown.duplex, shown.lp_advertising), (10, 0, 1));
    }

    fn link_settings_are_kept_over_down_and_up(variant) {
        let (machine, card, interface) = up(variant, Part::Am79C973, vec![PhyConfig::new(1)]);
        let before = interface.link_settings().unwrap();
        let wanted = LinkSettings { autoneg: 0, speed: 100, duplex: 0, ..before };
        interface.set_link_settings(wanted).unwrap();
        machine.advance(A_LOOK);
        for again in [false, true] {
            let shown = interface.link_settings().unwrap();
            assert_eq!((shown.speed, shown.duplex, shown.autoneg), (100, 0, 0), "{again}");
            assert_eq!(phy(&machine, card, 1, 0) & 0x3100, 0x2000, "{again}");
            assert!(interface.carrier() && !full_duplex(&machine, card));
            interface.down().unwrap();
            interface.up().unwrap();
            machine.settle();
        }
        // Full duplex at 10 Mbit/s, then negotiation of that alone, then of everything.
        interface.set_link_settings(LinkSettings { speed: 10, duplex: 1, ..wanted }).unwrap();
        machine.advance(A_LOOK);
        assert!(full_duplex(&machine, card) && interface.carrier());
        interface.set_link_settings(LinkSettings { autoneg: 1, advertising: 0x02, ..wanted }).unwrap();
        machine.advance(A_LOOK);
        assert_eq!(phy(&machine, card, 1, 4) & ability::ALL, ability::FULL_10);
        let shown = interface.link_settings().unwrap();
        assert_eq!((shown.speed, shown.duplex, shown.autoneg), (10, 1, 1));
        assert_eq!(shown.advertising, 0x2c2);
        interface.set_link_settings(before).unwrap();
        machine.advance(A_LOOK);
        assert_eq!(interface.link_settings().unwrap(), before);
        no_violations(&machine, card);
    }

    fn impossible_link_settings_are_refused(variant) {
        let (_machine, _, interface) = up(variant, Part::Am79C973, vec![PhyConfig::new(1)]);
        let fine = interface.link_settings().unwrap();
        for wrong in [
            LinkSettings { speed: 1000, ..fine },
            LinkSettings { speed: 0, ..fine },
            LinkSettings { duplex: 0xff, ..fine },
            LinkSettings { port: 0, ..fine },
            LinkSettings { phy_address: 2, ..fine },
            LinkSettings { autoneg: 2, ..fine },
            LinkSettings { advertising: 0x80, ..fine },
        ] {
            assert_eq!(interface.set_link_settings(wrong), Err(Errno::EINVAL), "{wrong:?}");
        }
        assert_eq!(interface.link_settings().unwrap(), fine);
    }

    /// Before the first `up`, too.
    fn link_settings_of_an_interface_that_is_down(variant) {
        let (machine, card) = loaded(variant, Part::Am79C972, vec![PhyConfig::new(1)]);
        let interface = machine.interface(card);
        let shown = interface.link_settings().unwrap();
        interface.set_link_settings(LinkSettings { autoneg: 0, speed: 10, duplex: 1, ..shown }).unwrap();
        assert_eq!(phy(&machine, card, 1, 0) & 0x3100, 0x0100);
        interface.up().unwrap();
        machine.settle();
        assert_eq!(phy(&machine, card, 1, 0) & 0x3100, 0x0100);
        assert!(full_duplex(&machine, card));
    }

    fn negotiation_is_restarted(variant) {
        let (machine, card, interface) = up(variant, Part::Am79C973, vec![PhyConfig::new(1)]);
        // The model's PHY loses its link for a moment when it negotiates anew; its latch tells.
        let latched = |machine: &Machine| phy(machine, card, 1, 1) & 4 == 0;
        assert!(!latched(&machine));
        interface.restart_autonegotiation().unwrap();
        assert!(latched(&machine));
        let shown = interface.link_settings().unwrap();
        interface.set_link_settings(LinkSettings { autoneg: 0, ..shown }).unwrap();
        assert_eq!(interface.restart_autonegotiation(), Err(Errno::EINVAL));
    }

    fn programs_reach_the_phy(variant) {
        let (machine, card) = loaded(variant, Part::Am79C973, vec![PhyConfig::new(6)]);
        let interface = machine.interface(card);
        let mii = |operation, phy, register, value| interface.mii(operation, phy, register, value);
        // Down or up, it is all the same.
        assert_eq!(mii(MiiOperation::Address, 0, 3, 0), Ok((6, 0x6b75)));
        assert_eq!(mii(MiiOperation::Read, 6, 3, 0), Ok((6, 0x6b75)));
        assert_eq!(mii(MiiOperation::Read, 6 + 32, 3 + 32, 0).unwrap().1, 0x6b75);
        assert_eq!(mii(MiiOperation::Read, 7, 3, 0).unwrap().1, 0xffff);
        interface.up().unwrap();
        mii(MiiOperation::Write, 6, 0, 0x0100).unwrap();
        machine.advance(A_LOOK);
        let shown = interface.link_settings().unwrap();
        assert_eq!((shown.autoneg, shown.speed, shown.duplex), (0, 10, 1));
        // What a program wrote is a choice like any other.
        interface.down().unwrap();
        interface.up().unwrap();
        machine.settle();
        assert_eq!(phy(&machine, card, 6, 0) & 0x3100, 0x0100);
        mii(MiiOperation::Write, 6, 4, 0x0021).unwrap();
        mii(MiiOperation::Write, 6, 0, 0x1200).unwrap();
        machine.advance(A_LOOK);
        let shown = interface.link_settings().unwrap();
        assert_eq!((shown.autoneg, shown.speed, shown.duplex), (1, 10, 0));
        // Registers of the maker's own choose nothing.
        mii(MiiOperation::Write, 6, 24, 0xffff).unwrap();
        machine.advance(A_LOOK);
        assert!(interface.link_settings().unwrap() == shown);
    }

    fn without_an_mii_there_is_nothing_to_reach(variant) {
        for part in [Part::Am79C970, Part::Am79C970A, Part::Am79C978] {
            let mut machine = Machine::new(variant);
            let card = machine.card(part);
            machine.insmod(&[]).unwrap();
            let interface = machine.interface(card);
            for operation in [MiiOperation::Address, MiiOperation::Read, MiiOperation::Write] {
                let refused = interface.mii(operation, 1, 1, 0);
                assert_eq!(refused, Err(Errno::EOPNOTSUPP), "{part:?}");
            }
            assert_eq!(interface.restart_autonegotiation(), Err(Errno::EOPNOTSUPP));
            if part != Part::Am79C970A {
                assert_eq!(interface.link_settings(), Err(Errno::EOPNOTSUPP));
                let nothing = LinkSettings::default();
                assert_eq!(interface.set_link_settings(nothing), Err(Errno::EOPNOTSUPP));
            }
        }
    }

    /// An Am79C971 on a board without a PHY: its link LED is all there is.
    fn without_a_phy_the_led_tells(variant) {
        let (machine, card, interface) = up(variant, Part::Am79C971, Vec::new());
        assert_eq!(interface.link_settings(), Err(Errno::EOPNOTSUPP));
        assert_eq!(interface.restart_autonegotiation(), Err(Errno::EOPNOTSUPP));
        assert!(!interface.carrier());
        no_violations(&machine, card);
    }

    /// The chip, and the PHYs, have lost their power meanwhile.
    fn the_phys_are_set_up_again_after_a_sleep(variant) {
        let phys = vec![PhyConfig::new(1), PhyConfig::new(2)];
        let (machine, card, interface) = up(variant, Part::Am79C972, phys);
        let shown = interface.link_settings().unwrap();
        interface.set_link_settings(LinkSettings { autoneg: 0, speed: 100, duplex: 1, ..shown }).unwrap();
        machine.host().suspend().unwrap();
        machine.chip(card, |chip| {
            let phys = vec![PhyConfig::new(1), PhyConfig::new(2)];
            *chip = Chip::new(Config::new(Part::Am79C972).with_phys(phys));
        });
        machine.host().resume().unwrap();
        machine.settle();
        assert_eq!(phy(&machine, card, 1, 0) & 0x3500, 0x2100);
        assert_ne!(phy(&machine, card, 2, 0) & control::ISOLATE, 0);
        assert!(interface.carrier() && full_duplex(&machine, card));
        machine.chip(card, |chip| assert_eq!(chip.bcr(18) & 0x0860, 0x0860));
        no_violations(&machine, card);
    }
}
