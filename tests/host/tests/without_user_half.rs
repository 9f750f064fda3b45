//! Each control operation without a user half, and with one that dies or stops during it: an error that
//! says so, or what the kernel half does by itself. Packets flow meanwhile, and the next user half makes
//! good what was deferred.

use std::time::{Duration, Instant};

use host_rig::{Errno, Machine, OPERATIONS, Operation, Signal, SlotId, Variant};

/// What the kernel's core cannot report, as their functions return nothing; it shows nothing, or zeroes.
const SILENT: [&str; 5] = [
    "driver",
    "message level",
    "set message level",
    "link",
    "ring sizes",
];
/// What needs no user half: the kernel half does it, or leaves it to the next one.
const NOT_NEEDED: [&str; 7] = [
    "counters",
    "MTU",
    "promiscuous",
    "not promiscuous",
    "all multicast",
    "not all multicast",
    "groups",
];

/// What the kernel half does by itself where it remembers of this user half what the kernel's core asks
/// first: how many outcomes there are, and how large the rings may be.
const RUNS_ANYWAY: [&str; 2] = ["online test", "set ring sizes"];

/// What an operation says where its call to the user half ends with `errno`.
fn expected(name: &str, errno: Errno) -> Result<(), Errno> {
    match name {
        // The kernel's core compares with the largest sizes first, of which it knows none.
        "set ring sizes" => Err(Errno::EINVAL),
        _ if SILENT.contains(&name) || NOT_NEEDED.contains(&name) => Ok(()),
        _ => Err(errno),
    }
}

/// The same where this user half may have said before what the kernel's core asks first.
fn possible(name: &str, errnos: [Errno; 2]) -> Vec<Result<(), Errno>> {
    let mut possible = errnos.map(|errno| expected(name, errno)).to_vec();
    if name == "set ring sizes" {
        possible.extend(errnos.map(Err));
    }
    possible
}

/// Runs an operation in a thread on a user half that stands still, and sends that `event` once it was called.
fn meanwhile(
    machine: &mut Machine,
    card: SlotId,
    operation: &Operation,
    event: Signal,
) -> Result<(), Errno> {
    let (interface, run) = (machine.interface(card), operation.1);
    machine.signal_user_half(card, Signal::SIGSTOP);
    let before = machine.crossings(card)["upcalls"];
    let call = std::thread::spawn(move || run(&interface));
    while machine.crossings(card)["upcalls"] == before && !call.is_finished() {
        std::thread::yield_now();
    }
    machine.signal_user_half(card, event);
    call.join().expect("the operation ends")
}

#[test]
fn without_one_each_operation_has_its_error_at_once() {
    let (mut machine, card, interface) = Machine::up(Variant::Split);
    machine.kill_user_half(card);
    machine.set_upcall_timeout(Duration::from_millis(10));
    for (name, operation) in OPERATIONS {
        let start = Instant::now();
        assert_eq!(
            operation(&interface),
            expected(name, Errno::EHOSTDOWN),
            "{name}"
        );
        // Generously: whoever tests may do other things too.
        assert!(start.elapsed() < Duration::from_secs(5), "{name}");
        machine.assert_traffic(card);
    }
    // Time passes: the link watchdog cannot look, and says so without flooding.
    let lines = machine.log().len();
    machine.advance(60_000);
    assert!(machine.log().len() < lines + 65, "{}", machine.log_text());
    machine.assert_traffic(card);
    interface.down().unwrap();
    assert_eq!(interface.up(), Err(Errno::EHOSTDOWN));
    assert_eq!(
        interface.set_address([2, 0, 0, 0, 0, 2]),
        Err(Errno::EHOSTDOWN)
    );
    machine.ignore_errors();
    machine.set_upcall_timeout(Duration::from_secs(2));
    machine.start_user_half(card);
    interface.up().unwrap();
    machine.assert_traffic(card);
}

#[test]
fn one_that_dies_during_an_operation() {
    let (mut machine, card, _) = Machine::up(Variant::Split);
    for operation in OPERATIONS
        .iter()
        .filter(|(name, _)| !NOT_NEEDED.contains(name))
    {
        let outcome = meanwhile(&mut machine, card, operation, Signal::SIGKILL);
        let name = operation.0;
        // What calls twice may find that there is nobody any more.
        let possible = possible(name, [Errno::EIO, Errno::EHOSTDOWN]);
        let ran = RUNS_ANYWAY.contains(&name) && outcome == Ok(());
        assert!(ran || possible.contains(&outcome), "{name}: {outcome:?}");
        machine.reap(card);
        machine.assert_traffic(card);
        machine.start_user_half(card);
        // And now that there is one, it works.
        let again = operation.1(&machine.interface(card));
        assert!(
            matches!(again, Ok(()) | Err(Errno::EOPNOTSUPP)),
            "{name}: {again:?}"
        );
        machine.assert_traffic(card);
    }
    machine.ignore_errors();
}

#[test]
fn one_that_stops_during_an_operation_is_killed_at_the_deadline() {
    let (mut machine, card, _) = Machine::up(Variant::Split);
    machine.set_upcall_timeout(Duration::from_millis(30));
    for operation in OPERATIONS
        .iter()
        .filter(|(name, _)| !NOT_NEEDED.contains(name))
    {
        let outcome = meanwhile(&mut machine, card, operation, Signal::SIGSTOP);
        let name = operation.0;
        let possible = possible(name, [Errno::ETIMEDOUT, Errno::EHOSTDOWN]);
        let ran = RUNS_ANYWAY.contains(&name) && outcome == Ok(());
        assert!(ran || possible.contains(&outcome), "{name}: {outcome:?}");
        machine.assert_traffic(card);
        machine.reap(card);
        machine.set_upcall_timeout(Duration::from_secs(2));
        machine.start_user_half(card);
        machine.set_upcall_timeout(Duration::from_millis(30));
        machine.assert_traffic(card);
    }
    machine.ignore_errors();
}

#[test]
fn the_next_one_does_what_was_deferred() {
    let (mut machine, card, interface) = Machine::up(Variant::Split);
    let promiscuous = |machine: &Machine| machine.chip(card, |chip| chip.csr(15) & 0x8000 != 0);
    machine.kill_user_half(card);
    machine.set_upcall_timeout(Duration::from_millis(10));
    interface.set_promiscuous(true).unwrap();
    machine.settle();
    assert!(!promiscuous(&machine), "nobody is there to do it");
    machine.ignore_errors();
    machine.set_upcall_timeout(Duration::from_secs(2));
    machine.start_user_half(card);
    machine.settle();
    assert!(promiscuous(&machine), "{}", machine.log_text());
    machine.assert_traffic(card);
}
