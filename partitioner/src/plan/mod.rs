//! The plan: what was decided about every function, with the reason.
//!
//! `plan.json` is read by the build (parameters, PCI numbers), by the tests and by people. Its fields are
//! stable under `schema`.

mod entry;
pub mod given;
mod literals;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::analysis::Mode;
use crate::crossing;
use crate::diagnostics::{Outcome, Report};
use crate::driver::FunctionId;
use crate::driver::state::Field;
use crate::fingerprint::source_fingerprint;
use crate::graph::Graph;
use crate::halves::Halves;
use crate::load::Package;
use crate::locks::{Locks, Pair};
use crate::place::Placement;
use crate::resolve::Resolver;
use crate::source::Sources;
use crate::types::{self, Types};

/// The version of the format.
pub const SCHEMA: u32 = 1;

/// Where a function lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Place {
    /// In the kernel half.
    Kernel,
    /// In the user half.
    User,
    /// Copied into each.
    Both,
    /// Nothing reaches it.
    Nowhere,
}

impl Place {
    /// As in the plan.
    pub fn name(self) -> &'static str {
        match self {
            Place::Kernel => "kernel",
            Place::User => "user",
            Place::Both => "both",
            Place::Nowhere => "nowhere",
        }
    }
}

/// One function of the plan.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// Its file.
    pub file: String,
    /// The line of its `fn`.
    pub line: usize,
    /// Lines from its `fn` to the end of its body.
    pub lines: usize,
    /// `atomic` or `process`.
    pub context: &'static str,
    /// Where it lives.
    pub placement: Place,
    /// Why.
    pub reason: String,
    /// Whether the kernel calls it.
    pub root: bool,
    /// How it is called across: `upcall`, `downcall`, `deferred`.
    pub crossing: Option<&'static str>,
    /// Its number among the upcalls or the downcalls.
    pub number: Option<usize>,
    /// The functions of the driver that it calls.
    pub calls: Vec<String>,
    /// The fields of the state that it may read, or parts of them: `settings.level`.
    pub reads: Vec<String>,
    /// Those that it may write.
    pub writes: Vec<String>,
    /// The locks that it takes.
    pub locks: Vec<String>,
    /// The services of the driver API that it uses.
    pub services: Vec<String>,
    /// The registers that it names to the driver API, as they are written.
    pub registers: Vec<String>,
}

/// A lock that is taken while another is held.
#[derive(Clone, Debug, Serialize)]
pub struct LockPair {
    /// What is held.
    pub held: String,
    /// What is taken.
    pub taken: String,
}

/// A lock or an atomic that both halves use.
#[derive(Clone, Debug, Serialize)]
pub struct Shared {
    /// The field of the state.
    pub field: String,
    /// Its type.
    #[serde(rename = "type")]
    pub ty: String,
}

/// A module parameter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Its default.
    pub default: i64,
    /// What it is for.
    pub description: String,
    /// Whether each card has a value of its own.
    pub per_card: bool,
}

/// A PCI device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PciId {
    /// Vendor.
    pub vendor: u64,
    /// Device.
    pub device: u64,
    /// Class code.
    pub class: u64,
    /// The bits of the class code that count.
    pub class_mask: u64,
}

/// The plan.
#[derive(Clone, Debug, Serialize)]
pub struct Plan {
    /// The version of the format.
    pub schema: u32,
    /// The driver's package.
    pub driver: String,
    /// Which version of the driver's source it is about: see `fingerprint`.
    pub source: String,
    /// Name of the state.
    pub state: String,
    /// Path of the state in the emitted crates, without the crate.
    pub state_path: String,
    /// Whether there are two halves.
    pub split: bool,
    /// A hash of all that both halves must agree on, types' layouts aside.
    pub plan_hash: String,
    /// Module parameters.
    pub parameters: Vec<Parameter>,
    /// The devices.
    pub pci_ids: Vec<PciId>,
    /// The functions.
    pub functions: Vec<Entry>,
    /// Names of the upcalls, by number.
    pub upcalls: Vec<String>,
    /// Names of the downcalls, by number.
    pub downcalls: Vec<String>,
    /// Shared locks, by number.
    pub locks: Vec<Shared>,
    /// Shared atomics, by number.
    pub atomics: Vec<Shared>,
    /// What is sent to the user half once.
    pub plain: Vec<Shared>,
    /// Which lock is taken under which, in either half and through calls.
    pub lock_order: Vec<LockPair>,
}

