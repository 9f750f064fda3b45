//! Builds the call graph of a package.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::Path;

use cargo_metadata::MetadataCommand;
use typed_arena::Arena;

use super::cfg::Config;
use super::collect::Collector;
use super::edges::{Calls, GroupId};
use super::index::{Dropped, Index, Key, Kind, Shape};
use super::macros::Macros;
use super::ty::{Ty, TypeId};
use super::walk::{Body, Several, Walker};
use super::{CallGraph, Edge, NodeId, Unknown, Why};
use crate::diagnostics::Outcome;
use crate::load;
use crate::source::Sources;

/// Which features of a package are on.
#[derive(Clone, Debug)]
pub struct Features {
    /// Those that are asked for.
    pub wanted: Vec<String>,
    /// Whether those that are on by default are, too.
    pub default: bool,
}

impl Default for Features {
    fn default() -> Features {
        Features {
            wanted: Vec::new(),
            default: true,
        }
    }
}

/// Stack for syntax that is nested deeply.
const STACK: usize = 1 << 30;

/// Reads the package in a directory and builds its call graph. Files are added to `sources`.
///
/// # Errors
/// `MD0001` to `MD0003`.
pub fn build(directory: &Path, features: &Features, sources: &mut Sources) -> Outcome<CallGraph> {
    let package = load::package(directory)?;
    let config = Config::of_host(&enabled(directory, features));
    std::thread::scope(|scope| {
        let work = || graph(&package, &config, sources);
        let thread = std::thread::Builder::new()
            .stack_size(STACK)
            .spawn_scoped(scope, work);
        match thread.map(|thread| thread.join()) {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(error) => {
                let title = format!("cannot start a thread: {error}");
                let help = "free some memory";
                Err(crate::diagnostics::Diagnostic::new(
                    crate::diagnostics::Code::Output,
                    title,
                    help,
                )
                .into())
            }
        }
    })
}

/// The features that are on, those that others turn on included.
fn enabled(directory: &Path, features: &Features) -> Vec<String> {
    let metadata = MetadataCommand::new()
        .manifest_path(directory.join("Cargo.toml"))
        .no_deps()
        .exec();
    let manifest = directory.join("Cargo.toml").canonicalize().ok();
    let declared: BTreeMap<String, Vec<String>> = metadata
        .into_iter()
        .flat_map(|metadata| metadata.packages)
        .find(|package| Some(package.manifest_path.as_std_path()) == manifest.as_deref())
        .map(|package| package.features.into_iter().collect())
        .unwrap_or_default();
    let mut queue = features.wanted.clone();
    if features.default {
        queue.push("default".to_owned());
    }
    let mut found = BTreeSet::new();
    while let Some(name) = queue.pop() {
        if found.insert(name.clone()) {
            queue.extend(declared.get(&name).into_iter().flatten().cloned());
        }
    }
    found.into_iter().collect()
}

fn graph(package: &load::Package, config: &Config, sources: &mut Sources) -> Outcome<CallGraph> {
    let arena = Arena::new();
    let mut collector = Collector::new(&arena, sources, package.directory.clone(), config);
    collector.read(&package.library);
    let Collector {
        mut index,
        nodes,
        macros,
        report,
        ..
    } = collector;
    report.finish()?;
    index.dropped = dropped(&index);
    let mut bodies: Vec<Body> = (0..nodes.len())
        .map(|node| body(&index, &macros, NodeId(node)))
        .collect();
    let mut unknown = Unknown::default();
    for body in &mut bodies {
        unknown.extend(std::mem::take(&mut body.unknown));
    }
    let mut taken = Several::default();
    for value in &index.values {
        if let Some(expr) = value.expr {
            let walker = Walker::new(&index, &macros, value.scope, Default::default(), None);
            taken.extend(&walker.value(expr).taken);
        }
    }
    let calls = linked(&index, bodies, taken);
    let mut graph = CallGraph::new(nodes, calls, index.groups.into_all());
    graph.unknown = unknown;
    Ok(graph)
}

