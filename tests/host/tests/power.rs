//! Suspend and resume: while up, while down, and what may go wrong meanwhile.

use host_rig::{
    Chip, Config, Errno, Interface, LinkSettings, Machine, Part, RingParam, SlotId, Variant, frame,
};
use pcnet_model::{Delay, Width};

/// CSR0: stopped.
const STOP: u16 = 0x0004;

fn sleep_and_wake(machine: &Machine) {
    machine.host().suspend().unwrap();
    machine.host().resume().unwrap();
    machine.settle();
}

/// What a user may have set, and the chip holds.
fn configuration(machine: &Machine, card: SlotId) -> Vec<u16> {
    machine.chip(card, |chip| {
        let csrs = [12, 13, 14, 15, 76, 78, 80].map(|index| chip.csr(index));
        let bcrs = [2, 9, 20].map(|index| chip.bcr(index));
        [&csrs[..], &bcrs].concat()
    })
}

/// An interface that is up with nothing as it is by default.
fn configured(variant: Variant) -> (Machine, SlotId, Interface) {
    let mut machine = Machine::new(variant);
    let card = machine.card(Part::Am79C970A);
    machine.insmod(&["options=4", "tx_start_pt=2"]).unwrap();
    let interface = machine.interface(card);
    interface.set_address([2, 3, 4, 5, 6, 7]).unwrap();
    let ring = RingParam {
        tx: 32,
        rx: 8,
        ..RingParam::default()
    };
    interface.set_ring(ring).unwrap();
    interface.up().unwrap();
    machine.settle();
    (machine, card, interface)
}

