//! `src/split.rs`: the numbers of the crossings and the fingerprint, the same in both halves.

use std::collections::{BTreeMap, BTreeSet};

use syn::visit_mut::{self, VisitMut};
use syn::{GenericArgument, Item, Path, Type};

use super::{Context, instrument, visibility};
use crate::analysis::Analysis;
use crate::crossing;
use crate::driver::state::Field;
use crate::driver::{Driver, FunctionId, ItemId, Owner};
use crate::halves::Side;
use crate::load::ModuleId;
use crate::plan;
use crate::resolve::{Resolver, Target, segments};
use crate::types;

/// The longest line.
const WIDTH: usize = 100;

/// The names of the constants, and what they need.
#[derive(Debug, Default)]
pub(crate) struct Numbers {
    /// Items that `src/split.rs` names, and that it could not see.
    pub(super) raised: BTreeSet<ItemId>,
    up: BTreeMap<FunctionId, String>,
    down: BTreeMap<FunctionId, String>,
}

/// The constant of a lock that both halves use.
pub(super) fn lock(field: &Field) -> String {
    format!("LOCK_{}", field.name.to_uppercase())
}

/// The constant of an atomic that both halves use.
pub(super) fn atomic(field: &Field) -> String {
    format!("ATOMIC_{}", field.name.to_uppercase())
}

impl Numbers {
    pub(super) fn up(&self, id: FunctionId) -> &str {
        self.up.get(&id).map_or("", String::as_str)
    }

    pub(super) fn down(&self, id: FunctionId) -> &str {
        self.down.get(&id).map_or("", String::as_str)
    }
}

pub(super) fn assign(analysis: &Analysis) -> Numbers {
    let mut named = BTreeSet::new();
    shapes(analysis, &mut named);
    Numbers {
        raised: visibility::hidden(analysis, &named),
        up: constants("UP", &analysis.halves.upcalls, &analysis.driver),
        down: constants("DOWN", &analysis.halves.downcalls, &analysis.driver),
    }
}

/// `UP_OPEN`; with the trait's name where a method's own would be ambiguous.
fn constants(prefix: &str, list: &[FunctionId], driver: &Driver) -> BTreeMap<FunctionId, String> {
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let mut names = BTreeMap::new();
    for id in list {
        let function = driver.function(*id);
        let ident = function.ident.to_uppercase();
        let mut name = format!("{prefix}_{ident}");
        if taken.contains(&name)
            && let Owner::Trait { name: of, .. } = &function.owner
        {
            name = format!("{prefix}_{}_{ident}", of.to_uppercase());
        }
        while !taken.insert(name.clone()) {
            name.push('_');
        }
        names.insert(*id, name);
    }
    names
}

/// The text of `src/split.rs`.
pub(super) fn file(context: &Context<'_>) -> String {
    let analysis = context.analysis;
    let mut text =
        "//! The numbers of the crossings, the same in both halves. Emitted by pcnet-partition.\n"
            .to_owned();
    let shapes = shapes(analysis, &mut BTreeSet::new());
    if !shapes.is_empty() {
        text.push_str("\nuse microdriver::wire::Wire;\n");
    }
    let hash = analysis.plan.hash();
    let digits: Vec<String> = [48, 32, 16, 0]
        .iter()
        .map(|shift| format!("{:04x}", (hash >> shift) & 0xffff))
        .collect();
    text.push_str("\n/// What the plan says about crossings, as a hash.\n");
    text.push_str(&format!("const PLAN: u64 = 0x{};\n", digits.join("_")));
    text.push_str("\n/// The layouts of everything that crosses.\n");
    let list: Vec<String> = shapes
        .iter()
        .map(|shape| format!("<{shape} as Wire>::SHAPE"))
        .collect();
    text.push_str(&format!(
        "const SHAPES: &[u64] = &{};\n",
        super::dispatch::list(&list, "")
    ));
    text.push_str("\n/// Both halves have the same, or they do not talk.\n");
    text.push_str(
        "pub(crate) const FINGERPRINT: u64 = microdriver::split::fingerprint(PLAN, SHAPES);\n",
    );
    if context.side == Side::Kernel {
        text.push_str("\n/// Where each function is, and why: what administrators are shown.\n");
        text.push_str("pub(crate) const PLACEMENTS: &str = include_str!(\"placements.txt\");\n");
    }
    if context.watch.count {
        text.push_str(&instrument::tables(context));
    }
    let groups = [
        (
            &analysis.halves.upcalls,
            &context.numbers.up,
            "runs in the user half",
        ),
        (
            &analysis.halves.downcalls,
            &context.numbers.down,
            "runs in the kernel half",
        ),
    ];
    for (list, names, what) in groups {
        let constants = list.iter().map(|id| {
            let name = names.get(id).cloned().unwrap_or_default();
            let function = analysis.driver.function(*id);
            (name, format!("`{}` {what}.", function.name))
        });
        number(&mut text, constants);
    }
    let locks = analysis.halves.locks.iter().map(|field| {
        let docs = format!("The lock `{}`.", field.name);
        (lock(field), docs)
    });
    number(&mut text, locks);
    let atomics = analysis.halves.atomics.iter().map(|field| {
        let docs = format!("The atomic `{}`.", field.name);
        (atomic(field), docs)
    });
    number(&mut text, atomics);
    text
}

