//! Refuses what each half would have a copy of, though it changes: see `graph::cells` for what that can be.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostics::{Code, Diagnostic, Report};
use crate::driver::{Driver, FunctionId};
use crate::graph::{Cell, Graph};
use crate::halves::Halves;
use crate::source::Span;

/// Where one half uses something.
#[derive(Clone, Copy, Debug, Default)]
struct Uses {
    named: Option<Span>,
    written: Option<Span>,
}

/// Reports what one half writes, and the other uses.
pub fn check(driver: &Driver, graph: &Graph, halves: &Halves, report: &mut Report) {
    let mut defined: BTreeMap<&str, Span> = BTreeMap::new();
    let mut kernel: BTreeMap<&str, Uses> = BTreeMap::new();
    let mut user = kernel.clone();
    collect(
        driver,
        graph,
        &halves.kernel.functions,
        &mut kernel,
        &mut defined,
    );
    collect(
        driver,
        graph,
        &halves.user.functions,
        &mut user,
        &mut defined,
    );
    for (name, span) in defined {
        let (Some(here), Some(there)) = (kernel.get(name), user.get(name)) else {
            continue;
        };
        let (Some(first), Some(second)) = (here.named, there.named) else {
            continue;
        };
        if here.written.or(there.written).is_none() {
            continue;
        }
        let title = format!("each half would have its own `{name}`");
        let help = "put it into the state, as an atomic of the driver API or in a `Mutex`, or keep it in one half";
        let verb = |written: Option<Span>| if written.is_some() { "writes" } else { "reads" };
        let label =
            |half: &str, uses: &Uses| format!("the {half} half {} it here", verb(uses.written));
        report.add(
            Diagnostic::new(Code::TwoCopies, title, help)
                .at(here.written.unwrap_or(first), label("kernel", here))
                .with(there.written.unwrap_or(second), label("user", there))
                .with(
                    span,
                    "it changes without a lock or an atomic that both halves share",
                ),
        );
    }
}

fn collect<'a>(
    driver: &Driver,
    graph: &'a Graph,
    functions: &BTreeSet<FunctionId>,
    uses: &mut BTreeMap<&'a str, Uses>,
    defined: &mut BTreeMap<&'a str, Span>,
) {
    for id in functions {
        // Who makes the state has it for itself.
        let makes =
            driver.is_of_state(driver.function(*id)) && !driver.function(*id).has_receiver();
        for (name, cell) in &graph.facts(*id).cells {
            let Cell {
                defined: place,
                named,
                written,
            } = cell;
            let is_field = !is_static(driver, *place);
            if is_field && makes {
                continue;
            }
            defined.insert(name, *place);
            let found = uses.entry(name).or_default();
            found.named = found.named.or(Some(*named));
            found.written = found.written.or(*written);
        }
    }
}

fn is_static(driver: &Driver, place: Span) -> bool {
    let mut entries = driver.entries();
    entries.any(|(_, entry)| entry.span == place && matches!(entry.item, syn::Item::Static(_)))
}
