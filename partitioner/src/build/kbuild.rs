//! The module: the kernel half's object and the C glue, by the kernel's own build system.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::config::Config;
use super::object::Object;
use super::plan::{PciId, Plan};
use super::refusal::{failed, no_split, unreadable, unwritable};
use super::run::run;
use crate::diagnostics::Outcome;
use crate::input;
use crate::load::depth;

/// What the kernel's build system says about the machine that builds, not about what is built.
const HARMLESS: [&str; 2] = [
    "the compiler differs from the one used to build the kernel",
    "Skipping BTF generation",
];

pub(super) fn build(
    plan: &Plan,
    runtime: &Path,
    half: &Object,
    config: &Config,
    out: &Path,
) -> Outcome<PathBuf> {
    let name = format!("{}_md", plan.driver.replace('-', "_"));
    let dir = out.join("kbuild");
    fs::create_dir_all(&dir).map_err(unwritable(&dir))?;
    let glue = runtime.join("glue");
    let mut objects = vec!["half.o".to_owned(), "parameters.o".to_owned()];
    if let Some(calls) = &half.traced {
        write_if_changed(&dir.join("traced.S"), calls)?;
        objects.push("traced.o".to_owned());
    }
    let mut entries: Vec<PathBuf> = fs::read_dir(&glue)
        .and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect())
        .map_err(|error| {
            let title = format!("the runtime has no glue in `{}`", glue.display());
            no_split(title).note(error.to_string())
        })?;
    entries.sort();
    for file in entries {
        let file_name = file
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        if let Some(stem) = file_name.strip_suffix(".c") {
            objects.push(format!("{stem}.o"));
        }
        let text = input::text(&file, depth::LARGEST).map_err(unreadable(&file))?;
        write_if_changed(&dir.join(file_name), &text)?;
    }
    write_if_changed(&dir.join("parameters.c"), &parameters(plan))?;
    let script = dir.join("sections.lds");
    write_if_changed(&script, include_str!("sections.lds"))?;
    run(
        Command::new("ld")
            .args(["-r", "-T"])
            .arg(&script)
            .arg("-o")
            .arg(dir.join("half.o_shipped"))
            .arg(&half.path),
        "join the sections of the kernel half",
    )?;
    // modpost looks for the command that made each object.
    write_if_changed(&dir.join(".half.o.cmd"), "")?;
    // The function tracer's calls are left out: the kernel half has none either, each costs an instruction
    // where it is and thousands when the module is loaded.
    write_if_changed(
        &dir.join("Kbuild"),
        &format!(
            "obj-m := {name}.o\n{name}-y := {}\nccflags-remove-y += $(CC_FLAGS_FTRACE)\n",
            objects.join(" ")
        ),
    )?;
    let mut make = Command::new("make");
    make.arg("-C")
        .arg(&config.dir)
        .arg(format!("M={}", dir.display()))
        .arg("modules")
        .env_remove("MAKEFLAGS");
    // Type information for BPF would need another tool (pahole), and nothing here reads it.
    make.arg("CONFIG_DEBUG_INFO_BTF_MODULES=");
    let printed = run(
        &mut make,
        &format!("build the module for {}", config.release),
    )?;
    let warnings: Vec<&str> = printed
        .lines()
        .filter(|line| line.to_lowercase().contains("warning:"))
        .filter(|line| !HARMLESS.iter().any(|harmless| line.contains(harmless)))
        .collect();
    if !warnings.is_empty() {
        let title = "the kernel's build system warns about the module".to_owned();
        let help = "build against headers that fit the kernel, or report this";
        return Err(failed(title, help).note(warnings.join("\n")).into());
    }
    // As kernels are installed: what debuggers want is forty times as large, and stays in `kbuild/`.
    let (module, stripped) = (out.join(format!("{name}.ko")), dir.join("stripped"));
    run(
        Command::new("objcopy")
            .arg("--strip-debug")
            .arg(dir.join(format!("{name}.ko")))
            .arg(&stripped),
        "strip the module",
    )?;
    input::copy(&stripped, &module).map_err(unwritable(&module))?;
    Ok(module)
}

