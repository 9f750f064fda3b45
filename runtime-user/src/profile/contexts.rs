//! Which function each thread is in. A thread serves one call at a time, so that is its own affair.

use super::{ProfilePair, ProfileTable};
use runtime_wire::profile::{Asked, Partner};
use std::cell::Cell;

/// The function that a thread is in.
#[derive(Clone, Copy, Debug)]
struct Running {
    table: &'static ProfileTable,
    function: u16,
    /// When it went on last.
    since: u64,
}

thread_local! {
    /// What the thread's functions cost so far, all together.
    static SPENT: Cell<u64> = const { Cell::new(0) };
    static RUNNING: Cell<Option<Running>> = const { Cell::new(None) };
    /// The function that the kernel called and that has not begun: the kernel half has counted the call.
    static CALLED: Cell<Option<&'static str>> = const { Cell::new(None) };
}

impl Running {
    /// Accounts for what the thread's function did since it went on.
    fn account(now: u64) -> Option<Self> {
        let running = RUNNING.get()?;
        let spent = now.wrapping_sub(running.since);
        running.table.add_cost(running.function, spent);
        SPENT.set(SPENT.get().wrapping_add(spent));
        Some(running)
    }

    /// The function goes on, or none does.
    fn go_on(function: Option<Self>) {
        RUNNING.set(function.map(|running| Self {
            since: clock(),
            ..running
        }));
    }
}

/// The processor's time stamp counter, as in the kernel half.
#[inline(always)]
fn clock() -> u64 {
    // SAFETY: every x86-64 processor has it, and Linux lets processes read it.
    unsafe { core::arch::x86_64::_rdtsc() }
}

/// A function under way; dropped when it returns.
#[derive(Debug)]
pub struct Entered {
    /// The function that called it, if it is one of this half.
    caller: Option<Running>,
    /// Where the cost of the call goes, and what the thread had spent before.
    pair: Option<&'static ProfilePair>,
    before: u64,
}

/// A function of the user half starts: counts it, and who called, unless the kernel did.
#[inline(never)]
pub fn enter(table: &'static ProfileTable, function: u16) -> Entered {
    let caller = Running::account(clock());
    let mut pair = None;
    if let Some(caller) = caller {
        table.count_call(function);
        pair = table.count_pair(caller.function, Partner::Function(function));
    } else if CALLED.get().is_some() && CALLED.get() == table.name(function) {
        CALLED.set(None);
    } else {
        table.count_call(function);
    }
    Running::go_on(Some(Running {
        table,
        function,
        since: 0,
    }));
    Entered {
        caller,
        pair,
        before: SPENT.get(),
    }
}

impl Drop for Entered {
    #[inline(never)]
    fn drop(&mut self) {
        Running::account(clock());
        if let Some(pair) = self.pair {
            pair.add_cost(SPENT.get().wrapping_sub(self.before));
        }
        Running::go_on(self.caller);
    }
}

/// A function of the user half is about to cross to another one; dropped when that has returned. What it takes
/// to cross is nobody's.
#[derive(Debug)]
pub struct Left {
    caller: Option<Running>,
}

/// A function of the user half calls one of the kernel half, which counts the call: counts who called.
#[inline(never)]
pub fn leave(table: &'static ProfileTable, function: u16) -> Left {
    let caller = Running::account(clock());
    if let Some(caller) = caller {
        table.count_pair(caller.function, Partner::Function(function));
    }
    RUNNING.set(None);
    Left { caller }
}

impl Drop for Left {
    #[inline(never)]
    fn drop(&mut self) {
        Running::go_on(self.caller);
    }
}

/// A service is asked for.
#[inline(never)]
pub(crate) fn asked_for(service: Asked) {
    let function = Running::account(clock());
    if let Some(running) = function {
        running.table.count_pair(running.function, service.into());
    }
    Running::go_on(function);
}

/// A call by the kernel, until it is dropped.
pub(super) struct Called;

