//! Edits of a file by ranges of bytes.

use std::ops::Range;

/// A range of bytes that an edited text has from the original one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Kept {
    /// Where it is in the original text.
    pub(super) from: Range<usize>,
    /// Where it starts in the edited one.
    pub(super) at: usize,
}

/// An edited text, and which bytes of it are the original's: in order, in both texts.
#[derive(Debug, Default)]
pub(super) struct Edited {
    pub(super) text: String,
    pub(super) kept: Vec<Kept>,
}

impl Edited {
    /// A text as it was.
    pub(super) fn unchanged(text: &str) -> Edited {
        let mut edited = Edited::default();
        edited.keep(text, 0..text.len());
        edited
    }

    /// Says what is kept of the text that was edited first, when this is an edit of its edition.
    pub(super) fn of_first(self, first: &[Kept]) -> Edited {
        let mut kept = Vec::new();
        let mut from = first.iter().peekable();
        for second in &self.kept {
            while let Some(first) = from.peek() {
                let end = first.at + first.from.len();
                let common = second.from.start.max(first.at)..second.from.end.min(end);
                if !common.is_empty() {
                    let start = first.from.start + (common.start - first.at);
                    kept.push(Kept {
                        from: start..start + common.len(),
                        at: second.at + (common.start - second.from.start),
                    });
                }
                if end > second.from.end {
                    break;
                }
                from.next();
            }
        }
        Edited {
            text: self.text,
            kept,
        }
    }

    /// The same with something in front.
    pub(super) fn after(mut self, header: &str) -> Edited {
        self.text.insert_str(0, header);
        for kept in &mut self.kept {
            kept.at += header.len();
        }
        self
    }

    fn keep(&mut self, text: &str, from: Range<usize>) {
        if from.is_empty() {
            return;
        }
        self.kept.push(Kept {
            from: from.clone(),
            at: self.text.len(),
        });
        self.text.push_str(&text[from]);
    }
}

/// Edits of one text. Ranges are of the original text and do not overlap, except that a replacement
/// within a cut is lost with it.
#[derive(Debug)]
pub(super) struct Edits<'a> {
    text: &'a str,
    cuts: Vec<Range<usize>>,
    replacements: Vec<(Range<usize>, String)>,
}

impl<'a> Edits<'a> {
    pub(super) fn new(text: &'a str) -> Edits<'a> {
        Edits {
            text,
            cuts: Vec::new(),
            replacements: Vec::new(),
        }
    }

    /// Puts text in place of a range; an empty range inserts.
    pub(super) fn replace(&mut self, range: Range<usize>, with: String) {
        self.replacements.push((range, with));
    }

    /// Cuts out an item or a field, with the comment right above it, its line ends and the empty lines
    /// around it.
    pub(super) fn cut(&mut self, range: Range<usize>) {
        let mut start = line_start(self.text, range.start);
        loop {
            let above = line_start(self.text, start.saturating_sub(1));
            let line = self.text[above..start].trim();
            let comment = line.starts_with("//") && !line.starts_with("//!");
            if above == start || !comment {
                break;
            }
            start = above;
        }
        // A trailing comma or comment belongs to what is cut.
        let end = self.text[range.end..]
            .find('\n')
            .map_or(self.text.len(), |at| range.end + at + 1);
        self.cuts.push(start..end);
    }

    /// The indentation of the line on which a byte stands.
    pub(super) fn indentation(&self, byte: usize) -> &'a str {
        let line = &self.text[line_start(self.text, byte)..];
        &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
    }

    pub(super) fn apply(mut self) -> Edited {
        let cuts = self.merged();
        self.replacements.retain(|(range, _)| {
            !cuts
                .iter()
                .any(|(cut, _)| cut.start <= range.start && range.start < cut.end)
        });
        let mut all = cuts;
        all.append(&mut self.replacements);
        all.sort_by_key(|(range, _)| (range.start, range.end));
        let mut result = Edited::default();
        let mut at = 0;
        for (range, with) in all {
            if range.start < at {
                continue;
            }
            result.keep(self.text, at..range.start);
            result.text.push_str(&with);
            at = range.end;
        }
        result.keep(self.text, at..self.text.len());
        result
    }

    /// Cuts with nothing but space between them become one; the empty lines after it go, too, and
    /// those before it where a block begins or ends there. What empty lines kept apart stays apart.
    fn merged(&mut self) -> Vec<(Range<usize>, String)> {
        self.cuts.sort_by_key(|cut| (cut.start, cut.end));
        let mut merged: Vec<(Range<usize>, bool)> = Vec::new();
        for cut in self.cuts.drain(..) {
            let gap = merged
                .last()
                .map(|(last, _)| self.text.get(last.end..cut.start).unwrap_or_default());
            match (merged.last_mut(), gap) {
                (Some((last, apart)), Some(gap)) if gap.trim().is_empty() => {
                    *apart |= gap.contains('\n');
                    last.end = last.end.max(cut.end);
                }
                _ => merged.push((cut, false)),
            }
        }
        merged
            .into_iter()
            .map(|(cut, apart)| self.with_lines(cut, apart))
            .collect()
    }

