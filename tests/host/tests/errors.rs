//! What goes wrong: on the wire, in the chip, on the bus; counted by its cause, and mended where that
//! can be.

use host_rig::{Config, Errno, Interface, Machine, Part, SlotId, frame, statistic};
use pcnet_model::{BusError, Delay, Event, Lost, ReceiveFault, TransmitFault};

/// The transmit watchdog's time, and some.
const A_TIMEOUT: u64 = 11_000;

/// Whether frames get through, both ways.
fn works(machine: &Machine, card: SlotId, interface: &Interface) -> bool {
    machine.take_transmitted(card);
    interface.take_received();
    interface.send(&frame(b"out")).unwrap();
    machine.inject(card, &frame(b"in"));
    machine.settle();
    machine.take_transmitted(card) == [frame(b"out")] && interface.take_received() == [frame(b"in")]
}

host_rig::both! {
    fn failed_transmissions_are_counted_by_cause(variant) {
        let (machine, card, interface) = Machine::up(variant);
        let mut failed = 0;
        for (fault, name, error) in [
            (TransmitFault::Retry, "tx_excessive_collisions", true),
            (TransmitFault::LateCollision, "tx_late_collisions", true),
            (TransmitFault::LossOfCarrier, "tx_carrier_losses", true),
            (TransmitFault::One, "tx_collisions", false),
            (TransmitFault::More(3), "tx_multiple_collisions", false),
            (TransmitFault::Deferred, "tx_deferred", false),
            (TransmitFault::Babble, "tx_babbles", false),
        ] {
            machine.chip(card, |chip| chip.faults().fail_transmitted(1, fault));
            interface.send(&frame(b"doomed")).unwrap();
            machine.settle();
            assert_eq!(statistic(&interface, name), 1, "{fault:?}");
            failed += u64::from(error);
        }
        // One after the first collision, and one after several.
        assert_eq!(statistic(&interface, "tx_collisions"), 2);
        let stats = interface.stats().unwrap();
        assert_eq!(stats.tx_aborted_errors, 1);
        assert_eq!(stats.tx_window_errors, 1);
        assert_eq!(stats.tx_carrier_errors, 1);
        assert_eq!(stats.collisions, 2);
        // A babble is an error too, though the frame was sent.
        assert_eq!(stats.tx_errors, failed + 1);
        assert_eq!(stats.tx_packets, 4);
        assert!(works(&machine, card, &interface));
    }

    /// The transmitter stops when its FIFO runs dry; so the chip is restarted.
    fn an_underflow_restarts_the_chip(variant) {
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
            assert!(works(&machine, card, &interface), "{part:?}");
        }
    }

    fn damaged_frames_are_counted_by_cause(variant) {
        let (machine, card, interface) = Machine::up(variant);
        let mut bad = 0;
        for (fault, name) in [
            (ReceiveFault::Framing, "rx_framing_errors"),
            (ReceiveFault::Overflow, "rx_overruns"),
            (ReceiveFault::Checksum, "rx_crc_errors"),
            (ReceiveFault::Buffer, "rx_buffer_errors"),
            (ReceiveFault::Runt(40), "rx_runts"),
            (ReceiveFault::Oversize(1600), "rx_fragmented"),
        ] {
            let before = statistic(&interface, name);
            machine.chip(card, |chip| chip.faults().damage_received(1, fault));
            machine.inject(card, &frame(&[1; 100]));
            machine.settle();
            assert_eq!(statistic(&interface, name), before + 1, "{fault:?}");
            assert_eq!(interface.take_received(), Vec::<Vec<u8>>::new(), "{fault:?}");
            bad += 1;
        }
        let stats = interface.stats().unwrap();
        assert_eq!(stats.rx_packets, 0);
        assert!(stats.rx_errors >= bad - 2, "{}", stats.rx_errors);
        assert!(stats.rx_frame_errors == 1 && stats.rx_over_errors == 1 && stats.rx_fifo_errors == 1);
        // A framing error is a checksum error too.
        assert_eq!(stats.rx_crc_errors, 2);
        assert!(works(&machine, card, &interface));
    }

    /// As long as a VLAN tag makes them; beyond that they do not fit.
    fn frames_of_all_lengths_come_in(variant) {
        let (machine, card, interface) = Machine::up(variant);
        for length in [60, 61, 1514, 1518, 1540] {
            let sent = frame(&vec![9; length - 14]);
            machine.inject(card, &sent);
            machine.settle();
            assert!(interface.take_received() == [sent], "{length}");
        }
        machine.inject(card, &frame(&[9; 1541 - 14]));
        machine.settle();
        assert_eq!(interface.take_received(), Vec::<Vec<u8>>::new());
        assert!(works(&machine, card, &interface));
    }

    fn missed_frames_are_counted(variant) {
        let (machine, card, interface) = Machine::up(variant);
        machine.chip_and_bus(card, |chip, bus| chip.happen(bus, Event::MissedFrames(7)));
        machine.settle();
        assert_eq!(statistic(&interface, "rx_missed_frames"), 7);
        assert_eq!(statistic(&interface, "miss_events"), 1);
        let stats = interface.stats().unwrap();
        assert_eq!((stats.rx_missed_errors, stats.rx_errors), (7, 1));
        // Over the wrap of the chip's counter, and over down and up.
        machine.chip_and_bus(card, |chip, bus| chip.happen(bus, Event::MissedFrames(0xfff0)));
        machine.settle();
        assert_eq!(statistic(&interface, "rx_missed_frames"), 7 + 0xfff0);
        machine.chip_and_bus(card, |chip, bus| chip.happen(bus, Event::MissedFrames(0x20)));
        interface.down().unwrap();
        interface.up().unwrap();
        machine.settle();
        assert_eq!(statistic(&interface, "rx_missed_frames"), 7 + 0xfff0 + 0x20);
    }

    fn a_memory_error_is_told(variant) {
        let (mut machine, card, interface) = Machine::up(variant);
        machine.expect_error("memory error, status");
        machine.chip_and_bus(card, |chip, bus| chip.happen(bus, Event::MemoryError));
        machine.settle();
        assert_eq!(statistic(&interface, "memory_errors"), 1);
        assert!(works(&machine, card, &interface));
    }

    /// A transmitter that hangs is restarted, and with the level for it the rings are shown.
    fn a_transmit_timeout_restarts_and_shows_the_rings(variant) {
        for (words, shown) in [(&[][..], false), (&["debug=8"], true)] {
            let (mut machine, card, interface) = Machine::up_with(variant, words);
            machine.expect_error("transmit queue 0 timed out, status");
            machine.chip(card, |chip| chip.faults().jammed = true);
            for _ in 0..16 {
                interface.send(&frame(b"stuck")).unwrap();
            }
            machine.advance(A_TIMEOUT);
            machine.chip(card, |chip| chip.faults().jammed = false);
            machine.advance(A_TIMEOUT);
            assert_eq!(machine.logged("16 packets wait; transmit ring from 0"), shown);
            let lines = machine.log();
            let rings = |name| lines.iter().filter(|line| line.text.contains(name)).count();
            assert_eq!([rings(" tx  "), rings(" rx  ")], [2 * usize::from(shown); 2]);
            assert!(statistic(&interface, "tx_timeouts") >= 1);
            assert!(!interface.queue_stopped());
            assert!(works(&machine, card, &interface));
        }
    }

    /// The next interrupt, or the watchdog, finds what came meanwhile.
    fn lost_interrupts_are_made_up_for(variant) {
        let (mut machine, card, interface) = Machine::up(variant);
        machine.chip(card, |chip| chip.faults().lost_interrupts = Lost::Next(1));
        machine.inject(card, &frame(b"unheard"));
        machine.advance(100);
        machine.chip(card, |chip| chip.faults().lost_interrupts = Lost::None);
        for _ in 0..16 {
            let _ = interface.send(&frame(b"more"));
        }
        machine.expect_error("timed out");
        machine.advance(2 * A_TIMEOUT);
        assert!(works(&machine, card, &interface));
    }

    /// Pulled out while it ran: one line, no carrier, no loop, and everything can be taken down.
    fn a_card_that_is_gone(variant) {
        let (mut machine, card, interface) = Machine::up(variant);
        machine.expect_error("the card does not answer");
        machine.host().vanish(card);
        for _ in 0..4 {
            let _ = interface.send(&frame(b"into the void"));
        }
        machine.advance(60_000);
        assert!(!interface.carrier() && !interface.link().unwrap());
        let lines = machine.log();
        let told = lines.iter().filter(|line| line.text.contains("does not answer")).count();
        assert_eq!(told, 1, "{}", machine.log_text());
        interface.registers().unwrap();
        assert!(interface.self_test(true).unwrap().failed);
        let mut ring = interface.ring().unwrap();
        ring.tx = 64;
        assert_eq!(interface.set_ring(ring), Err(Errno::ENODEV));
        interface.set_promiscuous(true).unwrap();
        machine.settle();
        interface.down().unwrap();
        assert_eq!(interface.up(), Err(Errno::ENODEV));
        assert_eq!(interface.stats().unwrap().rx_missed_errors, 0);
    }

    fn a_card_that_was_gone_for_a_while(variant) {
        let (mut machine, card, interface) = Machine::up(variant);
        machine.expect_error("the card does not answer");
        machine.chip(card, |chip| chip.faults().gone = true);
        machine.advance(5_000);
        assert!(!interface.carrier());
        interface.down().unwrap();
        machine.chip(card, |chip| chip.faults().gone = false);
        interface.up().unwrap();
        machine.settle();
        assert!(interface.carrier() && works(&machine, card, &interface));
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
        machine.advance(A_TIMEOUT);
        machine.chip(card, |chip| {
            chip.faults().failing_reads = None;
            chip.faults().failing_writes = None;
        });
        // Whatever stands still by now is started anew with the next `up`.
        interface.down().unwrap();
        interface.up().unwrap();
        machine.settle();
        assert!(works(&machine, card, &interface));
        // Aborted transfers may be told as memory errors, or stall the transmitter.
        for text in ["memory error", "timed out"] {
            if machine.logged(text) {
                machine.expect_error(text);
            }
        }
    }

    /// A chip that never reads its initialization block.
    fn a_chip_that_does_not_start(variant) {
        let mut machine = Machine::new(variant);
        let card = machine.card(Part::Am79C970A);
        machine.insmod(&[]).unwrap();
        machine.expect_error("the chip does not read its initialization block");
        machine.chip(card, |chip| chip.faults().initialization = Delay::Never);
        let interface = machine.interface(card);
        assert_eq!(interface.up(), Err(Errno::ETIMEDOUT));
        assert!(!interface.is_up());
        machine.chip(card, |chip| chip.faults().initialization = Delay::Nanoseconds(300_000));
        interface.up().unwrap();
        machine.settle();
        assert!(works(&machine, card, &interface));
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
        assert!(works(&machine, card, &interface));
    }

    /// The chip does not start after the sleep: the interface is there, without a link, and can be
    /// taken down and up.
    fn a_resume_that_fails(variant) {
        let (mut machine, card, interface) = Machine::up(variant);
        machine.host().suspend().unwrap();
        machine.chip(card, |chip| chip.faults().initialization = Delay::Never);
        machine.expect_error("cannot start after the sleep: ETIMEDOUT");
        machine.expect_error("initialization block");
        let _ = machine.host().resume();
        machine.settle();
        assert!(!interface.carrier());
        let _ = interface.send(&frame(b"nowhere to go"));
        machine.chip(card, |chip| chip.faults().initialization = Delay::None);
        interface.down().unwrap();
        interface.up().unwrap();
        machine.settle();
        assert!(works(&machine, card, &interface));
    }

    /// netconsole sends with interrupts off, and polls for itself.
    fn netconsole_polls(variant) {
        let (machine, card, interface) = Machine::up(variant);
        machine.chip(card, |chip| chip.faults().lost_interrupts = Lost::All);
        machine.inject(card, &frame(b"only polled"));
        machine.settle();
        assert_eq!(interface.take_received(), Vec::<Vec<u8>>::new());
        interface.poll_controller().unwrap();
        machine.settle();
        assert_eq!(interface.take_received(), [frame(b"only polled")]);
        machine.chip(card, |chip| chip.faults().lost_interrupts = Lost::None);
        interface.poll_controller().unwrap();
        assert!(works(&machine, card, &interface));
    }

    /// Every statistic has a name of its own that fits into what ethtool shows.
    fn statistics_have_names(variant) {
        let (_machine, _, interface) = Machine::up(variant);
        let stats = interface.ethtool_stats().unwrap();
        assert_eq!(stats.len(), 26);
        let mut names: Vec<_> = stats.iter().map(|(name, _)| name.clone()).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), 26);
        assert!(names.iter().all(|name| !name.is_empty() && name.len() < 32));
        assert!(stats.iter().all(|(_, value)| *value == 0));
    }
}
