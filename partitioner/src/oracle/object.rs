//! The linked kernel half as a witness: what may not sleep must not reach a crossing.
//!
//! The object's symbols are nodes, its relocations are edges. A function that is named in data, such as a
//! table of function pointers, is reached from whoever names the data. Calls inside of one section need no
//! relocation, so functions that share a section are taken as one.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;

use crate::diagnostics::{Code, Diagnostic};

use anyhow::{Context as _, bail};
use object::{
    Object as _, ObjectSection as _, ObjectSymbol as _, RelocationTarget, SectionIndex, SymbolKind,
};

/// No object is larger than this.
pub const LARGEST: usize = 1 << 28;

/// The functions of the kernel runtime that wait for the user half: a module and their names.
const CROSSING: (&[&str], &[&str]) = (
    &["channel", "upcall"],
    &[
        "call",
        "claim",
        "exchange",
        "ready",
        "upcall",
        "upcall_once",
    ],
);

/// What was looked at, and what was found.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Reached {
    /// How many symbols are atomic roots.
    pub roots: usize,
    /// How many symbols wait for the user half.
    pub crossings: usize,
    /// How many symbols and sections the roots reach, themselves included.
    pub reached: usize,
    /// The way from a root to a crossing, if there is one: readable names.
    pub path: Option<Vec<String>>,
}

/// What a relocation leads to, or comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Node {
    /// A section: its number.
    Section(usize),
    /// A symbol of elsewhere.
    Outside(String),
}

/// Names of the atomic roots in a plan: `start_xmit` of `State::start_xmit`.
///
/// # Errors
/// It is no plan.
pub fn atomic_roots(plan: &str) -> anyhow::Result<BTreeSet<String>> {
    let plan: serde_json::Value = serde_json::from_str(plan).context("the plan is not JSON")?;
    let functions = plan["functions"]
        .as_array()
        .context("the plan has no list of functions")?;
    let mut roots = BTreeSet::new();
    for function in functions {
        let name = function["name"]
            .as_str()
            .context("a function of the plan has no name")?;
        if function["root"] == true && function["context"] == "atomic" {
            let last = name.rsplit("::").next().unwrap_or(name);
            roots.insert(last.to_owned());
        }
    }
    Ok(roots)
}

/// Looks for a way from a plan's atomic roots to a crossing.
///
/// # Errors
/// As [`check`] and [`atomic_roots`].
pub fn against_plan(data: &[u8], plan: &str) -> anyhow::Result<Reached> {
    let roots = atomic_roots(plan)?;
    let plan: serde_json::Value = serde_json::from_str(plan)?;
    let calls = plan["upcalls"]
        .as_array()
        .is_some_and(|upcalls| !upcalls.is_empty());
    check(data, &roots, calls)
}

/// What is wrong, if something is.
pub fn finding(reached: &Reached) -> Option<Diagnostic> {
    let path = reached.path.as_ref()?;
    let (root, crossing) = (path.first()?, path.last()?);
    let title = format!("in the linked kernel half, `{root}` reaches a crossing");
    let help = "do not load this module, and report this: the graph lacks one of the steps";
    let mut diagnostic = Diagnostic::new(Code::LinkedCrossing, title, help).note(format!(
        "the kernel calls it where it may not sleep, and `{crossing}` waits for a process"
    ));
    for pair in path.windows(2) {
        if let [from, to] = pair {
            diagnostic = diagnostic.note(format!("`{from}` refers to `{to}`"));
        }
    }
    Some(diagnostic)
}

impl fmt::Display for Reached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (roots, reached, crossings) = (self.roots, self.reached, self.crossings);
        match &self.path {
            None => write!(
                f,
                "linked kernel half: {roots} atomic roots reach {reached} sections, and none of {crossings} crossings"
            ),
            Some(path) => write!(f, "linked kernel half: {}", path.join(" -> ")),
        }
    }
}

/// Looks for a way from an atomic root to a crossing. `is_split` says that there must be crossings.
///
/// # Errors
/// The object cannot be read, a root is not in it, or no crossing is, although there must be some.
pub fn check(data: &[u8], roots: &BTreeSet<String>, is_split: bool) -> anyhow::Result<Reached> {
    if data.len() > LARGEST {
        bail!("the object is larger than {LARGEST} bytes");
    }
    let file = object::File::parse(data).context("the object cannot be read")?;
    let graph = Graph::read(&file)?;
    let mut starts: BTreeMap<Node, String> = BTreeMap::new();
    for root in roots {
        let found = graph
            .symbols
            .iter()
            .filter(|symbol| symbol.path.last() == Some(root));
        let before = starts.len();
        starts.extend(found.map(|symbol| (Node::Section(symbol.section), symbol.name.clone())));
        if starts.len() == before {
            bail!("the object has no function of the atomic root `{root}`");
        }
    }
    let mut ends: BTreeMap<Node, String> = BTreeMap::new();
    for symbol in &graph.symbols {
        if is_crossing(&symbol.path) {
            ends.insert(Node::Section(symbol.section), symbol.name.clone());
        }
    }
    if is_split && ends.is_empty() {
        bail!("the object has none of the functions that wait for the user half");
    }
    let mut came: BTreeMap<Node, Option<Node>> = BTreeMap::new();
    let mut queue: VecDeque<Node> = VecDeque::new();
    for start in starts.keys() {
        came.insert(start.clone(), None);
        queue.push_back(start.clone());
    }
    let mut path = None;
    while let Some(node) = queue.pop_front() {
        if let Some(end) = ends.get(&node) {
            path = Some(graph.path(&came, &node, end, &starts));
            break;
        }
        for next in graph.edges.get(&node).into_iter().flatten() {
            if !came.contains_key(next) {
                came.insert(next.clone(), Some(node.clone()));
                queue.push_back(next.clone());
            }
        }
    }
    Ok(Reached {
        roots: starts.len(),
        crossings: ends.len(),
        reached: came.len(),
        path,
    })
}

