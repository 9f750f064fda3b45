//! The counts. A half that counts has one [`ProfileTable`], in statics of its emitted crate.

use super::Asked;
use core::sync::atomic::{AtomicU32, AtomicU64, Ordering};

/// What one function did.
#[derive(Debug)]
pub struct ProfileCell {
    pub(super) calls: AtomicU64,
    pub(super) cost: AtomicU64,
}

impl ProfileCell {
    /// Nothing yet.
    #[expect(clippy::new_without_default, reason = "for statics alone")]
    pub const fn new() -> Self {
        Self {
            calls: AtomicU64::new(0),
            cost: AtomicU64::new(0),
        }
    }
}

/// How often one function called another, or asked for one service, and what its calls cost. Free until
/// its key is set, which then stays.
#[derive(Debug)]
pub struct ProfilePair {
    key: AtomicU32,
    count: AtomicU64,
    cost: AtomicU64,
}

impl ProfilePair {
    /// A free one.
    #[expect(clippy::new_without_default, reason = "for statics alone")]
    pub const fn new() -> Self {
        Self {
            key: AtomicU32::new(0),
            count: AtomicU64::new(0),
            cost: AtomicU64::new(0),
        }
    }

    /// Adds to what the calls of this pair cost, with all that was called from there.
    #[inline]
    pub fn add_cost(&self, cost: u64) {
        self.cost.fetch_add(cost, Ordering::Relaxed);
    }
}

/// What a function called or asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Partner {
    /// A function, by number.
    Function(u16),
    /// A service, by number.
    Service(u16),
}

/// Set in a key whose partner is a service.
const SERVICE: u32 = 0x8000;

impl Partner {
    /// With the number of who calls; never 0, which is a free pair.
    fn key(self, caller: u16) -> u32 {
        let partner = match self {
            Self::Function(number) => u32::from(number),
            Self::Service(number) => SERVICE | u32::from(number),
        };
        (u32::from(caller) + 1) << 16 | partner
    }

    fn of(key: u32) -> Self {
        let number = (key & !SERVICE) as u16;
        if key & SERVICE == 0 {
            Self::Function(number)
        } else {
            Self::Service(number)
        }
    }
}

impl From<Asked> for Partner {
    fn from(service: Asked) -> Self {
        Self::Service(service as u16)
    }
}

/// All counts of a half.
#[derive(Debug)]
pub struct ProfileTable {
    pub(super) driver: &'static str,
    pub(super) source: &'static str,
    /// The functions by number. A number fits 15 bits: the partitioner sees to it.
    pub(super) names: &'static [&'static str],
    pub(super) cells: &'static [ProfileCell],
    pairs: &'static [ProfilePair],
    /// When counting started, in milliseconds of whoever counts.
    since: AtomicU64,
    /// Events that found no room. A profile with such is none.
    pub(super) lost: AtomicU64,
}

