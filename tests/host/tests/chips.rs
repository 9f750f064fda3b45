//! Every chip of the family: found, set up as its data sheet wants it, and at work.

use host_rig::{Config, Machine, Part, SlotId, Variant, frame, statistic};
use pcnet_model::{Register, TransmitFault, Width};

/// One card with such a chip, its interface up.
fn up(variant: Variant, part: Part, words: &[&str]) -> (Machine, SlotId) {
    let mut machine = Machine::new(variant);
    let card = machine.card(part);
    machine.insmod(words).expect("the module loads");
    machine.interface(card).up().expect("goes up");
    machine.settle();
    (machine, card)
}

/// A register of a chip that is set up.
fn bcr(variant: Variant, part: Part, words: &[&str], index: usize) -> u16 {
    let (machine, card) = up(variant, part, words);
    machine.chip(card, |chip| chip.bcr(index))
}

fn csr(variant: Variant, part: Part, words: &[&str], index: usize) -> u16 {
    let (machine, card) = up(variant, part, words);
    machine.chip(card, |chip| chip.csr(index))
}

/// What the log calls a chip.
fn name(part: Part) -> &'static str {
    match part {
        // On PCI this number is the Am79C970's, too.
        Part::Am79C970 | Part::Am79C965 => "PCnet/PCI 79C970,",
        Part::Am79C970A => "PCnet/PCI II 79C970A,",
        Part::Am79C971 => "PCnet/FAST 79C971,",
        Part::Am79C972 => "PCnet/FAST+ 79C972,",
        Part::Am79C973 => "PCnet/FAST III 79C973,",
        Part::Am79C975 => "PCnet/FAST III 79C975,",
        Part::Am79C976 => "PCnet/PRO 79C976,",
        Part::Am79C978 => "PCnet/Home 79C978,",
    }
}

/// The driver takes no such card, and says why; so does what called it.
fn expect_refusal(machine: &mut Machine, why: &str) {
    machine.expect_error(why);
    machine.expect_error(match machine.variant() {
        Variant::Unsplit | Variant::Instrumented => "failed with error 19",
        Variant::Split | Variant::InstrumentedSplit => "start-up failed: ENODEV",
    });
}

