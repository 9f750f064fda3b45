//! What the kernel shows of a card: files of its network device, its settings, its registers.

use anyhow::Result;
use nix::errno::Errno;
use serde_json::{Map, Value};

use crate::sys::{Ethtool, Interface, Plain};

/// Files of `/sys/class/net/<name>`.
const FILES: &[&str] = &[
    "addr_assign_type",
    "address",
    "broadcast",
    "carrier",
    "dormant",
    "duplex",
    "flags",
    "gro_flush_timeout",
    "ifalias",
    "link_mode",
    "mtu",
    "name_assign_type",
    "operstate",
    "speed",
    "tx_queue_len",
    "type",
    "queues/rx-0/rps_cpus",
    "statistics/collisions",
    "statistics/multicast",
    "statistics/rx_bytes",
    "statistics/rx_crc_errors",
    "statistics/rx_dropped",
    "statistics/rx_errors",
    "statistics/rx_fifo_errors",
    "statistics/rx_frame_errors",
    "statistics/rx_length_errors",
    "statistics/rx_missed_errors",
    "statistics/rx_over_errors",
    "statistics/rx_packets",
    "statistics/tx_aborted_errors",
    "statistics/tx_bytes",
    "statistics/tx_carrier_errors",
    "statistics/tx_dropped",
    "statistics/tx_errors",
    "statistics/tx_fifo_errors",
    "statistics/tx_packets",
    "statistics/tx_window_errors",
];

/// The register dump's words: so many of the PROM, of CSR0 on, CSR112, CSR114, of BCR0 on.
const PROM: usize = 8;
const CSR: usize = 90;
const BCR: usize = 36;

/// All of it, by name.
pub(super) fn of(interface: &Interface) -> Result<Map<String, Value>> {
    let mut view = Map::new();
    let name = interface.name();
    for file in FILES {
        let text = match std::fs::read_to_string(format!("/sys/class/net/{name}/{file}")) {
            Ok(text) => text.trim().to_owned(),
            // As it is for the speed of a card that does not know its own.
            Err(error) => format!("{:?}", Errno::from_raw(error.raw_os_error().unwrap_or(0))),
        };
        view.insert((*file).to_owned(), text.into());
    }
    view.insert("interrupt".to_owned(), interrupt(name)?.into());
    let mut tool = Ethtool::new(interface);
    let mut add = |what: &str, outcome: Result<String, Errno>| {
        let text = outcome.unwrap_or_else(|errno| format!("{errno:?}"));
        view.insert(what.to_owned(), text.into());
    };
    add(
        "message level",
        tool.message_level().map(|level| format!("{level:#x}")),
    );
    add("link", tool.link().map(|link| link.to_string()));
    let rings = tool.plain(Plain::GetRings, &[], 8);
    add("rings", rings.map(|words| format!("{words:?}")));
    let settings = tool.link_settings().map(|()| {
        let (speed, [duplex, port, autoneg], masks) = tool.link_words();
        // How many words a mask has depends on the kernel; those that are used come first.
        let size = masks.len() / 3;
        let masks: Vec<u32> = masks.iter().step_by(size.max(1)).copied().collect();
        format!("{speed} duplex {duplex} port {port} autoneg {autoneg} modes {masks:x?}")
    });
    add("link settings", settings);
    match tool.register_words() {
        Ok(words) => {
            for (name, word) in names().zip(words) {
                add(&name, Ok(format!("{word:#06x}")));
            }
        }
        Err(errno) => add("registers", Err(errno)),
    }
    Ok(view)
}

/// The names of the dump's words.
fn names() -> impl Iterator<Item = String> {
    let prom = (0..PROM).map(|word| format!("PROM{word}"));
    let csr = (0..CSR)
        .chain([112, 114])
        .map(|number| format!("CSR{number}"));
    let bcr = (0..BCR).map(|number| format!("BCR{number}"));
    prom.chain(csr).chain(bcr)
}

/// The line of `/proc/interrupts` that has the interface, without the counts.
fn interrupt(name: &str) -> Result<String> {
    let all = std::fs::read_to_string("/proc/interrupts")?;
    let line = all.lines().find(|line| {
        let mut owners = line.split([' ', ',']);
        owners.any(|owner| owner == name)
    });
    let words = line.unwrap_or("none").split_whitespace();
    let words: Vec<&str> = words.filter(|word| word.parse::<u64>().is_err()).collect();
    Ok(words.join(" "))
}
