//! Boards that need something else than their chips.

use host_rig::{Config, Errno, Machine, Part, SlotId, Variant, frame};
use pcnet_model::Register;
use runtime_host::Identity;

const USUAL: Identity = Identity {
    vendor: 0x1022,
    device: 0x2000,
    class: 0x02_0000,
    subsystem_vendor: 0,
    subsystem_device: 0,
};

/// One board, its interface up.
fn up(variant: Variant, config: Config, identity: Identity, words: &[&str]) -> (Machine, SlotId) {
    let mut machine = Machine::new(variant);
    let card = machine.card_as(config, identity);
    machine.insmod(words).expect("the module loads");
    machine.interface(card).up().expect("goes up");
    machine.settle();
    (machine, card)
}

host_rig::both! {
    /// AT-2700FX and AT-2701FX: 100 Mbit/s over fibre, in full duplex; nothing is negotiated.
    fn fibre_boards_are_told_their_mode(variant) {
        let board = |device| Identity {
            subsystem_vendor: 0x1259,
            subsystem_device: device,
            ..USUAL
        };
        let mode = |device, words: &[&str]| {
            let (machine, card) = up(variant, Config::new(Part::Am79C972), board(device), words);
            let shown = machine.interface(card).link_settings().unwrap();
            let manage = machine.chip(card, |chip| chip.bcr(32) & 0x00b8);
            (shown.autoneg, shown.speed, shown.duplex, manage)
        };
        assert_eq!(mode(0x2701, &[]), (0, 100, 1, 0x0018));
        assert_eq!(mode(0x2703, &[]), (0, 100, 1, 0x0018));
        // Copper, and a choice.
        assert_eq!(mode(0x2700, &[]), (1, 100, 1, 0x0020));
        assert_eq!(mode(0x2701, &["options=9"]), (0, 10, 0, 0x0000));
    }

    /// IBM's xSeries 250 has this chip, and wants full duplex until the PHY says otherwise.
    fn the_xseries_250(variant) {
        let duplex = |part| {
            let (machine, card) = up(variant, Config::new(part), USUAL, &[]);
            machine.interface(card).down().unwrap();
            machine.chip(card, |chip| {
                chip.set_link(false);
            });
            machine.interface(card).up().unwrap();
            machine.settle();
            machine.chip(card, |chip| chip.bcr(9) & 3)
        };
        assert_eq!(duplex(Part::Am79C975), 3);
        assert_eq!(duplex(Part::Am79C973), 0);
    }

    /// Boards for T1 and E1 lines, told by the maker's half of the address.
    fn serial_lines(variant) {
        let config = |part| Config { aui: true, ..Config::new(part) };
        for part in [Part::Am79C970A, Part::Am79C971] {
            let board = config(part).with_address([0x00, 0xe0, 0x75, 1, 2, 3]);
            let (machine, card) = up(variant, board, USUAL, &[]);
            machine.chip(card, |chip| {
                assert_eq!(chip.csr(15) & 0x0180, 0x0100, "{part:?}");
                assert_eq!(chip.csr(124) & 0x0010, 0x0010, "{part:?}");
                assert_eq!(chip.bcr(2) & 0x0002, 0, "{part:?}");
            });
            // After a loss of power, too.
            machine.host().suspend().unwrap();
            let board = config(part).with_address([0x00, 0xe0, 0x75, 1, 2, 3]);
            machine.chip(card, |chip| *chip = host_rig::Chip::new(board));
            machine.host().resume().unwrap();
            machine.settle();
            assert_eq!(machine.chip(card, |chip| chip.csr(124) & 0x0010), 0x0010);
            machine.chip(card, |chip| assert_eq!(chip.violations(), []));
        }
        let (machine, card) = up(variant, config(Part::Am79C970A), USUAL, &[]);
        assert_eq!(machine.chip(card, |chip| chip.csr(124) & 0x0010), 0);
    }

    /// AMD's number with a digit wrong, where it is an Ethernet controller.
    fn the_wrong_vendor(variant) {
        let wrong = Identity { vendor: 0x1023, ..USUAL };
        let (machine, card) = up(variant, Config::new(Part::Am79C970A), wrong, &[]);
        machine.interface(card).send(&frame(b"for AMD")).unwrap();
        machine.settle();
        assert_eq!(machine.take_transmitted(card).len(), 1);
        let display = Identity { class: 0x03_0000, ..wrong };
        let mut machine = Machine::new(variant);
        let card = machine.card_as(Config::new(Part::Am79C970A), display);
        machine.insmod(&[]).unwrap();
        assert!(machine.host().interface(card).is_none());
    }

    /// The registers may hold what an earlier driver left: the PROM counts, if it is an address.
    fn the_prom_has_the_address(variant) {
        for (prom, registers, chosen) in [
            ([2, 0, 0, 0, 0, 1], [2, 0, 0, 0, 0, 9], [2, 0, 0, 0, 0, 1]),
            ([0; 6], [2, 0, 0, 0, 0, 9], [2, 0, 0, 0, 0, 9]),
            ([0xff; 6], [2, 0, 0, 0, 0, 9], [2, 0, 0, 0, 0, 9]),
            ([3, 0, 0, 0, 0, 1], [0; 6], [0; 6]),
        ] {
            let mut machine = Machine::new(variant);
            let card = machine.card_with(Config::new(Part::Am79C970A).with_address(prom));
            machine.chip(card, |chip| {
                for (index, pair) in (12..).zip(registers.chunks(2)) {
                    let word = u16::from_le_bytes([pair[0], pair[1]]);
                    chip.faults().stick(Register::Csr(index), word, !word);
                }
            });
            machine.insmod(&[]).unwrap();
            let interface = machine.interface(card);
            assert_eq!(interface.address(), chosen);
            let warned = machine.logged("using the PROM's") || machine.logged("no valid address");
            assert_eq!(warned, prom != registers && (prom[0] == 2 || chosen == [0; 6]));
            if chosen == [0; 6] {
                assert_eq!(interface.up(), Err(Errno::EADDRNOTAVAIL));
                interface.set_address([2, 0, 0, 0, 0, 7]).unwrap();
                interface.up().unwrap();
                machine.settle();
                assert_eq!(machine.chip(card, |chip| chip.csr(12)), 0x0002);
            }
        }
    }

    /// Some chips clear the length of a receive buffer, which must be written anew.
    fn lengths_of_buffers_are_written_anew(variant) {
        let config = Config { aui: true, ..Config::new(Part::Am79C965) };
        let (machine, card) = up(variant, config, USUAL, &[]);
        let interface = machine.interface(card);
        // Three times around the ring.
        for n in 0..96u8 {
            machine.inject(card, &frame(&[n; 60]));
            machine.settle();
            assert_eq!(interface.take_received(), [frame(&[n; 60])], "frame {n}");
        }
    }
}
