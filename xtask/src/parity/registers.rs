//! What was written to a card's registers, from the emulator's trace, held against the data sheet
//! (Am79C970A, section "User Accessible Registers").

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::machines::Run;
use crate::variant::Variant;

/// What the emulator is asked to trace.
pub(crate) const EVENTS: [&str; 3] = ["pcnet_s_reset", "pcnet_ioport_read", "pcnet_ioport_write"];

/// Ports in word I/O mode.
const RDP: u16 = 0x10;
const RAP: u16 = 0x12;
const BDP: u16 = 0x16;

/// The byte of the PROM that the agent reads twice to mark a place; three digits follow.
const MARK: u16 = 15;

const INIT: u16 = 0x0001;
const STRT: u16 = 0x0002;
const STOP: u16 = 0x0004;
const SPND: u16 = 0x0001;

/// A register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Register {
    Csr(u16),
    Bcr(u16),
}

impl fmt::Display for Register {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Csr(number) => write!(f, "CSR{number}"),
            Self::Bcr(number) => write!(f, "BCR{number}"),
        }
    }
}

/// A write, and what the data sheet has against it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Write {
    pub(crate) register: String,
    pub(crate) value: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) forbidden: Option<String>,
}

/// What was written during an operation; operation 0 is the looking in between.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Step {
    pub(crate) step: usize,
    pub(crate) writes: Vec<Write>,
    pub(crate) count: usize,
}

/// Writes that are kept of an operation; of one that sends packets there are too many to read.
const KEPT: usize = 60;

/// When a register may be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    Always,
    /// "Accessible only when either the STOP or the SPND bit is set."
    Quiet,
    /// Read only, or not there.
    Never,
}

/// When a register may be written, and which of its bits are reserved, to be written as zeroes. Bits that
/// are read only may be written, with no effect.
fn rule(register: Register) -> (When, u16) {
    use When::{Always, Never, Quiet};
    match register {
        Register::Csr(number) => match number {
            0 => (Always, 0),
            1 | 2 | 8..=15 => (Quiet, 0),
            // RES 15, 13, 7, 1 and 0.
            3 => (Always, 0xa083),
            // RES 13.
            4 => (Always, 0x2000),
            // RES 13 and 12.
            5 => (Always, 0x3000),
            16..=47 | 58 | 60..=67 | 72 | 74 | 76 | 78 | 82 | 84..=86 | 100 | 112 | 114 => {
                (Quiet, 0)
            }
            // RES 15 and 14.
            80 => (Quiet, 0xc000),
            // Only RCVALGN is there.
            122 => (Always, 0xfffe),
            124 => (Quiet, 0),
            _ => (Never, 0),
        },
        Register::Bcr(number) => match number {
            // All but TMAULOOP, LEDPE, APROMWE, INTLEVEL, EADISEL, AWAKE, ASEL, XMAUSEL.
            2 => (Always, 0xae70),
            // RES 12 to 10.
            4..=7 => (Always, 0x1c00),
            // All but FDRPAD, AUIFD, FDEN.
            9 => (Always, 0xfff8),
            18 | 19 | 22 => (Always, 0),
            // RES 15 to 11.
            20 => (Quiet, 0xf800),
            _ => (Never, 0),
        },
    }
}

/// One card, as far as the trace tells.
#[derive(Debug)]
struct Card {
    selected: u16,
    stopped: bool,
    /// Suspension was asked for; the chip is suspended once it was looked at since.
    suspending: bool,
    suspended: bool,
    /// Reads of the PROM that may become a mark.
    mark: Vec<u16>,
    step: usize,
    steps: BTreeMap<usize, Step>,
    marked: bool,
}

impl Default for Card {
    /// As after a reset.
    fn default() -> Self {
        Self {
            selected: 0,
            stopped: true,
            suspending: false,
            suspended: false,
            mark: Vec::new(),
            step: 0,
            steps: BTreeMap::new(),
            marked: false,
        }
    }
}

impl Card {
    fn reset(&mut self) {
        (self.selected, self.stopped) = (0, true);
        (self.suspending, self.suspended) = (false, false);
    }

