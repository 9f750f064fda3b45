//! The user half as a process that may die, stop or never come, at any moment.

use std::time::Duration;

use host_rig::{Errno, Machine, Part, Process, RingParam, Signal, SlotId, Variant, frame};

/// One frame each way, on a pair of cards that is up.
fn traffic_flows(machine: &Machine, a: SlotId, b: SlotId) {
    let (one, other) = (machine.interface(a), machine.interface(b));
    one.send(&frame(b"there")).unwrap();
    other.send(&frame(b"back")).unwrap();
    machine.settle();
    assert!(
        one.take_received() == [frame(b"back")],
        "{}",
        machine.log_text()
    );
    assert!(
        other.take_received() == [frame(b"there")],
        "{}",
        machine.log_text()
    );
}

/// Returns once a call into the user half of `card` has begun that was not there at `before`.
fn wait_for_upcall(machine: &Machine, card: SlotId, before: u64) {
    while machine.crossings(card)["upcalls"] == before {
        std::thread::yield_now();
    }
}

#[test]
fn a_killed_user_half_fails_the_call_and_no_frame_is_lost() {
    let (mut machine, a, b) = Machine::pair(Variant::Split);
    let interface = machine.interface(a);
    let ring = RingParam {
        tx: 64,
        rx: 128,
        ..interface.ring().unwrap()
    };
    interface.set_ring(ring).unwrap();
    machine.signal_user_half(a, Signal::SIGSTOP);
    let before = machine.crossings(a)["upcalls"];
    let call = std::thread::spawn({
        let interface = interface.clone();
        move || interface.set_link_settings(Default::default())
    });
    wait_for_upcall(&machine, a, before);
    traffic_flows(&machine, a, b);
    machine.kill_user_half(a);
    assert_eq!(call.join().unwrap(), Err(Errno::EIO));
    assert!(
        machine.logged("ended: its process closed the device"),
        "{}",
        machine.log_text()
    );
    // Without one, too; and the next one goes on where it was.
    traffic_flows(&machine, a, b);
    machine.set_upcall_timeout(Duration::from_millis(20));
    assert_eq!(
        interface.set_link_settings(Default::default()),
        Err(Errno::EHOSTDOWN)
    );
    machine.set_upcall_timeout(Duration::from_secs(2));
    machine.start_user_half(a);
    assert_eq!(interface.ring().unwrap(), ring);
    assert_eq!(machine.crossings(a)["incarnations"], 2);
    traffic_flows(&machine, a, b);
}

#[test]
fn a_stopped_user_half_misses_its_deadline_and_is_killed() {
    let (mut machine, a, b) = Machine::pair(Variant::Split);
    machine.set_upcall_timeout(Duration::from_millis(30));
    machine.signal_user_half(a, Signal::SIGSTOP);
    let interface = machine.interface(a);
    assert_eq!(
        interface.set_link_settings(Default::default()),
        Err(Errno::ETIMEDOUT)
    );
    // The kernel killed it.
    machine.reap(a);
    assert!(
        machine.logged("missed the deadline of a call"),
        "{}",
        machine.log_text()
    );
    assert_eq!(machine.crossings(a)["deadlines"], 1);
    traffic_flows(&machine, a, b);
    machine.set_upcall_timeout(Duration::from_secs(2));
    machine.start_user_half(a);
    interface.driver().unwrap();
}

#[test]
fn the_next_user_half_has_deadlines_too() {
    let (mut machine, card) = Machine::ready(Variant::Split);
    let interface = machine.interface(card);
    machine.set_upcall_timeout(Duration::from_millis(50));
    // Often enough that the timer for their deadlines stays set.
    for _ in 0..3 {
        interface.registers().unwrap();
    }
    machine.kill_user_half(card);
    // It is over while there is no user half.
    std::thread::sleep(Duration::from_millis(200));
    machine.start_user_half(card);
    machine.signal_user_half(card, Signal::SIGSTOP);
    let (done, outcome) = std::sync::mpsc::channel();
    std::thread::spawn(move || done.send(interface.registers().map(drop)));
    let outcome = outcome.recv_timeout(Duration::from_secs(20));
    if outcome.is_err() {
        machine.kill_user_half(card);
    }
    assert_eq!(outcome, Ok(Err(Errno::ETIMEDOUT)));
    machine.reap(card);
}

