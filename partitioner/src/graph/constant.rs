//! Functions whose result depends on their arguments alone, and on what never changes: the kernel half
//! remembers their replies instead of asking again.
//!
//! What a function touches says so: no lock, atomic or other cell, no service (time, registers and the log
//! are among these), no field but those that are sent once. What it calls must be so, too. A driver has no
//! other way to learn something: it is `no_std`, and without `unsafe`.

use super::Facts;
use crate::driver::Driver;
use crate::driver::state::{Field, Sharing};

/// Of each function, whether it is one.
pub(super) fn functions(driver: &Driver, facts: &[Facts], fields: &[Field]) -> Vec<bool> {
    let changes = |name: &String| {
        let field = fields.iter().find(|field| field.name == *name);
        field.is_none_or(|field| field.sharing != Sharing::Plain)
    };
    let alone = |facts: &Facts| {
        facts.kernel_only.is_empty()
            && facts.sleeps.is_empty()
            && facts.services.is_empty()
            && facts.registers.is_empty()
            && facts.takes.is_empty()
            && facts.cells.is_empty()
            && facts.writes.is_empty()
            && !facts.fields.iter().any(changes)
    };
    let mut constant: Vec<bool> = facts.iter().map(alone).collect();
    for (id, function) in driver.iter() {
        // A call that is queued has no reply; what makes the state is not asked twice.
        let queued = function.root.is_some_and(|root| root.deferrable);
        let makes = driver.is_of_state(function) && !function.has_receiver();
        constant[id.0] &= !queued && !makes;
    }
    // Until nothing that changes is left among what the others call.
    loop {
        let calls_other =
            |id: usize| constant[id] && facts[id].calls.keys().any(|callee| !constant[callee.0]);
        let lost: Vec<usize> = (0..facts.len()).filter(|id| calls_other(*id)).collect();
        if lost.is_empty() {
            return constant;
        }
        lost.into_iter().for_each(|id| constant[id] = false);
    }
}
