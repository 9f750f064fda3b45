//! What the build reads from constants of the driver: module parameters and PCI numbers.

use syn::{Expr, ExprLit, ImplItem, Item, Lit, UnOp};

use super::{Parameter, Parts, PciId};
use crate::halves;
use crate::load::ModuleId;
use crate::resolve::{self, Target};

/// The calls in a constant of a root trait's impl block that is a list: `&[f(...), ...]`.
pub(super) fn literals(parts: &Parts<'_>, name: &str) -> Vec<Vec<Expr>> {
    let mut found = Vec::new();
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
                collect(parts, entry.module, &constant.expr, &mut found);
            }
        }
    }
    found
}

fn collect(parts: &Parts<'_>, module: ModuleId, expression: &Expr, found: &mut Vec<Vec<Expr>>) {
    match expression {
        Expr::Reference(reference) => collect(parts, module, &reference.expr, found),
        Expr::Array(array) => array
            .elems
            .iter()
            .for_each(|element| collect(parts, module, element, found)),
        Expr::Call(call) => found.push(call.args.iter().cloned().collect()),
        Expr::Path(path) => {
            let path = resolve::segments(&path.path);
            for target in parts.resolver.resolve(parts.types.driver, module, &path) {
                let Target::Item(id, _) = target else {
                    continue;
                };
                let entry = parts.types.driver.item(id);
                if let Item::Const(constant) = &entry.item {
                    collect(parts, entry.module, &constant.expr, found);
                }
            }
        }
        _ => {}
    }
}

pub(super) fn parameter(arguments: &[Expr]) -> Option<Parameter> {
    let [name, default, description] = arguments else {
        return None;
    };
    Some(Parameter {
        name: text(name)?,
        default: integer(default)?,
        description: text(description)?,
    })
}

pub(super) fn pci_id(arguments: &[Expr]) -> Option<PciId> {
    let [vendor, device] = arguments else {
        return None;
    };
    let number = |expression| integer(expression).and_then(|value| u64::try_from(value).ok());
    Some(PciId {
        vendor: number(vendor)?,
        device: number(device)?,
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
