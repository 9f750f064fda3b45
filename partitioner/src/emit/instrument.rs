//! Instrumented halves: a line at the start of each function that counts its call, and the
//! tables that the runtime counts in. Bodies stay as they are otherwise.
//!
//! A `const fn` does not count: it may run in the compiler, and can ask for no service. What it costs is
//! its caller's.

use super::edits::Edits;
use super::{Context, dispatch};
use crate::analysis::Analysis;
use crate::diagnostics::{Code, Diagnostic, Outcome};
use crate::driver::{Function, FunctionId};
use crate::halves::Side;
use crate::source::Span;

/// The most functions that the runtime's tables can number.
const MOST: usize = 1 << 15;

/// Places for pairs of caller and callee, for each function: the runtime says when they were too few.
const PAIRS: usize = 16;

/// In the state's `KernelHalf` or `UserHalf`.
pub(super) const CONSTANT: &str =
    "    const PROFILE: Option<fn() -> &'static microdriver::profile::ProfileTable> =
        Some(crate::split::profile);
";

/// Whether the tables can hold the driver.
pub(super) fn check(analysis: &Analysis) -> Outcome<()> {
    let count = analysis.driver.iter().count();
    if count < MOST {
        return Ok(());
    }
    let title = format!("{count} functions are too many to count");
    let help = format!("an instrumented driver has less than {MOST} functions");
    Err(Diagnostic::new(Code::TooManyFunctions, title, help).into())
}

/// The line that counts a call of a function.
fn line(id: FunctionId) -> String {
    counts("enter", id)
}

/// The line that counts a call that crosses, in the stub. The kernel half counts the call itself, whichever
/// way it goes, so that it is counted once.
pub(super) fn crossing(side: Side, id: FunctionId) -> String {
    match side {
        Side::Kernel => line(id),
        Side::User => counts("leave", id),
    }
}

fn counts(how: &str, id: FunctionId) -> String {
    format!(
        "let _profile = microdriver::profile::{how}(crate::split::profile(), {});",
        id.0
    )
}

/// Puts that line first in a function's body.
pub(super) fn count(
    context: &Context<'_>,
    edits: &mut Edits<'_>,
    id: FunctionId,
    function: &Function,
) {
    if function.signature.constness.is_some() {
        return;
    }
    let block = Span::of(function.span.file, &function.block);
    // Attributes of the body stay first in it.
    let after = function
        .attributes
        .iter()
        .map(|attribute| Span::of(function.span.file, attribute).end)
        .filter(|end| block.range().contains(end))
        .max();
    let at = after.unwrap_or(block.start + 1);
    let indentation = edits.indentation(function.code.start);
    let body = &context.sources.text(block)[at - block.start..];
    let one_line = !body.contains('\n');
    let end = if one_line {
        format!("\n{indentation}    ")
    } else {
        String::new()
    };
    edits.replace(at..at, format!("\n{indentation}    {}{end}", line(id)));
}

/// For `src/split.rs`: what is counted in.
pub(super) fn tables(context: &Context<'_>) -> String {
    let analysis = context.analysis;
    let names: Vec<String> = analysis
        .driver
        .iter()
        .map(|(_, function)| format!("\"{}\"", function.name))
        .collect();
    let pairs = (names.len() * PAIRS).next_power_of_two();
    format!(
        "
use microdriver::profile::{{ProfileCell, ProfilePair, ProfileTable}};

/// The functions by the numbers under which they count.
const NAMES: &[&str] = &{list};

/// What each function did, and what each pair of them.
static CELLS: [ProfileCell; {count}] = [const {{ ProfileCell::new() }}; {count}];
static PAIRS: [ProfilePair; {pairs}] = [const {{ ProfilePair::new() }}; {pairs}];
static PROFILE: ProfileTable =
    ProfileTable::new(\"{driver}\", \"{source}\", NAMES, &CELLS, &PAIRS);

/// The counts.
#[inline(always)]
pub(crate) fn profile() -> &'static ProfileTable {{
    &PROFILE
}}
",
        list = dispatch::list(&names, ""),
        count = names.len(),
        driver = analysis.plan.driver,
        source = analysis.plan.source,
    )
}
