//! Names of types must say which type is meant: types are known by their last name everywhere. And the
//! state must have a name outside the crate: what runs it is not in it.

use std::collections::BTreeMap;

use syn::Item;

use super::Driver;
use crate::api::Api;
use crate::diagnostics::{Code, Diagnostic, Outcome, Report};
use crate::load::API;
use crate::resolve::{self, Resolver, Target};
use crate::source::Span;

/// Checks that no two types share a name, and that none has two.
///
/// # Errors
/// `MD0005`.
pub fn check(driver: &Driver, api: &Api, resolver: &Resolver) -> Outcome<()> {
    let mut report = Report::default();
    let types = types(driver, &mut report);
    if driver.exported().is_none() {
        let title = format!("the driver state `{}` is not exported", driver.state);
        let help = "make it `pub`, and `pub use` it in the root of the crate";
        let entry = driver.item(driver.state_item);
        let span = match &entry.item {
            Item::Struct(item) => Span::of(entry.span.file, &item.ident),
            _ => entry.span,
        };
        let diagnostic = Diagnostic::new(Code::NoDriver, title, help);
        report.add(diagnostic.at(span, "what runs a half names it from outside"));
    }
    for entry in &driver.items {
        let Item::Use(item) = &entry.item else {
            continue;
        };
        for import in resolve::imports(item) {
            let last = import.path.last().cloned().unwrap_or_default();
            let Some(name) = import.name.filter(|name| name != "_") else {
                continue;
            };
            let targets = resolver.resolve(driver, entry.module, &import.path);
            let is_type = targets.iter().any(|target| match target {
                Target::Item(id, _) => types
                    .get(&last)
                    .is_some_and(|found| found == &driver.item(*id).span),
                Target::Outside(path) => {
                    path.first().is_some_and(|first| first == API)
                        && (api.types.contains_key(&last) || api.traits.contains_key(&last))
                }
                Target::Module(_) => false,
            });
            let outside = targets
                .iter()
                .any(|target| matches!(target, Target::Outside(_)));
            let span = Span::of(entry.span.file, &item.tree);
            if is_type && name != last {
                let title = format!("type `{last}` gets another name, `{name}`");
                let help = "import it under its own name";
                let diagnostic = Diagnostic::new(Code::Unsupported, title, help);
                report.add(diagnostic.at(span, "types are known by their names"));
            } else if is_type
                && outside
                && let Some(own) = types.get(&last)
            {
                let title = format!("the driver has a type `{last}`, and the driver API, too");
                let help = "give the driver's type another name";
                let diagnostic = Diagnostic::new(Code::Unsupported, title, help);
                report.add(diagnostic.at(*own, "the driver's").with(span, "the API's"));
            }
        }
    }
    report.finish()
}

impl Driver {
    /// The path by which the driver exports its state: where it is, or a `pub use` in the root.
    pub fn exported(&self) -> Option<String> {
        let entry = self.item(self.state_item);
        let mut visible = is_public(&entry.item);
        let mut at = self.tree.module(entry.module);
        let mut path = at.path.clone();
        path.push(self.state.clone());
        let path = path.join("::");
        if !visible {
            return None;
        }
        while let Some(parent) = at.parent {
            let name = at.path.last();
            at = self.tree.module(parent);
            visible &= at.items.iter().any(|item| match item {
                Item::Mod(found) => Some(&found.ident.to_string()) == name && is_public(item),
                _ => false,
            });
        }
        if visible {
            return Some(path);
        }
        let uses = at.items.iter().filter_map(|item| match item {
            Item::Use(item) if resolve::is_exported(&item.vis) => Some(resolve::imports(item)),
            _ => None,
        });
        let mut imports = uses.flatten();
        let found = imports.find(|import| import.path.last() == Some(&self.state))?;
        found.name
    }
}

fn is_public(item: &Item) -> bool {
    match item {
        Item::Struct(item) => resolve::is_exported(&item.vis),
        Item::Mod(item) => resolve::is_exported(&item.vis),
        _ => false,
    }
}

/// The types of the driver by name.
fn types(driver: &Driver, report: &mut Report) -> BTreeMap<String, Span> {
    let mut types: BTreeMap<String, Span> = BTreeMap::new();
    for entry in &driver.items {
        let (Item::Struct(_) | Item::Enum(_) | Item::Type(_), Some(name)) =
            (&entry.item, &entry.name)
        else {
            continue;
        };
        if let Some(first) = types.insert(name.clone(), entry.span) {
            let title = format!("two types of the driver are named `{name}`");
            let help = "give one of them another name";
            let diagnostic = Diagnostic::new(Code::Unsupported, title, help);
            report.add(
                diagnostic
                    .at(entry.span, "the second")
                    .with(first, "the first"),
            );
        }
    }
    types
}
