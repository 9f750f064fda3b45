//! The part of a `plan.json` that the build needs, checked: what it says goes into C, a manifest and file names.

use anyhow::{Context as _, bail, ensure};
use serde::Deserialize;
use std::collections::BTreeSet;

/// Longest name of a driver, a parameter or a state, in bytes.
const LONGEST_NAME: usize = 64;
/// Longest description of a parameter, in bytes.
const LONGEST_DESCRIPTION: usize = 1024;

/// A plan.
#[derive(Debug, Deserialize)]
pub(super) struct Plan {
    /// The package's name.
    pub(super) driver: String,
    /// The state's type.
    pub(super) state: String,
    /// Module parameters.
    #[serde(default)]
    pub(super) parameters: Vec<Parameter>,
    /// Devices that it drives.
    #[serde(default)]
    pub(super) pci_ids: Vec<PciId>,
}

/// A module parameter.
#[derive(Debug, Deserialize)]
pub(super) struct Parameter {
    pub(super) name: String,
    pub(super) default: i64,
    pub(super) description: String,
    #[serde(default)]
    pub(super) per_card: bool,
}

/// A device on the PCI bus.
#[derive(Debug, Deserialize)]
pub(super) struct PciId {
    pub(super) vendor: u32,
    pub(super) device: u32,
    #[serde(default)]
    pub(super) class: u32,
    #[serde(default)]
    pub(super) class_mask: u32,
}

impl Plan {
    /// Reads a plan.
    ///
    /// # Errors
    /// It is no plan, or a name in it is none.
    pub(super) fn parse(text: &str) -> anyhow::Result<Self> {
        let plan: Plan = serde_json::from_str(text)?;
        ensure!(
            is_name(&plan.driver.replace('-', "_")),
            "the driver's name {:?} is not that of a package",
            plan.driver
        );
        ensure!(
            is_name(&plan.state),
            "the state's type {:?} is not an identifier",
            plan.state
        );
        let mut names = BTreeSet::new();
        for parameter in &plan.parameters {
            parameter.check()?;
            let name = &parameter.name;
            ensure!(
                names.insert(name),
                "the module parameter {name} is there twice"
            );
        }
        Ok(plan)
    }
}

impl Parameter {
    fn check(&self) -> anyhow::Result<()> {
        let name = &self.name;
        if !is_name(name) {
            bail!("the module parameter {name:?} is not an identifier");
        }
        i32::try_from(self.default).with_context(|| {
            format!("the default of the module parameter {name} is no 32-bit integer")
        })?;
        let is_plain = |c: char| !c.is_control() && c != '"' && c != '\\';
        ensure!(
            self.description.chars().all(is_plain),
            "the description of the module parameter {name} has a quote, a backslash or a line break"
        );
        ensure!(
            self.description.len() <= LONGEST_DESCRIPTION,
            "the description of the module parameter {name} is longer than {LONGEST_DESCRIPTION} bytes"
        );
        Ok(())
    }
}

/// Whether it is an identifier in C and in Rust, and a file name.
fn is_name(name: &str) -> bool {
    name.len() <= LONGEST_NAME
        && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn with(driver: &str, state: &str, name: &str, description: &str) -> String {
        serde_json::json!({
            "driver": driver, "state": state, "pci_ids": [{"vendor": 1, "device": 2}],
            "parameters": [{"name": name, "default": -1, "description": description}],
        })
        .to_string()
    }

    #[test]
    fn what_could_break_out_of_the_places_it_goes_to_is_refused() {
        let good = || Plan::parse(&with("my-driver", "State", "debug", "what: (0..3), 'x'"));
        assert!(good().is_ok());
        for (driver, state, name, description) in [
            ("../evil", "State", "debug", "d"),
            ("evil.ko\nall:", "State", "debug", "d"),
            ("", "State", "debug", "d"),
            ("driver", "State); evil!(", "debug", "d"),
            ("driver", "1State", "debug", "d"),
            ("driver", "State", "debug, x", "d"),
            ("driver", "State", "9", "d"),
            ("driver", "State", "debug", "a\"; evil"),
            ("driver", "State", "debug", "a\\"),
            ("driver", "State", "debug", "a\nb"),
        ] {
            let text = with(driver, state, name, description);
            assert!(Plan::parse(&text).is_err(), "{text}");
        }
        let long = "x".repeat(LONGEST_NAME + 1);
        assert!(Plan::parse(&with(&long, "State", "debug", "d")).is_err());
        let twice = with("d", "State", "debug", "d").replace(
            "\"parameters\":[",
            "\"parameters\":[{\"name\":\"debug\",\"default\":0,\"description\":\"\"},",
        );
        assert!(
            Plan::parse(&twice)
                .unwrap_err()
                .to_string()
                .contains("twice")
        );
        let large = with("d", "State", "debug", "d").replace("-1", "4294967296");
        assert!(Plan::parse(&large).is_err());
    }

    proptest! {
        #[test]
        fn any_plan_is_read_or_refused_and_its_c_source_has_a_line_for_each_thing(
            driver in "[a-z_/.\n-]{0,6}", state in "\\PC{0,4}|[A-Z][a-z]{0,4}", name in "[a-z0-9,]{0,4}",
            description in "\\PC{0,20}|[ -~\n]{0,20}", cut in 0..400_usize,
        ) {
            let text = with(&driver, &state, &name, &description);
            let _ = Plan::parse(text.get(..cut).unwrap_or(&text));
            if let Ok(plan) = Plan::parse(&text) {
                let source = crate::build::kbuild::parameters(&plan);
                let other = Plan::parse(&with("d", "State", "a", "")).unwrap();
                let expected = crate::build::kbuild::parameters(&other);
                prop_assert_eq!(source.lines().count(), expected.lines().count());
            }
        }
    }
}
