//! A kernel half whose functions the kernel's tracers see: none of them is inlined, so that each call is a
//! call, and the manifest tells `build` to prepare them.

use super::Context;
use super::edits::Edits;
use crate::driver::Function;
use crate::source::Span;

pub(super) const NEVER: &str = "#[inline(never)]";

/// At the end of the kernel half's manifest.
pub(super) const MANIFEST: &str = "
# `build` prepares every function for the kernel's tracers.
[package.metadata.microdriver]
traceable = true
";

/// Keeps a function from being inlined: an attribute of its own that says otherwise is replaced, or else
/// the text is returned that stands before the function. A `const fn` may be what a constant is made of,
/// and does not count when the driver counts.
pub(super) fn never_inline(
    context: &Context<'_>,
    edits: &mut Edits<'_>,
    function: &Function,
    indentation: &str,
) -> String {
    if !context.watch.trace || function.signature.constness.is_some() {
        return String::new();
    }
    let mut own = function
        .attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("inline"))
        .map(|attribute| Span::of(function.span.file, attribute));
    match own.next() {
        Some(span) => {
            edits.replace(span.range(), NEVER.to_owned());
            String::new()
        }
        None => format!("{NEVER}\n{indentation}"),
    }
}
