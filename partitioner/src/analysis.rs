//! The stages in order: load, parse, API, graph, contexts, placement, halves, plan.

use std::collections::BTreeSet;
use std::path::Path;

use crate::api::{self, Api};
use crate::copies;
use crate::diagnostics::{Code, Diagnostic, Outcome, Report};
use crate::driver::state::{self, Field};
use crate::driver::{self, Driver};
use crate::fingerprint::source_fingerprint;
use crate::graph::{self, Graph};
use crate::halves::{self, Halves};
use crate::load::{self, Package};
use crate::locks;
use crate::place::goal::Goal;
use crate::place::problem::{Problem, Solution};
use crate::place::{self, Options, Placed, Placement};
use crate::plan::{self, Plan};
use crate::profile::{Profile, Subject};
use crate::resolve::Resolver;
use crate::source::Sources;
use crate::types::Types;

/// What kind of plan is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Two halves.
    Split,
    /// Everything in the kernel.
    Unsplit,
}

/// All that is known of a driver.
#[derive(Debug)]
pub struct Analysis {
    /// Its package.
    pub package: Package,
    /// The driver API.
    pub api: Api,
    /// The driver.
    pub driver: Driver,
    /// How its names resolve.
    pub resolver: Resolver,
    /// The fields of its state.
    pub fields: Vec<Field>,
    /// Its call graph.
    pub graph: Graph,
    /// Where its functions live.
    pub placement: Placement,
    /// The problem that the placement solves; empty if there is only one half.
    pub problem: Problem,
    /// Its solution, if there are two.
    pub solution: Option<Solution>,
    /// What it is best at.
    pub goal: Goal,
    /// How many lines fewer another plan within the budget may have, if the search for it was given up.
    pub unsure: u64,
    /// What each half contains.
    pub halves: Halves,
    /// The plan.
    pub plan: Plan,
    /// Which kind of plan.
    pub mode: Mode,
    /// Functions that a profile names and the driver does not have.
    pub strangers: BTreeSet<String>,
}

/// Analyses the driver in a directory. The files that are read are added to `sources`, which is what
/// diagnostics are drawn from.
///
/// # Errors
/// Every mistake of the first stage that finds one, and of the stages that do not need what is wrong.
pub fn analyse(directory: &Path, mode: Mode, sources: &mut Sources) -> Outcome<Analysis> {
    analyse_with(directory, mode, &Options::default(), sources)
}

/// As [`analyse`], with a profile or a price.
///
/// # Errors
/// As [`analyse`].
pub fn analyse_with(
    directory: &Path,
    mode: Mode,
    options: &Options,
    sources: &mut Sources,
) -> Outcome<Analysis> {
    let package = load::package(directory)?;
    let mut report = Report::default();
    let tree = report.take(load::strict(sources, &package));
    let packages = report.take(load::api(&package));
    let (tree, packages) = report.both(tree, packages)?;
    let api = api::read(sources, &packages)?;
    if mode == Mode::Split && api.user_runtime.is_none() {
        let title = format!("package `{}` names no user runtime", api.kernel_runtime.0);
        let help = "add `[package.metadata.microdriver]` with `user = \"...\"` to its Cargo.toml";
        return Err(Diagnostic::new(Code::NoUserRuntime, title, help).into());
    }
    let driver = driver::collect(tree, &api)?;
    let resolver = Resolver::new(&driver.tree);
    let mut report = Report::default();
    let named = report.take(driver::check_names(&driver, &api, &resolver));
    let strangers = match &options.profile {
        Some(profile) => report.take(recorded(&package, &driver, profile, &options.file, sources)),
        None => Some(BTreeSet::new()),
    };
    let mut of_fields = Report::default();
    let fields = state::fields(&driver, &api, &mut of_fields);
    let fields = report.take(fields);
    let graph = fields.as_deref().and_then(|fields| {
        report.take(graph::build(
            &driver,
            &api,
            &resolver,
            fields,
            &package.edition,
        ))
    });
    report.take(of_fields.finish());
    // A name that means something else, or a body that is not understood, would bring mistakes that are none.
    let (Some(()), Some(fields), Some(graph)) = (named, fields, graph) else {
        return Err(report.refusal());
    };
    let types = Types {
        driver: &driver,
        api: &api,
    };
    // What cannot be kept is the same whatever was recorded.
    let unprofiled = Options {
        profile: None,
        budget: None,
        ..options.clone()
    };
    let options = match strangers {
        Some(_) => options,
        None => &unprofiled,
    };
    let placed = match mode {
        Mode::Split => place::place(types, &graph, sources, options),
        Mode::Unsplit => place::everything_in_the_kernel(types, &graph).map(|placement| Placed {
            placement,
            ..Placed::default()
        }),
    };
    let Some(placed) = report.take(placed) else {
        return Err(report.refusal());
    };
    let Placed {
        placement,
        problem,
        solution,
        goal,
        unsure,
    } = placed;
    let halves = halves::fill(types, &resolver, &graph, &placement, &fields, mode);
    let locks = locks::check(&driver, &graph, &halves, &mut report);
    copies::check(&driver, &graph, &halves, &mut report);
    let parts = plan::Parts {
        package: &package,
        types,
        resolver: &resolver,
        graph: &graph,
        placement: &placement,
        locks: &locks,
    };
    let plan = report.take(plan::make(&parts, &fields, &halves, sources, mode));
    let (plan, strangers) = report.both(plan, strangers)?;
    Ok(Analysis {
        package,
        api,
        driver,
        resolver,
        fields,
        graph,
        placement,
        problem,
        solution,
        goal,
        unsure,
        halves,
        plan,
        mode,
        strangers,
    })
}

/// Checks that a profile is of this driver, and counts calls; returns the names in it that are not the
/// driver's.
fn recorded(
    package: &Package,
    driver: &Driver,
    profile: &Profile,
    file: &str,
    sources: &Sources,
) -> Outcome<BTreeSet<String>> {
    let source = source_fingerprint(&driver.tree, sources);
    let strangers = Subject::of(&package.name, &source, driver).check(profile, file)?;
    let counts = profile
        .functions
        .values()
        .any(|function| function.calls > 0);
    if !counts && !profile.functions.is_empty() {
        let title = format!("`{file}` does not count calls");
        let help = "record it with an instrumented build, with ftrace or with probes";
        let why = "what a crossing costs depends on how often functions are called";
        return Err(Diagnostic::new(Code::NoCounts, title, help)
            .note(why)
            .into());
    }
    Ok(strangers)
}

impl Analysis {
    /// The fingerprint of the source that was read.
    pub fn source_fingerprint(&self) -> &str {
        &self.plan.source
    }
}
