//! What people read.

use anyhow::Result;

use super::crossings::{batched, more, null_upcall};
use super::figures::Figures;
use super::machine::{NOTHING, RECOMMENDED, whose};
use super::processors::Processors;
use super::verdicts::ratio;
use crate::results::Results;
use crate::variant::Variant;

const NAME: usize = 38;
const CELL: usize = 14;
const RATIOS: usize = 16;

pub(super) fn print(results: &Results) -> Result<()> {
    let figures: Figures = serde_json::from_value(results.data["figures"].clone())?;
    primitives(&figures);
    crossings(&figures);
    for (kind, title) in [
        ("packet", "instructions per packet"),
        ("pktgen", "the same, of the kernel's generator"),
        ("control", "instructions per control operation"),
        ("startup", "instructions at start and end"),
    ] {
        variants(&figures, kind, title);
    }
    let two: Processors = serde_json::from_value(results.data["processors"].clone())?;
    two.print();
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
        "{:<NAME$}{:>CELL$}{:>CELL$}{:>CELL$}",
        "round trips, instructions", "least", "median", "99 in 100"
    );
    for what in figures.whats("primitive") {
        let of = |which| cell(figures.get("primitive", what, which));
        println!(
            "  {what:<0$}{1:>CELL$}{2:>CELL$}{3:>CELL$}",
            NAME - 2,
            of("instructions"),
            of("median"),
            of("p99")
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
    let titles = [
        "unsplit",
        "split",
        "more",
        "median",
        "99 in 100",
        "crossings",
    ];
    print!("{:<NAME$}", "an operation that does nothing");
    titles.iter().for_each(|title| print!("{title:>CELL$}"));
    println!();
    for what in figures.whats("crossing") {
        let [unsplit, split] = NOTHING.map(|whose| figures.get("crossing", what, whose));
        let more =
            ["crossing", "crossing median", "crossing p99"].map(|kind| more(figures, kind, what));
        let crossed = figures.get("crossing crossings", what, NOTHING[1]);
        print!("  {what:<0$}", NAME - 2);
        for value in [unsplit, split].into_iter().chain(more).chain([crossed]) {
            print!("{:>CELL$}", cell(value));
        }
        println!();
    }
    let skipped = NAME + 2 * CELL;
    for (item, instructions) in batched(figures) {
        println!("  {item:<0$}{1:>CELL$}", skipped - 2, cell(instructions));
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