fn body(index: &Index<'_>, macros: &Macros, node: NodeId) -> Body {
    match &index.kinds[node.0] {
        Kind::Function(function) => {
            let around = function.around.clone();
            Walker::new(index, macros, function.scope, around, function.made_at).function(function)
        }
        Kind::Derived { of, method } => {
            let mut body = derived(index, macros, *of, *method);
            if method.is_none() {
                others(index, node, &mut body);
            }
            body
        }
        Kind::Foreign { names } => {
            let mut body = Body::default();
            let span = crate::source::Span::nowhere(index.scope(super::index::ScopeId(0)).file);
            for name in names {
                for method in index.named(name) {
                    body.calls.nodes.insert(
                        method.node,
                        Edge {
                            span,
                            why: Why::UnknownReceiver,
                        },
                    );
                }
                for scope in &index.scopes {
                    for def in scope.names.get(name).into_iter().flatten() {
                        if let super::index::Def::Function(found) = def {
                            body.calls.nodes.insert(
                                *found,
                                Edge {
                                    span,
                                    why: Why::UnknownReceiver,
                                },
                            );
                        }
                    }
                }
            }
            // What it makes may be handed a value of any type: what that type implements may be called.
            let all = index.methods.values().flatten();
            for method in all.filter(|method| method.of_trait) {
                let why = Why::Callback;
                let edge = Edge { span, why };
                body.calls.nodes.entry(method.node).or_insert(edge);
            }
            for other in &index.foreign {
                let why = Why::Callback;
                body.calls.nodes.entry(*other).or_insert(Edge { span, why });
            }
            body.calls.nodes.remove(&node);
            body
        }
    }
}

/// What a derive calls: the same method of the types of the fields.
fn derived(index: &Index<'_>, macros: &Macros, of: TypeId, method: Option<&'static str>) -> Body {
    let scope = index.types[of.0].scope;
    let mut walker = Walker::new(index, macros, scope, Default::default(), None);
    let span = crate::source::Span::nowhere(index.scope(scope).file);
    for ty in parts(&walker, index, of) {
        // What was made is dropped again if a later part panics.
        walker.seen(&ty, span);
        match method {
            Some("partial_cmp") => {
                for name in ["partial_cmp", "cmp", "eq"] {
                    walker.calls_back(&ty, name, span);
                }
            }
            Some("assert_fields_are_eq") => {}
            Some(name) => walker.calls_back(&ty, name, span),
            None => unknown_derive(&mut walker, &ty, span),
        }
    }
    walker.drops(span);
    walker.body
}

/// A derive of elsewhere may also call what macros of elsewhere make, and the same derive of other types.
fn others(index: &Index<'_>, node: NodeId, body: &mut Body) {
    let span = crate::source::Span::nowhere(index.scope(super::index::ScopeId(0)).file);
    for other in &index.foreign {
        let same_derive = match (&index.homes[node.0], &index.homes[other.0]) {
            (super::Home::TraitImpl(_, one), super::Home::TraitImpl(_, two)) => one == two,
            _ => false,
        };
        let is_macro = matches!(index.kinds[other.0], Kind::Foreign { .. });
        if (same_derive || is_macro) && *other != node {
            let why = Why::Callback;
            body.calls.nodes.entry(*other).or_insert(Edge { span, why });
        }
    }
}

/// What a derive of elsewhere may call: every method of a trait of what is in a field.
fn unknown_derive(walker: &mut Walker<'_, '_>, ty: &Ty, span: crate::source::Span) {
    match ty {
        Ty::Local(id, arguments) => {
            let key = Key::Local(*id);
            let index = walker.index;
            let methods = index.of_type.iter().filter(|((of, _), _)| *of == key);
            let methods: BTreeSet<NodeId> = methods
                .flat_map(|(_, methods)| methods.iter().filter(|method| method.of_trait))
                .map(|method| method.node)
                .collect();
            methods
                .into_iter()
                .for_each(|node| walker.call(node, Why::Callback, span));
            walker.opaque(ty, span);
            arguments
                .iter()
                .for_each(|ty| unknown_derive(walker, ty, span));
        }
        Ty::Foreign(_, parts) | Ty::Tuple(parts) => {
            parts.iter().for_each(|ty| unknown_derive(walker, ty, span));
        }
        Ty::Slice(inner) => unknown_derive(walker, inner, span),
        _ => {}
    }
}

/// The types of all fields.
fn parts(walker: &Walker<'_, '_>, index: &Index<'_>, of: TypeId) -> Vec<Ty> {
    let params = &index.types[of.0].params;
    let itself: Vec<Ty> = params
        .iter()
        .map(|param| Ty::Abstract(param.clone()))
        .collect();
    let variants: Vec<Option<String>> = match &index.types[of.0].shape {
        Shape::Variants(variants) => variants
            .iter()
            .map(|(name, _)| Some(name.clone()))
            .collect(),
        _ => vec![None],
    };
    let fields = variants
        .into_iter()
        .flat_map(|variant| walker.fields(of, variant.as_deref(), &itself));
    fields.map(|(_, ty)| ty).collect()
}

