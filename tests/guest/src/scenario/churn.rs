//! Down and up, and unload and load, over and over while packets come and go: nothing may be left
//! behind, which shows in the kernel's log, in its memory, and in the next round.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use anyhow::{Context, Result, anyhow, ensure};
use nix::errno::Errno;
use serde_json::json;

use crate::boot::Parameters;
use crate::events::Announcements;
use crate::pair::{FAR, FAR_ADDRESS, Pair, wait_for_link};
use crate::report;
use crate::sys::{Address, Frames, Ping};
use crate::tools;
use crate::variant::Driver;

/// Times that the interface goes down and up in each load.
const UPS: u32 = 2;

/// Round trips after each `up`: more than a ring has places.
const PINGS: usize = 40;

/// Of the processors that the tests run on.
const PAGE_KIB: u64 = 4;

/// Frames that have to have been sent before the interface goes down under them.
const UNDER_WAY: u64 = 40;

pub(super) fn run(parameters: &Parameters) -> Result<()> {
    let loads = parameters.number("cycles", 50)?;
    let mut free = Vec::new();
    let mut ups = 0;
    for number in 1..=loads {
        ups += one(parameters).with_context(|| format!("load {number}"))?;
        free.push(free_kib()?);
    }
    report::line(&json!({
        "event": "churned",
        "loads": loads,
        "ups": ups,
        "free_kib": free,
        "interrupts": interrupt_owners()?,
        "modules": modules()?,
    }));
    Ok(())
}

/// One load; gives how often the interface went up.
fn one(parameters: &Parameters) -> Result<u32> {
    let driver = Driver::load(parameters)?;
    let pair = Pair::up(&driver)?;
    let near = Frames::open(&pair.near, None)?;
    let far = Frames::open(&pair.far, Some(FAR))?;
    let ends = (pair.near.address()?, pair.far.address()?);
    let traffic = Traffic::default();
    std::thread::scope(|scope| {
        let senders = [
            scope.spawn(|| traffic.send(&near, ends.1, ends.0)),
            scope.spawn(|| traffic.send(&far, ends.0, ends.1)),
        ];
        let cycled = (|| {
            for _ in 0..UPS {
                traffic.wait(UNDER_WAY);
                tools::must("ip", &["link", "set", pair.near.name(), "down"])?;
                let links = Announcements::of_links(None)?;
                tools::must("ip", &["link", "set", pair.near.name(), "up"])?;
                wait_for_link(&links, &pair.near)?;
                traffic.answered()?;
            }
            traffic.wait(UNDER_WAY);
            // With both cards up, one of them in another namespace, and frames under way.
            driver.unload()
        })();
        traffic.stop.store(true, Ordering::Relaxed);
        for sender in senders {
            sender.join().map_err(|_| anyhow!("a sender panicked"))??;
        }
        cycled
    })?;
    drop((near, far, pair));
    tools::must("ip", &["netns", "delete", FAR])?;
    Ok(UPS + 1)
}

/// Frames in both directions, as fast as they are taken.
#[derive(Debug, Default)]
struct Traffic {
    stop: AtomicBool,
    sent: AtomicU64,
}

impl Traffic {
    fn send(&self, from: &Frames, to: Address, own: Address) -> Result<()> {
        let frame = Frames::frame(to, own, 400);
        while !self.stop.load(Ordering::Relaxed) {
            match from.send(&frame) {
                Ok(()) => drop(self.sent.fetch_add(1, Ordering::Relaxed)),
                // Down, without room, or gone: all of which happens here.
                Err(Errno::ENETDOWN | Errno::ENOBUFS | Errno::ENXIO | Errno::ENODEV) => {}
                Err(error) => return Err(error).context("send a frame"),
            }
            std::thread::yield_now();
        }
        Ok(())
    }

    /// Waits until so many more frames were sent.
    fn wait(&self, frames: u64) {
        let before = self.sent.load(Ordering::Relaxed);
        while self.sent.load(Ordering::Relaxed) < before + frames {
            std::thread::yield_now();
        }
    }

    /// The far end answers. Among all the frames a request may be dropped, not many of them.
    fn answered(&self) -> Result<()> {
        let mut ping = Ping::open(FAR_ADDRESS, 56)?;
        let mut lost = 0;
        for _ in 0..PINGS {
            lost += usize::from(!ping.round_trip()?);
        }
        ensure!(lost <= PINGS / 10, "{lost} of {PINGS} pings were lost");
        Ok(())
    }
}

/// Memory that the kernel has not given away. Whatever is only kept for a later use is given back first:
/// pages of files, and the empty places of the slab caches.
fn free_kib() -> Result<u64> {
    std::fs::write("/proc/sys/vm/drop_caches", "3")?;
    for cache in std::fs::read_dir("/sys/kernel/slab")? {
        // Some caches cannot be shrunk; that is the same each time.
        drop(std::fs::write(cache?.path().join("shrink"), "1"));
    }
    Ok(free_pages(&std::fs::read_to_string("/proc/zoneinfo")?) * PAGE_KIB)
}

/// The pages of all zones that are free, those included that a processor keeps at hand: of these there are
/// more or less each time, by some hundred KiB, and `MemFree` does not count them.
fn free_pages(zones: &str) -> u64 {
    let counted = |line: &str| {
        let line = line.trim_start();
        let number = line
            .strip_prefix("nr_free_pages ")
            .or_else(|| line.strip_prefix("count: "))?;
        number.trim().parse::<u64>().ok()
    };
    zones.lines().filter_map(counted).sum()
}

/// Who still has an interrupt line, by the names of interfaces.
fn interrupt_owners() -> Result<Vec<String>> {
    let all = std::fs::read_to_string("/proc/interrupts")?;
    let words = all.split_whitespace();
    let owners = words.filter(|word| word.trim_end_matches(',').starts_with("eth"));
    Ok(owners.map(str::to_owned).collect())
}

/// The modules that are still loaded.
fn modules() -> Result<Vec<String>> {
    let all = std::fs::read_to_string("/proc/modules")?;
    let names = all.lines().filter_map(|line| line.split(' ').next());
    Ok(names.map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::free_pages;

    #[test]
    fn pages_that_a_processor_keeps_are_free() {
        let zones = "Node 0, zone      DMA\n  pages free     3840\n      nr_free_pages 3840\n  pagesets\n    cpu: 0\n              count:    63\n              high:     100\n  cpu: 1\n              count: 7\n";
        assert_eq!(free_pages(zones), 3840 + 63 + 7);
    }
}
