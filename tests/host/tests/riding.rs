//! What rides along with messages: locks that are lent, requests that are posted. The counters say what
//! crossed; the driver's state and the log say that it came to the same.

use std::collections::BTreeMap;
use std::time::Duration;

use host_rig::{Errno, Machine, Signal, SlotId, Variant};

/// What `action` makes of the counters of a card.
fn counted(machine: &Machine, card: SlotId, action: impl FnOnce()) -> BTreeMap<String, u64> {
    let before = machine.crossings(card);
    action();
    let mut after = machine.crossings(card);
    for (name, count) in &mut after {
        *count -= before.get(name).copied().unwrap_or(0);
    }
    after
}

#[test]
fn a_lock_that_is_free_costs_no_crossing() {
    let (machine, card) = Machine::ready(Variant::Split);
    let interface = machine.interface(card);
    let read = counted(&machine, card, || {
        interface.message_level().unwrap();
    });
    assert_eq!((read["upcalls"], read["downcalls"]), (1, 0));
    let write = counted(&machine, card, || {
        interface.set_message_level(0x21).unwrap()
    });
    assert_eq!(write["downcalls"], 0, "{write:?}");
    assert_eq!(interface.message_level().unwrap(), 0x21);
    // The same again changes nothing, so nothing goes back.
    let same = counted(&machine, card, || {
        interface.set_message_level(0x21).unwrap()
    });
    assert_eq!(write["posted"] - same["posted"], 1, "{same:?}");
}

#[test]
fn what_has_no_result_rides_along() {
    let (machine, card, interface) = Machine::up(Variant::Split);
    // That the link went is told to the stack and to the log, and remembered.
    machine.chip(card, |chip| chip.set_link(false));
    let look = counted(&machine, card, || machine.advance(3_000));
    assert!(look["posted"] >= 3, "{look:?}");
    assert_eq!((look["upcalls"], look["downcalls"]), (1, 0), "{look:?}");
    assert!(machine.logged("link down"), "{}", machine.log_text());
    assert!(!interface.carrier());
}

#[test]
fn loading_and_bringing_up_cross_a_few_times() {
    let (machine, card) = Machine::ready(Variant::Split);
    let load = machine.crossings(card);
    let up = counted(&machine, card, || machine.interface(card).up().unwrap());
    assert!(load["upcalls"] + load["downcalls"] <= 8, "{load:?}");
    assert!(up["upcalls"] + up["downcalls"] <= 3, "{up:?}");
}

/// Whoever has a lock that is wanted elsewhere gives it back when it ends, however it ends.
#[test]
fn a_lock_that_is_lent_comes_back_from_the_dead() {
    let (mut machine, card) = Machine::ready(Variant::Split);
    let interface = machine.interface(card);
    interface.set_message_level(0x21).unwrap();
    for signal in [Signal::SIGKILL, Signal::SIGSTOP] {
        machine.set_upcall_timeout(Duration::from_millis(50));
        machine.signal_user_half(card, Signal::SIGSTOP);
        // Lent with the call, to one that does not answer.
        let call = std::thread::spawn({
            let interface = interface.clone();
            move || interface.set_link_settings(Default::default())
        });
        if signal == Signal::SIGKILL {
            machine.signal_user_half(card, signal);
        }
        let error = call.join().unwrap().unwrap_err();
        let possible = [Errno::EIO, Errno::ETIMEDOUT, Errno::EHOSTDOWN];
        assert!(possible.contains(&error), "{error}");
        machine.reap(card);
        machine.set_upcall_timeout(Duration::from_secs(2));
        machine.start_user_half(card);
        assert_eq!(interface.message_level().unwrap(), 0x21);
    }
}

/// Two calls at a time want the same lock: one has it lent, the other asks for it and waits.
#[test]
fn a_lock_that_is_not_free_is_waited_for() {
    let (machine, card) = Machine::ready(Variant::Split);
    let interface = machine.interface(card);
    let before = machine.crossings(card);
    let threads: Vec<_> = (0..3)
        .map(|thread| {
            let interface = interface.clone();
            std::thread::spawn(move || {
                for level in 0..200 {
                    interface.set_message_level(level * 4 + thread).unwrap();
                    interface.message_level().unwrap();
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    let after = machine.crossings(card);
    assert_eq!(after["refused"], 0);
    assert_eq!(after["incarnations"], 1);
    assert!(after["upcalls"] - before["upcalls"] >= 600);
    let level = interface.message_level().unwrap();
    assert!((796..=798).contains(&level), "{level}");
}
