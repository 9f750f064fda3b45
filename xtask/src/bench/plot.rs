//! Draws the figures as bars: round trips beside each other, and control operations beside the in-tree driver.

use std::fmt::Write as _;

use super::crossings::more;
use super::figures::Figures;
use super::machine::RECOMMENDED;
use super::verdicts::{CONTROL_WORST, control_reference, ratio};
use crate::plot::{count, figure, open, round};
use crate::variant::Variant;

/// In pixels: the whole, what is left of the bars and right of them, what is above and below.
const WIDTH: f64 = 860.0;
const LEFT: f64 = 260.0;
const RIGHT: f64 = 72.0;
const TOP: f64 = 40.0;
const BOTTOM: f64 = 34.0;
/// Of one bar, and from one row to the next beyond its bars.
const BAR: f64 = 11.0;
const GAP: f64 = 8.0;

const STYLE: &str = "\
.bars .ours { fill: var(--line); }
.bars .theirs { fill: var(--faint); }
.bars .second { fill: var(--other); }
.bars .small { font-size: 10px; }
.bars .start { paint-order: stroke; stroke: var(--ground); stroke-width: 3; }
.bars .limit { stroke: var(--ink); stroke-width: 1.2; stroke-dasharray: 6 4; fill: none; }
";

/// Round trips that Linux has, and what each is called here.
const OTHERS: [(&str, &str); 4] = [
    ("floor", "floor: a wake-up and a wait each way"),
    ("eventfd", "eventfd"),
    ("pipe", "pipe"),
    ("FUSE attributes", "FUSE, attributes of a file"),
];

/// One bar: its class, its length, and what is said of it.
struct Bar {
    class: &'static str,
    value: f64,
    said: String,
}

/// A name, and its bars.
type Row = (String, Vec<Bar>);

/// Round trips, the cheapest first.
pub(super) fn crossings(figures: &Figures) -> String {
    let bar = |class, value: u64| Bar {
        class,
        value: value as f64,
        said: count(value),
    };
    let mut rows: Vec<Row> = Vec::new();
    for (key, name) in OTHERS {
        if let Some(value) = figures.get("primitive", key, "instructions") {
            rows.push((name.to_owned(), vec![bar("theirs", value)]));
        }
    }
    let call = figures.get("primitive", "device request that returns", "instructions");
    for what in figures.whats("crossing") {
        // What needs no crossing is no round trip.
        let crosses = figures
            .get("crossing crossings", what, super::machine::NOTHING[1])
            .is_some_and(|crossings| crossings > 0);
        if let (true, Some(more), Some(call)) = (crosses, more(figures, "crossing", what), call) {
            let name = match what {
                "nothing" => "null upcall",
                other => other,
            };
            rows.push((name.to_owned(), vec![bar("ours", more + call)]));
        }
    }
    rows.sort_by(|one, other| one.1[0].value.total_cmp(&other.1[0].value));
    draw(
        "instructions of a round trip",
        "grey: what Linux has; blue: what an operation takes more in two halves, and a system call",
        &rows,
        figures
            .get("primitive", "floor", "instructions")
            .map(|floor| floor as f64),
    )
}

/// Control operations, as multiples of the in-tree driver's, the dearest first.
pub(super) fn control(figures: &Figures) -> String {
    let mut rows: Vec<Row> = Vec::new();
    for what in figures.whats("control") {
        let reference = control_reference(what);
        let bars = [(Variant::Split.name(), "ours"), (RECOMMENDED, "second")];
        let bars = bars.into_iter().filter_map(|(whose, class)| {
            let value = ratio(figures, "control", what, [whose, reference.name()])?;
            let said = format!("{value:.2}");
            Some(Bar { class, value, said })
        });
        let mut name = what.to_owned();
        if reference != Variant::InTree {
            let _ = write!(name, " (to {})", reference.name());
        }
        rows.push((name, bars.collect()));
    }
    let value = |row: &Row| row.1.first().map_or(0.0, |bar| bar.value);
    rows.sort_by(|one, other| value(other).total_cmp(&value(one)));
    draw(
        "instructions of a control operation, as multiples of the in-tree driver's",
        "blue: split by the default plan; orange: by the recommended one; dashed: the most that one may take",
        &rows,
        Some(CONTROL_WORST),
    )
}

