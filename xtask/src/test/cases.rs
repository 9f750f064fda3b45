//! The tests in machines.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use rig::kernel::Kernel;
use rig::vm::{Clock, Machine, Report};

use super::{Outcome, check};
use crate::build::Driver;
use crate::variant::Variant;
use crate::{Context, build, c_module, machines, parity, setup};

/// The smallest module.
const HELLO: &str = "xtask/fixtures/hello";

/// Machines that run at a time.
const WIDTH: usize = 2;

/// Rounds of our drivers, and of the in-tree one, which only tests the test.
const CYCLES: usize = 20;
const CYCLES_IN_TREE: usize = 2;

/// Loads of the driver under traffic, with two times down and up each.
const CHURN_LOADS: usize = 50;

/// What is tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    /// The kernel boots, and takes a module built against its headers.
    Boot,
    /// Load, up, traffic, down, unload.
    Cycles,
    /// Cards at fixed ports: found, at work, gone.
    FixedPorts,
    /// Death of the user half during a transfer.
    Kill,
    /// A user half that does not answer.
    Stop,
    /// User halves that send what no correct one can.
    Hostile,
    /// A card that is taken away.
    Unplug,
    /// Down, up, unload, load, under traffic.
    Churn,
    /// Every operation, against the in-tree driver.
    Parity,
}

/// A test in a machine.
#[derive(Debug, Clone)]
pub(super) struct Case {
    what: What,
    kernel: &'static str,
    variant: Variant,
}

/// All of them.
pub(super) fn all() -> Vec<Case> {
    let mut cases = Vec::new();
    for kernel in rig::kernel::versions() {
        let mut add = |what, variant| {
            cases.push(Case {
                what,
                kernel,
                variant,
            });
        };
        // The longest first, so that the others fill the time of the second machine.
        add(What::Parity, Variant::InTree);
        add(What::Boot, Variant::InTree);
        for variant in Variant::ALL {
            add(What::Cycles, variant);
        }
        add(What::FixedPorts, Variant::Unsplit);
        add(What::FixedPorts, Variant::Split);
        add(What::Kill, Variant::Split);
        add(What::Stop, Variant::Split);
        add(What::Hostile, Variant::Split);
        add(What::Unplug, Variant::Split);
        add(What::Churn, Variant::Unsplit);
        add(What::Churn, Variant::Split);
    }
    cases
}

impl Case {
    pub(super) fn name(&self) -> String {
        match self.what {
            What::Boot | What::Parity => format!("{}/{}", self.scenario(), self.kernel),
            _ => format!("{}/{}/{}", self.scenario(), self.kernel, self.variant),
        }
    }

    fn scenario(&self) -> &'static str {
        match self.what {
            What::Boot => "boot",
            What::Cycles => "cycles",
            What::FixedPorts => "fixed-ports",
            What::Kill => "kill",
            What::Stop => "stop",
            What::Hostile => "hostile",
            What::Unplug => "unplug",
            What::Churn => "churn",
            What::Parity => parity::SCENARIO,
        }
    }

    fn promise(&self) -> String {
        match self.what {
            What::Boot => "a module built against the unpacked headers loads",
            What::Cycles => "load, up, traffic, down, unload leave no fault in the kernel's log",
            What::FixedPorts => "cards at ports of which no bus tells are found, and work",
            What::Kill => "a transfer survives the death of the user half, which is restarted",
            What::Stop => "a call that the user half does not answer returns in time",
            What::Hostile => "a message with any field wrong is refused and ends its sender",
            What::Unplug => "cards can be taken away during calls; the other one works on",
            What::Churn => "down and up, unload and load under traffic leave nothing behind",
            What::Parity => "every operation does what it does with the in-tree driver",
        }
        .to_owned()
    }

    fn cycles(&self) -> usize {
        match (self.what, self.variant) {
            (What::Churn, _) => CHURN_LOADS,
            (_, Variant::InTree) => CYCLES_IN_TREE,
            _ => CYCLES,
        }
    }

    fn check(&self, report: &Report, kernel: &Kernel) -> Result<()> {
        check::clean(report)?;
        match self.what {
            What::Boot => check::booted(report, &kernel.release),
            What::Cycles => check::cycles(report, self.cycles()),
            What::FixedPorts => check::fixed_ports(report),
            What::Kill => check::killed(report),
            What::Stop => check::stopped(report),
            What::Hostile => check::hostile(report),
            What::Unplug => check::unplugged(report),
            What::Churn => check::churned(report, CHURN_LOADS),
            What::Parity => Ok(()),
        }
    }
}

