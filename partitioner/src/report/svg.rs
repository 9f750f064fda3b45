//! Draws the call graph: boxes are functions, roots on the left, halves by colour and shape, crossings heavy.

use std::fmt::Write;

use super::data::{Call, Data, Function};
use super::escape::xml;
use super::layout::{self, BOX, Layout, Point};
use crate::plan::Place;

/// Longer names are cut in the picture.
const LONGEST: usize = 38;
/// The width of a character of the picture's font.
const CHARACTER: f64 = 6.65;
/// How far the mark of a root stands out.
const STUB: f64 = 14.0;

/// How the picture looks; the page and the picture on its own share it.
pub(super) const STYLE: &str = include_str!("assets/graph.css");

/// The picture as a file of its own.
pub fn file(data: &Data) -> String {
    let layout = arrange(data);
    let (width, height) = (layout.width.ceil(), layout.height.ceil() + 30.0);
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
         height=\"{height}\" class=\"graph\" role=\"img\" aria-label=\"call graph of {name}\">\n\
         <title>call graph of {name}</title>\n<style>\n{STYLE}</style>\n\
         <rect class=\"ground\" width=\"100%\" height=\"100%\"/>\n",
        name = xml(&data.driver),
    );
    text.push_str(&scene(data, &layout));
    legend(&mut text, layout.height.ceil() + 8.0);
    text.push_str("</svg>\n");
    text
}

/// Where everything goes.
pub(super) fn arrange(data: &Data) -> Layout {
    layout::layout(&layout::Graph {
        widths: data
            .functions
            .iter()
            .map(|function| width(&function.name))
            .collect(),
        roots: data
            .functions
            .iter()
            .map(|function| function.root)
            .collect(),
        lines: data.calls.iter().map(|call| (call.from, call.to)).collect(),
    })
}

/// Lines first, then boxes on top of them.
pub(super) fn scene(data: &Data, layout: &Layout) -> String {
    let mut text = String::from("<g class=\"calls\">\n");
    let drawn = || data.calls.iter().zip(&layout.lines);
    // Crossings on top of other calls.
    for crosses in [false, true] {
        for (call, points) in drawn().filter(|(call, _)| call.crosses == crosses) {
            line(&mut text, data, call, points);
        }
    }
    text.push_str("</g>\n<g class=\"functions\">\n");
    for (number, (function, at)) in data.functions.iter().zip(&layout.boxes).enumerate() {
        function_box(&mut text, number, function, *at);
    }
    text.push_str("</g>\n");
    text
}

fn width(name: &str) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a name is short")]
    let characters = name.chars().count().min(LONGEST) as f64;
    (characters * CHARACTER).round() + 18.0
}

fn line(text: &mut String, data: &Data, call: &Call, points: &[Point]) {
    if points.is_empty() {
        return;
    }
    let kind = if call.crosses { "call crosses" } else { "call" };
    let path = path(points);
    let (from, to) = (call.from, call.to);
    let weight = if call.crosses {
        weight(call.frequency)
    } else {
        String::new()
    };
    let _ = write!(
        text,
        "<path class=\"{kind}\" data-from=\"{from}\" data-to=\"{to}\"{weight} d=\"{path}\""
    );
    if call.crosses {
        let often = call
            .frequency
            .map(|often| format!(", {often} times"))
            .unwrap_or_default();
        let (from, to) = (&data.functions[from], &data.functions[to]);
        let title = format!("{} \u{2192} {}: crosses{often}", from.name, to.name);
        let _ = writeln!(text, "><title>{}</title></path>", xml(&title));
    } else {
        text.push_str("/>\n");
    }
}

/// A crossing is as heavy as it is frequent: a pixel more for ten times as often. How heavy it is if nothing was
/// recorded, the style says.
fn weight(frequency: Option<u64>) -> String {
    match frequency {
        None => String::new(),
        Some(0) => " stroke-width=\"1.4\"".to_owned(),
        Some(often) => {
            #[expect(clippy::cast_precision_loss, reason = "a line's width")]
            let width = 2.4 + (often as f64).log10();
            format!(" stroke-width=\"{width:.1}\"")
        }
    }
}

fn path(points: &[Point]) -> String {
    let mut path = String::new();
    for (index, pair) in points.chunks_exact(2).enumerate() {
        let (from, to) = (pair[0], pair[1]);
        let command = if index == 0 { 'M' } else { 'L' };
        let bend = f64::midpoint(from.x, to.x);
        let _ = write!(
            path,
            "{command}{:.0} {:.1}C{bend:.0} {:.1} {bend:.0} {:.1} {:.0} {:.1}",
            from.x, from.y, from.y, to.y, to.x, to.y
        );
    }
    path
}

fn function_box(text: &mut String, number: usize, function: &Function, at: Point) {
    let place = function.placement.name();
    let root = if function.root { " root" } else { "" };
    let (width, top) = (width(&function.name), at.y - BOX / 2.0);
    // Colour is not all that tells them apart: corners are square in the kernel, round in the user half.
    let radius = match function.placement {
        Place::Kernel => 1.0,
        Place::User => BOX / 2.0,
        Place::Both | Place::Nowhere => 5.0,
    };
    let _ = write!(
        text,
        "<g class=\"function {place}{root}\" data-number=\"{number}\"><title>{}</title>",
        xml(&format!(
            "{}\n{place}, {}\n{}",
            function.name, function.context, function.reason
        )),
    );
    if function.root {
        let crossing = match function.crossing {
            Some("deferred") => "entry crosses deferred",
            Some(_) => "entry crosses",
            None => "entry",
        };
        let _ = write!(
            text,
            "<path class=\"{crossing}\"{} d=\"M{:.0} {:.1}h{STUB}\"/>",
            function
                .crossing
                .map(|_| weight(function.frequency))
                .unwrap_or_default(),
            at.x - STUB,
            at.y
        );
    }
    let _ = writeln!(
        text,
        "<rect x=\"{:.0}\" y=\"{top:.1}\" width=\"{width:.0}\" height=\"{BOX}\" rx=\"{radius}\"/>\
         <text x=\"{:.0}\" y=\"{:.1}\">{}</text></g>",
        at.x,
        at.x + 9.0,
        at.y + 4.0,
        xml(&short(&function.name)),
    );
}

fn short(name: &str) -> String {
    if name.chars().count() <= LONGEST {
        return name.to_owned();
    }
    let start: String = name.chars().take(LONGEST - 1).collect();
    format!("{start}\u{2026}")
}

/// What shapes and lines mean.
fn legend(text: &mut String, top: f64) {
    let entries = [
        (Place::Kernel, "kernel half", 1.0),
        (Place::User, "user half", 8.0),
        (Place::Both, "both", 4.0),
    ];
    let mut left = 24.0;
    text.push_str("<g class=\"legend\">");
    for (place, label, radius) in entries {
        let _ = write!(
            text,
            "<g class=\"function {}\"><rect x=\"{left}\" y=\"{top}\" width=\"26\" height=\"14\" rx=\"{radius}\"/></g>\
             <text x=\"{}\" y=\"{}\">{label}</text>",
            place.name(),
            left + 32.0,
            top + 11.0,
        );
        left += 130.0;
    }
    let _ = writeln!(
        text,
        "<path class=\"call crosses\" d=\"M{left} {0}h26\"/><text x=\"{1}\" y=\"{2}\">crossing</text></g>",
        top + 7.0,
        left + 32.0,
        top + 11.0,
    );
}
