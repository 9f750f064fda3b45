//! Throughput and loss, by the tools that people use. For a machine whose clock is the wall's.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::load;
use crate::boot::Parameters;
use crate::measure::Counters;
use crate::pair::{FAR, FAR_ADDRESS, Pair};
use crate::report;
use crate::sys::Ping;
use crate::tools;

/// Room for a whole UDP transfer: the receiver may be late, and what is dropped for want of room in
/// its socket would be no fault of a driver.
const SOCKET_ROOM: &str = "16777216";

/// Counters of an interface that tell of packets, and of packets lost.
const COUNTERS: &[&str] = &[
    "rx_packets",
    "tx_packets",
    "rx_bytes",
    "tx_bytes",
    "rx_dropped",
    "tx_dropped",
    "rx_errors",
    "tx_errors",
    "rx_missed_errors",
    "rx_over_errors",
    "rx_fifo_errors",
    "tx_fifo_errors",
    "collisions",
];

pub(super) fn run(parameters: &Parameters) -> Result<()> {
    let megabytes = parameters.number("megabytes", 24)?;
    let pings = parameters.number("pings", 3000)?;
    for name in ["rmem_max", "wmem_max"] {
        std::fs::write(format!("/proc/sys/net/core/{name}"), SOCKET_ROOM)?;
    }
    let driver = load(parameters)?;
    let pair = Pair::up(&driver)?;
    flood(pings)?;
    let near = pair.near.name();
    let amount = format!("{megabytes}M");
    transfer("tcp-send", near, &["-n", &amount])?;
    transfer("tcp-receive", near, &["-n", &amount, "-R"])?;
    let udp = ["-u", "-b", "40M", "-l", "1400", "-w", "8M", "-n", "8M"];
    transfer("udp-send", near, &udp)?;
    transfer("udp-receive", near, &[&udp[..], &["-R"]].concat())?;
    report::line(&json!({ "event": "crossings", "crossings": driver.crossings() }));
    pair.down()?;
    driver.unload()
}

/// One ping after the other, as fast as the answers come.
fn flood(count: u32) -> Result<()> {
    let mut ping = Ping::open(FAR_ADDRESS, 56)?;
    let mut lost = 0;
    let started = std::time::Instant::now();
    for _ in 0..count {
        lost += u32::from(!ping.round_trip()?);
    }
    report::line(&json!({
        "event": "flood",
        "sent": count,
        "lost": lost,
        "seconds": started.elapsed().as_secs_f64(),
    }));
    Ok(())
}

/// An iperf3 transfer, seen from the near card.
fn transfer(name: &str, card: &str, options: &[&str]) -> Result<()> {
    let mut server = tools::command("ip")
        .args(["netns", "exec", FAR, "iperf3", "-s", "-1", "--forceflush"])
        .stdout(Stdio::piped())
        .spawn()
        .context("start the iperf3 server")?;
    let mut output = BufReader::new(server.stdout.take().context("no output")?);
    let mut line = String::new();
    while !line.contains("Server listening") {
        line.clear();
        ensure!(output.read_line(&mut line)? > 0, "the iperf3 server ended");
    }
    // Its further words have to go somewhere, or it would wait for a reader.
    let rest = std::thread::spawn(move || std::io::copy(&mut output, &mut std::io::sink()));
    let before = counters(card)?;
    let address = FAR_ADDRESS.to_string();
    let client = ["-c", &address, "-J", "--connect-timeout", "5000"];
    let outcome = tools::run("iperf3", &[&client[..], options].concat())?;
    let mut changed = counters(card)?;
    for (key, value) in &mut changed {
        *value -= before.get(key).copied().unwrap_or(0);
    }
    server.wait().context("wait for the iperf3 server")?;
    drop(rest.join());
    ensure!(
        outcome.code == 0,
        "iperf3: status {}: {}{}",
        outcome.code,
        outcome.stdout,
        outcome.stderr
    );
    let told: Value = serde_json::from_str(&outcome.stdout).context("read iperf3's report")?;
    let end = &told["end"];
    // A TCP transfer is summed up for each end, a UDP one once.
    let sum = |key: &str| match &end[key] {
        Value::Null => end["sum"].clone(),
        sum => sum.clone(),
    };
    report::line(&json!({
        "event": "transfer",
        "name": name,
        "sent": sum("sum_sent"),
        "received": sum("sum_received"),
        "card": changed,
    }));
    Ok(())
}

fn counters(card: &str) -> Result<Counters> {
    let folder = format!("/sys/class/net/{card}/statistics");
    COUNTERS
        .iter()
        .map(|name| {
            let text = std::fs::read_to_string(format!("{folder}/{name}"))?;
            Ok(((*name).to_owned(), text.trim().parse()?))
        })
        .collect()
}
