//! From the lines of an emitted file back to those of the driver.
//!
//! An emitted file says on its first line which file it comes from, and above each function that was
//! copied, with its comments and attributes, on which line its `fn` is. All else was generated.

/// The copied functions of one file: where each is, and where it was.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Provenance {
    copies: Vec<Copied>,
}

#[derive(Debug, PartialEq, Eq)]
struct Copied {
    /// First and last line of the copy.
    first: usize,
    last: usize,
    /// The source's line for the first one.
    source: usize,
    /// Lines of the copy that were added to count its calls.
    added: Vec<usize>,
}

impl Provenance {
    /// Reads an emitted file; `None` for any other. The name is the source file's, relative to the
    /// workspace.
    pub(super) fn read(text: &str) -> Option<(String, Self)> {
        let head = text.lines().next()?;
        let file = head
            .strip_prefix("// Emitted by pcnet-partition from ")?
            .strip_suffix(". Do not edit.")?;
        let mut copies = Vec::new();
        let mut lines = (1..).zip(text.lines()).peekable();
        while let Some((number, line)) = lines.next() {
            let Some(source) = source_of(line, file) else {
                continue;
            };
            let indent = line.len() - line.trim_start().len();
            let end = format!("{}}}", " ".repeat(indent));
            // The sources are formatted, so the brace that closes a function stands alone.
            let mut last = number + 1;
            let mut head = None;
            let mut added = Vec::new();
            while let Some((number, line)) = lines.peek() {
                if source_of(line, file).is_some() {
                    break;
                }
                last = *number;
                if head.is_none() && is_head(line) {
                    head = Some(*number);
                }
                if counts_calls(line) {
                    added.push(*number);
                }
                let ends = *line == end;
                lines.next();
                if ends {
                    break;
                }
            }
            let before = head.map_or(0, |head| head - (number + 1));
            copies.push(Copied {
                first: number + 1,
                last,
                source: source.saturating_sub(before),
                added,
            });
        }
        Some((file.to_owned(), Self { copies }))
    }

    /// The source's line for a line of the emitted file.
    pub(super) fn source_line(&self, emitted: usize) -> Option<usize> {
        let copy = self
            .copies
            .iter()
            .find(|copy| (copy.first..=copy.last).contains(&emitted))?;
        let above = copy.added.iter().filter(|line| **line < emitted).count();
        let is_added = copy.added.contains(&emitted);
        (!is_added).then_some(copy.source + (emitted - copy.first) - above)
    }
}

/// The source line of the function that follows such a comment.
fn source_of(line: &str, file: &str) -> Option<usize> {
    line.trim_start()
        .strip_prefix("// from ")?
        .strip_prefix(file)?
        .strip_prefix(':')?
        .parse()
        .ok()
}

/// Is it the line that an instrumented build adds to a function?
fn counts_calls(line: &str) -> bool {
    line.trim_start()
        .starts_with("let _profile = microdriver::profile::enter(")
}

/// Is it the line of the function's `fn`, after comments and attributes?
pub(super) fn is_head(line: &str) -> bool {
    let code = line.trim_start();
    !code.starts_with(['/', '#']) && code.split_whitespace().any(|word| word == "fn")
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMITTED: &str = "\
// Emitted by pcnet-partition from drivers/d/src/a.rs. Do not edit.

impl D {
    // from drivers/d/src/a.rs:13
    fn copied(&self) {
        if self.x {
            go();
        }
    }

    fn stub(&self) {
        call(3);
    }

    // from drivers/d/src/a.rs:40
    /// What this fn does.
    #[kernel_path]
    fn other(&self) {}
}
";

    #[test]
    fn lines_of_copies_are_known_and_generated_ones_are_not() {
        let (file, provenance) = Provenance::read(EMITTED).unwrap();
        assert_eq!(file, "drivers/d/src/a.rs");
        assert_eq!(provenance.source_line(5), Some(13));
        assert_eq!(provenance.source_line(7), Some(15));
        assert_eq!(provenance.source_line(9), Some(17));
        assert_eq!(provenance.source_line(12), None);
        assert_eq!(provenance.source_line(18), Some(40));
        assert_eq!(provenance.source_line(3), None);
    }

    #[test]
    fn a_line_that_counts_calls_is_no_line_of_the_source() {
        let line =
            "        let _profile = microdriver::profile::enter(crate::split::profile(), 7);\n";
        let counted = EMITTED.replace("        if self.x", &format!("{line}        if self.x"));
        let (_, provenance) = Provenance::read(&counted).unwrap();
        assert_eq!(provenance.source_line(5), Some(13));
        assert_eq!(provenance.source_line(6), None);
        assert_eq!(provenance.source_line(7), Some(14));
        assert_eq!(provenance.source_line(10), Some(17));
        assert_eq!(provenance.source_line(11), None);
        assert_eq!(provenance.source_line(19), Some(40));
    }

    #[test]
    fn other_files_have_no_provenance() {
        assert_eq!(Provenance::read("//! A file.\n"), None);
    }
}
