//! The qtest protocol: accesses to the machine by lines of text (QEMU's documentation, "QTest device emulation testing
//! framework").

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;

use anyhow::{Context, Result, bail};

/// A change of an interrupt line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Edge {
    /// Which line.
    pub(crate) line: u32,
    /// Did it go up?
    pub(crate) raised: bool,
}

/// A connection to the emulator's qtest server.
#[derive(Debug)]
pub(crate) struct Qtest {
    replies: BufReader<UnixStream>,
    requests: UnixStream,
    edges: Vec<Edge>,
    line: String,
}

impl Qtest {
    /// Talks to the server at the other end, and has it report what reaches the inputs of `controller`.
    pub(crate) fn new(stream: UnixStream, controller: &str) -> Result<Self> {
        let mut qtest = Self {
            requests: stream.try_clone()?,
            replies: BufReader::new(stream),
            edges: Vec::new(),
            line: String::new(),
        };
        qtest.command(&format!("irq_intercept_in {controller}"))?;
        Ok(qtest)
    }

    /// A command without a value.
    pub(crate) fn command(&mut self, command: &str) -> Result<()> {
        self.ask(command).map(|_| ())
    }

    /// A command that yields a number.
    pub(crate) fn number(&mut self, command: &str) -> Result<u32> {
        let value = self.ask(command)?;
        let digits = value.trim_start_matches("0x");
        // Reads of memory come with 16 digits whatever their width.
        u64::from_str_radix(digits, 16)
            .map(|number| number as u32)
            .with_context(|| format!("`{command}` yields {value:?}"))
    }

    fn ask(&mut self, command: &str) -> Result<String> {
        self.requests
            .write_all(format!("{command}\n").as_bytes())
            .context("ask the emulator")?;
        loop {
            if self.next()? {
                continue;
            }
            let line = self.line.trim_end();
            return match line.split_once(' ').unwrap_or((line, "")) {
                ("OK", value) => Ok(value.to_owned()),
                _ => bail!("the emulator answers `{command}` with {line:?}"),
            };
        }
    }

    /// Waits for an interrupt line to go up, and forgets that it did.
    pub(crate) fn wait_for(&mut self, line: u32) -> Result<()> {
        let wanted = Edge { line, raised: true };
        loop {
            if let Some(at) = self.edges.iter().position(|&edge| edge == wanted) {
                self.edges.remove(at);
                return Ok(());
            }
            if !self.next()? {
                bail!("the emulator says {:?} without being asked", self.line);
            }
        }
    }

    /// The edges since the last call, in order.
    pub(crate) fn take_edges(&mut self) -> Vec<Edge> {
        std::mem::take(&mut self.edges)
    }

    /// Reads a line; true if it was about an interrupt line, and has been kept.
    fn next(&mut self) -> Result<bool> {
        self.line.clear();
        if self.replies.read_line(&mut self.line)? == 0 {
            bail!("the emulator ended");
        }
        let Some(edge) = edge(self.line.trim_end()) else {
            return Ok(false);
        };
        self.edges.push(edge);
        Ok(true)
    }
}

/// `IRQ raise 11`, `IRQ lower 11`.
fn edge(line: &str) -> Option<Edge> {
    let (verb, number) = line.strip_prefix("IRQ ")?.split_once(' ')?;
    Some(Edge {
        line: number.parse().ok()?,
        raised: verb == "raise",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_may_come_before_a_reply() {
        let (ours, theirs) = UnixStream::pair().unwrap();
        let server = std::thread::spawn(move || {
            let mut replies = theirs.try_clone().unwrap();
            let mut requests = BufReader::new(theirs).lines();
            let mut answer = |command: &str, reply: &str| {
                assert_eq!(requests.next().unwrap().unwrap(), command);
                replies.write_all(reply.as_bytes()).unwrap();
            };
            answer("irq_intercept_in ioapic", "OK\n");
            answer("inw 0xc010", "IRQ raise 11\nOK 0x0004\n");
            answer("outb 0x61 0", "FAIL Unknown command\n");
        });
        let mut qtest = Qtest::new(ours, "ioapic").unwrap();
        assert_eq!(qtest.number("inw 0xc010").unwrap(), 4);
        let raised = Edge {
            line: 11,
            raised: true,
        };
        assert_eq!(qtest.take_edges(), [raised]);
        assert!(qtest.command("outb 0x61 0").is_err());
        server.join().unwrap();
        assert!(qtest.command("inw 0xc010").is_err(), "the server has gone");
    }
}
