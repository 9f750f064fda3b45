//! Running other programs.

use anyhow::{Context as _, bail};
use std::process::Command;

/// Runs to the end; returns everything it printed. Fails with the end of that when it fails.
pub(super) fn run(command: &mut Command, what: &str) -> anyhow::Result<String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command
        .stdin(std::process::Stdio::null())
        .output()
        .with_context(|| format!("cannot run {program} to {what}; is it installed?"))?;
    let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.push_str(&String::from_utf8_lossy(&output.stderr));
    if !output.status.success() {
        let lines: Vec<&str> = text.lines().collect();
        let tail = lines
            .get(lines.len().saturating_sub(60)..)
            .unwrap_or(&[])
            .join("\n");
        bail!(
            "cannot {what}: {program} ended with {}\n{tail}",
            output.status
        );
    }
    Ok(text)
}
