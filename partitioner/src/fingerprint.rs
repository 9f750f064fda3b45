//! Which source a plan or a profile is about: a hash of the driver's files.
//!
//! Names and line numbers of one version mean nothing in another, so whatever is kept for later says
//! which version it saw.

use crate::load::Tree;
use crate::source::Sources;

/// The fingerprint of a driver as it was read, as 16 hexadecimal digits: FNV-1a over the path of each
/// file within the package and its bytes, in the order of the paths. Where the package lies, and in
/// which order its modules are declared, does not matter; a comment does.
pub fn source_fingerprint(tree: &Tree, sources: &Sources) -> String {
    let files = tree.iter().map(|(_, module)| {
        let name = module.relative.to_string_lossy().replace('\\', "/");
        (name, sources.file(module.file).text.as_str())
    });
    format!("{:016x}", of_files(files))
}

/// Lengths stand before names and texts: no two lists of files run together to the same bytes.
fn of_files<'a>(files: impl Iterator<Item = (String, &'a str)>) -> u64 {
    let mut files: Vec<(String, &str)> = files.collect();
    files.sort_unstable();
    let mut hash = 0xcbf2_9ce4_8422_2325;
    for (name, text) in &files {
        for part in [name.as_str(), text] {
            hash = fold(hash, &(part.len() as u64).to_le_bytes());
            hash = fold(hash, part.as_bytes());
        }
    }
    hash
}

fn fold(hash: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(hash, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::of_files;

    fn hash(files: &[(&str, &'static str)]) -> u64 {
        of_files(files.iter().map(|(name, text)| ((*name).to_owned(), *text)))
    }

    #[test]
    fn names_texts_and_their_borders_count_and_the_order_does_not() {
        let base = hash(&[("src/a.rs", "fn a() {}"), ("src/b.rs", "")]);
        assert_eq!(base, hash(&[("src/b.rs", ""), ("src/a.rs", "fn a() {}")]));
        for other in [
            &[("src/a.rs", "fn a() { }"), ("src/b.rs", "")][..],
            &[("src/c.rs", "fn a() {}"), ("src/b.rs", "")],
            &[("src/a.rs", ""), ("src/b.rs", "fn a() {}")],
            &[("src/a.rs", "fn a() {}src/b.rs")],
            &[("src/a.rs", "fn a() {}")],
        ] {
            assert_ne!(base, hash(other), "{other:?}");
        }
    }

    #[test]
    fn the_value_is_the_same_everywhere() {
        assert_eq!(hash(&[]), 0xcbf2_9ce4_8422_2325);
        assert_eq!(hash(&[("a", "b")]), 0x41c8_0da7_2d0a_ec94);
    }
}