/// For each type the drops that its end runs, its parts' included.
fn dropped(index: &Index<'_>) -> HashMap<TypeId, Dropped> {
    let macros = Macros::default();
    let mut own: HashMap<TypeId, Vec<NodeId>> = HashMap::new();
    if index.drops.is_empty() {
        return HashMap::new();
    }
    let walker = Walker::new(
        index,
        &macros,
        super::index::ScopeId(0),
        Default::default(),
        None,
    );
    let mut contains: Vec<HashSet<TypeId>> = Vec::new();
    let mut unknown = HashSet::new();
    for id in (0..index.types.len()).map(TypeId) {
        let mut found = HashSet::new();
        let mut queue = parts(&walker, index, id);
        while let Some(ty) = queue.pop() {
            match ty {
                Ty::Local(part, arguments) => {
                    found.insert(part);
                    queue.extend(arguments.iter().cloned());
                }
                Ty::Foreign(_, arguments) | Ty::Tuple(arguments) => {
                    queue.extend(arguments.iter().cloned());
                }
                Ty::Slice(inner) => queue.push((*inner).clone()),
                // A trait object may be anything; a parameter is what the user of the type sees.
                Ty::Unknown(_) => {
                    unknown.insert(id);
                }
                Ty::Abstract(name) if name.starts_with(super::ty::TRAITS) => {
                    unknown.insert(id);
                }
                _ => {}
            }
        }
        contains.push(found);
        let methods = index.of_type(Key::Local(id), "drop");
        own.insert(
            id,
            methods
                .iter()
                .filter(|m| m.of_trait)
                .map(|m| m.node)
                .collect(),
        );
    }
    let mut all = HashMap::new();
    for id in (0..index.types.len()).map(TypeId) {
        let mut seen = HashSet::from([id]);
        let mut queue = vec![id];
        let mut drops: BTreeSet<NodeId> = BTreeSet::new();
        let mut any = false;
        while let Some(part) = queue.pop() {
            drops.extend(own.get(&part).into_iter().flatten());
            any |= unknown.contains(&part);
            queue.extend(
                contains[part.0]
                    .iter()
                    .copied()
                    .filter(|part| seen.insert(*part)),
            );
        }
        if any || !drops.is_empty() {
            let own = drops.into_iter().collect();
            all.insert(id, Dropped { own, any });
        }
    }
    all
}

/// Adds what calls of values may lead to: every function whose address is taken somewhere, and what
/// closures of that many parameters call. That is one group for each number of arguments.
fn linked(index: &Index<'_>, bodies: Vec<Body>, mut taken: Several) -> Vec<Calls> {
    let mut closures: BTreeMap<usize, Several> = BTreeMap::new();
    for body in &bodies {
        taken.extend(&body.taken);
        for (parameters, calls) in &body.closures {
            closures.entry(*parameters).or_default().extend(calls);
        }
    }
    let mut by_arity: BTreeMap<usize, Vec<NodeId>> = BTreeMap::new();
    for node in flat(index, &taken) {
        if let Some(function) = index.function(node) {
            let arity = function.signature.inputs.len();
            by_arity.entry(arity).or_default().push(node);
        }
    }
    for (arity, calls) in &closures {
        by_arity
            .entry(*arity)
            .or_default()
            .extend(flat(index, calls));
    }
    let by_arity: BTreeMap<usize, GroupId> = by_arity
        .into_iter()
        .map(|(arity, nodes)| (arity, index.groups.add(nodes)))
        .collect();
    let mut all = Vec::with_capacity(bodies.len());
    for body in bodies {
        let mut calls = body.calls;
        for (arity, span) in &body.indirect {
            if let Some(group) = by_arity.get(arity) {
                let (span, why) = (*span, Why::Indirect);
                calls.all(*group, Edge { span, why });
            }
        }
        all.push(calls);
    }
    all
}

/// The functions, those of the groups among them.
fn flat(index: &Index<'_>, several: &Several) -> BTreeSet<NodeId> {
    let mut nodes = several.nodes.clone();
    for group in &several.groups {
        nodes.extend(index.groups.members(*group).iter());
    }
    nodes
}
