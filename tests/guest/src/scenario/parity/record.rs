//! One operation after the other: done, marked in the trace, reported with what the kernel shows then.

use std::rc::Rc;
use std::time::Duration;

use anyhow::{Context, Result};
use nix::errno::Errno;
use serde_json::{Map, Value, json};

use super::view;
use crate::ports::Ports;
use crate::report;
use crate::sys::Interface;
use crate::tools;

/// The name of the near interface in commands.
const CARD: &str = "@";

/// How long after an operation the kernel is looked at: what it has left to others is done by then. There
/// is no event for a change that does not come. A change of the link is noticed by a watchdog, which
/// looks every two seconds; workers are sooner done.
const SETTLED: Duration = Duration::from_millis(100);
const LINK_SETTLED: Duration = Duration::from_millis(2500);

/// Groups of operations that do nothing to the link.
const WITHOUT_LINK: &[&str] = &[
    "absent",
    "drvinfo",
    "groups",
    "message-level",
    "mii",
    "mtu",
    "queue-length",
    "statistics",
    "strings",
    "unknown",
];

/// An operation.
#[derive(Clone, Copy)]
pub(super) enum Do {
    /// A command of the machine.
    Run(&'static str),
    /// A request, by name; what it says.
    Call(&'static str, fn(&Interface) -> Result<String, Errno>),
}

/// Does operations on the near card.
#[derive(Debug)]
pub(super) struct Recorder {
    ports: Ports,
    interface: Option<Rc<Interface>>,
    steps: usize,
}

impl Recorder {
    pub(super) fn new(ports: Ports) -> Self {
        Self {
            ports,
            interface: None,
            steps: 0,
        }
    }

    /// From here on the operations are for this interface.
    pub(super) fn watch(&mut self, name: &str) -> Result<()> {
        self.interface = Some(Rc::new(Interface::open(name, None)?));
        Ok(())
    }

    /// There is no interface any more.
    pub(super) fn forget(&mut self) {
        self.interface = None;
    }

    pub(super) fn ports(&self) -> &Ports {
        &self.ports
    }

    /// Does a group of operations.
    pub(super) fn group(&mut self, group: &str, operations: &[Do]) -> Result<()> {
        for operation in operations {
            match *operation {
                Do::Run(command) => self.run(group, command)?,
                Do::Call(name, call) => {
                    let interface = self.interface.clone().context("no interface")?;
                    self.call(group, name, || call(&interface))?;
                }
            }
        }
        Ok(())
    }

    /// Runs a command.
    pub(super) fn run(&mut self, group: &str, command: &str) -> Result<()> {
        let name = match &self.interface {
            Some(interface) => interface.name().to_owned(),
            None => String::new(),
        };
        let words: Vec<String> = command
            .split(' ')
            .map(|word| word.replace(CARD, &name))
            .collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        self.begin()?;
        let outcome = tools::run(words[0], &words[1..])?;
        let outcome = json!({
            "code": outcome.code,
            "stdout": outcome.stdout,
            "stderr": outcome.stderr,
        });
        self.end(group, command, outcome)
    }

    /// Makes a request, which may fail.
    pub(super) fn call(
        &mut self,
        group: &str,
        name: &str,
        call: impl FnOnce() -> Result<String, Errno>,
    ) -> Result<()> {
        self.begin()?;
        let (code, stdout) = match call() {
            Ok(said) => ("ok".to_owned(), said),
            Err(errno) => (format!("{errno:?}"), String::new()),
        };
        self.end(group, name, json!({ "code": code, "stdout": stdout }))
    }

    /// Does something that has to succeed.
    pub(super) fn make<T>(
        &mut self,
        group: &str,
        name: &str,
        make: impl FnOnce() -> Result<T>,
    ) -> Result<T> {
        self.begin()?;
        let made = make().with_context(|| format!("{group}: {name}"))?;
        self.end(group, name, json!({ "code": "ok" }))?;
        Ok(made)
    }

    /// Reports something that was found out meanwhile, as an operation of its own.
    pub(super) fn found(&mut self, group: &str, name: &str, what: &str) -> Result<()> {
        self.call(group, name, || Ok(what.to_owned()))
    }

    fn begin(&mut self) -> Result<()> {
        self.steps += 1;
        self.ports.mark(self.steps)
    }

    fn end(&mut self, group: &str, command: &str, outcome: Value) -> Result<()> {
        std::thread::sleep(match WITHOUT_LINK.contains(&group) {
            true => SETTLED,
            false => LINK_SETTLED,
        });
        // What the view itself does to the chip is none of the operation's.
        self.ports.mark(0)?;
        let view = match &self.interface {
            Some(interface) => view::of(interface)?,
            None => Map::new(),
        };
        let mut line = json!({
            "event": "parity",
            "step": self.steps,
            "group": group,
            "command": command,
            "view": view,
        });
        if let (Value::Object(line), Value::Object(outcome)) = (&mut line, outcome) {
            line.extend(outcome);
        }
        report::line(&line);
        Ok(())
    }
}
