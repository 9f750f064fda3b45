//! What the kernel shows administrators of a split, in debugfs.

use std::fs;
use std::io::Read;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use nix::libc::O_NONBLOCK;

use crate::tools;
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
    let of = |name: &str| counted.get(name).copied().unwrap_or(0);
    let all = of("downcalls") + of("posted");
    ensure!(
        each > 0 && each <= all,
        "{each} of {all} downcalls and posted requests"
    );
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

/// A debug line of the user half crosses only while dynamic debug has the module's lines on; then it
/// is in the kernel's log.
pub(super) fn check_debug_lines(card: &Card, interface: &str) -> Result<()> {
    let count = |name: &str| -> Result<u64> {
        let crossings = read(card, "crossings")?;
        let line = crossings.lines().find(|line| line.contains(name));
        let count = line.and_then(|line| line.rsplit_once(' ')?.1.parse().ok());
        count.with_context(|| format!("no line `{name}`"))
    };
    let wait_for = |name: &str, more_than: u64| -> Result<()> {
        let deadline = Instant::now() + Duration::from_secs(15);
        while count(name)? <= more_than {
            ensure!(Instant::now() < deadline, "`{name}` is not counted");
            std::thread::yield_now();
        }
        Ok(())
    };
    let promiscuous = |state: &str| -> Result<()> {
        let before = count("::set_rx_mode ")?;
        tools::must("ip", &["link", "set", interface, "promisc", state])?;
        wait_for("::set_rx_mode ", before)
    };
    let lines = count("service Log ")?;
    promiscuous("on")?;
    // Filters are set one after the other: when this one begins, the one before is done.
    promiscuous("off")?;
    let after = count("service Log ")?;
    ensure!(after == lines, "{} lines crossed for nobody", after - lines);
    fs::write(
        "/sys/kernel/debug/dynamic_debug/control",
        "module pcnet32_md +p",
    )
    .context("turn debug lines on")?;
    promiscuous("on")?;
    wait_for("service Log ", lines)?;
    let mut log = fs::OpenOptions::new()
        .read(true)
        .custom_flags(O_NONBLOCK)
        .open("/dev/kmsg")?;
    let mut record = [0; 8192];
    let mut found = false;
    // One record a read, until there is none.
    while let Ok(length) = log.read(&mut record) {
        let text = String::from_utf8_lossy(record.get(..length).unwrap_or(&[]));
        // Facility 0, level 7.
        found |= text.starts_with("7,") && text.contains(&card.address);
    }
    ensure!(found, "no debug line in the kernel's log");
    promiscuous("off")
}
