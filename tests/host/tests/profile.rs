//! What an instrumented driver counts, against numbers that are known beforehand.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use host_rig::recording::counts;
use host_rig::{Errno, Machine, Variant, frame};
use partitioner::profile::Profile;

const FRAMES: u64 = 100;
const LOOKS: u64 = 7;
const CHANGES: u64 = 20;

/// The tests of this program share the module's counts.
static ALONE: Mutex<()> = Mutex::new(());

/// Frames, questions and changes of the filter, recorded.
fn record() -> (Profile, u64) {
    let (machine, a, b) = Machine::pair(Variant::Instrumented);
    let (one, other) = (machine.interface(a), machine.interface(b));
    machine.settle();
    machine
        .host()
        .start_profile("a little of everything\n")
        .unwrap();
    for n in 0..FRAMES {
        one.send(&frame(&[n as u8; 100])).unwrap();
        machine.settle();
        assert_eq!(other.take_received().len(), 1);
    }
    for _ in 0..LOOKS {
        assert!(one.link().unwrap());
        one.stats().unwrap();
    }
    for n in 0..CHANGES {
        one.set_promiscuous(n % 2 == 0).unwrap();
        machine.settle();
    }
    let text = machine.host().profile().unwrap();
    let profile = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    (profile, FRAMES)
}

#[test]
fn counts_are_what_was_done_and_the_same_again() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let (profile, _) = record();
    assert_eq!(profile.workload, "a little of everything");
    assert_eq!(
        (profile.driver.as_str(), profile.kernel.as_str()),
        ("pcnet32", "host")
    );
    assert_eq!(profile.source.len(), 16);
    let calls = |name: &str| profile.functions[name].calls;
    let callee = |caller: &str, name: &str| profile.functions[caller].callees[name];
    let service = |caller: &str, name: &str| profile.functions[caller].services[name];

    assert_eq!(calls("Pcnet32::start_xmit"), FRAMES);
    assert_eq!(callee("Pcnet32::start_xmit", "Traffic::enqueue"), FRAMES);
    // A write would ride along with another message.
    assert!(profile.functions["Pcnet32::start_xmit"].services.is_empty());
    assert_eq!(calls("receive::take_packet"), FRAMES);

    assert_eq!(calls("Pcnet32::get_link"), LOOKS);
    assert_eq!(callee("Pcnet32::get_link", "look::look"), LOOKS);
    // Its lock would come with the call, and so would what it reads.
    assert!(profile.functions["Pcnet32::get_link"].services.is_empty());
    let looks = &profile.functions["look::look"];
    assert!(looks.services.is_empty());
    assert_eq!(calls("Pcnet32::get_stats64"), LOOKS);
    assert_eq!(
        service("Pcnet32::gather_counters", "Transaction::run"),
        LOOKS
    );

    assert_eq!(calls("Pcnet32::set_rx_mode"), CHANGES);
    assert_eq!(
        callee("Pcnet32::change_filter", "filter::wanted_mode"),
        CHANGES
    );
    // The chip has to stand still for it, but nobody waits for that.
    for name in ["Pcnet32::write_setup", "Pcnet32::change_filter"] {
        assert!(profile.functions[name].services.is_empty(), "{name}");
    }

    // Nothing went up or down, and nothing was counted that did not run.
    assert!(!profile.functions.contains_key("Pcnet32::open"));
    let first = counts(&profile);
    assert_eq!(first, counts(&record().0));
}

/// Who is called by nobody in the driver is called by the kernel: of each call the table knows the caller
/// or that there is none.
#[test]
fn roots_have_no_callers_and_everything_else_only_callers() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let (profile, _) = record();
    let mut called: BTreeMap<&str, u64> = BTreeMap::new();
    for activity in profile.functions.values() {
        for (callee, count) in &activity.callees {
            *called.entry(callee).or_default() += count;
        }
    }
    let roots = [
        "start_xmit",
        "interrupt",
        "poll",
        "get_link",
        "get_stats64",
        "set_rx_mode",
        "work",
    ]
    .map(|name| format!("Pcnet32::{name}"));
    for (name, activity) in &profile.functions {
        let known = called.get(name.as_str()).copied().unwrap_or(0);
        if roots.contains(name) {
            assert_eq!(known, 0, "{name}");
        } else {
            assert_eq!(known, activity.calls, "{name}");
        }
    }
}

#[test]
fn a_recording_starts_from_nothing_and_has_a_plain_name() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let (machine, card) = Machine::ready(Variant::Instrumented);
    let host = machine.host();
    let whole = host.profile().unwrap();
    assert!(
        whole.contains("\"Pcnet32::attach\""),
        "since the module was loaded: {whole}"
    );
    host.start_profile("nothing").unwrap();
    let empty: Profile = serde_json::from_str(&host.profile().unwrap()).unwrap();
    assert!(empty.functions.is_empty(), "{empty:?}");
    for bad in [
        "a \"quoted\" name",
        "back\\slash",
        "two\nlines",
        "ümlaut",
        &"long".repeat(17),
    ] {
        assert_eq!(host.start_profile(bad), Err(Errno::EINVAL), "{bad:?}");
    }
    assert_eq!(host.start_profile(&"x".repeat(64)), Ok(()));
    assert!(machine.interface(card).message_level().is_ok());
    let one: Profile = serde_json::from_str(&host.profile().unwrap()).unwrap();
    assert_eq!(one.functions.len(), 1, "{one:?}");
    assert_eq!(one.workload.len(), 64);
}

/// What calls cost is what the called functions cost, with all that they call.
#[test]
fn edges_have_the_cost_of_what_is_called() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let (profile, _) = record();
    let own: u64 = profile.functions.values().map(|of| of.cost).sum();
    for (name, activity) in &profile.functions {
        let callees = activity.callees.keys();
        assert!(callees.eq(activity.callee_costs.keys()), "{name}");
        assert!(activity.callee_costs.values().all(|cost| *cost <= own));
    }
    // Called from one place each, and not by themselves: the edge has all of it.
    let of = |name: &str| &profile.functions[name];
    let edge = of("Pcnet32::get_link").callee_costs["Pcnet32::link"];
    let link = of("Pcnet32::link");
    let below: u64 = link.callee_costs.values().sum();
    assert_eq!(edge, link.cost + below);
}

/// Without `--instrument` there is no such thing.
#[test]
fn an_ordinary_driver_has_no_profile() {
    let (machine, _) = Machine::ready(Variant::Unsplit);
    assert_eq!(machine.host().profile(), None);
    assert_eq!(machine.host().start_profile("x"), Err(Errno::ENODEV));
}
