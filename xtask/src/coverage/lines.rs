//! Which lines of the driver were run, from the compiler's own counts.
//!
//! A driver's function is compiled several times: in the crate itself for its unit tests, and in
//! each crate that a split emits. A line counts as run when it was run anywhere.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Result};

use super::provenance::Provenance;

/// How often each line of a file was run; lines without code are absent.
pub(super) type Lines = BTreeMap<usize, u64>;

/// The lines of the driver's files, by their paths in the workspace.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Coverage {
    pub(super) files: BTreeMap<String, Lines>,
}

impl Coverage {
    /// Adds what an LCOV trace (`llvm-cov export --format=lcov`) says about files in `folder` of the
    /// workspace at `root`.
    pub(super) fn add_trace(&mut self, trace: &str, root: &Path, folder: &Path) -> Result<()> {
        let mut origin = None;
        for line in trace.lines() {
            if let Some(path) = line.strip_prefix("SF:") {
                origin = Origin::of(Path::new(path), root)?
                    .filter(|origin| Path::new(&origin.file).starts_with(folder));
            } else if let (Some(counted), Some(origin)) = (line.strip_prefix("DA:"), &origin) {
                let mut parts = counted.split(',');
                let number = parts.next().and_then(|n| n.parse().ok());
                let count = parts.next().and_then(|n| n.parse().ok());
                let (number, count) = number
                    .zip(count)
                    .with_context(|| format!("the trace has a line {line:?}"))?;
                if let Some(number) = origin.line(number) {
                    self.add(&origin.file, number, count);
                }
            }
        }
        Ok(())
    }

    fn add(&mut self, file: &str, line: usize, count: u64) {
        let lines = self.files.entry(file.to_owned()).or_default();
        let total = lines.entry(line).or_default();
        *total = total.saturating_add(count);
    }

    /// Forgets the lines of a file for which `keep` does not hold.
    pub(super) fn retain(&mut self, mut keep: impl FnMut(&str, usize) -> bool) {
        for (file, lines) in &mut self.files {
            lines.retain(|line, _| keep(file, *line));
        }
    }

    /// Lines with code, and those of them that were run.
    pub(super) fn totals(&self) -> (usize, usize) {
        let all = self.files.values().flat_map(BTreeMap::values);
        (all.clone().count(), all.filter(|count| **count > 0).count())
    }
}

/// Where the lines of a compiled file come from.
struct Origin {
    file: String,
    provenance: Option<Provenance>,
}

impl Origin {
    /// `None` for a file that is neither in the workspace nor emitted.
    fn of(path: &Path, root: &Path) -> Result<Option<Self>> {
        // Files of the standard library may not be there.
        if path.is_file() {
            let text = std::fs::read_to_string(path)
                .with_context(|| format!("cannot read {}", path.display()))?;
            if let Some((file, provenance)) = Provenance::read(&text) {
                return Ok(Some(Self {
                    file,
                    provenance: Some(provenance),
                }));
            }
        }
        Ok(path.strip_prefix(root).ok().map(|file| Self {
            file: file.display().to_string(),
            provenance: None,
        }))
    }

    fn line(&self, compiled: usize) -> Option<usize> {
        match &self.provenance {
            None => Some(compiled),
            Some(provenance) => provenance.source_line(compiled),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_add_up_and_other_files_do_not_count() {
        let trace = "SF:/w/d/src/a.rs\nDA:3,0\nDA:4,2\nend_of_record\n\
                     SF:/nowhere/else.rs\nDA:3,7\nend_of_record\n\
                     SF:/w/d/src/a.rs\nDA:3,1\nend_of_record\n";
        let mut coverage = Coverage::default();
        coverage
            .add_trace(trace, Path::new("/w"), Path::new("d"))
            .unwrap();
        assert_eq!(coverage.files.len(), 1);
        assert_eq!(coverage.files["d/src/a.rs"], Lines::from([(3, 1), (4, 2)]));
        assert_eq!(coverage.totals(), (2, 2));
    }

    #[test]
    fn a_trace_that_makes_no_sense_is_an_error() {
        let mut coverage = Coverage::default();
        let trace = "SF:/w/d/src/a.rs\nDA:x,0\n";
        assert!(
            coverage
                .add_trace(trace, Path::new("/w"), Path::new("d"))
                .is_err()
        );
    }
}
