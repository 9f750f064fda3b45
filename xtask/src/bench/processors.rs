//! What was measured with two processors: ratios of times of one boot, as the times themselves are those of
//! an emulator on a machine that others use.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::machine::{NOTHING, whose};

const NAME: usize = 50;
const CELL: usize = 20;

/// Of calls, the cheapest, in which the host did least else, and the one in the middle.
const WHICH: [&str; 2] = ["min", "median"];

/// Ratios by what they are about: `what/whose`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Processors {
    ratios: BTreeMap<String, f64>,
    /// What the agent reported: ticks of the processor's counter, and packets and operations a second.
    measured: Vec<Value>,
}

impl Processors {
    /// Reads what the agent reported.
    pub(super) fn of(lines: &[Value]) -> Self {
        let mut measured: Vec<Value> = Vec::new();
        let mut whose = Value::Null;
        for line in lines {
            match line["event"].as_str().unwrap_or_default() {
                "driver" => whose = line["name"].clone(),
                "latency" | "throughput" => {
                    let mut line = line.clone();
                    line["driver"] = whose.clone();
                    measured.push(line);
                }
                _ => {}
            }
        }
        let mut processors = Self {
            ratios: BTreeMap::new(),
            measured,
        };
        processors.crossings();
        processors.operations();
        processors.throughput();
        processors
    }

    fn set(&mut self, what: &str, whose: &str, value: Option<f64>) {
        if let Some(value) = value.filter(|value| value.is_finite()) {
            let rounded = (value * 1_000.0).round() / 1_000.0;
            self.ratios.insert(format!("{what}/{whose}"), rounded);
        }
    }

    /// Of some calls the one in the middle, or the cheapest, in ticks.
    fn ticks(
        &self,
        which: &str,
        name: &str,
        whose: &str,
        place: &str,
        loaded: bool,
    ) -> Option<f64> {
        let is = |line: &&Value| {
            line["name"] == name
                && line["driver"] == whose
                && line["place"] == place
                && line["loaded"] == loaded
        };
        self.measured.iter().find(is)?["ticks"][which].as_f64()
    }

    /// Null upcalls beside the floor: what more they take in two halves. Of every driver that does next to
    /// nothing but the one in one piece.
    fn crossings(&mut self) {
        let drivers: BTreeSet<String> = self
            .measured
            .iter()
            .filter(|line| line["name"] == "nothing" && line["driver"] != NOTHING[0])
            .filter_map(|line| Some(line["driver"].as_str()?.to_owned()))
            .collect();
        for whose in drivers {
            for place in ["together", "apart"] {
                for which in WHICH {
                    let of = |name, whose: &str| self.ticks(which, name, whose, place, false);
                    let (split, unsplit) = (of("nothing", &whose), of("nothing", NOTHING[0]));
                    let ratio = || Some((split? - unsplit?) / of("floor", &whose)?);
                    let ratio = ratio();
                    let what = format!("null upcall to the floor, {place}, {which}");
                    self.set(&what, &whose, ratio);
                }
            }
        }
    }

    /// An operation that crosses once, while packets are sent, beside itself while none are.
    fn operations(&mut self) {
        for whose in whose() {
            for which in WHICH {
                let of = |loaded| self.ticks(which, "set message level", whose, "together", loaded);
                let ratio = of(true).zip(of(false)).map(|(loaded, idle)| loaded / idle);
                let what = format!("set message level under packets, {which}");
                self.set(&what, whose, ratio);
            }
        }
    }

    fn throughput(&mut self) {
        let lines: Vec<Value> = self
            .measured
            .iter()
            .filter(|line| line["event"] == "throughput")
            .cloned()
            .collect();
        for line in &lines {
            let whose = line["driver"].as_str().unwrap_or_default();
            let length = &line["length"];
            let (quiet, busy) = (
                rates(line, "quiet", "packets"),
                rates(line, "busy", "packets"),
            );
            // Each piece beside the one before it.
            let ratios = busy.iter().zip(&quiet).map(|(busy, quiet)| busy / quiet);
            let what = format!("packets of {length} bytes beside operations");
            self.set(&what, whose, middle(ratios.collect()));
            let operations = middle(rates(line, "busy", "operations"));
            let what = format!("operations beside {length} bytes, 1,000 a second");
            self.set(&what, whose, operations.map(|rate| rate / 1_000.0));
        }
    }

    /// What people read.
    pub(super) fn print(&self) {
        let columns = whose();
        let of = |what: &str, whose: &str| self.ratios.get(&format!("{what}/{whose}"));
        let mut whats = Vec::new();
        println!("\ntwo processors: ratios of times of one boot");
        for (key, ratio) in &self.ratios {
            let (what, whose) = key.rsplit_once('/').unwrap_or((key, ""));
            match columns.contains(&whose) {
                true => whats.push(what),
                false => println!("  {what:<0$}{ratio:>CELL$.2}  {whose}", NAME - 2),
            }
        }
        whats.dedup();
        print!("{:<NAME$}", "");
        columns.iter().for_each(|whose| print!("{whose:>CELL$}"));
        println!();
        for what in whats {
            print!("  {what:<0$}", NAME - 2);
            for whose in &columns {
                let ratio = of(what, whose);
                let ratio = ratio.map_or_else(|| "-".to_owned(), |ratio| format!("{ratio:.2}"));
                print!("{ratio:>CELL$}");
            }
            println!();
        }
    }
}

/// What there was a second, piece by piece.
fn rates(line: &Value, pieces: &str, what: &str) -> Vec<f64> {
    let pieces = line[pieces].as_array().into_iter().flatten();
    pieces.filter_map(|piece| piece[what].as_f64()).collect()
}

fn middle(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::variant::Variant;
    use serde_json::json;

    #[test]
    fn times_are_held_against_others_of_the_same_boot() {
        let latency = |name: &str, loaded: bool, median: u64| {
            json!({ "event": "latency", "name": name, "place": "together", "loaded": loaded,
                    "ticks": { "median": median } })
        };
        let throughput = |quiet: f64, busy: f64| {
            // The second of three counts, by what it is, not by where.
            let pieces = |packets: f64| {
                [packets, 3.0, packets * 9.0]
                    .map(|packets| json!({ "packets": packets, "operations": 990.0 }))
            };
            json!({ "event": "throughput", "length": 64, "quiet": pieces(quiet), "busy": pieces(busy) })
        };
        let driver = |name: &str| json!({ "event": "driver", "name": name });
        let processors = Processors::of(&[
            driver(NOTHING[0]),
            latency("floor", false, 1),
            latency("nothing", false, 20),
            driver(NOTHING[1]),
            latency("floor", false, 100),
            latency("nothing", false, 170),
            driver(Variant::InTree.name()),
            throughput(1_000.0, 900.0),
            driver(Variant::Split.name()),
            latency("set message level", false, 200),
            throughput(1_100.0, 550.0),
            latency("set message level", true, 300),
        ]);
        let of = |key: &str| processors.ratios[key];
        let same = |key: &str, value: f64| assert!((of(key) - value).abs() < 1e-9, "{key}");
        same(
            "null upcall to the floor, together, median/nothing-split",
            1.5,
        );
        same("set message level under packets, median/split", 1.5);
        same("packets of 64 bytes beside operations/in-tree", 0.9);
        same("packets of 64 bytes beside operations/split", 0.5);
        same("operations beside 64 bytes, 1,000 a second/split", 0.99);
        assert_eq!(processors.ratios.len(), 6);
    }
}
