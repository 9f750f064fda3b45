//! How each field of the driver's state may be shared.

use syn::{Fields, Item, Type};

use super::Driver;
use crate::api::{self, Api};
use crate::crossing;
use crate::diagnostics::{Code, Diagnostic, Outcome, Report};
use crate::load::item_attributes;
use crate::source::Span;
use crate::types::{self, Types};

/// How a field may be shared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sharing {
    /// The channel between the halves.
    Channel,
    /// Access to the registers, rebuilt in the user half.
    Registers,
    /// A lock around a value, whose fields are fetched and written back.
    Lock(Box<Type>),
    /// An atomic of this name.
    Atomic(String),
    /// It holds what only the kernel has, namely this.
    KernelOnly(String),
    /// It does not change once the state is made; sent once.
    Plain,
}

/// A field of the driver's state.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: Type,
    /// Where it stands, documentation included.
    pub span: Span,
    /// How it is shared.
    pub sharing: Sharing,
}

/// The fields of the state, in order; one that cannot be shared, as it is meant to be, so that what comes after
/// finds its own mistakes and no more.
///
/// Reports `MD0013` for such a field, and `MD0015` without a device.
///
/// # Errors
/// `MD0008` if the state is not a struct with named fields.
pub fn fields(driver: &Driver, api: &Api, report: &mut Report) -> Outcome<Vec<Field>> {
    let entry = driver.item(driver.state_item);
    let file = driver.tree.module(entry.module).file;
    let Item::Struct(item) = &entry.item else {
        return Err(not_a_struct(driver, entry.span));
    };
    let (Fields::Named(named), true) = (&item.fields, item.generics.params.is_empty()) else {
        return Err(not_a_struct(driver, Span::of(file, &item.ident)));
    };
    let types = Types { driver, api };
    let mut fields = Vec::new();
    for field in &named.named {
        let Some(ident) = &field.ident else { continue };
        let span = Span::of(file, &field.ty);
        let sharing = sharing(&types, &field.ty, span, report);
        fields.push(Field {
            name: ident.to_string(),
            ty: field.ty.clone(),
            span: Span::of(file, field),
            sharing,
        });
    }
    if !fields.iter().any(|field| field.sharing == Sharing::Channel) {
        let title = format!(
            "the driver state `{}` has no field of type `{}`",
            driver.state,
            api::DEVICE
        );
        let help = "keep the device that `attach` is given in the state";
        let span = Span::of(file, &item.ident);
        report.add(
            Diagnostic::new(Code::NoDevice, title, help).at(span, "no channel to the other half"),
        );
    }
    Ok(fields)
}

fn not_a_struct(driver: &Driver, span: Span) -> crate::diagnostics::Refusal {
    let title = format!(
        "the driver state `{}` is not a struct with named fields",
        driver.state
    );
    let help = "make it one: each field is shared in its own way";
    Diagnostic::new(Code::NoDriver, title, help)
        .at(span, "the driver's state")
        .into()
}

fn sharing(types: &Types<'_>, ty: &Type, span: Span, report: &mut Report) -> Sharing {
    let ty = types.expand(ty);
    let name = types::head(&ty).unwrap_or_default();
    if types.driver.type_item(&name).is_none() {
        if name == api::DEVICE {
            return Sharing::Channel;
        }
        if name == api::REGISTERS {
            return Sharing::Registers;
        }
        if Api::is_atomic(&name) {
            return Sharing::Atomic(name);
        }
    }
    if let Some(blamed) = types.kernel_only(&ty) {
        return Sharing::KernelOnly(blamed);
    }
    if name == api::MUTEX {
        let inner = types::arguments(&ty)
            .into_iter()
            .next()
            .unwrap_or_else(|| ty.clone());
        let blamed = types::head(&inner).unwrap_or_else(|| crossing::show(&inner));
        if has_state(types, &blamed) {
            return Sharing::Lock(Box::new(inner));
        }
        let title = format!("the state in a `Mutex` cannot cross: `{blamed}` is not `State`");
        let help = format!("derive it: `#[derive(Clone, Wire, State)]` on `{blamed}`");
        report
            .add(Diagnostic::new(Code::StateField, title, help).at(span, "shared field by field"));
        return Sharing::Lock(Box::new(inner));
    }
    if let Some(blamed) = crossing::uncrossable(types, &ty) {
        let title =
            format!("a field of the driver state cannot cross: `{blamed}` has no wire form");
        let help = format!("derive it: `#[derive(Wire)]` on `{blamed}`");
        report.add(
            Diagnostic::new(Code::StateField, title, help).at(span, "sent to the user half once"),
        );
    }
    Sharing::Plain
}

fn has_state(types: &Types<'_>, name: &str) -> bool {
    match types.driver.type_item(name) {
        Some(id) => {
            let entry = types.driver.item(id);
            api::derives(item_attributes(&entry.item), "State")
                || implements(types.driver, name, "State")
        }
        None => types.api.types.get(name).is_some_and(|found| found.state),
    }
}

/// Whether the driver implements a trait for one of its types.
pub(crate) fn implements(driver: &Driver, name: &str, wanted: &str) -> bool {
    driver.items.iter().any(|entry| match &entry.item {
        Item::Impl(block) => {
            let trait_ = block
                .trait_
                .as_ref()
                .and_then(|(path, _)| path.segments.last());
            trait_.is_some_and(|segment| segment.ident == wanted)
                && types::head(&block.self_ty).as_deref() == Some(name)
        }
        _ => false,
    })
}
