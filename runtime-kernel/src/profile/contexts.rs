//! Which function each context is in. A context is a task, or an interrupt of some level on top of one;
//! it holds one of a few places while it is in the driver, and finds it by its number.

use super::{ProfilePair, ProfileTable};
use crate::ffi;
use core::ptr;
use core::sync::atomic::{AtomicPtr, AtomicU32, AtomicU64, Ordering};
use runtime_wire::profile::{Asked, Partner};

/// Most contexts that are in the driver at a time.
const PLACES: usize = 128;

/// How many places a context looks at: a power of two.
const REACH: usize = 16;

static CONTEXTS: [Place; PLACES] = [const { Place::new() }; PLACES];

/// What is known of a context that is in the driver. Only the context itself touches it, but for the
/// claim of a free place; atomics, because the compiler cannot know.
struct Place {
    /// The context's number, 0 while the place is free.
    context: AtomicU64,
    table: AtomicPtr<ProfileTable>,
    /// The function, and when it went on last.
    function: AtomicU32,
    since: AtomicU64,
    /// What its functions cost so far, all together.
    spent: AtomicU64,
}

impl Place {
    const fn new() -> Self {
        Self {
            context: AtomicU64::new(0),
            table: AtomicPtr::new(ptr::null_mut()),
            function: AtomicU32::new(0),
            since: AtomicU64::new(0),
            spent: AtomicU64::new(0),
        }
    }

    /// The places that a context may have.
    fn reachable(context: u64) -> impl Iterator<Item = &'static Place> {
        // Tasks are kilobytes apart; the level is in the low bits.
        let start = (context ^ context >> 6 ^ context >> 13) as usize;
        (0..REACH).filter_map(move |step| CONTEXTS.get(start.wrapping_add(step) % PLACES))
    }

    /// The present context's, if it is in the driver.
    fn current(context: u64) -> Option<&'static Place> {
        Self::reachable(context).find(|place| place.context.load(Ordering::Relaxed) == context)
    }

    /// A free one, for the present context.
    fn claim(context: u64) -> Option<&'static Place> {
        Self::reachable(context).find(|place| {
            let free = place.context.load(Ordering::Relaxed) == 0;
            let claimed = || {
                place
                    .context
                    .compare_exchange(0, context, Ordering::Acquire, Ordering::Relaxed)
            };
            free && claimed().is_ok()
        })
    }

    fn table(&self) -> Option<&'static ProfileTable> {
        // SAFETY: null, or what `enter` stored: a `'static` reference.
        unsafe { self.table.load(Ordering::Relaxed).as_ref() }
    }

    /// Accounts for what the function did since it went on.
    fn account(&self, now: u64) {
        if let Some(table) = self.table() {
            let function = self.function.load(Ordering::Relaxed);
            let spent = now.wrapping_sub(self.since.load(Ordering::Relaxed));
            table.add_cost(function as u16, spent);
            // Only the context itself writes it.
            let all = self.spent.load(Ordering::Relaxed);
            self.spent.store(all.wrapping_add(spent), Ordering::Relaxed);
        }
    }

    fn go_on(&self) {
        self.since.store(clock(), Ordering::Relaxed);
    }
}

/// The processor's time stamp counter.
#[inline(always)]
fn clock() -> u64 {
    // SAFETY: every x86-64 processor has it, and kernels and Linux processes may read it.
    unsafe { core::arch::x86_64::_rdtsc() }
}

fn context() -> u64 {
    // SAFETY: no condition.
    unsafe { ffi::md_profile_context() }
}

/// A function under way; dropped when it returns.
#[derive(Debug)]
pub struct Entered {
    place: Option<&'static Place>,
    /// The function that called it, if it is one of the driver's.
    caller: Option<u32>,
    /// Where the cost of the call goes, and what the context had spent before.
    pair: Option<&'static ProfilePair>,
    before: u64,
}

impl core::fmt::Debug for Place {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_tuple("Place").field(&self.function).finish()
    }
}

/// A function of the driver starts: counts it, and the call, if another one called it.
#[inline(never)]
pub fn enter(table: &'static ProfileTable, function: u16) -> Entered {
    let now = clock();
    table.count_call(function);
    let context = context();
    if let Some(place) = Place::current(context) {
        place.account(now);
        let caller = place.function.load(Ordering::Relaxed);
        let pair = table.count_pair(caller as u16, Partner::Function(function));
        place.function.store(function.into(), Ordering::Relaxed);
        place.go_on();
        return Entered {
            place: Some(place),
            caller: Some(caller),
            pair,
            before: place.spent.load(Ordering::Relaxed),
        };
    }
    let place = Place::claim(context);
    match place {
        Some(place) => {
            place
                .table
                .store(ptr::from_ref(table).cast_mut(), Ordering::Relaxed);
            place.function.store(function.into(), Ordering::Relaxed);
            place.go_on();
        }
        None => {
            table.lose();
        }
    }
    Entered {
        place,
        caller: None,
        pair: None,
        before: 0,
    }
}

impl Drop for Entered {
    #[inline(never)]
    fn drop(&mut self) {
        let Some(place) = self.place else {
            return;
        };
        place.account(clock());
        if let Some(pair) = self.pair {
            let spent = place.spent.load(Ordering::Relaxed);
            pair.add_cost(spent.wrapping_sub(self.before));
        }
        match self.caller {
            Some(caller) => {
                place.function.store(caller, Ordering::Relaxed);
                place.go_on();
            }
            None => place.context.store(0, Ordering::Release),
        }
    }
}

/// A service is asked for. What the runtime does for itself, or for the user half, is nobody's.
#[inline(never)]
pub(crate) fn asked_for(service: Asked) {
    let now = clock();
    if let Some(place) = Place::current(context())
        && let Some(table) = place.table()
    {
        place.account(now);
        let function = place.function.load(Ordering::Relaxed);
        table.count_pair(function as u16, service.into());
        place.go_on();
    }
}

/// The present context is away from its function, until this is dropped.
pub(super) struct Away(Option<&'static Place>);

impl Away {
    pub(super) fn new() -> Self {
        let now = clock();
        let place = Place::current(context());
        if let Some(place) = place {
            place.account(now);
        }
        Self(place)
    }
}

impl Drop for Away {
    fn drop(&mut self) {
        if let Some(place) = self.0 {
            place.go_on();
        }
    }
}
