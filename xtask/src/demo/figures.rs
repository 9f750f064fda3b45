//! From what the agent reported to rows of the table.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::measure::{Measured, Run};
use super::plan::Plan;
use crate::variant::Variant;

/// A figure of one driver, with what else is to be said about it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Cell {
    pub(crate) number: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) note: Option<String>,
}

/// A row of the table.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Row {
    pub(crate) section: String,
    pub(crate) name: String,
    pub(crate) cells: BTreeMap<Variant, Cell>,
    /// Crossings of the split driver, where there could be some.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) crossings: Option<String>,
}

/// Rows in the making, in the order in which they are first named.
#[derive(Debug, Default)]
struct Rows(Vec<Row>);

impl Rows {
    fn row(&mut self, section: &str, name: &str) -> &mut Row {
        let found = self
            .0
            .iter()
            .position(|row| row.section == section && row.name == name);
        let index = found.unwrap_or_else(|| {
            self.0.push(Row {
                section: section.to_owned(),
                name: name.to_owned(),
                cells: BTreeMap::new(),
                crossings: None,
            });
            self.0.len() - 1
        });
        &mut self.0[index]
    }

    fn set(&mut self, section: &str, name: &str, variant: Variant, number: &Value) {
        if let Some(number) = number.as_f64() {
            let cell = Cell { number, note: None };
            self.row(section, name).cells.insert(variant, cell);
        }
    }
}

const TRAFFIC: &str = "traffic";
const PACKETS: &str = "instructions per packet";
const CONTROL: &str = "instructions per control operation";
const CROSSINGS: &str = "crossings (both cards)";
pub(super) const CODE: &str = "driver code";

/// All rows.
pub(crate) fn rows(measured: &[Measured], plan: Option<&Plan>) -> Vec<Row> {
    let mut rows = Rows::default();
    for of in measured {
        traffic(&mut rows, of.variant, &of.traffic);
        counts(&mut rows, of.variant, &of.counts[0]);
    }
    if let Some(plan) = plan {
        for (name, unsplit, split) in plan.figures() {
            rows.set(CODE, name, Variant::Unsplit, &unsplit.into());
            rows.set(CODE, name, Variant::Split, &split.into());
        }
    }
    rows.0
}

fn traffic(rows: &mut Rows, variant: Variant, run: &Run) {
    for line in run.events("flood") {
        rows.set(TRAFFIC, "ping flood: sent", variant, &line["sent"]);
        rows.set(TRAFFIC, "ping flood: lost", variant, &line["lost"]);
    }
    for line in run.events("transfer") {
        let name = line["name"].as_str().unwrap_or_default().to_owned();
        let received = &line["received"];
        let megabits = received["bits_per_second"].as_f64().map(|bits| bits / 1e6);
        let set = |rows: &mut Rows, what: &str, value: &Value| {
            rows.set(TRAFFIC, &format!("{name}: {what}"), variant, value);
        };
        set(rows, "Mbit/s", &megabits.map(f64::round).into());
        let sending = name.ends_with("send");
        let counter = if sending { "tx_packets" } else { "rx_packets" };
        set(rows, "packets", &line["card"][counter]);
        set(rows, "lost", &received["lost_packets"]);
    }
}

fn counts(rows: &mut Rows, variant: Variant, run: &Run) {
    for line in run.events("ping") {
        let number = &line["instructions"]["min"];
        rows.set(PACKETS, "ping round trip", variant, number);
    }
    for line in run.events("frames") {
        for way in ["transmit", "receive"] {
            let name = format!("{way} {} bytes", line["length"]);
            rows.set(PACKETS, &name, variant, &line[way]["min"]);
        }
    }
    for line in run.events("operation") {
        let name = line["name"].as_str().unwrap_or_default();
        let outcome = line["outcome"].as_str().unwrap_or_default();
        let row = rows.row(CONTROL, name);
        if let Some(number) = line["instructions"]["min"].as_f64() {
            let note = (outcome != "ok").then(|| outcome.to_owned());
            row.cells.insert(variant, Cell { number, note });
        }
        if variant == Variant::Split {
            row.crossings = Some(in_words(&line["crossings"]));
        }
    }
    if variant != Variant::Split {
        return;
    }
    for (event, name) in [
        ("loaded", "module load"),
        ("up", "interface up"),
        ("packets", "while packets were counted"),
    ] {
        for line in run.events(event) {
            let cards = line["crossings"].as_array();
            let total: u64 = cards.into_iter().flatten().map(total).sum();
            rows.set(CROSSINGS, name, variant, &total.into());
        }
    }
}

