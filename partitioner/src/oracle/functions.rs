//! Which function of the graph a body is of.

use std::collections::BTreeSet;

use super::index::Index;
use super::mir::{Body, Kind, Position, Ty};
use crate::callgraph::{Home, Node, NodeId, Origin};
use crate::source::Span;

/// Whose body it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owner {
    /// One of these functions; several, if a macro makes functions that look alike.
    Nodes(Vec<NodeId>),
    /// The function that makes a value of a tuple struct or variant: there is nothing in it.
    Constructor,
    /// A constant: it is evaluated while compiling.
    Constant,
    /// A function that a derive makes, of which the graph has none.
    Derived,
    /// None that the graph has.
    Unmatched,
}

/// The names of a body's path that name modules and functions.
pub fn names(body: &Body) -> (Vec<&str>, Option<Position>) {
    let mut names = Vec::new();
    let mut block = None;
    for part in body.path() {
        if let Some(at) = part.strip_prefix("<impl at ") {
            block = Position::parse(at.strip_suffix('>').unwrap_or(at));
            names.clear();
        } else if !part.starts_with('{') && !part.starts_with("promoted[") {
            names.push(part);
        }
    }
    (names, block)
}

/// Finds the function that a body is of, or is written in.
pub fn owner(index: &Index<'_>, body: &Body, has_derived: bool) -> Owner {
    let promoted = body.path().iter().any(|part| part.starts_with("promoted["));
    if body.kind == Kind::Constant && !promoted {
        return Owner::Constant;
    }
    let (names, block) = names(body);
    let Some(ident) = names.last() else {
        return Owner::Unmatched;
    };
    let at = body.at.as_ref().and_then(|at| index.span(at));
    let printed = block.is_some();
    let block = block.as_ref().and_then(|block| index.span(block));
    let modules: Vec<&str> = body
        .path()
        .into_iter()
        .filter(|part| is_name(part))
        .collect();
    let found = by_place(index, ident, at)
        .or_else(|| by_macro(index, &modules, printed && block.is_none() && at.is_none()))
        .or_else(|| by_block(index, ident, block))
        .or_else(|| by_generated(index, body, ident, &modules, [at, block]))
        .or_else(|| by_path(index, ident, &modules, block.is_some()));
    match found {
        Some(found) => Owner::Nodes(found),
        None if body.is_constructor => Owner::Constructor,
        // A constant that was moved out of a constant.
        None if promoted => Owner::Constant,
        None if !has_derived && block.is_some_and(|block| index.in_derive(block)) => Owner::Derived,
        None => Owner::Unmatched,
    }
}

fn is_name(part: &str) -> bool {
    !part.starts_with(['{', '<']) && !part.starts_with("promoted[")
}

/// The innermost function around the place.
fn by_place(index: &Index<'_>, ident: &str, at: Option<Span>) -> Option<Vec<NodeId>> {
    let at = at?;
    let around = |id: &&NodeId| {
        let node = index.graph.node(**id);
        node.origin == Origin::Written
            && node.span.file == at.file
            && node.span.start <= at.start
            && at.end <= node.span.end
    };
    index
        .named(ident)
        .iter()
        .filter(around)
        .max_by_key(|id| index.graph.node(**id).span.start)
        .map(|id| vec![*id])
}

/// The function of that name in the impl block.
fn by_block(index: &Index<'_>, ident: &str, block: Option<Span>) -> Option<Vec<NodeId>> {
    let block = block?;
    let found = index.named(ident).iter().filter(|id| {
        let node = index.graph.node(**id);
        node.origin == Origin::Written && node.block.is_some_and(|own| overlap(own, block))
    });
    found
        .max_by_key(|id| index.graph.node(**id).block)
        .map(|id| vec![*id])
}

fn overlap(one: Span, other: Span) -> bool {
    one.file == other.file && one.start < other.end && other.start < one.end
}

