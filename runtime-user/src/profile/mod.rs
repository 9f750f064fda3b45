//! Counting what the user half does. The counts are those of the kernel half (`runtime_wire::profile`), and so
//! is the line at the start of each function that calls [`enter`]; a stub calls [`leave`]. The feature
//! `instrument` has services count, too; without it nothing here is in a process.
//!
//! A call that crosses is counted by the kernel half, whichever way it goes; who in the user half made it, the
//! user half counts. So the two profiles add up to one in which each call is there once. `contexts` knows which
//! function a thread is in, `recorder` starts a recording and writes it.

#[cfg(any(test, feature = "instrument"))]
mod contexts;
mod recorder;

#[cfg(any(test, feature = "instrument"))]
pub use contexts::{Entered, Left, enter, leave};
pub use recorder::PROFILE_VARIABLE;
pub(crate) use recorder::start;
pub use runtime_wire::profile::{ProfileCell, ProfilePair, ProfileTable};

/// Counts a service for the function that asks for it.
macro_rules! asked {
    ($service:ident) => {
        #[cfg(any(test, feature = "instrument"))]
        $crate::profile::asked_for(runtime_wire::profile::Asked::$service);
    };
}
pub(crate) use asked;

#[cfg(any(test, feature = "instrument"))]
pub(crate) use contexts::asked_for;

/// Runs a call from the kernel of the function with this name.
#[inline(always)]
pub(crate) fn called<R>(name: &'static str, body: impl FnOnce() -> R) -> R {
    #[cfg(any(test, feature = "instrument"))]
    let _called = contexts::Called::new(name);
    #[cfg(not(any(test, feature = "instrument")))]
    let _ = name;
    body()
}

/// Waits for the kernel: what happens meanwhile is not the function's own.
#[inline(always)]
pub(crate) fn apart<R>(body: impl FnOnce() -> R) -> R {
    #[cfg(any(test, feature = "instrument"))]
    let _away = contexts::Away::new();
    body()
}
