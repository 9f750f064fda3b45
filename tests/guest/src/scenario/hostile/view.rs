//! What the kernel shows administrators of a split, in debugfs.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use anyhow::{Context, Result, ensure};

use crate::variant::Card;

fn read(card: &Card, file: &str) -> Result<String> {
    let path = format!("/sys/kernel/debug/microdriver/{}/{file}", card.address);
    let mode = fs::metadata(&path)
        .with_context(|| path.clone())?
        .permissions()
        .mode();
    ensure!(mode & 0o777 == 0o400, "{path} has mode {mode:o}");
    fs::read_to_string(&path).with_context(|| path)
}

fn number(text: &str, name: &str) -> Result<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    line.with_context(|| format!("no line `{name}`"))?
        .trim()
        .parse()
        .with_context(|| name.to_owned())
}

/// All three files, of a card with a user half that serves, after hostile ones.
pub(super) fn check(card: &Card) -> Result<()> {
    let placements = read(card, "placements")?;
    for (function, half) in [("::start_xmit", "kernel"), ("::get_drvinfo", "user")] {
        let line = placements.lines().find(|line| line.contains(function));
        let words = line.unwrap_or_default().split_whitespace().nth(1);
        ensure!(words == Some(half), "{function} is in {words:?}");
    }
    let crossings = read(card, "crossings")?;
    let counted = card.crossings.read();
    // Their sum may only grow meanwhile.
    let each = crossings
        .lines()
        .filter_map(|line| line.strip_prefix("service "))
        .filter_map(|line| line.rsplit_once(' ')?.1.parse::<u64>().ok())
        .sum::<u64>();
    let all = counted.get("downcalls").copied().unwrap_or(0);
    ensure!(each > 0 && each <= all, "{each} of {all} downcalls");
    ensure!(number(&crossings, "refused ")? > 0, "{crossings}");
    let incarnation = read(card, "incarnation")?;
    ensure!(incarnation.contains("phase ready\n"), "{incarnation}");
    ensure!(number(&incarnation, "process ")? > 1, "{incarnation}");
    let lives = number(&incarnation, "incarnations ")?;
    ensure!(
        lives == number(&crossings, "incarnations ")?,
        "{incarnation}"
    );
    ensure!(!incarnation.contains("last-end none"), "{incarnation}");
    Ok(())
}
