//! Frames in: what becomes of good ones and of each kind of bad ones, and what counts them.

use host_rig::{Errno, Interface, Machine, SlotId, frame, frame_of, statistic};
use pcnet_model::{Event, Lost, ReceiveFault};

/// Descriptors of the receive ring, where nobody says otherwise.
const RING: u64 = 32;

/// A frame of so many bytes arrives at a card, and at the interface if it is one that it takes.
fn receive(machine: &Machine, card: SlotId, interface: &Interface, length: usize) -> bool {
    let sent = frame_of(length);
    machine.inject(card, &sent);
    machine.settle();
    let received = interface.take_received();
    assert!(received.is_empty() || received == [sent], "{length} bytes");
    !received.is_empty()
}

host_rig::both! {
    /// Copied or handed over (200 bytes are the threshold), with a VLAN tag (1,518 bytes) and up to what
    /// a buffer holds beside the checksum.
    fn every_length_arrives_whole(variant) {
        let (machine, card, interface) = Machine::up(variant);
        let lengths = [60, 61, 64, 127, 128, 199, 200, 201, 202, 1000, 1513, 1514, 1515, 1518, 1540];
        for length in lengths {
            assert!(receive(&machine, card, &interface, length), "{length} bytes");
        }
        let stats = interface.stats().unwrap();
        assert_eq!(stats.rx_packets, lengths.len() as u64);
        assert_eq!(stats.rx_bytes, lengths.iter().sum::<usize>() as u64);
        assert_eq!((stats.rx_errors, stats.rx_dropped), (0, 0));
        machine.chip(card, |chip| assert_eq!(chip.violations(), []));
    }

    /// More than ring sizes' worth of frames, in order.
    fn frames_stay_in_order(variant) {
        let (machine, card, interface) = Machine::up(variant);
        let sent: Vec<_> = (0..150u8).map(|n| frame(&[n; 100])).collect();
        // No more at once than the ring holds.
        for some in sent.chunks(RING as usize) {
            for bytes in some {
                machine.inject(card, bytes);
            }
            machine.settle();
        }
        assert!(interface.take_received() == sent);
        assert_eq!(machine.chip(card, |chip| chip.counters().missed), 0);
    }

    /// The chip drops runts itself; one that it lets through is dropped by the driver.
    fn runts_are_dropped(variant) {
        let (machine, card, interface) = Machine::up(variant);
        machine.inject(card, &frame_of(59));
        machine.settle();
        assert_eq!(machine.chip(card, |chip| chip.counters().runts), 1);
        assert_eq!(interface.stats().unwrap().rx_errors, 0);
        for length in [14, 40, 59] {
            machine.chip(card, |chip| {
                chip.faults().damage_received(1, ReceiveFault::Runt(length));
            });
            machine.inject(card, &frame_of(60));
            machine.settle();
        }
        assert!(interface.take_received().is_empty());
        assert_eq!(machine.chip(card, |chip| chip.counters().received), 3);
        assert_eq!(interface.stats().unwrap().rx_errors, 3);
        assert_eq!(statistic(&interface, "rx_runts"), 3);
        machine.assert_traffic(card);
    }

    /// A frame that does not fit into a buffer takes several; it is one error, and nothing of it arrives.
    fn frames_too_long_for_a_buffer_are_dropped(variant) {
        let (machine, card, interface) = Machine::up(variant);
        for length in [1541, 1600, 3000, 4000] {
            let before = interface.stats().unwrap().rx_errors;
            machine.chip(card, |chip| {
                chip.faults().damage_received(1, ReceiveFault::Oversize(length));
            });
            machine.inject(card, &frame_of(60));
            machine.settle();
            assert_eq!(interface.stats().unwrap().rx_errors, before + 1, "{length} bytes");
            machine.assert_traffic(card);
        }
        assert_eq!(statistic(&interface, "rx_fragmented"), 4);
    }

    /// A card that lies about lengths: longer than a buffer, shorter than a checksum. Nothing is made of it.
    fn impossible_lengths_are_refused(variant) {
        for (count, name) in [(0x0fffu32, "rx_oversize"), (3, "rx_runts")] {
            let (machine, card, interface) = Machine::up(variant);
            // What the first frame would lie in is the host's, as if filled, when the frame comes: it is missed,
            // and the interrupt has the driver look.
            machine.chip_and_bus(card, |chip, bus| {
                let ring = u32::from(chip.csr(24)) | u32::from(chip.csr(25)) << 16;
                bus.write(ring + 8, &count.to_le_bytes()).unwrap();
                bus.write(ring + 6, &0x0300u16.to_le_bytes()).unwrap();
            });
            machine.inject(card, &frame_of(60));
            machine.settle();
            assert!(interface.take_received().is_empty());
            assert_eq!(statistic(&interface, name), 1);
            assert_eq!(interface.stats().unwrap().rx_packets, 0);
        }
    }

    /// Each kind of damage moves its counters and no others, and the next frame is a good one.
    fn errors_count_by_cause(variant) {
        // In the order: framing, checksum, overrun, buffer (FIFO), all errors. A frame without an end counts as
        // the first two of them alone do in the driver that all know.
        let cases = [
            (ReceiveFault::Framing, [1, 1, 0, 0], 1, "rx_framing_errors"),
            (ReceiveFault::Checksum, [0, 1, 0, 0], 1, "rx_crc_errors"),
            (ReceiveFault::Overflow, [0, 0, 1, 0], 0, "rx_overruns"),
            (ReceiveFault::Buffer, [0, 0, 0, 1], 0, "rx_buffer_errors"),
        ];
        for (fault, by_cause, errors, name) in cases {
            let (machine, card, interface) = Machine::up(variant);
            for length in [60, 300, 1500] {
                machine.chip(card, |chip| chip.faults().damage_received(1, fault));
                assert!(!receive(&machine, card, &interface, length), "{fault:?}");
                assert!(receive(&machine, card, &interface, length), "after {fault:?}");
            }
            let stats = interface.stats().unwrap();
            let seen = [
                stats.rx_frame_errors,
                stats.rx_crc_errors,
                stats.rx_over_errors,
                stats.rx_fifo_errors,
            ];
            assert_eq!(seen, by_cause.map(|count| 3 * count), "{fault:?}");
            assert_eq!((stats.rx_errors, stats.rx_packets), (3 * errors, 3), "{fault:?}");
            assert_eq!(statistic(&interface, name), 3, "{fault:?}");
        }
    }

    /// A ring that nobody empties fills up, and frames are missed; then it goes on where it was.
    fn a_full_ring_misses_frames_and_recovers(variant) {
        let (machine, card, interface) = Machine::up(variant);
        machine.chip(card, |chip| chip.faults().lost_interrupts = Lost::All);
        let sent: Vec<_> = (0..40u8).map(|n| frame(&[n])).collect();
        for bytes in &sent {
            machine.inject(card, bytes);
        }
        machine.settle();
        assert!(interface.take_received().is_empty(), "nobody was told");
        let counters = machine.chip(card, |chip| chip.counters());
        assert_eq!((counters.received, counters.missed), (RING, 8));
        let stats = interface.stats().unwrap();
        assert_eq!(stats.rx_missed_errors, 8);
        machine.chip(card, |chip| chip.faults().lost_interrupts = Lost::None);
        assert_eq!(machine.host().interrupt_by_another(card), Some(true));
        machine.settle();
        assert!(interface.take_received() == sent[..RING as usize]);
        assert_eq!(statistic(&interface, "rx_missed_frames"), 8);
        // One interrupt told of all of them.
        assert_eq!(statistic(&interface, "miss_events"), 1);
        assert_eq!(interface.stats().unwrap().rx_errors, 1);
        machine.assert_traffic(card);
    }

    /// The chip counts to 65,535; the driver goes on, also over down and up, which reset the chip.
    fn the_counter_of_missed_frames_wraps(variant) {
        let (machine, card, interface) = Machine::up(variant);
        let miss = |count: u16| {
            machine.chip_and_bus(card, |chip, bus| {
                chip.happen(bus, Event::MissedFrames(count));
            });
            machine.settle();
            interface.stats().unwrap().rx_missed_errors
        };
        assert_eq!(miss(0xfff0), 0xfff0);
        assert_eq!(interface.stats().unwrap().rx_errors, 1);
        assert_eq!(statistic(&interface, "miss_events"), 1);
        assert_eq!(miss(0x20), 0x1_0010);
        assert_eq!(machine.chip(card, |chip| chip.csr(112)), 0x10);
        interface.down().unwrap();
        assert_eq!(interface.stats().unwrap().rx_missed_errors, 0x1_0010);
        interface.up().unwrap();
        machine.settle();
        assert_eq!(miss(3), 0x1_0013);
        assert_eq!(statistic(&interface, "rx_missed_frames"), 0x1_0013);
    }

    /// Without memory for a packet, its buffer or its mapping, the frame is lost and the ring is not.
    fn without_memory_a_frame_is_dropped(variant) {
        let (machine, card, interface) = Machine::up(variant);
        let mut lost = 0;
        // A short frame needs memory for a copy, a long one a buffer and its mapping.
        for (length, requests) in [(60, 1), (1000, 2)] {
            for request in 0..requests {
                machine.host().fail_requests(request, 1);
                assert!(!receive(&machine, card, &interface, length), "request {request}");
                assert_eq!(machine.host().failed_requests(), 1);
                lost += 1;
                assert!(receive(&machine, card, &interface, length));
            }
        }
        assert_eq!(interface.stats().unwrap().rx_dropped, lost);
        assert_eq!(statistic(&interface, "rx_no_memory"), lost);
        // For longer than the ring is long.
        machine.host().fail_requests(0, u64::MAX);
        for _ in 0..3 * RING {
            assert!(!receive(&machine, card, &interface, 1000));
        }
        machine.host().fail_requests(0, 0);
        assert_eq!(statistic(&interface, "rx_no_memory"), lost + 3 * RING);
        machine.assert_traffic(card);
    }

    /// 68 to 1,500; what is received does not depend on it.
    fn the_mtu_has_its_bounds(variant) {
        let (machine, card, interface) = Machine::up(variant);
        for wrong in [0, 67, 1501, 65_535, u32::MAX] {
            assert_eq!(interface.set_mtu(wrong), Err(Errno::EINVAL));
            assert_eq!(interface.mtu(), 1500);
        }
        for mtu in [68, 1500, 576] {
            interface.set_mtu(mtu).unwrap();
            assert_eq!(interface.mtu(), mtu);
            assert!(receive(&machine, card, &interface, 1518));
        }
        interface.down().unwrap();
        interface.set_mtu(68).unwrap();
        interface.up().unwrap();
        machine.assert_traffic(card);
        assert!(receive(&machine, card, &interface, 1514));
    }
}
