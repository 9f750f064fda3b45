//! A driver of any size, made from the small fixture: the same text for the same size.
//!
//! Steps are methods of the state, each in one of many modules, that call steps further down; every fifth
//! needs the kernel, every third takes a lock. Helpers only work on their arguments. The small driver's
//! control operations call the steps that no other calls.

use std::fmt::Write;
use std::fs;
use std::path::Path;

/// Functions of a module.
const MODULE: usize = 20;
/// Where the steps that nobody calls are called: what is there in the small driver, by file.
const CALLERS: &[(&str, &str)] = &[
    ("src/interface.rs", "let port = self.settings.lock().port;"),
    ("src/interface.rs", "self.running.store(0);"),
    ("src/ethtool.rs", "let mut firmware = Text::default();"),
    ("src/ethtool.rs", "Ok(self.settings.lock().level)"),
    ("src/ethtool.rs", "self.settings.lock().level = level;"),
    ("src/ethtool.rs", "let on = matches!"),
];

/// Writes a driver with about `count` functions to a directory. `root` is the project's.
pub(crate) fn driver(root: &Path, directory: &Path, count: usize) {
    let small = root.join("tests/fixtures/small");
    fs::create_dir_all(directory.join("src")).expect("created");
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    let steps: Vec<Vec<usize>> = (0..count)
        .map(|step| callees(step, count, &mut random))
        .collect();
    let mut called = vec![false; count];
    steps
        .iter()
        .flatten()
        .for_each(|&callee| called[callee] = true);

    let mut modules = String::new();
    for first in (0..count).step_by(MODULE) {
        let name = format!("part_{}", first / MODULE);
        let _ = writeln!(modules, "mod {name};");
        let part = first..(first + MODULE).min(count);
        fs::write(
            directory.join(format!("src/{name}.rs")),
            module(part, &steps),
        )
        .expect("written");
    }
    let manifest = fs::read_to_string(small.join("Cargo.toml")).expect("readable");
    let manifest = manifest.replace("../../..", &root.to_string_lossy());
    fs::write(directory.join("Cargo.toml"), manifest).expect("written");
    for file in ["chip", "ethtool", "interface", "lib", "state"] {
        let file = format!("src/{file}.rs");
        let mut text = fs::read_to_string(small.join(&file)).expect("readable");
        if file == "src/lib.rs" {
            text = text.replace("mod chip;", &format!("mod chip;\n{modules}"));
        }
        for (place, (_, before)) in CALLERS
            .iter()
            .enumerate()
            .filter(|(_, (of, _))| *of == file)
        {
            let mut calls = String::new();
            for step in (0..count).filter(|step| !called[*step] && step % CALLERS.len() == place) {
                let _ = write!(calls, "self.step_{step}()?;\n        ");
            }
            assert!(text.contains(before), "`{before}` is not in {file}");
            text = text.replacen(before, &format!("{calls}{before}"), 1);
        }
        fs::write(directory.join(file), text).expect("written");
    }
}

/// Steps call some that come soon after them, and rarely one that is far away.
fn callees(step: usize, count: usize, random: &mut Random) -> Vec<usize> {
    let many = random.below(4);
    let mut callees: Vec<usize> = (0..many)
        .map(|_| match random.below(12) {
            0 => step + 1 + random.below(count),
            _ => step + 1 + random.below(count / 4 + 1),
        })
        .filter(|callee| *callee < count)
        .collect();
    callees.sort_unstable();
    callees.dedup();
    callees
}

fn module(part: std::ops::Range<usize>, steps: &[Vec<usize>]) -> String {
    let mut text = String::from(
        "//! A part of a large driver.\n\nuse microdriver::Result;\n\nuse crate::state::Small;\n\nimpl Small {\n",
    );
    for step in part {
        let _ = writeln!(
            text,
            "    /// Step {step}.\n    pub(crate) fn step_{step}(&self) -> Result<()> {{"
        );
        if step % 5 == 0 {
            text.push_str("        self.device.start_queue();\n");
        }
        if step % 3 == 0 {
            let _ = writeln!(text, "        self.settings.lock().level = {step};");
        }
        for callee in &steps[step] {
            let _ = writeln!(text, "        self.step_{callee}()?;");
        }
        text.push_str("        Ok(())\n    }\n\n");
    }
    text.push_str("}\n");
    text
}

/// Marsaglia's xorshift: small, and the same everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit.max(1) as u64).unwrap_or_default()
    }
}