    fn read(&mut self, port: u16, size: u16) {
        if port == RDP && self.selected == 5 {
            self.suspended = self.suspending;
        }
        if size != 1 {
            return self.mark.clear();
        }
        self.mark.push(port);
        match self.mark[..] {
            [MARK] | [MARK, MARK] | [MARK, MARK, _] | [MARK, MARK, _, _] => {}
            [MARK, MARK, a, b, c] => {
                self.step = usize::from(a << 8 | b << 4 | c);
                self.marked = true;
                self.mark.clear();
            }
            _ => self.mark.clear(),
        }
    }

    fn write(&mut self, port: u16, value: u16) {
        self.mark.clear();
        let register = match port {
            RAP => {
                self.selected = value;
                return;
            }
            RDP => Register::Csr(self.selected),
            BDP => Register::Bcr(self.selected),
            // The reset port may be written, with no effect.
            _ => return,
        };
        let forbidden = self.forbidden(register, value);
        let step = self.steps.entry(self.step).or_default();
        step.step = self.step;
        step.count += 1;
        if step.writes.len() < KEPT || forbidden.is_some() {
            step.writes.push(Write {
                register: register.to_string(),
                value,
                forbidden,
            });
        }
        match register {
            Register::Csr(0) if value & STOP != 0 => {
                self.stopped = true;
                (self.suspending, self.suspended) = (false, false);
            }
            Register::Csr(0) if value & (INIT | STRT) != 0 => self.stopped = false,
            Register::Csr(5) => {
                self.suspending = value & SPND != 0;
                self.suspended &= self.suspending;
            }
            _ => {}
        }
    }

    fn forbidden(&self, register: Register, value: u16) -> Option<String> {
        let (when, reserved) = rule(register);
        let quiet = self.stopped || self.suspended;
        match when {
            When::Never => return Some("not to be written".to_owned()),
            When::Quiet if !quiet => {
                return Some("written while neither stopped nor seen to be suspended".to_owned());
            }
            _ => {}
        }
        let wrong = value & reserved;
        (wrong != 0).then(|| format!("reserved bits {wrong:#06x}"))
    }
}

/// What was written to the card that was marked, operation by operation.
pub(crate) fn steps(trace: &str) -> Vec<Step> {
    let mut cards: BTreeMap<&str, Card> = BTreeMap::new();
    for line in trace.lines() {
        let Some((event, rest)) = line.split_once(' ') else {
            continue;
        };
        let field = |name: &str| {
            let mut words = rest.split(' ');
            words.find_map(|word| word.strip_prefix(name)?.strip_prefix('='))
        };
        let number = |name: &str| {
            let digits = field(name)?.strip_prefix("0x")?;
            u32::from_str_radix(digits, 16)
                .ok()
                .map(|number| number as u16)
        };
        let size = field("size").and_then(|size| size.parse().ok());
        match (event, field("opaque").or_else(|| field("s"))) {
            ("pcnet_s_reset", Some(card)) => cards.entry(card).or_default().reset(),
            ("pcnet_ioport_read", Some(card)) => {
                if let (Some(port), Some(size)) = (number("addr"), size) {
                    cards.entry(card).or_default().read(port, size);
                }
            }
            ("pcnet_ioport_write", Some(card)) => {
                if let (Some(port), Some(value)) = (number("addr"), number("data")) {
                    cards.entry(card).or_default().write(port, value);
                }
            }
            _ => {}
        }
    }
    let marked = cards.into_values().find(|card| card.marked);
    marked.map_or_else(Vec::new, |card| card.steps.into_values().collect())
}

/// Forbidden writes of a run, each kind once: the operation, the register, what is against it.
pub(crate) fn forbidden(run: &Run) -> Vec<String> {
    let mut all = Vec::new();
    for step in &run.written {
        let operation = run.steps.iter().find(|line| line["step"] == step.step);
        let name = operation
            .and_then(|line| line["command"].as_str())
            .unwrap_or("looking");
        for write in &step.writes {
            if let Some(reason) = &write.forbidden {
                all.push(format!(
                    "{name}: {} = {:#06x}: {reason}",
                    write.register, write.value
                ));
            }
        }
    }
    all.sort();
    all.dedup();
    all
}

