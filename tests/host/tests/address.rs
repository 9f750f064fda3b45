//! The station address: where it comes from, and how it is changed.

use host_rig::{Config, Errno, Machine, Part, SlotId, frame_to};

/// What the first card of a machine has in its PROM.
const PERMANENT: [u8; 6] = [0x00, 0x00, 0x1a, 0x00, 0x00, 0x01];
const CHOSEN: [u8; 6] = [0x02, 0x12, 0x34, 0x56, 0x78, 0x9a];

/// CSR12 to CSR14.
fn in_registers(machine: &Machine, card: SlotId) -> [u8; 6] {
    let words = machine.chip(card, |chip| {
        [12, 13, 14].map(|index| chip.csr(index).to_le_bytes())
    });
    let [[a, b], [c, d], [e, f]] = words;
    [a, b, c, d, e, f]
}

fn passes(machine: &Machine, card: SlotId, destination: [u8; 6]) -> bool {
    machine.inject(card, &frame_to(destination, b""));
    machine.settle();
    !machine.interface(card).take_received().is_empty()
}

host_rig::both! {
    /// The chip gets it with the next start; frames to the one before pass no more.
    fn set_while_down(variant) {
        let (machine, card) = Machine::ready(variant);
        let interface = machine.interface(card);
        assert_eq!(interface.address(), PERMANENT);
        interface.set_address(CHOSEN).unwrap();
        assert_eq!(interface.address(), CHOSEN);
        interface.up().unwrap();
        // The filter is a worker's to set: the chip is at rest meanwhile.
        machine.settle();
        assert_eq!(in_registers(&machine, card), CHOSEN);
        assert!(passes(&machine, card, CHOSEN) && !passes(&machine, card, PERMANENT));
        interface.down().unwrap();
        interface.up().unwrap();
        assert_eq!(in_registers(&machine, card), CHOSEN);
        // The self test sends to itself.
        assert!(!interface.self_test(true).unwrap().failed);
        assert_eq!(in_registers(&machine, card), CHOSEN);
    }

    /// Not while it is up, and not to what is no station's address.
    fn impossible_changes_are_refused(variant) {
        let (machine, card, interface) = Machine::up(variant);
        assert_eq!(interface.set_address(CHOSEN), Err(Errno::EBUSY));
        interface.down().unwrap();
        for wrong in [[0; 6], [0xff; 6], [0x01, 0x00, 0x5e, 0, 0, 1]] {
            assert_eq!(interface.set_address(wrong), Err(Errno::EADDRNOTAVAIL));
        }
        assert_eq!(interface.address(), PERMANENT);
        interface.up().unwrap();
        assert_eq!(in_registers(&machine, card), PERMANENT);
        machine.assert_traffic(card);
    }

    /// A module that is loaded again starts with the permanent one.
    fn not_kept_over_unload(variant) {
        let (mut machine, card) = Machine::ready(variant);
        let interface = machine.interface(card);
        interface.set_address(CHOSEN).unwrap();
        interface.up().unwrap();
        drop(interface);
        machine.rmmod();
        machine.insmod(&[]).unwrap();
        assert_eq!(machine.interface(card).address(), PERMANENT);
        machine.interface(card).up().unwrap();
        machine.settle();
        assert!(passes(&machine, card, PERMANENT) && !passes(&machine, card, CHOSEN));
    }

    /// Without a valid address the interface stays down until it is given one.
    fn a_board_without_an_address(variant) {
        for address in [[0; 6], [0xff; 6], [0x01, 0, 0, 0, 0, 1]] {
            let mut machine = Machine::new(variant);
            let card = machine.card_with(Config::new(Part::Am79C970A).with_address(address));
            machine.insmod(&[]).unwrap();
            assert!(machine.logged("no valid address"));
            let interface = machine.interface(card);
            assert_eq!(interface.address(), [0; 6]);
            assert_eq!(interface.up(), Err(Errno::EADDRNOTAVAIL));
            assert!(!interface.is_up());
            interface.set_address(CHOSEN).unwrap();
            interface.up().unwrap();
            machine.settle();
            assert!(passes(&machine, card, CHOSEN));
        }
    }
}
