//! The counts. A module that counts has one [`ProfileTable`], in statics of its emitted crate.

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

/// How often one function called another, or asked for one service. Free until its key is set, which
/// then stays.
#[derive(Debug)]
pub struct ProfilePair {
    key: AtomicU32,
    count: AtomicU64,
}

impl ProfilePair {
    /// A free one.
    #[expect(clippy::new_without_default, reason = "for statics alone")]
    pub const fn new() -> Self {
        Self {
            key: AtomicU32::new(0),
            count: AtomicU64::new(0),
        }
    }
}

/// What a function called or asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Partner {
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

/// All counts of a module.
#[derive(Debug)]
pub struct ProfileTable {
    pub(super) driver: &'static str,
    pub(super) source: &'static str,
    /// The functions by number. A number fits 15 bits: the partitioner sees to it.
    pub(super) names: &'static [&'static str],
    pub(super) cells: &'static [ProfileCell],
    pairs: &'static [ProfilePair],
    /// When counting started, in the kernel's milliseconds.
    pub(super) since: AtomicU64,
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

    /// Counts once more what `caller` called or asked for.
    #[cfg_attr(
        not(feature = "instrument"),
        expect(dead_code, reason = "nothing counts")
    )]
    pub(super) fn count_pair(&self, caller: u16, partner: Partner) {
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
                return;
            }
        }
        self.lost.fetch_add(1, Ordering::Relaxed);
    }

    /// What a function called and asked for, in no order.
    pub(super) fn partners(&self, caller: u16) -> impl Iterator<Item = (Partner, u64)> {
        let owner = u32::from(caller) + 1;
        self.pairs.iter().filter_map(move |pair| {
            let key = pair.key.load(Ordering::Relaxed);
            let count = pair.count.load(Ordering::Relaxed);
            (key >> 16 == owner && count != 0).then(|| (Partner::of(key), count))
        })
    }

    /// Back to nothing, for a recording that starts now.
    pub(super) fn clear(&self, now: u64) {
        for pair in self.pairs {
            pair.count.store(0, Ordering::Relaxed);
        }
        for cell in self.cells {
            cell.calls.store(0, Ordering::Relaxed);
            cell.cost.store(0, Ordering::Relaxed);
        }
        self.lost.store(0, Ordering::Relaxed);
        self.since.store(now, Ordering::Relaxed);
    }
}
