//! `cargo xtask demo --host`: the driver, unsplit and split, on model cards and the host backend. The
//! program `host-demo` of `tests/host` does it; here its reports are judged and printed.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context as _, Result};
use rig::process::Task;
use serde::{Deserialize, Serialize};
use serde_json::{Map, json};

use crate::Context;
use crate::results::{Results, Verdict};

/// What is printed first.
const MODEL: &str = "\
This is a model: the driver's own code, its kernel half in an ordinary process and its user half in another, on a
software model of the card and of what a kernel provides. What it computes is real, its times are not those of a
kernel. `cargo xtask demo` runs the same driver in real kernels, in a virtual machine.";

const VARIANTS: [&str; 2] = ["unsplit", "split"];
/// The share of the driver's functions that has to run in user space.
const USER_FUNCTIONS: f64 = 0.5;
/// How long all of it may take, once built, in seconds.
const SECONDS: u64 = 60;

#[derive(Debug, Serialize, Deserialize)]
struct Report {
    variant: String,
    functions: BTreeMap<String, Placed>,
    ping: Ping,
    flood: Flood,
    control: Vec<Operation>,
    death: Option<Death>,
    crossings: BTreeMap<String, u64>,
    leaks: Vec<String>,
    faults: Vec<String>,
    violations: Vec<String>,
    seconds: f64,
}

#[derive(Debug, Serialize, Deserialize)]
struct Placed {
    functions: u64,
    lines: u64,
}

#[derive(Debug, Serialize, Deserialize)]
struct Ping {
    sent: u64,
    lost: u64,
    microseconds: f64,
}

#[derive(Debug, Serialize, Deserialize)]
struct Flood {
    sent: u64,
    lost: u64,
    per_second: f64,
}

#[derive(Debug, Serialize, Deserialize)]
struct Operation {
    name: String,
    result: String,
    crossings: f64,
    microseconds: f64,
}

#[derive(Debug, Serialize, Deserialize)]
struct Death {
    deaths: u64,
    sent: u64,
    lost: u64,
    failed_with: Vec<String>,
    settings_kept: bool,
}

/// Builds, runs, judges, prints; tells whether all verdicts hold.
pub(super) fn run(context: &Context) -> Result<bool> {
    let reports: Vec<Report> = VARIANTS
        .iter()
        .map(|variant| report(context, variant))
        .collect::<Result<_>>()?;
    let mut data = Map::new();
    data.insert("model".to_owned(), json!(true));
    data.insert("reports".to_owned(), json!(reports));
    let (results, path) = Results::new("demo-host", verdicts(&reports), data).write(context)?;
    let written: Vec<Report> = serde_json::from_value(results.data["reports"].clone())?;
    println!("{MODEL}\n");
    print(&written);
    println!();
    results.print_verdicts();
    println!("\nreport  {}", context.layout.shown(&path));
    Ok(results.none_fails())
}

fn report(context: &Context, variant: &str) -> Result<Report> {
    let file = context.layout.target(format!("host/demo-{variant}.json"));
    if let Some(directory) = file.parent() {
        std::fs::create_dir_all(directory)?;
    }
    let log = context
        .layout
        .logs()
        .join(format!("demo-host-{variant}.log"));
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    context
        .progress
        .run(format!("build and run the driver, {variant}"), || {
            let task = Task::new(cargo, "run the demo on the host")
                .args([
                    "run",
                    "--quiet",
                    "--package",
                    "host-rig",
                    "--bin",
                    "host-demo",
                ])
                .args(["--", variant])
                .arg(&file)
                .dir(context.layout.root())
                .deadline(Duration::from_secs(900))
                .log(&log);
            match context.offline {
                true => task.env("CARGO_NET_OFFLINE", "true").run(),
                false => task.run(),
            }
        })?;
    let text = std::fs::read(&file).with_context(|| format!("read {}", file.display()))?;
    serde_json::from_slice(&text).with_context(|| format!("read {}", file.display()))
}

