//! Where a path leads, and what type a piece of syntax stands for.

use std::collections::HashSet;
use std::rc::Rc;

use syn::{GenericArgument, PathArguments, ReturnType, Type, TypeParamBound};

use super::index::{Around, Def, Index, ScopeId};
use super::reason::Reason;
use super::ty::{PRIMITIVES, TRAITS, Ty};

/// Where a path leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// To this.
    Def(Def),
    /// To something of a type or a trait: its name.
    Member(Def, String),
}

type Seen = HashSet<(ScopeId, String)>;

impl Index<'_> {
    /// What a name means in a scope and those around it.
    fn lexical(&self, scope: ScopeId, name: &str, seen: &mut Seen) -> Vec<Def> {
        let mut at = Some(scope);
        while let Some(id) = at {
            let found = self.within(id, name, seen);
            if !found.is_empty() {
                return found;
            }
            at = self.scope(id).around;
        }
        Vec::new()
    }

    /// What a name means as a member of a scope.
    fn within(&self, scope: ScopeId, name: &str, seen: &mut Seen) -> Vec<Def> {
        let here = self.scope(scope);
        let mut found: Vec<Def> = here.names.get(name).cloned().unwrap_or_default();
        // On the way from its own import, as in `use x::x`, a name means what is defined.
        if !seen.insert((scope, name.to_owned())) {
            return found;
        }
        for path in here.imports.get(name).into_iter().flatten() {
            found.extend(self.definitions(scope, path, seen));
        }
        if found.is_empty() {
            for path in &here.globs {
                for def in self.definitions(scope, path, seen) {
                    match def {
                        Def::Module(id) => found.extend(self.within(id, name, seen)),
                        Def::Type(id) => found.extend(self.variant(id, name)),
                        _ => {}
                    }
                }
            }
        }
        found
    }

    pub(super) fn variant(&self, id: super::ty::TypeId, name: &str) -> Option<Def> {
        let super::index::Shape::Variants(variants) = &self.types[id.0].shape else {
            return None;
        };
        let index = variants.iter().position(|(variant, _)| variant == name)?;
        Some(Def::Variant(id, index))
    }

    /// The definitions that a whole path leads to.
    fn definitions(&self, scope: ScopeId, path: &[String], seen: &mut Seen) -> Vec<Def> {
        let targets = self.follow(scope, path, seen);
        let whole = targets.into_iter().filter_map(|target| match target {
            Target::Def(def) => Some(def),
            Target::Member(..) => None,
        });
        whole.collect()
    }

    fn follow(&self, scope: ScopeId, path: &[String], seen: &mut Seen) -> Vec<Target> {
        let Some((first, rest)) = path.split_first() else {
            return vec![Target::Def(Def::Module(self.scope(scope).module))];
        };
        let module = self.scope(scope).module;
        let start = match first.as_str() {
            "crate" | "$crate" => vec![Def::Module(ScopeId(0))],
            "self" => vec![Def::Module(module)],
            "super" => vec![Def::Module(self.scope(module).parent.unwrap_or(ScopeId(0)))],
            name => self.lexical(scope, name, seen),
        };
        let mut found = Vec::new();
        for def in start {
            self.members(def, rest, seen, &mut found);
        }
        found
    }

    fn members(&self, def: Def, rest: &[String], seen: &mut Seen, found: &mut Vec<Target>) {
        let Some((next, after)) = rest.split_first() else {
            found.push(Target::Def(def));
            return;
        };
        match def {
            Def::Module(id) if next == "super" => {
                let parent = self.scope(id).parent.unwrap_or(ScopeId(0));
                self.members(Def::Module(parent), after, seen, found);
            }
            Def::Module(id) if next == "self" => self.members(Def::Module(id), after, seen, found),
            Def::Module(id) => {
                for def in self.within(id, next, seen) {
                    self.members(def, after, seen, found);
                }
            }
            Def::Type(id) if after.is_empty() => match self.variant(id, next) {
                Some(variant) => found.push(Target::Def(variant)),
                None => found.push(Target::Member(def, next.clone())),
            },
            Def::Alias(index) if after.is_empty() => {
                if let Ty::Local(id, _) = self.alias(index, &[])
                    && let Some(variant) = self.variant(id, next)
                {
                    found.push(Target::Def(variant));
                } else {
                    found.push(Target::Member(def, next.clone()));
                }
            }
            Def::Trait(_) if after.is_empty() => found.push(Target::Member(def, next.clone())),
            _ => {}
        }
    }

    /// Everything that a path may lead to; nothing if it leads out of the crate.
    pub(super) fn resolve(&self, scope: ScopeId, path: &[String]) -> Vec<Target> {
        if let [name] = path {
            return self
                .name(scope, name)
                .iter()
                .copied()
                .map(Target::Def)
                .collect();
        }
        self.follow(scope, path, &mut Seen::new())
    }

    /// What one name may mean.
    pub(super) fn name(&self, scope: ScopeId, name: &str) -> Rc<[Def]> {
        let key = (scope, name.to_owned());
        if let Some(found) = self.found.borrow().get(&key) {
            return found.clone();
        }
        let found: Rc<[Def]> = match name {
            "crate" | "self" | "super" => Rc::new([]),
            _ => self.lexical(scope, name, &mut Seen::new()).into(),
        };
        self.found.borrow_mut().insert(key, found.clone());
        found
    }

    /// What an alias stands for.
    pub(super) fn alias(&self, index: usize, arguments: &[Ty]) -> Ty {
        let alias = &self.aliases[index];
        let around = Around {
            params: alias.params.clone(),
            ..Around::default()
        };
        let ty = self.following(alias.ty, || self.ty(alias.scope, &around, &[], alias.ty));
        let with: Vec<_> = alias
            .params
            .iter()
            .cloned()
            .zip(arguments.iter().cloned())
            .collect();
        ty.substitute(&with, true)
    }

    /// What a name of a type stands for, unless that leads to the name itself.
    fn following(&self, ty: &Type, find: impl FnOnce() -> Ty) -> Ty {
        let at = std::ptr::from_ref(ty) as usize;
        if !self.followed.borrow_mut().insert(at) {
            return Reason::Parameter.ty();
        }
        let found = find();
        self.followed.borrow_mut().remove(&at);
        found
    }

    /// The type that syntax stands for, in a scope, within a block, with type parameters of a function.
    pub(super) fn ty(&self, scope: ScopeId, around: &Around<'_>, own: &[Rc<str>], ty: &Type) -> Ty {
        let inner = |ty: &Type| self.ty(scope, around, own, ty);
        match ty {
            Type::Reference(reference) => inner(&reference.elem),
            Type::Paren(paren) => inner(&paren.elem),
            Type::Group(group) => inner(&group.elem),
            Type::Array(array) => Ty::Slice(Rc::new(inner(&array.elem))),
            Type::Slice(slice) => Ty::Slice(Rc::new(inner(&slice.elem))),
            Type::Tuple(tuple) => Ty::Tuple(tuple.elems.iter().map(inner).collect()),
            Type::Never(_) => Ty::Never,
            Type::Ptr(pointer) => Ty::foreign("*", [inner(&pointer.elem)]),
            Type::FnPtr(pointer) => {
                Ty::Callable(Rc::new(self.result(scope, around, own, &pointer.output)))
            }
            Type::ImplTrait(list) => self.bounds(scope, around, own, list.bounds.iter()),
            Type::TraitObject(list) => self.bounds(scope, around, own, list.bounds.iter()),
            Type::Path(path) if path.qself.is_none() => {
                self.path_ty(scope, around, own, &path.path)
            }
            _ => Reason::Parameter.ty(),
        }
    }

    pub(super) fn result(
        &self,
        scope: ScopeId,
        around: &Around<'_>,
        own: &[Rc<str>],
        output: &ReturnType,
    ) -> Ty {
        match output {
            ReturnType::Default => Ty::unit(),
            ReturnType::Type(_, ty) => self.ty(scope, around, own, ty),
        }
    }

    /// What is known only by its traits: a function, or something with methods of traits.
    pub(super) fn bounds<'b>(
        &self,
        scope: ScopeId,
        around: &Around<'_>,
        own: &[Rc<str>],
        bounds: impl Iterator<Item = &'b TypeParamBound>,
    ) -> Ty {
        let mut names = Vec::new();
        for bound in bounds {
            let TypeParamBound::Trait(bound) = bound else {
                continue;
            };
            let Some(last) = bound.path.segments.last() else {
                continue;
            };
            if let PathArguments::Parenthesized(list) = &last.arguments {
                return Ty::Callable(Rc::new(self.result(scope, around, own, &list.output)));
            }
            names.push(last.ident.to_string());
        }
        Ty::Abstract(format!("{TRAITS}{}", names.join(" + ")).into())
    }

    /// The type that a path stands for.
    pub(super) fn path_ty(
        &self,
        scope: ScopeId,
        around: &Around<'_>,
        own: &[Rc<str>],
        path: &syn::Path,
    ) -> Ty {
        let names: Vec<String> = crate::resolve::segments(path);
        let Some(last) = path.segments.last() else {
            return Reason::Parameter.ty();
        };
        let arguments = || self.arguments(scope, around, own, &last.arguments);
        if let [name] = names.as_slice() {
            if name == "Self" {
                return around.self_ty.clone().unwrap_or(Reason::Parameter.ty());
            }
            if let Some(param) = own
                .iter()
                .chain(&around.params)
                .find(|param| ***param == **name)
            {
                return Ty::Abstract(param.clone());
            }
        }
        if names[0] == "Self" {
            // `Self::Name`: what the block says, if it does.
            let known = match names.as_slice() {
                [_, name] => around.associated.iter().find(|(known, _)| known == name),
                _ => None,
            };
            return known.map_or(Reason::Parameter.ty(), |(_, ty)| {
                self.following(ty, || {
                    self.ty(around.scope.unwrap_or(scope), around, own, ty)
                })
            });
        }
        for target in self.resolve(scope, &names) {
            match target {
                Target::Def(Def::Type(id)) => return Ty::Local(id, arguments()),
                Target::Def(Def::Variant(id, _)) => return Ty::Local(id, Rc::new([])),
                Target::Def(Def::Alias(index)) => return self.alias(index, &arguments()),
                Target::Def(Def::Trait(index)) => {
                    return Ty::Abstract(format!("{TRAITS}{}", self.traits[index].name).into());
                }
                _ => {}
            }
        }
        let name = &names[names.len() - 1];
        let of_param = names.len() > 1
            && own
                .iter()
                .chain(&around.params)
                .any(|param| **param == *names[0]);
        if of_param {
            return Reason::Parameter.ty();
        }
        if names.len() == 1 && PRIMITIVES.contains(&name.as_str()) {
            return Ty::foreign(name, []);
        }
        Ty::Foreign(name.as_str().into(), arguments())
    }

    /// The type arguments of a path's last name.
    pub(super) fn arguments(
        &self,
        scope: ScopeId,
        around: &Around<'_>,
        own: &[Rc<str>],
        arguments: &PathArguments,
    ) -> Rc<[Ty]> {
        let PathArguments::AngleBracketed(list) = arguments else {
            return Rc::new([]);
        };
        let types = list.args.iter().filter_map(|argument| match argument {
            GenericArgument::Type(ty) => Some(self.ty(scope, around, own, ty)),
            GenericArgument::Const(_) => Some(Reason::Parameter.ty()),
            _ => None,
        });
        types.collect()
    }
}
