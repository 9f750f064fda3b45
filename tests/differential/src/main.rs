//! Runs a campaign: `cargo run --release -p differential -- --sequences 500`.

#![forbid(unsafe_code)]

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;
use clap::Parser;
use differential::campaign::{self, Plan};

/// Compare the chip model with the emulator's device
#[derive(Debug, Parser)]
struct Options {
    /// How many sequences
    #[arg(long, default_value_t = 10_000)]
    sequences: u64,
    /// The seed of the first 250 of them; the next have the numbers behind it
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Begin no more sequences after so many seconds
    #[arg(long, default_value_t = 600)]
    seconds: u64,
    /// Write the report, as JSON, to this file
    #[arg(long)]
    report: Option<PathBuf>,
}

fn main() -> Result<ExitCode> {
    let options = Options::parse();
    let plan = Plan {
        seed: options.seed,
        sequences: options.sequences,
        time: Duration::from_secs(options.seconds),
    };
    let report = campaign::run(&plan, |done| {
        if done % 1000 < 250 {
            eprintln!("{done} sequences");
        }
    })?;
    for difference in &report.differences {
        println!("{difference}");
    }
    println!("{}", serde_json::to_string_pretty(&report)?);
    if let Some(path) = options.report {
        rig::fs::replace(&path, &serde_json::to_vec_pretty(&report)?)?;
    }
    Ok(match report.differences.is_empty() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}
