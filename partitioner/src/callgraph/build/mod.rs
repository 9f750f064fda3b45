//! Builds the call graph of a package.

mod bodies;
mod dropped;
mod linked;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use cargo_metadata::MetadataCommand;
use typed_arena::Arena;

use super::cfg::Config;
use super::collect::Collector;
use super::walk::{Body, Several, Walker};
use super::{CallGraph, NodeId, Unknown};
use crate::diagnostics::Outcome;
use crate::load;
use crate::source::Sources;
use bodies::body;
use dropped::dropped;
use linked::linked;

/// Which features of a package are on.
#[derive(Clone, Debug)]
pub struct Features {
    /// Those that are asked for.
    pub wanted: Vec<String>,
    /// Whether those that are on by default are, too.
    pub default: bool,
}

impl Default for Features {
    fn default() -> Features {
        Features {
            wanted: Vec::new(),
            default: true,
        }
    }
}

/// Stack for syntax that is nested deeply.
const STACK: usize = 1 << 30;

/// Reads the package in a directory and builds its call graph. Files are added to `sources`.
///
/// # Errors
/// `MD0001` to `MD0003`.
pub fn build(directory: &Path, features: &Features, sources: &mut Sources) -> Outcome<CallGraph> {
    let package = load::package(directory)?;
    let config = Config::of_host(&enabled(directory, features));
    std::thread::scope(|scope| {
        let work = || graph(&package, &config, sources);
        let thread = std::thread::Builder::new()
            .stack_size(STACK)
            .spawn_scoped(scope, work);
        match thread.map(|thread| thread.join()) {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(error) => {
                let title = format!("cannot start a thread: {error}");
                let help = "free some memory";
                Err(crate::diagnostics::Diagnostic::new(
                    crate::diagnostics::Code::Output,
                    title,
                    help,
                )
                .into())
            }
        }
    })
}

/// The features that are on, those that others turn on included.
fn enabled(directory: &Path, features: &Features) -> Vec<String> {
    let metadata = MetadataCommand::new()
        .manifest_path(directory.join("Cargo.toml"))
        .no_deps()
        .exec();
    let manifest = directory.join("Cargo.toml").canonicalize().ok();
    let declared: BTreeMap<String, Vec<String>> = metadata
        .into_iter()
        .flat_map(|metadata| metadata.packages)
        .find(|package| Some(package.manifest_path.as_std_path()) == manifest.as_deref())
        .map(|package| package.features.into_iter().collect())
        .unwrap_or_default();
    let mut queue = features.wanted.clone();
    if features.default {
        queue.push("default".to_owned());
    }
    let mut found = BTreeSet::new();
    while let Some(name) = queue.pop() {
        if found.insert(name.clone()) {
            queue.extend(declared.get(&name).into_iter().flatten().cloned());
        }
    }
    found.into_iter().collect()
}

fn graph(package: &load::Package, config: &Config, sources: &mut Sources) -> Outcome<CallGraph> {
    let arena = Arena::new();
    let mut collector = Collector::new(&arena, sources, package.directory.clone(), config);
    collector.read(&package.library);
    let Collector {
        mut index,
        nodes,
        macros,
        report,
        ..
    } = collector;
    report.finish()?;
    index.dropped = dropped(&index);
    let mut bodies: Vec<Body> = (0..nodes.len())
        .map(|node| body(&index, &macros, NodeId(node)))
        .collect();
    let mut unknown = Unknown::default();
    for body in &mut bodies {
        unknown.extend(std::mem::take(&mut body.unknown));
    }
    let mut taken = Several::default();
    for value in &index.values {
        if let Some(expr) = value.expr {
            let walker = Walker::new(&index, &macros, value.scope, Default::default(), None);
            taken.extend(&walker.value(expr).taken);
        }
    }
    let calls = linked(&index, bodies, taken);
    let mut graph = CallGraph::new(nodes, calls, index.groups.into_all());
    graph.unknown = unknown;
    Ok(graph)
}