host_rig::both! {
    /// Up, frames both ways, every ethtool operation, down; nothing that a data sheet forbids.
    fn every_chip_works(variant) {
        for part in Part::ALL {
            let mut machine = Machine::new(variant);
            let aui = |part| Config { aui: true, ..Config::new(part) };
            let one = machine.card_with(aui(part).with_address([0, 0, 0x1a, 0, 0, 1]));
            let other = machine.card_with(aui(part).with_address([0, 0, 0x1a, 0, 0, 2]));
            machine.connect(one, other);
            machine.insmod(&[]).unwrap();
            assert!(machine.logged(name(part)), "{part:?}");
            let (a, b) = (machine.interface(one), machine.interface(other));
            for interface in [&a, &b] {
                interface.up().unwrap();
            }
            machine.settle();
            assert!(a.carrier() && a.link().unwrap(), "{part:?}");
            for length in [46, 100, 1000, 1500] {
                let sent = frame(&vec![0x5a; length]);
                a.send(&sent).unwrap();
                machine.settle();
                assert!(b.take_received() == std::slice::from_ref(&sent), "{part:?}: {length}");
                b.send(&sent).unwrap();
                machine.settle();
                assert_eq!(a.take_received(), [sent], "{part:?}: {length}");
            }
            a.set_promiscuous(true).unwrap();
            a.set_multicast(&[[0x33, 0x33, 0, 0, 0, 1]]).unwrap();
            machine.settle();
            let (_, dump) = a.registers().unwrap();
            assert!(dump.len() >= 272, "{part:?}");
            assert_eq!(dump[..6], [0, 0, 0x1a, 0, 0, 1], "{part:?}");
            a.identify(1).unwrap();
            a.down().unwrap();
            b.down().unwrap();
            machine.chip(one, |chip| assert_eq!(chip.violations(), []));
        }
    }

    /// Four frames inside the chip and back; the interface goes on afterwards.
    fn every_chip_passes_the_self_test(variant) {
        for part in Part::ALL {
            let (machine, card) = up(variant, part, &[]);
            let interface = machine.interface(card);
            let looped = || machine.chip(card, |chip| chip.counters().looped);
            assert!(!interface.self_test(false).unwrap().failed);
            assert_eq!(looped(), 0, "{part:?}");
            let result = interface.self_test(true).unwrap();
            assert!(!result.failed, "{part:?}");
            assert_eq!(result.results, [("Loopback test  (offline)".to_owned(), 0)]);
            assert_eq!(looped(), 4, "{part:?}");
            assert_eq!(machine.take_transmitted(card), Vec::<Vec<u8>>::new(), "{part:?}");
            if interface.carrier() {
                interface.send(&frame(b"after the test")).unwrap();
            }
            interface.down().unwrap();
            assert!(!interface.self_test(true).unwrap().failed, "{part:?}, down");
            machine.chip(card, |chip| assert_eq!(chip.violations(), []));
        }
    }

    /// A chip that loses what it should send back to itself.
    fn a_broken_chip_fails_the_self_test(variant) {
        let (machine, card) = up(variant, Part::Am79C973, &[]);
        machine.chip(card, |chip| chip.faults().jammed = true);
        let result = machine.interface(card).self_test(true).unwrap();
        assert!(result.failed);
        assert_eq!(result.results[0].1, 1);
    }

    /// The FIFOs of these hold a frame: sent when all of it is there, and in bursts.
    fn large_fifos_send_whole_frames(variant) {
        for part in [Part::Am79C971, Part::Am79C972] {
            assert_eq!(bcr(variant, part, &[], 18) & 0x0860, 0x0860, "{part:?}");
            assert_eq!(csr(variant, part, &[], 80) & 0x0c00, 0x0c00, "{part:?}");
            assert_eq!(csr(variant, part, &["tx_start_pt=1"], 80) & 0x0c00, 0x0400);
        }
        assert_eq!(bcr(variant, Part::Am79C970A, &[], 18) & 0x0800, 0);
    }

    fn memory_is_shared_out(variant) {
        for part in [Part::Am79C973, Part::Am79C975] {
            assert_eq!(bcr(variant, part, &[], 25), 0x17, "{part:?}");
            assert_eq!(bcr(variant, part, &[], 26), 0x0c, "{part:?}");
            assert_eq!(bcr(variant, part, &[], 18) & 0x0800, 0x0800, "{part:?}");
        }
        assert_eq!(bcr(variant, Part::Am79C972, &[], 25), 0);
    }

    /// Reading BCR30 of an Am79C976 hangs it.
    fn bcr30_is_never_read(variant) {
        let (machine, card) = up(variant, Part::Am79C976, &[]);
        let (_, dump) = machine.interface(card).registers().unwrap();
        assert_eq!(dump[2 * 130..2 * 131], [0, 0]);
        machine.chip(card, |chip| assert!(!chip.is_hung()));
    }

    /// By PHY 0 it is 10BASE-T, by PHY 1 telephone wires.
    fn the_am79c978_uses_the_phy_it_is_told(variant) {
        for (words, selected) in [(&[][..], 0), (&["homepna=1"], 1), (&["homepna=0"], 0)] {
            assert_eq!(bcr(variant, Part::Am79C978, words, 49) & 3, selected, "{words:?}");
        }
    }

    /// The chip negotiates by itself, unless there is a reason to do it by hand.
    fn one_phy_is_the_chips(variant) {
        for part in [Part::Am79C971, Part::Am79C972, Part::Am79C973, Part::Am79C975, Part::Am79C976] {
            assert_eq!(bcr(variant, part, &[], 32) & 0x00b8, 0x0020, "{part:?}");
            assert_eq!(bcr(variant, part, &[], 2) & 0x0002, 0x0002, "{part:?}");
        }
    }

    /// Those before the Am79C970A do not say whether there is a link: there is one.
    fn old_chips_always_have_a_link(variant) {
        for part in [Part::Am79C970, Part::Am79C965] {
            let (machine, card) = up(variant, part, &[]);
            let interface = machine.interface(card);
            machine.chip(card, |chip| chip.set_link(false));
            machine.advance(5_000);
            assert!(interface.carrier() && interface.link().unwrap(), "{part:?}");
        }
    }

    /// The Am79C970A says it by an LED's register, for 10BASE-T; on AUI nobody knows.
    fn the_link_led_of_the_am79c970a(variant) {
        let (machine, card) = up(variant, Part::Am79C970A, &[]);
        let interface = machine.interface(card);
        assert!(interface.carrier());
        machine.chip(card, |chip| chip.set_link(false));
        machine.advance(1_900);
        assert!(interface.carrier(), "looks every two seconds");
        machine.advance(200);
        assert!(!interface.carrier() && !interface.link().unwrap());
        assert!(machine.logged("link down"));
        machine.chip(card, |chip| chip.set_link(true));
        machine.advance(2_100);
        assert!(interface.carrier());
        let aui = host_rig::LinkSettings { port: 1, ..interface.link_settings().unwrap() };
        interface.set_link_settings(aui).unwrap();
        machine.chip(card, |chip| chip.set_link(false));
        machine.advance(2_100);
        assert!(interface.carrier() && interface.link().unwrap());
    }

    /// Parts that are none of the family.
    fn an_unknown_chip_is_refused(variant) {
        for (register, ones, zeros) in [(89, 0x0f00, 0), (88, 0, 0x0002), (88, 0xf000, 0)] {
            let mut machine = Machine::new(variant);
            let card = machine.card(Part::Am79C970A);
            machine.chip(card, |chip| chip.faults().stick(Register::Csr(register), ones, zeros));
            expect_refusal(&mut machine, "unknown chip");
            machine.insmod(&[]).unwrap();
            assert!(machine.host().interface(card).is_none());
        }
    }

    fn a_slot_where_nobody_answers(variant) {
        let mut machine = Machine::new(variant);
        let card = machine.card(Part::Am79C970A);
        machine.chip(card, |chip| chip.faults().gone = true);
        expect_refusal(&mut machine, "no chip answers");
        machine.insmod(&[]).unwrap();
        assert!(machine.host().interface(card).is_none());
    }

    /// Some earlier driver left the chip so; only a loss of power ends it.
    fn double_word_io(variant) {
        for part in Part::ALL {
            let mut machine = Machine::new(variant);
            let card = machine.card_with(Config { aui: true, ..Config::new(part) });
            machine.chip_and_bus(card, |chip, bus| chip.write(bus, 0x10, Width::W32, 0));
            machine.insmod(&[]).unwrap();
            let interface = machine.interface(card);
            assert_eq!(interface.address(), [0x00, 0x00, 0x1a, 0x18, 0x51, 0x6e], "{part:?}");
            interface.up().unwrap();
            machine.settle();
            assert!(interface.carrier(), "{part:?}");
            let (_, dump) = interface.registers().unwrap();
            assert_eq!(dump[..6], [0x00, 0x00, 0x1a, 0x18, 0x51, 0x6e], "{part:?}");
            machine.host().suspend().unwrap();
            machine.chip(card, |chip| {
                *chip = host_rig::Chip::new(Config { aui: true, ..Config::new(part) });
            });
            machine.host().resume().unwrap();
            machine.settle();
            interface.send(&frame(b"double words")).unwrap();
            machine.settle();
            assert_eq!(machine.take_transmitted(card), [frame(b"double words")], "{part:?}");
            machine.chip(card, |chip| assert_eq!(chip.violations(), [], "{part:?}"));
        }
    }

    /// Back to 16-bit structures, for whatever drives the chip next.
    fn the_software_style_is_left_behind(variant) {
        let (machine, card) = up(variant, Part::Am79C970A, &[]);
        let style = || machine.chip(card, |chip| chip.bcr(20) & 0xff);
        assert_eq!(style(), 2);
        machine.interface(card).down().unwrap();
        assert_eq!(style(), 0);
    }

    /// The transmitter stops when its FIFO runs dry; so the chip is restarted.
    fn every_chip_restarts_after_an_underflow(variant) {
        for part in Part::ALL {
            let mut machine = Machine::new(variant);
            let card = machine.card_with(Config { aui: true, ..Config::new(part) });
            machine.insmod(&[]).unwrap();
            machine.expect_error("transmit FIFO underflow, restarting");
            let interface = machine.interface(card);
            interface.up().unwrap();
            machine.settle();
            // One that cannot be suspended restarts for its receive filter.
            let before = statistic(&interface, "restarts");
            machine.chip(card, |chip| chip.faults().fail_transmitted(1, TransmitFault::Underflow));
            interface.send(&frame(b"starved")).unwrap();
            machine.advance(10);
            assert_eq!(statistic(&interface, "tx_fifo_underflows"), 1, "{part:?}");
            assert_eq!(statistic(&interface, "restarts"), before + 1, "{part:?}");
            assert_eq!(interface.stats().unwrap().tx_fifo_errors, 1, "{part:?}");
            machine.assert_traffic(card);
        }
    }
}
