//! What a person types: the subcommands, their options and their exit codes.
//!
//! Data goes to stdout, words for people to stderr. A finding, which is something wrong with the driver,
//! has another exit code than a failure, which is something that kept the run from happening.

mod analyze;
mod cli;
mod graph;
mod report;
mod split;

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use clap::Parser;

pub use cli::{BuildCommand, Cli, Command, Format, GraphFormat};
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

/// Runs the command line.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    ExitCode::from(run(&cli))
}

/// Runs parsed arguments and returns the exit code.
pub fn run(cli: &Cli) -> u8 {
    if let Some(id) = &cli.explain {
        return explain(id);
    }
    let Some(command) = &cli.command else {
        eprintln!("error: no command: see `pcnet-partition --help`");
        return USAGE;
    };
    let mut sources = Sources::default();
    let (outcome, format) = match command {
        Command::Analyze(args) => (analyze::run(args, &mut sources), args.format),
        Command::Graph(args) => (graph::run(args, &mut sources), graph::format(args)),
        Command::Report(args) => (report::run(args, &mut sources), args.format),
        Command::Split(args) => (split::run(args, &mut sources), args.format),
        Command::Build(command) => return build(command),
    };
    match outcome {
        Ok(data) => print(&data),
        Err(refusal) => refuse(&refusal, &sources, format),
    }
}

fn build(command: &BuildCommand) -> u8 {
    match crate::build::command(&command.args) {
        Ok(built) => match command.format {
            Format::Human => print(&built_for_people(&built)),
            Format::Json => print(&format!("{:#}\n", serde_json::json!(built))),
        },
        Err(error) => {
            eprintln!("error: {error:#}");
            FAILURE
        }
    }
}

fn built_for_people(built: &Built) -> String {
    let mut text = format!("module    {}\n", built.module.display());
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
    text
}

fn explain(id: &str) -> u8 {
    match diagnostics::explain(id) {
        Some(text) => print(&text),
        None => {
            eprintln!("error: no diagnostic has the id `{id}`");
            USAGE
        }
    }
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

fn refuse(refusal: &Refusal, sources: &Sources, format: Format) -> u8 {
    let found = &refusal.0;
    match format {
        Format::Human => {
            let styled = std::io::stderr().is_terminal();
            eprint!("{}", diagnostics::human(found, sources, styled));
            if let Some(first) = found.first() {
                eprintln!(
                    "for more about an error, try `pcnet-partition --explain {}`",
                    first.code.id()
                );
            }
        }
        Format::Json => {
            let json = diagnostics::json(found, sources);
            print(&format!("{json:#}\n"));
        }
    }
    if found.iter().any(|diagnostic| diagnostic.code.is_failure()) {
        FAILURE
    } else {
        FINDING
    }
}
