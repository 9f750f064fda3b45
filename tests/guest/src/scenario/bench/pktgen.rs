//! Packets of the kernel's own generator (Documentation/networking/pktgen.rst): no system call, no socket, no
//! queue between it and the driver; what a packet takes is its making and the driver.

use std::ffi::CStr;
use std::fs::write;

use anyhow::{Context, Result, ensure};
use nix::kmod::{DeleteModuleFlags, delete_module};
use serde_json::json;

use crate::boot::Parameters;
use crate::measure::{Cost, collect, spent};
use crate::pair::Pair;
use crate::report;
use crate::scenario::counts::{LENGTHS, NOBODY};
use crate::scenario::load;
use crate::sys::Address;
use crate::variant::load_modules;

const MODULE: &CStr = c"pktgen";
const FOLDER: &str = "/proc/net/pktgen";

/// Where the packets go: to the network of the cards, to a host that nobody is. The far kernel drops them
/// as soon as it has looked for it.
const DESTINATION: &str = "10.0.0.77";

/// Packets of a long and of a short run, which differ by the packets, and by a tick or two of the kernel's
/// clock: a few instructions a packet.
const MANY: u64 = 1_100;
const FEW: u64 = 100;

/// Runs of each length.
const RUNS: usize = 16;

/// Loads the generator and the driver, measures, and unloads both: the generator's thread wakes ten times a
/// second.
pub(super) fn measure(parameters: &Parameters) -> Result<()> {
    load_modules(parameters.required("pktgen")?, c"")?;
    let driver = load(parameters)?;
    let pair = Pair::up(&driver)?;
    let near = pair.near.name().to_owned();
    thread(&format!("add_device {near}"))?;
    for length in LENGTHS {
        let generator = Generator {
            name: &near,
            length,
        };
        let transmit = generator.packet(NOBODY)?;
        let both = generator.packet(pair.far.address()?)?;
        report::line(&json!({
            "event": "pktgen",
            "length": length,
            "transmit": transmit,
            "receive": both.saturating_sub(transmit),
        }));
    }
    thread("rem_device_all")?;
    pair.down()?;
    driver.unload()?;
    delete_module(MODULE, DeleteModuleFlags::O_NONBLOCK).context("unload pktgen")
}

/// Says something to the thread of the only processor.
fn thread(words: &str) -> Result<()> {
    say("kpktgend_0", words)
}

fn say(file: &str, words: &str) -> Result<()> {
    let path = format!("{FOLDER}/{file}");
    write(&path, format!("{words}\n")).with_context(|| format!("write `{words}` to {path}"))
}

struct Generator<'a> {
    name: &'a str,
    length: usize,
}

impl Generator<'_> {
    /// What a packet takes.
    fn packet(&self, to: Address) -> Result<u64> {
        let to: Vec<String> = to.iter().map(|byte| format!("{byte:02x}")).collect();
        for words in [
            format!("pkt_size {}", self.length),
            format!("dst_mac {}", to.join(":")),
            format!("dst {DESTINATION}"),
            "delay 0".to_owned(),
            "clone_skb 0".to_owned(),
        ] {
            say(self.name, &words)?;
        }
        let (many, few) = (self.run(MANY)?, self.run(FEW)?);
        Ok(many.min.saturating_sub(few.min) / (MANY - FEW))
    }

    /// What so many take.
    fn run(&self, count: u64) -> Result<Cost> {
        say(self.name, &format!("count {count}"))?;
        let sent = || -> Result<u64> {
            let path = format!("/sys/class/net/{}/statistics/tx_packets", self.name);
            Ok(std::fs::read_to_string(&path)?.trim().parse()?)
        };
        collect(RUNS, || {
            let before = sent()?;
            // It returns when all are sent.
            let ((), spent) = spent(|| say("pgctrl", "start"))?;
            let sent = sent()? - before;
            ensure!(sent == count, "{sent} packets were sent, not {count}");
            Ok(spent)
        })
    }
}
