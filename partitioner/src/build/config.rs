//! What the target kernel's configuration demands of the code that goes into it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::diagnostics::{Code, Diagnostic, Outcome};
use crate::input;

/// How much of a release is shown.
const LONGEST: usize = 80;

/// Oldest kernel that the runtime builds for.
const OLDEST: (u32, u32) = (6, 1);

/// The largest file of a configuration that is read, in bytes: a kernel's has some hundred thousand.
const LARGEST: u64 = 16 << 20;

/// A kernel's build directory and the options that are on in it.
#[derive(Debug)]
pub(super) struct Config {
    /// The directory that `make -C` takes.
    pub(super) dir: PathBuf,
    /// Its release, as `uname -r` prints it.
    pub(super) release: String,
    on: BTreeSet<String>,
}

impl Config {
    /// Reads the configuration in a kernel's build directory.
    ///
    /// # Errors
    /// `MD0081`.
    pub(super) fn read(dir: &Path) -> Outcome<Self> {
        let refuse = |dir: &Path, why: String| {
            let title = format!("`{}` is no kernel build directory", dir.display());
            let help = "name that of a kernel's headers package, as /lib/modules/$(uname -r)/build";
            Diagnostic::new(Code::KernelDirectory, title, help).note(why)
        };
        let dir = fs::canonicalize(dir).map_err(|error| refuse(dir, error.to_string()))?;
        let read = |name: &str| -> Outcome<String> {
            let text = input::text(&dir.join(name), LARGEST);
            Ok(text.map_err(|error| refuse(&dir, format!("cannot read `{name}` in it: {error}")))?)
        };
        let on = read("include/config/auto.conf")?
            .lines()
            .filter_map(|line| line.strip_suffix("=y").map(str::to_owned))
            .collect();
        let release = read("include/config/kernel.release")?.trim().to_owned();
        let mut numbers = release
            .split(['.', '-', '+'])
            .map_while(|part| part.parse::<u32>().ok());
        let version = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
        if version < OLDEST {
            let shown: String = release.chars().take(LONGEST).collect();
            let title = format!("`{shown}` is no kernel release that the runtime builds for");
            let help = format!("build for {}.{} or later", OLDEST.0, OLDEST.1);
            return Err(Diagnostic::new(Code::KernelDirectory, title, help)
                .note(format!("`{}` is built for it", dir.display()))
                .into());
        }
        Ok(Self { dir, release, on })
    }

    fn any(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.on.contains(*name))
    }

    /// Flags for `rustc`; the mitigations' options had other names before 6.9.
    pub(super) fn rust_flags(&self) -> Vec<&'static str> {
        let mut flags = vec![
            "-Crelocation-model=static",
            "-Ccode-model=kernel",
            "-Cjump-tables=no",
            "-Zplt=yes",
            "-Zdirect-access-external-data=yes",
            // The kernel sorts a module's unwind entries when it loads it. Told from a frame pointer,
            // pushing and popping needs none: a third fewer, and a million instructions.
            "-Cforce-frame-pointers=yes",
            "-Dwarnings",
        ];
        if self.any(&["CONFIG_MITIGATION_RETHUNK", "CONFIG_RETHUNK"]) {
            flags.push("-Zfunction-return=thunk-extern");
        }
        if self.any(&["CONFIG_MITIGATION_RETPOLINE", "CONFIG_RETPOLINE"]) {
            flags.push("-Zretpoline-external-thunk");
        }
        if self.any(&["CONFIG_X86_KERNEL_IBT"]) {
            flags.push("-Zcf-protection=branch");
        }
        flags
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::Refusal;
    use proptest::collection::vec;
    use proptest::prelude::*;

    /// A kernel's build directory with these files.
    fn read(options: &[u8], release: &[u8]) -> Outcome<Config> {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let config = directory.path().join("include/config");
        fs::create_dir_all(&config).expect("created");
        fs::write(config.join("auto.conf"), options).expect("written");
        fs::write(config.join("kernel.release"), release).expect("written");
        Config::read(directory.path())
    }

    #[test]
    fn options_and_the_release_are_read() {
        let options = b"CONFIG_RETPOLINE=y\nCONFIG_MODULES=m\n# CONFIG_X86_KERNEL_IBT=y\n";
        let config = read(options, b"6.12.3-amd64\n").expect("a kernel");
        assert_eq!(config.release, "6.12.3-amd64");
        let flags = config.rust_flags();
        assert!(flags.contains(&"-Zretpoline-external-thunk"));
        assert!(!flags.contains(&"-Zcf-protection=branch"));
        for old in ["6.0.19", "5.99", "", "x.y", "-6.12", "99999999999.1"] {
            let refused = read(options, old.as_bytes()).expect_err("too old");
            let refused = format!("{refused:?}");
            assert!(
                refused.contains("no kernel release that the runtime builds for"),
                "{refused}"
            );
        }
    }

    #[test]
    fn what_is_no_text_or_has_no_end_is_refused() {
        for options in [b"\xff\xfe".to_vec(), vec![b'y'; LARGEST as usize + 1]] {
            let refused = read(&options, b"6.12.0").expect_err("no configuration");
            assert!(format!("{refused:?}").contains("is no kernel build directory"));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_configuration_is_read_or_refused(
            options in prop_oneof![
                vec(any::<u8>(), 0..200),
                "(CONFIG_(RETHUNK|RETPOLINE|X86_KERNEL_IBT)?(=|==)[ym\\n\\r\"]?[\\n\\PC]?){0,6}".prop_map(String::into_bytes),
            ],
            release in prop_oneof![vec(any::<u8>(), 0..20), "[0-9.+-]{0,12}\n?".prop_map(String::into_bytes)],
        ) {
            match read(&options, &release) {
                Ok(config) => prop_assert!(config.rust_flags().len() >= 7),
                Err(Refusal(found)) => prop_assert!(!found.is_empty()),
            }
        }
    }
}
