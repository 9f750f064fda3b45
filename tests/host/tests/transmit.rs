//! Frames out: what becomes of them, and of the queue in front of the ring.

use host_rig::{Errno, Interface, Machine, SlotId, frame, frame_of, statistic};
use pcnet_model::{Lost, TransmitFault};

/// Descriptors of the transmit ring, where nobody says otherwise.
const RING: usize = 16;
/// Longer than a packet may take before the stack complains, in milliseconds.
const TOO_LONG: u64 = 10_100;

fn send(machine: &Machine, interface: &Interface, bytes: &[u8]) {
    interface.send(bytes).expect("is up");
    machine.settle();
}

fn jam(machine: &Machine, card: SlotId, jammed: bool) {
    machine.chip(card, |chip| chip.faults().jammed = jammed);
}

/// Frames that can be told apart.
fn numbered(count: usize) -> Vec<Vec<u8>> {
    (0..count).map(|n| frame(&n.to_le_bytes())).collect()
}

host_rig::both! {
    /// What is shorter than a frame on a wire is padded with zeroes; nothing else changes.
    fn every_length_goes_out(variant) {
        let (machine, card, interface) = Machine::up(variant);
        let lengths = [14, 15, 42, 59, 60, 61, 200, 201, 1513, 1514];
        for length in lengths {
            let bytes = frame_of(length);
            send(&machine, &interface, &bytes);
            let mut padded = bytes;
            padded.resize(length.max(60), 0);
            assert!(machine.take_transmitted(card) == [padded], "{length} bytes");
        }
        let stats = interface.stats().unwrap();
        assert_eq!(stats.tx_packets, lengths.len() as u64);
        assert_eq!(stats.tx_bytes, lengths.iter().sum::<usize>() as u64);
        assert_eq!((stats.tx_errors, stats.tx_dropped), (0, 0));
    }

    /// A VLAN tag makes a full frame four bytes longer. The chip calls that babble, and sends it.
    fn a_tagged_full_frame_goes_out(variant) {
        let (machine, card, interface) = Machine::up(variant);
        let mut tagged = frame_of(1518);
        tagged[12..14].copy_from_slice(&[0x81, 0x00]);
        send(&machine, &interface, &tagged);
        assert!(machine.take_transmitted(card) == [tagged]);
        assert_eq!(interface.stats().unwrap().tx_packets, 1);
    }

    /// Several times around the ring, in order.
    fn frames_stay_in_order(variant) {
        let (machine, card, interface) = Machine::up(variant);
        let frames = numbered(5 * RING + 3);
        for bytes in &frames {
            interface.send(bytes).unwrap();
        }
        machine.settle();
        assert!(machine.take_transmitted(card) == frames);
        assert_eq!(interface.stats().unwrap().tx_packets, frames.len() as u64);
    }

    /// What fails moves its counters and no others; the next frame goes out.
    fn errors_count_by_cause(variant) {
        // In the order: abort, carrier, window, FIFO.
        let cases = [
            (TransmitFault::Retry, [1, 0, 0, 0], "tx_excessive_collisions"),
            (TransmitFault::LossOfCarrier, [0, 1, 0, 0], "tx_carrier_losses"),
            (TransmitFault::LateCollision, [0, 0, 1, 0], "tx_late_collisions"),
        ];
        let (machine, card, interface) = Machine::up(variant);
        let mut before = [0; 4];
        for (done, (fault, by_cause, name)) in (0..).zip(cases) {
            machine.chip(card, |chip| chip.faults().fail_transmitted(2, fault));
            send(&machine, &interface, &frame(b"lost"));
            send(&machine, &interface, &frame(b"lost too"));
            send(&machine, &interface, &frame(b"found"));
            assert!(machine.take_transmitted(card) == [frame(b"found")], "{fault:?}");
            let stats = interface.stats().unwrap();
            let seen = [
                stats.tx_aborted_errors,
                stats.tx_carrier_errors,
                stats.tx_window_errors,
                stats.tx_fifo_errors,
            ];
            for (before, more) in before.iter_mut().zip(by_cause) {
                *before += 2 * more;
            }
            assert_eq!(seen, before, "{fault:?}");
            assert_eq!((stats.tx_errors, stats.tx_packets), (2 * done + 2, done + 1));
            assert_eq!(statistic(&interface, name), 2, "{fault:?}");
        }
        assert_eq!(machine.chip(card, |chip| chip.counters().unsent), 6);
        assert_eq!(statistic(&interface, "restarts"), 0);
    }

    /// Frames that went out in the end count as sent, and for what delayed them.
    fn collisions_and_waits_are_counted(variant) {
        let cases = [
            (TransmitFault::One, 1, &["tx_collisions"][..]),
            (TransmitFault::More(7), 1, &["tx_collisions", "tx_multiple_collisions"]),
            (TransmitFault::Deferred, 0, &["tx_deferred"]),
            (TransmitFault::ExcessiveDeferral, 0, &["tx_deferred", "tx_excessive_deferrals"]),
        ];
        for (fault, collisions, names) in cases {
            let (machine, card, interface) = Machine::up(variant);
            machine.chip(card, |chip| chip.faults().fail_transmitted(1, fault));
            send(&machine, &interface, &frame(b"late"));
            assert!(machine.take_transmitted(card) == [frame(b"late")], "{fault:?}");
            let stats = interface.stats().unwrap();
            assert_eq!((stats.tx_packets, stats.tx_errors), (1, 0), "{fault:?}");
            assert_eq!(stats.collisions, collisions, "{fault:?}");
            for (name, value) in interface.ethtool_stats().unwrap() {
                let expected = u64::from(names.contains(&name.as_str()));
                assert_eq!(value, expected, "{name} after {fault:?}");
            }
        }
    }

    /// A transmitter that babbles says so in an interrupt.
    fn babble_is_counted(variant) {
        let (machine, card, interface) = Machine::up(variant);
        machine.chip(card, |chip| chip.faults().fail_transmitted(1, TransmitFault::Babble));
        send(&machine, &interface, &frame(b"bla"));
        assert!(machine.take_transmitted(card) == [frame(b"bla")]);
        assert_eq!(statistic(&interface, "tx_babbles"), 1);
        assert_eq!(interface.stats().unwrap().tx_errors, 1);
        machine.assert_traffic(card);
    }

    /// An underflow turns the transmitter off: the chip is started again, and says how it came to it.
    fn an_underflow_restarts_the_chip(variant) {
        for (fault, name) in [
            (TransmitFault::Underflow, "tx_fifo_underflows"),
            (TransmitFault::Buffer, "tx_buffer_errors"),
        ] {
            let (mut machine, card, interface) = Machine::up(variant);
            machine.expect_error("underflow");
            let started = machine.chip(card, |chip| chip.counters().initializations);
            machine.chip(card, |chip| chip.faults().fail_transmitted(1, fault));
            send(&machine, &interface, &frame(b"lost"));
            assert!(machine.take_transmitted(card).is_empty());
            assert_eq!(interface.stats().unwrap().tx_fifo_errors, 1, "{fault:?}");
            assert_eq!(statistic(&interface, name), 1);
            assert_eq!(statistic(&interface, "restarts"), 1);
            let again = machine.chip(card, |chip| chip.counters().initializations);
            assert_eq!(again, started + 1);
            assert!(!interface.queue_stopped());
            machine.assert_traffic(card);
        }
    }

    /// A ring that is full stops the queue; what waits goes out, in order, once the chip goes on.
    fn a_full_ring_stops_the_queue(variant) {
        let (machine, card, interface) = Machine::up(variant);
        jam(&machine, card, true);
        let frames = numbered(RING + 5);
        for (sent, bytes) in frames.iter().enumerate() {
            assert_eq!(interface.queue_stopped(), sent >= RING, "after {sent} frames");
            interface.send(bytes).unwrap();
        }
        machine.settle();
        assert_eq!(interface.waiting(), 5);
        assert!(machine.take_transmitted(card).is_empty());
        jam(&machine, card, false);
        // The chip looks at its ring every 1.6 ms.
        machine.advance(4);
        assert!(machine.take_transmitted(card) == frames);
        assert!(!interface.queue_stopped());
        assert_eq!((interface.waiting(), interface.dropped()), (0, 0));
        assert_eq!(statistic(&interface, "tx_timeouts"), 0);
        assert_eq!(interface.stats().unwrap().tx_packets, frames.len() as u64);
    }

    /// A transmitter that sends nothing for 5 s is started again; what the chip had is lost, what waited
    /// is not. With the message level for it the rings are in the log, without addresses.
    fn a_jammed_transmitter_times_out(variant) {
        let (mut machine, card, interface) = Machine::up(variant);
        machine.expect_error("transmit queue 0 timed out");
        // tx_err
        interface.set_message_level(0x80).unwrap();
        jam(&machine, card, true);
        let frames = numbered(RING + 5);
        for bytes in &frames {
            interface.send(bytes).unwrap();
        }
        machine.advance(4_900);
        assert!(!machine.logged("timed out"), "too early");
        machine.advance(TOO_LONG - 4_900);
        assert!(machine.logged("16 packets wait"));
        for ring in ["tx ", "rx "] {
            let lines = machine.log();
            let lines = lines.iter().filter(|line| {
                let text = line.text.split(": ").last().unwrap_or_default();
                text.starts_with(ring) && text.contains("/")
            });
            assert_eq!(lines.count(), 2, "{ring}");
        }
        assert_eq!(statistic(&interface, "tx_timeouts"), 1);
        assert_eq!(statistic(&interface, "restarts"), 1);
        assert_eq!(interface.stats().unwrap().tx_errors, 1);
        jam(&machine, card, false);
        machine.advance(4);
        assert!(machine.take_transmitted(card) == frames[RING..]);
        machine.assert_traffic(card);
    }

    /// Without that message level, one line says it.
    fn a_timeout_without_the_message_level_is_one_line(variant) {
        let (mut machine, card, interface) = Machine::up(variant);
        machine.expect_error("timed out");
        jam(&machine, card, true);
        for bytes in numbered(RING) {
            interface.send(&bytes).unwrap();
        }
        machine.advance(TOO_LONG);
        assert!(!machine.logged("packets wait"));
        let lines = machine.log();
        let said = lines.iter().filter(|line| line.text.contains("timed out, status"));
        assert_eq!(said.count(), 1);
        jam(&machine, card, false);
        machine.assert_traffic(card);
    }

    /// Interrupts that get lost fill the ring, although everything went out: the timeout recovers it.
    fn lost_interrupts_are_made_good_by_the_watchdog(variant) {
        let (mut machine, card, interface) = Machine::up(variant);
        machine.expect_error("timed out");
        machine.chip(card, |chip| chip.faults().lost_interrupts = Lost::All);
        let frames = numbered(RING + 4);
        for bytes in &frames {
            interface.send(bytes).unwrap();
        }
        machine.settle();
        assert!(interface.queue_stopped());
        machine.chip(card, |chip| chip.faults().lost_interrupts = Lost::None);
        machine.advance(TOO_LONG);
        assert!(machine.take_transmitted(card) == frames);
        assert!(!interface.queue_stopped());
        machine.assert_traffic(card);
    }

    /// A packet that cannot be mapped is dropped and counted; the ring does not notice.
    fn without_a_mapping_a_packet_is_dropped(variant) {
        let (machine, card, interface) = Machine::up(variant);
        machine.host().fail_requests(0, 1);
        send(&machine, &interface, &frame(b"lost"));
        assert_eq!(machine.host().failed_requests(), 1);
        assert!(machine.take_transmitted(card).is_empty());
        assert_eq!(interface.stats().unwrap().tx_dropped, 1);
        assert_eq!(statistic(&interface, "tx_dropped"), 1);
        machine.assert_traffic(card);
    }

    /// An interface that is down takes nothing, and one that comes up again starts with an empty ring.
    fn down_and_up_forgets_what_was_not_sent(variant) {
        let (machine, card, interface) = Machine::up(variant);
        jam(&machine, card, true);
        for bytes in numbered(RING + 2) {
            interface.send(&bytes).unwrap();
        }
        interface.down().unwrap();
        assert_eq!(interface.send(&frame(b"down")), Err(Errno::ENETDOWN));
        assert_eq!(interface.dropped(), 2);
        jam(&machine, card, false);
        interface.up().unwrap();
        machine.advance(4);
        assert!(machine.take_transmitted(card).is_empty());
        machine.assert_traffic(card);
    }

    /// As netconsole does it: with interrupts off, and a look at the card instead of interrupts.
    fn netconsole_needs_no_interrupts(variant) {
        let (machine, card, interface) = Machine::up(variant);
        machine.chip(card, |chip| chip.faults().lost_interrupts = Lost::All);
        let frames = numbered(4 * RING);
        for bytes in &frames {
            interface.send_with_interrupts_off(bytes).unwrap();
            interface.poll_controller().unwrap();
            machine.settle();
        }
        assert!(machine.take_transmitted(card) == frames);
        assert_eq!(interface.stats().unwrap().tx_packets, frames.len() as u64);
        // Frames come in that way, too.
        machine.inject(card, &frame(b"in"));
        machine.settle();
        assert!(interface.take_received().is_empty());
        interface.poll_controller().unwrap();
        machine.settle();
        assert!(interface.take_received() == [frame(b"in")]);
        interface.down().unwrap();
        assert_eq!(interface.poll_controller(), Err(Errno::ENETDOWN));
    }
}
