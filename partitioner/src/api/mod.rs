//! What the driver API offers, learnt from the sources of the runtimes.
//!
//! Nothing here knows a function of the API by name, except the few types of a driver's state that the
//! contract with the runtimes gives a meaning: the device, its registers, the lock and the atomics.

mod read;

use std::collections::{BTreeMap, BTreeSet};

use partitioner_syntax::{Ride, Root, Service};
use syn::Type;

pub(crate) use read::derives;
pub use read::read;

/// The type of the channel.
pub const DEVICE: &str = "Device";
/// The type of the register access, rebuilt in the user half.
pub const REGISTERS: &str = "Registers";
/// The lock whose contents are shared by both halves.
pub const MUTEX: &str = "Mutex";
/// Values that keep the kernel from sleeping as long as they live: a spin lock is held, or the lock of
/// the registers.
const GUARDS: [&str; 2] = ["SpinLockGuard", "Transaction"];
/// The atomics.
pub const ATOMICS: [&str; 3] = ["AtomicBool", "AtomicU32", "AtomicU64"];

/// The value that holds a [`MUTEX`]: whoever has it may sleep.
const SLEEPING_GUARD: &str = "MutexGuard";
/// The type that names a register.
pub const REGISTER: &str = "Register";

/// Whether a value of the type holds a lock as long as it lives.
pub fn holds_lock(name: &str) -> bool {
    is_guard(name) || name == SLEEPING_GUARD
}

/// Whether a value of the type keeps the kernel from sleeping.
pub fn is_guard(name: &str) -> bool {
    GUARDS.contains(&name)
}

/// A function or method of the API.
#[derive(Clone, Debug, Default)]
pub struct Offer {
    /// It does not exist in the user half.
    pub kernel_only: bool,
    /// Only the kernel can execute it.
    pub service: Option<Service>,
    /// It takes `self` by value.
    pub consumes: bool,
    /// It takes `self` by `&mut`.
    pub mutates: bool,
    /// The types of its arguments, `self` aside.
    pub arguments: Vec<Type>,
    /// What it returns, `Self` not replaced.
    pub result: Option<Type>,
    /// The generic arguments of the type that it is a method of, as its impl block names them.
    pub of: Option<Type>,
}

impl Offer {
    /// How many downcalls it is from the user half, if it is a service: none where it rides along with other
    /// messages; what only gives access to the registers crosses when the transaction runs.
    pub fn downcalls(&self) -> u64 {
        let result = self.result.as_ref().and_then(crate::types::head);
        match result.as_deref() {
            _ if self.rides().is_some() => 0,
            Some(REGISTERS) => 0,
            Some(name) if is_guard(name) => 0,
            _ => 1,
        }
    }

    /// Whether it takes a [`MUTEX`].
    pub fn is_lock(&self) -> bool {
        let result = self.result.as_ref().and_then(crate::types::head);
        self.rides() == Some(Ride::Carried) && result.as_deref() == Some(SLEEPING_GUARD)
    }

    /// How the user half has it done without a crossing, if it is a service for which it can.
    pub fn rides(&self) -> Option<Ride> {
        self.service.and_then(|service| service.rides)
    }
}

/// A type of the API.
#[derive(Clone, Debug, Default)]
pub struct ApiType {
    /// It does not exist in the user half.
    pub kernel_only: bool,
    /// It has a wire form.
    pub wire: bool,
    /// Its fields can cross one by one.
    pub state: bool,
    /// What it is another name for, with the names of its parameters.
    pub alias: Option<(Vec<String>, Type)>,
    /// Its named fields.
    pub fields: BTreeMap<String, Type>,
    /// Names of its type parameters.
    pub parameters: Vec<String>,
}

/// A trait of the API.
#[derive(Clone, Debug, Default)]
pub struct ApiTrait {
    /// Its methods, and how the kernel calls them.
    pub methods: BTreeMap<String, Option<Root>>,
    /// Those of its methods that do not exist in the user half.
    pub kernel_only_methods: BTreeSet<String>,
    /// It does not exist in the user half.
    pub kernel_only: bool,
}

/// The driver API.
#[derive(Clone, Debug, Default)]
pub struct Api {
    /// Its traits.
    pub traits: BTreeMap<String, ApiTrait>,
    /// Its types.
    pub types: BTreeMap<String, ApiType>,
    /// Its methods and associated functions, by type and name.
    pub methods: BTreeMap<(String, String), Offer>,
    /// Its free functions.
    pub functions: BTreeMap<String, Offer>,
    /// What types dereference to: the type as its impl names it, and the target.
    pub deref: BTreeMap<String, (Type, Type)>,
    /// The macros that it exports.
    pub macros: BTreeSet<String>,
    /// Its constants that do not exist in the user half.
    pub kernel_constants: BTreeSet<String>,
    /// The root of the kernel runtime's workspace.
    pub workspace: std::path::PathBuf,
    /// Whether the kernel runtime calls the deferrable roots of an unsplit driver from a worker.
    pub defers: bool,
    /// The package of the user runtime, and where it is.
    pub user_runtime: Option<(String, std::path::PathBuf)>,
    /// The package of the kernel runtime, and where it is.
    pub kernel_runtime: (String, std::path::PathBuf),
}

impl Api {
    /// Whether the kernel calls methods of this trait.
    pub fn is_root_trait(&self, name: &str) -> bool {
        self.traits
            .get(name)
            .is_some_and(|found| found.methods.values().any(Option::is_some))
    }

    /// How the kernel calls a method of a trait.
    pub fn root(&self, name: &str, method: &str) -> Option<Root> {
        self.traits
            .get(name)?
            .methods
            .get(method)
            .copied()
            .flatten()
    }

    /// Whether a type does not exist in the user half.
    pub fn is_kernel_only(&self, name: &str) -> bool {
        self.types.get(name).is_some_and(|found| found.kernel_only)
            || self.traits.get(name).is_some_and(|found| found.kernel_only)
            || self.kernel_constants.contains(name)
    }

    /// Methods of this name, whatever they are methods of.
    pub fn named(&self, method: &str) -> impl Iterator<Item = (&str, &Offer)> {
        self.methods
            .iter()
            .filter(move |((_, name), _)| name == method)
            .map(|((of, _), offer)| (of.as_str(), offer))
    }

    /// Whether the name is an atomic of the API.
    pub fn is_atomic(name: &str) -> bool {
        ATOMICS.contains(&name)
    }
}
