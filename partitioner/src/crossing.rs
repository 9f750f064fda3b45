//! What can cross: types with a wire form, and signatures made of them.

use quote::ToTokens;
use syn::{Item, Type};

use crate::api;
use crate::driver::{Function, state};
use crate::load::item_attributes;
use crate::types::{self, Types};

/// How a function is called across.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Crossing {
    /// The kernel calls it and waits.
    Upcall,
    /// The kernel has it called later.
    Deferred,
    /// The user half calls it and waits.
    Downcall,
}

/// Why a signature cannot cross.
#[derive(Clone, Debug)]
pub struct Obstacle {
    /// The reason: a fragment that names the type to blame.
    pub reason: String,
    /// The type to blame, where there is one.
    pub ty: Option<Box<Type>>,
}

const PRIMITIVES: &[&str] = &["bool", "u8", "u16", "u32", "u64", "i8", "i16", "i32", "i64"];

/// The most arguments that a tuple of a message holds.
const MOST_ARGUMENTS: usize = 6;

/// A type as a person would write it.
pub fn show(ty: &impl ToTokens) -> String {
    let text = ty.to_token_stream().to_string();
    let mut shown = text
        .replace(" :: ", "::")
        .replace(" < ", "<")
        .replace(" >", ">")
        .replace("& ", "&");
    for mark in [" ,", " ;", " ("] {
        shown = shown.replace(mark, &mark[1..]);
    }
    shown
}

/// The part of a type that has no wire form.
pub fn uncrossable(types: &Types<'_>, ty: &Type) -> Option<String> {
    match ty {
        Type::Paren(inner) => uncrossable(types, &inner.elem),
        Type::Group(inner) => uncrossable(types, &inner.elem),
        Type::Tuple(tuple) => tuple
            .elems
            .iter()
            .find_map(|element| uncrossable(types, element)),
        Type::Array(array) => uncrossable(types, &array.elem),
        Type::Path(_) => path(types, ty),
        other => Some(show(other)),
    }
}

fn path(types: &Types<'_>, ty: &Type) -> Option<String> {
    let ty = types.expand(ty);
    let Type::Path(_) = &ty else {
        return uncrossable(types, &ty);
    };
    let name = types::head(&ty)?;
    let arguments = types::arguments(&ty);
    if let Some(id) = types.driver.type_item(&name) {
        let derived = api::derives(item_attributes(&types.driver.item(id).item), "Wire");
        let is_type = !matches!(types.driver.item(id).item, Item::Type(_));
        let wire = derived || state::implements(types.driver, &name, "Wire");
        return (!(wire && is_type)).then_some(name);
    }
    if PRIMITIVES.contains(&name.as_str()) {
        return None;
    }
    match name.as_str() {
        "Option" => return uncrossable(types, arguments.first()?),
        // Of the results, the one whose error is the API's has a wire form; `core`'s with another
        // error does not, and then has two arguments.
        "Result" if arguments.len() == 1 => return uncrossable(types, arguments.first()?),
        _ => {}
    }
    match types.api.types.get(&name) {
        Some(found) if found.kernel_only || !found.wire => Some(name),
        // Of an API type's arguments, those that are constants look like types too.
        Some(_) => arguments
            .iter()
            .filter(|argument| is_type(types, argument))
            .find_map(|a| uncrossable(types, a)),
        None => Some(show(&ty)),
    }
}

fn is_type(types: &Types<'_>, ty: &Type) -> bool {
    let Some(name) = types::head(ty) else {
        return true;
    };
    let constant = name
        .chars()
        .all(|c| c.is_ascii_uppercase() || c == '_' || c.is_ascii_digit());
    !constant || types.driver.type_item(&name).is_some() || types.api.types.contains_key(&name)
}

/// Whether a function of the user half could be called from the kernel half.
///
/// # Errors
/// What is in the way.
pub fn upcall(types: &Types<'_>, function: &Function) -> Result<Crossing, Obstacle> {
    channel(types, function)?;
    arguments(types, function)?;
    match function.result() {
        None => match function.root {
            Some(root) if root.deferrable => Ok(Crossing::Deferred),
            _ => Err(Obstacle {
                reason: "it does not return `Result`, so its caller could not learn that the user half is gone"
                    .to_owned(),
                ty: None,
            }),
        },
        Some(ty) => {
            let concrete = types::concrete(ty, function);
            if types::head(&concrete).as_deref() != Some("Result") || types::arguments(&concrete).len() != 1 {
                return Err(Obstacle {
                    reason: format!("it returns `{}`, not the `Result` of the driver API", show(ty)),
                    ty: Some(Box::new(ty.clone())),
                });
            }
            result(types, &concrete, ty)?;
            Ok(Crossing::Upcall)
        }
    }
}

