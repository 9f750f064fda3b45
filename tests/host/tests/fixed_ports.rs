//! Cards on the VL bus: found where the parameter has the driver look, and driven as any other.

use host_rig::{Config, Level, Machine, Part, SlotId, Variant};
use pcnet_model::{BusError, Lost, Width};

/// The ports that such cards can be set to.
const PLACES: [u16; 4] = [0x300, 0x320, 0x340, 0x360];

fn board(number: u8) -> Config {
    Config::new(Part::Am79C965).with_address([0x00, 0x00, 0x1a, 0x00, 0x00, number])
}

/// Brings a card up and sends a frame each way.
fn works(machine: &Machine, card: SlotId) {
    let interface = machine.interface(card);
    interface.up().expect("goes up");
    machine.settle();
    machine.assert_traffic(card);
}

host_rig::both! {
    /// Each of several, beside one on PCI; and all of it is given back.
    fn several_cards(variant) {
        let mut machine = Machine::new(variant);
        let on_pci = machine.card(Part::Am79C970A);
        let cards = PLACES.map(|base| (base, machine.card_at(base, board(base as u8))));
        machine.insmod(&["pcnet32vlb=1"]).unwrap();
        works(&machine, on_pci);
        for (base, card) in cards {
            works(&machine, card);
            let interface = machine.interface(card);
            assert_eq!(interface.address()[5], base as u8);
            assert_eq!(interface.driver().unwrap().bus_info, format!("VLB {base:#x}"));
            interface.registers().unwrap();
            assert!(!interface.self_test(true).unwrap().failed);
        }
        assert!(machine.logged("PCnet/32 79C965,"), "{}", machine.log_text());
        assert!(machine.logged("ports-0320: "), "{}", machine.log_text());
        machine.rmmod();
        machine.insmod(&["pcnet32vlb=1"]).unwrap();
        works(&machine, cards[3].1);
    }

    /// Without the parameter nobody touches such ports, not even to read.
    fn not_looked_for(variant) {
        for words in [&[][..], &["pcnet32vlb=0"]] {
            let mut machine = Machine::new(variant);
            let on_pci = machine.card(Part::Am79C970A);
            let card = machine.card_at(0x300, board(1));
            machine.insmod(words).unwrap();
            works(&machine, on_pci);
            assert!(machine.host().interface(card).is_none());
            assert_eq!(machine.host().port_accesses(card), 0);
        }
    }

    /// Nothing there, and nothing said; what is elsewhere is not found.
    fn none_there(variant) {
        let mut machine = Machine::new(variant);
        let on_pci = machine.card(Part::Am79C970A);
        let elsewhere = [0x2e0, 0x308, 0x380].map(|base| machine.card_at(base, board(1)));
        machine.insmod(&["pcnet32vlb=1"]).unwrap();
        works(&machine, on_pci);
        for card in elsewhere {
            assert!(machine.host().device_file(card).is_none());
            assert!(machine.host().interface(card).is_none());
        }
        let warnings = machine.log().into_iter().filter(|line| line.level == Level::Warning);
        assert_eq!(warnings.count(), 0, "{}", machine.log_text());
    }

    /// Ports of another driver, wherever they overlap, are its own.
    fn ports_of_another_driver(variant) {
        let mut machine = Machine::new(variant);
        let [first, second, third] =
            [0x300, 0x320, 0x340].map(|base| machine.card_at(base, board(1)));
        machine.host().occupy_ports(0x31f, 2);
        machine.insmod(&["pcnet32vlb=1"]).unwrap();
        for card in [first, second] {
            assert!(machine.host().interface(card).is_none());
            assert_eq!(machine.host().port_accesses(card), 0);
        }
        assert!(machine.logged("ports 0x0300 to 0x031f belong to another driver"));
        works(&machine, third);
    }

    /// What reads otherwise is not ours: it is read, twice at most, and never written.
    fn another_device(variant) {
        for offset in [14, 15] {
            let mut machine = Machine::new(variant);
            let card = machine.card_at(0x300, board(1));
            machine.chip_and_bus(card, |chip, bus| {
                // BCR2: the PROM can be written.
                chip.write(bus, 0x12, Width::W16, 2);
                chip.write(bus, 0x16, Width::W16, 0x0100);
                chip.write(bus, offset, Width::W8, 0x75);
                chip.keep_writes(10);
            });
            machine.insmod(&["pcnet32vlb=1"]).unwrap();
            assert!(machine.host().device_file(card).is_none());
            assert!(machine.host().interface(card).is_none());
            let accesses = machine.host().port_accesses(card);
            assert!((1..=2).contains(&accesses), "{accesses} accesses");
            assert_eq!(machine.chip(card, |chip| chip.writes().count()), 0);
        }
    }

    /// The parameters of each card: those on PCI come first, then by the ports.
    fn numbers(variant) {
        let mut machine = Machine::new(variant);
        let cards = [0x360, 0x320].map(|base| machine.card_at(base, board(1)));
        let on_pci = machine.card(Part::Am79C970);
        // 12 takes the automatic selection of the port away (ASEL of BCR2).
        machine.insmod(&["pcnet32vlb=1", "options=0,12,0"]).unwrap();
        let selects = |card| {
            machine.interface(card).up().unwrap();
            machine.settle();
            machine.chip(card, |chip| chip.bcr(2) & 0x0002 != 0)
        };
        assert_eq!([on_pci, cards[1], cards[0]].map(selects), [true, false, true]);
    }

    /// A chip for PCI behind such ports is driven, too: the chip says what it is.
    fn other_chips(variant) {
        for part in Part::ALL {
            let mut machine = Machine::new(variant);
            let card = machine.card_at(0x340, Config { aui: true, ..Config::new(part) });
            machine.insmod(&["pcnet32vlb=1"]).unwrap();
            works(&machine, card);
        }
    }

    /// No bus says which interrupt a card has. One that cannot show it is left alone.
    fn no_interrupt_line(variant) {
        let mut machine = Machine::new(variant);
        let [mute, sound] = [0x300, 0x320].map(|base| machine.card_at(base, board(1)));
        machine.chip(mute, |chip| chip.faults().lost_interrupts = Lost::All);
        machine.expect_error("no interrupt line was found");
        machine.expect_error(match variant {
            Variant::Unsplit | Variant::Instrumented => "failed with error 19",
            Variant::Split | Variant::InstrumentedSplit => "start-up failed: ENODEV",
        });
        machine.insmod(&["pcnet32vlb=1"]).unwrap();
        assert!(machine.host().interface(mute).is_none());
        // The chip is as it was: stopped, and quiet.
        assert_eq!(machine.chip(mute, |chip| chip.csr(0)), 0x0004);
        works(&machine, sound);
    }

    /// A chip that does not read its initialization block has no interrupt either.
    fn no_initialization(variant) {
        let mut machine = Machine::new(variant);
        let card = machine.card_at(0x300, board(1));
        machine.chip(card, |chip| chip.faults().fail_reads(u32::MAX, BusError::Abort));
        machine.expect_error("no interrupt line was found");
        machine.expect_error(match variant {
            Variant::Unsplit | Variant::Instrumented => "failed with error",
            Variant::Split | Variant::InstrumentedSplit => "start-up failed",
        });
        machine.insmod(&["pcnet32vlb=1"]).unwrap();
        assert!(machine.host().interface(card).is_none());
    }

    /// Sleep, and the driver taken from the card and given nothing back to do.
    fn sleep_and_unbind(variant) {
        let mut machine = Machine::new(variant);
        let card = machine.card_at(0x360, board(1));
        machine.insmod(&["pcnet32vlb=1"]).unwrap();
        works(&machine, card);
        machine.host().suspend().unwrap();
        machine.host().resume().unwrap();
        machine.settle();
        machine.assert_traffic(card);
        machine.host().unbind(card).unwrap();
        assert!(machine.host().interface(card).is_none());
        assert_eq!(machine.chip(card, |chip| chip.csr(0)) & 0x0032, 0, "stopped");
    }
}
