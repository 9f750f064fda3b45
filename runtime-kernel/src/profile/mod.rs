//! Counting what a driver does: how often each function ran, who called it, what it cost, and what it
//! asked of the driver API that the user half would have to ask across the halves.
//!
//! An instrumented kernel half (`pcnet-partition split --instrument`) has tables for its functions, and
//! a line at the start of each that calls [`enter`]; the feature `instrument` has the services count, too.
//! Without it nothing here is in a module. Everything is in statics of fixed size: a count takes no lock
//! and no memory, in whatever context. `contexts` knows which function a context is in, `tables` has the
//! counts, `show` writes them as a profile (JSON, `partitioner/src/profile`).

#[cfg(feature = "instrument")]
mod contexts;
mod show;
mod tables;

#[cfg(feature = "instrument")]
pub use contexts::{Entered, enter};
pub(crate) use show::{start, write};
pub use tables::{ProfileCell, ProfilePair, ProfileTable};

macro_rules! services {
    ($($(#[$doc:meta])* $variant:ident $name:literal,)*) => {
        /// What is counted of the driver API: each is one downcall where the user half asks for it. What
        /// rides along with other messages is not.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u16)]
        #[cfg_attr(not(feature = "instrument"), expect(dead_code, reason = "nothing counts"))]
        pub(crate) enum Asked { $($(#[$doc])* $variant,)* }

        /// Their names in a profile, by number.
        const ASKED: &[&str] = &[$($name,)*];
    };
}

services! {
    Run "Transaction::run",
    Sleep "sleep_ms",
}

/// Counts a service for the function that asks for it.
macro_rules! asked {
    ($service:ident) => {
        #[cfg(feature = "instrument")]
        $crate::profile::asked_for($crate::profile::Asked::$service);
    };
}
pub(crate) use asked;

#[cfg(feature = "instrument")]
pub(crate) use contexts::asked_for;

/// Does something that may sleep: what happens meanwhile is not the function's own.
#[inline(always)]
pub(crate) fn apart<R>(body: impl FnOnce() -> R) -> R {
    #[cfg(feature = "instrument")]
    let _away = contexts::Away::new();
    body()
}