/// Whether a function of the kernel half could be called from the user half.
///
/// # Errors
/// What is in the way.
pub fn downcall(types: &Types<'_>, function: &Function) -> Result<Crossing, Obstacle> {
    if !function.has_receiver() {
        return Err(Obstacle {
            reason: "it is not a method of the driver's state".to_owned(),
            ty: None,
        });
    }
    if function.kernel_only {
        return Err(Obstacle {
            reason: "the traits of the user half do not have it".to_owned(),
            ty: None,
        });
    }
    channel(types, function)?;
    arguments(types, function)?;
    if let Some(ty) = function.result() {
        result(types, &types::concrete(ty, function), ty)?;
    }
    Ok(Crossing::Downcall)
}

/// A stub calls through the device of `&self`, or through an argument `&Device`.
fn channel(types: &Types<'_>, function: &Function) -> Result<(), Obstacle> {
    let signature = &function.signature;
    let plain = signature.generics.params.is_empty()
        && signature.asyncness.is_none()
        && signature.constness.is_none();
    if !plain {
        let reason = "it is generic, `async` or `const`".to_owned();
        return Err(Obstacle { reason, ty: None });
    }
    let of_state = types.driver.is_of_state(function);
    let through_self = function.borrows_self();
    let through_device = !function.has_receiver() && device_argument(function).is_some();
    if of_state && (through_self || through_device) {
        return Ok(());
    }
    Err(Obstacle {
        reason: "it has neither `&self` of the driver's state nor `&Device`".to_owned(),
        ty: None,
    })
}

/// The argument that is the channel of an associated function.
pub fn device_argument(function: &Function) -> Option<usize> {
    if function.has_receiver() {
        return None;
    }
    function.arguments().iter().position(|argument| {
        matches!(&argument.ty, Type::Reference(reference) if reference.mutability.is_none())
            && types::head(&argument.ty).as_deref() == Some(api::DEVICE)
    })
}

/// The arguments that are sent, by name.
pub fn sent(function: &Function) -> Vec<(String, Type)> {
    let device = device_argument(function);
    function
        .arguments()
        .into_iter()
        .enumerate()
        .filter(|(index, _)| Some(*index) != device)
        .map(|(index, argument)| (name(index, argument.name), argument.ty))
        .collect()
}

/// The name of an argument in generated code.
pub fn name(index: usize, name: Option<String>) -> String {
    let name = name
        .map(|name| name.trim_start_matches('_').to_owned())
        .filter(|name| !name.is_empty());
    name.unwrap_or_else(|| format!("argument_{index}"))
}

fn arguments(types: &Types<'_>, function: &Function) -> Result<(), Obstacle> {
    let sent = sent(function);
    if sent.len() > MOST_ARGUMENTS {
        let reason = format!("it has more than {MOST_ARGUMENTS} arguments");
        return Err(Obstacle { reason, ty: None });
    }
    for (name, ty) in sent {
        let concrete = types::concrete(&ty, function);
        let value = match &concrete {
            Type::Reference(reference) if reference.mutability.is_none() => &*reference.elem,
            value => value,
        };
        if let Some(blamed) = uncrossable(types, value) {
            let reason = format!("its argument `{name}` cannot cross: `{blamed}` has no wire form");
            return Err(Obstacle {
                reason,
                ty: Some(Box::new(ty)),
            });
        }
    }
    Ok(())
}

fn result(types: &Types<'_>, concrete: &Type, written: &Type) -> Result<(), Obstacle> {
    match uncrossable(types, concrete) {
        None => Ok(()),
        Some(blamed) => Err(Obstacle {
            reason: format!("its result cannot cross: `{blamed}` has no wire form"),
            ty: Some(Box::new(written.clone())),
        }),
    }
}
