//! What has to come of a scenario.

use anyhow::{Context as _, Result, ensure};
use rig::vm::Report;
use serde_json::Value;

/// A call that the user half does not answer has to return in this time.
const DEADLINE: f64 = 2.0;

/// Emulation is slow, and the machine shares the processors with another one.
const MARGIN: f64 = 1.5;

/// What such a call may return: it was not answered in time, the one who was to answer ended, or
/// none was there in time.
const DEFINED: &[&str] = &["ETIMEDOUT", "EIO", "EHOSTDOWN"];

/// No fault in the kernel's log.
pub(super) fn clean(report: &Report) -> Result<()> {
    ensure!(
        report.faults.is_empty(),
        "{} faults in the kernel's log ({}):\n{}",
        report.faults.len(),
        report.console.display(),
        report
            .faults
            .iter()
            .take(6)
            .cloned()
            .collect::<Vec<_>>()
            .join("\n")
    );
    Ok(())
}

/// The kernel was the right one.
pub(super) fn booted(report: &Report, release: &str) -> Result<()> {
    let booted = report.event("booted").context("not booted")?;
    ensure!(booted["release"] == release, "booted {}", booted["release"]);
    Ok(())
}

/// All rounds were done.
pub(super) fn cycles(report: &Report, wanted: usize) -> Result<()> {
    let done = report.events("cycle").count();
    ensure!(done == wanted, "{done} of {wanted} cycles");
    Ok(())
}

/// The cards were found with their interrupt, twice, and only where they were looked for.
pub(super) fn fixed_ports(report: &Report) -> Result<()> {
    let found: Vec<&Value> = report.events("at-fixed-ports").collect();
    ensure!(found.len() == 2, "found {} times", found.len());
    for found in found {
        ensure!(found["bus"] == "VLB 0x300", "on {}", found["bus"]);
        ensure!(found["claimed"] == true, "the ports are not claimed");
        ensure!(!found["interrupt"].is_null(), "no interrupt");
    }
    let not = report.events("not-looked-for").count();
    ensure!(not == 2, "not looked for {not} times");
    Ok(())
}

/// The transfer was complete (the agent checks that), and another process took over.
pub(super) fn killed(report: &Report) -> Result<()> {
    let killed = report.event("killed").context("nothing was reported")?;
    for outcome in killed["outcomes"].as_array().into_iter().flatten() {
        let outcome = outcome.as_str().unwrap_or_default();
        ensure!(
            outcome == "ok" || DEFINED.contains(&outcome),
            "a call around the kill ended with {outcome}"
        );
    }
    Ok(())
}

/// The call came back in time and with a defined error, and packets kept flowing.
pub(super) fn stopped(report: &Report) -> Result<()> {
    let stopped = report.event("stopped").context("nothing was reported")?;
    let outcome = stopped["outcome"].as_str().unwrap_or_default();
    ensure!(DEFINED.contains(&outcome), "the call ended with {outcome}");
    let seconds = stopped["seconds_until_returned"]
        .as_f64()
        .unwrap_or(f64::INFINITY);
    ensure!(seconds <= DEADLINE + MARGIN, "the call took {seconds:.2} s");
    ensure!(
        stopped["lost"] == 0,
        "{} packets were lost",
        stopped["lost"]
    );
    Ok(())
}

/// Every case was tried (the agent checks each).
pub(super) fn hostile(report: &Report) -> Result<()> {
    let all = report.event("hostile").context("nothing was reported")?;
    let tried = report.events("hostile-case").count();
    ensure!(
        tried > 0 && all["cases"] == tried,
        "{tried} of {} cases",
        all["cases"]
    );
    Ok(())
}

/// All of both cards went (the agent checks that), calls that were under way had a defined end, and so
/// had the user halves.
pub(super) fn unplugged(report: &Report) -> Result<()> {
    let cards: Vec<_> = report.events("unplugged").collect();
    ensure!(cards.len() == 2, "{} of 2 cards", cards.len());
    for card in cards {
        for outcome in card["outcomes"].as_array().into_iter().flatten() {
            let outcome = outcome.as_str().unwrap_or_default();
            // The kernel lets a self test return no error: one that was not answered has failed.
            let unanswered = card["stopped"] == true && outcome == "not passed";
            ensure!(
                unanswered || ["ok", "ENODEV"].contains(&outcome) || DEFINED.contains(&outcome),
                "a call around the end of a card ended with {outcome}"
            );
        }
        let launcher = &card["launcher"];
        ensure!(*launcher == 0, "a launcher ended with {launcher}");
    }
    Ok(())
}

/// Loads at the begin and at the end whose memory is compared. How much is free after a load goes up and down
/// by some pages; what three of four loads do not exceed hardly moves.
const WINDOW: usize = 15;

/// Memory that may be missing between them, in KiB: less than a page a load, of 35 loads. Seen: 0 to 40.
const LOST_KIB: u64 = 100;

/// All rounds were done, and nothing was left behind.
pub(super) fn churned(report: &Report, loads: usize) -> Result<()> {
    let churned = report.event("churned").context("nothing was reported")?;
    ensure!(
        churned["loads"] == loads,
        "{} of {loads} loads",
        churned["loads"]
    );
    let ups = churned["ups"].as_u64().unwrap_or(0);
    ensure!(ups >= 2 * loads as u64, "the interface went up {ups} times");
    let free = churned["free_kib"].as_array().cloned().unwrap_or_default();
    let lost = lost(&free.iter().filter_map(Value::as_u64).collect::<Vec<_>>())?;
    ensure!(lost <= LOST_KIB, "{lost} KiB of memory are missing");
    for what in ["interrupts", "modules"] {
        let left = churned[what].as_array().map_or(0, Vec::len);
        ensure!(left == 0, "{what} are left: {}", churned[what]);
    }
    Ok(())
}

/// How much less memory is free in the end, by what was free after each load.
fn lost(free: &[u64]) -> Result<u64> {
    ensure!(free.len() >= 2 * WINDOW, "{} loads are too few", free.len());
    let upper_quartile = |loads: &[u64]| {
        let mut loads = loads.to_vec();
        loads.sort_unstable();
        loads.get(loads.len() * 3 / 4).copied().unwrap_or(0)
    };
    let (begin, end) = (&free[..WINDOW], &free[free.len() - WINDOW..]);
    Ok(upper_quartile(begin).saturating_sub(upper_quartile(end)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_a_load_is_missed_and_noise_is_not() {
        let noise = |load: u64| load * 7919 % 120;
        let steady: Vec<u64> = (0..50).map(|load| 400_000 - noise(load)).collect();
        assert!(lost(&steady).unwrap() <= LOST_KIB);
        let leaking: Vec<u64> = (0..50)
            .map(|load| 400_000 - noise(load) - 4 * load)
            .collect();
        assert!(lost(&leaking).unwrap() > LOST_KIB);
        assert!(lost(&steady[..29]).is_err());
    }
}
