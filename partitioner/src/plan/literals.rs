//! What the build reads from constants of the driver: module parameters and PCI numbers.

use syn::{Expr, ExprLit, ImplItem, Item, Lit, UnOp};

use super::{Parameter, Parts, PciId};
use crate::diagnostics::{Code, Diagnostic, Outcome, Report};
use crate::driver::Entry;
use crate::halves;
use crate::resolve::{self, Target};
use crate::source::Span;

/// A value as its source makes it: `Type::function(arguments).method(arguments)`.
pub(super) struct Made {
    function: String,
    arguments: Vec<Expr>,
    methods: Vec<(String, Vec<Expr>)>,
}

/// Reads the constant `name` of a root trait's impl block, a list `&[f(...), g(...).h(...)]`.
///
/// # Errors
/// `MD0018` for each value that `read` cannot make out.
pub(super) fn list<T>(
    parts: &Parts<'_>,
    name: &str,
    read: fn(&Made) -> Option<T>,
) -> Outcome<Vec<T>> {
    let mut elements = Vec::new();
    for (_, entry) in parts.types.driver.entries() {
        let Item::Impl(block) = &entry.item else {
            continue;
        };
        if !halves::is_root_block(parts.types.api, block) {
            continue;
        }
        for item in &block.items {
            if let ImplItem::Const(constant) = item
                && constant.ident == name
            {
                collect(parts, entry, &constant.expr, &mut elements);
            }
        }
    }
    let (mut list, mut report) = (Vec::new(), Report::default());
    for (span, made) in elements {
        match made.as_ref().and_then(read) {
            Some(value) => list.push(value),
            None => {
                let title = format!("a value in `{name}` that the build cannot read");
                let help =
                    "write it as the documentation of its type does, with literals for arguments";
                let diagnostic = Diagnostic::new(Code::Literal, title, help);
                report.add(diagnostic.at(span, "not made from literals"));
            }
        }
    }
    report.finish()?;
    Ok(list)
}

fn collect(
    parts: &Parts<'_>,
    entry: &Entry,
    expression: &Expr,
    found: &mut Vec<(Span, Option<Made>)>,
) {
    match expression {
        Expr::Reference(reference) => collect(parts, entry, &reference.expr, found),
        Expr::Array(array) => array
            .elems
            .iter()
            .for_each(|element| collect(parts, entry, element, found)),
        Expr::Path(path) => {
            let names = resolve::segments(&path.path);
            let targets = parts
                .resolver
                .resolve(parts.types.driver, entry.module, &names);
            let mut known = false;
            for target in targets {
                let Target::Item(id, _) = target else {
                    continue;
                };
                let entry = parts.types.driver.item(id);
                if let Item::Const(constant) = &entry.item {
                    collect(parts, entry, &constant.expr, found);
                    known = true;
                }
            }
            if !known {
                found.push((Span::of(entry.span.file, expression), None));
            }
        }
        _ => found.push((Span::of(entry.span.file, expression), made(expression))),
    }
}

fn made(expression: &Expr) -> Option<Made> {
    match expression {
        Expr::Call(call) => {
            let Expr::Path(path) = &*call.func else {
                return None;
            };
            Some(Made {
                function: path.path.segments.last()?.ident.to_string(),
                arguments: call.args.iter().cloned().collect(),
                methods: Vec::new(),
            })
        }
        Expr::MethodCall(call) => {
            let mut made = made(&call.receiver)?;
            let arguments = call.args.iter().cloned().collect();
            made.methods.push((call.method.to_string(), arguments));
            Some(made)
        }
        _ => None,
    }
}

pub(super) fn parameter(made: &Made) -> Option<Parameter> {
    let per_card = match made.function.as_str() {
        "int" => false,
        "per_card" => true,
        _ => return None,
    };
    let [name, default, description] = made.arguments.as_slice() else {
        return None;
    };
    Some(Parameter {
        per_card,
        name: text(name)?,
        default: integer(default)?,
        description: text(description)?,
    })
}

pub(super) fn pci_id(made: &Made) -> Option<PciId> {
    let [vendor, device] = made.arguments.as_slice() else {
        return None;
    };
    let number = |expression| integer(expression).and_then(|value| u64::try_from(value).ok());
    let (mut class, mut class_mask) = (0, 0);
    for (method, arguments) in &made.methods {
        match (method.as_str(), arguments.as_slice()) {
            ("with_class", [of, mask]) => (class, class_mask) = (number(of)?, number(mask)?),
            _ => return None,
        }
    }
    Some(PciId {
        vendor: number(vendor)?,
        device: number(device)?,
        class,
        class_mask,
    })
}

fn text(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) => Some(text.value()),
        _ => None,
    }
}

fn integer(expression: &Expr) -> Option<i64> {
    match expression {
        Expr::Lit(ExprLit {
            lit: Lit::Int(value),
            ..
        }) => value.base10_parse().ok(),
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => {
            integer(&unary.expr).map(|value| -value)
        }
        Expr::Paren(inner) => integer(&inner.expr),
        _ => None,
    }
}