fn verdicts(reports: &[Report]) -> Vec<Verdict> {
    let sum = |of: fn(&Report) -> u64| Some(reports.iter().map(of).sum());
    let mut verdicts = vec![
        Verdict::at_most(
            "traffic.loss",
            "frames lost, both drivers together",
            sum(|report| report.ping.lost + report.flood.lost),
            0,
        ),
        Verdict::at_most(
            "control.failed",
            "control operations that failed",
            sum(|report| {
                let failed = report.control.iter().filter(|done| done.result != "ok");
                failed.count() as u64
            }),
            0,
        ),
        Verdict::at_most(
            "rules.broken",
            "leaks, DMA faults, and register accesses that the data sheet forbids",
            sum(|report| {
                (report.leaks.len() + report.faults.len() + report.violations.len()) as u64
            }),
            0,
        ),
        Verdict::at_most(
            "time",
            "seconds that it took, once built",
            Some(
                reports
                    .iter()
                    .map(|report| report.seconds)
                    .sum::<f64>()
                    .ceil() as u64,
            ),
            SECONDS,
        ),
    ];
    for (report, death) in reports.iter().filter_map(|r| Some((r, r.death.as_ref()?))) {
        verdicts.push(Verdict::at_most(
            "death.loss",
            "frames lost while the user half was killed, was away and came back",
            Some(death.lost),
            0,
        ));
        let returned = death.failed_with.iter().filter(|error| *error != "panic");
        verdicts.push(Verdict::at_least(
            "death.errors",
            "deaths during which the operation under way returned with an error",
            Some(returned.count() as f64),
            death.deaths as f64,
        ));
        verdicts.push(Verdict::at_least(
            "death.state",
            "settings that the next user half found as they were (1: all)",
            Some(f64::from(u8::from(death.settings_kept))),
            1.0,
        ));
        let total: u64 = report
            .functions
            .values()
            .map(|placed| placed.functions)
            .sum();
        let user = report.functions.get("user").map(|placed| placed.functions);
        verdicts.push(Verdict::at_least(
            "user.functions",
            "share of the driver's functions that run in user space",
            user.map(|user| user as f64 / total.max(1) as f64),
            USER_FUNCTIONS,
        ));
    }
    verdicts
}

fn print(reports: &[Report]) {
    let row = |name: &str, cell: &dyn Fn(&Report) -> String| {
        print!("  {name:34}");
        for report in reports {
            print!("{:>20}", cell(report));
        }
        println!();
    };
    print!("{:36}", "");
    for report in reports {
        print!("{:>20}", report.variant);
    }
    println!();
    for place in ["kernel", "user", "both"] {
        row(
            &format!("functions (lines): {place}"),
            &|report| match report.functions.get(place) {
                Some(placed) => format!("{} ({})", placed.functions, placed.lines),
                None => "-".to_owned(),
            },
        );
    }
    row("ping: lost of", &|report| {
        format!("{} of {}", report.ping.lost, report.ping.sent)
    });
    row("flood: lost of", &|report| {
        format!("{} of {}", report.flood.lost, report.flood.sent)
    });
    let operations = reports.first().map_or(&[][..], |report| &report.control);
    for operation in operations {
        row(&operation.name, &|report| {
            let same = |done: &&Operation| done.name == operation.name;
            match report.control.iter().find(same) {
                Some(done) if done.result != "ok" => done.result.clone(),
                Some(done) if done.crossings > 0.0 => {
                    format!("[{:.1}] {:.0} us", done.crossings, done.microseconds)
                }
                Some(done) => format!("{:.0} us", done.microseconds),
                None => "-".to_owned(),
            }
        });
    }
    row(
        "user half killed: frames lost",
        &|report| match &report.death {
            Some(death) => format!("{} times: {} of {}", death.deaths, death.lost, death.sent),
            None => "-".to_owned(),
        },
    );
    println!("\n[in brackets: crossings of one such operation]");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(lost: u64, death: Option<Death>) -> Report {
        Report {
            variant: "split".into(),
            functions: [(
                "user".into(),
                Placed {
                    functions: 1,
                    lines: 1,
                },
            )]
            .into(),
            ping: Ping {
                sent: 10,
                lost,
                microseconds: 1.0,
            },
            flood: Flood {
                sent: 10,
                lost: 0,
                per_second: 1.0,
            },
            control: Vec::new(),
            death,
            crossings: BTreeMap::new(),
            leaks: Vec::new(),
            faults: Vec::new(),
            violations: Vec::new(),
            seconds: 1.0,
        }
    }

    fn failing(report: Report) -> Vec<String> {
        let verdicts = verdicts(&[report]).into_iter();
        verdicts.filter(|v| !v.ok).map(|v| v.id).collect()
    }

    #[test]
    fn what_is_lost_does_not_hold() {
        assert!(failing(report(0, None)).is_empty());
        assert_eq!(failing(report(1, None)), ["traffic.loss"]);
        let death = Death {
            deaths: 2,
            sent: 4,
            lost: 1,
            failed_with: vec!["EIO".into(), "panic".into()],
            settings_kept: false,
        };
        let failing = failing(report(0, Some(death)));
        assert_eq!(failing, ["death.loss", "death.errors", "death.state"]);
    }
}
