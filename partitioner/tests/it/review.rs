//! What a reviewer sees: short documented stubs, and between two plans only what moved.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use partitioner::analysis::{self, Analysis, Mode};
use partitioner::driver::FunctionId;
use partitioner::emit;
use partitioner::source::{Sources, Span};

struct Emission {
    analysis: Analysis,
    sources: Sources,
    files: BTreeMap<PathBuf, String>,
}

fn emission(driver: &Path) -> Emission {
    let mut sources = Sources::default();
    let analysis = analysis::analyse(driver, Mode::Split, &mut sources)
        .unwrap_or_else(|refusal| panic!("{:#?}", refusal.0));
    let files = emit::emit(&analysis, &sources, Path::new("/nowhere"));
    Emission {
        analysis,
        sources,
        files,
    }
}

impl Emission {
    /// The stub of a function in a half, from its documentation to its last line.
    fn stub(&self, half: &str, id: FunctionId) -> Vec<&str> {
        let function = self.analysis.driver.function(id);
        let module = self.analysis.driver.tree.module(function.module);
        let text = &self.files[&Path::new(half).join(&module.relative)];
        let lines: Vec<&str> = text.lines().collect();
        let said = format!("/// A stub: `{}` runs in the ", function.name);
        let at = lines
            .iter()
            .position(|line| line.trim_start().starts_with(&said))
            .unwrap_or_else(|| panic!("`{}` has a documented stub", function.name));
        let is_documented = |index: usize| lines[index].trim_start().starts_with("///");
        let mut start = at;
        while start > 0 && is_documented(start - 1) {
            start -= 1;
        }
        let indentation = lines[at].len() - lines[at].trim_start().len();
        let close = format!("{}}}", " ".repeat(indentation));
        let length = lines[at..].iter().position(|line| *line == close);
        lines[start..=at + length.expect("the stub ends")].to_vec()
    }

    fn stubs(&self) -> Vec<(&'static str, FunctionId)> {
        let halves = &self.analysis.halves;
        let of = |half, list: &BTreeSet<FunctionId>| -> Vec<_> {
            list.iter().map(|id| (half, *id)).collect()
        };
        let mut all = of("kernel", &halves.kernel.stubs);
        all.extend(of("user", &halves.user.stubs));
        all
    }

    /// What each half has, by names that another source of the same driver has, too: the lines of it.
    fn parts(&self) -> BTreeMap<String, BTreeSet<String>> {
        let analysis = &self.analysis;
        let mut parts = BTreeMap::new();
        let lines = |span: Span| -> BTreeSet<String> {
            self.sources.text(span).lines().map(plain).collect()
        };
        for (half, contents) in [
            ("kernel", &analysis.halves.kernel),
            ("user", &analysis.halves.user),
        ] {
            for id in &contents.functions {
                let function = analysis.driver.function(*id);
                let mut text = lines(function.span);
                text.insert(format!("// from {}", self.sources.place(function.code)));
                parts.insert(format!("{half} function {}", function.name), text);
            }
            for id in &contents.items {
                let entry = analysis.driver.item(*id);
                let module = analysis.driver.tree.module(entry.module).path.join("::");
                let start = self.sources.text(entry.span);
                let name = match &entry.name {
                    Some(name) => name,
                    None => start.lines().next().unwrap_or_default(),
                };
                parts.insert(format!("{half} item {module} {name}"), lines(entry.span));
            }
            for field in &analysis.fields {
                if contents.fields.contains(&field.name) {
                    let mut text = lines(field.span);
                    text.insert(format!("{}:", field.name));
                    parts.insert(format!("{half} field {}", field.name), text);
                }
            }
        }
        for (half, id) in self.stubs() {
            let name = &analysis.driver.function(id).name;
            let text = self.stub(half, id).into_iter().map(plain).collect();
            parts.insert(format!("{half} stub {name}"), text);
        }
        parts
    }
}

fn plain(line: &str) -> String {
    line.trim().to_owned()
}

#[test]
fn stubs_are_short_and_documented() {
    let mut count = 0;
    for driver in [
        "tests/fixtures/small",
        "tests/fixtures/corners",
        "drivers/pcnet32",
    ] {
        let emission = emission(&crate::common::root().join(driver));
        for (half, id) in emission.stubs() {
            let stub = emission.stub(half, id);
            assert!(stub.len() < 10, "{driver}: {}", stub.join("\n"));
            assert!(stub[0].trim_start().starts_with("/// "), "{}", stub[0]);
            count += 1;
        }
    }
    assert!(count > 40, "there are stubs: {count}");
}

