//! Puts the two halves together again: the driver's source, byte for byte.
//!
//! Only what a split wrote is read: both crates and `provenance.jsonl`. Function bodies and items come
//! from the crates; the provenance has only what neither crate has, and how much that is gets counted.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use super::provenance::{self, Line};
use super::{Files, directory};
use crate::diagnostics::{Code, Diagnostic, Outcome};
use crate::halves::Side;
use crate::input;
use crate::load::depth;

/// The largest file that a split writes, in bytes: a source file with stubs, or what neither half has of all.
const LARGEST: u64 = 4 * depth::LARGEST;

/// How many bytes of a source file came from where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// From the kernel half.
    pub kernel: usize,
    /// From the user half.
    pub user: usize,
    /// From neither: the provenance has them.
    pub neither: usize,
}

/// The source of a driver, put together again.
#[derive(Clone, Debug, Default)]
pub struct Merged {
    /// The files, by their path in the package.
    pub files: Files,
    /// Where their bytes came from.
    pub counts: BTreeMap<PathBuf, Count>,
}

/// Merges what a split wrote into a directory.
///
/// # Errors
/// `MD0022`: something is not as the split left it.
pub fn merge(directory: &Path) -> Outcome<Merged> {
    let path = directory.join(provenance::FILE);
    let text = input::text(&path, LARGEST)
        .map_err(|error| refuse(format!("cannot read `{}`: {error}", path.display())))?;
    let mut merger = Merger {
        directory,
        left: text.len(),
        merged: Merged::default(),
        open: None,
        ended: false,
    };
    let mut lines = text.lines();
    match lines.next().map(serde_json::from_str) {
        Some(Ok(Line::Schema(provenance::SCHEMA))) => {}
        Some(Ok(Line::Schema(other))) => {
            let ours = provenance::SCHEMA;
            let why = format!("it has format {other}, and this command reads format {ours}");
            return Err(refuse(why).into());
        }
        _ => return Err(refuse("its first line does not say its format".to_owned()).into()),
    }
    for (index, line) in lines.enumerate() {
        let added = serde_json::from_str(line)
            .map_err(|error| error.to_string())
            .and_then(|line| merger.line(line));
        added.map_err(|why| refuse(format!("line {}: {why}", index + 2)))?;
    }
    if !merger.ended {
        return Err(refuse("it stops before its end".to_owned()).into());
    }
    Ok(merger.merged)
}

fn refuse(why: String) -> Diagnostic {
    let title = "the halves cannot be merged";
    let help = "split the driver again, and leave what it writes as it is";
    Diagnostic::new(Code::Provenance, title, help).note(why)
}

struct Merger<'a> {
    directory: &'a Path,
    /// How many bytes the source can still have, given what was read.
    left: usize,
    merged: Merged,
    open: Option<Open>,
    /// The last line was read.
    ended: bool,
}

/// The file that is being put together.
struct Open {
    path: PathBuf,
    bytes: usize,
    hash: String,
    kernel: Option<String>,
    user: Option<String>,
    text: String,
    count: Count,
}

impl Merger<'_> {
    fn line(&mut self, line: Line) -> Result<(), String> {
        if self.ended {
            return Err("something comes after the end".to_owned());
        }
        match line {
            Line::Schema(_) => Err("the format is said twice".to_owned()),
            Line::End(files) => {
                self.close()?;
                self.ended = true;
                match self.merged.files.len() == files {
                    true => Ok(()),
                    false => Err(format!("there should be {files} files")),
                }
            }
            Line::File {
                path,
                bytes,
                hash,
                kernel,
                user,
            } => {
                self.close()?;
                let mut read = |side, hash: Option<String>| -> Result<Option<String>, String> {
                    hash.map(|hash| self.emitted(&path, side, &hash))
                        .transpose()
                };
                let kernel = read(Side::Kernel, kernel)?;
                let user = read(Side::User, user)?;
                self.open = Some(Open {
                    path,
                    bytes,
                    hash,
                    kernel,
                    user,
                    text: String::new(),
                    count: Count::default(),
                });
                Ok(())
            }
            part => self.part(&part),
        }
    }

    fn part(&mut self, part: &Line) -> Result<(), String> {
        let open = self.open.as_mut().ok_or("it belongs to no file")?;
        let (from, range, count) = match part {
            Line::Kernel(at, length) => (&open.kernel, Some((at, length)), &mut open.count.kernel),
            Line::User(at, length) => (&open.user, Some((at, length)), &mut open.count.user),
            _ => (&None, None, &mut open.count.neither),
        };
        let added = match (part, range) {
            (Line::Neither(text), _) => text.as_str(),
            (_, Some((at, length))) => {
                let text = from.as_deref().ok_or("that half has no such file")?;
                let end = at.checked_add(*length);
                end.and_then(|end| text.get(*at..end))
                    .ok_or("it is not within the emitted file")?
            }
            _ => return Err("it is not a part of a file".to_owned()),
        };
        if open.text.len() + added.len() > open.bytes || added.len() > self.left {
            return Err("the parts are longer than the file".to_owned());
        }
        self.left -= added.len();
        *count += added.len();
        open.text.push_str(added);
        Ok(())
    }

    /// Reads an emitted file, and sees whether it is as it was written.
    fn emitted(&mut self, path: &Path, side: Side, hash: &str) -> Result<String, String> {
        let plain = |part: Component<'_>| matches!(part, Component::Normal(_));
        if !path.components().all(plain) {
            return Err(format!("`{}` leads out of the package", path.display()));
        }
        let path = Path::new(directory(side)).join(path);
        let text = input::text(&self.directory.join(&path), LARGEST)
            .map_err(|error| format!("cannot read `{}`: {error}", path.display()))?;
        if provenance::hash(&text) != hash {
            return Err(format!("`{}` is not as it was emitted", path.display()));
        }
        self.left += text.len();
        Ok(text)
    }

    fn close(&mut self) -> Result<(), String> {
        let Some(open) = self.open.take() else {
            return Ok(());
        };
        let plain = |part: Component<'_>| matches!(part, Component::Normal(_));
        if !open.path.components().all(plain) {
            return Err(format!(
                "`{}` leads out of the package",
                open.path.display()
            ));
        }
        if open.text.len() != open.bytes || provenance::hash(&open.text) != open.hash {
            return Err(format!(
                "the parts of `{}` do not make up the file",
                open.path.display()
            ));
        }
        self.merged.counts.insert(open.path.clone(), open.count);
        self.merged.files.insert(open.path, open.text);
        Ok(())
    }
}
