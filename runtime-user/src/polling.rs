//! Polling: for a while after a call, one thread at a time looks for the next call itself instead of sleeping in
//! the kernel, and leaves its reply where a caller that looks for it finds it. See `runtime_wire::bell`.
//!
//! It takes a processor of its own while it looks, so it adapts: a thread that looked twice in vain sleeps, until
//! a call comes again within the time that it would have looked.

use runtime_wire::bell::{NEVER, NOTHING, NOW, SOMETIMES, Words, replied};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Looks in vain before a thread sleeps instead.
const PATIENCE: u32 = 2;
/// Looks between two at the clock.
const LOOKS: u32 = 32;

/// How this process polls.
#[derive(Debug)]
pub(crate) struct Polling {
    /// How long a thread looks for a call.
    most: Duration,
    /// A thread polls, or serves a call that it found so: one is enough.
    taken: AtomicBool,
}

/// What a thread knows of the calls that come to it.
#[derive(Debug, Default)]
pub(crate) struct Habit {
    in_vain: u32,
    has_turn: bool,
    slept: Option<Instant>,
}

/// What to do about a reply, and for the next call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// It is there already, and the reply is taken.
    Found,
    /// Sleep in the kernel; so many bytes of reply have to be taken there, too.
    Sleep(usize),
}

impl Polling {
    /// `None` where there is no processor to poll on.
    pub(crate) fn new(most: Duration) -> Option<Self> {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        (processors > 1).then(|| Self {
            most,
            taken: AtomicBool::new(false),
        })
    }

    /// Looks for the call after number `sequence`, to which there is a reply of so many bytes, or 0. `deliver`
    /// makes the system call that has it taken.
    pub(crate) fn next<E>(
        &self,
        words: &Words,
        habit: &mut Habit,
        (sequence, reply): (u32, usize),
        deliver: impl FnOnce(usize) -> Result<(), E>,
    ) -> Result<Next, E> {
        words
            .polls
            .compare_exchange(NEVER, SOMETIMES, Ordering::SeqCst, Ordering::Relaxed)
            .ok();
        // Its first wait is where the kernel learns of this thread.
        if sequence == 0 || !self.has_turn(habit) {
            habit.slept = Some(Instant::now());
            return Ok(Next::Sleep(reply));
        }
        words.polls.store(NOW, Ordering::SeqCst);
        if reply > 0 {
            words
                .replied
                .store(replied(sequence, reply), Ordering::SeqCst);
            if words.sleeps.load(Ordering::SeqCst) == sequence && take_back(words) {
                deliver(reply)?;
            }
        }
        if self.look(words, sequence) {
            habit.in_vain = 0;
            return Ok(Next::Found);
        }
        habit.in_vain += 1;
        words.polls.store(SOMETIMES, Ordering::SeqCst);
        self.taken.store(false, Ordering::Release);
        habit.has_turn = false;
        // It rang before it could see that we do not look any more.
        if words.posted.load(Ordering::SeqCst) != sequence {
            return Ok(Next::Found);
        }
        habit.slept = Some(Instant::now());
        // Whose caller neither sleeps nor has come to take it.
        let left = if take_back(words) { reply } else { 0 };
        Ok(Next::Sleep(left))
    }

    /// A thread that slept has a call: soon enough to look for the next one?
    pub(crate) fn woken(&self, habit: &mut Habit) {
        if habit
            .slept
            .take()
            .is_some_and(|at| at.elapsed() < self.most)
        {
            habit.in_vain = 0;
        }
    }

    /// Whether it is worth while for this thread, and no other does.
    fn has_turn(&self, habit: &mut Habit) -> bool {
        habit.has_turn =
            habit.has_turn || habit.in_vain < PATIENCE && !self.taken.swap(true, Ordering::Acquire);
        habit.has_turn
    }

    /// Looks for a call until the time is over.
    fn look(&self, words: &Words, sequence: u32) -> bool {
        let begun = Instant::now();
        loop {
            for _ in 0..LOOKS {
                if words.posted.load(Ordering::Acquire) != sequence {
                    return true;
                }
                std::hint::spin_loop();
            }
            if begun.elapsed() >= self.most {
                return false;
            }
        }
    }
}

/// Takes a reply back; `false` where the caller took it.
fn take_back(words: &Words) -> bool {
    words.replied.swap(NOTHING, Ordering::SeqCst) != NOTHING
}

#[cfg(test)]
mod tests {
    use super::*;
    use runtime_wire::bell::length_of;
    use std::convert::Infallible;
    use std::sync::atomic::AtomicU32;

    fn polling(most: Duration) -> Polling {
        Polling {
            most,
            taken: AtomicBool::new(false),
        }
    }

    fn next(polling: &Polling, words: &Words, habit: &mut Habit, done: (u32, usize)) -> Next {
        let delivered = |_| -> Result<(), Infallible> { Ok(()) };
        match polling.next(words, habit, done, delivered) {
            Ok(next) => next,
            Err(never) => match never {},
        }
    }