impl Called {
    pub(super) fn new(name: &'static str) -> Self {
        CALLED.set(Some(name));
        Self
    }
}

impl Drop for Called {
    fn drop(&mut self) {
        CALLED.set(None);
    }
}

/// The thread is away from its function, until this is dropped.
pub(super) struct Away {
    function: Option<Running>,
}

impl Away {
    pub(super) fn new() -> Self {
        let function = Running::account(clock());
        RUNNING.set(None);
        Self { function }
    }
}

impl Drop for Away {
    fn drop(&mut self) {
        Running::go_on(self.function);
    }
}

#[cfg(test)]
mod tests {
    use super::super::{ProfileCell, ProfilePair, apart, called};
    use super::*;
    use runtime_wire::profile::About;
    use std::panic::catch_unwind;
    use std::time::{Duration, Instant};

    static CELLS: [ProfileCell; 3] = [const { ProfileCell::new() }; 3];
    static PAIRS: [ProfilePair; 16] = [const { ProfilePair::new() }; 16];
    static TABLE: ProfileTable = ProfileTable::new(
        "small",
        "0123456789abcdef",
        &["root", "helper", "far"],
        &CELLS,
        &PAIRS,
    );

    fn root() {
        let _profile = enter(&TABLE, 0);
        helper();
        {
            let _profile = leave(&TABLE, 2);
            apart(|| std::thread::sleep(Duration::from_millis(20)));
        }
        asked_for(Asked::Run);
        apart(|| std::thread::sleep(Duration::from_millis(20)));
        let failed = catch_unwind(|| {
            let _profile = enter(&TABLE, 1);
            std::panic::resume_unwind(Box::new(()));
        });
        assert!(failed.is_err());
        helper();
    }

    fn helper() {
        let _profile = enter(&TABLE, 1);
    }

    /// The number after a key of a function.
    fn number(text: &str, function: &str, key: &str) -> u64 {
        let from = |text: &str, key: &str| {
            let at = text.find(&format!("\"{key}\": ")).expect("it is there");
            text[at + key.len() + 4..].to_owned()
        };
        let rest = from(&from(text, function), key);
        let end = rest.find(|c: char| !c.is_ascii_digit()).expect("an end");
        rest[..end].parse().expect("a number")
    }

    #[test]
    fn each_call_is_counted_once_with_its_caller_and_without_waits() {
        const THREADS: u64 = 4;
        const TIMES: u64 = 5;
        let (start, clock_at_start) = (Instant::now(), clock());
        std::thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| {
                    for _ in 0..TIMES {
                        called("root", root);
                        // Not by the kernel, though it is the kernel's call.
                        called("root", helper);
                    }
                });
            }
        });
        let clock_in_a_wait = (clock() - clock_at_start) / start.elapsed().as_millis() as u64 * 20;
        let mut text = String::new();
        let about = About {
            workload: "",
            kernel: "host",
            milliseconds: 0,
        };
        TABLE.write(about, &mut text).unwrap();
        let all = THREADS * TIMES;
        assert_eq!(number(&text, "root", "calls"), 0, "the kernel counts it");
        assert_eq!(number(&text, "root", "helper"), 3 * all);
        assert_eq!(number(&text, "root", "far"), all);
        assert_eq!(number(&text, "root", "Transaction::run"), all);
        assert_eq!(number(&text, "helper", "calls"), 4 * all);
        assert!(!text.contains("\n    \"far\""), "{text}");
        // The helper calls nothing: what its calls cost is its own cost, but for those that nobody made.
        let of_calls = number(&text, "callee_costs", "helper");
        let helper = text.find("\n    \"helper\"").expect("it ran");
        let own = number(&text[helper..], "helper", "cost");
        assert!(0 < of_calls && of_calls < own, "{of_calls} of {own}");
        let cost = number(&text, "root", "cost");
        assert!(0 < cost && cost < all * clock_in_a_wait / 2, "{cost}");
    }
}
