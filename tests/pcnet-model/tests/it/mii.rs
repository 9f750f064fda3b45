//! Transceivers and their management.

use pcnet_model::mii::{PhyConfig, ability};
use pcnet_model::{Chip, Config, Part};

use crate::machine::{ENP, ERR, Machine, PEER, STP, frame_to};

fn with_phys(part: Part, phys: Vec<PhyConfig>) -> Machine {
    let mut machine = Machine::started(part, 0);
    machine.chip = Chip::new(Config::new(part).with_phys(phys));
    machine
}

#[test]
fn scan_finds_the_phys_that_are_there() {
    for (part, expected) in [
        (Part::Am79C970A, vec![]),
        (Part::Am79C971, vec![1, 31]),
        (Part::Am79C972, vec![1, 31]),
        (Part::Am79C973, vec![1]),
        (Part::Am79C976, vec![1]),
        (Part::Am79C978, vec![1, 2]),
    ] {
        let mut machine = Machine::new(part);
        let found: Vec<u8> = (0..32)
            .filter(|&address| !matches!(machine.read_phy(address, 2), 0xffff) && part.has_mii())
            .collect();
        assert_eq!(found, expected, "{part:?}");
    }
}

#[test]
fn negotiation_picks_the_best_in_common() {
    for (partner, negotiates, fast, full) in [
        (ability::ALL, true, true, true),
        (ability::HALF_100 | ability::HALF_10, true, true, false),
        (ability::FULL_10 | ability::HALF_10, true, false, true),
        (ability::FULL_100, false, true, false),
        (ability::FULL_10, false, false, false),
    ] {
        let config = PhyConfig {
            partner,
            partner_negotiates: negotiates,
            ..PhyConfig::new(3)
        };
        let machine = with_phys(Part::Am79C971, vec![config]);
        let agreement = machine
            .chip
            .phy(3)
            .and_then(|phy| phy.agreement())
            .expect("a link");
        assert_eq!(
            (agreement.fast, agreement.full_duplex),
            (fast, full),
            "{partner:#x} {negotiates}"
        );
    }
}

#[test]
fn link_status_latches_low() {
    let mut machine = Machine::new(Part::Am79C971);
    assert_eq!(machine.read_phy(1, 1) & 0x0024, 0x0024);
    machine.chip.set_link(false);
    machine.chip.set_link(true);
    assert_eq!(machine.read_phy(1, 1) & 0x0004, 0, "it was down in between");
    assert_eq!(machine.read_phy(1, 1) & 0x0004, 0x0004);
}

#[test]
fn forced_speed_needs_a_partner_of_that_speed() {
    let config = PhyConfig {
        partner: ability::FULL_10 | ability::HALF_10,
        ..PhyConfig::new(1)
    };
    let mut machine = with_phys(Part::Am79C971, vec![config]);
    machine.write_phy(1, 0, 0x2100);
    assert!(!machine.chip.has_link());
    machine.write_phy(1, 0, 0x0100);
    assert_eq!(
        machine
            .chip
            .agreement()
            .map(|agreement| (agreement.fast, agreement.full_duplex)),
        Some((false, true))
    );
}

#[test]
fn reset_clears_itself_and_restores_the_defaults() {
    let mut machine = Machine::new(Part::Am79C971);
    machine.write_phy(1, 4, 0x0021);
    machine.write_phy(1, 0, 0x8000);
    assert_eq!(machine.read_phy(1, 0), 0x3000);
    assert_eq!(machine.read_phy(1, 4), 0x01e1);
    assert_eq!(machine.chip.phy(1).map(|phy| phy.resets()), Some(1));
}

#[test]
fn negotiation_takes_its_time() {
    let config = PhyConfig {
        negotiation: 1_000_000,
        ..PhyConfig::new(1)
    };
    let mut machine = with_phys(Part::Am79C971, vec![config]);
    assert_eq!(machine.read_phy(1, 1) & 0x0024, 0);
    machine.pass(1_000_000);
    assert_eq!(machine.read_phy(1, 1) & 0x0004, 0, "latched");
    assert_eq!(machine.read_phy(1, 1) & 0x0024, 0x0024);
    machine.write_phy(1, 0, 0x3200);
    assert_eq!(machine.read_phy(1, 1) & 0x0024, 0);
    assert_eq!(machine.read_phy(1, 0) & 0x0200, 0);
}

