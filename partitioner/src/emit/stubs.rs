//! Stubs: what stands in one half for a function whose body is in the other.

use std::collections::BTreeSet;

use syn::{FnArg, Pat};

use super::{Context, carried, instrument, module, traceable};
use crate::crossing::{self, Crossing};
use crate::driver::state::Sharing;
use crate::driver::{Function, FunctionId};
use crate::halves::Side;
use crate::source::Span;
use crate::types::Types;

/// The longest chain that rustfmt leaves on one line.
const CHAIN_WIDTH: usize = 60;

/// The most lines of a stub: one looks at it and goes on.
const MOST_LINES: usize = 9;

pub(super) fn stub(
    context: &Context<'_>,
    id: FunctionId,
    function: &Function,
    indentation: &str,
    raised: bool,
) -> String {
    let signature = signature(context, function, raised);
    let inner = format!("{indentation}    ");
    let mut body = call(context, id, function, &inner);
    if context.watch.count {
        body = format!("{}\n{inner}{body}", instrument::crossing(context.side, id));
    }
    let never = match context.watch.trace {
        true => format!("{}\n{indentation}", traceable::NEVER),
        false => String::new(),
    };
    let code = format!("{never}{signature} {{\n{inner}{body}\n{indentation}}}");
    let room = MOST_LINES.saturating_sub(code.lines().count() + 2);
    let mut docs = first_paragraph(context, function);
    docs.truncate(room);
    if !docs.is_empty() {
        docs.push("///".to_owned());
    }
    docs.push(format!("/// {}", comment(context, id, function)));
    let docs: String = docs
        .iter()
        .map(|line| format!("{line}\n{indentation}"))
        .collect();
    format!("{docs}{code}")
}

/// The first paragraph of a function's documentation, as it is written.
fn first_paragraph(context: &Context<'_>, function: &Function) -> Vec<String> {
    let attributes = function.attributes.iter();
    attributes
        .map(|attribute| {
            context
                .sources
                .text(Span::of(function.span.file, attribute))
        })
        .skip_while(|line| !line.starts_with("///"))
        .take_while(|line| line.starts_with("///") && line.trim() != "///")
        .map(|line| line.trim_end().to_owned())
        .collect()
}

fn comment(context: &Context<'_>, id: FunctionId, function: &Function) -> String {
    let half = match context.side {
        Side::Kernel => "user",
        Side::User => "kernel",
    };
    let placement = &context.analysis.placement;
    let reason = placement
        .kernel
        .get(&id)
        .or_else(|| placement.user.get(&id));
    let reason = reason.map_or("", String::as_str);
    let place = module::place(context, function);
    format!(
        "A stub: `{}` runs in the {half} half ({place}; {reason}).",
        function.name
    )
}

/// The signature as it is written, with plain names for the arguments.
fn signature(context: &Context<'_>, function: &Function, raised: bool) -> String {
    let block = Span::of(function.span.file, &function.block);
    let start = match function.visibility {
        Some(span) if raised => span.end,
        _ => function.code.start,
    };
    let mut text = String::new();
    let mut at = start;
    let typed = function
        .signature
        .inputs
        .iter()
        .filter_map(|input| match input {
            FnArg::Typed(typed) => Some(typed),
            FnArg::Receiver(_) => None,
        });
    let source = &context.sources.file(function.span.file).text;
    for (index, typed) in typed.enumerate() {
        let pattern = Span::of(function.span.file, &*typed.pat);
        let name = match &*typed.pat {
            Pat::Ident(ident) => Some(ident.ident.to_string()),
            _ => None,
        };
        text.push_str(&source[at..pattern.start]);
        text.push_str(&crossing::name(index, name));
        at = pattern.end;
    }
    text.push_str(source[at..block.start].trim_end());
    if raised {
        format!("pub(crate) {}", text.trim_start())
    } else {
        text
    }
}

fn call(context: &Context<'_>, id: FunctionId, function: &Function, indentation: &str) -> String {
    let analysis = context.analysis;
    let types = Types {
        driver: &analysis.driver,
        api: &analysis.api,
    };
    let arguments: Vec<String> = crossing::sent(function)
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    let tuple = match arguments.as_slice() {
        [] => "()".to_owned(),
        [only] => format!("({only},)"),
        several => format!("({})", several.join(", ")),
    };
    let device = match crossing::device_argument(function) {
        Some(index) => crossing::name(
            index,
            function
                .arguments()
                .into_iter()
                .nth(index)
                .and_then(|a| a.name),
        ),
        None => {
            let channel = analysis
                .fields
                .iter()
                .find(|field| field.sharing == Sharing::Channel);
            format!(
                "self.{}",
                channel.map_or("device", |field| field.name.as_str())
            )
        }
    };
    let (method, constant) = match context.side {
        Side::User => ("downcall", context.numbers.down(id)),
        Side::Kernel => match crossing::upcall(&types, function) {
            Ok(Crossing::Deferred) => ("defer", context.numbers.up(id)),
            _ if is_remembered(context, id) => ("upcall_once", context.numbers.up(id)),
            _ => ("upcall", context.numbers.up(id)),
        },
    };
    let rest = format!(".{method}(crate::split::{constant}, &{tuple})");
    // Of a downcall without result, the type is inferred from where it stands: last.
    let end = if method == "defer" { ";" } else { "" };
    let chained = device.contains('.') && device.len() + rest.len() > CHAIN_WIDTH;
    if chained {
        format!("{device}\n{indentation}    {rest}{end}")
    } else {
        format!("{device}{rest}{end}")
    }
}

/// Whether the kernel half remembers what the function returned: it sees whether a lock's state changed, of
/// those locks that come with calls.
fn is_remembered(context: &Context<'_>, id: FunctionId) -> bool {
    let analysis = context.analysis;
    let carried = analysis.halves.locks.iter().take(carried::MOST);
    let carried: BTreeSet<&String> = carried.map(|field| &field.name).collect();
    let locks = analysis.graph.remembered[id.0].as_ref();
    locks.is_some_and(|locks| locks.iter().all(|lock| carried.contains(lock)))
}
