//! How many instructions the machine executed. Its clock counts them, and idle time as well, which the
//! kernel's own account of it tells apart, to the nanosecond.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use crate::sys::instructions;

/// A span of time under way.
pub(super) struct Busy {
    idle: u64,
    started: Instant,
}

impl Busy {
    pub(super) fn start() -> Result<Self> {
        let idle = idle()?;
        Ok(Self {
            idle,
            started: Instant::now(),
        })
    }

    /// Instructions, and nanoseconds in all.
    pub(super) fn stop(self) -> Result<(u64, u64)> {
        let elapsed = u64::try_from(self.started.elapsed().as_nanos())?;
        let idle = idle()?.saturating_sub(self.idle);
        ensure!(idle <= elapsed, "idle for {idle} ns of {elapsed}");
        Ok((elapsed - idle, elapsed))
    }
}

/// Nanoseconds that the processors were idle, interrupts that came meanwhile not counted: the kernel's
/// list of timers shows it.
fn idle() -> Result<u64> {
    let list = std::fs::read_to_string("/proc/timer_list").context("read the list of timers")?;
    let mut sum = 0;
    let mut found = false;
    for line in list.lines() {
        let Some((name, value)) = line.split_once(':') else {
            continue;
        };
        if matches!(name.trim(), ".idle_sleeptime" | ".iowait_sleeptime") {
            let number = value.split_whitespace().next().unwrap_or_default();
            sum += number
                .parse::<u64>()
                .with_context(|| format!("read {line}"))?;
            found = true;
        }
    }
    ensure!(found, "the kernel keeps no account of idle time");
    Ok(sum)
}

/// That the machine's clock counts instructions: a loop of so many of them takes as long, and waiting
/// takes next to none.
pub(in crate::scenario) fn check() -> Result<()> {
    const TURNS: u64 = 1_000_000;
    let before = instructions();
    let mut left = TURNS;
    while left > 0 {
        // Each turn is executed as it stands.
        left = std::hint::black_box(left - 1);
    }
    let counted = instructions() - before;
    let busy = Busy::start()?;
    std::thread::sleep(Duration::from_millis(100));
    let (waiting, elapsed) = busy.stop()?;
    ensure!(
        (2 * TURNS..20 * TURNS).contains(&counted) && waiting < elapsed / 100,
        "the clock does not count instructions: {counted} for {TURNS} turns of a loop, {waiting} while \
         waiting for {elapsed} ns"
    );
    Ok(())
}
