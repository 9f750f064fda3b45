//! How much machine code of the driver is in what was built.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Result};
use object::{Object, ObjectSymbol, SymbolKind};

use super::figures::{CODE, Cell, Row};
use crate::build::{Driver, NAME};
use crate::variant::Variant;

/// How the names of the rows begin.
pub(super) const OBJECT_BYTES: &str = "object bytes:";

/// What the rows count, for those who read the table.
pub(super) const EXPLANATION: &str = "\
[object bytes of our drivers: their own functions, stubs and dispatchers; and the kernel runtime's entry points
 as compiled for them, into which the compiler puts operations, or the stubs of those in the user half]";

/// Rows with the bytes of the driver's functions in each half.
pub(super) fn rows(drivers: &[(Variant, Driver)]) -> Result<Vec<Row>> {
    let mut kernel = row("kernel half");
    let mut entries = row("entry points");
    let mut user = row("user half");
    for (variant, driver) in drivers {
        let Some(module) = driver.modules.last() else {
            continue;
        };
        let functions = functions(module)?;
        if *variant == Variant::InTree {
            // The module is nothing but the driver.
            kernel.cells.insert(*variant, sum(&functions, |_| true));
            continue;
        }
        let part = format!("{NAME}_kernel::");
        let own = |name: &str| is_of(name, &part);
        kernel.cells.insert(*variant, sum(&functions, own));
        let for_it = |name: &str| name.contains(&part) && !own(name);
        entries.cells.insert(*variant, sum(&functions, for_it));
        if let Some(half) = &driver.user {
            let part = format!("{NAME}_user::");
            let functions = self::functions(&half.program)?;
            let of_it = |name: &str| is_of(name, &part);
            user.cells.insert(*variant, sum(&functions, of_it));
        }
    }
    let rows = [kernel, entries, user].into_iter();
    Ok(rows.filter(|row| !row.cells.is_empty()).collect())
}

fn row(name: &str) -> Row {
    Row {
        section: CODE.to_owned(),
        name: format!("{OBJECT_BYTES} {name}"),
        cells: BTreeMap::new(),
        crossings: None,
    }
}

/// Is this a function of a crate, or of its types, by its name?
fn is_of(name: &str, part: &str) -> bool {
    name.trim_start_matches('<').starts_with(part)
}

fn sum(functions: &[(String, u64)], counts: impl Fn(&str) -> bool) -> Cell {
    let counted = functions.iter().filter(|(name, _)| counts(name));
    Cell {
        number: counted.map(|(_, size)| size).sum::<u64>() as f64,
        note: None,
    }
}

/// The names and sizes of the functions in an object file.
fn functions(file: &Path) -> Result<Vec<(String, u64)>> {
    let bytes = std::fs::read(file).with_context(|| format!("read {}", file.display()))?;
    let object = object::File::parse(bytes.as_slice())
        .with_context(|| format!("read {}", file.display()))?;
    let functions = object.symbols().filter(|s| s.kind() == SymbolKind::Text);
    let functions = functions.map(|symbol| {
        let name = symbol.name().unwrap_or_default();
        // Without the hashes that tell crates of one name apart: they stand before the `::`.
        let name = format!("{:#}", rustc_demangle::demangle(name));
        (name, symbol.size())
    });
    Ok(functions.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_told_apart() {
        assert!(is_of("card_kernel::rings::fill", "card_kernel::"));
        assert!(is_of(
            "<card_kernel::State as Driver>::probe",
            "card_kernel::"
        ));
        assert!(!is_of(
            "<runtime::Entry<card_kernel::State>>::poll",
            "card_kernel::"
        ));
    }
}
