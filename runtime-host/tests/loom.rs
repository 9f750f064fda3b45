//! Every interleaving of the threads that meet in `parts`, as far as loom can bound them.
//!
//! `cargo xtask test loom`, which is `RUSTFLAGS="--cfg loom" cargo test --release -p runtime-host --test loom`
//! with a target directory of its own.
#![cfg(loom)]

use loom::sync::Arc;
use loom::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use loom::thread;
use runtime_host::parts::activity::Activity;
use runtime_host::parts::interrupt::Line;
use runtime_host::parts::napi::Napi;
use runtime_host::parts::wait::{Completion, Signal, Waited};

/// A poll and the work that an interrupt leaves for it.
#[derive(Default)]
struct Poller {
    napi: Napi,
    work: AtomicU32,
    polling: AtomicBool,
}

impl Poller {
    /// An enabled one.
    fn enabled() -> Arc<Self> {
        let poller = Arc::new(Self::default());
        poller.napi.enable().unwrap();
        poller
    }

    /// The interrupt: leaves work; whoever claims has to poll.
    fn interrupt(&self) -> bool {
        self.work.fetch_add(1, Ordering::AcqRel);
        self.napi.claim()
    }

    /// The owner's polls, until one completes.
    fn poll(&self) {
        loop {
            assert!(
                !self.polling.swap(true, Ordering::AcqRel),
                "two polls at a time"
            );
            self.work.swap(0, Ordering::AcqRel);
            self.polling.store(false, Ordering::Release);
            if self.napi.complete().unwrap() {
                return;
            }
        }
    }
}

#[test]
fn no_interrupt_s_work_is_left_behind_by_a_poll_that_completes() {
    loom::model(|| {
        let poller = Poller::enabled();
        let other = poller.clone();
        let interrupts = thread::spawn(move || {
            for _ in 0..2 {
                if other.interrupt() {
                    other.poll();
                }
            }
        });
        if poller.interrupt() {
            poller.poll();
        }
        interrupts.join().unwrap();
        assert_eq!(poller.work.load(Ordering::Acquire), 0);
        assert!(!poller.napi.is_owned());
    });
}

#[test]
fn nobody_polls_after_disable_and_nobody_hangs() {
    loom::model(|| {
        let poller = Poller::enabled();
        let disabled = Arc::new(AtomicBool::new(false));
        let (other, seen) = (poller.clone(), disabled.clone());
        let interrupts = thread::spawn(move || {
            if other.interrupt() {
                assert!(
                    !seen.load(Ordering::Acquire),
                    "claimed after disable returned"
                );
                other.poll();
            }
        });
        poller.napi.disable();
        disabled.store(true, Ordering::Release);
        assert!(!poller.napi.claim());
        interrupts.join().unwrap();
        // A claim that came meanwhile is remembered: the first poll after it runs again.
        poller.napi.enable().unwrap();
    });
}

#[test]
fn two_who_disable_take_turns() {
    loom::model(|| {
        let poller = Poller::enabled();
        let other = poller.clone();
        let second = thread::spawn(move || {
            other.napi.disable();
            other.napi.complete().unwrap();
        });
        poller.napi.disable();
        poller.napi.complete().unwrap();
        second.join().unwrap();
        assert!(poller.napi.claim());
    });
}

#[test]
fn a_wait_ends_by_the_event_or_by_the_death_and_loses_neither() {
    loom::model(|| {
        let completion = Arc::new(Completion::default());
        let signal = Arc::new(Signal::default());
        let (event, death) = (completion.clone(), signal.clone());
        let completer = thread::spawn(move || event.complete());
        let killer = thread::spawn(move || death.raise());
        let waited = completion.wait(Some(&signal), None);
        completer.join().unwrap();
        killer.join().unwrap();
        // What happened is there for the next one, unless this one took it.
        let next = completion.wait(Some(&signal), None);
        match waited {
            Waited::Done => assert_eq!(next, Waited::Signal),
            Waited::Signal => assert_eq!(next, Waited::Done),
            Waited::TimedOut => unreachable!("there is no limit"),
        }
    });
}

#[test]
fn the_death_of_a_process_ends_the_waits_of_all_its_tasks() {
    // Three threads in loops: without a bound this takes hours.
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(2);
    model.check(|| {
        let signal = Arc::new(Signal::default());
        let tasks: [_; 2] = std::array::from_fn(|_| {
            let task = signal.clone();
            thread::spawn(move || Completion::default().wait(Some(&task), None))
        });
        signal.raise();
        for task in tasks {
            assert_eq!(task.join().unwrap(), Waited::Signal);
        }
    });
}

#[test]
fn complete_all_lets_every_waiter_go() {
    loom::model(|| {
        let completion = Arc::new(Completion::default());
        let waiter = completion.clone();
        let other = thread::spawn(move || waiter.wait(None, None));
        completion.complete_all();
        assert_eq!(completion.wait(None, None), Waited::Done);
        assert_eq!(other.join().unwrap(), Waited::Done);
    });
}

#[test]
fn no_handler_runs_once_the_line_is_free() {
    loom::model(|| {
        let line = Arc::new(Line::new(Activity::default()));
        let (requested, ran) = (Arc::new(AtomicBool::new(true)), Arc::new(AtomicU32::new(0)));
        assert!(line.request());
        let (own, wanted, count) = (line.clone(), requested.clone(), ran.clone());
        let processor = thread::spawn(move || {
            while own.next() {
                assert!(wanted.load(Ordering::Acquire), "a handler after free");
                count.fetch_add(1, Ordering::AcqRel);
                // The handler has the card let go.
                own.set(false);
                own.handled(|| panic!("one run is not in vain"));
            }
        });
        line.set(true);
        assert!(line.free());
        requested.store(false, Ordering::Release);
        line.set(true);
        line.end();
        processor.join().unwrap();
        assert!(ran.load(Ordering::Acquire) <= 1);
    });
}

#[test]
fn a_line_that_stays_asserted_runs_its_handler_again_when_it_is_enabled() {
    loom::model(|| {
        let activity = Activity::default();
        let line = Arc::new(Line::new(activity.clone()));
        line.request();
        let own = line.clone();
        let processor = thread::spawn(move || {
            while own.next() {
                own.set(false);
                own.handled(|| ());
            }
        });
        line.disable();
        line.set(true);
        line.enable();
        // Its run is activity until it is over.
        activity.wait_idle();
        assert!(!line.is_asserted());
        line.end();
        processor.join().unwrap();
    });
}

#[test]
fn who_waits_for_rest_sees_what_was_begun_and_what_that_began() {
    loom::model(|| {
        let activity = Activity::default();
        let done = Arc::new(AtomicU32::new(0));
        let busy = activity.begin();
        let (own, count) = (activity.clone(), done.clone());
        let first = thread::spawn(move || {
            let next = own.begin();
            count.fetch_add(1, Ordering::AcqRel);
            drop(busy);
            let count = count.clone();
            thread::spawn(move || {
                count.fetch_add(1, Ordering::AcqRel);
                drop(next);
            })
        });
        activity.wait_idle();
        assert_eq!(done.load(Ordering::Acquire), 2);
        first.join().unwrap().join().unwrap();
    });
}