/// Counters that are told of crossings; the others tell of something else.
const CROSSING_COUNTERS: [&str; 3] = ["upcalls", "downcalls", "deferred"];

/// One that was deferred is an upcall when it is made.
fn total(counters: &Value) -> u64 {
    let crossings = CROSSING_COUNTERS.iter();
    crossings
        .filter(|name| **name != "deferred")
        .filter_map(|name| counters[name].as_u64())
        .sum()
}

/// `1 up, 2 down`; nothing for no crossing.
fn in_words(counters: &Value) -> String {
    let short = ["up", "down", "deferred"];
    let words = CROSSING_COUNTERS
        .iter()
        .zip(short)
        .filter_map(|(name, short)| {
            let count = counters[name].as_u64().filter(|&count| count > 0)?;
            Some(format!("{count} {short}"))
        });
    words.collect::<Vec<_>>().join(", ")
}

/// The comparison of the two runs that ought to be the same.
#[derive(Debug, Serialize)]
pub(crate) struct Repeat {
    /// Figures that were compared.
    pub(crate) compared: usize,
    /// Those that differ, in words.
    pub(crate) differing: Vec<String>,
}

/// Compares the figures of the two runs of each driver.
pub(crate) fn repeat(measured: &[Measured]) -> Repeat {
    let mut repeat = Repeat {
        compared: 0,
        differing: Vec::new(),
    };
    for of in measured {
        let [first, second] = of.counts.each_ref().map(exact);
        repeat.compared += first.len().max(second.len());
        for key in first
            .keys()
            .chain(second.keys().filter(|k| !first.contains_key(*k)))
        {
            let (one, two) = (first.get(key), second.get(key));
            if one != two {
                repeat
                    .differing
                    .push(format!("{} {key}: {one:?}, then {two:?}", of.variant));
            }
        }
    }
    repeat
}

/// All numbers that a run reported, by where they were reported.
fn exact(run: &Run) -> BTreeMap<String, u64> {
    let mut numbers = BTreeMap::new();
    for (index, line) in run.lines.iter().enumerate() {
        // What tools print is compared elsewhere.
        if line["event"] != "control" {
            let name = line["name"].as_str().unwrap_or_default();
            let event = line["event"].as_str().unwrap_or_default();
            collect(&format!("{index} {event} {name}"), line, &mut numbers);
        }
    }
    numbers
}

fn collect(path: &str, value: &Value, numbers: &mut BTreeMap<String, u64>) {
    match value {
        Value::Number(number) => {
            if let Some(number) = number.as_u64() {
                numbers.insert(path.to_owned(), number);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                collect(&format!("{path}.{index}"), item, numbers);
            }
        }
        Value::Object(fields) => {
            for (key, field) in fields {
                collect(&format!("{path}.{key}"), field, numbers);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_are_collected() {
        let mut numbers = BTreeMap::new();
        collect("x", &json!({"a": [1, {"b": 2}], "c": "3"}), &mut numbers);
        assert_eq!(numbers.len(), 2);
        assert_eq!(numbers["x.a.1.b"], 2);
    }

    #[test]
    fn crossings_in_words() {
        let counters = json!({"upcalls": 1, "downcalls": 2, "incarnation": 1});
        assert_eq!(in_words(&counters), "1 up, 2 down");
        assert_eq!(total(&counters), 3);
    }
}
