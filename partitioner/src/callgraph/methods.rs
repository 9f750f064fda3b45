//! What a method call may lead to, given the type of its receiver.

use super::groups::Query;
use super::index::{Key, Shape, key};
use super::reason::{Because, Reason};
use super::standard;
use super::ty::{INTEGER, PRIMITIVES, Ty};
use super::walk::Walker;
use super::{NodeId, Why};
use crate::source::Span;

/// How often a receiver is dereferenced on the way to a method.
pub(super) const HOPS: usize = 16;

impl Walker<'_, '_> {
    /// A method call: its edges, and the type of its result.
    pub(super) fn method(&mut self, on: &Ty, name: &str, arguments: &[Ty], at: Span) -> Ty {
        let count = arguments.len() + 1;
        let mut ty = on.clone();
        let mut traits: Vec<NodeId> = Vec::new();
        for _ in 0..HOPS {
            if let Ty::Unknown(Because(reason)) = ty {
                return self.unknown_method(name, count, reason, at);
            }
            if ty == Ty::Never {
                return Ty::Never;
            }
            let Some(of) = key(&ty) else {
                return self.abstract_method(&ty, name, arguments, at);
            };
            let mut own = self.fitting(&of, name, count, true);
            if ty == Ty::foreign(INTEGER, []) {
                for primitive in PRIMITIVES {
                    own.extend(self.fitting(&Key::Foreign((*primitive).into()), name, count, true));
                }
            }
            if !own.is_empty() {
                own.iter()
                    .for_each(|node| self.call(*node, Why::Method, at));
                self.opaque(&ty, at);
                self.callbacks_of(&ty, name, at);
                return self.common(&own, Some(&ty), arguments);
            }
            let any = Query::any(name).receiver().arguments(count);
            traits.extend(self.call_all(any, Why::Trait, at).iter());
            self.opaque(&ty, at);
            self.callbacks_of(&ty, name, at);
            match self.pointee(&ty, at) {
                Some(target) => ty = target,
                None => break,
            }
        }
        // On the way a method of the standard library may have been meant: `Vec::pop`.
        let mut lost = Reason::ForeignResult;
        for candidate in [on, &ty] {
            match standard::returns(candidate, name, arguments) {
                Ty::Unknown(Because(Reason::ForeignResult)) => {}
                Ty::Unknown(Because(reason)) => lost = reason,
                result => return result,
            }
        }
        match &ty {
            Ty::Foreign(of, _) if !standard::knows(of) && !ty.is_primitive() => {
                // A type of elsewhere may dereference to anything.
                self.unknown_method(name, count, Reason::ForeignType, at)
            }
            _ if traits.is_empty() => lost.ty(),
            _ => self.common(&traits, Some(&ty), arguments),
        }
    }

    /// What a value dereferences to, if it does; the call of `deref` is recorded.
    pub(super) fn pointee(&mut self, ty: &Ty, at: Span) -> Option<Ty> {
        let Ty::Local(id, arguments) = ty else {
            return standard::pointee(ty);
        };
        let target = self.index.targets.get(id)?.clone();
        self.dereferences(*id, at);
        let def = &self.index.types[id.0];
        let with: Vec<_> = def
            .params
            .iter()
            .cloned()
            .zip(arguments.iter().cloned())
            .collect();
        // The impl block may name its parameters otherwise than the type does.
        Some(target.substitute(&with, true))
    }

    fn dereferences(&mut self, id: super::ty::TypeId, at: Span) {
        for name in ["deref", "deref_mut"] {
            for node in self.fitting(&Key::Local(id), name, 1, true) {
                self.call(node, Why::Operator, at);
            }
        }
    }

    /// A method of a type parameter or a trait object: every implementation.
    fn abstract_method(&mut self, of: &Ty, name: &str, arguments: &[Ty], at: Span) -> Ty {
        let count = arguments.len() + 1;
        let every = Query::named(name).of_traits().receiver().arguments(count);
        self.call_all(every, Why::Trait, at);
        self.callbacks(name, &[Reason::Parameter.ty()], at);
        self.generated(None, at);
        // A parameter that dereferences, as of `T: Deref<Target = X>`.
        self.call_all(Query::derefs(), Why::Trait, at);
        match self.index.declaring.get(name).map(Vec::as_slice) {
            Some([only]) => {
                let name_of = Some(self.index.traits[*only].name.clone());
                match name {
                    // Names that traits of elsewhere have, too.
                    "next" | "map" | "filter" | "get" | "read" | "write" | "clone" | "into"
                    | "as_ref" | "iter" | "len" => Reason::Parameter.ty(),
                    _ => self.declared(name_of.as_deref(), name, of, arguments),
                }
            }
            _ if name == "clone" => of.clone(),
            _ => Reason::Parameter.ty(),
        }
    }

