//! Interrupts: whose they are, what they say, and what becomes of those that say nothing true.

use std::sync::atomic::{AtomicBool, Ordering};

use host_rig::{Machine, frame, statistic};
use pcnet_model::{BusError, Event, Register};

/// CSR0.
const STATUS: Register = Register::Csr(0);
/// Longer than the stack waits before it complains of the transmitter, in milliseconds.
const TOO_LONG: u64 = 10_100;

host_rig::both! {
    /// The line is shared. What another card caused is left to its driver, and the chip is left alone.
    fn another_cards_interrupt_is_not_ours(variant) {
        let (machine, card, interface) = Machine::up(variant);
        machine.chip(card, |chip| chip.keep_writes(100));
        for _ in 0..100 {
            assert_eq!(machine.host().interrupt_by_another(card), Some(false));
        }
        machine.settle();
        machine.chip(card, |chip| {
            let writes: Vec<_> = chip.writes().filter(|write| write.register != Register::Rap).collect();
            assert!(writes.is_empty(), "{writes:?}");
        });
        machine.assert_traffic(card);
        interface.down().unwrap();
        // The handler is gone.
        assert_eq!(machine.host().interrupt_by_another(card), None);
    }

    /// The driver waits for the end of the initialization; there is nothing to tell it then.
    fn starting_causes_no_interrupt(variant) {
        let (machine, card, interface) = Machine::up(variant);
        let interrupts = || machine.chip(card, |chip| chip.counters().interrupts);
        assert_eq!(interrupts(), 0);
        interface.down().unwrap();
        interface.up().unwrap();
        assert!(!interface.self_test(true).unwrap().failed);
        machine.settle();
        assert_eq!(interrupts(), 0);
    }

    /// One interrupt a burst and no more: the poll runs with the chip's interrupts masked.
    fn a_burst_is_no_storm(variant) {
        let (machine, card, interface) = Machine::up(variant);
        let before = machine.chip(card, |chip| chip.counters().interrupts);
        for n in 0..20u8 {
            machine.inject(card, &frame(&[n]));
        }
        machine.settle();
        assert_eq!(interface.take_received().len(), 20);
        let after = machine.chip(card, |chip| chip.counters().interrupts);
        assert!((1..=20).contains(&(after - before)), "{} interrupts", after - before);
        // All of them are unmasked again.
        assert_eq!(machine.chip(card, |chip| (chip.csr(3), chip.csr(0) & 0x00c0)), (0, 0x0040));
    }

    /// A chip that claims to interrupt whenever it is asked keeps nobody from anything.
    fn a_stuck_interrupt_bit_is_bounded(variant) {
        let (machine, card, interface) = Machine::up(variant);
        machine.chip(card, |chip| chip.faults().stick(STATUS, 0x0080, 0));
        let stop = AtomicBool::new(false);
        std::thread::scope(|scope| {
            // On another processor, all the time, as the poll runs.
            let storm = scope.spawn(|| {
                let mut count = 0;
                while !stop.load(Ordering::Relaxed) || count < 500 {
                    assert_eq!(machine.host().interrupt_by_another(card), Some(true));
                    count += 1;
                }
            });
            for n in 0..50u8 {
                let bytes = frame(&[n]);
                interface.send(&bytes).unwrap();
                machine.inject(card, &bytes);
                while interface.take_received().is_empty() {
                    std::thread::yield_now();
                }
            }
            stop.store(true, Ordering::Relaxed);
            storm.join().unwrap();
        });
        machine.settle();
        assert_eq!(machine.take_transmitted(card).len(), 50);
        assert_eq!(interface.stats().unwrap().rx_packets, 50);
    }

    /// A memory error is counted and logged, once each, and nothing stops.
    fn memory_errors_are_logged(variant) {
        let (mut machine, card, interface) = Machine::up(variant);
        machine.expect_error("memory error");
        for count in 1..=3 {
            machine.chip_and_bus(card, |chip, bus| chip.happen(bus, Event::MemoryError));
            machine.settle();
            assert_eq!(statistic(&interface, "memory_errors"), count);
            machine.assert_traffic(card);
        }
        let lines = machine.log();
        let said = lines.iter().filter(|line| line.text.contains("memory error"));
        assert_eq!(said.count(), 3);
    }

    /// A bus that was not granted: the chip tries again, and the frame goes out after all.
    fn a_busy_bus_delays_a_frame(variant) {
        let (mut machine, card, interface) = Machine::up(variant);
        machine.expect_error("memory error");
        machine.chip(card, |chip| chip.faults().fail_reads(1, BusError::Timeout));
        interface.send(&frame(b"late")).unwrap();
        machine.advance(4);
        assert!(machine.take_transmitted(card) == [frame(b"late")]);
        assert_eq!(statistic(&interface, "memory_errors"), 1);
        machine.assert_traffic(card);
    }

    /// An aborted transfer stops the chip, which tells nobody: the transmit timeout starts it again.
    fn a_bus_abort_is_made_good_by_the_watchdog(variant) {
        let (mut machine, card, interface) = Machine::up(variant);
        machine.expect_error("timed out");
        machine.chip(card, |chip| chip.faults().fail_reads(1, BusError::Abort));
        interface.send(&frame(b"lost")).unwrap();
        machine.settle();
        assert_eq!(machine.chip(card, |chip| (chip.csr(0) & 4, chip.counters().aborts)), (4, 1));
        for _ in 0..20 {
            interface.send(&frame(b"waits")).unwrap();
        }
        machine.advance(TOO_LONG);
        assert_eq!(statistic(&interface, "tx_timeouts"), 1);
        machine.assert_traffic(card);
    }

    /// The receiver's missed frames and the transmitter's babble come by the same interrupt, at once.
    fn several_causes_at_once(variant) {
        let (mut machine, card, interface) = Machine::up(variant);
        machine.expect_error("memory error");
        machine.chip_and_bus(card, |chip, bus| {
            chip.faults().lost_interrupts = pcnet_model::Lost::All;
            chip.happen(bus, Event::Babble);
            chip.happen(bus, Event::MissedFrames(2));
            chip.happen(bus, Event::MemoryError);
            chip.faults().lost_interrupts = pcnet_model::Lost::None;
        });
        assert_eq!(machine.host().interrupt_by_another(card), Some(true));
        machine.settle();
        let counted = ["tx_babbles", "miss_events", "rx_missed_frames", "memory_errors"]
            .map(|name| statistic(&interface, name));
        assert_eq!(counted, [1, 1, 2, 1]);
        // CERR is no cause of an interrupt, and the chip's other counters are masked.
        machine.chip_and_bus(card, |chip, bus| {
            chip.happen(bus, Event::CollisionError);
            chip.happen(bus, Event::Jabber);
            chip.happen(bus, Event::ReceiveCollisions(u16::MAX));
            chip.happen(bus, Event::ReceiveCollisions(1));
        });
        assert_eq!(machine.host().interrupt_by_another(card), Some(false));
        machine.assert_traffic(card);
    }

    /// The chip's own transfers fail.
    fn transfers_that_fail(variant) {
        let (mut machine, card, interface) = Machine::up(variant);
        machine.chip(card, |chip| chip.faults().fail_reads(3, BusError::Abort));
        for _ in 0..3 {
            interface.send(&frame(b"lost on the bus")).unwrap();
            machine.settle();
        }
        machine.chip(card, |chip| chip.faults().fail_writes(3, BusError::Abort));
        for _ in 0..3 {
            machine.inject(card, &frame(b"lost on the bus"));
            machine.settle();
        }
        machine.advance(TOO_LONG);
        machine.chip(card, |chip| {
            chip.faults().failing_reads = None;
            chip.faults().failing_writes = None;
        });
        // Whatever stands still by now is started anew with the next `up`.
        interface.down().unwrap();
        interface.up().unwrap();
        machine.settle();
        machine.assert_traffic(card);
        // Aborted transfers may be told as memory errors, or stall the transmitter.
        for text in ["memory error", "timed out"] {
            if machine.logged(text) {
                machine.expect_error(text);
            }
        }
    }
}