#[test]
fn isolated_phy_leaves_the_mii_to_another() {
    let phys = vec![PhyConfig::new(2).unplugged(), PhyConfig::new(5)];
    let mut machine = Machine::new(Part::Am79C971);
    machine.chip = Chip::new(Config::new(Part::Am79C971).with_phys(phys));
    machine.set_up(0);
    machine.set_csr(0, 0x0043);
    machine.write_phy(5, 0, 0x3400);
    machine.hand_over(0, STP | ENP, &frame_to(PEER, 60));
    machine.demand();
    assert_eq!(
        machine.sent_flags(0) & ERR,
        ERR,
        "the one in use has no link"
    );
    machine.write_phy(5, 0, 0x3000);
    machine.write_phy(2, 0, 0x3400);
    machine.hand_over(1, STP | ENP, &frame_to(PEER, 60));
    machine.demand();
    assert_eq!(machine.ram.sent.len(), 1);
}

#[test]
fn flapping_cable_changes_with_the_time() {
    let mut machine = Machine::new(Part::Am79C971);
    machine.pass(5_500);
    machine.chip.phy_mut(1).expect("a PHY").flap(Some(1_000));
    machine.pass(999);
    assert!(machine.chip.has_link());
    machine.pass(1);
    assert!(!machine.chip.has_link());
    let mut seen = Vec::new();
    for _ in 0..4 {
        machine.pass(1_000);
        seen.push(machine.chip.has_link());
    }
    assert_eq!(seen, [true, false, true, false]);
    machine.chip.phy_mut(1).expect("a PHY").flap(None);
    machine.pass(10_000);
    assert!(!machine.chip.has_link());
}

#[test]
fn nobody_at_an_address_reads_as_ones_and_is_noted() {
    let mut machine = Machine::new(Part::Am79C971);
    assert_eq!(machine.read_phy(9, 1), 0xffff);
    assert_eq!(machine.csr(7) & 0x0200, 0x0200, "MREINT");
    machine.set_csr(7, 0x0200);
    assert_eq!(machine.csr(7) & 0x0200, 0);
}

#[test]
fn home_network_is_selected_by_its_register() {
    let mut machine = Machine::new(Part::Am79C978);
    machine.chip.phy_mut(2).expect("HomePNA").set_link(false);
    assert!(machine.chip.has_link());
    machine.set_bcr(49, 1);
    assert!(!machine.chip.has_link());
    machine.chip.phy_mut(2).expect("HomePNA").set_link(true);
    assert!(machine.chip.has_link());
}

#[test]
fn port_manager_sets_the_phy_up_as_told() {
    let mut machine = Machine::new(Part::Am79C972);
    for (bits, control) in [
        (0x0000, 0x0000),
        (0x0008, 0x2000),
        (0x0010, 0x0100),
        (0x0018, 0x2100),
        (0x0020, 0x1000),
    ] {
        machine.set_bcr(32, 0x0080);
        machine.set_bcr(32, bits);
        assert_eq!(machine.read_phy(1, 0), control, "{bits:#x}");
        assert_eq!(machine.bcr(32), 0x4000 | bits, "and MIIPD");
    }
    machine.write_phy(1, 0, 0x2100);
    machine.set_bcr(32, 0x0080);
    machine.set_bcr(32, 0x00a0);
    assert_eq!(
        machine.read_phy(1, 0),
        0x2100,
        "DANAS leaves it to the host"
    );
}

#[test]
fn reset_bit_of_the_chip_resets_the_selected_phy() {
    let mut machine = Machine::new(Part::Am79C972);
    machine.write_phy(1, 4, 0x0021);
    machine.set_bcr(32, 0x0040);
    assert_eq!(machine.read_phy(1, 4), 0x01e1);
}

#[test]
fn lost_carrier_is_not_noticed_in_full_duplex() {
    let mut machine = Machine::started(Part::Am79C972, 0);
    machine.set_bcr(9, 1);
    machine.chip.set_link(false);
    machine.hand_over(0, STP | ENP, &frame_to(PEER, 60));
    machine.demand();
    assert_eq!(machine.sent_flags(0) & ERR, 0);
    assert!(machine.ram.sent.is_empty());
}

#[test]
fn fast_link_shows_on_its_led() {
    let mut machine = Machine::new(Part::Am79C972);
    machine.set_bcr(2, 0x1002);
    machine.set_bcr(6, 0x1000);
    assert_eq!(machine.bcr(6), 0x9000);
    machine
        .chip
        .phy_mut(1)
        .expect("a PHY")
        .set_partner(ability::FULL_10, true);
    assert_eq!(machine.bcr(6), 0x1000);
    machine.set_bcr(6, 0x0100);
    assert_eq!(machine.bcr(6), 0x0100);
    machine.set_bcr(9, 1);
    assert_eq!(machine.bcr(6), 0x8100, "link in full duplex");
}