    /// A method of a value whose type is not known: whatever has that name and arity.
    fn unknown_method(&mut self, name: &str, count: usize, reason: Reason, at: Span) -> Ty {
        let every = Query::named(name).receiver().arguments(count);
        let found = self.call_all(every, Why::UnknownReceiver, at);
        self.generated(None, at);
        let derefs = self.call_all(Query::derefs(), Why::UnknownReceiver, at);
        // Where nothing of the crate can be meant, it does not matter that the type is not known.
        if !(found.is_empty() && derefs.is_empty() && self.index.foreign.is_empty()) {
            self.body.unknown.add(reason, at);
        }
        self.callbacks(name, &[Ty::Unknown(Because(reason))], at);
        match name {
            "len" | "count" => Ty::foreign("usize", []),
            "is_empty" | "is_some" | "is_none" | "is_ok" | "is_err" if found.is_empty() => {
                Ty::foreign("bool", [])
            }
            _ => Ty::Unknown(Because(reason)),
        }
    }

    /// What a macro of elsewhere made may be called here: by a name that it knows, or by any.
    pub(super) fn generated(&mut self, name: Option<&str>, at: Span) {
        if !self.index.foreign.is_empty() {
            self.call_all(Query::made(name), Why::UnknownReceiver, at);
        }
    }

    /// A type that a macro of elsewhere made, or derives for: what it made may be called.
    pub(super) fn opaque(&mut self, ty: &Ty, at: Span) {
        let Ty::Local(id, _) = ty else { return };
        if let Shape::Opaque(node) = self.index.types[id.0].shape {
            self.call(node, Why::Method, at);
        }
        if !self.index.foreign.is_empty() {
            self.call_all(Query::made_for(*id), Why::Method, at);
        }
    }

    /// What a function of elsewhere may call back, given what it gets.
    pub(super) fn callbacks(&mut self, function: &str, arguments: &[Ty], at: Span) {
        if standard::callbacks(function).is_empty() {
            return;
        }
        if arguments.is_empty() {
            self.callbacks_of(&Reason::Inferred.ty(), function, at);
        }
        for ty in arguments {
            self.callbacks_of(ty, function, at);
        }
    }

    /// The same, of one value.
    pub(super) fn callbacks_of(&mut self, ty: &Ty, function: &str, at: Span) {
        for name in standard::callbacks(function) {
            self.calls_back(ty, name, at);
        }
    }

    /// A method of a trait of elsewhere that is called for a value, or for what is in it.
    pub(super) fn calls_back(&mut self, ty: &Ty, name: &str, at: Span) {
        match ty {
            // What it becomes is not written: any.
            _ if matches!(
                name,
                "from" | "try_from" | "from_str" | "from_iter" | "default" | "sum" | "product"
            ) =>
            {
                self.every(name, Why::Callback, at);
            }
            Ty::Unknown(_) | Ty::Abstract(_) => self.every(name, Why::Callback, at),
            Ty::Local(id, arguments) => {
                self.call_own(Key::Local(*id), name, Why::Callback, at);
                self.opaque(ty, at);
                arguments
                    .iter()
                    .for_each(|ty| self.calls_back(ty, name, at));
            }
            Ty::Foreign(of, arguments) => {
                self.call_own(Key::Foreign(of.clone()), name, Why::Callback, at);
                if !standard::knows(of) && !ty.is_primitive() {
                    self.every(name, Why::Callback, at);
                } else {
                    arguments
                        .iter()
                        .for_each(|ty| self.calls_back(ty, name, at));
                }
            }
            Ty::Tuple(parts) => parts.iter().for_each(|ty| self.calls_back(ty, name, at)),
            Ty::Slice(inner) => self.calls_back(inner, name, at),
            Ty::Callable(_) | Ty::Never => {}
        }
    }

    /// Records a call of each method that a type has under a name, and tells which they are.
    pub(super) fn call_own(&mut self, of: Key, name: &str, why: Why, at: Span) -> Vec<NodeId> {
        let methods = self.index.of_type(of, name).iter();
        let own: Vec<NodeId> = methods.map(|method| method.node).collect();
        own.iter().for_each(|node| self.call(*node, why, at));
        own
    }

    /// Records a call of every method that traits have under a name, whatever the type.
    pub(super) fn every(&mut self, name: &str, why: Why, at: Span) {
        self.call_all(Query::named(name).of_traits(), why, at);
        self.generated(None, at);
    }
}
