//! Running the machine's programs, as a user would.

use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde::Serialize;

/// What a program did.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Outcome {
    /// Its exit status; 128 and the number of the signal if it was killed.
    pub(crate) code: i32,
    /// Its standard output.
    pub(crate) stdout: String,
    /// Its standard error.
    pub(crate) stderr: String,
}

/// Runs a program to its end, however it ends.
pub(crate) fn run(program: &str, arguments: &[&str]) -> Result<Outcome> {
    use std::os::unix::process::ExitStatusExt;
    let output = command(program)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("run {program}"))?;
    let signalled = || output.status.signal().map_or(-1, |signal| 128 + signal);
    Ok(Outcome {
        code: output.status.code().unwrap_or_else(signalled),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}

/// Runs a program that has to succeed.
pub(crate) fn must(program: &str, arguments: &[&str]) -> Result<String> {
    let outcome = run(program, arguments)?;
    if outcome.code != 0 {
        bail!(
            "`{program} {}` ended with status {}: {}{}",
            arguments.join(" "),
            outcome.code,
            outcome.stdout.trim(),
            outcome.stderr.trim()
        );
    }
    Ok(outcome.stdout)
}

/// A command for one of the image's programs, with nothing inherited but the standard streams.
pub(crate) fn command(program: &str) -> Command {
    let mut command = Command::new(program);
    command.env_clear().env("PATH", "/bin");
    command
}
