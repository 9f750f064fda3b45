//! The height of each slot: as near to what it is linked to as its neighbours in the column let it be.
//!
//! For given wishes that is a least-squares problem with an order to keep, and pooling neighbours who want
//! past each other solves it exactly (isotonic regression).

use super::{BOX, Columns, MARGIN, Slot};

/// How often the columns are gone through.
const SWEEPS: usize = 12;
/// Room between two boxes of a column.
const GAP: f64 = 8.0;
/// Room that a passing line takes.
const LINE: f64 = 6.0;

/// The height of each slot, half-way up.
pub(super) fn heights(columns: &Columns) -> Vec<f64> {
    let mut heights = vec![0.0; columns.slots.len()];
    for order in &columns.order {
        let mut at = 0.0;
        let mut last = None;
        for &slot in order {
            at += last.map_or(0.0, |last| apart(columns, last, slot));
            heights[slot] = at;
            last = Some(slot);
        }
    }
    for sweep in 0..SWEEPS {
        let count = columns.order.len();
        for step in 0..count {
            let column = if sweep % 2 == 0 {
                step
            } else {
                count - 1 - step
            };
            // At the end both sides count.
            let (before, next) = match (sweep + 2 >= SWEEPS, sweep % 2 == 0) {
                (true, _) => (true, true),
                (false, forwards) => (forwards, !forwards),
            };
            settle(columns, column, before, next, &mut heights);
        }
    }
    let top = heights.iter().copied().fold(f64::INFINITY, f64::min);
    for height in &mut heights {
        *height += MARGIN + BOX / 2.0 - top;
    }
    heights
}

fn apart(columns: &Columns, upper: usize, lower: usize) -> f64 {
    let half = |slot: usize| match columns.slots[slot] {
        Slot::Box(_) => f64::midpoint(BOX, GAP),
        Slot::Passage => LINE / 2.0,
    };
    half(upper) + half(lower)
}

/// Moves the slots of a column to where they want to be, in their order.
#[expect(clippy::cast_precision_loss, reason = "a number of lines is small")]
fn settle(columns: &Columns, column: usize, before: bool, next: bool, heights: &mut [f64]) {
    let order = &columns.order[column];
    let mut offsets = Vec::with_capacity(order.len());
    let mut pools: Vec<Pool> = Vec::new();
    let mut offset = 0.0;
    for (place, &slot) in order.iter().enumerate() {
        if place > 0 {
            offset += apart(columns, order[place - 1], slot);
        }
        offsets.push(offset);
        let mut sum = 0.0;
        let mut weight = 0.0;
        for (wanted, links) in [(before, &columns.before[slot]), (next, &columns.next[slot])] {
            for &link in links.iter().filter(|_| wanted) {
                // A line that passes several columns is best straight.
                let passes = [slot, link].map(|end| columns.slots[end] == Slot::Passage);
                let pull = match passes {
                    [true, true] => 8.0,
                    [false, false] => 1.0,
                    _ => 2.0,
                };
                let pull = pull / links.len() as f64;
                sum += pull * heights[link];
                weight += pull;
            }
        }
        let (wish, weight) = if weight > 0.0 {
            (sum / weight, weight)
        } else {
            (heights[slot], 0.05)
        };
        pools.push(Pool {
            sum: (wish - offset) * weight,
            weight,
            count: 1,
        });
        while let [.., upper, lower] = pools.as_slice() {
            if upper.mean() <= lower.mean() {
                break;
            }
            let merged = Pool {
                sum: upper.sum + lower.sum,
                weight: upper.weight + lower.weight,
                count: upper.count + lower.count,
            };
            pools.truncate(pools.len() - 2);
            pools.push(merged);
        }
    }
    let mut place = 0;
    for pool in pools {
        for _ in 0..pool.count {
            heights[order[place]] = pool.mean() + offsets[place];
            place += 1;
        }
    }
}

/// Neighbours who stand as close as they may.
struct Pool {
    sum: f64,
    weight: f64,
    count: usize,
}

impl Pool {
    fn mean(&self) -> f64 {
        self.sum / self.weight
    }
}
