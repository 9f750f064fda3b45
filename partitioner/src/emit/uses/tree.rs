//! A pruned import, and how it is laid out.

use syn::UseTree;

/// The longest line.
const WIDTH: usize = 100;

/// A pruned import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Tree {
    Path(String, Box<Tree>),
    Name(String),
    Group(Vec<Tree>),
}

impl Tree {
    pub(super) fn of(tree: &UseTree) -> Tree {
        match tree {
            UseTree::Path(path) => {
                Tree::Path(path.ident.to_string(), Box::new(Tree::of(&path.tree)))
            }
            UseTree::Name(name) => Tree::Name(name.ident.to_string()),
            UseTree::Rename(rename) => Tree::Name(format!("{} as {}", rename.ident, rename.rename)),
            UseTree::Glob(_) => Tree::Name("*".to_owned()),
            UseTree::Group(group) => Tree::Group(group.items.iter().map(Tree::of).collect()),
        }
    }

    /// On one line.
    pub(super) fn line(&self) -> String {
        match self {
            Tree::Path(name, inner) => match &**inner {
                Tree::Group(list) if matches!(list.as_slice(), [Tree::Name(only)] if only == "self") => {
                    name.clone()
                }
                inner => format!("{name}::{}", inner.line()),
            },
            Tree::Name(name) => name.clone(),
            Tree::Group(list) => match list.as_slice() {
                [only] => only.line(),
                several => format!(
                    "{{{}}}",
                    several
                        .iter()
                        .map(Tree::line)
                        .collect::<Vec<_>>()
                        .join(", ")
                ),
            },
        }
    }

    /// The statement, as rustfmt would lay it out.
    pub(super) fn layout(&self, before: &str) -> String {
        let line = format!("{before}{};", self.line());
        if line.len() + 2 <= WIDTH {
            return line;
        }
        match self.outermost_group(before) {
            Some((before, list)) => format!("{before}{{\n{}}};", fill(list, "    ")),
            None => line,
        }
    }

    fn outermost_group(&self, before: &str) -> Option<(String, &[Tree])> {
        match self {
            Tree::Path(name, inner) => inner.outermost_group(&format!("{before}{name}::")),
            Tree::Group(list) if list.len() > 1 => Some((before.to_owned(), list)),
            Tree::Group(list) => list.first()?.outermost_group(before),
            Tree::Name(_) => None,
        }
    }
}

/// Lines filled with names; one line each where there are groups among them.
fn fill(list: &[Tree], indentation: &str) -> String {
    let lines: Vec<String> = list.iter().map(Tree::line).collect();
    if lines.iter().any(|line| line.contains('{')) {
        return lines
            .iter()
            .map(|line| format!("{indentation}{line},\n"))
            .collect();
    }
    let mut text = String::new();
    let mut current = String::new();
    for line in lines {
        let extended = if current.is_empty() {
            format!("{indentation}{line},")
        } else {
            format!("{current} {line},")
        };
        if extended.len() >= WIDTH && !current.is_empty() {
            text.push_str(&current);
            text.push('\n');
            current = format!("{indentation}{line},");
        } else {
            current = extended;
        }
    }
    text.push_str(&current);
    text.push('\n');
    text
}
