//! What a report shows: the plan, joined with what the analysis knows of each function.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::diff::Diff;
use super::front::Choice;
use crate::analysis::Analysis;
use crate::driver::FunctionId;
use crate::driver::state::Sharing;
use crate::graph::Touch;
use crate::place::why::{self, Otherwise, Step};
use crate::plan::{Entry, Place};
use crate::profile::Profile;
use crate::source::Sources;

/// What a report may show beyond the plan.
#[derive(Debug, Default)]
pub struct Extras<'a> {
    /// How often things were called.
    pub profile: Option<&'a Profile>,
    /// How the plan differs from another.
    pub diff: Option<Diff>,
    /// Other plans: what less code in the kernel would cost.
    pub front: Vec<Choice>,
    /// Whether functions say at length why they are where they are: each is placed anew for it.
    pub at_length: bool,
}

/// All that a report shows.
#[derive(Clone, Debug, Serialize)]
pub struct Data {
    /// The driver's package.
    pub driver: String,
    /// The hash of the plan.
    pub plan: String,
    /// The functions, in the order of the plan.
    pub functions: Vec<Function>,
    /// The calls between them, by number, sorted.
    pub calls: Vec<Call>,
    /// What was recorded, if something was.
    pub workload: Option<String>,
    /// How the plan differs from another.
    pub diff: Option<Diff>,
    /// Plans that no other beats, from the most lines in the kernel to the fewest.
    pub front: Vec<Choice>,
}

/// One function.
#[derive(Clone, Debug, Serialize)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// Its file.
    pub file: String,
    /// The line of its `fn`.
    pub line: usize,
    /// How many lines it has.
    pub lines: usize,
    /// `atomic` or `process`.
    pub context: &'static str,
    /// Where it lives.
    pub placement: Place,
    /// Why, in short.
    pub reason: String,
    /// Why, from the first cause on.
    pub because: Vec<Step>,
    /// What it would be like in the other half.
    pub otherwise: Option<Otherwise>,
    /// What would have to change for it to move.
    pub changes: Vec<String>,
    /// Whether the kernel calls it.
    pub root: bool,
    /// How it is called across.
    pub crossing: Option<&'static str>,
    /// The first paragraph of its documentation.
    pub doc: String,
    /// Fields of the state that it names, each with how it is shared.
    pub fields: Vec<Named>,
    /// What it uses that only the kernel has.
    pub kernel_only: Vec<Named>,
    /// Services that it calls and that may sleep: downcalls, in the user half.
    pub services: Vec<Named>,
    /// How often it was called, if that was recorded.
    pub frequency: Option<u64>,
}

/// A name and something about it: a field with how it is shared, a service with its place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Named {
    /// What it is called.
    pub name: String,
    /// What there is to say.
    pub about: String,
}

/// A call of one function by another.
#[derive(Clone, Debug, Serialize)]
pub struct Call {
    /// Number of the caller.
    pub from: usize,
    /// Number of the callee.
    pub to: usize,
    /// Whether it crosses from one half to the other.
    pub crosses: bool,
    /// How often it was made, if that was recorded.
    pub frequency: Option<u64>,
}

impl Data {
    /// Gathers what is shown.
    pub fn new(analysis: &Analysis, sources: &Sources, extras: Extras<'_>) -> Data {
        let plan = &analysis.plan;
        let numbers: BTreeMap<&str, usize> = plan
            .functions
            .iter()
            .enumerate()
            .map(|(number, entry)| (entry.name.as_str(), number))
            .collect();
        let gather = Gather {
            analysis,
            sources,
            extras: &extras,
        };
        let functions: Vec<Function> = analysis
            .driver
            .iter()
            .zip(&plan.functions)
            .map(|((id, _), entry)| gather.function(id, entry))
            .collect();
        let mut calls = Vec::new();
        for (from, entry) in plan.functions.iter().enumerate() {
            let recorded = extras
                .profile
                .and_then(|profile| profile.functions.get(&entry.name));
            for callee in &entry.calls {
                let Some(&to) = numbers.get(callee.as_str()) else {
                    continue;
                };
                calls.push(Call {
                    from,
                    to,
                    crosses: crosses(entry.placement, plan.functions[to].placement),
                    frequency: extras.profile.map(|_| {
                        let callees = recorded.map(|activity| &activity.callees);
                        callees
                            .and_then(|callees| callees.get(callee))
                            .copied()
                            .unwrap_or(0)
                    }),
                });
            }
        }
        Data {
            driver: plan.driver.clone(),
            plan: plan.plan_hash.clone(),
            functions,
            calls,
            workload: extras.profile.map(|profile| profile.workload.clone()),
            diff: extras.diff,
            front: extras.front,
        }
    }

