//! `graph`: the call graph, for graphviz or as data.

use std::collections::BTreeMap;

use serde_json::json;

use super::cli::{Format, GraphArgs, GraphFormat};
use super::placement;
use crate::analysis::Mode;
use crate::diagnostics::Outcome;
use crate::plan::{Place, Plan};
use crate::report::{Data, Extras, svg};
use crate::source::Sources;

pub(super) fn run(args: &GraphArgs, sources: &mut Sources) -> Outcome<String> {
    let (analysis, options) =
        placement::analyse(&args.driver, Mode::Split, &args.placement, sources)?;
    Ok(match args.format {
        GraphFormat::Dot => dot(&analysis.plan),
        GraphFormat::Svg => {
            let data = Data::new(
                &analysis,
                sources,
                Extras {
                    profile: options.profile.as_ref(),
                    ..Extras::default()
                },
            );
            svg::file(&if args.crossings {
                data.crossings()
            } else {
                data
            })
        }
        GraphFormat::Json => data(&analysis.plan),
    })
}

/// How mistakes are printed.
pub(super) fn format(args: &GraphArgs) -> Format {
    match args.format {
        GraphFormat::Dot | GraphFormat::Svg => Format::Human,
        GraphFormat::Json => Format::Json,
    }
}

fn colour(place: Place) -> &'static str {
    match place {
        Place::Kernel => "#f4c7c3",
        Place::User => "#c6e0b4",
        Place::Both => "#fff2cc",
        Place::Nowhere => "#eeeeee",
    }
}

/// Boxes are functions, bold ones roots, coloured by half; dashed edges cross.
fn dot(plan: &Plan) -> String {
    let places: BTreeMap<&str, Place> = plan
        .functions
        .iter()
        .map(|entry| (entry.name.as_str(), entry.placement))
        .collect();
    let mut text = format!(
        "digraph \"{}\" {{\n    node [shape=box, style=filled];\n",
        plan.driver
    );
    for entry in &plan.functions {
        let style = if entry.root { "filled,bold" } else { "filled" };
        text.push_str(&format!(
            "    \"{}\" [fillcolor=\"{}\", style=\"{style}\", tooltip=\"{}: {}\"];\n",
            entry.name,
            colour(entry.placement),
            entry.context,
            entry.reason.replace('"', "'"),
        ));
    }
    for entry in &plan.functions {
        for callee in &entry.calls {
            let crosses = match (entry.placement, places.get(callee.as_str())) {
                (Place::Kernel, Some(Place::User)) | (Place::User, Some(Place::Kernel)) => {
                    " [style=dashed]"
                }
                _ => "",
            };
            text.push_str(&format!(
                "    \"{}\" -> \"{callee}\"{crosses};\n",
                entry.name
            ));
        }
    }
    text.push_str("}\n");
    text
}

fn data(plan: &Plan) -> String {
    let edges: Vec<_> = plan
        .functions
        .iter()
        .flat_map(|entry| {
            entry
                .calls
                .iter()
                .map(|callee| json!({ "from": entry.name, "to": callee }))
        })
        .collect();
    let graph = json!({
        "schema": plan.schema,
        "driver": plan.driver,
        "functions": plan.functions,
        "edges": edges,
    });
    format!("{graph:#}\n")
}
