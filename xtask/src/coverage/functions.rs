//! Which function a line is in, from formatted source: the brace that closes a function stands alone, as far
//! in as the function's first line.

use super::provenance::is_head;

/// The name of the innermost function around a line (from 1); empty outside of any.
pub(super) fn around(lines: &[String], line: usize) -> &str {
    let heads = (1..=line).rev().filter_map(|number| {
        let head = lines.get(number - 1)?;
        is_head(head).then_some((number, head))
    });
    let mut around = heads.filter(|&(number, head)| line <= end(lines, number, head));
    around.next().map_or("", |(_, head)| name(head))
}

/// The last line of the function that begins there.
fn end(lines: &[String], first: usize, head: &str) -> usize {
    if head.ends_with(['}', ';']) {
        return first;
    }
    let indent = head.len() - head.trim_start().len();
    let brace = format!("{}}}", " ".repeat(indent));
    let rest = lines.iter().skip(first);
    first + rest.take_while(|line| **line != brace).count() + 1
}

fn name(head: &str) -> &str {
    let after = head.split_once("fn ").map_or("", |(_, after)| after);
    let end = after.find(|c: char| !c.is_alphanumeric() && c != '_');
    &after[..end.unwrap_or(after.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "\
const A: u32 = 1;

impl A {
    /// A fn with a comment.
    #[kernel_path]
    pub(crate) fn first(
        &self,
    ) -> Result<u32> {
        fn inner(x: u32) -> u32 {
            x + 1
        }
        let y = inner(2);
        y
    }

    fn one_line(&self) {}
}

fn last() {
    go();
}
";

    #[test]
    fn lines_are_in_functions() {
        let lines: Vec<String> = SOURCE.lines().map(str::to_owned).collect();
        let in_function = |line| around(&lines, line);
        for line in [6, 8, 12, 13, 14] {
            assert_eq!(in_function(line), "first", "line {line}");
        }
        assert_eq!([9, 10, 11].map(in_function), ["inner"; 3]);
        assert_eq!(in_function(16), "one_line");
        assert_eq!([19, 20, 21].map(in_function), ["last"; 3]);
        for line in [0, 1, 3, 15, 17, 18, 99] {
            assert_eq!(in_function(line), "", "line {line}");
        }
    }
}
