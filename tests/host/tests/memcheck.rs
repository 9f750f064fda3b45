//! A short life of the split driver, for valgrind: `cargo xtask test memcheck` runs this program under it,
//! and with it the user half.

use std::time::Duration;

use host_rig::{Machine, Variant, frame};

#[test]
#[ignore = "nothing of its own without valgrind: cargo xtask test memcheck"]
fn a_short_life() {
    let (mut machine, a, b) = Machine::pair(Variant::Split);
    // What valgrind runs is slow.
    machine.set_upcall_timeout(Duration::from_secs(50));
    let (one, other) = (machine.interface(a), machine.interface(b));
    let traffic = || {
        for n in 0..10u8 {
            let sent = frame(&vec![n; 40 + 100 * usize::from(n)]);
            one.send(&sent).unwrap();
            other.send(&sent).unwrap();
            machine.settle();
            assert!(one.take_received() == [sent.clone()], "frame {n}");
            assert!(other.take_received() == [sent], "frame {n}");
        }
    };
    traffic();
    one.ethtool_stats().unwrap();
    one.registers().unwrap();
    assert!(!one.self_test(true).unwrap().failed);
    one.down().unwrap();
    one.up().unwrap();
    machine.settle();
    traffic();
    machine.kill_user_half(a);
    machine.start_user_half(a);
    one.link_settings().unwrap();
    machine.host().pull_out(b);
    machine.reap(b);
    machine.rmmod();
}
