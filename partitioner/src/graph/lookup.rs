//! What a call may lead to: functions of the driver, and what the API says of its own.

use syn::{ExprMethodCall, Item, Type};

use super::Touch;
use super::walk::Walker;
use crate::api::Offer;
use crate::driver::{Function, FunctionId, Owner, state};
use crate::resolve::Target;
use crate::source::Span;
use crate::types;

impl Walker<'_> {
    /// The functions of the driver that are methods of a type under a name.
    pub(super) fn methods_of(&self, of: &str, method: &str) -> Vec<FunctionId> {
        let is = |function: &Function| {
            function.ident == method && function.owner.type_name() == Some(of)
        };
        self.types
            .driver
            .iter()
            .filter(|(_, function)| is(function))
            .map(|(id, _)| id)
            .collect()
    }

    fn methods_of_trait(&self, of: &str, method: &str) -> Vec<FunctionId> {
        let is = |function: &Function| {
            function.ident == method
                && matches!(&function.owner, Owner::Trait { name, .. } if name == of)
        };
        self.types
            .driver
            .iter()
            .filter(|(_, function)| is(function))
            .map(|(id, _)| id)
            .collect()
    }

    /// The functions of the driver that a path may name.
    pub(super) fn functions_at(&self, path: &[String]) -> Vec<FunctionId> {
        let Some((last, before)) = path.split_last() else {
            return Vec::new();
        };
        if let [only] = before
            && only == "Self"
        {
            let of = self.function.owner.type_name().unwrap_or_default();
            return self.methods_of(of, last);
        }
        let mut found = Vec::new();
        for target in self.resolver.resolve(self.types.driver, self.module, path) {
            match target {
                Target::Item(id, rest) => {
                    let entry = self.types.driver.item(id);
                    match (&entry.item, rest.as_slice()) {
                        (Item::Fn(_), []) => found.extend(&entry.functions),
                        (Item::Trait(item), [method]) => {
                            found.extend(self.methods_of_trait(&item.ident.to_string(), method));
                        }
                        (Item::Type(item), [method]) => {
                            let of = types::head(&self.types.expand(&item.ty)).unwrap_or_default();
                            found.extend(self.methods_of(&of, method));
                        }
                        (_, [method]) => {
                            let of = entry.name.clone().unwrap_or_default();
                            found.extend(self.methods_of(&of, method));
                        }
                        _ => {}
                    }
                }
                Target::Outside(path) => {
                    if let Some(of) = path.len().checked_sub(2).map(|index| &path[index]) {
                        found.extend(self.methods_of_trait(of, last));
                        // A trait of the driver for a type of elsewhere.
                        found.extend(self.methods_of(of, last));
                    }
                }
                Target::Module(_) => {}
            }
        }
        found
    }

    /// What a method of a value leads to: functions of the driver, or the API's own.
    pub(super) fn targets(
        &self,
        receiver: Option<&Type>,
        method: &str,
    ) -> (Vec<FunctionId>, Option<Offer>) {
        let mut receiver = receiver.cloned();
        while let Some(ty) = receiver {
            let ty = self.types.expand(&ty);
            let Some(name) = types::head(&ty) else { break };
            let driver = self.methods_of(&name, method);
            if !driver.is_empty() {
                return (driver, None);
            }
            let offer = self.types.api.methods.get(&(name, method.to_owned()));
            if let Some(offer) = offer {
                return (Vec::new(), Some(offer.clone()));
            }
            receiver = self.types.deref(&ty);
        }
        (Vec::new(), None)
    }

    /// What a method call leads to.
    pub(super) fn method(&mut self, call: &ExprMethodCall) {
        let method = call.method.to_string();
        let span = self.span(&call.method);
        let mut receiver = self.infer(&call.receiver).map(|ty| self.types.expand(&ty));
        while let Some(ty) = receiver {
            let Some(name) = types::head(&ty) else {
                // Arrays, slices and tuples have the standard library's methods.
                match types::strip(&ty) {
                    Type::Array(_) | Type::Slice(_) | Type::Tuple(_) => return,
                    _ => break,
                }
            };
            if self.is_parameter(&name) {
                break;
            }
            let driver = self.methods_of(&name, &method);
            if !driver.is_empty() {
                self.calls(&driver, span);
                return;
            }
            let key = (name.clone(), method.clone());
            if let Some(offer) = self.types.api.methods.get(&key).cloned() {
                self.offer(&format!("{name}::{method}"), &offer, span);
                return;
            }
            if state::implements(self.types.driver, &name, "Deref") {
                break;
            }
            match self.types.deref(&ty) {
                Some(target) => receiver = Some(target),
                // A method of the standard library, or derived.
                None => return,
            }
        }
        self.unknown_method(&method, call.args.len(), span);
    }

    /// Whether a name is a type parameter here, and so may be any type.
    fn is_parameter(&self, name: &str) -> bool {
        let own = self.function.signature.generics.type_params();
        let block = match &self.types.driver.item(self.function.item).item {
            Item::Impl(block) => Some(block.generics.type_params()),
            _ => None,
        };
        own.chain(block.into_iter().flatten())
            .any(|parameter| parameter.ident == name)
    }

    /// A method of a value whose type is not known: whatever has that name.
    fn unknown_method(&mut self, method: &str, arguments: usize, span: Span) {
        let is = |function: &Function| {
            function.ident == method
                && function.has_receiver()
                && function.arguments().len() == arguments
        };
        let found: Vec<FunctionId> = self
            .types
            .driver
            .iter()
            .filter(|(_, function)| is(function))
            .map(|(id, _)| id)
            .collect();
        self.calls(&found, span);
        // A value of a type that only the kernel has comes from somewhere, and that is seen; so the
        // name alone only blames methods of types that both halves have.
        let offers: Vec<(String, Offer)> = self
            .types
            .api
            .named(method)
            .filter(|(of, _)| !self.types.api.is_kernel_only(of))
            .map(|(of, offer)| (format!("{of}::{method}"), offer.clone()))
            .collect();
        if found.is_empty()
            && !offers.is_empty()
            && offers.iter().all(|(_, offer)| offer.kernel_only)
        {
            let name = offers[0].0.clone();
            self.kernel_only(format!("`{name}`, which only the kernel has"), span);
        }
        if let Some((name, offer)) = offers.iter().find(|(_, offer)| offer.service.is_some()) {
            self.facts.asks |= !offers.iter().all(|(_, offer)| offer.is_lock());
            let rides = offers.iter().filter_map(|(_, offer)| offer.rides());
            self.service(name, offer.downcalls(), rides, span);
        }
        let sleeps = offers
            .iter()
            .find(|(_, offer)| offer.service.is_some_and(|service| service.sleeps));
        if let Some((name, _)) = sleeps {
            let what =
                format!("`{method}`, which may be `{name}`: the type of the receiver is not known");
            self.sleeps_here(&what, span);
            self.facts.sleeps.insert(Touch { span, what });
        }
    }
}