fn is_crossing(path: &[String]) -> bool {
    let (module, names) = CROSSING;
    let Some((name, before)) = path.split_last() else {
        return false;
    };
    let end = before.iter().rev().take(module.len()).rev();
    names.contains(&name.as_str()) && end.eq(module.iter())
}

struct Symbol {
    /// Readable, without hashes.
    name: String,
    /// The names of its path, without generics.
    path: Vec<String>,
    section: usize,
}

struct Graph {
    /// The functions.
    symbols: Vec<Symbol>,
    edges: BTreeMap<Node, BTreeSet<Node>>,
    names: BTreeMap<Node, String>,
}

impl Graph {
    fn read(file: &object::File<'_>) -> anyhow::Result<Graph> {
        let mut graph = Graph {
            symbols: Vec::new(),
            edges: BTreeMap::new(),
            names: BTreeMap::new(),
        };
        for section in file.sections() {
            let name = section.name().unwrap_or("?");
            graph
                .names
                .insert(Node::Section(section.index().0), format!("section {name}"));
        }
        for symbol in file.symbols() {
            let (Some(SectionIndex(section)), SymbolKind::Text) =
                (symbol.section_index(), symbol.kind())
            else {
                continue;
            };
            let raw = symbol.name().context("a symbol's name cannot be read")?;
            let name = format!("{:#}", rustc_demangle::demangle(raw));
            graph.names.insert(Node::Section(section), name.clone());
            graph.symbols.push(Symbol {
                path: path(&name),
                name,
                section,
            });
        }
        for section in file.sections() {
            let from = Node::Section(section.index().0);
            for (_, relocation) in section.relocations() {
                let to = match relocation.target() {
                    RelocationTarget::Symbol(index) => {
                        let symbol = file
                            .symbol_by_index(index)
                            .context("a relocation names a symbol that is not there")?;
                        match symbol.section_index() {
                            Some(SectionIndex(section)) => Node::Section(section),
                            None => Node::Outside(symbol.name().unwrap_or("?").to_owned()),
                        }
                    }
                    RelocationTarget::Section(SectionIndex(section)) => Node::Section(section),
                    RelocationTarget::Absolute => continue,
                    _ => bail!("the object has a relocation of an unknown kind"),
                };
                if let Node::Outside(name) = &to {
                    graph.names.insert(to.clone(), name.clone());
                }
                graph.edges.entry(from.clone()).or_default().insert(to);
            }
        }
        Ok(graph)
    }

    /// The names on the way to a node.
    fn path(
        &self,
        came: &BTreeMap<Node, Option<Node>>,
        node: &Node,
        end: &str,
        starts: &BTreeMap<Node, String>,
    ) -> Vec<String> {
        let mut names = vec![end.to_owned()];
        let mut at = node;
        while let Some(Some(before)) = came.get(at) {
            let name = starts.get(before).or_else(|| self.names.get(before));
            names.push(name.cloned().unwrap_or_default());
            at = before;
        }
        names.reverse();
        names
    }
}

/// The names of a readable path, without generics and brackets: `Entry`, `poll` of `<a::Entry<b::C>>::poll`.
fn path(name: &str) -> Vec<String> {
    let mut names = vec![String::new()];
    let mut depth = 0_usize;
    // `<a::B<C>>::d` and `<a::B as c::D>::e` begin with a bracket that belongs to the path.
    let outer = usize::from(name.starts_with('<'));
    let mut before = ' ';
    for letter in name.chars() {
        match letter {
            '<' => depth += 1,
            '>' if before != '-' => depth = depth.saturating_sub(1),
            ':' if before == ':' && depth <= outer => names.push(String::new()),
            ':' => {}
            _ if depth <= outer => {
                if let Some(last) = names.last_mut() {
                    last.push(letter);
                }
            }
            _ => {}
        }
        before = letter;
    }
    names.retain(|name| !name.is_empty());
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_symbols_are_read() {
        assert_eq!(
            path("<a::entry::Entry<b::C>>::poll"),
            ["a", "entry", "Entry", "poll"]
        );
        assert_eq!(
            path("a::channel::upcall::upcall::<u8, ()>"),
            ["a", "channel", "upcall", "upcall"]
        );
        assert_eq!(path("<b::C as d::Net>::poll").last().unwrap(), "poll");
        assert_eq!(path("md_rs_driver"), ["md_rs_driver"]);
        assert!(is_crossing(&path("a::channel::upcall::upcall::<u8, ()>")));
        assert!(!is_crossing(&path("a::channel::upcall::name")));
        assert!(!is_crossing(&path("a::upcall")));
    }
}
