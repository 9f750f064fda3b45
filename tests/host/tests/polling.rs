//! User halves that poll: callers find the replies themselves, and whatever happens to one that polls, it is no
//! other than what happens to one that sleeps.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use host_rig::{Errno, Machine, Part, Process, Signal, SlotId, Variant};

/// Long enough that a thread that looks is found looking, on a busy machine, too.
const LONG: Duration = Duration::from_millis(200);

/// A machine whose one user half polls, with the interface up; `None` where it cannot.
fn polling() -> Option<(Machine, SlotId)> {
    if std::thread::available_parallelism().map_or(1, usize::from) < 2 {
        return None;
    }
    let mut machine = Machine::new(Variant::Split);
    let card = machine.card(Part::Am79C970A);
    machine.poll_user_halves(LONG);
    machine.insmod(&[]).expect("the module loads");
    machine.interface(card).up().expect("goes up");
    machine.settle();
    Some((machine, card))
}

/// Asks what needs a call of the user half until such a call was answered to a caller that looked.
fn ask_until_polled(machine: &Machine, card: SlotId) {
    let interface = machine.interface(card);
    let before = machine.crossings(card)["polled"];
    for _ in 0..100_000 {
        assert_eq!(interface.link(), Ok(true));
        if machine.crossings(card)["polled"] > before {
            return;
        }
    }
    panic!("no call of 100,000 was polled for");
}

#[test]
fn replies_are_found_without_a_system_call() {
    let Some((machine, card)) = polling() else {
        return;
    };
    ask_until_polled(&machine, card);
    machine.assert_traffic(card);
}

#[test]
fn many_callers_and_one_that_polls() {
    let Some((machine, card)) = polling() else {
        return;
    };
    let callers: Vec<_> = (0..6)
        .map(|_| {
            let interface = machine.interface(card);
            std::thread::spawn(move || {
                for _ in 0..300 {
                    assert_eq!(interface.link(), Ok(true));
                }
            })
        })
        .collect();
    for caller in callers {
        caller.join().unwrap();
    }
    machine.settle();
    machine.assert_traffic(card);
}

#[test]
fn one_that_stops_while_it_polls_misses_its_deadline() {
    let Some((mut machine, card)) = polling() else {
        return;
    };
    ask_until_polled(&machine, card);
    machine.set_upcall_timeout(Duration::from_millis(30));
    // It said that it looks, and does not.
    machine.signal_user_half(card, Signal::SIGSTOP);
    assert_eq!(
        machine
            .interface(card)
            .set_link_settings(Default::default()),
        Err(Errno::ETIMEDOUT)
    );
    machine.reap(card);
    machine.set_upcall_timeout(Duration::from_secs(2));
    machine.start_user_half(card);
    ask_until_polled(&machine, card);
}

#[test]
fn a_killed_caller_gives_up_on_one_that_polls() {
    let Some((machine, card)) = polling() else {
        return;
    };
    ask_until_polled(&machine, card);
    machine.signal_user_half(card, Signal::SIGSTOP);
    let (interface, process) = (machine.interface(card), Process::new());
    let before = machine.crossings(card)["upcalls"];
    let call = std::thread::spawn({
        let process = process.clone();
        move || process.run(|| interface.set_link_settings(Default::default()))
    });
    while machine.crossings(card)["upcalls"] == before {
        std::thread::yield_now();
    }
    process.kill();
    assert_eq!(call.join().unwrap(), Err(Errno::EINTR));
    // Its reply comes after all, to nobody; the slot is used again.
    machine.signal_user_half(card, Signal::SIGCONT);
    ask_until_polled(&machine, card);
    machine.assert_traffic(card);
}

#[test]
fn killed_again_and_again_while_it_polls() {
    let Some((mut machine, card)) = polling() else {
        return;
    };
    let ends = Arc::new(AtomicBool::new(false));
    let caller = std::thread::spawn({
        let (interface, ends) = (machine.interface(card), ends.clone());
        move || {
            while !ends.load(Ordering::Relaxed) {
                match interface.registers() {
                    Ok(_) | Err(Errno::EIO | Errno::EHOSTDOWN) => {}
                    Err(error) => panic!("{error:?}"),
                }
            }
        }
    });
    for _ in 0..20 {
        let before = machine.crossings(card)["upcalls"];
        while machine.crossings(card)["upcalls"] < before + 20 {
            std::thread::yield_now();
        }
        machine.kill_user_half(card);
        machine.start_user_half(card);
    }
    ends.store(true, Ordering::Relaxed);
    caller.join().unwrap();
    machine.assert_traffic(card);
}