    /// Only what crosses, and how one gets there: the callers of crossings, and what they call across.
    #[must_use]
    pub fn crossings(mut self) -> Data {
        let mut kept: BTreeSet<usize> = BTreeSet::new();
        for call in self.calls.iter().filter(|call| call.crosses) {
            kept.extend([call.from, call.to]);
        }
        let upcalls = |function: &Function| function.root && function.placement == Place::User;
        let mut wave: Vec<usize> = kept.iter().copied().collect();
        kept.extend((0..self.functions.len()).filter(|&index| upcalls(&self.functions[index])));
        while let Some(index) = wave.pop() {
            for call in self.calls.iter().filter(|call| call.to == index) {
                if kept.insert(call.from) {
                    wave.push(call.from);
                }
            }
        }
        let renumbered: BTreeMap<usize, usize> = kept
            .iter()
            .enumerate()
            .map(|(new, &old)| (old, new))
            .collect();
        self.calls.retain_mut(|call| {
            match (renumbered.get(&call.from), renumbered.get(&call.to)) {
                (Some(&from), Some(&to)) => {
                    (call.from, call.to) = (from, to);
                    true
                }
                _ => false,
            }
        });
        let functions = std::mem::take(&mut self.functions).into_iter().enumerate();
        self.functions = functions
            .filter(|(index, _)| kept.contains(index))
            .map(|(_, function)| function)
            .collect();
        self
    }
}

/// Whether a call from the one place to the other crosses. What is in both halves is called where one is.
pub fn crosses(caller: Place, callee: Place) -> bool {
    matches!(
        (caller, callee),
        (Place::Kernel, Place::User) | (Place::User, Place::Kernel)
    )
}

struct Gather<'a> {
    analysis: &'a Analysis,
    sources: &'a Sources,
    extras: &'a Extras<'a>,
}

impl Gather<'_> {
    fn function(&self, id: FunctionId, entry: &Entry) -> Function {
        let facts = self.analysis.graph.facts(id);
        let profile = self.extras.profile;
        let why = self
            .extras
            .at_length
            .then(|| why::explain(self.analysis, self.sources, id));
        let (because, otherwise, changes) = match why {
            Some(why) => (why.because, why.otherwise, why.changes),
            None => (Vec::new(), None, Vec::new()),
        };
        Function {
            name: entry.name.clone(),
            file: entry.file.clone(),
            line: entry.line,
            lines: entry.lines,
            context: entry.context,
            placement: entry.placement,
            reason: entry.reason.clone(),
            because,
            otherwise,
            changes,
            root: entry.root,
            crossing: entry.crossing,
            doc: documentation(&self.analysis.driver.function(id).attributes),
            fields: facts.fields.iter().map(|name| self.field(name)).collect(),
            kernel_only: self.touches(&facts.kernel_only),
            services: self.touches(&facts.sleeps),
            frequency: profile.map(|profile| {
                profile
                    .functions
                    .get(&entry.name)
                    .map_or(0, |found| found.calls)
            }),
        }
    }

    fn field(&self, name: &str) -> Named {
        let field = self.analysis.fields.iter().find(|field| field.name == name);
        let about = match field.map(|field| &field.sharing) {
            None => String::new(),
            Some(Sharing::Channel) => "the device".to_owned(),
            Some(Sharing::Registers) => "registers".to_owned(),
            Some(Sharing::Lock(_)) => "lock".to_owned(),
            Some(Sharing::Atomic(_)) => "atomic".to_owned(),
            Some(Sharing::KernelOnly(what)) => format!("holds `{what}`, which only the kernel has"),
            Some(Sharing::Plain) => "does not change".to_owned(),
        };
        Named {
            name: name.to_owned(),
            about,
        }
    }

    /// Each thing once, with the first place.
    fn touches(&self, touches: &BTreeSet<Touch>) -> Vec<Named> {
        let mut first: BTreeMap<&str, String> = BTreeMap::new();
        for touch in touches {
            first
                .entry(&touch.what)
                .or_insert_with(|| self.sources.place(touch.span));
        }
        let named = |(name, about): (&str, String)| Named {
            name: name.to_owned(),
            about,
        };
        first.into_iter().map(named).collect()
    }
}

/// The first paragraph of what `#[doc]` attributes say.
fn documentation(attributes: &[syn::Attribute]) -> String {
    let mut text = String::new();
    for attribute in attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("doc"))
    {
        let syn::Meta::NameValue(pair) = &attribute.meta else {
            continue;
        };
        let syn::Expr::Lit(syn::ExprLit {
            lit: syn::Lit::Str(line),
            ..
        }) = &pair.value
        else {
            continue;
        };
        let line = line.value();
        if line.trim().is_empty() && !text.is_empty() {
            break;
        }
        text.push_str(line.trim());
        text.push(' ');
    }
    text.trim().to_owned()
}
