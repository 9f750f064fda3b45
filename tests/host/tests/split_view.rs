//! What administrators see of a split, and what callers see while there is no user half.

use std::time::{Duration, Instant};

use host_rig::{Errno, Level, Line, Machine, SlotId, Variant};

fn number(text: &str, name: &str) -> u64 {
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    let line = line.unwrap_or_else(|| panic!("no line `{name}` in\n{text}"));
    line.trim().parse().unwrap()
}

fn wait_for(machine: &Machine, card: SlotId, phase: &str) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !incarnation(machine, card).contains(phase) {
        assert!(Instant::now() < deadline, "{}", incarnation(machine, card));
        std::thread::yield_now();
    }
}

/// Kills the card's user half, and waits until the kernel knows.
fn kill(machine: &mut Machine, card: SlotId) {
    machine.kill_user_half(card);
    wait_for(machine, card, "phase absent\n");
}

/// Starts another, and waits until it serves.
fn start(machine: &mut Machine, card: SlotId) {
    machine.start_user_half(card);
    wait_for(machine, card, "phase ready\n");
}

fn incarnation(machine: &Machine, card: SlotId) -> String {
    machine.host().view(card, "incarnation").unwrap()
}

host_rig::both! {
    /// Each function is where the plan says, in the kernel when the driver is whole.
    fn placements_are_the_plans(variant) {
        let (machine, card) = Machine::ready(variant);
        let placements = machine.host().view(card, "placements").unwrap();
        let half = |function: &str| {
            let line = placements.lines().find(|line| line.contains(function));
            line.unwrap().split_whitespace().nth(1).unwrap().to_owned()
        };
        assert_eq!(half("::start_xmit "), "kernel");
        let split = variant == Variant::Split;
        assert_eq!(half("::get_drvinfo "), if split { "user" } else { "kernel" });
        assert_eq!(machine.host().view(card, "crossings").is_some(), split);
        assert_eq!(machine.host().view(card, "incarnation").is_some(), split);
    }

    /// Whoever reads this log has debug lines on, so the user half sends its own.
    fn debug_lines_reach_the_log(variant) {
        let (machine, card) = Machine::ready(variant);
        machine.interface(card).up().unwrap();
        machine.settle();
        let debugs = |line: &Line| line.level == Level::Debug;
        assert!(machine.log().iter().any(debugs), "{}", machine.log_text());
    }
}

#[test]
fn crossings_are_counted_by_function() {
    let (machine, card) = Machine::ready(Variant::Split);
    let read = || machine.host().view(card, "crossings").unwrap();
    let name = "upcall Pcnet32::get_drvinfo ";
    let before = number(&read(), name);
    machine.interface(card).driver().unwrap();
    let after = read();
    // The kernel asks for more than the name; so more than once, but for nothing else.
    assert!(number(&after, name) > before, "{after}");
    let each = |kind: &str| -> u64 {
        let lines = after.lines().filter_map(|line| line.strip_prefix(kind));
        lines
            .map(|line| line.rsplit_once(' ').unwrap().1.parse::<u64>().unwrap())
            .sum()
    };
    assert_eq!(each("upcall "), number(&after, "upcalls "));
    let asked = number(&after, "downcalls ") + number(&after, "posted ");
    assert_eq!(each("service "), asked);
    assert_eq!(each("downcall "), number(&after, "service Call "));
}

#[test]
fn an_incarnation_is_shown_with_its_predecessors_end() {
    let (mut machine, card) = Machine::ready(Variant::Split);
    let first = incarnation(&machine, card);
    assert_eq!(
        number(&first, "process "),
        machine.user_half_pid(card) as u64
    );
    assert!(
        first.contains("phase ready\n") && first.contains("last-end none\n"),
        "{first}"
    );
    kill(&mut machine, card);
    let gone = incarnation(&machine, card);
    assert!(gone.contains("phase absent\nprocess none\n"), "{gone}");
    assert!(
        gone.contains("last-end its process closed the device\n"),
        "{gone}"
    );
    start(&mut machine, card);
    assert_eq!(number(&incarnation(&machine, card), "incarnations "), 2);
}

/// The first call after the end of a user half waits for the next one, but no longer than a deadline
/// after that end; calls after that do not wait.
#[test]
fn nobody_waits_long_for_a_user_half_that_does_not_come() {
    let (mut machine, card) = Machine::ready(Variant::Split);
    let deadline = Duration::from_secs(1);
    machine.set_upcall_timeout(deadline);
    kill(&mut machine, card);
    let interface = machine.interface(card);
    let call = || {
        let started = Instant::now();
        assert_eq!(interface.registers().unwrap_err(), Errno::EHOSTDOWN);
        started.elapsed()
    };
    let first = call();
    assert!(first > deadline / 4 && first < 3 * deadline, "{first:?}");
    for _ in 0..3 {
        let next = call();
        assert!(next < deadline / 2, "{next:?}");
    }
    start(&mut machine, card);
    assert!(interface.registers().is_ok());
}

/// One that comes in time is waited for.
#[test]
fn a_call_between_two_user_halves_succeeds() {
    let (mut machine, card) = Machine::ready(Variant::Split);
    machine.set_upcall_timeout(Duration::from_secs(20));
    kill(&mut machine, card);
    let interface = machine.interface(card);
    let caller = std::thread::spawn(move || interface.registers().map(drop));
    machine.start_user_half(card);
    assert_eq!(caller.join().unwrap(), Ok(()));
}
