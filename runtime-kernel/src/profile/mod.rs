//! Counting what a driver does, in whatever context it does it.
//!
//! An instrumented kernel half (`pcnet-partition split --instrument`) has tables for its functions
//! (`runtime_wire::profile`), and a line at the start of each that calls [`enter`]; the feature `instrument` has
//! the services count, too. Without it nothing here is in a module. `contexts` knows which function a context
//! is in, `recording` starts a recording and shows it.

#[cfg(feature = "instrument")]
mod contexts;
mod recording;

#[cfg(feature = "instrument")]
pub use contexts::{Entered, enter};
pub(crate) use recording::{start, write};
pub use runtime_wire::profile::{ProfileCell, ProfilePair, ProfileTable};

/// Counts a service for the function that asks for it.
macro_rules! asked {
    ($service:ident) => {
        #[cfg(feature = "instrument")]
        $crate::profile::asked_for(runtime_wire::profile::Asked::$service);
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
