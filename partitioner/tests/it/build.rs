//! What `build` says when it cannot build: diagnostics, as everywhere, all that there are.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use partitioner::command::FAILURE;
use serde_json::Value;

use crate::common::{fixture, golden, root, run, stderr};

/// The kernel that the builds are for.
const RELEASE: &str = "6.12.0";

/// A program that is a script.
pub(crate) fn script(path: &Path, text: &str) {
    fs::write(path, format!("#!/bin/sh\n{text}\n")).expect("written");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("set");
}

/// Where a build would be made: a split, a kernel's directory, a compiler, and no other programs.
pub(crate) struct Site {
    pub(crate) split: PathBuf,
    pub(crate) kernel: PathBuf,
    pub(crate) compiler: PathBuf,
    programs: PathBuf,
}

impl Site {
    /// Makes it.
    pub(crate) fn new(here: &Path) -> Site {
        let [split, kernel, compiler, programs] =
            ["split", "kernel", "rustc", "programs"].map(|name| here.join(name));
        let (small, out) = (fixture("small"), split.to_string_lossy().into_owned());
        let made = run(&["split", &small.to_string_lossy(), "--out", &out]);
        assert!(made.status.success(), "{}", stderr(&made));
        let config = kernel.join("include/config");
        fs::create_dir_all(&config).expect("made");
        fs::write(config.join("auto.conf"), "CONFIG_MODULES=y\n").expect("written");
        fs::write(config.join("kernel.release"), format!("{RELEASE}\n")).expect("written");
        // Of a compiler, only where its library is gets asked for before it compiles.
        let core = here.join("sysroot/lib/rustlib/src/rust/library/core");
        fs::create_dir_all(&core).expect("made");
        fs::write(core.join("Cargo.toml"), "").expect("written");
        script(
            &compiler,
            &format!("echo {}", here.join("sysroot").display()),
        );
        fs::create_dir(&programs).expect("made");
        let real = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
        let text = format!(
            "[ \"$1\" = metadata ] && exec {real} \"$@\"\necho 'error: it does not compile' >&2\nexit 101"
        );
        script(&programs.join("cargo"), &text);
        Site {
            split,
            kernel,
            compiler,
            programs,
        }
    }

    fn build(&self, out: &Path, arguments: &[&str]) -> Output {
        let path = std::env::var("PATH").unwrap_or_default();
        Command::new(env!("CARGO_BIN_EXE_pcnet-partition"))
            .arg("build")
            .arg(&self.split)
            .arg("--kernel-dir")
            .arg(&self.kernel)
            .arg("--out")
            .arg(out)
            .args(arguments)
            .env("PATH", format!("{}:{path}", self.programs.display()))
            .env("MICRODRIVER_RUSTC", &self.compiler)
            .env_remove("CARGO")
            .output()
            .expect("the command runs")
    }
}

/// What a build says, without the paths of this machine.
fn said(ids: &[&str], here: &Path, site: &Site) -> String {
    let made = site.build(&here.join("out"), &[]);
    let message = stderr(&made);
    assert_eq!(made.status.code(), Some(i32::from(FAILURE)), "{message}");
    assert!(made.stdout.is_empty(), "a failure prints no data");
    for id in ids {
        assert!(message.contains(&format!("error[{id}]: ")), "{message}");
    }
    assert_eq!(message.matches("error[").count(), ids.len(), "{message}");
    assert_eq!(message.matches("help: ").count(), ids.len(), "{message}");
    message
        .replace(&*here.to_string_lossy(), "HERE")
        .replace(&*root().to_string_lossy(), "ROOT")
}

/// A way to keep a build from being made.
type Spoil = fn(&Path, &mut Site);

fn no_split(here: &Path, site: &mut Site) {
    site.split = here.join("sysroot");
}

fn no_plan(_: &Path, site: &mut Site) {
    let file = site.split.join("plan.json");
    let text = fs::read_to_string(&file).expect("readable");
    let text = text.replacen("\"driver\": \"small\"", "\"driver\": \"../small\"", 1);
    fs::write(file, text).expect("written");
}

fn no_crate(_: &Path, site: &mut Site) {
    fs::remove_file(site.split.join("kernel/Cargo.toml")).expect("removed");
}

fn no_kernel(here: &Path, site: &mut Site) {
    site.kernel = here.join("sysroot");
}

fn old_kernel(_: &Path, site: &mut Site) {
    fs::write(
        site.kernel.join("include/config/kernel.release"),
        "5.10.0-8",
    )
    .expect("written");
}

fn no_compiler(_: &Path, site: &mut Site) {
    site.compiler = PathBuf::from("/bin/false");
}

fn nothing(here: &Path, site: &mut Site) {
    for spoil in [no_split, no_kernel, no_compiler] {
        spoil(here, site);
    }
}

fn no_output(here: &Path, _: &mut Site) {
    fs::write(here.join("out"), "").expect("written");
}

fn does_not_compile(_: &Path, _: &mut Site) {}

#[test]
fn what_keeps_a_build_from_being_made_is_said() {
    let scenes: [(&str, &[&str], Spoil); 9] = [
        ("no-split", &["MD0080"], no_split),
        ("no-plan", &["MD0080"], no_plan),
        ("no-crate", &["MD0080"], no_crate),
        ("no-kernel", &["MD0081"], no_kernel),
        ("old-kernel", &["MD0081"], old_kernel),
        ("no-compiler", &["MD0082"], no_compiler),
        ("nothing", &["MD0080", "MD0081", "MD0082"], nothing),
        ("no-output", &["MD0017"], no_output),
        ("does-not-compile", &["MD0083"], does_not_compile),
    ];
    let mut messages: BTreeMap<PathBuf, String> = BTreeMap::new();
    for (name, ids, spoil) in scenes {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let mut site = Site::new(directory.path());
        spoil(directory.path(), &mut site);
        let message = said(ids, directory.path(), &site);
        messages.insert(format!("{name}.txt").into(), message);
    }
    golden("build", &messages);
}

#[test]
fn what_keeps_a_build_from_being_made_is_data_too() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let mut site = Site::new(directory.path());
    nothing(directory.path(), &mut site);
    let made = site.build(&directory.path().join("out"), &["--format", "json"]);
    assert_eq!(made.status.code(), Some(i32::from(FAILURE)));
    let data: Value = serde_json::from_slice(&made.stdout).expect("JSON");
    let found = data["diagnostics"].as_array().expect("a list");
    let ids: Vec<&Value> = found.iter().map(|found| &found["id"]).collect();
    assert_eq!(ids, ["MD0080", "MD0081", "MD0082"]);
    for found in found {
        let (title, help) = (found["title"].as_str(), found["help"].as_str());
        assert!(
            title.is_some_and(|title| !title.contains("help")),
            "{found:#}"
        );
        assert!(help.is_some_and(|help| !help.is_empty()), "{found:#}");
    }
}
