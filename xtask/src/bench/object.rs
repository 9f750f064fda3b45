//! Whether the packet path is the same code, in one piece and in two halves: in the linked objects, not by
//! what it takes.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use object::{Object as _, ObjectSection as _, ObjectSymbol as _, RelocationTarget, SymbolKind};

/// The functions through which packets go, as the kernel calls them: all that they call is in them, or is
/// named by them.
const ENTRIES: [&str; 3] = ["start_xmit", "poll", "interrupt"];

/// A function: its bytes, those that the linker fills in aside, and what it names.
#[derive(Debug, PartialEq, Eq)]
struct Code {
    bytes: Vec<u8>,
    names: Vec<(u64, String)>,
}

/// The functions of the packet path that are not the same in two kernel halves.
pub(super) fn differing(one: &Path, other: &Path) -> Result<Vec<String>> {
    let (one, other) = (read(one)?, read(other)?);
    Ok(compare(&one, &other))
}

fn compare(one: &BTreeMap<String, Code>, other: &BTreeMap<String, Code>) -> Vec<String> {
    let names = one.keys().chain(other.keys());
    let mut differing: Vec<String> = names
        .filter(|name| one.get(*name) != other.get(*name))
        .cloned()
        .collect();
    differing.sort();
    differing.dedup();
    differing
}

fn read(path: &Path) -> Result<BTreeMap<String, Code>> {
    let data = std::fs::read(path).with_context(|| format!("read {}", path.display()))?;
    let file = object::File::parse(&*data).with_context(|| format!("read {}", path.display()))?;
    let name_of = |target: RelocationTarget| -> Option<String> {
        let RelocationTarget::Symbol(index) = target else {
            return None;
        };
        let symbol = file.symbol_by_index(index).ok()?;
        let name = match symbol.kind() {
            // Of a section's own symbol the place says nothing that both have.
            SymbolKind::Section => file.section_by_index(symbol.section_index()?).ok()?.name(),
            _ => symbol.name(),
        };
        Some(plain(name.ok()?))
    };
    let mut found = BTreeMap::new();
    for symbol in file.symbols() {
        let name = plain(symbol.name().unwrap_or_default());
        let is_entry =
            |entry: &&str| name.contains("Entry<") && name.ends_with(&format!("::{entry}"));
        if symbol.kind() != SymbolKind::Text || !ENTRIES.iter().any(is_entry) {
            continue;
        }
        let index = symbol.section_index().context("a function in no section")?;
        let section = file.section_by_index(index)?;
        let (start, end) = (symbol.address(), symbol.address() + symbol.size());
        let bytes = section.data_range(start, symbol.size())?;
        let mut code = Code {
            bytes: bytes.context("a function without bytes")?.to_vec(),
            names: Vec::new(),
        };
        for (at, relocation) in section.relocations() {
            if !(start..end).contains(&at) {
                continue;
            }
            let at = at - start;
            let field = at as usize..at as usize + usize::from(relocation.size() / 8);
            code.bytes
                .get_mut(field)
                .context("a relocation beyond its function")?
                .fill(0);
            let name = name_of(relocation.target()).unwrap_or_default();
            code.names.push((at, name));
        }
        code.names.sort();
        found.insert(name, code);
    }
    ensure!(
        found.len() == ENTRIES.len(),
        "{} has not the packet path's functions, but {:?}",
        path.display(),
        found.keys()
    );
    Ok(found)
}

/// A name without the hashes that tell two builds of a crate apart. A function's section has its name.
fn plain(name: &str) -> String {
    let name = name.strip_prefix(".text.").unwrap_or(name);
    let name = name.strip_prefix("unlikely.").unwrap_or(name);
    format!("{:#}", rustc_demangle::demangle(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(bytes: &[u8], names: &[(u64, &str)]) -> Code {
        let names = names.iter().map(|(at, name)| (*at, (*name).to_owned()));
        Code {
            bytes: bytes.to_vec(),
            names: names.collect(),
        }
    }

    #[test]
    fn a_byte_or_a_name_more_is_another_function() {
        let of = |poll| BTreeMap::from([("poll".to_owned(), poll)]);
        let one = of(code(&[1, 0, 0], &[(1, "md_skb_put")]));
        assert!(compare(&one, &one).is_empty());
        assert_eq!(
            compare(&one, &of(code(&[2, 0, 0], &[(1, "md_skb_put")]))),
            ["poll"]
        );
        assert_eq!(
            compare(&one, &of(code(&[1, 0, 0], &[(1, "md_free")]))),
            ["poll"]
        );
        assert_eq!(compare(&one, &BTreeMap::new()), ["poll"]);
    }

    #[test]
    fn hashes_are_left_out() {
        let name = "_RNvMNtNtCshKTcBM13PXT_14runtime_kernel5entry3netNtB2_5Entry4poll";
        let other = "_RNvMNtNtCsl6XpzgQp93n_14runtime_kernel5entry3netNtB2_5Entry4poll";
        assert_eq!(plain(name), plain(other));
        assert_eq!(plain(&format!(".text.{name}")), plain(other));
        assert_eq!(plain(&format!(".text.unlikely.{name}")), plain(other));
    }
}
