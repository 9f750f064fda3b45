//! Chips that take their time, or for ever: to be reset, to read the initialization block.

use std::time::Duration;

use host_rig::{Errno, Machine, Part, Variant, frame};
use pcnet_model::Delay;

host_rig::both! {
    /// Up to a millisecond the chip may take for its initialization block.
    fn a_slow_start_is_waited_for(variant) {
        let (machine, card) = Machine::ready(variant);
        let interface = machine.interface(card);
        for microseconds in [1, 100, 900] {
            machine.chip(card, |chip| {
                chip.faults().initialization = Delay::Nanoseconds(1_000 * microseconds);
            });
            interface.up().unwrap();
            machine.assert_traffic(card);
            interface.down().unwrap();
        }
    }

    /// Longer is an error: nothing stays behind, and the next `up` of a sound chip works.
    fn a_start_that_takes_too_long_fails(variant) {
        let (mut machine, card) = Machine::ready(variant);
        machine.expect_error("does not read its initialization block");
        let interface = machine.interface(card);
        // From here on the kernel half knows what it is asked to read, and needs no memory for that.
        interface.up().unwrap();
        machine.settle();
        interface.down().unwrap();
        let before = machine.host().leaks().len();
        for delay in [Delay::Nanoseconds(5_000_000), Delay::Never] {
            machine.chip(card, |chip| chip.faults().initialization = delay);
            let since = machine.host().uptime();
            assert_eq!(interface.up(), Err(Errno::ETIMEDOUT), "{delay:?}");
            assert!(machine.host().uptime() - since < Duration::from_millis(20));
            machine.settle();
            assert!(!interface.is_up());
            assert_eq!(machine.host().leaks().len(), before, "{:?}", machine.host().leaks());
            assert_eq!(machine.chip(card, |chip| chip.csr(0) & 4), 4, "the chip is stopped");
            assert_eq!(machine.host().interrupt_by_another(card), None);
            machine.chip(card, |chip| chip.faults().initialization = Delay::None);
            // What was late may still come: the chip is not listening.
            machine.advance(20);
            interface.up().unwrap();
            machine.assert_traffic(card);
            interface.down().unwrap();
        }
    }

    /// A running interface whose chip does not start again: no carrier, and down and up help.
    fn a_restart_that_fails(variant) {
        let (mut machine, card, interface) = Machine::up(variant);
        machine.expect_error("does not read its initialization block");
        machine.chip(card, |chip| chip.faults().initialization = Delay::Never);
        let mut ring = interface.ring().unwrap();
        ring.tx = 64;
        assert_eq!(interface.set_ring(ring), Err(Errno::ETIMEDOUT));
        assert!(interface.is_up() && !interface.carrier());
        machine.advance(20_000);
        machine.chip(card, |chip| chip.faults().initialization = Delay::None);
        machine.assert_revival(card);
    }

    /// The transmit timeout finds a chip that does not start again: one more line, and no carrier, so that
    /// nobody waits for packets to be sent.
    fn a_recovery_that_fails(variant) {
        let (mut machine, card, interface) = Machine::up(variant);
        machine.expect_error("transmit queue 0 timed out");
        machine.expect_error("does not read its initialization block");
        machine.expect_error("restart failed: ETIMEDOUT");
        machine.chip(card, |chip| {
            chip.faults().jammed = true;
            chip.faults().initialization = Delay::Never;
        });
        for _ in 0..20 {
            interface.send(&frame(b"stuck")).unwrap();
        }
        machine.advance(10_100);
        assert!(interface.is_up() && !interface.carrier());
        let lines = machine.log();
        let said = lines.iter().filter(|line| line.text.contains("restart failed"));
        assert_eq!(said.count(), 1);
        machine.chip(card, |chip| {
            chip.faults().jammed = false;
            chip.faults().initialization = Delay::None;
        });
        machine.assert_revival(card);
    }

    /// A chip that comes neither to rest nor to life is one that has stopped, and the log says so: nobody waits
    /// for the outcome.
    fn a_filter_that_cannot_be_set(variant) {
        let (mut machine, card, interface) = Machine::up(variant);
        machine.expect_error("does not read its initialization block");
        machine.chip(card, |chip| {
            chip.faults().suspend = Delay::Never;
            chip.faults().initialization = Delay::Never;
        });
        interface.set_promiscuous(true).unwrap();
        machine.settle();
        assert!(!interface.carrier());
        machine.chip(card, |chip| {
            chip.faults().suspend = Delay::None;
            chip.faults().initialization = Delay::None;
        });
        interface.down().unwrap();
        interface.up().unwrap();
        machine.settle();
        // What was wanted then holds now.
        assert_eq!(machine.chip(card, |chip| chip.csr(15) & 0x8000), 0x8000);
        machine.assert_traffic(card);
    }

    /// A reset that is not over when the next access comes.
    fn a_slow_reset(variant) {
        let (mut machine, card) = Machine::ready(variant);
        machine.expect_error("does not read its initialization block");
        let interface = machine.interface(card);
        let before = machine.host().leaks().len();
        machine.chip(card, |chip| chip.faults().reset = Delay::Never);
        assert_eq!(interface.up(), Err(Errno::ETIMEDOUT));
        assert!(!interface.is_up());
        assert_eq!(machine.host().leaks().len(), before);
        machine.chip_and_bus(card, |chip, bus| {
            chip.faults().reset = Delay::None;
            chip.hard_reset(bus);
        });
        interface.up().unwrap();
        machine.assert_traffic(card);
    }

    /// A chip that never comes out of reset is no chip: the card is left alone, others are not.
    fn a_reset_that_never_ends(variant) {
        let mut machine = Machine::new(variant);
        machine.expect_error("no chip answers");
        // ENODEV, from whoever it was that could not start.
        machine.expect_error(match variant {
            Variant::Unsplit | Variant::Instrumented => "failed with error 19",
            Variant::Split | Variant::InstrumentedSplit => "start-up failed: ENODEV",
        });
        let (broken, sound) = (machine.card(Part::Am79C970A), machine.card(Part::Am79C970A));
        machine.chip(broken, |chip| chip.faults().reset = Delay::Never);
        machine.insmod(&[]).unwrap();
        assert!(machine.host().interface(broken).is_none());
        machine.interface(sound).up().unwrap();
        machine.assert_traffic(sound);
        machine.rmmod();
    }

    /// What needs a chip at rest restarts one that does not come to it.
    fn a_chip_that_cannot_be_suspended(variant) {
        let (machine, card, interface) = Machine::up(variant);
        machine.chip(card, |chip| chip.faults().suspend = Delay::Never);
        interface.set_promiscuous(true).unwrap();
        machine.settle();
        machine.chip(card, |chip| assert_eq!(chip.csr(15) & 0x8000, 0x8000));
        interface.set_promiscuous(false).unwrap();
        interface.set_multicast(&[[0x33, 0x33, 0, 0, 0, 1]]).unwrap();
        machine.settle();
        machine.chip(card, |chip| {
            assert_eq!(chip.csr(15) & 0x8000, 0);
            assert_eq!((8..12).map(|index| chip.csr(index)).collect::<Vec<_>>(), [0, 0x0080, 0, 0]);
        });
        let (_, dump) = interface.registers().unwrap();
        assert_eq!(dump.len(), 272);
        machine.assert_traffic(card);
    }
}
