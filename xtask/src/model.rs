//! `cargo xtask model`: the chip model against QEMU's device, for longer than a test may take.

use std::time::Duration;

use anyhow::{Context as _, Result};
use rig::process::Task;
use serde_json::{Value, json};

use crate::results::{Results, Verdict};
use crate::{Context, setup};

/// So many sequences have to be compared.
const SEQUENCES: u32 = 10_000;
/// No sequence is begun after so many seconds.
const SECONDS: u32 = 480;
/// Seeds from here on are not those of the test.
const SEED: u32 = 100;

/// Runs the comparison; tells whether the two sides agree.
pub(crate) fn run(context: &Context) -> Result<bool> {
    setup::packages(context)?;
    let logs = context.layout.logs();
    let report = logs.join("model.json");
    // What an earlier run left must not be taken for this run's.
    if report.exists() {
        std::fs::remove_file(&report)?;
    }
    let step = context
        .progress
        .step("compare the chip model with the device");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    // A difference is a status other than zero, and is in the report.
    Task::new(cargo, "compare the chip model with the device")
        .args(["run", "--release", "-p", "differential", "--"])
        .args(["--sequences", &SEQUENCES.to_string()])
        .args(["--seconds", &SECONDS.to_string()])
        .args(["--seed", &SEED.to_string(), "--report"])
        .arg(&report)
        .dir(context.layout.root())
        .deadline(Duration::from_secs(900))
        .log(logs.join("model.log"))
        .run_any_status()?;
    let text = std::fs::read(&report)
        .with_context(|| format!("see {}", context.layout.shown(&logs.join("model.log"))))?;
    let found: Value = serde_json::from_slice(&text)?;
    let differences = found["differences"].as_array().map(Vec::len);
    step.done(&format!("{} sequences", found["sequences"]));
    let verdicts = vec![
        Verdict::at_least(
            "model.sequences",
            "random sequences compared",
            found["sequences"].as_f64(),
            f64::from(SEQUENCES),
        ),
        Verdict::at_most(
            "model.differences",
            "differences that nothing explains",
            differences.map(|count| count as u64),
            0,
        ),
    ];
    let data = [("model".to_owned(), json!(found))].into_iter().collect();
    let (results, path) = Results::new("model", verdicts, data).write(context)?;
    for difference in results.data["model"]["differences"]
        .as_array()
        .into_iter()
        .flatten()
    {
        println!("{}", serde_json::to_string_pretty(difference)?);
    }
    results.print_verdicts();
    eprintln!("report: {}", context.layout.shown(&path));
    Ok(results.none_fails())
}
