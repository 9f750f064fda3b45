//! Makes the crates.
//!
//! An emitted module is the driver's file with edits: what a half does not have is cut out, stubs stand
//! in place of functions of the other half, and what is left is the driver's own text, byte for byte.
//! `edits` applies them, `module` decides them, `instrument` has functions count themselves, `traceable`
//! shows them to the kernel's tracers, `uses` prunes imports, `stubs` and `dispatch` write what is generated. Everything is made in memory first; `write` puts
//! it on the disk in one step. `provenance` says where each byte of the source went; `merge` makes the
//! source again from the halves.

mod carried;
mod dispatch;
mod edits;
mod instrument;
mod manifest;
pub mod merge;
mod module;
mod numbers;
mod provenance;
mod stubs;
mod traceable;
mod uses;
mod visibility;
mod write;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub use manifest::check_lock;
pub use write::{write, write_new};

use crate::analysis::{Analysis, Mode};
use crate::diagnostics::Outcome;
use crate::halves::{Half, Side};
use crate::load::ModuleId;
use crate::source::Sources;

/// The emitted files by their path in the output directory.
pub type Files = BTreeMap<PathBuf, String>;

/// What the emission of one half works with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Context<'a> {
    pub(crate) analysis: &'a Analysis,
    pub(crate) sources: &'a Sources,
    pub(crate) side: Side,
    pub(crate) half: &'a Half,
    pub(crate) numbers: &'a numbers::Numbers,
    /// What functions show of themselves.
    pub(crate) watch: Watch,
}

/// What the functions of a kernel half show of themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Watch {
    /// They count their calls.
    pub count: bool,
    /// The kernel's tracers see each call.
    pub trace: bool,
}

/// Makes every file. `out` is where they will be: manifests name the runtimes relative to it.
pub fn emit(analysis: &Analysis, sources: &Sources, out: &Path) -> Files {
    make(analysis, sources, out, Watch::default())
}

/// The same, with halves whose functions count themselves.
///
/// # Errors
/// `MD0050`.
pub fn emit_instrumented(analysis: &Analysis, sources: &Sources, out: &Path) -> Outcome<Files> {
    let watch = Watch {
        count: true,
        trace: false,
    };
    emit_watched(analysis, sources, out, watch)
}

/// The same, with a kernel half that shows so much of what it does.
///
/// # Errors
/// `MD0050`.
pub fn emit_watched(
    analysis: &Analysis,
    sources: &Sources,
    out: &Path,
    watch: Watch,
) -> Outcome<Files> {
    if watch.count {
        instrument::check(analysis)?;
    }
    Ok(make(analysis, sources, out, watch))
}

fn make(analysis: &Analysis, sources: &Sources, out: &Path, watch: Watch) -> Files {
    let mut files = Files::new();
    files.insert("plan.json".into(), analysis.plan.json());
    let numbers = numbers::assign(analysis);
    let kernel = Context {
        analysis,
        sources,
        side: Side::Kernel,
        half: &analysis.halves.kernel,
        numbers: &numbers,
        watch,
    };
    let mut modules = provenance::empty(analysis);
    half(&kernel, out, &mut files, &mut modules);
    if analysis.mode == Mode::Split {
        let user = Context {
            side: Side::User,
            half: &analysis.halves.user,
            // The kernel's tracers see no process.
            watch: Watch {
                trace: false,
                ..watch
            },
            ..kernel
        };
        half(&user, out, &mut files, &mut modules);
    }
    let provenance = provenance::file(analysis, sources, &files, &modules);
    files.insert(provenance::FILE.into(), provenance);
    files
}

fn half(context: &Context<'_>, out: &Path, files: &mut Files, modules: &mut [provenance::Module]) {
    let name = directory(context.side);
    let directory = out.join(name);
    let mut add = |path: &str, text: String| {
        files.insert(Path::new(name).join(path), text);
    };
    add("Cargo.toml", manifest::manifest(context, &directory));
    if let Some(lock) = manifest::lock(context) {
        add("Cargo.lock", lock);
    }
    add("src/split.rs", numbers::file(context));
    match context.side {
        Side::Kernel => add("src/placements.txt", context.analysis.plan.placements()),
        Side::User => add("src/main.rs", manifest::main(context)),
    }
    let tree = &context.analysis.driver.tree;
    for (id, module) in tree.iter() {
        if present(context, id) {
            let edited = module::emit(context, id);
            provenance::Module::set(modules, id, context.side, edited.kept);
            add(&module.relative.to_string_lossy(), edited.text);
        }
    }
}

fn directory(side: Side) -> &'static str {
    match side {
        Side::Kernel => "kernel",
        Side::User => "user",
    }
}

/// Whether a half has anything of a module.
pub(crate) fn present(context: &Context<'_>, id: ModuleId) -> bool {
    let driver = &context.analysis.driver;
    let items = context
        .half
        .items
        .iter()
        .any(|item| driver.item(*item).module == id);
    let functions = context.half.functions.iter().chain(&context.half.stubs);
    let functions = functions
        .into_iter()
        .any(|function| driver.function(*function).module == id);
    let children = driver
        .tree
        .module(id)
        .children
        .values()
        .any(|child| present(context, *child));
    id.0 == 0 || items || functions || children || context.analysis.mode == Mode::Unsplit
}
