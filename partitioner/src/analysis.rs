//! The stages in order: load, parse, API, graph, contexts, placement, halves, plan.

use std::path::Path;

use crate::api::{self, Api};
use crate::diagnostics::{Code, Diagnostic, Outcome, Report};
use crate::driver::state::{self, Field};
use crate::driver::{self, Driver};
use crate::graph::{self, Graph};
use crate::halves::{self, Halves};
use crate::load::{self, Package};
use crate::place::{self, Placement};
use crate::plan::{self, Plan};
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
    /// What each half contains.
    pub halves: Halves,
    /// The plan.
    pub plan: Plan,
    /// Which kind of plan.
    pub mode: Mode,
}

/// Analyses the driver in a directory. The files that are read are added to `sources`, which is what
/// diagnostics are drawn from.
///
/// # Errors
/// Every mistake of the first stage that finds one; stages that do not need each other count as one.
pub fn analyse(directory: &Path, mode: Mode, sources: &mut Sources) -> Outcome<Analysis> {
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
    report.take(driver::check_names(&driver, &api, &resolver));
    let fields = report.take(state::fields(&driver, &api));
    let graph = fields
        .as_deref()
        .and_then(|fields| report.take(graph::build(&driver, &api, &resolver, fields)));
    let (fields, graph) = report.both(fields, graph)?;
    let types = Types {
        driver: &driver,
        api: &api,
    };
    let placement = match mode {
        Mode::Split => place::place(types, &graph)?,
        Mode::Unsplit => place::everything_in_the_kernel(types, &graph)?,
    };
    let halves = halves::fill(types, &resolver, &graph, &placement, &fields, mode);
    let parts = plan::Parts {
        package: &package,
        types,
        resolver: &resolver,
        graph: &graph,
        placement: &placement,
    };
    let plan = plan::make(&parts, &fields, &halves, sources, mode)?;
    Ok(Analysis {
        package,
        api,
        driver,
        resolver,
        fields,
        graph,
        placement,
        halves,
        plan,
        mode,
    })
}
