//! What a method does to the field that it is called on.

use syn::{Expr, ExprMethodCall, ReceiverKind};

use super::access::Use;
use super::walk::Walker;
use crate::api::{self, Offer};
use crate::driver::FunctionId;
use crate::driver::state::Sharing;
use crate::types;

/// Methods of the standard library that only read what they are called on.
const READERS: &[&str] = &[
    "as_ref",
    "as_slice",
    "as_str",
    "chunks",
    "clone",
    "cloned",
    "cmp",
    "contains",
    "copied",
    "count_ones",
    "eq",
    "first",
    "fmt",
    "get",
    "is_empty",
    "is_none",
    "is_some",
    "iter",
    "last",
    "len",
    "map",
    "max",
    "min",
    "ne",
    "partial_cmp",
    "starts_with",
    "to_owned",
    "unwrap_or",
    "wrapping_add",
    "wrapping_sub",
];

impl Walker<'_> {
    /// What a method does to what it is called on.
    pub(super) fn method_access(
        &mut self,
        call: &ExprMethodCall,
        functions: &[FunctionId],
        offer: Option<&Offer>,
    ) {
        let Some(place) = self.place(&call.receiver) else {
            return;
        };
        let result = self.infer(&Expr::MethodCall(call.clone()));
        let takes = result.is_some_and(|ty| !self.guards_within(&ty).is_empty());
        if takes && offer.is_some() {
            // What is done to the guard counts.
            self.forget(&call.receiver);
            return;
        }
        let field = self.fields.iter().find(|field| field.name == place.field);
        let atomic = place.part.is_none()
            && field.is_some_and(|field| matches!(field.sharing, Sharing::Atomic(_)));
        let use_ = if atomic {
            match (
                call.args.is_empty(),
                offer.is_some_and(|o| o.result.is_some()),
            ) {
                (true, _) => Use::Read,
                (false, true) => Use::Both,
                (false, false) => Use::Write,
            }
        } else if !functions.is_empty() {
            let changes = functions.iter().any(|id| {
                let function = self.types.driver.function(*id);
                let receiver = function.signature.receiver();
                receiver.is_some_and(|receiver| {
                    matches!(
                        receiver.kind,
                        ReceiverKind::Reference(_, _, Some(_)) | ReceiverKind::Typed(..)
                    )
                })
            });
            if changes { Use::Both } else { Use::Read }
        } else if let Some(offer) = offer {
            if offer.mutates { Use::Both } else { Use::Read }
        } else {
            let locked = field.is_some_and(|field| {
                let head = types::head(&self.types.expand(&field.ty)).unwrap_or_default();
                head.ends_with("Lock") || head == api::MUTEX
            });
            let reads = READERS.contains(&call.method.to_string().as_str()) || !locked;
            if reads { Use::Read } else { Use::Both }
        };
        self.access(&call.receiver, use_);
    }
}
