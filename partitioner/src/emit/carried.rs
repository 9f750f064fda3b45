//! What the kernel half gives with each call of the user half, so that it need not ask: the locks and
//! atomics that the function may use, with all that it calls there, and what it asks about the device.

use std::collections::BTreeSet;

use partitioner_syntax::Ride;

use super::Context;
use crate::driver::FunctionId;
use crate::driver::state::Field;

/// The most locks or atomics that a call can be given: a bit of a word each.
pub(super) const MOST: usize = 64;

/// What one call is given.
#[derive(Default)]
struct Given {
    /// By number.
    locks: BTreeSet<usize>,
    atomics: BTreeSet<usize>,
    about: BTreeSet<Ride>,
}

/// The constant, or nothing where no call is given anything.
pub(super) fn constant(context: &Context<'_>) -> String {
    let upcalls = &context.analysis.halves.upcalls;
    let all: Vec<Given> = upcalls.iter().map(|id| given(context, *id)).collect();
    let Some(last) = all.iter().rposition(|given| !given.is_nothing()) else {
        return String::new();
    };
    let lines: String = upcalls
        .iter()
        .zip(&all)
        .take(last + 1)
        .map(|(id, given)| line(context, *id, given))
        .collect();
    format!("    const CARRIED: &'static [microdriver::split::Carried] = &[\n{lines}    ];\n")
}

impl Given {
    fn is_nothing(&self) -> bool {
        self.locks.is_empty() && self.atomics.is_empty() && self.about.is_empty()
    }
}

fn given(context: &Context<'_>, root: FunctionId) -> Given {
    let analysis = context.analysis;
    let halves = &analysis.halves;
    let mut given = Given::default();
    let mut seen = BTreeSet::from([root]);
    let mut left = vec![root];
    while let Some(id) = left.pop() {
        let facts = analysis.graph.facts(id);
        let named = |fields: &[Field], used: &dyn Fn(&str) -> bool| -> Vec<usize> {
            let numbered = fields.iter().take(MOST).enumerate();
            numbered
                .filter(|(_, field)| used(&field.name))
                .map(|(number, _)| number)
                .collect()
        };
        let taken = |name: &str| facts.takes.keys().any(|lock| lock.name == name);
        given.locks.extend(named(&halves.locks, &taken));
        let used = |name: &str| facts.fields.contains(name);
        given.atomics.extend(named(&halves.atomics, &used));
        let rides = facts.services.values().flat_map(|service| &service.rides);
        let about = rides.filter(|ride| !matches!(ride, Ride::Posted | Ride::Carried));
        given.about.extend(about);
        let here = |callee: &FunctionId| halves.user.functions.contains(callee);
        let callees = analysis.graph.callees(id).filter(here);
        left.extend(callees.filter(|callee| seen.insert(*callee)));
    }
    given
}

/// One line, below one that says of which function and what.
fn line(context: &Context<'_>, id: FunctionId, given: &Given) -> String {
    let halves = &context.analysis.halves;
    let bits = |numbers: &BTreeSet<usize>| numbers.iter().fold(0u64, |all, bit| all | 1 << bit);
    let fields = |numbers: &BTreeSet<usize>, of: &[Field]| -> Vec<String> {
        let fields = numbers.iter().filter_map(|number| of.get(*number));
        fields.map(|field| format!("`{}`", field.name)).collect()
    };
    let mut words = fields(&given.locks, &halves.locks);
    words.extend(fields(&given.atomics, &halves.atomics));
    let mut about = 0;
    for ride in &given.about {
        // The bits of `Carried` in the runtimes.
        let (bit, word) = match ride {
            Ride::Interface => (1, "the interface"),
            Ride::Place => (2, "where it is"),
            Ride::Parameters => (4, "parameters"),
            Ride::Ahead => (8, "what its register programs read"),
            Ride::Posted | Ride::Carried => continue,
        };
        about |= bit;
        words.push(word.to_owned());
    }
    if words.is_empty() {
        words.push("nothing".to_owned());
    }
    format!(
        "        // `{}`: {}.\n        microdriver::split::Carried::new({:#x}, {:#x}, {about}),\n",
        context.analysis.driver.function(id).name,
        words.join(", "),
        bits(&given.locks),
        bits(&given.atomics),
    )
}
