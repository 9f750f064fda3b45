//! A driver in two halves that count: what each does, and which calls leave the kernel half, beside what the
//! driver in one piece counted and what crossed. The channel counts crossings by itself: what a user half says it
//! asked of the kernel half is held against that.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result};
use partitioner::profile::Profile;

use super::import::read;
use super::measure::{Rig, Run};
use super::record::Recorded;

/// What both halves counted of one workload.
#[derive(Debug, Clone)]
pub(crate) struct Half {
    pub(crate) workload: String,
    /// Functions that were called, and how often.
    pub(crate) functions: usize,
    pub(crate) calls: u64,
    /// The same of those that are in the user half.
    pub(crate) leaving: u64,
    /// What crossed from the kernel, at once and later.
    pub(crate) crossed: u64,
    pub(crate) instructions: u64,
    /// The same of both halves, added up.
    pub(crate) both: [u64; 2],
    /// How many calls of the kernel were left to a worker. Of several, the last is made: what the others
    /// would have called is missing then, in the driver in one piece, too.
    pub(crate) deferred: u64,
    /// Functions that were called another number of times than in the driver in one piece: that number, and
    /// the one there.
    pub(crate) different: BTreeMap<String, [u64; 2]>,
    /// What the user halves say they asked of the kernel half and the channel counted otherwise: both numbers.
    pub(crate) disputed: BTreeMap<String, [u64; 2]>,
    /// Functions that the driver in one piece did not call.
    pub(crate) unknown: BTreeSet<String>,
}

impl Half {
    /// Whether every crossing was counted as a call that leaves or as what the user half asked for, nothing
    /// ran that is not in the whole, and nothing is missing but for calls that were deferred or answered from memory.
    pub(crate) fn is_whole(&self) -> bool {
        self.calls > 0
            && self.crossed <= self.leaving
            && self.unknown.is_empty()
            && self.disputed.is_empty()
            && (self.different.is_empty() || self.deferred > 0 || self.only_remembered())
    }

    /// Whether what is missing can be what a function of the user half would have called, had the kernel half not
    /// remembered what it said.
    fn only_remembered(&self) -> bool {
        let less = |[both, whole]: &[u64; 2]| both < whole;
        self.crossed < self.leaving && self.different.values().all(less)
    }
}

/// Records both halves by the default plan.
pub(super) fn all(rig: &Rig<'_>, recorded: &[Recorded]) -> Result<Vec<Half>> {
    let label = "counting-half";
    let driver = rig.driver(label, &["--instrument".into()])?;
    let runs = rig.run_halves(&driver)?;
    let plan = rig.context.layout.target(rig.folder).join(label);
    let plan = std::fs::read_to_string(plan.join("plan.json")).context("read the plan")?;
    let plan: serde_json::Value = serde_json::from_str(&plan).context("read the plan")?;
    let [upcalls, downcalls] = ["upcalls", "downcalls"].map(|way| -> BTreeSet<&str> {
        let names = plan[way].as_array().into_iter().flatten();
        names.filter_map(|name| name.as_str()).collect()
    });
    let one = |recorded: &Recorded| {
        let run = &runs[&recorded.workload];
        let text = run.profile.as_deref();
        let text = text.context("the kernel half recorded nothing")?;
        let half: Profile = serde_json::from_str(text)
            .with_context(|| format!("the kernel half wrote no profile, but: {text}"))?;
        let users: Vec<Profile> = run
            .user_profiles
            .iter()
            .map(|text| {
                serde_json::from_str(text)
                    .with_context(|| format!("a user half wrote no profile, but: {text}"))
            })
            .collect::<Result<_>>()?;
        anyhow::ensure!(!users.is_empty(), "no user half recorded");
        let whole = read(&recorded.profile)?;
        compare(
            &recorded.workload,
            run,
            &half,
            &users,
            &whole,
            [&upcalls, &downcalls],
        )
    };
    recorded.iter().map(one).collect()
}

