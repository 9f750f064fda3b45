//! The module parameters: what each does, and what becomes of wrong ones.

use host_rig::{Config, Errno, Level, LoadError, Machine, Part, SlotId, Variant, frame};
use pcnet_model::Register;
use pcnet_model::mii::control;

/// One card with such a chip, its interface up.
fn up(variant: Variant, part: Part, words: &[&str]) -> (Machine, SlotId) {
    let mut machine = Machine::new(variant);
    let card = machine.card_with(Config {
        aui: true,
        ..Config::new(part)
    });
    machine.insmod(words).expect("the module loads");
    machine.interface(card).up().expect("goes up");
    machine.settle();
    (machine, card)
}

fn level(variant: Variant, words: &[&str]) -> u32 {
    let (machine, card) = up(variant, Part::Am79C970A, words);
    machine.interface(card).message_level().unwrap()
}

fn warned(variant: Variant, part: Part, words: &[&str], text: &str) -> bool {
    let (machine, _) = up(variant, part, words);
    let lines = machine.log();
    let warnings = lines.iter().filter(|line| line.level == Level::Warning);
    let found = warnings.clone().any(|line| line.text.contains(text));
    assert!(found || warnings.count() == 0, "{}", machine.log_text());
    found
}

host_rig::both! {
    fn debug_is_a_number_of_kinds_of_messages(variant) {
        assert_eq!(level(variant, &[]), 0x0007);
        assert_eq!(level(variant, &["debug=0"]), 0);
        assert_eq!(level(variant, &["debug=6"]), 0x003f);
        assert_eq!(level(variant, &["debug=31"]), 0x7fff_ffff);
        // Quiet from the first line on.
        let (machine, _) = up(variant, Part::Am79C970A, &["debug=0"]);
        let chatter = |text: &str| {
            let lines = machine.log().into_iter();
            lines.filter(|line| line.level != Level::Debug).any(|line| line.text.contains(text))
        };
        assert!(!chatter("79C970A,") && !chatter("link up"), "{}", machine.log_text());
        let (machine, _) = up(variant, Part::Am79C970A, &["debug=6"]);
        assert!(machine.logged("going up, 16 transmit, 32 receive descriptors"));
    }

    /// They are reported, and the default holds.
    fn wrong_values_are_reported(variant) {
        let part = Part::Am79C973;
        for words in [
            ["debug=32"], ["debug=-2"], ["max_interrupt_work=0"], ["max_interrupt_work=-1"],
            ["rx_copybreak=-1"], ["tx_start_pt=4"], ["tx_start_pt=-2"],
        ] {
            assert!(warned(variant, part, &words, "is not possible, using"), "{words:?}");
        }
        for words in [["options=16"], ["options=-1"], ["options=3"], ["options=12"]] {
            assert!(warned(variant, part, &words, "is no medium of this chip"), "{words:?}");
        }
        assert_eq!(level(variant, &["debug=32"]), 7);
        let bits = |words: &[&str]| {
            let (machine, card) = up(variant, Part::Am79C970A, words);
            machine.chip(card, |chip| chip.csr(80) & 0x0c00)
        };
        assert_eq!(bits(&["tx_start_pt=4"]), bits(&[]));
        let (machine, card) = up(variant, part, &["options=16"]);
        assert_eq!(machine.chip(card, |chip| chip.bcr(32) & 0x00b8), 0x0020);
    }

    /// What a parameter cannot do on a chip is said.
    fn parameters_without_effect_are_reported(variant) {
        let no_effect = "has no effect";
        assert!(warned(variant, Part::Am79C970A, &["homepna=1"], no_effect));
        assert!(warned(variant, Part::Am79C970A, &["options=1"], no_effect));
        assert!(warned(variant, Part::Am79C970, &["options=12", "full_duplex=1"], no_effect));
        assert!(warned(variant, Part::Am79C973, &["full_duplex=1"], no_effect));
        assert!(!warned(variant, Part::Am79C973, &["full_duplex=1", "options=13"], no_effect));
        assert!(!warned(variant, Part::Am79C978, &["homepna=1"], no_effect));
    }

    /// The bits of CSR80 are the point; without one they are the chip's own.
    fn tx_start_pt(variant) {
        for point in 0..4 {
            let (machine, card) = up(variant, Part::Am79C970A, &[&format!("tx_start_pt={point}")]);
            assert_eq!(machine.chip(card, |chip| chip.csr(80) & 0x0c00), point << 10);
        }
    }

    /// Up to that length a frame leaves its buffer in the ring; a longer one takes it along.
    fn rx_copybreak(variant) {
        // Buffers keep their addresses as long as they stay in the ring.
        let stays = |words: &[&str], payload: usize| {
            let (machine, card) = up(variant, Part::Am79C970A, words);
            let buffer = |at: u32| {
                machine.chip_and_bus(card, |chip, bus| {
                    let ring = u32::from(chip.csr(25)) << 16 | u32::from(chip.csr(24));
                    let mut bytes = [0; 4];
                    bus.read(ring + 16 * at, &mut bytes).expect("the ring is there");
                    bytes
                })
            };
            let before = buffer(0);
            machine.inject(card, &frame(&vec![7; payload]));
            machine.settle();
            assert_eq!(machine.interface(card).take_received(), [frame(&vec![7; payload])]);
            buffer(0) == before
        };
        // A frame has 14 bytes before its payload.
        assert!(stays(&[], 186) && !stays(&[], 187));
        assert!(!stays(&["rx_copybreak=0"], 0));
        assert!(stays(&["rx_copybreak=2000"], 1500));
        assert!(stays(&["rx_copybreak=-1"], 186) && !stays(&["rx_copybreak=-1"], 187));
    }

    /// The number of a medium, as the family's drivers have always had it.
    fn options_choose_the_medium(variant) {
        let mii = |option: i32| {
            let (machine, card) = up(variant, Part::Am79C972, &[&format!("options={option}")]);
            machine.chip(card, |chip| {
                let phy = chip.phy(1).unwrap().peek(0);
                let bits = control::NEGOTIATE | control::SPEED_100 | control::FULL_DUPLEX;
                (chip.csr(15) & 0x0180, chip.bcr(32) & 0x00b8, phy & bits)
            })
        };
        assert_eq!(mii(9), (0x0180, 0x0000, 0));
        assert_eq!(mii(10), (0x0180, 0x0010, control::FULL_DUPLEX));
        assert_eq!(mii(13), (0x0180, 0x0008, control::SPEED_100));
        assert_eq!(mii(14), (0x0180, 0x0018, control::SPEED_100 | control::FULL_DUPLEX));
        assert_eq!(mii(11).1, 0x0020);
        assert_eq!(mii(0).1, 0x0020);
        let ports = |option: i32| {
            let (machine, card) = up(variant, Part::Am79C970, &[&format!("options={option}")]);
            machine.chip(card, |chip| (chip.csr(15) & 0x0180, chip.bcr(2) & 2))
        };
        assert_eq!(ports(0), (0, 2));
        assert_eq!(ports(1), (0, 0));
        assert_eq!(ports(2), (0, 0));
        assert_eq!(ports(12), (0x0080, 0));
        // It has no MII.
        assert_eq!(ports(13), (0, 2));
        let (machine, card) = up(variant, Part::Am79C971, &["options=4"]);
        machine.chip(card, |chip| assert_eq!(chip.csr(15) & 0x0180, 0x0080));
    }

    /// On a medium that was chosen, where the chip can do it.
    fn full_duplex(variant) {
        let duplex = |part, words: &[&str]| {
            let (machine, card) = up(variant, part, words);
            machine.chip(card, |chip| chip.bcr(9) & 3)
        };
        assert_eq!(duplex(Part::Am79C970A, &["full_duplex=1"]), 1);
        assert_eq!(duplex(Part::Am79C970A, &["full_duplex=0"]), 0);
        assert_eq!(duplex(Part::Am79C973, &["options=13", "full_duplex=1"]), 1);
        assert_eq!(duplex(Part::Am79C973, &["options=13"]), 0);
        let (machine, card) = up(variant, Part::Am79C970A, &["full_duplex=1"]);
        assert_eq!(machine.interface(card).link_settings().unwrap().duplex, 1);
    }

    /// Each card has its own, in the order in which they were found.
    fn a_value_for_each_card(variant) {
        let mut machine = Machine::new(variant);
        let cards = [0; 3].map(|_| machine.card(Part::Am79C973));
        machine.insmod(&["options=13,0", "full_duplex=1"]).unwrap();
        let manage = cards.map(|card| {
            machine.interface(card).up().unwrap();
            machine.settle();
            machine.chip(card, |chip| chip.bcr(32) & 0x00b8)
        });
        assert_eq!(manage, [0x0018, 0x0020, 0x0020]);
    }

    /// What does not parse keeps the module from loading, and says why.
    fn a_wrong_value_is_refused(variant) {
        let mut machine = Machine::new(variant);
        machine.card(Part::Am79C970A);
        for (words, errno) in [
            (["debug=x"], Errno::EINVAL),
            (["debug="], Errno::EINVAL),
            (["debug"], Errno::EINVAL),
            (["debug=99999999999"], Errno::ERANGE),
            (["debug=1,2"], Errno::EINVAL),
            (["upcall_timeout_ms=-1"], Errno::EINVAL),
        ] {
            assert_eq!(machine.insmod(&words), Err(LoadError::Errno(errno)), "{words:?}");
        }
        machine.expect_error("invalid for parameter `debug'");
        machine.expect_error("invalid for parameter `upcall_timeout_ms'");
        // Nothing is left of it.
        machine.insmod(&["debug=0x10"]).unwrap();
    }

    /// An unknown name is a warning.
    fn an_unknown_name_is_ignored(variant) {
        let mut machine = Machine::new(variant);
        let card = machine.card(Part::Am79C970A);
        machine.insmod(&["colour=red"]).unwrap();
        assert!(machine.logged("unknown parameter 'colour' ignored"), "{}", machine.log_text());
        machine.interface(card).up().unwrap();
    }

    /// An interrupt that does not go away: as many rounds as the parameter says. The poll cannot be
    /// claimed, as the machine is asleep.
    fn max_interrupt_work(variant) {
        for (words, rounds) in [
            (&[][..], 2),
            (&["max_interrupt_work=1"], 1),
            (&["max_interrupt_work=7"], 7),
            (&["max_interrupt_work=0"], 2),
        ] {
            let (machine, card, interface) = Machine::up_with(variant, words);
            machine.host().suspend().unwrap();
            machine.chip(card, |chip| {
                chip.faults().stick(Register::Csr(0), 0x0080, 0);
                chip.keep_writes(1000);
            });
            let _ = interface.poll_controller();
            let masked = machine.chip(card, |chip| {
                chip.faults().stuck.clear();
                chip.writes().filter(|write| write.register == Register::Csr(3)).count()
            });
            assert_eq!(masked, rounds, "{words:?}");
            machine.host().resume().unwrap();
        }
    }
}