/// Operations whose writes people compare.
const PHASES: [&str; 5] = [
    "insmod",
    "ip link set @ up",
    "ip link set @ promisc on",
    "a group",
    "ip link set @ down",
];

/// The sequences of writes of some operations, side by side, and every forbidden write.
pub(crate) fn summary(runs: &[Run]) -> Value {
    let mut phases = Vec::new();
    for run in runs {
        for phase in PHASES {
            let Some(line) = run.steps.iter().find(|line| line["command"] == phase) else {
                continue;
            };
            let Some(step) = run.written.iter().find(|step| line["step"] == step.step) else {
                continue;
            };
            let writes: Vec<String> = step
                .writes
                .iter()
                .map(|write| format!("{}={:04x}", write.register, write.value))
                .collect();
            phases.push(json!({
                "kernel": run.kernel,
                "variant": run.variant,
                "operation": phase,
                "writes": writes.join(" "),
                "count": step.count,
            }));
        }
    }
    let forbidden: Vec<Value> = runs
        .iter()
        .map(|run| {
            let of_in_tree = run.variant == Variant::InTree;
            json!({ "kernel": run.kernel, "variant": run.variant, "judged": !of_in_tree, "writes": forbidden(run) })
        })
        .collect();
    json!({ "phases": phases, "forbidden": forbidden })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A trace of one card: `r` and `w` with port, and value.
    fn trace(accesses: &[(char, u16, u16)]) -> String {
        let mut text = String::from("pcnet_s_reset s=0x1\n");
        let mark = [15, 15, 0, 0, 7].map(|port| ('1', port, 0));
        for &(kind, port, value) in mark.iter().chain(accesses) {
            text.push_str(&match kind {
                '1' => format!("pcnet_ioport_read opaque=0x1 addr={port:#x} size=1\n"),
                'r' => format!("pcnet_ioport_read opaque=0x1 addr={port:#x} size=2\n"),
                _ => {
                    format!("pcnet_ioport_write opaque=0x1 addr={port:#x} data={value:#x} size=2\n")
                }
            });
        }
        text
    }

    fn wrong(accesses: &[(char, u16, u16)]) -> Vec<String> {
        let steps = steps(&trace(accesses));
        assert!(steps.iter().all(|step| step.step == 7));
        let writes = steps.into_iter().flat_map(|step| step.writes);
        writes
            .filter_map(|write| Some(format!("{}: {}", write.register, write.forbidden?)))
            .collect()
    }

    const START: [(char, u16, u16); 2] = [('w', RAP, 0), ('w', RDP, 0x42)];

    #[test]
    fn a_filter_may_be_written_when_stopped_or_suspended() {
        let filter = [('w', RAP, 8), ('w', RDP, 0xffff)];
        assert!(wrong(&filter).is_empty());
        assert_eq!(wrong(&[&START[..], &filter].concat()).len(), 1);
        let suspend = [('w', RAP, 5), ('w', RDP, 1)];
        // Not before the chip has said that it is suspended.
        assert_eq!(wrong(&[&START[..], &suspend, &filter].concat()).len(), 1);
        let seen = [('r', RDP, 0)];
        assert!(wrong(&[&START[..], &suspend, &seen, &filter].concat()).is_empty());
        let resume = [('w', RAP, 5), ('w', RDP, 0)];
        let all = [&START[..], &suspend, &seen, &resume, &filter].concat();
        assert_eq!(wrong(&all).len(), 1);
    }

    #[test]
    fn reserved_bits_are_zero_and_some_registers_are_not_written() {
        assert_eq!(
            wrong(&[('w', RAP, 3), ('w', RDP, 0x8000)]),
            ["CSR3: reserved bits 0x8000"]
        );
        assert!(wrong(&[('w', RAP, 3), ('w', RDP, 0x5f00)]).is_empty());
        assert_eq!(wrong(&[('w', RAP, 88), ('w', RDP, 0)]).len(), 1);
        assert_eq!(
            wrong(&[('w', RAP, 9), ('w', BDP, 8)]),
            ["BCR9: reserved bits 0x0008"]
        );
    }
}
