//! The arguments.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::merge::MergeArgs;
use super::placement::PlacementArgs;
use super::verify::VerifyArgs;
use crate::build::BuildArgs;

const EXIT_CODES: &str = "\
Exit codes:
  0  all went well
  1  the run could not be made: no crate at the path, output that cannot be written, a missing tool
  2  the arguments are wrong
  3  the driver is refused: something in its source is wrong or not understood";

/// Splits a driver into a kernel half and a user half.
#[derive(Debug, Parser)]
#[command(name = "pcnet-partition", version, after_help = EXIT_CODES)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Explains a diagnostic by its id, such as MD0010; lists all without one.
    #[arg(long, value_name = "ID", num_args = 0..=1)]
    pub explain: Option<Option<String>>,
    /// Whether messages have colours.
    #[arg(
        long,
        value_name = "WHEN",
        global = true,
        env = "CARGO_TERM_COLOR",
        hide_env_values = true
    )]
    #[arg(value_enum, default_value_t)]
    pub color: Color,
}

/// When messages have colours, as for cargo.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Prints where each function lives, and why.
    #[command(after_help = "Example:\n  pcnet-partition analyze drivers/pcnet32")]
    Analyze(AnalyzeArgs),
    /// Prints why a function is where it is, what it would cost elsewhere, and what would have to change.
    #[command(after_help = "Example:\n  pcnet-partition why drivers/pcnet32 set_rx_mode")]
    Why(super::why::WhyArgs),
    /// Prints the call graph.
    #[command(
        after_help = "Example:\n  pcnet-partition graph drivers/pcnet32 | dot -Tsvg -o graph.svg"
    )]
    Graph(GraphArgs),
    /// Writes a page that shows the call graph and explains every placement.
    #[command(after_help = "Example:\n  pcnet-partition report drivers/pcnet32 --html report.html")]
    Report(super::report::ReportArgs),
    /// Emits the two crates and the plan.
    #[command(
        after_help = "Example:\n  pcnet-partition split drivers/pcnet32 --out target/split/pcnet32"
    )]
    Split(SplitArgs),
    /// Makes the driver's source again from the two crates, byte for byte.
    #[command(
        after_help = "Example:\n  pcnet-partition merge target/split/pcnet32 --out target/source"
    )]
    Merge(MergeArgs),
    /// Compares the call graph with what the compiler sees.
    Verify(VerifyArgs),
    /// Shows profiles, adds them up, and makes them of what kernel tools record.
    Profile(super::profile::ProfileArgs),
    /// Makes a plan for what profiles recorded, and prints what moves, why, and what it saves.
    #[command(
        after_help = "Example:\n  pcnet-partition repartition drivers/pcnet32 --profile profiles/pcnet32/bulk.json --apply\n  \
        pcnet-partition split drivers/pcnet32 --plan profiles/pcnet32/plan.json --out target/split/pcnet32\n\n\
        Here, --plan is the plan to compare with; without it, that is the plan of a split without a profile."
    )]
    Repartition(super::repartition::RepartitionArgs),
    /// Builds the module for one kernel, and the user half.
    Build(BuildCommand),
    /// Explains a diagnostic, or lists all.
    #[command(after_help = "Example:\n  pcnet-partition explain MD0010")]
    Explain(super::explain::ExplainArgs),
    /// Prints a man page or a shell's completions; packages are made with it.
    #[command(hide = true)]
    Generate(super::generate::GenerateArgs),
}

/// Arguments of `build`.
#[derive(Debug, Args)]
pub struct BuildCommand {
    /// What is built, and for which kernel.
    #[command(flatten)]
    pub args: BuildArgs,
    /// How to print.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// How data is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    Human,
    /// For programs.
    Json,
}

/// How a graph is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum GraphFormat {
    /// For people: graphviz draws it.
    #[default]
    #[value(alias = "human")]
    Dot,
    /// For people: a picture, drawn here.
    Svg,
    /// For programs.
    Json,
}

/// Arguments of `analyze`.
#[derive(Debug, Args)]
pub struct AnalyzeArgs {
    /// The directory of the driver crate.
    pub driver: PathBuf,
    /// Runs again whenever a file of the driver or of its runtimes is saved, until Ctrl-C.
    #[arg(long)]
    pub watch: bool,
    /// What the placement is good at.
    #[command(flatten)]
    pub placement: PlacementArgs,
    /// Prints every plan that is best at some price of a line in the kernel, instead.
    #[arg(long, conflicts_with = "suggest")]
    pub sweep: bool,
    /// Prints the edits of the source that would move the most code out of the kernel, instead.
    #[arg(long)]
    pub suggest: bool,
    /// How to print.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// Arguments of `graph`.
#[derive(Debug, Args)]
pub struct GraphArgs {
    /// The directory of the driver crate.
    pub driver: PathBuf,
    /// How to print.
    #[arg(long, value_enum, default_value_t)]
    pub format: GraphFormat,
    /// Draws only what crosses and how one gets there (with `--format svg`).
    #[arg(long)]
    pub crossings: bool,
    /// What the placement is good at.
    #[command(flatten)]
    pub placement: PlacementArgs,
}

/// Arguments of `split`.
#[derive(Debug, Args)]
pub struct SplitArgs {
    /// The directory of the driver crate.
    pub driver: PathBuf,
    /// Where to put `kernel`, `user` and `plan.json`. What a split wrote there before is replaced.
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Has every function count its calls, its callers and its cost: to record a profile. Each half of
    /// a split driver counts for itself; `profile merge` adds them up.
    #[arg(long)]
    pub instrument: bool,
    /// Has the kernel's tracers see every call of every function of the kernel half: none is inlined, and
    /// `build` prepares each one for ftrace, function_graph and probes.
    #[arg(long)]
    pub traceable: bool,
    /// Puts everything into the kernel.
    #[arg(long, conflicts_with_all = ["plan", "lambda", "budget", "profiles"])]
    pub unsplit: bool,
    /// What the placement is good at.
    #[command(flatten)]
    pub placement: PlacementArgs,
    /// How to print.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}
