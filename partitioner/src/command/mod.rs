//! What a person types: the subcommands, their options and their exit codes.
//!
//! Data goes to stdout, words for people to stderr. A finding, which is something wrong with the driver,
//! has another exit code than a failure, which is something that kept the run from happening.

mod analyze;
mod cli;
mod color;
mod explain;
mod front;
mod generate;
mod graph;
mod merge;
mod placement;
mod profile;
mod receivers;
mod repartition;
mod report;
mod split;
mod verify;
mod watch;
mod why;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

pub use cli::{BuildCommand, Cli, Color, Command, Format, GraphFormat};
pub use explain::ExplainArgs;
pub use generate::{GenerateArgs, Generated};
pub use profile::{ImportArgs, MergeArgs, ProfileAction, ProfileArgs, ShowArgs};
pub use repartition::RepartitionArgs;
pub use report::ReportArgs;

use crate::build::Built;
use crate::diagnostics::{self, Refusal};
use crate::source::Sources;

/// All went well.
pub const SUCCESS: u8 = 0;
/// The run could not be made: no crate at the path, output that cannot be written, a missing tool.
pub const FAILURE: u8 = 1;
/// The arguments are wrong; clap says how.
pub const USAGE: u8 = 2;
/// The driver is refused: something in its source is wrong or not understood.
pub const FINDING: u8 = 3;

/// The stack of the thread that works, in bytes: enough for syntax as deep as `load` lets through. Only
/// what is used of it becomes memory.
const STACK: usize = 1 << 30;

/// Runs the command line.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let worker = std::thread::Builder::new().stack_size(STACK);
    let code = std::thread::scope(|scope| {
        let worker = worker.spawn_scoped(scope, || run(&cli))?;
        Ok::<_, std::io::Error>(worker.join())
    });
    match code {
        Ok(Ok(code)) => ExitCode::from(code),
        // A panic has said what it was.
        Ok(Err(panic)) => std::panic::resume_unwind(panic),
        Err(error) => {
            eprintln!("error: cannot start: {error}");
            ExitCode::from(FAILURE)
        }
    }
}

/// Runs parsed arguments and returns the exit code.
pub fn run(cli: &Cli) -> u8 {
    let styled = color::wanted(cli.color);
    if let Some(id) = &cli.explain {
        let (id, format) = (id.clone(), Format::Human);
        return explain::run(&ExplainArgs { id, format });
    }
    let Some(command) = &cli.command else {
        eprintln!("error: no command: see `pcnet-partition --help`");
        return USAGE;
    };
    let mut sources = Sources::default();
    let (outcome, format) = match command {
        Command::Analyze(args) if args.watch => return watch::run(args, styled),
        Command::Analyze(args) => (analyze::run(args, &mut sources), args.format),
        Command::Why(args) => (why::run(args, &mut sources), args.format),
        Command::Graph(args) => (graph::run(args, &mut sources), graph::format(args)),
        Command::Report(args) => (report::run(args, &mut sources), args.format),
        Command::Profile(args) => (profile::run(args, &mut sources), args.format),
        Command::Repartition(args) => (repartition::run(args, &mut sources), args.format),
        Command::Split(args) => (split::run(args, &mut sources), args.format),
        Command::Merge(args) => (merge::run(args), args.format),
        Command::Verify(args) => return verify::command(args, styled),
        Command::Build(command) => return build(command),
        Command::Explain(args) => return explain::run(args),
        Command::Generate(args) => return generate::run(args),
    };
    match outcome {
        Ok(data) => print(&data),
        Err(refusal) => refuse(&refusal, &sources, format, styled),
    }
}

/// Says what is wrong; returns the exit code.
fn refuse(refusal: &Refusal, sources: &Sources, format: Format, styled: bool) -> u8 {
    let (data, messages) = words(refusal, sources, format, styled);
    eprint!("{messages}");
    match print(&data) {
        SUCCESS => code(refusal),
        failed => failed,
    }
}

fn build(command: &BuildCommand) -> u8 {
    match (crate::build::command(&command.args), command.format) {
        (Ok(built), Format::Human) => print(&built_for_people(&built)),
        (Ok(built), Format::Json) => print(&format!("{:#}\n", serde_json::json!(built))),
        (Err(error), Format::Human) => {
            eprintln!("error: {error:#}");
            FAILURE
        }
        (Err(error), Format::Json) => {
            // What other tools say has no id.
            let causes = error.chain().skip(1).map(ToString::to_string);
            let found = serde_json::json!({
                "id": null,
                "title": error.to_string(),
                "primary": null,
                "context": [],
                "notes": causes.collect::<Vec<_>>(),
                "help": null,
            });
            print(&format!(
                "{:#}\n",
                serde_json::json!({ "schema": 1, "diagnostics": [found] })
            ));
            FAILURE
        }
    }
}

fn built_for_people(built: &Built) -> String {
    let mut text = format!("module    {}\n", built.module.display());
    text.push_str(&format!("debug     {}\n", built.debug.display()));
    for (name, path) in [("user half", &built.user), ("launcher", &built.launcher)] {
        if let Some(path) = path {
            text.push_str(&format!("{name:<9} {}\n", path.display()));
        }
    }
    text.push_str(&format!(
        "kernel half: {} bytes, {} functions that can panic\n",
        built.kernel_bytes,
        built.kernel_panics.len()
    ));
    for function in &built.kernel_panics {
        text.push_str(&format!("  {function}\n"));
    }
    text.push_str(&format!("{}\n", built.linked));
    text
}

/// A reader that went away has seen enough.
fn print(data: &str) -> u8 {
    let mut stdout = std::io::stdout().lock();
    match stdout
        .write_all(data.as_bytes())
        .and_then(|()| stdout.flush())
    {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            eprintln!("error: cannot write to stdout: {error}");
            FAILURE
        }
        _ => SUCCESS,
    }
}

/// What is said about a refusal: to programs on standard output, to people on standard error.
fn words(refusal: &Refusal, sources: &Sources, format: Format, styled: bool) -> (String, String) {
    let found = &refusal.0;
    match format {
        Format::Human => {
            let mut messages = diagnostics::human(found, sources, styled);
            if let Some(first) = found.first() {
                messages.push_str(&format!(
                    "for more about an error, try `pcnet-partition --explain {}`\n",
                    first.code.id()
                ));
            }
            (String::new(), messages)
        }
        Format::Json => (
            format!("{:#}\n", diagnostics::json(found, sources)),
            String::new(),
        ),
    }
}

fn code(refusal: &Refusal) -> u8 {
    let failed = refusal
        .0
        .iter()
        .any(|diagnostic| diagnostic.code.is_failure());
    if failed { FAILURE } else { FINDING }
}
