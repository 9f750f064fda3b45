//! The call graph of any crate: every function with where it stands, and what each may call.
//!
//! Nothing here knows the driver API. The graph over-approximates: where the type of a receiver is not
//! known, a call goes to every function that it could name, and the reason is kept with the edge, so that
//! it can be counted. `crate::oracle` holds the graph against what the compiler sees.
//!
//! Closures belong to the function that they are written in; functions inside functions are nodes of
//! their own.

mod associated;
mod build;
mod calls;
mod cfg;
mod collect;
mod edges;
mod expression;
mod groups;
mod implicit;
mod index;
mod macro_calls;
mod macros;
mod mention;
mod methods;
mod patterns;
mod reason;
mod resolve;
mod results;
mod standard;
mod ty;
mod values;
mod walk;

pub use build::{Features, build};
pub use edges::CallGraph;
pub use reason::{Calls as UnknownCalls, Reason, Unknown};

use crate::source::Span;

/// A function of a [`CallGraph`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub usize);

/// Where a function is defined.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Home {
    /// In a module, or in the body of another function.
    Module,
    /// In an impl block without a trait: the last name of the type.
    Inherent(String),
    /// In an impl block of a trait: the last name of the type, of the trait.
    TraitImpl(String, String),
    /// In the trait itself, as a default: the name of the trait.
    TraitDefault(String),
}

/// How a function came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// It is written out.
    Written,
    /// A `macro_rules!` of the crate makes it; its span is the macro's call.
    Expanded,
    /// A `derive` makes it, or all that one derive makes, where that is not known; its span is the
    /// derive's path inside the attribute.
    Derived,
    /// A macro of another crate makes it and what else there is at the call; its span is the call.
    Foreign,
}

/// One function.
#[derive(Clone, Debug)]
pub struct Node {
    /// For people: modules, owner and name, `wire::Packet::check`.
    pub name: String,
    /// Names of the modules from the root of the crate.
    pub module: Vec<String>,
    /// Where it is defined.
    pub home: Home,
    /// Its own name.
    pub ident: String,
    /// From its `fn`, or its visibility, to the end of its body.
    pub span: Span,
    /// The `impl` block around it, from `impl`; where there is one.
    pub block: Option<Span>,
    /// How it came to be.
    pub origin: Origin,
}

/// Why an edge is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Why {
    /// A path that leads to this function.
    Path,
    /// A method of a receiver whose type is known.
    Method,
    /// A method of a type parameter or of a trait object: every implementation of the trait.
    Trait,
    /// A method of a receiver whose type is not known: every method of that name and arity.
    UnknownReceiver,
    /// A function value: every function whose address is taken with that arity.
    Indirect,
    /// An operator, an index, `?`, a `for` loop, a comparison, a format string.
    Operator,
    /// A value that goes out of scope.
    Drop,
    /// A function of elsewhere that may call back what the type implements.
    Callback,
}

/// A call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The first place of it.
    pub span: Span,
    /// Why it is there; the most precise reason, if there are several.
    pub why: Why,
}
