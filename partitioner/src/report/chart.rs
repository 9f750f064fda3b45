//! Draws the plans that could be chosen: lines left in the kernel against what crossings cost.

use std::fmt::Write;

use super::escape::xml;
use super::front::Choice;

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 320.0;
/// Room for the axes.
const LEFT: f64 = 84.0;
const BOTTOM: f64 = 48.0;
const EDGE: f64 = 18.0;

/// The chart; nothing without plans.
pub(super) fn chart(front: &[Choice]) -> String {
    if front.is_empty() {
        return String::new();
    }
    #[expect(clippy::cast_precision_loss, reason = "points of a chart")]
    let points: Vec<(f64, f64, &Choice)> = front
        .iter()
        .map(|choice| (choice.lines as f64, choice.instructions.max(0.0), choice))
        .collect();
    let right = nice(points.iter().map(|point| point.0).fold(1.0, f64::max));
    let top = nice(points.iter().map(|point| point.1).fold(1e-9, f64::max));
    let x = |lines: f64| LEFT + lines / right * (WIDTH - LEFT - EDGE);
    let y = |overhead: f64| HEIGHT - BOTTOM - overhead / top * (HEIGHT - BOTTOM - EDGE);
    let mut text = format!(
        "<svg class=\"chart\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" \
         aria-label=\"lines in the kernel against instructions a second for crossings\">\n"
    );
    for step in 0..=4 {
        let part = f64::from(step) / 4.0;
        let (at_x, at_y) = (x(part * right), y(part * top));
        let _ = writeln!(
            text,
            "<path class=\"grid\" d=\"M{LEFT} {at_y:.1}H{0:.1}M{at_x:.1} {EDGE}V{1:.1}\"/>\
             <text class=\"tick end\" x=\"{2}\" y=\"{3:.1}\">{4}</text>\
             <text class=\"tick middle\" x=\"{at_x:.1}\" y=\"{5}\">{6}</text>",
            WIDTH - EDGE,
            HEIGHT - BOTTOM,
            LEFT - 8.0,
            at_y + 4.0,
            figure(part * top),
            HEIGHT - BOTTOM + 18.0,
            figure(part * right),
        );
    }
    let mut path = String::new();
    let front = points.iter().filter(|point| point.2.lambda.is_some());
    for (index, (lines, overhead, _)) in front.enumerate() {
        let command = if index == 0 { 'M' } else { 'L' };
        let _ = write!(path, "{command}{:.1} {:.1}", x(*lines), y(*overhead));
    }
    let _ = writeln!(text, "<path class=\"front\" d=\"{path}\"/>");
    for (lines, overhead, choice) in &points {
        let (kind, radius) = if choice.chosen {
            ("choice chosen", 7)
        } else {
            ("choice", 4)
        };
        let share = choice
            .overhead
            .map(|share| format!(", {share:.2} %"))
            .unwrap_or_default();
        let best = choice.lambda.map_or_else(
            || "the best at no price of a line".to_owned(),
            |price| format!("best if a line is worth {price:.1}"),
        );
        let title = format!(
            "{} lines in the kernel, {} instructions a second for crossings{share}; {best}",
            choice.lines,
            figure(choice.instructions),
        );
        let _ = writeln!(
            text,
            "<circle class=\"{kind}\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"{radius}\"><title>{}</title></circle>",
            x(*lines),
            y(*overhead),
            xml(&title),
        );
    }
    let _ = writeln!(
        text,
        "<text class=\"axis middle\" x=\"{}\" y=\"{}\">lines of the driver in the kernel</text>\
         <text class=\"axis middle\" transform=\"translate(16 {}) rotate(-90)\">instructions a second for crossings</text>\n</svg>",
        (LEFT + WIDTH - EDGE) / 2.0,
        HEIGHT - 8.0,
        (HEIGHT - BOTTOM + EDGE) / 2.0,
    );
    text
}

/// A round figure that is not below the value.
fn nice(value: f64) -> f64 {
    let power = 10_f64.powf(value.log10().floor());
    let steps = [1.0, 2.0, 4.0, 5.0, 8.0, 10.0];
    let fitting = steps
        .into_iter()
        .map(|step| step * power)
        .find(|round| *round >= value);
    fitting.unwrap_or(10.0 * power)
}

fn figure(value: f64) -> String {
    let (value, suffix) = match value {
        value if value >= 1e9 => (value / 1e9, " G"),
        value if value >= 1e6 => (value / 1e6, " M"),
        value if value >= 1e4 => (value / 1e3, " k"),
        value => (value, ""),
    };
    let digits = if value == 0.0 || value >= 10.0 {
        0
    } else if value >= 1.0 {
        1
    } else {
        3
    };
    format!("{value:.digits$}{suffix}")
}
