//! Who takes the instructions of an operation: what `perf report` says of some of them, run again and again.

use anyhow::{Context as _, Result};
use rig::kernel::Kernel;

use super::machine;
use crate::{Context, setup};

/// Lines of each operation that are printed; all of them are in the file.
const LINES: usize = 25;

/// Profiles, prints the most expensive functions of each operation, and leaves all of it in a file.
pub(super) fn run(context: &Context, kernel: &Kernel) -> Result<()> {
    setup::perf(context)?;
    let lines = machine::profile(context, kernel)?;
    let mut all = String::new();
    let mut whose = String::new();
    for line in &lines {
        let name = line["name"].as_str().unwrap_or_default();
        match line["event"].as_str().unwrap_or_default() {
            "driver" => name.clone_into(&mut whose),
            "profile" => {
                let text = line["text"].as_str().context("no text")?;
                let title = format!("{whose}, {name}: {} calls", line["calls"]);
                let rows: Vec<&str> = text.lines().filter(|line| is_row(line)).collect();
                println!("\n{title}");
                rows.iter().take(LINES).for_each(|row| println!("  {row}"));
                all.push_str(&format!("{title}\n{}\n\n", rows.join("\n")));
            }
            _ => {}
        }
    }
    let path = context.layout.target("results").join("bench.perf");
    rig::fs::replace(&path, all.as_bytes())?;
    println!("\nall of it: {}", context.layout.shown(&path));
    Ok(())
}

/// Rows begin with a share; the rest is comment.
fn is_row(line: &str) -> bool {
    let line = line.trim_start();
    !line.is_empty() && !line.starts_with('#')
}
