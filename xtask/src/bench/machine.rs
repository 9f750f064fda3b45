//! What is built, and the machine that runs it.

use std::ffi::OsString;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use rig::kernel::Kernel;
use rig::vm::{Clock, Machine, Report};
use serde_json::Value;

use super::{KERNEL, object, unsigned};
use crate::build::{self, Order};
use crate::demo::plan::{self, Plan};
use crate::machines::{self, Loaded};
use crate::variant::Variant;
use crate::{Context, c_module};

/// The module with the floor of a crossing, and the driver that does next to nothing.
const FLOOR: &str = "tests/bench/floor";
const DRIVER: &str = "tests/bench/driver";

/// The driver's name, and what its two builds are called.
const NAME: &str = "bench";
pub(super) const NOTHING: [&str; 2] = ["nothing-unsplit", "nothing-split"];

/// What the driver is called that is split by the plan which the partitioner recommends to those who use every
/// control operation as often as any other: the recording of that, and what crossings may cost in sum, as a
/// share of what the machine did meanwhile.
pub(super) const RECOMMENDED: &str = "recommended-split";
const RECORDING: &str = "profiles/pcnet32/control.json";
const BUDGET: &str = "0.5%";

/// What begins a driver's part of the kernel's log.
const MARK: &str = "bench: driver ";

/// Machines that count instructions are slow.
const DEADLINE: Duration = Duration::from_secs(600);

/// All drivers of the two cards.
pub(super) fn whose() -> Vec<&'static str> {
    let variants = Variant::ALL.map(Variant::name);
    variants.into_iter().chain([RECOMMENDED]).collect()
}

/// What every machine of the bench boots.
pub(super) fn built(context: &Context, kernel: &Kernel) -> Result<Loaded> {
    image(context, kernel, "bench", &[])
}

/// Runs everything twice, and gives what was reported.
pub(super) fn run(context: &Context, kernel: &Kernel, loaded: &Loaded) -> Result<[Vec<Value>; 2]> {
    let jobs = ["bench-1", "bench-2"].map(|name| {
        let mut machine = Machine::new(name, Clock::Instructions);
        machine.command_line = vec![
            format!("drivers={}", whose().join(",")),
            format!("crossing={}", NOTHING.join(",")),
            // Otherwise enabling a card has the kernel interpret the firmware's program that routes
            // interrupts: 150 million instructions, whatever the driver, beside which nothing shows.
            "acpi=noirq".to_owned(),
        ];
        machine.deadline = DEADLINE;
        machine
    });
    let reports = machines::side_by_side(jobs.to_vec(), jobs.len(), |machine| {
        machines::run(context, kernel, loaded, machine, "bench")
    })?;
    let mut lines = Vec::new();
    for report in reports {
        without_faults(&report)?;
        lines.push(report.lines);
    }
    <[_; 2]>::try_from(lines).map_err(|lines| anyhow::anyhow!("{} runs", lines.len()))
}

/// An error where one of our drivers made the kernel complain.
fn without_faults(report: &Report) -> Result<()> {
    let log = std::fs::read(&report.console).context("read the kernel's log")?;
    let faults = our_faults(&String::from_utf8_lossy(&log));
    ensure!(
        faults.is_empty(),
        "the kernel's log tells of faults: {faults:?}"
    );
    Ok(())
}

/// Runs what needs two processors, once, and gives what was reported.
pub(super) fn with_two(context: &Context, kernel: &Kernel, loaded: &Loaded) -> Result<Vec<Value>> {
    let mut machine = Machine::new("bench-processors", Clock::Real);
    machine.processors = 2;
    machine.command_line = vec![
        "processors=2".to_owned(),
        format!("drivers={}", whose().join(",")),
        format!("crossing={}", NOTHING.join(",")),
        "acpi=noirq".to_owned(),
        // A processor that has nothing to do is not put to sleep: the host would have to wake it.
        "idle=poll".to_owned(),
    ];
    machine.deadline = DEADLINE;
    let report = machines::run(context, kernel, loaded, machine, "bench")?;
    without_faults(&report)?;
    Ok(report.lines)
}

