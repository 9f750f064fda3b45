//! A user half that sends what no correct one can. For split drivers only.
//!
//! Each case runs in a process of its own (`client`), which takes the place of the user half,
//! waits for a call, and misbehaves. What must come of it: the kernel refuses once, counts it,
//! ends the process, and the caller gets an error in time. In the end the real user half works.

mod cases;
mod client;
mod view;

use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use nix::errno::Errno;
use nix::sys::signal::Signal;
use serde_json::json;

use super::load;
use crate::boot::Parameters;
use crate::pair::Pair;
use crate::report;
use crate::sys::Ethtool;
use crate::tools;
use crate::variant::Card;

pub(crate) use client::{WORD, main as client};

/// A call must end in this time, whatever the user half does.
const IN_TIME: Duration = Duration::from_secs(5);

/// Runs every case.
pub(crate) fn run(parameters: &Parameters) -> Result<()> {
    let mut driver = load(parameters)?;
    let pair = Pair::up(&driver)?;
    driver.cards[0].end_launcher()?;
    let card = &driver.cards[0];
    let mut ethtool = Ethtool::new(&pair.near);
    without_user_half(&mut ethtool)?;
    let mut failed = Vec::new();
    for name in cases::names() {
        if let Err(error) = one(card, &mut ethtool, name) {
            failed.push(format!("case {name}: {error:#}"));
        }
    }
    ensure!(failed.is_empty(), "{}", failed.join("\n"));
    report::line(&json!({ "event": "hostile", "cases": cases::names().count() }));
    driver.cards[0].start_launcher()?;
    let deadline = Instant::now() + Duration::from_secs(15);
    while Ethtool::new(&pair.near).registers().is_err() {
        ensure!(
            Instant::now() < deadline,
            "no user half works after the hostile ones"
        );
    }
    tools::must("ethtool", &["-d", pair.near.name()])?;
    view::check(&driver.cards[0])?;
    view::check_debug_lines(&driver.cards[0], pair.near.name())?;
    pair.down()?;
    driver.unload()
}

/// The first call waits for another user half, until one deadline after the last one ended; once
/// that is over no call waits.
fn without_user_half(ethtool: &mut Ethtool<'_>) -> Result<()> {
    for longest in [IN_TIME, Duration::from_millis(500)] {
        let started = Instant::now();
        let outcome = ethtool.registers();
        let took = started.elapsed();
        ensure!(
            outcome == Err(Errno::EHOSTDOWN) && took < longest,
            "without a user half: {outcome:?} after {took:?}"
        );
    }
    Ok(())
}

fn one(card: &Card, ethtool: &mut Ethtool<'_>, name: &str) -> Result<()> {
    let refused_before = refused(card);
    let mut child = start(card, name)?;
    let fatal = cases::is_fatal(name);
    // The case happens inside this call. A benign oddity does not disturb it.
    let started = Instant::now();
    let outcome = match cases::wants_lock(name) {
        true => ethtool.restart_negotiation(),
        false => ethtool.registers(),
    };
    let took = started.elapsed();
    let status = wait(&mut child)?;
    let counted = refused(card) - refused_before;
    ensure!(took < IN_TIME, "the call took {took:?}");
    if fatal {
        use std::os::unix::process::ExitStatusExt;
        // One that sleeps when its caller finds it out may see the end of the incarnation first.
        let ended = status.signal() == Some(Signal::SIGKILL as i32)
            || cases::is_found_out_by_caller(name) && status.code() == Some(1);
        ensure!(ended, "its sender was not killed: {status}");
        ensure!(outcome.is_err(), "the call that it answered succeeded");
    } else {
        ensure!(status.success(), "the client found: {status}");
    }
    // Of the harmless oddities, the wrong fingerprint is counted.
    ensure!(counted == 1, "counted {counted} refusals instead of 1");
    report::line(&json!({
        "event": "hostile-case", "case": name, "fatal": fatal, "refused": counted,
        "outcome": format!("{outcome:?}"), "seconds": took.as_secs_f64(),
    }));
    Ok(())
}

fn refused(card: &Card) -> u64 {
    card.crossings.read().get("refused").copied().unwrap_or(0)
}

/// Starts the client and waits until it serves.
fn start(card: &Card, name: &str) -> Result<Child> {
    use std::io::Read;
    let mut child = tools::command("/proc/self/exe")
        .args([WORD, &card.address, name])
        .stdout(Stdio::piped())
        .spawn()
        .context("start the client")?;
    let mut ready = [0];
    let mut output = child.stdout.take().context("no output of the client")?;
    output
        .read_exact(&mut ready)
        .context("the client ended before it served")?;
    Ok(child)
}

fn wait(child: &mut Child) -> Result<std::process::ExitStatus> {
    let deadline = Instant::now() + IN_TIME;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        if Instant::now() > deadline {
            // It is ours, and it hangs.
            child.kill()?;
            child.wait()?;
            bail!("the client still runs");
        }
        std::thread::yield_now();
    }
}