    fn with_lines(&self, mut cut: Range<usize>, apart: bool) -> (Range<usize>, String) {
        let before = self.text[..cut.start].trim_end();
        let after = self.text[cut.end..].trim_start();
        let opens = before.is_empty() || before.ends_with('{');
        let closes = after.is_empty() || after.starts_with('}');
        let blank_before = self.text[before.len()..cut.start].matches('\n').count() > 1;
        let blank_after = skip_blank_lines(self.text, cut.end) > cut.end;
        if opens || closes || blank_before {
            cut.end = skip_blank_lines(self.text, cut.end);
        }
        if closes && blank_before {
            cut.start = before.len() + 1;
        }
        let lost = apart && !opens && !closes && !blank_before && !blank_after;
        (cut, if lost { "\n".to_owned() } else { String::new() })
    }
}

fn line_start(text: &str, byte: usize) -> usize {
    text[..byte].rfind('\n').map_or(0, |at| at + 1)
}

fn skip_blank_lines(text: &str, mut at: usize) -> usize {
    while let Some(end) = text[at..].find('\n') {
        if !text[at..at + end].trim().is_empty() {
            break;
        }
        at += end + 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str, what: &[&str]) -> String {
        let mut edits = Edits::new(text);
        for part in what {
            let start = text.find(part).unwrap();
            edits.cut(start..start + part.len());
        }
        edits.apply().text
    }

    const BLOCK: &str = "impl A {\n    fn a() {}\n\n    // about b\n    fn b() {}\n\n    fn c() {}\n}\n\nfn d() {}\n";

    #[test]
    fn a_cut_takes_its_comment_and_leaves_one_empty_line() {
        let left = "impl A {\n    fn a() {}\n\n    fn c() {}\n}\n\nfn d() {}\n";
        assert_eq!(cut(BLOCK, &["fn b() {}"]), left);
    }

    #[test]
    fn no_empty_line_is_left_at_the_ends_of_a_block() {
        let left = "impl A {\n    // about b\n    fn b() {}\n}\n\nfn d() {}\n";
        assert_eq!(cut(BLOCK, &["fn a() {}", "fn c() {}"]), left);
        assert_eq!(cut(BLOCK, &["fn d() {}"]).matches("\n\n").count(), 2);
    }

    #[test]
    fn what_was_apart_stays_apart() {
        let text = "use a;\nuse b;\n\nuse c;\nuse d;\n";
        assert_eq!(cut(text, &["use b;", "use c;"]), "use a;\n\nuse d;\n");
        assert_eq!(cut(text, &["use b;"]), "use a;\n\nuse c;\nuse d;\n");
    }

    #[test]
    fn an_insertion_after_a_cut_is_kept() {
        let mut edits = Edits::new("fn a() {}\n\nfn b() {}\n");
        edits.cut(0..9);
        edits.replace(11..11, "// b\n".to_owned());
        assert_eq!(edits.apply().text, "// b\nfn b() {}\n");
    }

    #[test]
    fn a_replacement_within_a_cut_is_lost() {
        let mut edits = Edits::new(BLOCK);
        let b = BLOCK.find("fn b").unwrap();
        edits.cut(b..b + 9);
        edits.replace(b..b, "pub ".to_owned());
        assert!(!edits.apply().text.contains("pub"));
    }

    #[test]
    fn what_two_edits_keep_is_known_by_its_first_place() {
        let first = {
            let mut edits = Edits::new(BLOCK);
            let a = BLOCK.find("fn a").unwrap();
            edits.cut(a..a + 9);
            edits.replace(0..4, "pub impl".to_owned());
            edits.apply()
        };
        let second = {
            let mut edits = Edits::new(&first.text);
            let d = first.text.find("fn d").unwrap();
            edits.replace(d..d, "// d\n".to_owned());
            let c = first.text.find("fn c").unwrap();
            edits.replace(c + 3..c + 4, "e".to_owned());
            edits.apply().of_first(&first.kept).after("// header\n")
        };
        let mut bytes = 0;
        for kept in &second.kept {
            let there = &second.text[kept.at..kept.at + kept.from.len()];
            assert_eq!(there, &BLOCK[kept.from.clone()]);
            bytes += there.len();
        }
        let lost = "impl".len() + "    fn a() {}\n\n".len() + "c".len();
        assert_eq!(bytes, BLOCK.len() - lost);
    }
}
