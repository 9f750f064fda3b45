//! The other process of a round trip: this program again, with a word that says what to do.

use std::os::fd::AsFd;
use std::process::{Child, Stdio, exit};

use anyhow::{Context, Result, bail};
use nix::errno::Errno;
use nix::unistd::{read, write};

use super::{fuse, primitives};
use crate::tools;

/// The first argument that makes this program the partner.
pub(crate) const WORD: &str = "bench-partner";

/// Starts it, with these as its standard streams.
pub(super) fn start(what: &str, input: Stdio, output: Stdio) -> Result<Child> {
    tools::command("/init")
        .args([WORD, what])
        .stdin(input)
        .stdout(output)
        .spawn()
        .with_context(|| format!("start the partner for {what}"))
}

/// Runs the partner.
pub(crate) fn main(arguments: &[String]) -> ! {
    let outcome = match arguments {
        [what] => match what.as_str() {
            "echo" => echo(),
            "floor" => primitives::serve(),
            "fuse" => fuse::serve(),
            _ => Err(anyhow::anyhow!("no such partner: {what}")),
        },
        _ => Err(anyhow::anyhow!("called wrongly")),
    };
    match outcome {
        Ok(()) => exit(0),
        Err(error) => {
            eprintln!("partner: {error:#}");
            exit(1)
        }
    }
}

/// Gives back what comes, until nothing more comes.
fn echo() -> Result<()> {
    let (input, output) = (std::io::stdin(), std::io::stdout());
    let mut buffer = [0; 8];
    loop {
        match read(input.as_fd(), &mut buffer) {
            Ok(0) => return Ok(()),
            // An eventfd ends with a number that nobody else sends.
            Ok(8) if u64::from_ne_bytes(buffer) == primitives::END => return Ok(()),
            Ok(length) => {
                let written = write(output.as_fd(), &buffer[..length]).context("answer")?;
                if written != length {
                    bail!("answered {written} bytes of {length}");
                }
            }
            Err(Errno::EINTR) => {}
            Err(error) => return Err(error).context("read"),
        }
    }
}
