//! `cargo xtask boot`: one machine, one scenario; for looking at a driver while working on it.

use anyhow::Result;
use clap::Args;
use clap::builder::PossibleValuesParser;
use rig::vm::{Clock, Machine};

use crate::variant::Variant;
use crate::{Context, build, machines, parity, setup};

/// The scenarios of the agent that need a driver.
const SCENARIOS: [&str; 11] = [
    "counts",
    "traffic",
    "cycles",
    "fixed-ports",
    "churn",
    "kill",
    "stop",
    "hostile",
    "unplug",
    "parity",
    "workload",
];

/// What to run.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The kernel
    #[arg(long, default_value = "6.12", value_parser = PossibleValuesParser::new(rig::kernel::versions()))]
    kernel: String,
    /// The driver
    #[arg(long, value_enum, default_value_t = Variant::Split)]
    variant: Variant,
    /// Count instructions instead of time
    #[arg(long)]
    icount: bool,
    /// Seconds until the machine is killed
    #[arg(long, default_value_t = 180)]
    deadline: u64,
    /// What the agent does
    #[arg(value_parser = PossibleValuesParser::new(SCENARIOS))]
    scenario: String,
    /// More words for the kernel's command line, such as rounds=10
    words: Vec<String>,
}

/// Runs it; prints what the agent reported, one JSON object a line.
pub(crate) fn run(context: &Context, options: &Options) -> Result<()> {
    setup::packages(context)?;
    let kernel = setup::kernel(context, &options.kernel)?;
    let agent = build::guest(context)?;
    let driver = build::drivers(context, &[options.variant], &kernel)?.remove(0);
    let loaded = machines::image(context, &agent, &driver, &kernel)?;
    let clock = if options.icount {
        Clock::Instructions
    } else {
        Clock::Real
    };
    let name = format!("boot-{}-{}", kernel.version, options.variant);
    let mut machine = match options.scenario.as_str() {
        parity::SCENARIO => parity::machine(name),
        _ => Machine::new(name, clock),
    };
    machine.deadline = std::time::Duration::from_secs(options.deadline);
    machine.command_line.clone_from(&options.words);
    machine.unplugs = options.scenario == "unplug";
    let report = machines::run(context, &kernel, &loaded, machine, &options.scenario)?;
    for line in &report.lines {
        println!("{line}");
    }
    for fault in &report.faults {
        eprintln!("kernel log: {fault}");
    }
    eprintln!("console: {}", context.layout.shown(&report.console));
    Ok(())
}
