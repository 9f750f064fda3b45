//! `explain`: what a diagnostic means, with an example; or the list of all.

use clap::Args;
use serde_json::json;

use super::cli::Format;
use super::{FAILURE, FINDING, SUCCESS, USAGE, print};
use crate::diagnostics::{self, Summary};

/// Arguments of `explain`.
#[derive(Clone, Debug, Args)]
pub struct ExplainArgs {
    /// The id, such as MD0010; all are listed without one.
    pub id: Option<String>,
    /// How to print.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// Explains one diagnostic, or lists all.
pub(super) fn run(args: &ExplainArgs) -> u8 {
    let Some(id) = &args.id else {
        return print(&match args.format {
            Format::Human => list(),
            Format::Json => {
                let all: Vec<_> = diagnostics::all().map(data).collect();
                format!("{:#}\n", json!({ "schema": 1, "diagnostics": all }))
            }
        });
    };
    let Some(found) = diagnostics::all().find(|found| found.id.eq_ignore_ascii_case(id)) else {
        eprintln!("error: no diagnostic has the id `{id}`");
        eprintln!("help: `pcnet-partition explain` lists all");
        return USAGE;
    };
    print(&match args.format {
        Format::Human => format!("{}: {}\n", found.id, found.text),
        Format::Json => format!("{:#}\n", data(found)),
    })
}

fn list() -> String {
    let line = |found: Summary| format!("{}  {}\n", found.id, found.title);
    diagnostics::all().map(line).collect()
}

fn data(found: Summary) -> serde_json::Value {
    let exit = match (found.warning, found.failure) {
        (true, _) => SUCCESS,
        (_, true) => FAILURE,
        _ => FINDING,
    };
    json!({
        "id": found.id,
        "title": found.title,
        "exit": exit,
        "text": found.text,
    })
}