fn compare(
    workload: &str,
    run: &Run,
    half: &Profile,
    users: &[Profile],
    whole: &Profile,
    [upcalls, downcalls]: [&BTreeSet<&str>; 2],
) -> Result<Half> {
    let mut both = half.clone();
    for user in users {
        let merged = both.merge(user, ("the kernel half", "a user half"));
        merged.map_err(|refused| anyhow::anyhow!("the halves do not add up: {refused:?}"))?;
    }
    let (own, called, in_whole) = (called(half), called(&both), called(whole));
    let leaving = own.iter().filter(|(name, _)| upcalls.contains(**name));
    let of = |map: &BTreeMap<&str, u64>, name: &str| map.get(name).copied().unwrap_or(0);
    Ok(Half {
        workload: workload.to_owned(),
        functions: own.len(),
        calls: own.values().sum(),
        leaving: leaving.map(|(_, calls)| calls).sum(),
        crossed: run.total("upcalls"),
        instructions: run.instructions,
        both: [called.len() as u64, called.values().sum()],
        deferred: run.total("deferred"),
        different: in_whole
            .iter()
            .map(|(name, whole)| ((*name).to_owned(), [of(&called, name), *whole]))
            .filter(|(_, [both, whole])| both != whole)
            .collect(),
        disputed: disputed(run, users, downcalls),
        unknown: called
            .keys()
            .filter(|name| of(&in_whole, name) == 0)
            .map(|name| (*name).to_owned())
            .collect(),
    })
}

/// Functions that were called, and how often.
fn called(profile: &Profile) -> BTreeMap<&str, u64> {
    let each = profile.functions.iter();
    each.map(|(name, function)| (name.as_str(), function.calls))
        .filter(|(_, calls)| *calls > 0)
        .collect()
}

