//! The order within columns: each slot goes to the middle of what it is linked to, from left to right and back,
//! and then neighbours change places, as long as fewer lines cross.

use super::Columns;

/// How often the columns are gone through.
const SWEEPS: usize = 16;

/// Sorts the columns. `visited` gives the order of boxes to begin with.
pub(super) fn reduce_crossings(columns: &mut Columns, visited: &[usize]) {
    begin(columns, visited);
    let mut position = vec![0; columns.slots.len()];
    let mut best = columns.order.clone();
    let mut fewest = crossings(columns, &mut position);
    for sweep in 0..SWEEPS {
        let count = columns.order.len();
        for step in 1..count {
            let (column, forwards) = match sweep % 2 {
                0 => (step, true),
                _ => (count - 1 - step, false),
            };
            sort(columns, column, forwards, &mut position);
        }
        swap_neighbours(columns, &mut position);
        let now = crossings(columns, &mut position);
        if now < fewest {
            fewest = now;
            best.clone_from(&columns.order);
        }
        if fewest == 0 {
            break;
        }
    }
    columns.order = best;
}

/// Boxes as they were reached; a passage follows the box that its line comes from.
fn begin(columns: &mut Columns, visited: &[usize]) {
    let mut seen = vec![false; columns.slots.len()];
    for &index in visited {
        let mut queue = vec![index];
        while let Some(slot) = queue.pop() {
            if std::mem::replace(&mut seen[slot], true) {
                continue;
            }
            columns.order[columns.column[slot]].push(slot);
            let passages = columns.next[slot].iter().rev();
            queue.extend(passages.filter(|&&next| columns.slots[next] == super::Slot::Passage));
        }
    }
}

fn number(columns: &Columns, column: usize, position: &mut [usize]) {
    for (place, &slot) in columns.order[column].iter().enumerate() {
        position[slot] = place;
    }
}

/// Sorts a column by the middle of what its slots are linked to; the others keep their places.
#[expect(clippy::cast_precision_loss, reason = "places in a column are small")]
fn sort(columns: &mut Columns, column: usize, forwards: bool, position: &mut [usize]) {
    let reference = if forwards { column - 1 } else { column + 1 };
    number(columns, reference, position);
    let mut keyed: Vec<(f64, usize)> = Vec::new();
    for (place, &slot) in columns.order[column].iter().enumerate() {
        let links = if forwards {
            &columns.before[slot]
        } else {
            &columns.next[slot]
        };
        let key = match links.len() {
            0 => place as f64,
            count => links.iter().map(|&link| position[link] as f64).sum::<f64>() / count as f64,
        };
        keyed.push((key, slot));
    }
    // Stable: who has the same middle keeps its place.
    keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
    columns.order[column] = keyed.into_iter().map(|(_, slot)| slot).collect();
}

/// Lets neighbours change places where that removes crossings.
fn swap_neighbours(columns: &mut Columns, position: &mut [usize]) {
    for column in 0..columns.order.len() {
        if column > 0 {
            number(columns, column - 1, position);
        }
        if column + 1 < columns.order.len() {
            number(columns, column + 1, position);
        }
        for place in 1..columns.order[column].len() {
            let (upper, lower) = (
                columns.order[column][place - 1],
                columns.order[column][place],
            );
            let now = between(columns, upper, lower, position);
            let then = between(columns, lower, upper, position);
            if then < now {
                columns.order[column].swap(place - 1, place);
            }
        }
    }
}

/// Crossings between the lines of two slots of a column, if the first is above the second. Slots with very many
/// lines are left where they are.
fn between(columns: &Columns, upper: usize, lower: usize, position: &[usize]) -> usize {
    [&columns.before, &columns.next]
        .into_iter()
        .map(|links| {
            let (upper, lower) = (&links[upper], &links[lower]);
            if upper.len() * lower.len() > 4096 {
                return 0;
            }
            let crossed = |at: usize| lower.iter().filter(|&&link| position[link] < at).count();
            upper
                .iter()
                .map(|&link| crossed(position[link]))
                .sum::<usize>()
        })
        .sum()
}

/// How many pairs of links cross.
fn crossings(columns: &Columns, position: &mut [usize]) -> usize {
    let mut total = 0;
    for column in 1..columns.order.len() {
        number(columns, column, position);
        let room = columns.order[column].len();
        // A Fenwick tree of the places that were linked to so far.
        let mut tree = vec![0_usize; room + 1];
        let mut before = 0;
        for &slot in &columns.order[column - 1] {
            let mut places: Vec<usize> = columns.next[slot]
                .iter()
                .map(|&next| position[next])
                .collect();
            places.sort_unstable();
            for &place in &places {
                let mut above = 0;
                let mut at = place + 1;
                while at > 0 {
                    above += tree[at];
                    at &= at - 1;
                }
                total += before - above;
            }
            for place in places {
                let mut at = place + 1;
                while at <= room {
                    tree[at] += 1;
                    at += at & at.wrapping_neg();
                }
                before += 1;
            }
        }
    }
    total
}
