//! What the current thread is allowed to do: each thread that runs driver code does so as a task of
//! one host, in a context, maybe with spin locks. Whoever breaks the rules of a context stops the
//! host, as it would hang or corrupt a kernel.

use std::cell::RefCell;
use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::machine::kernel::Kernel;
use crate::parts::wait::Signal;

/// The kind of code that a thread runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// A task: a system call, a work item, module load. May sleep.
    Process,
    /// An interrupt handler.
    HardInterrupt,
    /// A poll or a timer.
    Softirq,
    /// A task, with bottom halves off.
    BottomHalvesOff,
    /// A task, in an RCU read-side section.
    Rcu,
}

impl Mode {
    fn describe(self) -> &'static str {
        match self {
            Self::Process => "a task",
            Self::HardInterrupt => "a hard interrupt",
            Self::Softirq => "a softirq",
            Self::BottomHalvesOff => "a task with bottom halves off",
            Self::Rcu => "an RCU read-side section",
        }
    }
}

struct Task {
    kernel: Arc<Kernel>,
    mode: Mode,
    spin_locks: Vec<usize>,
    signal: Option<Arc<Signal>>,
    process: i32,
    /// How many tasks and interrupts of this thread it is on top of.
    depth: u64,
}

/// Which process a task belongs to, as far as anyone asks.
#[derive(Clone, Debug, Default)]
pub(crate) struct Caller {
    pub(crate) signal: Option<Arc<Signal>>,
    pub(crate) process: i32,
}

/// Numbers of the threads that ran driver code.
static THREADS: AtomicU64 = AtomicU64::new(1);

thread_local! {
    static THREAD: u64 = THREADS.fetch_add(1, Ordering::Relaxed);
    static TASK: RefCell<Option<Task>> = const { RefCell::new(None) };
    static PROCESS: RefCell<Caller> = const { RefCell::new(Caller { signal: None, process: 0 }) };
}

/// A program that makes system calls, and can be killed.
#[derive(Clone, Debug, Default)]
pub struct Process(Arc<Signal>);

impl Process {
    /// One that runs.
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes the system calls of `body`, on this thread, those of this process.
    pub fn run<R>(&self, body: impl FnOnce() -> R) -> R {
        let caller = Caller {
            signal: Some(self.0.clone()),
            process: 0,
        };
        let before = PROCESS.replace(caller);
        let result = body();
        PROCESS.set(before);
        result
    }

    /// Kills it: a system call of it that waits for a user half returns `EINTR`.
    pub fn kill(&self) {
        self.0.raise();
    }
}

/// Runs driver code in a context of `kernel`, for the process of this thread, and checks that it leaves the way it came.
pub(crate) fn enter<R>(kernel: &Arc<Kernel>, mode: Mode, body: impl FnOnce() -> R) -> R {
    let caller = PROCESS.with_borrow(Caller::clone);
    enter_as(kernel, mode, &caller, body)
}

/// The same, on behalf of a process.
pub(crate) fn enter_as<R>(
    kernel: &Arc<Kernel>,
    mode: Mode,
    caller: &Caller,
    body: impl FnOnce() -> R,
) -> R {
    let (process, signal) = (caller.process, caller.signal.clone());
    let depth = TASK.with_borrow(|task| task.as_ref().map_or(0, |task| task.depth + 1));
    let outer = TASK.replace(Some(Task {
        kernel: kernel.clone(),
        mode,
        spin_locks: Vec::new(),
        signal,
        process,
        depth,
    }));
    let result = body();
    let inner = TASK.replace(outer);
    if inner.is_some_and(|task| !task.spin_locks.is_empty()) {
        bug("driver code returned with a spin lock held");
    }
    result
}

/// The host whose task this thread is.
pub(crate) fn kernel() -> Arc<Kernel> {
    match TASK.with_borrow(|task| task.as_ref().map(|task| task.kernel.clone())) {
        Some(kernel) => kernel,
        None => bug("driver code runs on a thread that no host started"),
    }
}

/// What ends this task's waits.
pub(crate) fn signal() -> Option<Arc<Signal>> {
    TASK.with_borrow(|task| task.as_ref().and_then(|task| task.signal.clone()))
}

/// The process that this task belongs to; 0 for none.
pub(crate) fn process() -> i32 {
    TASK.with_borrow(|task| task.as_ref().map_or(0, |task| task.process))
}

/// A number for the context that this thread is in, other than that of every other one, and of those
/// below it on the same thread.
pub(crate) fn number() -> u64 {
    let depth = TASK.with_borrow(|task| task.as_ref().map_or(0, |task| task.depth));
    // A kernel's stack would not hold more, either.
    THREAD.with(|thread| thread << 6 | depth.min(63))
}

/// Called by everything that may sleep, with its name.
pub(crate) fn might_sleep(function: &str) {
    let atomic = TASK.with_borrow(|task| {
        task.as_ref()
            .is_some_and(|task| task.mode != Mode::Process || !task.spin_locks.is_empty())
    });
    if atomic {
        bug(&format!(
            "sleeping function called from atomic context: {function}"
        ));
    }
}

/// Called by what a hard interrupt may not do.
pub(crate) fn not_in_hard_interrupt(function: &str) {
    if TASK.with_borrow(|task| {
        task.as_ref()
            .is_some_and(|task| task.mode == Mode::HardInterrupt)
    }) {
        bug(&format!("{function} called from a hard interrupt"));
    }
}

/// Whether interrupts are off on this processor.
pub(crate) fn interrupts_off() -> bool {
    TASK.with_borrow(|task| {
        task.as_ref()
            .is_some_and(|task| task.mode == Mode::HardInterrupt || !task.spin_locks.is_empty())
    })
}

/// A spin lock was taken: returns the flags to restore.
pub(crate) fn spin_locked(address: usize) -> u64 {
    TASK.with_borrow_mut(|task| match task {
        Some(task) => {
            task.spin_locks.push(address);
            task.spin_locks.len() as u64 - 1
        }
        None => 0,
    })
}

/// A spin lock is released. The flags of an inner lock that outlives an outer one would turn
/// interrupts on under the other, so they go in order.
pub(crate) fn spin_unlocked(address: usize, flags: u64) {
    let fault = TASK.with_borrow_mut(|task| {
        let task = task.as_mut()?;
        match task.spin_locks.last() {
            Some(&last) if last == address && task.spin_locks.len() as u64 == flags + 1 => {
                task.spin_locks.pop();
                None
            }
            Some(_) if task.spin_locks.contains(&address) => {
                Some("spin locks released out of order: interrupts would be on under the other")
            }
            _ => Some("a spin lock released by a task that does not hold it"),
        }
    });
    if let Some(fault) = fault {
        bug(fault);
    }
}

/// The kernel's last words: what happened, where, and the end of the log. Standard error and not the
/// panic machinery, which a test harness may redirect and an `extern "C"` frame would not let pass.
pub(crate) fn bug(what: &str) -> ! {
    let mut text = format!("BUG: {what}\n");
    let thread = std::thread::current();
    let name = thread.name().unwrap_or("unnamed");
    TASK.with_borrow(|task| {
        if let Some(task) = task {
            let _ = writeln!(
                text,
                "  host {}, thread {name}: in {}, {} spin locks held",
                task.kernel.name,
                task.mode.describe(),
                task.spin_locks.len()
            );
            for line in task.kernel.log.last(20) {
                let _ = writeln!(text, "  log: {line}");
            }
        }
    });
    let _ = writeln!(text, "{}", std::backtrace::Backtrace::force_capture());
    let _ = std::io::Write::write_all(&mut std::io::stderr(), text.as_bytes());
    std::process::abort()
}