/// What the tests of one kernel need.
struct Prepared {
    kernel: Kernel,
    /// The images, or why there is none.
    images: BTreeMap<&'static str, Result<machines::Loaded, String>>,
}

/// Runs these; a test that fails does not stop the others, an interrupt does.
pub(super) fn run(context: &Context, cases: &[Case]) -> Result<Vec<Outcome>> {
    if cases.is_empty() {
        return Ok(Vec::new());
    }
    let mut prepared = BTreeMap::new();
    for version in rig::kernel::versions() {
        let of: Vec<&Case> = cases.iter().filter(|case| case.kernel == version).collect();
        if !of.is_empty() {
            prepared.insert(version, prepare(context, version, &of)?);
        }
    }
    machines::side_by_side(cases.to_vec(), WIDTH, |case| {
        let started = std::time::Instant::now();
        let outcome = match prepared.get(case.kernel) {
            Some(prepared) => one(context, prepared, &case),
            None => Err(anyhow::anyhow!("no kernel")),
        };
        // Interrupted is not failed.
        rig::cancel::check()?;
        Ok(Outcome {
            name: case.name(),
            what: case.promise(),
            failure: outcome.err().map(|error| format!("{error:#}")),
            seconds: started.elapsed().as_secs_f64(),
        })
    })
}

fn one(context: &Context, prepared: &Prepared, case: &Case) -> Result<()> {
    let loaded = |(image, _)| match prepared.images.get(image) {
        Some(Ok(loaded)) => Ok(loaded),
        Some(Err(why)) => anyhow::bail!("{why}"),
        None => anyhow::bail!("no image"),
    };
    if case.what == What::Parity {
        let images = images_of(case).into_iter();
        let drivers = images.map(|image| Ok((image.1, loaded(image)?.clone())));
        return parity::check(context, &prepared.kernel, drivers.collect::<Result<_>>()?);
    }
    let loaded = loaded(images_of(case)[0])?;
    let name = format!("test-{}", case.name().replace('/', "-"));
    let mut machine = Machine::new(name, Clock::Real);
    machine.deadline = Duration::from_secs(if case.what == What::Churn { 900 } else { 420 });
    machine.unplugs = case.what == What::Unplug;
    machine
        .command_line
        .push(format!("cycles={}", case.cycles()));
    let kernel = &prepared.kernel;
    let report = machines::run(context, kernel, loaded, machine, case.scenario())?;
    case.check(&report, kernel)
}

/// Which images a test boots, and which driver is in each.
fn images_of(case: &Case) -> Vec<(&'static str, Variant)> {
    match case.what {
        What::Boot => vec![("hello", case.variant)],
        What::Parity => Variant::ALL
            .map(|variant| (variant.name(), variant))
            .to_vec(),
        _ => vec![(case.variant.name(), case.variant)],
    }
}

/// Builds what the tests of a kernel need. What cannot be built fails its own tests only.
fn prepare(context: &Context, version: &str, cases: &[&Case]) -> Result<Prepared> {
    let kernel = setup::kernel(context, version)?;
    let agent = build::guest(context)?;
    let mut images = BTreeMap::new();
    for (image, variant) in cases.iter().flat_map(|case| images_of(case)) {
        if images.contains_key(image) {
            continue;
        }
        let driver = match image {
            "hello" => c_module::build(context, &kernel, Path::new(HELLO)).map(|module| Driver {
                name: "hello",
                label: "hello".to_owned(),
                modules: vec![module],
                user: None,
            }),
            _ => build::drivers(context, &[variant], &kernel).map(|mut all| all.remove(0)),
        };
        let loaded = driver.and_then(|driver| machines::image(context, &agent, &driver, &kernel));
        rig::cancel::check()?;
        images.insert(image, loaded.map_err(|error| format!("{error:#}")));
    }
    Ok(Prepared { kernel, images })
}
