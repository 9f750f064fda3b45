//! Builds the call graph of a package, and says how large it is and what that took: one line of JSON.
//!
//! `cargo run --release -p partitioner --example call-graph -- <directory>`; `cargo xtask scale` does.

#![forbid(unsafe_code)]

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use nix::sys::resource::{UsageWho, getrusage};
use partitioner::callgraph::{self, Features};
use partitioner::diagnostics;
use partitioner::source::Sources;

fn main() -> Result<()> {
    let directory: PathBuf = std::env::args_os()
        .nth(1)
        .context("name the directory of a package")?
        .into();
    let mut sources = Sources::default();
    let graph = match callgraph::build(&directory, &Features::default(), &mut sources) {
        Ok(graph) => graph,
        Err(refusal) => bail!("{}", diagnostics::human(&refusal.0, &sources, false)),
    };
    // With cargo, which was asked for the package.
    let mut microseconds = 0;
    for who in [UsageWho::RUSAGE_SELF, UsageWho::RUSAGE_CHILDREN] {
        let usage = getrusage(who)?;
        for time in [usage.user_time(), usage.system_time()] {
            microseconds += time.tv_sec() * 1_000_000 + time.tv_usec();
        }
    }
    let memory = getrusage(UsageWho::RUSAGE_SELF)?.max_rss();
    let (functions, edges) = (graph.nodes.len(), graph.edges());
    println!(
        "{{\"functions\": {functions}, \"edges\": {edges}, \"microseconds\": {microseconds}, \"peak_kib\": {memory}}}"
    );
    Ok(())
}
