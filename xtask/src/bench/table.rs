//! What people read.

use anyhow::Result;

use super::figures::Figures;
use super::machine::NOTHING;
use super::verdicts::{null_upcall, ratio};
use crate::results::Results;
use crate::variant::Variant;

const NAME: usize = 34;
const CELL: usize = 14;

pub(super) fn print(results: &Results) -> Result<()> {
    let figures: Figures = serde_json::from_value(results.data["figures"].clone())?;
    primitives(&figures);
    crossings(&figures);
    for (kind, title) in [
        ("packet", "instructions per packet"),
        ("control", "instructions per control operation"),
        ("startup", "instructions at start and end"),
    ] {
        variants(&figures, kind, title);
    }
    for (list, title) in [
        ("differing", "differs between two boots"),
        ("worse", "worse than the baseline"),
    ] {
        let lines: Vec<String> = serde_json::from_value(results.data[list].clone())?;
        if !lines.is_empty() {
            println!("\n{title}");
            lines.iter().for_each(|line| println!("  {line}"));
        }
    }
    Ok(())
}

fn cell(value: Option<u64>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| value.to_string())
}

fn primitives(figures: &Figures) {
    println!(
        "{:<NAME$}{:>CELL$}{:>CELL$}",
        "round trips, instructions", "least", "median"
    );
    for what in figures.whats("primitive") {
        let of = |which| cell(figures.get("primitive", what, which));
        println!(
            "  {what:<0$}{1:>CELL$}{2:>CELL$}",
            NAME - 2,
            of("instructions"),
            of("median")
        );
    }
    println!(
        "  {:<1$}{2:>CELL$}",
        "null upcall",
        NAME - 2,
        cell(null_upcall(figures))
    );
    println!();
}

fn crossings(figures: &Figures) {
    println!(
        "{:<NAME$}{:>CELL$}{:>CELL$}{:>CELL$}{:>CELL$}",
        "an operation that does nothing", "unsplit", "split", "more", "crossings"
    );
    for what in figures.whats("crossing") {
        let [unsplit, split] = NOTHING.map(|whose| figures.get("crossing", what, whose));
        let more = unsplit
            .zip(split)
            .map(|(unsplit, split)| split.saturating_sub(unsplit));
        let crossed = figures.get("crossing crossings", what, NOTHING[1]);
        println!(
            "  {what:<0$}{1:>CELL$}{2:>CELL$}{3:>CELL$}{4:>CELL$}",
            NAME - 2,
            cell(unsplit),
            cell(split),
            cell(more),
            cell(crossed)
        );
    }
}

fn variants(figures: &Figures, kind: &str, title: &str) {
    print!("\n{title:<NAME$}");
    Variant::ALL
        .iter()
        .for_each(|variant| print!("{:>CELL$}", variant.title()));
    println!("{:>CELL$}{:>CELL$}", "split/in-tree", "crossings");
    for what in figures.whats(kind) {
        print!("  {what:<0$}", NAME - 2);
        for variant in Variant::ALL {
            print!("{:>CELL$}", cell(figures.get(kind, what, variant.name())));
        }
        let ratio = ratio(figures, kind, what, Variant::InTree);
        let ratio = ratio.map_or_else(|| "-".to_owned(), |ratio| format!("{ratio:.3}"));
        let crossed = figures.get(&format!("{kind} crossings"), what, Variant::Split.name());
        println!("{ratio:>CELL$}{:>CELL$}", cell(crossed));
    }
}
