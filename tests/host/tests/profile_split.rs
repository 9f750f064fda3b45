//! Recordings of a driver in two halves, against one of the driver in one piece.

use std::sync::{Mutex, PoisonError};

use host_rig::recording::counts;
use host_rig::{Machine, Signal, Variant, frame};
use partitioner::profile::Profile;

/// The tests of this program share the module's counts.
static ALONE: Mutex<()> = Mutex::new(());

/// Operations of both halves, recorded; the same at each call.
fn record(variant: Variant) -> Vec<Profile> {
    let (machine, a, b) = Machine::pair(variant);
    let (one, other) = (machine.interface(a), machine.interface(b));
    machine.start_recording("the same operations");
    for n in 0..10 {
        one.send(&frame(&[n; 100])).unwrap();
        machine.settle();
        assert_eq!(other.take_received().len(), 1);
        assert!(one.link().unwrap());
        one.stats().unwrap();
        one.set_promiscuous(n % 2 == 0).unwrap();
        machine.settle();
    }
    for n in 1..=3 {
        let mut ring = one.ring().unwrap();
        ring.rx = 32 << n;
        one.set_ring(ring).unwrap();
        // Nothing that is remembered: the user half would not count it.
        one.restart_autonegotiation().unwrap_err();
        one.set_message_level(n).unwrap();
        other.down().unwrap();
        other.up().unwrap();
        machine.settle();
    }
    machine.recorded()
}

fn merged(profiles: &[Profile]) -> Profile {
    let mut sum = profiles[0].clone();
    for other in &profiles[1..] {
        sum.merge(other, ("one half", "the other"))
            .expect("they add up");
    }
    sum
}

#[test]
fn both_halves_together_count_what_the_whole_driver_counts() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let whole = merged(&record(Variant::Instrumented));
    let halves = record(Variant::InstrumentedSplit);
    // Nothing of it is there because the kernel half saw it alone.
    let [_, first, second] = halves.as_slice() else {
        panic!("two cards have two user halves");
    };
    assert_eq!(first.functions["Pcnet32::get_link"].calls, 0, "a crossing");
    assert_eq!(first.functions["Pcnet32::link"].calls, 10);
    for (user, name) in [
        (first, "Pcnet32::change_filter"),
        (second, "Pcnet32::prepare_chip"),
    ] {
        assert!(user.functions[name].cost > 0, "{name}");
    }
    let both = merged(&halves);
    assert_eq!(both.milliseconds, halves[0].milliseconds, "the same time");
    assert_eq!(both.kernel, "host");
    let (found, expected) = (counts(&both), counts(&whole));
    assert!(found.keys().eq(expected.keys()));
    for (name, activity) in &expected {
        assert_eq!(found[name], *activity, "{name}");
    }
}

/// A process that was started in the middle of a recording has none.
#[test]
fn a_user_half_that_is_started_anew_has_no_recording() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let (mut machine, card) = Machine::ready(Variant::InstrumentedSplit);
    machine.start_recording("one that is cut off");
    machine.kill_user_half(card);
    machine.start_user_half(card);
    let text = machine.user_profile(card, Signal::SIGUSR1);
    assert!(text.starts_with("no recording was started"), "{text}");
    let text = machine.user_profile(card, Signal::SIGUSR2);
    assert!(text.starts_with("{\n  \"schema\": 2,"), "{text}");
}