host_rig::both! {
    /// Asleep, the chip is stopped and nothing passes; awake, all is as it was.
    fn while_up(variant) {
        let (machine, card, interface) = configured(variant);
        let before = configuration(&machine, card);
        for _ in 0..3 {
            machine.host().suspend().unwrap();
            assert_eq!(machine.chip(card, |chip| chip.csr(0) & STOP), STOP);
            machine.inject(card, &frame(b"not heard"));
            interface.send(&frame(b"not yet")).unwrap();
            machine.advance(10_000);
            assert!(machine.take_transmitted(card).is_empty() && interface.take_received().is_empty());
            // The interface is there, the device is not.
            assert!(interface.is_up());
            assert_eq!(interface.ring(), Err(Errno::ENODEV));
            assert_eq!(interface.registers(), Err(Errno::ENODEV));
            machine.host().resume().unwrap();
            machine.settle();
            assert_eq!(configuration(&machine, card), before);
            assert!(interface.carrier());
            assert!(machine.take_transmitted(card) == [frame(b"not yet")]);
            machine.assert_traffic(card);
        }
        assert_eq!(interface.ring().unwrap().rx, 8);
    }

    fn while_down(variant) {
        let (machine, card) = Machine::ready(variant);
        let interface = machine.interface(card);
        sleep_and_wake(&machine);
        assert!(!interface.is_up());
        assert_eq!(machine.chip(card, |chip| chip.csr(0)), STOP);
        interface.up().unwrap();
        machine.assert_traffic(card);
        interface.down().unwrap();
        sleep_and_wake(&machine);
        assert!(!interface.is_up());
        interface.up().unwrap();
        machine.assert_traffic(card);
    }

    /// A chip that lost its power is set up anew.
    fn registers_lost_in_sleep(variant) {
        let (machine, card, interface) = configured(variant);
        let before = configuration(&machine, card);
        machine.host().suspend().unwrap();
        machine.chip_and_bus(card, |chip, bus| chip.hard_reset(bus));
        assert_ne!(configuration(&machine, card), before);
        machine.host().resume().unwrap();
        machine.settle();
        assert_eq!(configuration(&machine, card), before);
        machine.assert_traffic(card);
        assert!(!interface.self_test(true).unwrap().failed);
    }

    /// The same while the interface is down: it goes up as after loading.
    fn registers_lost_while_down(variant) {
        let (machine, card, interface) = configured(variant);
        let before = configuration(&machine, card);
        interface.down().unwrap();
        machine.host().suspend().unwrap();
        machine.chip_and_bus(card, |chip, bus| chip.hard_reset(bus));
        machine.host().resume().unwrap();
        interface.up().unwrap();
        machine.settle();
        assert_eq!(configuration(&machine, card), before);
        machine.assert_traffic(card);
    }

    /// And in the I/O mode in which it was found.
    fn double_word_io_lost_while_down(variant) {
        let mut machine = Machine::new(variant);
        let card = machine.card(Part::Am79C970A);
        machine.chip_and_bus(card, |chip, bus| chip.write(bus, 0x10, Width::W32, 0));
        machine.insmod(&[]).unwrap();
        machine.host().suspend().unwrap();
        machine.chip_and_bus(card, |chip, bus| chip.hard_reset(bus));
        machine.host().resume().unwrap();
        machine.interface(card).up().unwrap();
        machine.assert_traffic(card);
    }

    /// Packets that waited go out after the sleep.
    fn packets_wait_for_the_morning(variant) {
        let (machine, card, interface) = Machine::up(variant);
        machine.chip(card, |chip| chip.faults().jammed = true);
        for n in 0..20u8 {
            interface.send(&frame(&[n])).unwrap();
        }
        machine.host().suspend().unwrap();
        machine.chip(card, |chip| chip.faults().jammed = false);
        machine.host().resume().unwrap();
        machine.advance(4);
        // What the chip had is lost, what the stack had is not.
        let expected: Vec<_> = (16..20u8).map(|n| frame(&[n])).collect();
        assert!(machine.take_transmitted(card) == expected);
        machine.assert_traffic(card);
    }

    /// A chip that does not start after the sleep: the interface comes back without a carrier, the log
    /// says why, and down and up help once the chip is sound.
    fn a_chip_that_does_not_wake_up(variant) {
        let (mut machine, card, interface) = Machine::up(variant);
        machine.expect_error("does not read its initialization block");
        machine.expect_error("cannot start after the sleep");
        machine.host().suspend().unwrap();
        machine.chip(card, |chip| chip.faults().initialization = Delay::Never);
        assert_eq!(machine.host().resume(), Err(Errno::ETIMEDOUT));
        machine.advance(20_000);
        assert!(interface.is_up() && !interface.carrier());
        interface.send(&frame(b"nowhere")).unwrap();
        assert_eq!(interface.stats().unwrap().tx_packets, 0);
        machine.chip(card, |chip| chip.faults().initialization = Delay::None);
        machine.assert_revival(card);
    }

    /// A card that is gone in the morning.
    fn a_card_that_is_gone(variant) {
        let (mut machine, card, interface) = Machine::up(variant);
        machine.expect_error("the card does not answer");
        machine.expect_error("cannot start after the sleep");
        machine.host().suspend().unwrap();
        machine.chip(card, |chip| chip.faults().gone = true);
        assert_eq!(machine.host().resume(), Err(Errno::ENODEV));
        machine.advance(20_000);
        assert!(!interface.carrier());
        interface.down().unwrap();
        assert_eq!(interface.up(), Err(Errno::ENODEV));
        machine.rmmod();
    }

    /// No memory in the morning, at whichever request.
    fn no_memory_to_wake_up(variant) {
        let (mut machine, card, interface) = Machine::up(variant);
        machine.expect_error("cannot start after the sleep");
        let small = RingParam { tx: 4, rx: 4, ..RingParam::default() };
        interface.set_ring(small).unwrap();
        for request in 0.. {
            machine.host().suspend().unwrap();
            machine.host().fail_requests(request, 1);
            let woken = machine.host().resume();
            let failed = machine.host().failed_requests() != 0;
            machine.host().fail_requests(0, 0);
            if !failed {
                woken.unwrap();
                break;
            }
            assert_eq!(woken, Err(Errno::ENOMEM), "request {request}");
            assert!(interface.is_up() && !interface.carrier());
            interface.down().unwrap();
            interface.up().unwrap();
            machine.assert_traffic(card);
        }
        machine.settle();
        machine.assert_traffic(card);
    }

    /// What was chosen is there again after a sleep, of an interface that was up or down.
    fn what_was_chosen_is_there_again(variant) {
        let (machine, card, interface) = Machine::up_with(variant, &["tx_start_pt=2"]);
        interface.set_multicast(&[[0x33, 0x33, 0, 0, 0, 1]]).unwrap();
        let shown = interface.link_settings().unwrap();
        interface.set_link_settings(LinkSettings { duplex: 1, ..shown }).unwrap();
        machine.settle();
        machine.host().suspend().unwrap();
        let _ = interface.send(&frame(b"asleep"));
        machine.chip(card, |chip| {
            let address = [0x00, 0x00, 0x1a, 0x00, 0x00, 1];
            *chip = Chip::new(Config::new(Part::Am79C970A).with_address(address));
        });
        machine.host().resume().unwrap();
        machine.settle();
        assert!(interface.carrier());
        assert_eq!(machine.chip(card, |chip| [8, 9, 10, 11].map(|index| chip.csr(index))), [0, 0x0080, 0, 0]);
        machine.chip(card, |chip| {
            assert_eq!((chip.csr(15) & 0x0180, chip.bcr(9) & 3), (0x0080, 3));
            assert_eq!(chip.csr(80) & 0x0c00, 0x0800);
            assert_eq!(chip.violations(), []);
        });
        machine.take_transmitted(card);
        interface.send(&frame(b"awake")).unwrap();
        machine.settle();
        assert_eq!(machine.take_transmitted(card), [frame(b"awake")]);
        interface.down().unwrap();
        machine.host().suspend().unwrap();
        machine.host().resume().unwrap();
        interface.up().unwrap();
        machine.settle();
        assert!(interface.carrier());
    }
}