/// Constants that count up. Each says only what it comes after, so that between two plans those that are
/// in both look the same.
fn number(text: &mut String, constants: impl Iterator<Item = (String, String)>) {
    let mut value = "0".to_owned();
    for (name, docs) in constants {
        let start = format!("pub(crate) const {name}: u16 =");
        let line = format!("{start} {value};");
        let line = if line.len() > WIDTH {
            format!("{start}\n    {value};")
        } else {
            line
        };
        text.push_str(&format!("\n/// {docs}\n{line}\n"));
        value = format!("{name} + 1");
    }
}

/// The types that cross, as the crate's root would name them: arguments and results, then state.
fn shapes(analysis: &Analysis, named: &mut BTreeSet<ItemId>) -> Vec<String> {
    let driver = &analysis.driver;
    let mut shapes: Vec<String> = Vec::new();
    let mut add = |ty: &Type, module: ModuleId| {
        let mut ty = types::strip(ty).clone();
        Absolute {
            driver,
            resolver: &analysis.resolver,
            module,
            named,
        }
        .visit_type_mut(&mut ty);
        let shown = crossing::show(&ty);
        if !shapes.contains(&shown) {
            shapes.push(shown);
        }
    };
    for id in analysis
        .halves
        .upcalls
        .iter()
        .chain(&analysis.halves.downcalls)
    {
        let function = driver.function(*id);
        for (_, ty) in crossing::sent(function) {
            add(&types::concrete(&ty, function), function.module);
        }
        if let Some(ty) = function.result() {
            add(&types::concrete(ty, function), function.module);
        }
    }
    let module = driver.item(driver.state_item).module;
    let state = [&analysis.halves.locks, &analysis.halves.plain];
    for ty in state
        .into_iter()
        .flat_map(|fields| plan::crossing_types(fields))
    {
        add(&ty, module);
    }
    // So that one more or less changes no other line.
    shapes.sort();
    shapes
}

/// Replaces paths by those that the whole crate can use.
pub(super) struct Absolute<'a> {
    pub(super) driver: &'a Driver,
    pub(super) resolver: &'a Resolver,
    pub(super) module: ModuleId,
    /// The items of the driver that were named.
    pub(super) named: &'a mut BTreeSet<ItemId>,
}

impl Absolute<'_> {
    fn is_constant(&self, path: &Path) -> bool {
        let targets = self
            .resolver
            .resolve(self.driver, self.module, &segments(path));
        targets.into_iter().any(|target| match target {
            Target::Item(id, _) => matches!(self.driver.item(id).item, Item::Const(_)),
            _ => false,
        })
    }
}

impl VisitMut for Absolute<'_> {
    fn visit_generic_argument_mut(&mut self, argument: &mut GenericArgument) {
        // The name of a constant looks like one of a type, and is taken for it once it has more than one part.
        let constant = match argument {
            GenericArgument::Type(Type::Path(named)) => self.is_constant(&named.path),
            _ => false,
        };
        visit_mut::visit_generic_argument_mut(self, argument);
        if let GenericArgument::Type(Type::Path(named)) = argument
            && constant
            && let Ok(block) = syn::parse_str(&format!("{{ {} }}", crossing::show(&named.path)))
        {
            *argument = GenericArgument::Const(block);
        }
    }

    fn visit_path_mut(&mut self, path: &mut Path) {
        visit_mut::visit_path_mut(self, path);
        let names = segments(path);
        for target in self.resolver.resolve(self.driver, self.module, &names) {
            if let Target::Item(id, _) = target {
                self.named.insert(id);
            }
        }
        let Some(absolute) = self.resolver.absolute(self.driver, self.module, &names) else {
            return;
        };
        let arguments = path
            .segments
            .last()
            .map(|segment| segment.arguments.clone());
        let Ok(mut replaced) = syn::parse_str::<Path>(&absolute.join("::")) else {
            return;
        };
        if let (Some(last), Some(arguments)) = (replaced.segments.last_mut(), arguments) {
            last.arguments = arguments;
        }
        *path = replaced;
    }
}

/// The absolute path of a path in a module, as text.
pub(super) fn absolute(analysis: &Analysis, module: ModuleId, path: &Path) -> String {
    let mut path = path.clone();
    Absolute {
        driver: &analysis.driver,
        resolver: &analysis.resolver,
        module,
        named: &mut BTreeSet::new(),
    }
    .visit_path_mut(&mut path);
    crossing::show(&path)
}
