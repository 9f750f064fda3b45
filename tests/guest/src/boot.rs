//! From a bare kernel to a machine that can run programs, and its end.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use nix::mount::{MsFlags, mount};
use nix::sys::reboot::{RebootMode, reboot};

use crate::tools;

/// `key=value` words of the kernel's command line.
#[derive(Debug, Default)]
pub(crate) struct Parameters(BTreeMap<String, String>);

impl Parameters {
    fn parse(line: &str) -> Self {
        let words = line.split_whitespace().filter_map(|word| {
            let (key, value) = word.split_once('=')?;
            Some((key.to_owned(), value.to_owned()))
        });
        Self(words.collect())
    }

    /// The value of `key`, if it is there.
    pub(crate) fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    /// The value of `key`.
    pub(crate) fn required(&self, key: &str) -> Result<&str> {
        self.get(key)
            .with_context(|| format!("no `{key}=` on the kernel's command line"))
    }

    /// The words of `key`, separated by commas; none if it is not there.
    pub(crate) fn list(&self, key: &str) -> impl Iterator<Item = &str> {
        self.get(key).into_iter().flat_map(|words| words.split(','))
    }

    /// The same, with what is meant for `name` alone (`name.key=value`) in place of what is for all.
    pub(crate) fn of(&self, name: &str) -> Self {
        let mut parameters = self.0.clone();
        for (key, value) in &self.0 {
            if let Some((of, key)) = key.split_once('.')
                && of == name
            {
                parameters.insert(key.to_owned(), value.clone());
            }
        }
        Self(parameters)
    }

    /// The same, with this value of `key`.
    pub(crate) fn with(mut self, key: &str, value: &str) -> Self {
        self.0.insert(key.to_owned(), value.to_owned());
        self
    }

    /// The number `key`, or this one.
    pub(crate) fn number(&self, key: &str, default: u32) -> Result<u32> {
        match self.get(key) {
            None => Ok(default),
            Some(text) => text.parse().with_context(|| format!("{key}={text}")),
        }
    }
}

/// Mounts what programs expect, brings the loopback device up, reads the command line.
pub(crate) fn prepare() -> Result<Parameters> {
    for (what, place) in [
        ("proc", "/proc"),
        ("sysfs", "/sys"),
        ("devtmpfs", "/dev"),
        ("tmpfs", "/tmp"),
        ("tmpfs", "/run"),
        ("debugfs", "/sys/kernel/debug"),
    ] {
        mount(
            Some(what),
            Path::new(place),
            Some(what),
            MsFlags::empty(),
            None::<&str>,
        )
        .with_context(|| format!("mount {place}"))?;
    }
    tools::must("ip", &["link", "set", "lo", "up"])?;
    without_ipv6()?;
    let line = std::fs::read_to_string("/proc/cmdline")?;
    Ok(Parameters::parse(&line))
}

/// Turns IPv6 off in the present network namespace: its address autoconfiguration sends packets of its
/// own, whenever it likes.
pub(crate) fn without_ipv6() -> Result<()> {
    for which in ["all", "default"] {
        // What is there belongs to the namespace of the thread that opens it.
        let path = format!("/proc/sys/net/ipv6/conf/{which}/disable_ipv6");
        std::fs::write(&path, "1").with_context(|| format!("write {path}"))?;
    }
    Ok(())
}

/// Powers the machine off.
pub(crate) fn power_off() -> ! {
    crate::report::drain();
    let error = reboot(RebootMode::RB_POWER_OFF);
    // Process 1 must not end otherwise; the kernel's panic then ends the machine.
    panic!("power off: {error:?}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read() {
        let parameters = Parameters::parse("console=ttyS0 quiet scenario=counts rounds=5\n");
        assert_eq!(parameters.get("scenario"), Some("counts"));
        assert_eq!(parameters.number("rounds", 1).unwrap(), 5);
        assert_eq!(parameters.number("other", 1).unwrap(), 1);
        assert!(parameters.required("quiet").is_err());
    }
}
