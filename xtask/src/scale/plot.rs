//! Draws time and memory against the size of the crate, side by side.

use std::fmt::Write as _;

use super::measure::Measured;
use crate::plot::{figure, open, round};

/// Of one of the two plots, in pixels.
const WIDTH: f64 = 400.0;
const HEIGHT: f64 = 300.0;
/// Room for the axes.
const LEFT: f64 = 56.0;
const BOTTOM: f64 = 48.0;
const EDGE: f64 = 24.0;

const STYLE: &str = "\
.scale .linear { stroke: var(--faint); stroke-width: 1.5; stroke-dasharray: 6 4; fill: none; }
.scale .measured { stroke: var(--line); stroke-width: 2; fill: none; }
.scale circle { fill: var(--line); }
";

/// The picture, of sizes in ascending order.
pub(super) fn plot(measured: &[Measured]) -> String {
    let mut text = open(
        "scale",
        (2.0 * WIDTH, HEIGHT),
        "time and memory of the call graph against functions",
        "time and memory of the call graph against functions; dashed: as a function of the smallest crate takes",
        STYLE,
    );
    one(
        &mut text,
        0.0,
        "seconds of processor time",
        measured,
        Measured::seconds,
    );
    one(
        &mut text,
        WIDTH,
        "GiB of memory at most",
        measured,
        Measured::gibibytes,
    );
    text.push_str("</svg>\n");
    text
}

/// One of the two, `at` so many pixels from the left.
#[expect(clippy::cast_precision_loss, reason = "points of a plot")]
fn one(text: &mut String, at: f64, title: &str, measured: &[Measured], of: fn(&Measured) -> f64) {
    let points: Vec<(f64, f64)> = measured
        .iter()
        .map(|size| (size.functions as f64, of(size)))
        .collect();
    let right = round(points.iter().map(|point| point.0).fold(1.0, f64::max));
    // The line through the origin and the smallest.
    let slope = points
        .first()
        .map_or(0.0, |point| point.1 / point.0.max(1.0));
    let largest = points.last().map_or(0.0, |point| point.0);
    let top = points
        .iter()
        .map(|point| point.1)
        .fold(slope * largest, f64::max);
    let top = round(top.max(1e-9));
    let x = |value: f64| LEFT + value / right * (WIDTH - LEFT - EDGE);
    let y = |value: f64| HEIGHT - BOTTOM - value / top * (HEIGHT - BOTTOM - 2.0 * EDGE);
    let _ = writeln!(text, "<g transform=\"translate({at} 0)\">");
    for step in 0..=4 {
        let part = f64::from(step) / 4.0;
        let (at_x, at_y) = (x(part * right), y(part * top));
        let _ = writeln!(
            text,
            "<path class=\"grid\" d=\"M{LEFT} {at_y:.1}H{:.1}M{at_x:.1} {:.1}V{:.1}\"/>\
             <text class=\"end\" x=\"{:.1}\" y=\"{:.1}\">{}</text><text x=\"{at_x:.1}\" y=\"{:.1}\">{}</text>",
            WIDTH - EDGE,
            2.0 * EDGE,
            HEIGHT - BOTTOM,
            LEFT - 8.0,
            at_y + 4.0,
            figure(part * top),
            HEIGHT - BOTTOM + 18.0,
            figure(part * right / 1000.0),
        );
    }
    let _ = writeln!(
        text,
        "<path class=\"linear\" d=\"M{:.1} {:.1}L{:.1} {:.1}\"/>",
        x(0.0),
        y(0.0),
        x(largest),
        y(slope * largest)
    );
    let mut path = String::new();
    for (index, (functions, value)) in points.iter().enumerate() {
        let command = if index == 0 { 'M' } else { 'L' };
        let (at_x, at_y) = (x(*functions), y(*value));
        let _ = write!(path, "{command}{at_x:.1} {at_y:.1}");
        let _ = writeln!(
            text,
            "<circle cx=\"{at_x:.1}\" cy=\"{at_y:.1}\" r=\"4\"><title>{functions} functions: {value:.2} {title}</title></circle>"
        );
    }
    let middle = (LEFT + WIDTH - EDGE) / 2.0;
    let _ = writeln!(
        text,
        "<path class=\"measured\" d=\"{path}\"/>\n<text x=\"{middle}\" y=\"{EDGE}\">{title}</text>\
         <text x=\"{middle}\" y=\"{}\">thousand functions</text>\n</g>",
        HEIGHT - 10.0
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_size_is_a_point_of_each_plot() {
        let size = |functions| Measured {
            modules: 1,
            functions,
            edges: 0,
            microseconds: functions * 100,
            peak_kib: functions * 10,
        };
        let text = plot(&[size(1000), size(2000), size(4000)]);
        assert_eq!(text.matches("<circle").count(), 6);
        assert!(!text.contains("NaN") && !text.contains("inf"), "{text}");
        assert!(!plot(&[]).contains("NaN"));
    }
}
