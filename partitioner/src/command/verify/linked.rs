//! `verify --object`: a linked kernel half against its plan.

use std::path::Path;

use serde_json::json;

use crate::command::cli::Format;
use crate::command::{print, refuse};
use crate::diagnostics::{Code, Diagnostic, Outcome, Refusal};
use crate::input;
use crate::oracle;
use crate::source::Sources;

/// Looks at a linked kernel half.
pub(super) fn linked(object: &Path, plan: &Path, format: Format, styled: bool) -> Outcome<u8> {
    let no_witness = |text: &str| {
        let linked = "name the kernel half as it was linked, and the plan.json of its split";
        let is_module = object
            .extension()
            .is_some_and(|extension| extension == "ko");
        let help = if is_module {
            let debug = object.with_extension("debug.o");
            format!(
                "{linked}: a module is stripped, `build` leaves `{}` beside it",
                debug.display()
            )
        } else {
            linked.to_owned()
        };
        Refusal::from(Diagnostic::new(Code::NoWitness, text, help))
    };
    let unreadable = |path: &Path, error: std::io::Error| {
        no_witness(&format!("cannot read {}: {error}", path.display()))
    };
    let text = input::text(plan, input::MOST_JSON).map_err(|error| unreadable(plan, error))?;
    let data =
        input::read(object, oracle::object::LARGEST).map_err(|error| unreadable(object, error))?;
    let reached = oracle::object::against_plan(&data, &text)
        .map_err(|error| no_witness(&format!("{}: {error:#}", object.display())))?;
    if let Some(diagnostic) = oracle::object::finding(&reached) {
        return Ok(refuse(
            &diagnostic.into(),
            &Sources::default(),
            format,
            styled,
        ));
    }
    let printed = match format {
        Format::Human => format!("{reached}\n"),
        Format::Json => {
            let (roots, crossings) = (reached.roots, reached.crossings);
            format!(
                "{:#}\n",
                json!({ "schema": 1, "atomic_roots": roots, "crossings": crossings, "reached": reached.reached })
            )
        }
    };
    Ok(print(&printed))
}
