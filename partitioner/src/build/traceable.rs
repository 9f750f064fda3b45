//! A kernel half that the kernel's tracers see, as they see a C function: it begins with a call of
//! `__fentry__`, and a section lists where these calls are. The kernel replaces each by a no-operation when it
//! loads the module, and that by a call of a tracer when somebody asks.
//!
//! `rustc` has no option for that. LLVM has an attribute of functions, and takes attributes from a list by
//! symbol; so the half is compiled, its functions are listed, and it is compiled again with the list.

use anyhow::{Context as _, ensure};
use object::{Object as _, ObjectSection as _, ObjectSymbol as _, RelocationTarget, SymbolKind};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

/// What is called.
const HOOK: &str = "__fentry__";
/// Where the kernel looks for the list.
const LIST: &str = "__mcount_loc";

/// Whether an emitted crate asks for it.
pub(super) fn is(package: &cargo_metadata::Package) -> bool {
    package.metadata["microdriver"]["traceable"] == true
}

/// Flags for `rustc`: the list of attributes, and functions that look alike stay two.
pub(super) fn flags(list: &Path) -> [String; 2] {
    [
        format!("-Cllvm-args=-forceattrs-csv-path={}", list.display()),
        "-Zmerge-functions=disabled".to_owned(),
    ]
}

/// The symbols of the driver's own functions in an object, sorted.
pub(super) fn functions(data: &[u8], driver: &str) -> anyhow::Result<Vec<String>> {
    let object = object::File::parse(data)?;
    let krate = format!("{}_kernel::", driver.replace('-', "_"));
    let mut found: Vec<String> = object
        .symbols()
        .filter(|symbol| symbol.is_definition() && symbol.kind() == SymbolKind::Text)
        .filter_map(|symbol| symbol.name().ok())
        .filter(|name| {
            let readable = format!("{:#}", rustc_demangle::demangle(name));
            readable.trim_start_matches('<').starts_with(&krate)
        })
        .map(str::to_owned)
        .collect();
    found.sort();
    found.dedup();
    ensure!(
        !found.is_empty(),
        "no function of the driver is in its object"
    );
    Ok(found)
}

/// The list of attributes.
pub(super) fn attributes(functions: &[String]) -> String {
    let lines = functions.iter();
    lines
        .map(|name| format!("{name},fentry-call=true\n"))
        .collect()
}

/// Assembly source of the section with the place of each call in an object.
pub(super) fn calls(data: &[u8]) -> anyhow::Result<String> {
    let object = object::File::parse(data)?;
    let mut starts = BTreeMap::new();
    for symbol in object.symbols() {
        if let (SymbolKind::Text, Some(section)) = (symbol.kind(), symbol.section_index())
            && symbol.is_global()
        {
            starts.insert((section.0, symbol.address()), symbol.name()?.to_owned());
        }
    }
    let mut text = format!(
        "/* SPDX-License-Identifier: MIT OR GPL-2.0-only */\n\t.section {LIST}, \"a\", @progbits\n\t.balign 8\n"
    );
    let before = text.len();
    for section in object.sections() {
        for (at, relocation) in section.relocations() {
            let RelocationTarget::Symbol(index) = relocation.target() else {
                continue;
            };
            if object.symbol_by_index(index)?.name()? != HOOK {
                continue;
            }
            // What is relocated is the distance, behind the byte that says that it is a call.
            let call = at.checked_sub(1).context("a call before its section")?;
            let (&(of, start), name) = starts
                .range(..=(section.index().0, call))
                .next_back()
                .context("a call outside of all functions")?;
            ensure!(of == section.index().0, "a call outside of all functions");
            writeln!(text, "\t.quad \"{name}\" + {}", call - start)?;
        }
    }
    ensure!(
        text.len() > before,
        "the compiler put no call of {HOOK} anywhere: it does not know the attribute"
    );
    // The stack of whoever links this is not to be executable.
    text.push_str("\t.section .note.GNU-stack, \"\", @progbits\n");
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::process::Command;

    const SOURCE: &str = "#![no_std]
        pub mod chip {
            #[inline(never)]
            pub fn light(x: u32) -> u32 { x.rotate_left(3) ^ x }
            #[inline(never)]
            pub fn dark(x: u32) -> u32 { x.rotate_left(3) ^ x }
        }
        #[unsafe(no_mangle)]
        pub extern \"C\" fn md_rs_entry(x: u32) -> u32 { chip::light(x) + chip::dark(x) }";

    /// The object of a kernel half in miniature.
    fn compile(directory: &Path, list: &Path) -> Vec<u8> {
        let (source, object) = (directory.join("half.rs"), directory.join("half.o"));
        fs::write(&source, SOURCE).unwrap();
        let rest = "--edition=2024 --crate-name=small_kernel --crate-type=rlib --emit=obj -O -Ccodegen-units=1";
        let output = Command::new("rustc")
            .env("RUSTC_BOOTSTRAP", "1")
            .args(rest.split(' '))
            .args(flags(list))
            .arg(&source)
            .arg("-o")
            .arg(&object)
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        fs::read(object).unwrap()
    }

    #[test]
    fn each_function_of_the_driver_calls_the_tracer_first_and_is_in_the_list() {
        let directory = tempfile::tempdir().unwrap();
        let list = directory.path().join("list.csv");
        fs::write(&list, "").unwrap();
        let plain = compile(directory.path(), &list);
        let refused = calls(&plain).unwrap_err().to_string();
        assert!(refused.contains("does not know the attribute"), "{refused}");
        let found = functions(&plain, "small").unwrap();
        let readable: Vec<String> = found
            .iter()
            .map(|name| format!("{:#}", rustc_demangle::demangle(name)))
            .collect();
        assert_eq!(
            readable,
            ["small_kernel::chip::dark", "small_kernel::chip::light"]
        );
        assert!(functions(&plain, "other").is_err());

        fs::write(&list, attributes(&found)).unwrap();
        let text = calls(&compile(directory.path(), &list)).unwrap();
        let places: Vec<&str> = text
            .lines()
            .filter_map(|line| line.strip_prefix("\t.quad "))
            .collect();
        let mut expected: Vec<String> =
            found.iter().map(|name| format!("\"{name}\" + 0")).collect();
        expected.sort();
        let mut places: Vec<String> = places.into_iter().map(str::to_owned).collect();
        places.sort();
        assert_eq!(places, expected);
        assert!(text.contains("\t.section __mcount_loc, \"a\""));
    }
}
