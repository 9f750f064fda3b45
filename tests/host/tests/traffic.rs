//! Frames, out and in.

use host_rig::{Machine, frame};

host_rig::both! {
    /// What goes out on one card arrives on the other, in order, both ways.
    fn frames_cross_the_wire_both_ways(variant) {
        let (machine, a, b) = Machine::pair(variant);
        let (one, other) = (machine.interface(a), machine.interface(b));
        assert!(one.carrier() && other.carrier());
        for n in 0..200u8 {
            let sent = frame(&vec![n; 40 + 7 * usize::from(n)]);
            one.send(&sent).unwrap();
            other.send(&sent).unwrap();
            // A wire has no flow control: what comes faster than it is taken is lost.
            machine.settle();
            assert!(one.take_received() == [sent.clone()], "frame {n}");
            assert!(other.take_received() == [sent], "frame {n}");
        }
        let stats = one.stats().unwrap();
        assert_eq!((stats.tx_packets, stats.rx_packets), (200, 200));
    }
}
