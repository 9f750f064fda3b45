//! The kernel half as one relocatable object.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::config::Config;
use super::refusal::{failed, unreadable, unwritable};
use super::run::run;
use super::{Plan, kbuild, traceable};
use crate::diagnostics::{Diagnostic, Outcome};
use crate::{input, oracle};

const TARGET: &str = "x86_64-unknown-none";

pub(super) struct Inputs<'a> {
    pub(super) plan: &'a Plan,
    pub(super) kernel_crate: &'a Path,
    pub(super) runtime: &'a Path,
    pub(super) compiler: &'a Path,
    pub(super) config: &'a Config,
    /// Whether the driver's functions call the kernel's tracers.
    pub(super) traceable: bool,
    pub(super) work: &'a Path,
    pub(super) target: &'a Path,
}

pub(super) struct Object {
    pub(super) path: PathBuf,
    /// The same with its debug information.
    pub(super) debug: PathBuf,
    pub(super) bytes: u64,
    pub(super) panics: Vec<String>,
    /// Assembly source of the list of those calls.
    pub(super) traced: Option<String>,
}

pub(super) fn build(inputs: &Inputs<'_>) -> Outcome<Object> {
    write_crate(inputs)?;
    if !inputs.traceable {
        let library = compile(inputs, None)?;
        return linked(inputs, &library, None);
    }
    // Which functions there are is known once they are compiled; then, they are told to call the tracers.
    let list = inputs.work.join("traced.csv");
    // LLVM's arguments are separated by spaces, and kbuild takes no directory with one either.
    if list.display().to_string().contains(char::is_whitespace) {
        let title = format!(
            "a traceable driver cannot be built in `{}`: it has a space in its path",
            list.display()
        );
        return Err(failed(title, "name another `--out`").into());
    }
    input::write(&list, b"").map_err(unwritable(&list))?;
    forget(inputs)?;
    let plain = linked(inputs, &compile(inputs, Some(&list))?, None)?;
    let functions =
        traceable::functions(&read(&plain.path)?, &inputs.plan.driver).map_err(untraceable)?;
    input::write(&list, traceable::attributes(&functions).as_bytes()).map_err(unwritable(&list))?;
    forget(inputs)?;
    let library = compile(inputs, Some(&list))?;
    linked(inputs, &library, Some(&functions))
}

fn read(object: &Path) -> Outcome<Vec<u8>> {
    Ok(input::read(object, oracle::object::LARGEST).map_err(unreadable(object))?)
}

/// The compiler did not do what tracers need.
#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn untraceable(error: anyhow::Error) -> Diagnostic {
    let title = format!("the kernel half cannot be made traceable: {error:#}");
    failed(title, "build without `--traceable`, and report this")
}

/// Has the next build compile what depends on the list of functions, which Cargo knows nothing of.
fn forget(inputs: &Inputs<'_>) -> Outcome<()> {
    let driver = &inputs.plan.driver;
    let mut cargo = Command::new("cargo");
    cargo
        .current_dir(inputs.work)
        .args(["clean", "--quiet", "--release", "--target", TARGET])
        .args(["-p", &format!("{driver}-kernel")])
        .args(["-p", &format!("{driver}-module")])
        .arg("--target-dir")
        .arg(inputs.target)
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS");
    run(&mut cargo, "forget what was compiled").map(drop)
}

/// Links the library, with `traced` functions visible to the list of them.
fn linked(inputs: &Inputs<'_>, library: &Path, traced: Option<&[String]>) -> Outcome<Object> {
    let symbols = run(
        Command::new("nm")
            .args(["--defined-only", "-g"])
            .arg(library),
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
            .arg(library),
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
    let traced = match traced {
        None => None,
        Some(functions) => {
            let names = inputs.work.join("traced.symbols");
            input::write(&names, functions.join("\n").as_bytes()).map_err(unwritable(&names))?;
            let mut show = Command::new("objcopy");
            show.arg(format!("--globalize-symbols={}", names.display()));
            run(show.arg(&path), "show the functions to their list")?;
            Some(traceable::calls(&read(&path)?).map_err(untraceable)?)
        }
    };
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
        traced,
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

/// Compiles; with a list of attributes for functions, so that they have those.
fn compile(inputs: &Inputs<'_>, attributes: Option<&Path>) -> Outcome<PathBuf> {
    let mut flags: Vec<String> = inputs
        .config
        .rust_flags()
        .into_iter()
        .map(str::to_owned)
        .collect();
    if let Some(list) = attributes {
        flags.extend(traceable::flags(list));
    }
    let mut cargo = Command::new("cargo");
    cargo
        .current_dir(inputs.work)
        .args(["build", "--release", "--target", TARGET, "-Zbuild-std=core"])
        .arg("--target-dir")
        .arg(inputs.target)
        .env("RUSTC", inputs.compiler)
        .env("RUSTC_BOOTSTRAP", "1")
        .env_remove("RUSTFLAGS")
        // Separated by what no path has in it.
        .env("CARGO_ENCODED_RUSTFLAGS", flags.join("\x1f"));
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