/// The lines that only one of two texts has, by a longest common subsequence.
fn difference<'a>(old: &'a str, new: &'a str) -> Vec<&'a str> {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let mut common = vec![vec![0_u32; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            common[i][j] = if old[i] == new[j] {
                common[i + 1][j + 1] + 1
            } else {
                common[i + 1][j].max(common[i][j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut found = Vec::new();
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            (i, j) = (i + 1, j + 1);
        } else if j == new.len() || (i < old.len() && common[i + 1][j] >= common[i][j + 1]) {
            found.push(old[i]);
            i += 1;
        } else {
            found.push(new[j]);
            j += 1;
        }
    }
    found
}

/// The lines of imports.
fn imports(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut inside = false;
    for line in text.lines() {
        inside |= line.starts_with("use ") || line.starts_with("pub use ");
        if inside {
            found.insert(plain(line));
        }
        inside &= !line.ends_with(';');
    }
    found
}

/// The lines of the dispatcher's arms that name one of these functions.
fn arms(text: &str, idents: &BTreeSet<String>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut inside = false;
    for line in text.lines() {
        let arm = line.trim().strip_prefix("crate::split::");
        if let Some(name) = arm.and_then(|arm| arm.strip_suffix(" => {")) {
            inside = idents.iter().any(|ident| name.ends_with(ident.as_str()));
        }
        if inside {
            found.insert(plain(line));
        }
        inside &= line != "            }";
    }
    found
}

#[test]
fn between_two_plans_only_what_moved_differs() {
    let flips = [
        (
            "tests/fixtures/small",
            "src/interface.rs",
            "    fn stop(",
            "    #[microdriver::kernel_path] fn stop(",
            "Small::stop",
        ),
        (
            "drivers/pcnet32",
            "src/ethtool.rs",
            "    fn set_msglevel(",
            "    #[microdriver::kernel_path] fn set_msglevel(",
            "Pcnet32::set_msglevel",
        ),
        (
            "tests/fixtures/corners",
            "src/net.rs",
            "    #[user_path]\n    fn decide(",
            "    #[kernel_path]\n    fn decide(",
            "Board::decide",
        ),
    ];
    for (driver, file, from, to, moved) in flips {
        let directory = tempfile::tempdir().expect("a temporary directory");
        // Both are copies, so that both have the same manifest.
        let (old, new) = (directory.path().join("old"), directory.path().join("new"));
        let old = emission(&crate::common::changed(driver, &[], &old));
        let new = emission(&crate::common::changed(driver, &[(file, from, to)], &new));
        let (before, after) = (old.parts(), new.parts());
        let changed: Vec<(&String, &BTreeSet<String>)> = before
            .iter()
            .filter(|(name, _)| !after.contains_key(*name))
            .chain(after.iter().filter(|(name, _)| !before.contains_key(*name)))
            .collect();
        let names: Vec<&str> = changed.iter().map(|(name, _)| name.as_str()).collect();
        assert!(
            names.contains(&format!("user function {moved}").as_str())
                && names.contains(&format!("kernel function {moved}").as_str()),
            "{names:?}"
        );
        let mut may_change: BTreeSet<String> = changed
            .iter()
            .flat_map(|(_, lines)| lines.iter().cloned())
            .collect();
        let idents: BTreeSet<String> = names
            .iter()
            .filter_map(|name| name.rsplit("::").next())
            .map(str::to_uppercase)
            .collect();
        let mut total = 0;
        for path in old
            .files
            .keys()
            .chain(new.files.keys())
            .collect::<BTreeSet<_>>()
        {
            let data = ["json", "jsonl", "txt", "lock"];
            if path
                .extension()
                .is_some_and(|ext| data.iter().any(|data| ext == *data))
            {
                continue;
            }
            let text =
                |emission: &'_ Emission| emission.files.get(path).cloned().unwrap_or_default();
            let (old, new) = (text(&old), text(&new));
            for text in [&old, &new] {
                may_change.extend(imports(text));
                may_change.extend(arms(text, &idents));
            }
            // What comes after the number that is new or gone says so.
            let mut after = 0;
            for line in difference(&old, &new) {
                total += 1;
                let line = line.trim();
                let is_number = line.starts_with("pub(crate) const ") && line.contains(": u16 =");
                if is_number && !may_change.contains(line) {
                    after += 1;
                    continue;
                }
                let named = |line: &str| {
                    let upper = line.to_uppercase();
                    idents.iter().any(|ident| upper.contains(ident.as_str()))
                };
                let generated = line.is_empty()
                    || line.starts_with("const PLAN: u64 = ")
                    || line.starts_with("mod ")
                    // The list of names is on one line as long as it is short: rustfmt wants it so.
                    || line.contains("CALLS: &'static [&'static str] = &[")
                    || line == "];"
                    || (line.starts_with('"') && line.ends_with("\","))
                    || line.ends_with(" as Wire>::SHAPE,")
                    // What comes with a call follows from all that its function calls in the user half.
                    || line.starts_with("microdriver::split::Carried::new(")
                    || line.starts_with("// `") && line.contains("`: ")
                    || named(line);
                assert!(
                    generated || may_change.contains(line),
                    "{driver}: {}: `{line}` changed when `{moved}` moved; what did: {names:?}",
                    path.display()
                );
            }
            assert!(after <= 6, "{driver}: {after} numbers changed");
        }
        assert!((4..120).contains(&total), "{driver}: {total} lines changed");
    }
}