#[test]
fn a_killed_caller_gives_up_and_the_call_it_left_is_watched() {
    let (mut machine, card) = Machine::ready(Variant::Split);
    machine.signal_user_half(card, Signal::SIGSTOP);
    machine.set_upcall_timeout(Duration::from_millis(200));
    let (interface, process) = (machine.interface(card), Process::new());
    let before = machine.crossings(card)["upcalls"];
    let call = std::thread::spawn({
        let (interface, process) = (interface.clone(), process.clone());
        move || process.run(|| interface.set_link_settings(Default::default()))
    });
    wait_for_upcall(&machine, card, before);
    process.kill();
    assert_eq!(call.join().unwrap(), Err(Errno::EINTR));
    // Nobody waits for it any more, but it has its deadline.
    machine.reap(card);
    assert!(
        machine.logged("missed the deadline of a call whose caller was killed"),
        "{}",
        machine.log_text()
    );
}

#[test]
fn killed_again_and_again_under_load() {
    let (mut machine, a, b) = Machine::pair(Variant::Split);
    let interface = machine.interface(a);
    for _ in 0..30 {
        let calls = std::thread::spawn({
            let interface = interface.clone();
            move || {
                // Until it is killed under one of them.
                for _ in 0..1_000_000 {
                    match interface
                        .set_message_level(7)
                        .and_then(|()| interface.registers())
                    {
                        Ok(_) => {}
                        Err(error) => return error,
                    }
                }
                panic!("the user half was not killed");
            }
        });
        traffic_flows(&machine, a, b);
        machine.set_upcall_timeout(Duration::from_millis(20));
        machine.kill_user_half(a);
        let error = calls.join().unwrap();
        // A short deadline may also be missed by a busy machine.
        let possible = [Errno::EIO, Errno::EHOSTDOWN, Errno::ETIMEDOUT];
        assert!(possible.contains(&error), "{error}");
        traffic_flows(&machine, a, b);
        machine.set_upcall_timeout(Duration::from_secs(2));
        machine.start_user_half(a);
    }
    assert_eq!(machine.crossings(a)["incarnations"], 31);
}

#[test]
fn one_that_never_comes_is_waited_for_but_not_for_ever() {
    let mut machine = Machine::new(Variant::Split);
    let card = machine.card(Part::Am79C970A);
    machine.load(&[]).unwrap();
    machine.advance(10_000);
    assert!(machine.host().interface(card).is_none());
    machine.rmmod();
}

#[test]
fn a_second_one_is_turned_away() {
    let (mut machine, card) = Machine::ready(Variant::Split);
    let program = machine.halves().user.clone().unwrap();
    let device = machine.host().device_file(card).unwrap();
    let second = std::process::Command::new(program)
        .arg(device)
        .output()
        .unwrap();
    assert_eq!(second.status.code(), Some(2));
    let text = String::from_utf8_lossy(&second.stderr).into_owned();
    assert!(text.contains("another user half is connected"), "{text}");
    machine.interface(card).up().unwrap();
    machine.rmmod();
}

#[test]
fn a_module_in_use_stays() {
    let (machine, card) = Machine::ready(Variant::Split);
    assert_eq!(machine.host().rmmod(), Err(Errno::EAGAIN));
    machine.interface(card).up().unwrap();
}

#[test]
fn a_card_that_is_pulled_out_ends_its_user_half() {
    let (mut machine, a, b) = Machine::pair(Variant::Split);
    machine.host().pull_out(a);
    machine.reap(a);
    assert!(machine.host().interface(a).is_none());
    machine.interface(b).down().unwrap();
}
