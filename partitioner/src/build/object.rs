//! The kernel half as one relocatable object.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::config::Config;
use super::refusal::{failed, unwritable};
use super::run::run;
use super::{Plan, kbuild};
use crate::diagnostics::Outcome;

const TARGET: &str = "x86_64-unknown-none";

pub(super) struct Inputs<'a> {
    pub(super) plan: &'a Plan,
    pub(super) kernel_crate: &'a Path,
    pub(super) runtime: &'a Path,
    pub(super) compiler: &'a Path,
    pub(super) config: &'a Config,
    pub(super) work: &'a Path,
    pub(super) target: &'a Path,
}

pub(super) struct Object {
    pub(super) path: PathBuf,
    /// The same with its debug information.
    pub(super) debug: PathBuf,
    pub(super) bytes: u64,
    pub(super) panics: Vec<String>,
}

pub(super) fn build(inputs: &Inputs<'_>) -> Outcome<Object> {
    write_crate(inputs)?;
    let library = compile(inputs)?;
    let symbols = run(
        Command::new("nm")
            .args(["--defined-only", "-g"])
            .arg(&library),
        "list the symbols",
    )?;
    // What the glue calls; everything that these do not reach is dropped.
    let entries: BTreeSet<&str> = symbols
        .lines()
        .filter_map(|line| line.split_whitespace().nth(2))
        .filter(|name| name.starts_with("md_rs_"))
        .collect();
    let path = inputs.work.join("half.o");
    let mut link = Command::new("ld");
    link.args(["-r", "--gc-sections"]);
    for entry in &entries {
        link.args(["-u", entry]);
    }
    run(
        link.args(["-e", "md_rs_driver", "-o"])
            .arg(&path)
            .arg(&library),
        "link the kernel half",
    )?;
    // What recordings are read with: which function was inlined where is only in the debug information.
    let debug = inputs.work.join("half.debug.o");
    fs::copy(&path, &debug).map_err(unwritable(&debug))?;
    // objtool makes its own unwind tables.
    let mut strip = Command::new("objcopy");
    for section in [
        ".eh_frame",
        ".rela.eh_frame",
        ".comment",
        ".note.GNU-stack",
        ".llvmbc",
        ".llvmcmd",
    ] {
        strip.args(["--remove-section", section]);
    }
    run(
        strip.arg("--strip-debug").arg(&path),
        "strip the kernel half",
    )?;
    let size = run(Command::new("size").arg(&path), "measure the kernel half")?;
    let bytes = size
        .lines()
        .nth(1)
        .and_then(|line| line.split_whitespace().nth(3))
        .and_then(|bytes| bytes.parse().ok())
        .ok_or_else(|| {
            let title = "cannot read what `size` printed".to_owned();
            failed(title, "install the `size` of GNU binutils").note(&size)
        })?;
    let relocations = run(
        Command::new("objdump").args(["-dr"]).arg(&path),
        "read the relocations",
    )?;
    Ok(Object {
        path,
        debug,
        bytes,
        panics: panics(&relocations),
    })
}

/// The functions that can reach a panic, readably: a panic in the kernel is a dead machine.
fn panics(disassembly: &str) -> Vec<String> {
    let mut function = "";
    let mut found = BTreeSet::new();
    for line in disassembly.lines() {
        if let Some((_, name)) = line
            .strip_suffix(">:")
            .and_then(|line| line.split_once(" <"))
        {
            function = name;
        } else if line.contains("R_X86_64")
            && line.contains("panicking")
            && !function.contains("panicking")
        {
            found.insert(format!("{:#}", rustc_demangle::demangle(function)));
        }
    }
    found.into_iter().collect()
}

/// The crate that exports the emitted kernel half's entry points. Line tables alone would name what was
/// inlined without its module and its type: too little to know it by.
fn write_crate(inputs: &Inputs<'_>) -> Outcome<()> {
    let driver = &inputs.plan.driver;
    let package = format!("{driver}-kernel");
    let manifest = format!(
        "[package]\nname = \"{driver}-module\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n\
         [lib]\nname = \"half\"\ncrate-type = [\"staticlib\"]\n\n\
         [dependencies]\nmicrodriver = {{ package = \"runtime-kernel\", path = {:?} }}\n{package} = {{ path = {:?} }}\n\n\
         [profile.release]\npanic = \"abort\"\ncodegen-units = 1\nlto = \"fat\"\nopt-level = 2\n\
         debug = \"limited\"\n\n[workspace]\n",
        inputs.runtime, inputs.kernel_crate
    );
    let source = format!(
        "//! The entry points of the kernel half.\n#![no_std]\n\nmicrodriver::module!({}_kernel::{});\n",
        driver.replace('-', "_"),
        inputs.plan.state
    );
    let directory = inputs.work.join("src");
    fs::create_dir_all(&directory).map_err(unwritable(&directory))?;
    kbuild::write_if_changed(&inputs.work.join("Cargo.toml"), &manifest)?;
    kbuild::write_if_changed(&inputs.work.join("src/lib.rs"), &source)?;
    let lock = inputs.kernel_crate.join("Cargo.lock");
    if lock.is_file() {
        let to = inputs.work.join("Cargo.lock");
        fs::copy(lock, &to).map_err(unwritable(&to))?;
    }
    Ok(())
}

fn compile(inputs: &Inputs<'_>) -> Outcome<PathBuf> {
    let mut cargo = Command::new("cargo");
    cargo
        .current_dir(inputs.work)
        .args(["build", "--release", "--target", TARGET, "-Zbuild-std=core"])
        .arg("--target-dir")
        .arg(inputs.target)
        .env("RUSTC", inputs.compiler)
        .env("RUSTC_BOOTSTRAP", "1")
        .env(
            "CARGO_TARGET_X86_64_UNKNOWN_NONE_RUSTFLAGS",
            inputs.config.rust_flags().join(" "),
        )
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS");
    run(
        &mut cargo,
        &format!("compile the kernel half for {}", inputs.config.release),
    )?;
    Ok(inputs.target.join(TARGET).join("release/libhalf.a"))
}

#[cfg(test)]
mod tests {
    use super::panics;

    #[test]
    fn panics_are_found_by_their_function() {
        let text = "0000 <_ZN6driver4poll17h0123456789abcdefE>:\n  1: e8\tcall 6\n\t\t\t2: R_X86_64_PLT32\t\
                    _RNvNtCs_4core9panicking18panic_bounds_check-0x4\n0010 <quiet>:\n";
        assert_eq!(panics(text), ["driver::poll"]);
        assert!(panics("0010 <quiet>:\n 1: R_X86_64_PLT32 md_free-0x4\n").is_empty());
    }
}
