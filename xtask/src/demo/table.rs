//! The table that people read.

use anyhow::Result;

use super::figures::{Cell, Row};
use super::object::{EXPLANATION, OBJECT_BYTES};
use crate::differences::Difference;
use crate::results::Results;
use crate::variant::Variant;

const NAME_WIDTH: usize = 30;
const CELL_WIDTH: usize = 24;

/// Prints the rows, a column for each driver.
pub(crate) fn print(results: &Results) -> Result<()> {
    let variants: Vec<Variant> = serde_json::from_value(results.data["variants"].clone())?;
    let rows: Vec<Row> = serde_json::from_value(results.data["rows"].clone())?;
    let mut section = "";
    for row in &rows {
        if row.section != section {
            section = &row.section;
            print!("\n{section:NAME_WIDTH$}");
            for variant in &variants {
                print!("{:>CELL_WIDTH$}", variant.title());
            }
            println!();
        }
        print!("  {:1$}", row.name, NAME_WIDTH - 2);
        for variant in &variants {
            print!("{:>CELL_WIDTH$}", cell(row.cells.get(variant)));
        }
        match row.crossings.as_deref() {
            None | Some("") => println!(),
            Some(crossings) => println!("  [{crossings}]"),
        }
    }
    if rows.iter().any(|row| row.crossings.is_some()) {
        println!("\n[in brackets: crossings of the split driver for one such operation]");
    }
    if rows.iter().any(|row| row.name.starts_with(OBJECT_BYTES)) {
        println!("\n{EXPLANATION}");
    }
    Ok(())
}

/// Prints the differences from the in-tree driver that users see.
pub(crate) fn print_differences(results: &Results) -> Result<()> {
    let differences: Vec<Difference> = serde_json::from_value(results.data["differences"].clone())?;
    let explained = differences.iter().filter(|d| d.reason.is_some()).count();
    if explained > 0 {
        println!(
            "\n{explained} explained differences from the in-tree driver: docs/differences.md"
        );
    }
    for difference in differences.iter().filter(|d| d.reason.is_none()) {
        println!(
            "\nnot explained ({}): {}: {}\n  in-tree  {}\n  ours     {}",
            difference.variant,
            difference.command,
            difference.field,
            difference.in_tree,
            difference.ours
        );
    }
    Ok(())
}

fn cell(cell: Option<&Cell>) -> String {
    let Some(cell) = cell else {
        return "-".to_owned();
    };
    let number = grouped(cell.number);
    match &cell.note {
        None => number,
        Some(note) => format!("{note} {number}"),
    }
}

/// Whole numbers with commas between thousands.
fn grouped(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_grouped() {
        assert_eq!(grouped(0.0), "0");
        assert_eq!(grouped(999.0), "999");
        assert_eq!(grouped(1_000.0), "1,000");
        assert_eq!(grouped(1_234_567.0), "1,234,567");
    }
}
