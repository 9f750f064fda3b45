//! What is only known when every body was read: which locks returned guards hold, and under which locks a
//! function calls the closures that it is given.

use std::collections::{BTreeMap, BTreeSet};

use super::guards::{Lock, Origin};
use super::{Facts, Hold, Order, Then, ValueUnder};
use crate::driver::{Driver, FunctionId};

/// Fills in what is derived, and forgets what it was derived from.
pub(super) fn settle(driver: &Driver, all: &mut [Facts]) {
    let returned: Vec<BTreeSet<Origin>> = all
        .iter_mut()
        .map(|facts| std::mem::take(&mut facts.returned))
        .collect();
    let calling = values_under(all);
    for facts in &mut *all {
        under_the_callee(driver, facts, &calling);
        let under = std::mem::take(&mut facts.under);
        for ((origin, then), (taken, span)) in under {
            for held in locks(&origin, &returned) {
                facts.order.insert(Order {
                    held,
                    taken,
                    then: then.clone(),
                    span,
                });
            }
        }
        facts.given.clear();
        facts.values_under.clear();
        facts.forwards.clear();
    }
}

/// The locks behind an origin.
fn locks(origin: &Origin, returned: &[BTreeSet<Origin>]) -> BTreeSet<Lock> {
    let mut found = BTreeSet::new();
    let mut queue = vec![origin];
    let mut seen = BTreeSet::new();
    while let Some(origin) = queue.pop() {
        match origin {
            Origin::Lock(lock) => {
                found.insert(lock.clone());
            }
            Origin::Returned(function, _) => {
                if seen.insert(*function) {
                    queue.extend(&returned[function.0]);
                }
            }
        }
    }
    found
}

/// Of each function, the guards under which it may call a value that it was given: itself, or because it
/// hands the value on.
fn values_under(all: &[Facts]) -> Vec<BTreeSet<ValueUnder>> {
    let mut under: Vec<BTreeSet<ValueUnder>> =
        all.iter().map(|facts| facts.values_under.clone()).collect();
    loop {
        let mut changed = false;
        for (index, facts) in all.iter().enumerate() {
            for (to, held) in &facts.forwards {
                // What is held here is held there, too; and it may call the value.
                let mut added = under[to.0].clone();
                added.extend(held.iter().cloned());
                let before = under[index].len();
                under[index].extend(added);
                changed |= under[index].len() != before;
            }
        }
        if !changed {
            return under;
        }
    }
}

/// What closures do, they do under what is held by whom they are given to.
fn under_the_callee(driver: &Driver, facts: &mut Facts, calling: &[BTreeSet<ValueUnder>]) {
    let given = std::mem::take(&mut facts.given);
    for given in given {
        let name = &driver.function(FunctionId(given.to.0)).name;
        for (lock, what, taken, _) in &calling[given.to.0] {
            let atomic = match lock {
                Origin::Lock(lock) => lock.atomic,
                Origin::Returned(_, atomic) => *atomic,
            };
            let mut done: BTreeMap<Then, crate::source::Span> = BTreeMap::new();
            for (callee, span) in &given.facts.calls {
                done.insert(Then::Calls(*callee), *span);
                let hold = Hold {
                    span: *span,
                    what: format!("a `{what}` that `{name}` holds"),
                    taken: *taken,
                };
                if atomic {
                    facts.held_calls.entry(*callee).or_insert(hold);
                }
            }
            for touch in given.facts.sleeps.iter().filter(|_| atomic) {
                facts.held_sleeps.insert(Hold {
                    span: touch.span,
                    what: format!("{} while `{name}` holds a `{what}`", touch.what),
                    taken: *taken,
                });
            }
            for (taken, span) in &given.facts.takes {
                done.insert(Then::Takes(taken.clone()), *span);
            }
            for (then, span) in done {
                let key = (lock.clone(), then);
                facts.under.entry(key).or_insert((*taken, span));
            }
        }
    }
}