impl ProfileTable {
    /// The table of a driver with the fingerprint `source`: a cell for each name, and pairs, whose
    /// number is a power of two.
    pub const fn new(
        driver: &'static str,
        source: &'static str,
        names: &'static [&'static str],
        cells: &'static [ProfileCell],
        pairs: &'static [ProfilePair],
    ) -> Self {
        assert!(cells.len() == names.len() && pairs.len().is_power_of_two());
        Self {
            driver,
            source,
            names,
            cells,
            pairs,
            since: AtomicU64::new(0),
            lost: AtomicU64::new(0),
        }
    }

    /// The name of a function.
    pub fn name(&self, function: u16) -> Option<&'static str> {
        self.names.get(usize::from(function)).copied()
    }

    /// Counts a call of a function.
    #[inline]
    pub fn count_call(&self, function: u16) {
        if let Some(cell) = self.cells.get(usize::from(function)) {
            cell.calls.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Adds to what a function cost.
    #[inline]
    pub fn add_cost(&self, function: u16, cost: u64) {
        if let Some(cell) = self.cells.get(usize::from(function)) {
            cell.cost.fetch_add(cost, Ordering::Relaxed);
        }
    }

    /// Counts an event that finds no room: what was recorded is no profile then.
    pub fn lose(&self) {
        self.lost.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts once more what `caller` called or asked for; returns the pair, if there was room for it.
    pub fn count_pair(&self, caller: u16, partner: Partner) -> Option<&'static ProfilePair> {
        let key = partner.key(caller);
        // Fibonacci hashing; the pairs are several times as many as are ever used.
        let start = (key.wrapping_mul(0x9e37_79b9) >> 7) as usize;
        for step in 0..self.pairs.len() {
            let place = start.wrapping_add(step) & (self.pairs.len() - 1);
            let Some(pair) = self.pairs.get(place) else {
                break;
            };
            let mut found = pair.key.load(Ordering::Relaxed);
            if found == 0 {
                let claimed =
                    pair.key
                        .compare_exchange(0, key, Ordering::Relaxed, Ordering::Relaxed);
                found = claimed.map_or_else(|taken| taken, |_| key);
            }
            if found == key {
                pair.count.fetch_add(1, Ordering::Relaxed);
                return Some(pair);
            }
        }
        self.lose();
        None
    }

    /// What a function called and asked for, how often, and at what cost; in no order.
    pub(super) fn partners(&self, caller: u16) -> impl Iterator<Item = (Partner, u64, u64)> {
        let owner = u32::from(caller) + 1;
        self.pairs.iter().filter_map(move |pair| {
            let key = pair.key.load(Ordering::Relaxed);
            let count = pair.count.load(Ordering::Relaxed);
            let cost = pair.cost.load(Ordering::Relaxed);
            let known = key >> 16 == owner && (count != 0 || cost != 0);
            known.then(|| (Partner::of(key), count, cost))
        })
    }

    /// When the recording started, as [`ProfileTable::clear`] was told.
    pub fn since(&self) -> u64 {
        self.since.load(Ordering::Relaxed)
    }

    /// Back to nothing, for a recording that starts now.
    pub fn clear(&self, now: u64) {
        for pair in self.pairs {
            pair.count.store(0, Ordering::Relaxed);
            pair.cost.store(0, Ordering::Relaxed);
        }
        for cell in self.cells {
            cell.calls.store(0, Ordering::Relaxed);
            cell.cost.store(0, Ordering::Relaxed);
        }
        self.lost.store(0, Ordering::Relaxed);
        self.since.store(now, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::super::About;
    use super::*;
    use std::string::String;
    use std::thread;

    static NAMES: &[&str] = &["one", "two", "three"];
    const ABOUT: About<'_> = About {
        workload: "a test",
        kernel: "host",
        milliseconds: 5,
    };

    /// A table of its own for a test.
    macro_rules! table {
        ($pairs:literal) => {{
            static CELLS: [ProfileCell; 3] = [const { ProfileCell::new() }; 3];
            static PAIRS: [ProfilePair; $pairs] = [const { ProfilePair::new() }; $pairs];
            static TABLE: ProfileTable =
                ProfileTable::new("small", "0123456789abcdef", NAMES, &CELLS, &PAIRS);
            &TABLE
        }};
    }

    fn shown(table: &ProfileTable) -> String {
        let mut text = String::new();
        table.write(ABOUT, &mut text).expect("a text takes it all");
        text
    }

    #[test]
    fn threads_count_in_one_table_and_nothing_is_lost() {
        const EACH: u64 = 10_000;
        let table = table!(16);
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..EACH {
                        table.count_call(1);
                        table.add_cost(1, 3);
                        let pair = table.count_pair(0, Partner::Function(1));
                        pair.expect("there is room").add_cost(3);
                        table.count_pair(1, Asked::Sleep.into());
                    }
                });
            }
        });
        let text = shown(table);
        for part in [
            "\"one\": {\n      \"calls\": 0,\n      \"cost\": 0,\n      \"callees\": {\n        \"two\": 80000\n      },\n      \"callee_costs\": {\n        \"two\": 240000\n      }\n    }",
            "\"two\": {\n      \"calls\": 80000,\n      \"cost\": 240000,\n      \"services\": {\n        \"sleep_ms\": 80000\n      }\n    }",
            "\"workload\": \"a test\"",
            "\"milliseconds\": 5,",
        ] {
            assert!(text.contains(part), "{part}\n{text}");
        }
        assert!(!text.contains("three"), "it did nothing: {text}");
        table.clear(7);
        assert_eq!(table.since(), 7);
        assert!(shown(table).ends_with("\"functions\": {\n  }\n}\n"));
    }

    #[test]
    fn what_has_no_room_makes_it_no_profile() {
        let table = table!(2);
        for callee in 0..3 {
            table.count_pair(0, Partner::Function(callee));
        }
        assert_eq!(
            shown(table),
            "the tables were too small: 1 events are missing\n"
        );
        table.clear(0);
        assert!(shown(table).starts_with("{\n  \"schema\": 2,"));
    }
}