    #[test]
    fn it_looks_after_a_call_and_not_before_the_first() {
        let (polling, words, mut habit) =
            (polling(Duration::MAX), Words::default(), Habit::default());
        assert_eq!(next(&polling, &words, &mut habit, (0, 0)), Next::Sleep(0));
        assert_eq!(words.polls.load(Ordering::SeqCst), SOMETIMES);
        words.posted.store(2, Ordering::SeqCst);
        assert_eq!(next(&polling, &words, &mut habit, (1, 12)), Next::Found);
        let replied = words.replied.load(Ordering::SeqCst);
        assert_eq!(length_of(replied, 1), Some(12));
    }

    #[test]
    fn one_thread_looks_and_gives_up_after_two_looks_in_vain() {
        let (polling, words) = (polling(Duration::from_nanos(1)), Words::default());
        let (mut habit, mut other) = (Habit::default(), Habit::default());
        polling.taken.store(true, Ordering::SeqCst);
        assert_eq!(next(&polling, &words, &mut other, (1, 12)), Next::Sleep(12));
        assert_ne!(words.polls.load(Ordering::SeqCst), NOW);
        polling.taken.store(false, Ordering::SeqCst);
        for in_vain in 1..=3 {
            words.posted.store(in_vain, Ordering::SeqCst);
            // Nobody came for the reply, so the kernel is told of it.
            let slept = next(&polling, &words, &mut habit, (in_vain, 12));
            assert_eq!(slept, Next::Sleep(12));
            assert_eq!(habit.in_vain, in_vain.min(PATIENCE));
            assert_eq!(words.polls.load(Ordering::SeqCst), SOMETIMES);
        }
    }

    #[test]
    fn a_caller_that_sleeps_is_woken_by_a_system_call() {
        let (polling, words) = (polling(Duration::MAX), Words::default());
        words.sleeps.store(7, Ordering::SeqCst);
        words.posted.store(8, Ordering::SeqCst);
        let mut woken = None;
        let deliver = |length| {
            woken = Some(length);
            Ok::<(), ()>(())
        };
        let found = polling.next(&words, &mut Habit::default(), (7, 20), deliver);
        assert_eq!((found, woken), (Ok(Next::Found), Some(20)));
        assert_eq!(words.replied.load(Ordering::SeqCst), NOTHING);
    }

    /// A caller that looks, or sleeps where it waited long enough: each reply reaches it once, by one way.
    #[test]
    fn each_reply_is_taken_once() {
        const CALLS: u32 = 20_000;
        let (polling, words) = (polling(Duration::from_micros(5)), Words::default());
        // What system calls do here: numbers of calls that the kernel woke a thread for, and replies it took.
        let (woke, took) = (AtomicU32::new(0), AtomicU32::new(0));
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let (mut habit, mut done) = (Habit::default(), (0, 0));
                for call in 1..=CALLS {
                    let deliver = |_| {
                        took.store(call - 1, Ordering::SeqCst);
                        Ok::<(), ()>(())
                    };
                    let next = polling.next(&words, &mut habit, done, deliver).unwrap();
                    if let Next::Sleep(reply) = next {
                        if reply > 0 {
                            took.store(call - 1, Ordering::SeqCst);
                        }
                        while woke.load(Ordering::SeqCst) < call
                            && words.posted.load(Ordering::SeqCst) < call
                        {
                            std::thread::yield_now();
                        }
                        polling.woken(&mut habit);
                    }
                    done = (call, 12);
                }
                words.replied.store(replied(CALLS, 12), Ordering::SeqCst);
            });
            for call in 1..=CALLS {
                words.posted.store(call, Ordering::SeqCst);
                if words.polls.load(Ordering::SeqCst) != NOW {
                    woke.store(call, Ordering::SeqCst);
                }
                let mine = || {
                    let word = words.replied.load(Ordering::SeqCst);
                    length_of(word, call).is_some()
                        && words
                            .replied
                            .compare_exchange(word, NOTHING, Ordering::SeqCst, Ordering::SeqCst)
                            .is_ok()
                };
                let mut looks = 0;
                let (mut polled, mut sleeps) = (false, false);
                while !polled && took.load(Ordering::SeqCst) < call {
                    looks += 1;
                    if looks == 100 {
                        words.sleeps.store(call, Ordering::SeqCst);
                        sleeps = true;
                        polled = mine();
                    } else if !sleeps {
                        polled = mine();
                    } else if call == CALLS {
                        // The last reply is left where it lies.
                        polled = mine();
                    } else {
                        std::thread::yield_now();
                    }
                }
                assert!(
                    !polled || took.load(Ordering::SeqCst) < call,
                    "call {call} twice"
                );
            }
        });
    }
}
