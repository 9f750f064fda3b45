//! The lock under which interfaces are configured.

use std::sync::{Condvar, Mutex};
use std::thread::ThreadId;

use crate::machine::context;
use crate::parts::shim::{lock, wait};

/// The lock; its holder is known.
#[derive(Debug, Default)]
pub(crate) struct Rtnl {
    holder: Mutex<Option<ThreadId>>,
    released: Condvar,
}

/// Held until dropped.
#[derive(Debug)]
pub(crate) struct RtnlGuard<'a>(&'a Rtnl);

impl Rtnl {
    pub(crate) fn lock(&self) -> RtnlGuard<'_> {
        context::might_sleep("rtnl_lock");
        let me = std::thread::current().id();
        let mut holder = lock(&self.holder);
        if *holder == Some(me) {
            context::bug("RTNL taken by the thread that holds it");
        }
        while holder.is_some() {
            holder = wait(&self.released, holder);
        }
        *holder = Some(me);
        RtnlGuard(self)
    }
}

impl Drop for RtnlGuard<'_> {
    fn drop(&mut self) {
        *lock(&self.0.holder) = None;
        self.0.released.notify_one();
    }
}
