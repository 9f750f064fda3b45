//! `host-demo VARIANT FILE`: what `cargo xtask demo --host` runs for each variant of the driver. Does
//! what people do with a network card, on two model cards on one wire, and writes what came of it to
//! FILE, as JSON.

#![forbid(unsafe_code)]

mod control;
mod death;
mod traffic;

use std::process::ExitCode;
use std::time::Instant;

use host_rig::{Machine, Variant};
use serde_json::{Value, json};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (variant, file) = match arguments.as_slice() {
        [variant, file] if variant == "unsplit" => (Variant::Unsplit, file),
        [variant, file] if variant == "split" => (Variant::Split, file),
        _ => {
            eprintln!("usage: host-demo unsplit|split FILE");
            return ExitCode::from(2);
        }
    };
    let report = run(variant);
    match std::fs::write(file, format!("{report:#}\n")) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: cannot write {file}: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Everything, on one machine. What must not be, such as a leak, ends the program.
fn run(variant: Variant) -> Value {
    // Building the halves is none of the demo.
    let building = Machine::new(variant);
    let functions = functions(&building);
    drop(building);
    let start = Instant::now();
    let (mut machine, a, b) = Machine::pair(variant);
    let ping = traffic::ping(&machine, a, b);
    let flood = traffic::flood(&machine, a, b);
    let control = control::all(&machine, a);
    let death = (variant == Variant::Split).then(|| death::of_user_half(&mut machine, a, b));
    let crossings = machine.crossings(a);
    machine.rmmod();
    let report = json!({
        "variant": variant.name(),
        "functions": functions,
        "ping": ping,
        "flood": flood,
        "control": control,
        "death": death,
        "crossings": crossings,
        "leaks": machine.host().leaks(),
        "faults": machine.faults(),
        "violations": machine.violations(),
        "seconds": start.elapsed().as_secs_f64(),
    });
    drop(machine);
    report
}

/// Functions and lines by half: kernel, user, both.
fn functions(machine: &Machine) -> Value {
    let plan = std::fs::read_to_string(&machine.halves().plan).expect("the plan was written");
    let plan: Value = serde_json::from_str(&plan).expect("the plan is JSON");
    let of = |place: &str| {
        let functions = plan["functions"].as_array();
        let placed = functions
            .into_iter()
            .flatten()
            .filter(|function| function["placement"] == place);
        let lines: u64 = placed
            .clone()
            .filter_map(|function| function["lines"].as_u64())
            .sum();
        json!({ "functions": placed.count(), "lines": lines })
    };
    json!({ "kernel": of("kernel"), "user": of("user"), "both": of("both") })
}
