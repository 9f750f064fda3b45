//! Runs the command on fixtures, and compares what it makes with golden files.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The root of the project.
pub(crate) fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest
        .parent()
        .expect("the package is in the project")
        .to_owned()
}

/// A fixture driver.
pub(crate) fn fixture(name: &str) -> PathBuf {
    root().join("tests/fixtures").join(name)
}

/// A copy of a driver, by its directory in the project, with edits: a file, what is in it, and what
/// stands there instead, once.
pub(crate) fn changed(driver: &str, edits: &[(&str, &str, &str)], copy: &Path) -> PathBuf {
    let name = driver.rsplit('/').next().unwrap_or_default();
    for (path, mut text) in files(&root().join(driver)) {
        let here = edits.iter().filter(|(file, _, _)| Path::new(file) == path);
        for (file, from, to) in here {
            assert!(text.contains(from), "{file} has no `{from}`");
            text = text.replacen(from, to, 1);
        }
        if path == Path::new("Cargo.toml") {
            let runtime = root().join("runtime-kernel");
            text = format!(
                "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
                 [dependencies]\nmicrodriver = {{ package = \"runtime-kernel\", path = \"{}\" }}\n\n\
                 [workspace]\n",
                runtime.display()
            );
        }
        let path = copy.join(path);
        fs::create_dir_all(path.parent().expect("a file is in a directory")).expect("created");
        fs::write(path, text).expect("written");
    }
    copy.to_owned()
}

/// Runs the command.
pub(crate) fn run(arguments: &[&str]) -> Output {
    let command = env!("CARGO_BIN_EXE_pcnet-partition");
    Command::new(command)
        .args(arguments)
        .output()
        .expect("the command runs")
}

/// The standard error of a run.
pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("messages are UTF-8")
}

/// Every file below a directory, by relative path, except lock files and what cargo built.
pub(crate) fn files(directory: &Path) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    let mut queue = vec![directory.to_owned()];
    while let Some(current) = queue.pop() {
        for entry in fs::read_dir(&current).expect("the directory is readable") {
            let path = entry.expect("the entry is readable").path();
            let name = path
                .file_name()
                .and_then(|name| name.to_str())
                .unwrap_or_default();
            if path.is_dir() && name != "target" {
                queue.push(path);
            } else if path.is_file() && name != "Cargo.lock" {
                let relative = path
                    .strip_prefix(directory)
                    .expect("it is below")
                    .to_owned();
                found.insert(
                    relative,
                    fs::read_to_string(&path).expect("the file is text"),
                );
            }
        }
    }
    found
}

/// Compares files with those of a golden directory; with `UPDATE_GOLDEN` set, replaces them.
pub(crate) fn golden(name: &str, made: &BTreeMap<PathBuf, String>) {
    let directory = root().join("tests/golden").join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        if directory.exists() {
            fs::remove_dir_all(&directory).expect("the golden files can be removed");
        }
        for (path, text) in made {
            let path = directory.join(path);
            fs::create_dir_all(path.parent().expect("a file is in a directory")).expect("created");
            fs::write(path, text).expect("the golden file can be written");
        }
        return;
    }
    let help = "review the difference, then run the test with UPDATE_GOLDEN=1";
    assert!(
        directory.is_dir(),
        "no golden files in {}: {help}",
        directory.display()
    );
    let expected = files(&directory);
    let paths = |files: &BTreeMap<PathBuf, String>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(
        paths(made),
        paths(&expected),
        "other files than in tests/golden/{name}: {help}"
    );
    for (path, text) in made {
        let expected = &expected[path];
        let line = text
            .lines()
            .zip(expected.lines())
            .position(|(made, golden)| made != golden);
        assert!(
            text == expected,
            "tests/golden/{name}/{} differs, first in line {}: {help}",
            path.display(),
            line.map_or(text.lines().count().min(expected.lines().count()), |line| {
                line
            }) + 1,
        );
    }
}
