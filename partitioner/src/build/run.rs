//! Running other programs.

use std::process::Command;

use super::refusal;
use crate::diagnostics::{Diagnostic, Outcome};

/// How many of the last lines that a program printed are shown.
const SHOWN: usize = 60;

/// Runs to the end; returns everything it printed. Fails with the end of that when it fails.
pub(super) fn run(command: &mut Command, what: &str) -> Outcome<String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let title = format!("cannot {what}");
    let output = command
        .stdin(std::process::Stdio::null())
        .output()
        .map_err(|error| missing(&title, &program, &error))?;
    let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.push_str(&String::from_utf8_lossy(&output.stderr));
    if !output.status.success() {
        let lines: Vec<&str> = text.lines().collect();
        let tail = lines.get(lines.len().saturating_sub(SHOWN)..);
        let why = format!("`{program}` ended with {}", output.status);
        let help = format!("correct what `{program}` says; it was given what the split wrote");
        let mut diagnostic = refusal::failed(title, help).note(why);
        if let Some(tail) = tail.filter(|tail| !tail.is_empty()) {
            diagnostic = diagnostic.note(tail.join("\n"));
        }
        return Err(diagnostic.into());
    }
    Ok(text)
}

fn missing(title: &str, program: &str, error: &std::io::Error) -> Diagnostic {
    let help = format!("install `{program}`, or have PATH lead to it");
    refusal::failed(title.to_owned(), help).note(format!("cannot run `{program}`: {error}"))
}
