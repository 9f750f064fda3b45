//! The agent: what runs as process 1 in the virtual machine.
//!
//! It prepares the machine, runs the scenario that the kernel's command line names with the
//! variant of the driver that it names, reports JSON lines to the second serial port, and powers
//! the machine off, whatever happens. Called with a word, it is a process that a scenario needs.
//!
//! `sys` is the only place with `unsafe`: system calls that have no safe wrapper. `variant` brings
//! a driver up, `pair` makes a network of two cards, `scenario` is what is done with it.

mod boot;
mod events;
mod log;
mod measure;
mod pair;
mod ports;
mod report;
mod scenario;
mod sys;
mod tools;
mod user_profile;
mod variant;

use anyhow::{Context, Result};
use serde_json::json;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [word, rest @ ..] = arguments.as_slice()
        && word == scenario::HOSTILE_CLIENT
    {
        scenario::hostile_client(rest);
    }
    if let [word, rest @ ..] = arguments.as_slice()
        && word == scenario::BENCH_PARTNER
    {
        scenario::bench_partner(rest);
    }
    // Also if a scenario panics: the machine must end, and say why.
    std::panic::set_hook(Box::new(|panic| {
        report::line(&json!({ "event": "failed", "error": format!("the agent {panic}") }));
        boot::power_off();
    }));
    match run() {
        Ok(()) => report::line(&json!({ "event": "done" })),
        Err(error) => report::line(&json!({ "event": "failed", "error": format!("{error:#}") })),
    }
    boot::power_off();
}

fn run() -> Result<()> {
    let parameters = boot::prepare().context("prepare the machine")?;
    let name = parameters.required("scenario")?;
    let outcome = scenario::run(name, &parameters).with_context(|| format!("scenario {name}"));
    if parameters.get("report_log").is_some() {
        let text = log::without_repeated_details(&sys::kernel_log()?);
        report::line(&json!({ "event": "kernel-log", "text": text }));
    }
    outcome
}
