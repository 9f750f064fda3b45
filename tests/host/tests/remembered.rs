//! What a user half said and need not be asked twice: no crossing the second time, even where it stands
//! still; and the next user half is asked again.

use host_rig::{Machine, RingParam, Signal, SlotId, StringSet, Variant};

/// Crossings that `action` makes.
fn crossings(machine: &Machine, card: SlotId, action: impl FnOnce()) -> u64 {
    let sum = || {
        let counts = machine.crossings(card);
        counts["upcalls"] + counts["downcalls"]
    };
    let before = sum();
    action();
    sum() - before
}

#[test]
fn what_does_not_change_is_asked_once() {
    let (mut machine, card, interface) = Machine::up(Variant::Split);
    let ask = || {
        let driver = interface.driver().unwrap();
        let names = interface.strings(StringSet::Test).unwrap();
        (driver, names.len())
    };
    let first = ask();
    assert_eq!(crossings(&machine, card, || drop(ask())), 0);
    // The user half cannot say a word, and need not.
    machine.signal_user_half(card, Signal::SIGSTOP);
    assert_eq!(
        crossings(&machine, card, || drop(interface.driver().unwrap())),
        0
    );
    machine.signal_user_half(card, Signal::SIGCONT);
    assert_eq!(ask(), first);

    // Another one is not bound by what this one said.
    machine.kill_user_half(card);
    machine.start_user_half(card);
    assert!(crossings(&machine, card, || drop(interface.driver().unwrap())) > 0);
    assert_eq!(
        crossings(&machine, card, || drop(interface.driver().unwrap())),
        0
    );
    assert_eq!(ask(), first);
    machine.assert_traffic(card);
}

#[test]
fn what_may_change_is_asked_every_time() {
    let (machine, card, interface) = Machine::up(Variant::Split);
    let link = || {
        interface.link().unwrap();
    };
    for _ in 0..3 {
        assert!(crossings(&machine, card, link) > 0);
    }
}

/// What looks behind a lock is asked again when that changes, whoever changes it; not when it does not.
#[test]
fn what_looks_behind_a_lock_is_asked_until_that_changes() {
    let (machine, card, interface) = Machine::up(Variant::Split);
    let asked = |level: u32| {
        crossings(&machine, card, || {
            assert_eq!(interface.message_level().unwrap(), level);
        })
    };
    for level in [5, 6, 5] {
        interface.set_message_level(level).unwrap();
        assert_eq!([asked(level), asked(level), asked(level)], [1, 0, 0]);
        interface.set_message_level(level).unwrap();
        assert_eq!(asked(level), 0, "set to what it was");
    }
    // Another field behind the same lock.
    let ring = interface.ring().unwrap();
    interface
        .set_ring(RingParam {
            tx: ring.tx * 2,
            ..ring
        })
        .unwrap();
    assert_eq!([asked(5), asked(5)], [1, 0]);
    assert_eq!(interface.ring().unwrap().tx, ring.tx * 2);
    // The watchdog, which nobody asked.
    machine.chip(card, |chip| chip.set_link(false));
    machine.advance(3_000);
    assert_eq!([asked(5), asked(5)], [1, 0]);
}

/// More questions than there is room for: the oldest answer makes room, and is asked for again.
#[test]
fn the_oldest_is_forgotten() {
    let (machine, card, interface) = Machine::up(Variant::Split);
    interface.down().unwrap();
    drop(interface.driver().unwrap());
    for last in 0..40 {
        interface.set_address([2, 0, 0, 0, 1, last]).unwrap();
    }
    assert!(crossings(&machine, card, || drop(interface.driver().unwrap())) > 0);
    assert_eq!(
        crossings(&machine, card, || drop(interface.driver().unwrap())),
        0
    );
}
