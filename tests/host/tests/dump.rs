//! The register dump (`ethtool -d`): all words of the chip, and of every PHY.

use host_rig::{Config, Interface, Machine, Part, SlotId, Variant, statistic};
use pcnet_model::{Delay, PhyConfig};

/// Words of a chip without PHYs, and of a PHY.
const WORDS: usize = 136;
const OF_A_PHY: usize = 32;

/// A machine with an Am79C973 and such PHYs, and its interface up.
fn with_phys(variant: Variant, phys: Vec<PhyConfig>) -> (Machine, SlotId, Interface) {
    let mut machine = Machine::new(variant);
    let card = machine.card_with(Config::new(Part::Am79C973).with_phys(phys));
    machine.insmod(&[]).expect("the module loads");
    let interface = machine.interface(card);
    interface.up().expect("goes up");
    machine.settle();
    (machine, card, interface)
}

fn words(bytes: &[u8]) -> Vec<u16> {
    let pairs = bytes.chunks(2);
    pairs
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
        .collect()
}

host_rig::both! {
    /// The words are those of the chip, which is suspended while they are read, and goes on.
    fn the_register_dump(variant) {
        let (machine, card, interface) = Machine::up(variant);
        for up in [true, false] {
            if !up {
                interface.down().unwrap();
            }
            let (version, bytes) = interface.registers().unwrap();
            assert_eq!((version, bytes.len()), (0, 2 * WORDS));
            let dumped = words(&bytes);
            assert_eq!(bytes[..6], interface.address());
            machine.chip(card, |chip| {
                let csrs = (0..90).chain([112, 114]).map(|index| (format!("CSR{index}"), chip.csr(index)));
                let bcrs = (0..36).map(|index| (format!("BCR{index}"), if index == 30 { 0 } else { chip.bcr(index) }));
                for ((name, value), shown) in csrs.chain(bcrs).zip(&dumped[8..]) {
                    // CSR5 says that the chip is suspended while it is read.
                    let hidden = u16::from(name == "CSR5" && up);
                    assert_eq!(value | hidden, *shown, "{name}");
                }
            });
        }
        interface.up().unwrap();
        machine.assert_traffic(card);
        // One that does not come to rest is read as it runs.
        machine.chip(card, |chip| chip.faults().suspend = Delay::Never);
        let (_, bytes) = interface.registers().unwrap();
        assert_eq!(bytes.len(), 2 * WORDS);
        assert_eq!(bytes[..6], interface.address());
        machine.chip(card, |chip| chip.faults().suspend = Delay::None);
        machine.assert_traffic(card);
        assert_eq!(statistic(&interface, "restarts"), 0);
    }

    fn the_dump_ends_with_the_phys(variant) {
        let phys = vec![PhyConfig::new(1), PhyConfig { id: 0x1234_5678, ..PhyConfig::new(7) }];
        let (_machine, _, interface) = with_phys(variant, phys);
        let (_, bytes) = interface.registers().unwrap();
        let dumped = words(&bytes);
        assert_eq!(dumped.len(), WORDS + 2 * OF_A_PHY);
        assert_eq!(dumped[WORDS..][2..4], [0x0000, 0x6b75]);
        assert_eq!(dumped[WORDS + OF_A_PHY..][2..4], [0x1234, 0x5678]);
    }

    /// Any number of PHYs, each with all its registers; in as few pieces as there is room for.
    fn the_dump_has_every_phy(variant) {
        for (count, pieces) in [(11, 1), (12, 2), (27, 2), (28, 3), (32, 3)] {
            let phys = (0..count).map(|at| PhyConfig { id: 0x4242_0000 | u32::from(at), ..PhyConfig::new(at) });
            let (machine, card, interface) = with_phys(variant, phys.collect());
            let before = machine.crossings(card);
            let (version, bytes) = interface.registers().unwrap();
            let dumped = words(&bytes);
            assert_eq!((version, dumped.len()), (0, WORDS + OF_A_PHY * usize::from(count)));
            assert_eq!(bytes[..6], interface.address());
            for at in 0..count {
                let shown = &dumped[WORDS + OF_A_PHY * usize::from(at)..][..OF_A_PHY];
                assert_eq!(shown[2..4], [0x4242, at.into()], "PHY {at} of {count}");
                for register in [0, 2, 3, 4, 5, 31] {
                    let value = machine.chip(card, |chip| chip.phy(at).unwrap().peek(register as u8));
                    assert_eq!(shown[register], value, "{at}: {register}");
                }
            }
            if variant == Variant::Split {
                // One asks for the length.
                let made = machine.crossings(card)["upcalls"] - before["upcalls"];
                assert_eq!(made, 1 + pieces, "{count} PHYs");
            }
        }
    }
}