/// The rows below each other, with a line that is to be seen.
fn draw(title: &str, legend: &str, rows: &[Row], line: Option<f64>) -> String {
    let bars = |row: &Row| row.1.len().max(1) as f64;
    let height: f64 = rows.iter().map(|row| bars(row) * BAR + GAP).sum();
    let bottom = TOP + height + GAP;
    let all = rows.iter().flat_map(|row| &row.1).map(|bar| bar.value);
    let right = round(all.chain(line).fold(1e-9, f64::max));
    let x = |value: f64| LEFT + value / right * (WIDTH - LEFT - RIGHT);
    let mut text = open("bars", (WIDTH, bottom + BOTTOM), title, legend, STYLE);
    let _ = writeln!(
        text,
        "<text x=\"{0}\" y=\"16\">{title}</text>\n<text class=\"small\" x=\"{0}\" y=\"31\">{legend}</text>",
        WIDTH / 2.0
    );
    for step in 0..=4 {
        let value = f64::from(step) / 4.0 * right;
        let said = match right < 100.0 {
            true => figure(value),
            false => count(value as u64),
        };
        let _ = writeln!(
            text,
            "<path class=\"grid\" d=\"M{0:.1} {TOP}V{bottom:.1}\"/><text x=\"{0:.1}\" y=\"{1:.1}\">{said}</text>",
            x(value),
            bottom + 18.0
        );
    }
    if let Some(line) = line {
        let _ = writeln!(
            text,
            "<path class=\"limit\" d=\"M{0:.1} {TOP}V{bottom:.1}\"/>",
            x(line)
        );
    }
    let mut y = TOP + GAP;
    for row in rows {
        let _ = writeln!(
            text,
            "<text class=\"end\" x=\"{}\" y=\"{:.1}\">{}</text>",
            LEFT - 8.0,
            y + bars(row) * BAR / 2.0 + 4.0,
            row.0
        );
        for bar in &row.1 {
            let _ = writeln!(
                text,
                "<rect class=\"{}\" x=\"{LEFT}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{}\"/>\
                 <text class=\"start small\" x=\"{:.1}\" y=\"{:.1}\">{}</text>",
                bar.class,
                x(bar.value) - LEFT,
                BAR - 1.0,
                x(bar.value) + 4.0,
                y + 9.0,
                bar.said
            );
            y += BAR;
        }
        y += GAP;
    }
    text.push_str("</svg>\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_round_trip_and_each_driver_has_a_bar() {
        let figures = Figures(
            [
                ("primitive/floor/instructions", 7_751),
                ("primitive/device request that returns/instructions", 582),
                ("crossing/nothing/nothing-unsplit", 2_420),
                ("crossing/nothing/nothing-split", 10_897),
                ("crossing crossings/nothing/nothing-split", 1),
                ("crossing/known/nothing-unsplit", 10),
                ("crossing/known/nothing-split", 12),
                ("crossing crossings/known/nothing-split", 0),
                ("control/link/in-tree", 100),
                ("control/link/split", 710),
                ("control/link/recommended-split", 108),
            ]
            .map(|(key, value)| (key.to_owned(), value))
            .into(),
        );
        let crossings = crossings(&figures);
        assert_eq!(crossings.matches("class=\"theirs\"").count(), 1);
        assert_eq!(crossings.matches("class=\"ours\"").count(), 1);
        assert!(crossings.contains(">9,059<"), "{crossings}");
        let control = control(&figures);
        assert!(control.contains(">7.10<") && control.contains(">1.08<"));
        for picture in [crossings, control, super::control(&Figures::default())] {
            assert!(!picture.contains("NaN") && !picture.contains("inf"));
        }
    }
}
