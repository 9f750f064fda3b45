//! Functions whose result depends on their arguments alone, on what never changes, and on the state behind
//! locks: the kernel half remembers their replies instead of asking again, as long as that state is the same.
//!
//! What a function touches says so: no atomic or other cell, no service but a lock (time, registers and the log
//! are among these), no field but those that are sent once and those behind locks, which it only reads. What it
//! calls must be so, too. A driver has no other way to learn something: it is `no_std`, and without `unsafe`.

use std::collections::BTreeSet;

use super::Facts;
use crate::driver::Driver;
use crate::driver::state::{Field, Sharing};

/// Of each function, if it is one, the locks behind which it may look.
pub(super) fn functions(
    driver: &Driver,
    facts: &[Facts],
    fields: &[Field],
) -> Vec<Option<BTreeSet<String>>> {
    let sharing = |name: &str| {
        let field = fields.iter().find(|field| field.name == name);
        field.map(|field| &field.sharing)
    };
    let changes = |name: &String| {
        let sharing = sharing(name);
        !sharing.is_some_and(|of| matches!(of, Sharing::Plain | Sharing::Lock(_)))
    };
    let alone = |facts: &Facts| {
        facts.kernel_only.is_empty()
            && !facts.asks
            && facts.registers.is_empty()
            && facts.cells.is_empty()
            && facts.writes.is_empty()
            && !facts.fields.iter().any(changes)
    };
    // A field that is named may be looked behind, whoever takes its lock.
    let locks = |facts: &Facts| -> Option<BTreeSet<String>> {
        let of_state = |name: &String| matches!(sharing(name), Some(Sharing::Lock(_)));
        let mut locks: BTreeSet<String> = facts
            .fields
            .iter()
            .filter(|n| of_state(n))
            .cloned()
            .collect();
        for lock in facts.takes.keys() {
            if !of_state(&lock.name) {
                return None;
            }
            locks.insert(lock.name.clone());
        }
        Some(locks)
    };
    let mut known: Vec<Option<BTreeSet<String>>> = facts
        .iter()
        .map(|facts| alone(facts).then(|| locks(facts)).flatten())
        .collect();
    for (id, function) in driver.iter() {
        // A call that is queued has no reply; what makes the state is not asked twice.
        let queued = function.root.is_some_and(|root| root.deferrable);
        let makes = driver.is_of_state(function) && !function.has_receiver();
        if queued || makes {
            known[id.0] = None;
        }
    }
    // Until nothing that changes is left among what the others call, and no lock that they do not know.
    loop {
        let mut same = true;
        for id in 0..facts.len() {
            let Some(mut locks) = known[id].clone() else {
                continue;
            };
            let mut lost = false;
            for callee in facts[id].calls.keys() {
                match &known[callee.0] {
                    Some(more) => locks.extend(more.iter().cloned()),
                    None => lost = true,
                }
            }
            let now = (!lost).then_some(locks);
            if now != known[id] {
                known[id] = now;
                same = false;
            }
        }
        if same {
            return known;
        }
    }
}
