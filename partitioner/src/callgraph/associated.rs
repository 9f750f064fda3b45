//! Functions of a type or a trait that are called by their path: `Type::name`, `<T as Trait>::name`.

use super::Home;
use super::groups::Query;
use super::index::{Def, Key, Method};
use super::methods::HOPS;
use super::ty::Ty;
use super::walk::Walker;
use super::{NodeId, Why};
use crate::source::Span;

impl Walker<'_, '_> {
    /// Methods of a key under a name with so many arguments, the receiver among them.
    pub(super) fn fitting(
        &self,
        key: &Key,
        name: &str,
        arguments: usize,
        receiver: bool,
    ) -> Vec<NodeId> {
        let fits =
            |method: &&Method| method.arguments == arguments && (method.receiver || !receiver);
        self.index
            .of_type(key.clone(), name)
            .iter()
            .filter(fits)
            .map(|method| method.node)
            .collect()
    }

    /// A function of a type, called by its path.
    pub(super) fn associated(
        &mut self,
        of: &Ty,
        of_trait: Option<&str>,
        name: &str,
        arguments: &[Ty],
        at: Span,
    ) -> Ty {
        let count = arguments.len();
        let in_trait = |walker: &Self, node: &NodeId| {
            of_trait.is_none_or(|wanted| match &walker.index.homes[node.0] {
                Home::TraitImpl(_, known) | Home::TraitDefault(known) => known == wanted,
                _ => false,
            })
        };
        let generic = |walker: &mut Self| {
            let every = Query::named(name).of_traits().arguments(count);
            walker.call_all(every.of_trait(of_trait), Why::Trait, at);
            walker.callbacks(name, arguments, at);
            walker.generated(None, at);
            walker.declared(of_trait, name, of, arguments)
        };
        let Some(key) = super::index::key(of) else {
            return generic(self);
        };
        if let Ty::Local(id, _) = of
            && let Some(index) = self.variant_of(*id, name)
        {
            return self.constructed(*id, Some(index), arguments);
        }
        let own: Vec<NodeId> = self.fitting(&key, name, count, false);
        let own: Vec<NodeId> = own
            .into_iter()
            .filter(|node| in_trait(self, node))
            .collect();
        if !own.is_empty() {
            own.iter()
                .for_each(|node| self.call(*node, Why::Method, at));
            return self.common(&own, Some(of), arguments);
        }
        let any = Query::any(name).arguments(count).of_trait(of_trait);
        let any = self.call_all(any, Why::Trait, at);
        self.opaque(of, at);
        self.callbacks_of(of, name, at);
        if let Ty::Local(id, _) = of
            && let Some(target) = self.index.targets.get(id).cloned()
            && any.is_empty()
            && self.hops < HOPS
        {
            // `Type::method` of what the type dereferences to is written for `Self` only.
            self.hops += 1;
            let result = self.associated(&target, of_trait, name, arguments, at);
            self.hops -= 1;
            return result;
        }
        match &*any {
            [] if name == "default" || name == "new" => of.clone(),
            any => self.common(any, Some(of), arguments),
        }
    }

    fn variant_of(&self, id: super::ty::TypeId, name: &str) -> Option<usize> {
        match self.index.variant(id, name) {
            Some(Def::Variant(_, index)) => Some(index),
            _ => None,
        }
    }
}
