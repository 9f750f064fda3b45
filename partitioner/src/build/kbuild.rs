//! The module: the kernel half's object and the C glue, by the kernel's own build system.

use super::Plan;
use super::config::Config;
use super::run::run;
use anyhow::{Context as _, bail};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

pub(super) fn build(
    plan: &Plan,
    runtime: &Path,
    object: &Path,
    config: &Config,
    out: &Path,
) -> anyhow::Result<PathBuf> {
    let name = format!("{}_md", plan.driver.replace('-', "_"));
    let dir = out.join("kbuild");
    fs::create_dir_all(&dir)?;
    let glue = runtime.join("glue");
    let mut objects = vec!["half.o".to_owned(), "parameters.o".to_owned()];
    let mut entries: Vec<PathBuf> = fs::read_dir(&glue)
        .with_context(|| format!("the runtime has no glue in {}", glue.display()))?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    entries.sort();
    for file in entries {
        let file_name = file
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        if let Some(stem) = file_name.strip_suffix(".c") {
            objects.push(format!("{stem}.o"));
        }
        write_if_changed(&dir.join(file_name), &fs::read_to_string(&file)?)?;
    }
    write_if_changed(&dir.join("parameters.c"), &parameters(plan)?)?;
    fs::copy(object, dir.join("half.o_shipped"))?;
    // modpost looks for the command that made each object.
    fs::write(dir.join(".half.o.cmd"), "")?;
    write_if_changed(
        &dir.join("Kbuild"),
        &format!("obj-m := {name}.o\n{name}-y := {}\n", objects.join(" ")),
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
    // Those two are about the machine that builds, not about what is built.
    let harmless = [
        "the compiler differs from the one used to build the kernel",
        "Skipping BTF generation",
    ];
    let warnings: Vec<&str> = printed
        .lines()
        .filter(|line| line.to_lowercase().contains("warning:"))
        .filter(|line| !harmless.iter().any(|harmless| line.contains(harmless)))
        .collect();
    if !warnings.is_empty() {
        bail!(
            "the kernel's build system warns about the module:\n{}",
            warnings.join("\n")
        );
    }
    let module = out.join(format!("{name}.ko"));
    fs::copy(dir.join(format!("{name}.ko")), &module)?;
    Ok(module)
}

/// C source of what the kernel wants to read in the module itself: parameters and device numbers.
fn parameters(plan: &Plan) -> anyhow::Result<String> {
    let mut text = String::from(
        "// SPDX-License-Identifier: MIT OR GPL-2.0-only\n/* Generated from the plan. */\n#include \"glue.h\"\n\n",
    );
    for parameter in &plan.parameters {
        let name = &parameter.name;
        let is_name =
            !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if !is_name || name.starts_with(|c: char| c.is_ascii_digit()) {
            bail!("the plan has a module parameter {name:?}, which is not an identifier");
        }
        let default = i32::try_from(parameter.default).with_context(|| {
            format!("the default of module parameter {name} is no 32-bit integer")
        })?;
        let description = &parameter.description;
        if description.contains(['"', '\\', '\n']) {
            bail!(
                "the description of module parameter {name} has a quote, a backslash or a line break"
            );
        }
        writeln!(text, "static int parameter_{name} = {default};")?;
        writeln!(
            text,
            "module_param_named({name}, parameter_{name}, int, 0444);"
        )?;
        writeln!(text, "MODULE_PARM_DESC({name}, \"{description}\");")?;
    }
    text.push_str("\nconst struct md_parameter md_parameters[] = {\n");
    for parameter in &plan.parameters {
        writeln!(text, "\t{{ \"{0}\", &parameter_{0} }},", parameter.name)?;
    }
    text.push_str("\t{ NULL, NULL },\n};\n");
    writeln!(
        text,
        "const unsigned int md_parameter_count = {};\n",
        plan.parameters.len()
    )?;
    for id in &plan.pci_ids {
        writeln!(
            text,
            "MODULE_ALIAS(\"pci:v{:08X}d{:08X}sv*sd*bc*sc*i*\");",
            id.vendor, id.device
        )?;
    }
    writeln!(
        text,
        "MODULE_DESCRIPTION(\"{} (microdriver)\");",
        plan.driver
    )?;
    Ok(text)
}

/// Writes a file unless it has this text already, so that build systems see what changed.
pub(super) fn write_if_changed(path: &Path, text: &str) -> anyhow::Result<()> {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}
