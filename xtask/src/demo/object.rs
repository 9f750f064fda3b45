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

/// Rows with the bytes of the driver's functions in each half.
pub(super) fn rows(drivers: &[(Variant, Driver)]) -> Result<Vec<Row>> {
    let mut kernel = row(&format!("{OBJECT_BYTES} kernel half"));
    let mut user = row(&format!("{OBJECT_BYTES} user half"));
    for (variant, driver) in drivers {
        let Some(module) = driver.modules.last() else {
            continue;
        };
        // The module of the in-tree driver is nothing but the driver. Ours hold the runtime too,
        // so what counts is what has the name of the emitted crate in its own: its functions, and
        // those of the runtime that were made for its types. What is inlined into one counts.
        let part = format!("{NAME}_kernel::");
        let part = (*variant != Variant::InTree).then_some(part.as_str());
        kernel.cells.insert(*variant, cell(module, part)?);
        if let Some(half) = &driver.user {
            let part = format!("{NAME}_user::");
            user.cells
                .insert(*variant, cell(&half.program, Some(&part))?);
        }
    }
    let rows = [kernel, user].into_iter();
    Ok(rows.filter(|row| !row.cells.is_empty()).collect())
}

fn row(name: &str) -> Row {
    Row {
        section: CODE.to_owned(),
        name: name.to_owned(),
        cells: BTreeMap::new(),
        crossings: None,
    }
}

fn cell(file: &Path, part: Option<&str>) -> Result<Cell> {
    let bytes = std::fs::read(file).with_context(|| format!("read {}", file.display()))?;
    let object = object::File::parse(bytes.as_slice())
        .with_context(|| format!("read {}", file.display()))?;
    let mut total = 0;
    for symbol in object.symbols() {
        if symbol.kind() != SymbolKind::Text {
            continue;
        }
        let name = symbol.name().unwrap_or_default();
        // Without the hashes that tell crates of one name apart: they stand before the `::`.
        let name = format!("{:#}", rustc_demangle::demangle(name));
        if part.is_none_or(|part| name.contains(part)) {
            total += symbol.size();
        }
    }
    Ok(Cell {
        number: total as f64,
        note: None,
    })
}
