//! The emulator's monitor: commands and replies as lines of JSON (qemu.readthedocs.io, "QEMU Machine Protocol
//! Specification").

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

/// A connection to the monitor, ready for commands.
#[derive(Debug)]
pub struct Control {
    replies: BufReader<UnixStream>,
    requests: UnixStream,
}

impl Control {
    /// Takes the emulator's greeting, and leaves negotiation behind.
    ///
    /// # Errors
    /// The other side is no monitor, or has gone.
    pub fn new(stream: UnixStream) -> Result<Self> {
        let mut control = Self {
            requests: stream.try_clone()?,
            replies: BufReader::new(stream),
        };
        // A greeting, and then nothing but this command is taken.
        control.read()?;
        control.execute("qmp_capabilities", &json!({}))?;
        Ok(control)
    }

    /// Runs a command to its end. Events in between are dropped.
    ///
    /// # Errors
    /// The emulator refuses the command, or has gone.
    pub fn execute(&mut self, command: &str, arguments: &Value) -> Result<Value> {
        let request = json!({ "execute": command, "arguments": arguments });
        writeln!(self.requests, "{request}").context("ask the emulator")?;
        loop {
            let mut reply = self.read()?;
            if let Some(error) = reply.get("error") {
                bail!("the emulator refuses {command}: {}", error["desc"]);
            }
            if let Some(value) = reply.get_mut("return") {
                return Ok(value.take());
            }
        }
    }

    /// Runs a command, and waits until its `event` was reported too, whichever comes first.
    ///
    /// # Errors
    /// The emulator refuses the command, or has gone.
    pub fn execute_until(&mut self, command: &str, event: &str) -> Result<()> {
        writeln!(self.requests, "{}", json!({ "execute": command })).context("ask the emulator")?;
        let (mut replied, mut reported) = (false, false);
        while !(replied && reported) {
            let line = self.read()?;
            if let Some(error) = line.get("error") {
                bail!("the emulator refuses {command}: {}", error["desc"]);
            }
            replied |= line.get("return").is_some();
            reported |= line["event"] == event;
        }
        Ok(())
    }

    fn read(&mut self) -> Result<Value> {
        let mut line = String::new();
        if self.replies.read_line(&mut line)? == 0 {
            bail!("the emulator ended");
        }
        serde_json::from_str(&line).context("what the emulator says")
    }
}
