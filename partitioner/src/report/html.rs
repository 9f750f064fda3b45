//! Puts the page together: one file, no network, no code of others.
//!
//! The picture is drawn here and stands in the page as it is, so the page shows something before its
//! script ran. The data is JSON in a script element that no name can break out of.

use super::data::{Data, Function};
use super::escape::{script, xml};
use super::{chart, svg};
use crate::plan::Place;

const PAGE: &str = include_str!("assets/page.html");
const STYLE: &str = include_str!("assets/report.css");
/// In this order, in one scope: each file says in its first line what it is about.
const SCRIPTS: &[&str] = &[
    include_str!("assets/model.js"),
    include_str!("assets/view.js"),
    include_str!("assets/panel.js"),
    include_str!("assets/search.js"),
    include_str!("assets/table.js"),
    include_str!("assets/main.js"),
];

/// The page.
pub fn page(data: &Data) -> String {
    let layout = svg::arrange(data);
    let hidden = |absent: bool| if absent { " hidden" } else { "" }.to_owned();
    let style = format!("{}{STYLE}", svg::STYLE);
    let code = format!("(() => {{\n'use strict';\n{}}})();\n", SCRIPTS.concat());
    let filled = |name: &str| match name {
        "title" => xml(&data.driver),
        "style" => style.clone(),
        "totals" => totals(data),
        "no-front" => hidden(data.front.is_empty()),
        "no-diff" => hidden(data.diff.is_none()),
        "width" => format!("{:.0}", layout.width),
        "height" => format!("{:.0}", layout.height),
        "scene" => svg::scene(data, &layout),
        "chart" => chart::chart(&data.front),
        "data" => script(data),
        "script" => code.clone(),
        _ => String::new(),
    };
    // What was filled in is not looked into again: a function may be called `@data@`.
    let parts = PAGE.split('@').enumerate();
    parts
        .map(|(index, part)| {
            if index % 2 == 0 {
                part.to_owned()
            } else {
                filled(part)
            }
        })
        .collect()
}

fn totals(data: &Data) -> String {
    let of = |place: Place| {
        let there = || {
            data.functions
                .iter()
                .filter(move |function| function.placement == place)
        };
        let lines: usize = there().map(|function: &Function| function.lines).sum();
        (there().count(), lines)
    };
    let mut text = String::new();
    for (place, label) in [
        (Place::Kernel, "kernel"),
        (Place::User, "user"),
        (Place::Both, "both"),
        (Place::Nowhere, "nowhere"),
    ] {
        let (count, lines) = of(place);
        if count > 0 || place != Place::Nowhere {
            text.push_str(&format!(
                "<li><span class=\"swatch {}\"></span>{label} <b>{count}</b>, {lines} lines</li>",
                place.name()
            ));
        }
    }
    let crossing = data.calls.iter().filter(|call| call.crosses).count();
    let upcalls = data
        .functions
        .iter()
        .filter(|function| function.root && function.crossing.is_some())
        .count();
    text.push_str(&format!(
        "<li><span class=\"swatch crossing\"></span>crossings <b>{}</b></li>",
        crossing + upcalls
    ));
    text
}