#[test]
fn phys_off_or_alone_have_no_link() {
    let mut machine = Machine::new(Part::Am79C972);
    machine.write_phy(1, 0, 0x3800);
    assert!(!machine.chip.has_link());
    assert_eq!(machine.read_phy(1, 1) & 0x0004, 0);
    machine.write_phy(1, 0, 0x3000);
    assert!(machine.chip.has_link());
    assert_eq!(machine.read_phy(1, 5), 0x41e1);
    assert_eq!(machine.read_phy(1, 6), 1);
    machine
        .chip
        .phy_mut(1)
        .expect("a PHY")
        .set_partner(ability::FULL_100, false);
    assert_eq!(machine.read_phy(1, 5), 0x0080);
    assert_eq!(machine.read_phy(1, 6), 0);
    machine.write_phy(1, 0, 0x2000);
    assert_eq!(
        machine.read_phy(1, 5),
        0,
        "nothing is heard without negotiation"
    );
    assert_eq!(machine.read_phy(1, 1) & 0x0020, 0);
    assert_eq!(
        [machine.read_phy(1, 2), machine.read_phy(1, 3)],
        [0x0000, 0x6b75]
    );
    assert_eq!(machine.read_phy(1, 1) & 0x7809, 0x7809);
}

#[test]
fn two_transceivers_at_once_are_reported() {
    let phys = vec![PhyConfig::new(2), PhyConfig::new(5)];
    let mut machine = Machine::new(Part::Am79C972);
    machine.chip = Chip::new(Config::new(Part::Am79C972).with_phys(phys));
    machine.set_up(0);
    machine.set_csr(0, 0x0043);
    assert_eq!(machine.chip.violations(), []);
    machine.hand_over(0, STP | ENP, &frame_to(PEER, 60));
    machine.demand();
    assert_eq!(machine.chip.violations().len(), 1);
}

#[test]
fn link_comes_back_only_after_negotiating_anew() {
    let config = PhyConfig {
        negotiation: 1_000_000,
        ..PhyConfig::new(1)
    };
    let mut machine = with_phys(Part::Am79C971, vec![config]);
    machine.pass(1_000_000);
    assert!(machine.chip.has_link());
    // Plugging what is plugged changes nothing.
    machine.chip.set_link(true);
    assert!(machine.chip.has_link());
    machine.chip.set_link(false);
    machine.chip.set_link(true);
    assert!(!machine.chip.has_link());
    assert_eq!(machine.read_phy(1, 5), 0, "nothing heard yet");
    machine.pass(1_000_000);
    assert!(machine.chip.has_link());
    assert_ne!(machine.read_phy(1, 5), 0);
    machine.read_phy(1, 1);
    machine
        .chip
        .phy_mut(1)
        .expect("a PHY")
        .set_partner(ability::HALF_10, true);
    assert!(!machine.chip.has_link());
    machine.pass(1_000_000);
    assert!(machine.chip.has_link());
    assert_eq!(
        machine.read_phy(1, 1) & 0x0004,
        0,
        "the link was down in between"
    );
}

#[test]
fn another_partner_is_another_link() {
    let mut machine = Machine::new(Part::Am79C972);
    machine.read_phy(1, 1);
    machine
        .chip
        .phy_mut(1)
        .expect("a PHY")
        .set_partner(ability::HALF_10, true);
    assert_eq!(machine.read_phy(1, 1) & 0x0004, 0);
    assert_eq!(machine.read_phy(1, 1) & 0x0004, 0x0004);
}

#[test]
fn only_a_change_of_mode_or_a_restart_drops_the_link() {
    let mut machine = Machine::new(Part::Am79C972);
    for (from, to, drops) in [
        (0x3000, 0x3400, false),
        (0x3000, 0x7000, false),
        (0x3000, 0x3200, true),
        (0x2100, 0x2300, false),
        (0x3000, 0x2100, true),
        (0x2100, 0x2000, true),
    ] {
        machine.write_phy(1, 0, from);
        machine.read_phy(1, 1);
        assert_eq!(machine.read_phy(1, 1) & 0x0004, 0x0004);
        machine.write_phy(1, 0, to);
        let dropped = machine.read_phy(1, 1) & 0x0004 == 0;
        assert_eq!(dropped, drops, "{from:#x} to {to:#x}");
    }
}

#[test]
fn first_link_of_an_unplugged_phy_is_latched_too() {
    let mut machine = Machine::new(Part::Am79C972);
    machine.chip =
        Chip::new(Config::new(Part::Am79C972).with_phys(vec![PhyConfig::new(1).unplugged()]));
    machine.chip.set_link(true);
    assert_eq!(machine.read_phy(1, 1) & 0x0004, 0);
    assert_eq!(machine.read_phy(1, 1) & 0x0004, 0x0004);
}
