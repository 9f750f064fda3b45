//! Cards at fixed I/O ports, which no bus tells of: as PCI cards that this program, not the kernel, sets to
//! those ports, and that no PCI driver may have. The cards do not know the difference, and what looks for
//! cards at the ports cannot.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde_json::json;

use crate::boot::Parameters;
use crate::pair::{FAR_ADDRESS, Pair};
use crate::report;
use crate::sys::Ping;
use crate::tools;
use crate::variant::{Driver, ethernet_cards};

/// Where the cards are put, in the order of their PCI addresses: not next to each other.
const PLACES: [u16; 2] = [0x300, 0x340];

/// More than a ring has places, so that it wraps.
const PACKETS: usize = 80;

/// PCI configuration space: the command register with its I/O and bus master enables, and the first
/// base address register, whose lowest bit says that it is of ports.
const COMMAND: u64 = 0x04;
const IO_AND_MASTER: u16 = 0x0005;
const BAR0: u64 = 0x10;
const IS_PORTS: u32 = 0x0001;

pub(super) fn run(parameters: &Parameters) -> Result<()> {
    let on_pci = ethernet_cards()?;
    ensure!(on_pci.len() == PLACES.len(), "{} cards", on_pci.len());
    for (address, base) in on_pci.iter().zip(PLACES) {
        put(address, base).with_context(|| format!("put {address} to {base:#x}"))?;
    }
    if parameters.required("variant")? == "in-tree" {
        return look_at_the_other(parameters);
    }
    let split = crate::variant::is_split(parameters)?;
    for round in 0..2 {
        found(parameters, split).with_context(|| format!("round {round}"))?;
        not_looked_for(parameters)?;
    }
    Ok(())
}

/// Takes a card from PCI, as far as drivers can tell, and sets it to ports.
fn put(address: &str, base: u16) -> Result<()> {
    let device = Path::new("/sys/bus/pci/devices").join(address);
    fs::write(device.join("driver_override"), "none").context("keep PCI drivers away")?;
    // The kernel routes the card's interrupt then, which a board's maker does otherwise.
    fs::write(device.join("enable"), "1").context("enable it")?;
    let space = File::options()
        .read(true)
        .write(true)
        .open(device.join("config"))?;
    space.write_all_at(&(u32::from(base) | IS_PORTS).to_le_bytes(), BAR0)?;
    let mut command = [0; 2];
    space.read_exact_at(&mut command, COMMAND)?;
    let command = u16::from_le_bytes(command) | IO_AND_MASTER;
    space.write_all_at(&command.to_le_bytes(), COMMAND)?;
    Ok(())
}

fn name(base: u16) -> String {
    format!("ports-{base:04x}")
}

fn device(base: u16) -> PathBuf {
    Path::new("/sys/bus/platform/devices").join(name(base))
}

/// Looked for, found, at work, and gone with the driver.
fn found(parameters: &Parameters, split: bool) -> Result<()> {
    let names = PLACES.map(name).to_vec();
    let driver = Driver::load_for(parameters, c"pcnet32vlb=1", "platform", names)?;
    for card in &driver.cards {
        let crossed = card.crossings.read();
        ensure!(split != crossed.is_empty(), "{crossed:?}");
    }
    let pair = Pair::up(&driver)?;
    let info = tools::must("ethtool", &["-i", pair.near.name()])?;
    let line = |key: &str| {
        let mut lines = info.lines();
        lines.find_map(|line| Some(line.strip_prefix(key)?.trim().to_owned()))
    };
    let ports = fs::read_to_string("/proc/ioports")?;
    let lines = fs::read_to_string("/proc/interrupts")?;
    let interrupt = lines
        .lines()
        .find(|line| line.split_whitespace().next_back() == Some(pair.near.name()));
    let mut ping = Ping::open(FAR_ADDRESS, 56)?;
    for number in 0..PACKETS {
        ensure!(ping.round_trip()?, "ping {number} was lost");
    }
    report::line(&json!({
        "event": "at-fixed-ports",
        "packets": PACKETS,
        "bus": line("bus-info:"),
        "claimed": ports.contains("0300-031f : ports-0300"),
        "interrupt": interrupt.map(str::trim),
    }));
    pair.down()?;
    driver.unload()?;
    for base in PLACES {
        ensure!(!device(base).exists(), "{} is still there", name(base));
    }
    Ok(())
}

/// What the in-tree driver makes of such cards: for looking, as it has no device in sysfs to wait for.
fn look_at_the_other(parameters: &Parameters) -> Result<()> {
    let driver = Driver::load_for(parameters, c"pcnet32vlb=1", "platform", Vec::new())?;
    let names = tools::must("ip", &["-brief", "link", "show"])?;
    report::line(&json!({ "event": "in-tree", "interfaces": names.trim() }));
    for name in ["eth0", "eth1"] {
        for command in [["ethtool", "-i", name], ["ip", "link", name]] {
            let outcome = match command {
                ["ip", ..] => tools::run("ip", &["link", "set", name, "up"])?,
                [program, arguments @ ..] => tools::run(program, &arguments)?,
            };
            report::line(&json!({ "event": "in-tree", "outcome": outcome }));
        }
    }
    driver.unload()
}

/// Without the parameter nobody looks.
fn not_looked_for(parameters: &Parameters) -> Result<()> {
    let driver = Driver::load_for(parameters, c"", "platform", Vec::new())?;
    for base in PLACES {
        ensure!(!device(base).exists(), "{} was found", name(base));
    }
    report::line(&json!({ "event": "not-looked-for" }));
    driver.unload()
}
