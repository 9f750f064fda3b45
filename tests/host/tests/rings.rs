//! Ring sizes: which there are, and changing them under traffic, without memory, and on a chip at rest.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use host_rig::{Errno, Interface, Machine, RingParam, SlotId, frame, statistic};

/// Where nobody says otherwise.
const TX: u32 = 16;
const RX: u32 = 32;

fn sizes(interface: &Interface) -> (u32, u32) {
    let ring = interface.ring().unwrap();
    assert_eq!((ring.tx_max, ring.rx_max), (512, 512));
    assert_eq!((ring.rx_mini, ring.rx_jumbo), (0, 0));
    (ring.tx, ring.rx)
}

fn of(tx: u32, rx: u32) -> RingParam {
    RingParam {
        tx,
        rx,
        ..RingParam::default()
    }
}

/// CSR78 and CSR76: what the chip has, as two's complements.
fn in_registers(machine: &Machine, card: SlotId) -> (u32, u32) {
    machine.chip(card, |chip| {
        let length = |index| u32::from(chip.csr(index).wrapping_neg());
        (length(78), length(76))
    })
}

/// How many frames the card takes before the queue stops.
fn room(machine: &Machine, card: SlotId, interface: &Interface) -> u32 {
    machine.chip(card, |chip| chip.faults().jammed = true);
    let mut sent = 0;
    while !interface.queue_stopped() {
        interface.send(&frame(b"fills the ring")).unwrap();
        sent += 1;
    }
    machine.chip(card, |chip| chip.faults().jammed = false);
    machine.advance(4);
    machine.take_transmitted(card);
    sent
}

host_rig::both! {
    /// Powers of two from 4 to 512; what is asked for in between is rounded up.
    fn every_size_works(variant) {
        let (machine, card, interface) = Machine::up(variant);
        assert_eq!(sizes(&interface), (TX, RX));
        assert_eq!(in_registers(&machine, card), (TX, RX));
        let cases = [
            ((4, 4), (4, 4)),
            ((512, 512), (512, 512)),
            ((5, 33), (8, 64)),
            ((0, 1), (4, 4)),
            ((300, 100), (512, 128)),
            ((TX, RX), (TX, RX)),
        ];
        for ((tx, rx), expected) in cases {
            interface.set_ring(of(tx, rx)).unwrap();
            assert_eq!(sizes(&interface), expected);
            assert_eq!(in_registers(&machine, card), expected);
            assert_eq!(room(&machine, card, &interface), expected.0);
            machine.assert_traffic(card);
        }
        assert!(machine.logged("rings of 128 receive and 512 transmit descriptors"));
    }

    fn impossible_sizes_are_refused(variant) {
        let (machine, card, interface) = Machine::up(variant);
        let started = machine.chip(card, |chip| chip.counters().initializations);
        for wrong in [
            of(513, RX),
            of(TX, 513),
            of(u32::MAX, u32::MAX),
            RingParam { rx_mini: 1, ..of(TX, RX) },
            RingParam { rx_jumbo: 16, ..of(TX, RX) },
        ] {
            assert_eq!(interface.set_ring(wrong), Err(Errno::EINVAL), "{wrong:?}");
        }
        assert_eq!(sizes(&interface), (TX, RX));
        assert_eq!(machine.chip(card, |chip| chip.counters().initializations), started);
        machine.assert_traffic(card);
    }

    /// Chosen while the interface is down, used once it is up, and from then on.
    fn set_while_down(variant) {
        let (machine, card) = Machine::ready(variant);
        let interface = machine.interface(card);
        interface.set_ring(of(64, 8)).unwrap();
        assert_eq!(sizes(&interface), (64, 8));
        for _ in 0..2 {
            interface.up().unwrap();
            machine.settle();
            assert_eq!(in_registers(&machine, card), (64, 8));
            machine.assert_traffic(card);
            interface.down().unwrap();
        }
    }

    /// The smallest rings take any number of frames, one at a time and as many as fit.
    fn the_smallest_rings(variant) {
        let (machine, card, interface) = Machine::up(variant);
        interface.set_ring(of(4, 4)).unwrap();
        for round in 0..50u8 {
            for n in 0..4 {
                machine.inject(card, &frame(&[round, n]));
            }
            for n in 0..9 {
                interface.send(&frame(&[round, n])).unwrap();
            }
            machine.settle();
            assert_eq!(interface.take_received().len(), 4);
            assert_eq!(machine.take_transmitted(card).len(), 9);
        }
        assert_eq!(interface.stats().unwrap().rx_missed_errors, 0);
    }

    /// Frames fly while the rings change. Some are lost, but none is made up, and all goes on afterwards.
    fn changed_under_traffic(variant) {
        let (machine, card, interface) = Machine::up(variant);
        let stop = AtomicBool::new(false);
        let (sent, received) = (AtomicU64::new(0), AtomicU64::new(0));
        std::thread::scope(|scope| {
            let traffic = scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    let bytes = frame(b"in between");
                    // ENOBUFS where a thousand frames wait.
                    if interface.send(&bytes).is_ok() {
                        sent.fetch_add(1, Ordering::Relaxed);
                    }
                    machine.inject(card, &bytes);
                    let frames = interface.take_received();
                    assert!(frames.iter().all(|received| *received == bytes));
                    received.fetch_add(frames.len() as u64, Ordering::Relaxed);
                    // Frames in flight have no end of their own.
                    machine.settle();
                }
            });
            for round in 0..40u32 {
                interface.set_ring(of(4 << (round % 8), 512 >> (round % 8))).unwrap();
            }
            stop.store(true, Ordering::Relaxed);
            traffic.join().unwrap();
        });
        machine.settle();
        received.fetch_add(interface.take_received().len() as u64, Ordering::Relaxed);
        let out = machine.take_transmitted(card);
        assert!(out.iter().all(|bytes| *bytes == frame(b"in between")));
        assert!(out.len() as u64 <= sent.load(Ordering::Relaxed));
        let stats = interface.stats().unwrap();
        assert_eq!(stats.rx_packets, received.load(Ordering::Relaxed));
        assert_eq!(sizes(&interface), (512, 4));
        machine.assert_traffic(card);
    }

    /// Where there is no memory for the new rings, at whichever request, the old ones stay and nothing
    /// is interrupted.
    fn without_memory_the_old_rings_stay(variant) {
        let (machine, card, interface) = Machine::up(variant);
        let started = machine.chip(card, |chip| chip.counters().initializations);
        // What the kernel asks first is remembered from here on, which takes memory, too.
        assert_eq!(sizes(&interface), (TX, RX));
        let mut refused = 0;
        loop {
            machine.host().fail_requests(refused, 1);
            let outcome = interface.set_ring(of(8, 16));
            let failed = machine.host().failed_requests() != 0;
            machine.host().fail_requests(0, 0);
            if !failed {
                outcome.unwrap();
                break;
            }
            assert_eq!(outcome, Err(Errno::ENOMEM), "request {refused}");
            assert_eq!(sizes(&interface), (TX, RX));
            assert_eq!(in_registers(&machine, card), (TX, RX));
            assert_eq!(machine.chip(card, |chip| chip.counters().initializations), started);
            machine.assert_traffic(card);
            refused += 1;
        }
        // Two rings with their lists of packets, and a buffer and its mapping for each of 16 descriptors.
        assert_eq!(refused, 4 + 2 * 16);
        assert_eq!(in_registers(&machine, card), (8, 16));
        assert_eq!(statistic(&interface, "restarts"), 0);
        machine.assert_traffic(card);
    }
}