/// What user halves counted of their downcalls, where the channel counted another number.
fn disputed(
    run: &Run,
    users: &[Profile],
    downcalls: &BTreeSet<&str>,
) -> BTreeMap<String, [u64; 2]> {
    // The channel's name of a register program, and the profile's.
    const REGISTERS: (&str, &str) = ("service Registers", "Transaction::run");
    let functions = || users.iter().flat_map(|user| user.functions.values());
    let programs = functions().filter_map(|one| one.services.get(REGISTERS.1));
    let mut counts = BTreeMap::from([(
        REGISTERS.0.to_owned(),
        [programs.sum(), run.total(REGISTERS.0)],
    )]);
    for name in downcalls {
        let counter = format!("downcall {name}");
        let callers = functions().filter_map(|one| one.callees.get(*name));
        let both = [callers.sum(), run.total(&counter)];
        counts.insert(counter, both);
    }
    counts.retain(|_, [said, counted]| said != counted);
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn profile(calls: serde_json::Value) -> Profile {
        let functions: serde_json::Map<_, _> = calls
            .as_object()
            .expect("an object")
            .iter()
            .map(|(name, calls)| {
                let one = json!({ "calls": calls, "cost": 1, "callees": {}, "services": {} });
                (name.clone(), one)
            })
            .collect();
        serde_json::from_value(json!({
            "schema": 1, "driver": "small", "source": "0123456789abcdef", "workload": "w",
            "origin": "instrumented", "kernel": "6.12", "milliseconds": 1, "unit": "nanoseconds",
            "functions": functions,
        }))
        .expect("a profile")
    }

    /// A user half that was called, runs a register program and calls back.
    fn user(calls: &serde_json::Value, programs: u64, downcalls: u64) -> Profile {
        let mut user = profile(calls.clone());
        let root = json!({
            "calls": 0, "cost": 1, "callees": { "gather": downcalls },
            "services": { "Transaction::run": programs },
        });
        let root = serde_json::from_value(root).expect("a function");
        user.functions.insert("link".to_owned(), root);
        user
    }

    fn run(crossings: &[(&str, u64)]) -> Run {
        let crossings = crossings.iter();
        Run {
            instructions: 1,
            nanoseconds: 1,
            sent: 0,
            received: 0,
            crossings: crossings.map(|(n, c)| ((*n).to_owned(), *c)).collect(),
            profile: None,
            user_profiles: Vec::new(),
            printed: BTreeMap::new(),
        }
    }

    /// A kernel half and one user half, beside a whole of `poll`, `link`, `look`, and `rest`, that never runs.
    fn compared(half: serde_json::Value, user: Profile, crossings: &[(&str, u64)]) -> Half {
        let whole = profile(json!({ "poll": 9, "link": 4, "look": 4, "rest": 0 }));
        let plan = [&BTreeSet::from(["link"]), &BTreeSet::from(["gather"])];
        let (run, half) = (run(crossings), profile(half));
        compare("w", &run, &half, &[user], &whole, plan).expect("halves that add up")
    }

    #[test]
    fn what_crosses_was_counted_as_a_call_that_leaves() {
        let half = json!({ "poll": 9, "link": 4, "rest": 0 });
        let look = json!({ "look": 4 });
        let found = compared(half.clone(), user(&look, 0, 0), &[("upcalls", 3)]);
        assert_eq!((found.functions, found.calls), (2, 13));
        assert_eq!((found.leaving, found.crossed), (4, 3));
        assert_eq!(found.both, [3, 17]);
        assert!(found.is_whole() && found.different.is_empty());
        let more = compared(half, user(&look, 0, 0), &[("upcalls", 5)]);
        assert!(!more.is_whole());
    }

    #[test]
    fn what_the_whole_driver_did_not_do_is_named() {
        let half = json!({ "poll": 9, "link": 4, "secret": 1 });
        let found = compared(half, user(&json!({ "look": 4 }), 0, 0), &[]);
        assert_eq!(found.unknown, BTreeSet::from(["secret".to_owned()]));
        assert!(!found.is_whole());
    }

    #[test]
    fn only_what_was_deferred_or_remembered_may_be_missing() {
        let half = json!({ "poll": 9, "link": 4 });
        let less = json!({ "look": 3 });
        let all = [("upcalls", 4)];
        let found = compared(half.clone(), user(&less, 0, 0), &all);
        let look = BTreeMap::from([("look".to_owned(), [3, 4])]);
        assert_eq!(found.different, look);
        assert!(!found.is_whole());
        assert!(compared(half.clone(), user(&less, 0, 0), &[("deferred", 4)]).is_whole());
        assert!(compared(half.clone(), user(&less, 0, 0), &[("upcalls", 3)]).is_whole());
        let more = json!({ "look": 5 });
        assert!(!compared(half.clone(), user(&more, 0, 0), &[("upcalls", 3)]).is_whole());
        // A user half that counts nothing is not there, instead of less often.
        let found = compared(half, user(&json!({}), 0, 0), &all);
        let none = BTreeMap::from([("look".to_owned(), [0, 4])]);
        assert_eq!(found.different, none);
        assert!(!found.is_whole());
    }

    #[test]
    fn what_a_user_half_asked_for_crossed_as_often() {
        let half = json!({ "poll": 9, "link": 4 });
        let asked = || user(&json!({ "look": 4 }), 5, 2);
        let crossed = [("service Registers", 5), ("downcall gather", 2)];
        assert!(compared(half.clone(), asked(), &crossed).is_whole());
        let crossed = [("service Registers", 6), ("downcall gather", 1)];
        let found = compared(half, asked(), &crossed);
        let expected = BTreeMap::from([
            ("service Registers".to_owned(), [5, 6]),
            ("downcall gather".to_owned(), [2, 1]),
        ]);
        assert_eq!(found.disputed, expected);
        assert!(!found.is_whole());
        // The channel has no counter where nothing crossed.
        let half = json!({ "poll": 9, "link": 4 });
        let found = compared(half, asked(), &[("service Registers", 5)]);
        assert_eq!(found.disputed["downcall gather"], [2, 0]);
    }
}
