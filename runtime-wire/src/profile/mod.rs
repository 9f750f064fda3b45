//! What an instrumented half counts: how often each function ran, who called it, what it cost, and what it
//! asked of the driver API that the user half would have to ask across the halves. The same in both halves;
//! which function is under way is each runtime's own business.
//!
//! Everything is in statics of the emitted crate, of fixed size: a count takes no lock and no memory, in
//! whatever context. `tables` has the counts, `show` writes them as a profile (JSON, `partitioner/src/profile`).

mod show;
mod tables;

pub use show::About;
pub use tables::{Partner, ProfileCell, ProfilePair, ProfileTable};

macro_rules! services {
    ($($(#[$doc:meta])* $variant:ident $name:literal,)*) => {
        /// What is counted of the driver API: each is one downcall where the user half asks for it. What
        /// rides along with other messages is not.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u16)]
        pub enum Asked { $($(#[$doc])* $variant,)* }

        /// Their names in a profile, by number.
        const ASKED: &[&str] = &[$($name,)*];
    };
}

services! {
    /// A register program with a result.
    Run "Transaction::run",
    /// A delay.
    Sleep "sleep_ms",
}
