//! The figures, by what they are about: `kind/what/whose`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Counters that are crossings; the others tell of something else. A deferred call is an upcall when it is made.
const CROSSINGS: [&str; 2] = ["upcalls", "downcalls"];

/// What is known of some calls beside the cheapest: the one in the middle, and the one that 99 in a hundred do
/// not exceed.
const DEARER: [&str; 2] = ["median", "p99"];

/// Everything that was counted. Instructions, but for the kinds that end in `crossings`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Figures(pub(super) BTreeMap<String, u64>);

impl Figures {
    /// Reads what the agent reported.
    pub(super) fn of(lines: &[Value]) -> Self {
        let mut figures = Self::default();
        let mut whose = String::new();
        for line in lines {
            let name = line["name"].as_str().unwrap_or_default();
            let instructions = &line["instructions"]["min"];
            match line["event"].as_str().unwrap_or_default() {
                "driver" => name.clone_into(&mut whose),
                "primitive" => {
                    figures.set("primitive", name, "instructions", instructions);
                    for which in DEARER {
                        figures.set("primitive", name, which, &line["instructions"][which]);
                    }
                }
                "crossing" => {
                    figures.set("crossing", name, &whose, instructions);
                    for which in DEARER {
                        let kind = format!("crossing {which}");
                        figures.set(&kind, name, &whose, &line["instructions"][which]);
                    }
                    // One that is deferred is counted when it is made.
                    let mut counters = line["crossings"].clone();
                    counters
                        .as_object_mut()
                        .map(|counters| counters.remove("deferred"));
                    figures.crossed("crossing", name, &whose, &counters);
                }
                "operation" => {
                    figures.set("control", name, &whose, instructions);
                    figures.crossed("control", name, &whose, &line["crossings"]);
                }
                "frames" => {
                    for way in ["transmit", "receive"] {
                        let name = format!("{way} {} bytes", line["length"]);
                        // Measured more than once: the cheapest counts, as of the frames of one time.
                        let before = figures.get("packet", &name, &whose);
                        let least = line[way]["min"].as_u64().into_iter().chain(before).min();
                        figures.set("packet", &name, &whose, &Value::from(least));
                    }
                }
                "pktgen" => {
                    for way in ["transmit", "receive"] {
                        let name = format!("{way} {} bytes", line["length"]);
                        figures.set("pktgen", &name, &whose, &line[way]);
                    }
                }
                "startup" => {
                    for part in ["probe", "up", "unload"] {
                        figures.set("startup", part, &whose, &line[part]);
                    }
                    // Of one card: the other is probed beside it, and stays down.
                    let crossings = &line["crossings"];
                    figures.crossed("startup", "probe", &whose, &crossings["probe"][0]);
                    figures.crossed("startup", "up", &whose, &crossings["up"]);
                }
                _ => {}
            }
        }
        figures
    }

    fn set(&mut self, kind: &str, what: &str, whose: &str, value: &Value) {
        if let Some(value) = value.as_u64() {
            self.0.insert(format!("{kind}/{what}/{whose}"), value);
        }
    }

    fn crossed(&mut self, kind: &str, what: &str, whose: &str, counters: &Value) {
        if whose.ends_with("split") && !whose.ends_with("unsplit") {
            let counts = CROSSINGS.iter().filter_map(|name| counters[name].as_u64());
            let key = format!("{kind} crossings/{what}/{whose}");
            self.0.insert(key, counts.sum());
        }
    }

    pub(super) fn get(&self, kind: &str, what: &str, whose: &str) -> Option<u64> {
        self.0.get(&format!("{kind}/{what}/{whose}")).copied()
    }

    /// What there is of a kind, in order.
    pub(super) fn whats(&self, kind: &str) -> Vec<&str> {
        let mut whats: Vec<&str> = self
            .0
            .keys()
            .filter_map(|key| {
                let (of, rest) = key.split_once('/')?;
                (of == kind).then_some(rest.rsplit_once('/')?.0)
            })
            .collect();
        whats.dedup();
        whats
    }

    /// The figures that another run has otherwise, or not, in words.
    pub(super) fn differing(&self, other: &Self) -> Vec<String> {
        let keys = self.0.keys().chain(other.0.keys());
        let mut differing: Vec<String> = keys
            .filter(|key| self.0.get(*key) != other.0.get(*key))
            .map(|key| format!("{key}: {:?}, then {:?}", self.0.get(key), other.0.get(key)))
            .collect();
        differing.sort();
        differing.dedup();
        differing
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn lines_belong_to_the_driver_before_them() {
        let figures = Figures::of(&[
            json!({ "event": "primitive", "name": "pipe", "instructions": { "min": 3, "median": 4 } }),
            json!({ "event": "driver", "name": "split" }),
            json!({ "event": "crossing", "name": "later", "instructions": { "min": 1, "median": 2, "p99": 3 },
                    "crossings": { "deferred": 9, "upcalls": 1 } }),
            json!({ "event": "operation", "name": "link", "instructions": { "min": 9 },
                    "crossings": { "upcalls": 1, "downcalls": 2, "incarnation": 7 } }),
            json!({ "event": "driver", "name": "unsplit" }),
            json!({ "event": "operation", "name": "link", "instructions": { "min": 5 }, "crossings": {} }),
        ]);
        assert_eq!(figures.get("primitive", "pipe", "median"), Some(4));
        assert_eq!(figures.get("crossing", "later", "split"), Some(1));
        assert_eq!(figures.get("crossing p99", "later", "split"), Some(3));
        assert_eq!(figures.get("crossing crossings", "later", "split"), Some(1));
        assert_eq!(figures.get("control", "link", "split"), Some(9));
        assert_eq!(figures.get("control", "link", "unsplit"), Some(5));
        assert_eq!(figures.get("control crossings", "link", "split"), Some(3));
        assert_eq!(figures.get("control crossings", "link", "unsplit"), None);
        assert_eq!(figures.whats("control"), ["link"]);
        let mut other = figures.clone();
        assert!(figures.differing(&other).is_empty());
        other.0.insert("packet/a/b".to_owned(), 1);
        assert_eq!(figures.differing(&other).len(), 1);
    }
}
