//! The jobs of this project: `cargo xtask demo`, `cargo xtask test`, `cargo xtask parity`.
//!
//! Standard output is for results, standard error for progress and complaints.

#![forbid(unsafe_code)]

mod bench;
mod boot;
mod build;
mod c_module;
mod corpus;
mod coverage;
mod demo;
mod differences;
mod machines;
mod model;
mod parity;
mod pgo;
mod plot;
mod progress;
mod results;
mod scale;
mod setup;
mod test;
mod variant;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Parser, Subcommand};
use rig::Layout;

use crate::progress::Progress;

/// Exit status: the job could not be done.
const EXIT_FAILED: u8 = 1;
/// Exit status: done, and a verdict does not hold.
const EXIT_VERDICT: u8 = 3;
/// Exit status: interrupted, as shells have it for SIGINT.
const EXIT_INTERRUPTED: u8 = 130;

const EXIT_HELP: &str = "\
Exit status:
  0    done, and everything that the job promises holds
  1    the job could not be done
  2    bad usage
  3    done, and something that the job promises does not hold: see its results
  130  interrupted";

/// The jobs of this project
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", after_help = EXIT_HELP)]
struct Cli {
    #[command(subcommand)]
    job: Job,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, Args)]
struct Common {
    /// Install missing packages without asking
    #[arg(long, global = true)]
    yes: bool,
    /// Do not use the network: what is not in the cache is an error
    #[arg(long, global = true)]
    offline: bool,
}

#[derive(Debug, Subcommand)]
enum Job {
    /// Compare the in-tree driver with ours, unsplit and split
    Demo(demo::Options),
    /// Run every test, those in virtual machines included
    Test(test::Options),
    /// Show, feature by feature, that ours does what the in-tree driver does
    Parity(parity::Options),
    /// Compare the chip model with the emulator's device, over 10,000 random sequences
    Model,
    /// Record two workloads, re-partition the driver for each, and measure every plan on both
    Pgo(pgo::Options),
    /// Measure crossings, packets, control operations and start-up, beside what else there is
    Bench(bench::Options),
    /// Hold the call graph of other people's crates against what the compiler sees
    Corpus(corpus::Options),
    /// Measure how the call graph's time and memory grow with the crate, up to 100,000 functions
    Scale(scale::Options),
    /// Run one scenario in one machine
    Boot(boot::Options),
    /// Count the lines of the driver that the tests on the host run
    Coverage(coverage::Options),
}

/// What every job needs to know.
#[derive(Debug)]
pub(crate) struct Context {
    pub(crate) layout: Layout,
    pub(crate) progress: Progress,
    pub(crate) yes: bool,
    pub(crate) offline: bool,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    if let Err(error) = ctrlc::set_handler(rig::cancel::request) {
        eprintln!("warning: an interrupt will not be handled: {error}");
    }
    match run(cli) {
        Ok(code) => code,
        Err(error) => {
            if error.is::<rig::cancel::Cancelled>() {
                eprintln!("interrupted");
                return ExitCode::from(EXIT_INTERRUPTED);
            }
            complain(&error);
            ExitCode::from(EXIT_FAILED)
        }
    }
}

fn run(cli: Cli) -> Result<ExitCode> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let context = Context {
        layout: Layout::new(std::fs::canonicalize(root)?),
        progress: Progress::new(),
        yes: cli.common.yes,
        offline: cli.common.offline,
    };
    let verdict = |holds: bool| match holds {
        true => ExitCode::SUCCESS,
        false => ExitCode::from(EXIT_VERDICT),
    };
    match cli.job {
        Job::Demo(options) => demo::run(&context, &options).map(verdict),
        Job::Parity(options) => parity::run(&context, &options).map(verdict),
        Job::Test(options) => test::run(&context, &options).map(verdict),
        Job::Coverage(options) => coverage::run(&context, &options).map(verdict),
        Job::Pgo(options) => pgo::run(&context, &options).map(verdict),
        Job::Bench(options) => bench::run(&context, &options).map(verdict),
        Job::Corpus(options) => corpus::run(&context, &options).map(verdict),
        Job::Scale(options) => scale::run(&context, &options).map(verdict),
        Job::Model => model::run(&context).map(verdict),
        Job::Boot(options) => {
            boot::run(&context, &options)?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// Prints an error with its causes and what helps.
fn complain(error: &anyhow::Error) {
    eprintln!("error: {error}");
    for cause in error.chain().skip(1) {
        eprintln!("  because: {cause}");
    }
    for help in rig::problem::help_of(error) {
        eprintln!("  help: {help}");
    }
}