/// Faults that the kernel's log tells of, but for those while the in-tree driver was at work.
fn our_faults(log: &str) -> Vec<String> {
    let mut ours = Vec::new();
    for part in log.split(MARK) {
        if part.lines().next() != Some(Variant::InTree.name()) {
            ours.extend(rig::kernel_log::faults(part));
        }
    }
    ours
}

/// Runs some operations beside perf, once, and gives what was reported.
pub(super) fn profile(context: &Context, kernel: &Kernel) -> Result<Vec<Value>> {
    let loaded = image(context, kernel, "profile", &["perf"])?;
    let mut machine = Machine::new("bench-profile", Clock::Instructions);
    machine.command_line = vec![
        "profile=yes".to_owned(),
        format!("crossing={}", NOTHING.join(",")),
        format!("drivers={}", whose().join(",")),
        "acpi=noirq".to_owned(),
    ];
    machine.deadline = DEADLINE;
    Ok(machines::run(context, kernel, &loaded, machine, "bench")?.lines)
}

fn image(context: &Context, kernel: &Kernel, name: &str, more: &[&str]) -> Result<Loaded> {
    let agent = build::guest(context)?;
    let partitioner = build::partitioner(context)?;
    let floor = context.progress.run("build the floor's module", || {
        c_module::build(context, kernel, Path::new(FLOOR))
    })?;
    let drivers = build::drivers(context, &Variant::ALL, kernel)?;
    let drivers = drivers
        .into_iter()
        .map(|driver| unsigned::driver(context, driver));
    let mut drivers = drivers.collect::<Result<Vec<_>>>()?;
    let recording = context.layout.root().join(RECORDING);
    let recommended = [
        "--profile".into(),
        recording.into(),
        "--budget".into(),
        BUDGET.into(),
    ];
    let [whole, halves] = NOTHING;
    let custom: [(_, _, _, &[OsString]); 3] = [
        (build::DRIVER, build::NAME, RECOMMENDED, &recommended),
        (DRIVER, NAME, whole, &["--unsplit".into()]),
        (DRIVER, NAME, halves, &[]),
    ];
    for (source, name, label, arguments) in custom {
        let order = Order {
            job: "bench",
            source,
            name,
            label,
            arguments,
        };
        let driver = build::custom(context, &partitioner, kernel, &order)?;
        drivers.push(unsigned::driver(context, driver)?);
    }
    let name = format!("{}-{name}", kernel.version);
    // File systems in user space are part of the kernel.
    let modules = [
        ("primitives", vec![floor]),
        ("pktgen", vec![kernel.module("net/core/pktgen")?]),
    ];
    machines::image_of_all(context, &agent, &name, &drivers, &modules, more)
}

/// The functions of the packet path that are other code in two halves than in one piece.
pub(super) fn code(context: &Context) -> Result<Vec<String>> {
    let [unsplit, split] = [Variant::Unsplit, Variant::Split].map(|variant| {
        let modules = context.layout.target("modules").join(KERNEL);
        let name = format!("{}_md.debug.o", build::NAME);
        modules.join(variant.name()).join(name)
    });
    object::differing(&unsplit, &split)
}

/// What the partitioner decided for the driver in two halves, and what it recommends.
pub(super) fn plans(context: &Context) -> Result<[Plan; 2]> {
    let recommended = context.layout.target("bench").join(RECOMMENDED);
    Ok([
        plan::read(context, &Variant::ALL)?.context("no plan")?,
        plan::of(&recommended)?,
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_of_the_in_tree_driver_are_not_ours() {
        let theirs = "[1] bench: driver in-tree\nWARNING: a\n[2] bench: driver split\nup\n";
        assert!(our_faults(theirs).is_empty());
        let ours = "[1] bench: driver in-tree\nfine\n[2] bench: driver split\nWARNING: b\n";
        assert_eq!(our_faults(ours), ["WARNING: b"]);
        assert_eq!(our_faults("WARNING: c\n"), ["WARNING: c"]);
    }
}