/// What a macro of another crate makes, if the impl block is printed with a place in that crate.
fn by_macro(index: &Index<'_>, modules: &[&str], outside: bool) -> Option<Vec<NodeId>> {
    let fits = |node: &Node| node.origin == Origin::Foreign && subsequence(&node.module, modules);
    let found: Vec<NodeId> = index
        .graph
        .iter()
        .filter(|(_, node)| outside && fits(node))
        .map(|(id, _)| id)
        .collect();
    let depth = |id: &NodeId| index.graph.node(*id).module.len();
    let longest = found.iter().map(depth).max()?;
    Some(
        found
            .into_iter()
            .filter(|id| depth(id) == longest)
            .collect(),
    )
}

/// A function that a macro or a derive makes: one that comes from the same place, or, as the compiler
/// may print the place in the macro instead, has the same name and home.
fn by_generated(
    index: &Index<'_>,
    body: &Body,
    ident: &str,
    modules: &[&str],
    places: [Option<Span>; 2],
) -> Option<Vec<NodeId>> {
    let elsewhere = places.iter().all(Option::is_none);
    let at_place = |node: &Node| places.iter().flatten().any(|at| overlap(node.span, *at));
    let all = |accept: &dyn Fn(&Node) -> bool| {
        let found: Vec<NodeId> = index
            .graph
            .iter()
            .filter(|(_, node)| node.origin != Origin::Written && accept(node))
            .map(|(id, _)| id)
            .collect();
        (!found.is_empty()).then_some(found)
    };
    let types: BTreeSet<String> = body
        .arguments
        .iter()
        .chain([&body.result])
        .flat_map(|text| {
            let ty = Ty::parse(text);
            let names: Vec<String> = ty
                .parts()
                .iter()
                .filter_map(|part| part.last())
                .map(str::to_owned)
                .collect();
            names
        })
        .collect();
    let home = |node: &Node| match &node.home {
        Home::Module | Home::TraitDefault(_) => true,
        Home::Inherent(of) | Home::TraitImpl(of, _) => types.contains(of),
    };
    let module = |node: &Node| subsequence(&node.module, modules);
    all(&|node| node.ident == ident && at_place(node) && home(node))
        .or_else(|| all(&|node| node.ident == ident && at_place(node)))
        .or_else(|| all(&|node| node.ident == ident && module(node) && home(node)))
        .or_else(|| all(&|node| node.ident == ident && module(node)))
        .or_else(|| {
            all(&|node| matches!(node.origin, Origin::Derived | Origin::Foreign) && at_place(node))
        })
        // A macro of another crate, of which the compiler prints the place.
        .or_else(|| all(&|node| node.origin == Origin::Foreign && elsewhere && module(node)))
}

/// A function by its path alone.
fn by_path(
    index: &Index<'_>,
    ident: &str,
    modules: &[&str],
    in_block: bool,
) -> Option<Vec<NodeId>> {
    if in_block {
        return None;
    }
    let found: Vec<NodeId> = index
        .named(ident)
        .iter()
        .copied()
        .filter(|id| {
            let node = index.graph.node(*id);
            let fits = match &node.home {
                Home::Module => true,
                Home::TraitDefault(name) => {
                    modules.iter().rev().nth(1).is_some_and(|last| last == name)
                }
                Home::Inherent(_) | Home::TraitImpl(..) => false,
            };
            fits && subsequence(&node.module, modules)
        })
        .collect();
    let longest = found
        .iter()
        .map(|id| index.graph.node(*id).module.len())
        .max()?;
    let found = found
        .into_iter()
        .filter(|id| index.graph.node(*id).module.len() == longest);
    Some(found.collect())
}

/// Whether all of `part` is in `all`, in that order.
pub(super) fn subsequence<S: AsRef<str>>(part: &[String], all: &[S]) -> bool {
    let mut rest = all.iter();
    part.iter()
        .all(|name| rest.any(|found| found.as_ref() == name))
}
