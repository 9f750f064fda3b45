//! What people read.

use anyhow::Result;

use super::figures::Figures;
use super::machine::{NOTHING, RECOMMENDED, whose};
use super::verdicts::{null_upcall, ratio};
use crate::results::Results;
use crate::variant::Variant;

const NAME: usize = 34;
const CELL: usize = 14;
const RATIOS: usize = 16;

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
    let titles = Variant::ALL.map(Variant::title);
    print!("\n{title:<NAME$}");
    for title in titles.into_iter().chain(["recommended"]) {
        print!("{title:>CELL$}");
    }
    let own = [Variant::Split.name(), RECOMMENDED];
    println!("{:>RATIOS$}{:>RATIOS$}", "both / in-tree", "crossings");
    for what in figures.whats(kind) {
        print!("  {what:<0$}", NAME - 2);
        for whose in whose() {
            print!("{:>CELL$}", cell(figures.get(kind, what, whose)));
        }
        let ratios = own.map(|whose| {
            let ratio = ratio(figures, kind, what, [whose, Variant::InTree.name()]);
            ratio.map_or_else(|| "-".to_owned(), |ratio| format!("{ratio:.3}"))
        });
        let crossed = own.map(|whose| cell(figures.get(&format!("{kind} crossings"), what, whose)));
        println!(
            "{:>RATIOS$}{:>RATIOS$}",
            ratios.join(", "),
            crossed.join(", ")
        );
    }
}
