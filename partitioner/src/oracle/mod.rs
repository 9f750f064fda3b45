//! The compiler as a witness: what it sees a crate do must be in the call graph of that crate.
//!
//! `compile` has the compiler print its MIR, `mir` reads that back, `index` and `functions` find what it
//! prints in the sources, `resolve` says which functions a printed call means, `compare` holds that
//! against the graph. `fields` does the same for the fields of a driver's state. `object` looks at the
//! linked kernel half: nothing that may not sleep reaches a crossing. Nothing here adds to a graph.

pub mod compare;
pub mod compile;
pub mod driver;
pub mod fields;
pub mod functions;
pub mod index;
pub mod locks;
pub mod mir;
pub mod object;
pub mod resolve;
pub mod unify;

use std::collections::BTreeSet;
use std::fs::File;
use std::io::BufReader;

use anyhow::{Context as _, anyhow, bail};

use crate::callgraph::CallGraph;
use crate::source::Sources;
use compare::{Comparison, Rules};
use compile::{Compiled, Request};

/// What the compiler says of a crate.
#[derive(Clone, Debug)]
pub struct Witness {
    /// Who says it.
    pub compiler: String,
    /// The features with which the crate was compiled.
    pub features: Vec<String>,
    /// The directory that its file names are relative to.
    pub relative_to: std::path::PathBuf,
    /// The names of the crates that the crate could call.
    pub foreign: BTreeSet<String>,
    /// The bodies of the crate's functions.
    pub bodies: Vec<mir::Body>,
}

/// Has a crate compiled, and reads what the compiler prints.
///
/// # Errors
/// It cannot be compiled, or what is printed cannot be read.
pub fn ask(request: &Request) -> anyhow::Result<Witness> {
    let Compiled {
        mir,
        relative_to,
        foreign,
        features,
        compiler,
        lock,
    } = compile::compile(request)?;
    let name = mir.display();
    let file = File::open(&mir).with_context(|| format!("cannot read {name}"))?;
    let bodies = mir::parse(BufReader::new(file))
        .map_err(|mistake| anyhow!("cannot understand {name}: {mistake}"))?;
    drop(lock);
    Ok(Witness {
        compiler,
        features,
        relative_to,
        foreign,
        bodies,
    })
}

/// Holds a graph against a witness.
///
/// # Errors
/// The witness speaks of another crate: not one function is in the graph.
pub fn compare(
    graph: &CallGraph,
    sources: &Sources,
    witness: &Witness,
    rules: Rules,
) -> anyhow::Result<Comparison> {
    let index = index::Index::new(graph, sources, &witness.relative_to);
    let demands = compare::demands(&index, &witness.bodies, &witness.foreign, rules);
    let comparison = demands.hold_against(graph);
    if comparison.functions.is_empty() && !graph.nodes.is_empty() {
        bail!("nothing that the compiler printed is a function of the crate");
    }
    Ok(comparison)
}