/// What a plan is made from.
#[derive(Debug)]
pub struct Parts<'a> {
    /// The driver's package.
    pub package: &'a Package,
    /// The driver and the API.
    pub types: Types<'a>,
    /// How names resolve.
    pub resolver: &'a Resolver,
    /// The call graph.
    pub graph: &'a Graph,
    /// The placement.
    pub placement: &'a Placement,
    /// The order of the locks.
    pub locks: &'a Locks,
}

/// Makes the plan.
///
/// # Errors
/// `MD0018`.
pub fn make(
    parts: &Parts<'_>,
    fields: &[Field],
    halves: &Halves,
    sources: &Sources,
    mode: Mode,
) -> Outcome<Plan> {
    let driver = parts.types.driver;
    let shared = |fields: &[Field]| -> Vec<Shared> {
        let show = |field: &Field| Shared {
            field: field.name.clone(),
            ty: crossing::show(&field.ty),
        };
        fields.iter().map(show).collect()
    };
    let names = |list: &[FunctionId]| -> Vec<String> {
        list.iter()
            .map(|id| driver.function(*id).name.clone())
            .collect()
    };
    let mut report = Report::default();
    let parameters = report.take(literals::list(parts, "PARAMETERS", literals::parameter));
    let pci_ids = report.take(literals::list(parts, "IDS", literals::pci_id));
    let (parameters, pci_ids) = report.both(parameters, pci_ids)?;
    let mut plan = Plan {
        schema: SCHEMA,
        driver: parts.package.name.clone(),
        source: source_fingerprint(&driver.tree, sources),
        state: driver.state.clone(),
        state_path: driver.exported().unwrap_or_default(),
        split: mode == Mode::Split,
        plan_hash: String::new(),
        parameters,
        pci_ids,
        functions: driver
            .iter()
            .map(|(id, _)| entry::entry(parts, halves, sources, id))
            .collect(),
        upcalls: names(&halves.upcalls),
        downcalls: names(&halves.downcalls),
        locks: shared(&halves.locks),
        atomics: shared(&halves.atomics),
        plain: shared(&halves.plain),
        lock_order: lock_order(parts.locks),
    };
    plan.plan_hash = format!("{:016x}", hash(parts, halves, fields, &plan));
    Ok(plan)
}

impl Plan {
    /// The hash as a number.
    pub fn hash(&self) -> u64 {
        u64::from_str_radix(&self.plan_hash, 16).unwrap_or_default()
    }

    /// Function, placement and reason, a line for each function that is anywhere.
    pub fn placements(&self) -> String {
        let placed = || {
            self.functions
                .iter()
                .filter(|f| f.placement != Place::Nowhere)
        };
        let width = placed().map(|f| f.name.chars().count()).max().unwrap_or(0);
        placed()
            .map(|f| {
                let place = f.placement.name();
                format!("{:<width$}  {place:<6}  {}\n", f.name, f.reason)
            })
            .collect()
    }

    /// The plan as the bytes of `plan.json`.
    pub fn json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }
}

fn lock_order(locks: &Locks) -> Vec<LockPair> {
    let names = |pair: &Pair| (pair.held.name.clone(), pair.taken.name.clone());
    let pairs: BTreeSet<(String, String)> = locks.pairs.iter().map(names).collect();
    pairs
        .into_iter()
        .map(|(held, taken)| LockPair { held, taken })
        .collect()
}

/// FNV-1a over everything that gives a number its meaning.
fn hash(parts: &Parts<'_>, halves: &Halves, fields: &[Field], plan: &Plan) -> u64 {
    let mut text = format!("{} {} {}\n", plan.schema, plan.driver, plan.state);
    let driver = parts.types.driver;
    for (kind, list) in [("up", &halves.upcalls), ("down", &halves.downcalls)] {
        for id in list {
            let function = driver.function(*id);
            text.push_str(&format!(
                "{kind} {} {}\n",
                function.name,
                crossing::show(&function.signature)
            ));
        }
    }
    let groups = [
        ("lock", &plan.locks),
        ("atomic", &plan.atomics),
        ("plain", &plan.plain),
    ];
    for (kind, list) in groups {
        for shared in list {
            text.push_str(&format!("{kind} {} {}\n", shared.field, shared.ty));
        }
    }
    text.push_str(&format!("fields {}\n", fields.len()));
    fnv(text.bytes())
}

/// FNV-1a: it finds accidents, not attacks.
pub(crate) fn fnv(bytes: impl Iterator<Item = u8>) -> u64 {
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// The type of a shared value that crosses, as the state's module names it.
pub fn crossing_types(fields: &[Field]) -> Vec<syn::Type> {
    use crate::driver::state::Sharing;
    fields
        .iter()
        .map(|field| match &field.sharing {
            Sharing::Lock(inner) => (**inner).clone(),
            _ => types::strip(&field.ty).clone(),
        })
        .collect()
}
