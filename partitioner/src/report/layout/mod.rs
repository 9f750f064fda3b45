//! Where the boxes and lines of a call graph go: a layered drawing, callers left of what they call.
//!
//! `layers` gives each box a column, `order` sorts the columns so that few lines cross, `place` finds the
//! heights; here lines are led through the gaps. Nothing here knows functions or halves, and nothing is
//! random: the same graph gives the same picture.

mod layers;
mod order;
mod place;

use std::collections::BTreeMap;

/// The height of a box.
pub const BOX: f64 = 22.0;
/// Free room around the drawing.
const MARGIN: f64 = 24.0;
/// Lines that pass a column are led between its boxes, as long as there are no more than this many such
/// passages; the lines of larger graphs go straight.
const PASSAGES: usize = 60_000;

/// A graph to draw.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    /// The width of each box.
    pub widths: Vec<f64>,
    /// Boxes that belong into the first column.
    pub roots: Vec<bool>,
    /// Lines, from box to box. A line from a box to itself is not drawn.
    pub lines: Vec<(usize, usize)>,
}

/// A point of the drawing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// To the right.
    pub x: f64,
    /// Down.
    pub y: f64,
}

/// A drawing.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    /// The size of all.
    pub width: f64,
    /// The size of all.
    pub height: f64,
    /// The left end of each box, half-way up.
    pub boxes: Vec<Point>,
    /// The points of each line from the caller to the callee, in pairs: curve from the first to the second of a
    /// pair, straight on to the next pair.
    pub lines: Vec<Vec<Point>>,
}

/// A box, or the passage of a line through a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Slot {
    Box(usize),
    Passage,
}

/// Boxes and passages in columns. Every link goes to the next column.
#[derive(Debug, Default)]
pub(crate) struct Columns {
    /// Each slot, by its number.
    slots: Vec<Slot>,
    /// The column of each slot.
    column: Vec<usize>,
    /// The slots of each column, from the top.
    order: Vec<Vec<usize>>,
    /// What each slot is linked to in the next column.
    next: Vec<Vec<usize>>,
    /// What each slot is linked to in the column before.
    before: Vec<Vec<usize>>,
}

/// Draws a graph.
pub fn layout(graph: &Graph) -> Layout {
    let layered = layers::layers(graph);
    let (mut columns, chains) = columns(graph, &layered.column);
    order::reduce_crossings(&mut columns, &layered.visited);
    let heights = place::heights(&columns);
    let (lefts, widths) = lefts(graph, &columns);

    let boxes: Vec<Point> = (0..graph.widths.len())
        .map(|index| Point {
            x: lefts[columns.column[index]],
            y: heights[index],
        })
        .collect();
    let lines = graph
        .lines
        .iter()
        .zip(&chains)
        .map(|(&(from, to), chain)| {
            let backwards = columns.column[from] > columns.column[to];
            let mut points = Vec::new();
            for pair in chain.windows(2) {
                let (left, right) = (pair[0], pair[1]);
                let room = match columns.slots[left] {
                    Slot::Box(index) => graph.widths[index],
                    Slot::Passage => widths[columns.column[left]],
                };
                let from = lefts[columns.column[left]] + room;
                points.push(Point {
                    x: from,
                    y: heights[left],
                });
                points.push(Point {
                    x: lefts[columns.column[right]],
                    y: heights[right],
                });
            }
            if backwards {
                points.reverse();
            }
            points
        })
        .collect();
    let right = boxes
        .iter()
        .zip(&graph.widths)
        .map(|(at, width)| at.x + width);
    let bottom = heights.iter().copied().fold(0.0, f64::max) + BOX / 2.0;
    Layout {
        width: right.fold(0.0, f64::max) + MARGIN,
        height: bottom + MARGIN,
        boxes,
        lines,
    }
}

/// Cuts lines into links from column to column. Each line's chain of slots goes from left to right.
fn columns(graph: &Graph, column: &[usize]) -> (Columns, Vec<Vec<usize>>) {
    let boxes = graph.widths.len();
    let mut columns = Columns {
        slots: (0..boxes).map(Slot::Box).collect(),
        column: column.to_vec(),
        order: vec![Vec::new(); column.iter().max().map_or(0, |last| last + 1)],
        next: vec![Vec::new(); boxes],
        before: vec![Vec::new(); boxes],
    };
    let passages: usize = graph
        .lines
        .iter()
        .map(|&(from, to)| column[from].abs_diff(column[to]).saturating_sub(1))
        .sum();
    let lead = passages <= PASSAGES;
    // Lines that lead to the same box share their way through each column.
    let mut shared: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    let mut chains = Vec::new();
    for &(from, to) in &graph.lines {
        let (left, right) = if column[from] <= column[to] {
            (from, to)
        } else {
            (to, from)
        };
        if column[left] == column[right] {
            chains.push(Vec::new());
            continue;
        }
        let mut chain = vec![left];
        let mut last = left;
        if lead {
            for at in column[left] + 1..column[right] {
                let key = (right, at);
                let slot = *shared.entry(key).or_insert_with(|| {
                    columns.slots.push(Slot::Passage);
                    columns.column.push(at);
                    columns.next.push(Vec::new());
                    columns.before.push(Vec::new());
                    columns.slots.len() - 1
                });
                link(&mut columns, last, slot);
                chain.push(slot);
                last = slot;
            }
        }
        if lead || column[right] == column[left] + 1 {
            link(&mut columns, last, right);
        }
        chain.push(right);
        chains.push(chain);
    }
    (columns, chains)
}

fn link(columns: &mut Columns, from: usize, to: usize) {
    if !columns.next[from].contains(&to) {
        columns.next[from].push(to);
        columns.before[to].push(from);
    }
}

/// The left end and the width of each column. The more lines there are between two, the wider the gap.
fn lefts(graph: &Graph, columns: &Columns) -> (Vec<f64>, Vec<f64>) {
    let mut widths = vec![0.0_f64; columns.order.len()];
    let mut links = vec![0_usize; columns.order.len()];
    for (index, slot) in columns.slots.iter().enumerate() {
        let column = columns.column[index];
        if let Slot::Box(number) = slot {
            widths[column] = widths[column].max(graph.widths[*number]);
        }
        links[column] += columns.next[index].len();
    }
    let mut left = MARGIN;
    let mut lefts = Vec::new();
    for (width, links) in widths.iter().zip(links) {
        lefts.push(left);
        #[expect(
            clippy::cast_precision_loss,
            reason = "a gap of the drawing, not a count"
        )]
        let gap = (48.0 + links as f64 * 0.8).min(240.0);
        left += width + gap;
    }
    (lefts, widths)
}