/// C source of what the kernel wants to read in the module itself: parameters and device numbers.
pub(super) fn parameters(plan: &Plan) -> String {
    let mut text = String::from(
        "// SPDX-License-Identifier: MIT OR GPL-2.0-only\n/* Generated from the plan. */\n#include \"glue.h\"\n\n",
    );
    for parameter in &plan.parameters {
        let (name, default) = (&parameter.name, parameter.default);
        let description = &parameter.description;
        if parameter.per_card {
            let _ = writeln!(
                text,
                "static int parameter_{name}[MD_CARDS] = {{ [0 ... MD_CARDS - 1] = {default} }};\n\
                 module_param_array_named({name}, parameter_{name}, int, NULL, 0444);"
            );
        } else {
            let _ = writeln!(
                text,
                "static int parameter_{name}[1] = {{ {default} }};\n\
                 module_param_named({name}, parameter_{name}[0], int, 0444);"
            );
        }
        let _ = writeln!(text, "MODULE_PARM_DESC({name}, \"{description}\");");
    }
    text.push_str("\nconst struct md_parameter md_parameters[] = {\n");
    for parameter in &plan.parameters {
        let (name, default) = (&parameter.name, parameter.default);
        let count = if parameter.per_card { "MD_CARDS" } else { "1" };
        let _ = writeln!(
            text,
            "\t{{ \"{name}\", parameter_{name}, {count}, {default} }},"
        );
    }
    text.push_str("\t{},\n};\n");
    let _ = writeln!(
        text,
        "const unsigned int md_parameter_count = {};\n",
        plan.parameters.len()
    );
    for id in &plan.pci_ids {
        let _ = writeln!(text, "MODULE_ALIAS(\"{}\");", alias(id));
    }
    let _ = writeln!(
        text,
        "MODULE_DESCRIPTION(\"{} (microdriver)\");",
        plan.driver
    );
    text
}

/// What the kernel asks module loaders for when it finds such a device. An alias can only say whole
/// bytes of the class, so of one that the mask does not cover it says nothing: the driver's own
/// table decides then.
fn alias(id: &PciId) -> String {
    let byte = |shift: u32| match id.class_mask >> shift & 0xff {
        0xff => format!("{:02X}", id.class >> shift & 0xff),
        _ => "*".to_owned(),
    };
    format!(
        "pci:v{:08X}d{:08X}sv*sd*bc{}sc{}i{}",
        id.vendor,
        id.device,
        byte(16),
        byte(8),
        byte(0)
    )
}

/// Writes a file unless it has this text already, so that build systems see what changed.
pub(super) fn write_if_changed(path: &Path, text: &str) -> Outcome<()> {
    if input::read(path, text.len() as u64).is_ok_and(|old| old == text.as_bytes()) {
        return Ok(());
    }
    Ok(fs::write(path, text).map_err(unwritable(path))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::build::plan::Parameter;

    fn id(class: u32, class_mask: u32) -> PciId {
        PciId {
            vendor: 0x1234,
            device: 0xab,
            class,
            class_mask,
        }
    }

    #[test]
    fn aliases_say_the_bytes_of_the_class_that_count() {
        assert_eq!(alias(&id(0, 0)), "pci:v00001234d000000ABsv*sd*bc*sc*i*");
        assert_eq!(
            alias(&id(0x02_00_00, 0xff_ff_00)),
            "pci:v00001234d000000ABsv*sd*bc02sc00i*"
        );
        assert_eq!(
            alias(&id(0x02_8a_01, 0xff_f0_ff)),
            "pci:v00001234d000000ABsv*sd*bc02sc*i01"
        );
    }

    #[test]
    fn a_parameter_of_each_card_is_an_array_of_defaults() {
        let parameter = |name: &str, per_card| Parameter {
            name: name.to_owned(),
            default: -1,
            description: "what it is for".to_owned(),
            per_card,
        };
        let plan = Plan {
            driver: "small".to_owned(),
            state: "Small".to_owned(),
            parameters: vec![parameter("one", false), parameter("many", true)],
            pci_ids: Vec::new(),
        };
        let text = parameters(&plan);
        for line in [
            "static int parameter_one[1] = { -1 };",
            "module_param_named(one, parameter_one[0], int, 0444);",
            "\t{ \"one\", parameter_one, 1, -1 },",
            "static int parameter_many[MD_CARDS] = { [0 ... MD_CARDS - 1] = -1 };",
            "module_param_array_named(many, parameter_many, int, NULL, 0444);",
            "\t{ \"many\", parameter_many, MD_CARDS, -1 },",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
    }
}
