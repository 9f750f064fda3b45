//! The attributes and derives that a driver and the runtimes write.
//!
//! The attributes are for the partitioner, which reads the source: here they are only checked, and the
//! item comes back unchanged, so that the unsplit driver is what its author wrote. The derives generate
//! wire forms. What an attribute means is known to `partitioner-syntax`; no analysis happens here.

#![forbid(unsafe_code)]

mod attribute;
mod fields;
mod state;
mod wire;

use partitioner_syntax::Kind;
use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Asks for a function in the kernel half. No arguments; on a function or a method.
#[proc_macro_attribute]
pub fn kernel_path(arguments: TokenStream, item: TokenStream) -> TokenStream {
    attribute::expand(Kind::KernelPath, arguments.into(), item.into()).into()
}

/// Asks for a function in the user half. No arguments; on a function or a method.
///
/// The partitioner refuses it where it cannot be: reached in atomic context, a signature that cannot
/// cross, or access to what only the kernel has.
#[proc_macro_attribute]
pub fn user_path(arguments: TokenStream, item: TokenStream) -> TokenStream {
    attribute::expand(Kind::UserPath, arguments.into(), item.into()).into()
}

/// Declares, on a method of a runtime's trait, that the kernel calls it, and in which context:
/// `process` or `atomic`; then `deferrable` if an atomic call may be queued, `kernel` if it may not
/// leave the kernel.
#[proc_macro_attribute]
pub fn root(arguments: TokenStream, item: TokenStream) -> TokenStream {
    attribute::expand(Kind::Root, arguments.into(), item.into()).into()
}

/// Declares, on a function of a runtime, that only the kernel can execute it; `sleeps` if it may sleep.
/// Then how the user half has it done without a crossing of its own, if it can: `posted` where nobody waits
/// for an answer, `carried` where the lock or the atomic comes with the call, `interface`, `place` or
/// `parameters` where something about the device does, `ahead` where what its registers read does.
#[proc_macro_attribute]
pub fn service(arguments: TokenStream, item: TokenStream) -> TokenStream {
    attribute::expand(Kind::Service, arguments.into(), item.into()).into()
}

/// Declares, on an item of a runtime, that it does not exist in the user half.
#[proc_macro_attribute]
pub fn kernel_only(arguments: TokenStream, item: TokenStream) -> TokenStream {
    attribute::expand(Kind::KernelOnly, arguments.into(), item.into()).into()
}

/// Gives a struct or an enum a wire form: its fields in order; before them, for an enum, one byte that
/// counts the variants from 0. An unknown byte is refused.
#[proc_macro_derive(Wire)]
pub fn derive_wire(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    wire::expand(&input)
        .unwrap_or_else(syn::Error::into_compile_error)
        .into()
}

/// Lets the fields of a struct be fetched and written back one by one, as a `Mutex` shared by the two
/// halves does. Fields need `PartialEq`, which finds those that changed.
#[proc_macro_derive(State)]
pub fn derive_state(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    state::expand(&input)
        .unwrap_or_else(syn::Error::into_compile_error)
        .into()
}
