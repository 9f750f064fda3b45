//! What is called without being written as a call: operators, indexing, dereferencing, `?`, loops, and drops.

use syn::{BinOp, Expr};

use super::groups::Query;
use super::index::{Key, key};
use super::reason::Reason;
use super::standard;
use super::ty::Ty;
use super::walk::Walker;
use super::{NodeId, Why};
use crate::source::Span;

impl Walker<'_, '_> {
    pub(super) fn binary(&mut self, whole: &Expr, binary: &syn::ExprBinary) -> Ty {
        let left = self.expr(&binary.left);
        let right = self.expr(&binary.right);
        let at = self.span(whole);
        let bool = || Ty::foreign("bool", []);
        let methods: &[&str] = match binary.op {
            BinOp::And(_) | BinOp::Or(_) => return bool(),
            BinOp::Eq(_) | BinOp::Ne(_) => {
                self.operator(&left, &["eq", "ne"], Some(&right), at);
                return bool();
            }
            BinOp::Lt(_) | BinOp::Le(_) | BinOp::Gt(_) | BinOp::Ge(_) => {
                let methods = &["partial_cmp", "lt", "le", "gt", "ge", "cmp"];
                self.operator(&left, methods, Some(&right), at);
                return bool();
            }
            BinOp::Add(_) => &["add"],
            BinOp::Sub(_) => &["sub"],
            BinOp::Mul(_) => &["mul"],
            BinOp::Div(_) => &["div"],
            BinOp::Rem(_) => &["rem"],
            BinOp::BitXor(_) => &["bitxor"],
            BinOp::BitAnd(_) => &["bitand"],
            BinOp::BitOr(_) => &["bitor"],
            BinOp::Shl(_) => &["shl"],
            BinOp::Shr(_) => &["shr"],
            BinOp::AddAssign(_) => &["add_assign"],
            BinOp::SubAssign(_) => &["sub_assign"],
            BinOp::MulAssign(_) => &["mul_assign"],
            BinOp::DivAssign(_) => &["div_assign"],
            BinOp::RemAssign(_) => &["rem_assign"],
            BinOp::BitXorAssign(_) => &["bitxor_assign"],
            BinOp::BitAndAssign(_) => &["bitand_assign"],
            BinOp::BitOrAssign(_) => &["bitor_assign"],
            BinOp::ShlAssign(_) => &["shl_assign"],
            BinOp::ShrAssign(_) => &["shr_assign"],
            _ => return Reason::Expression.ty(),
        };
        self.operator(&left, methods, Some(&right), at)
    }

    /// An operator on a value of a type, the other operand being of another.
    pub(super) fn operator(
        &mut self,
        left: &Ty,
        methods: &[&str],
        right: Option<&Ty>,
        at: Span,
    ) -> Ty {
        let primitive = left.is_primitive()
            && right.is_none_or(|right| right.is_primitive() || right.is_unknown());
        if left.is_primitive() && right.is_none_or(Ty::is_primitive) {
            return left.clone();
        }
        let mut result = if primitive {
            left.clone()
        } else {
            left.lost(Reason::ForeignResult)
        };
        let with_number = left.is_primitive() || right.is_some_and(Ty::is_primitive);
        for name in methods {
            match key(left) {
                Some(of) => {
                    let own = self.call_own(of, name, Why::Operator, at);
                    if !own.is_empty() {
                        let arguments: Vec<Ty> = right.into_iter().cloned().collect();
                        result = self.common(&own, Some(left), &arguments);
                    }
                    self.opaque(left, at);
                    match left {
                        // What is in it is compared, too.
                        Ty::Foreign(..) | Ty::Tuple(_) | Ty::Slice(_) if !left.is_primitive() => {
                            self.calls_back(left, name, at)
                        }
                        Ty::Local(..) if own.is_empty() => self.through(left, name, at),
                        _ => {}
                    }
                }
                None => {
                    // A derived comparison is of two values of that type: not with a number.
                    let query = Query::named(name).of_traits().written(with_number);
                    self.call_all(query, Why::Operator, at);
                    self.generated(None, at);
                }
            }
        }
        result
    }

    /// An operator that a type does not have itself may be that of what it dereferences to.
    fn through(&mut self, ty: &Ty, name: &str, at: Span) {
        if let Some(target) = self.pointee(ty, at) {
            self.calls_back(&target, name, at);
        }
    }

    pub(super) fn indexed(&mut self, base: &Ty, by: &Ty, at: Span) -> Ty {
        let mut ty = base.clone();
        for _ in 0..8 {
            match &ty {
                Ty::Slice(element) => {
                    return match by {
                        Ty::Foreign(name, _) if name.starts_with("Range") => ty.clone(),
                        index if index.is_primitive() => (**element).clone(),
                        _ => Reason::ForeignResult.ty(),
                    };
                }
                Ty::Local(..) => {
                    let of = key(&ty).unwrap_or(Key::Any);
                    let mut own: Vec<NodeId> = Vec::new();
                    for name in ["index", "index_mut"] {
                        own.extend(self.call_own(of.clone(), name, Why::Operator, at));
                    }
                    if !own.is_empty() {
                        return self.common(&own, Some(&ty), std::slice::from_ref(by));
                    }
                    self.opaque(&ty, at);
                }
                Ty::Unknown(_) | Ty::Abstract(_) => break,
                _ => {}
            }
            match self.pointee(&ty, at) {
                Some(target) => ty = target,
                None => break,
            }
        }
        match &ty {
            Ty::Foreign(name, _) if standard::knows(name) => {}
            Ty::Tuple(_) | Ty::Callable(_) | Ty::Never => {}
            _ => {
                for name in ["index", "index_mut"] {
                    self.every_operator(name, at);
                }
            }
        }
        ty.lost(Reason::ForeignType)
    }

    fn every_operator(&mut self, name: &str, at: Span) {
        self.every(name, Why::Operator, at);
        self.derefs(at);
    }

    fn derefs(&mut self, at: Span) {
        self.call_all(Query::derefs(), Why::Operator, at);
    }

    /// `*value`.
    pub(super) fn dereferenced(&mut self, ty: &Ty, at: Span) -> Ty {
        match ty {
            Ty::Unknown(_) | Ty::Abstract(_) => {
                self.derefs(at);
                ty.lost(Reason::Parameter)
            }
            Ty::Foreign(name, _) if &**name == "*" || &**name == "NonNull" => ty.argument(0),
            _ => match self.pointee(ty, at) {
                // References are not kept apart: `*x` of a reference to a guard is the guard itself.
                Some(_) if matches!(ty, Ty::Local(..)) => Reason::Several.ty(),
                Some(target) => target,
                None => ty.clone(),
            },
        }
    }

    /// A value where a reference to what it dereferences to may be wanted.
    pub(super) fn coerced(&mut self, ty: &Ty, at: Span) {
        match ty {
            Ty::Unknown(_) => {
                self.derefs(at);
            }
            Ty::Local(..) => {
                self.pointee(ty, at);
            }
            Ty::Foreign(_, arguments) if arguments.len() == 1 => {
                if let Some(target) = standard::pointee(ty) {
                    self.coerced(&target, at);
                }
            }
            _ => {}
        }
    }

    /// A field of a value.
    pub(super) fn field(&mut self, base: &Ty, name: &str, at: Span) -> Ty {
        let mut ty = base.clone();
        for _ in 0..8 {
            match &ty {
                Ty::Local(id, arguments) => {
                    let fields = self.fields(*id, None, arguments);
                    if let Some((_, found)) = fields.into_iter().find(|(known, _)| known == name) {
                        return found;
                    }
                }
                Ty::Tuple(parts) => {
                    let index: Option<usize> = name.parse().ok();
                    return index
                        .and_then(|index| parts.get(index))
                        .cloned()
                        .unwrap_or(Reason::Inferred.ty());
                }
                _ => {}
            }
            match self.pointee(&ty, at) {
                Some(target) => ty = target,
                None => break,
            }
        }
        if !matches!(&ty, Ty::Foreign(name, _) if standard::knows(name)) {
            self.derefs(at);
        }
        ty.lost(Reason::ForeignType)
    }

    /// `for` over a value: what the pattern gets.
    pub(super) fn iterate(&mut self, over: &Ty, at: Span) -> Ty {
        match over {
            Ty::Slice(element) => return (**element).clone(),
            Ty::Foreign(name, _)
                if matches!(
                    &**name,
                    "Range" | "RangeInclusive" | "Iter" | "Vec" | "Option" | "BTreeSet" | "HashSet"
                ) =>
            {
                if &**name == "Iter" {
                    self.calls_back(&over.argument(0), "next", at);
                }
                return over.argument(0);
            }
            _ => {}
        }
        let into = self.method(over, "into_iter", &[], at);
        let own = match over {
            Ty::Local(id, _) => self.fitting(&Key::Local(*id), "next", 1, true),
            _ => Vec::new(),
        };
        if own.is_empty() {
            for name in ["into_iter", "next"] {
                self.every(name, Why::Operator, at);
            }
            return match into {
                Ty::Foreign(name, inner) if &*name == "Iter" => {
                    inner.first().cloned().unwrap_or(Reason::ForeignResult.ty())
                }
                _ => into.lost(Reason::ForeignResult),
            };
        }
        own.iter()
            .for_each(|node| self.call(*node, Why::Operator, at));
        match self.common(&own, Some(over), &[]) {
            Ty::Foreign(name, inner) if &*name == "Option" => {
                inner.first().cloned().unwrap_or(Reason::ForeignResult.ty())
            }
            _ => Reason::Several.ty(),
        }
    }

    /// `value?`: the error may be converted, and a type may be tried that is not the standard library's.
    pub(super) fn tried(&mut self, ty: &Ty, at: Span) -> Ty {
        let error = self.result.argument(1);
        let option = matches!(ty, Ty::Foreign(name, _) if &**name == "Option");
        if !option {
            match &error {
                Ty::Local(id, _) => {
                    self.call_own(Key::Local(*id), "from", Why::Operator, at);
                    self.opaque(&error, at);
                }
                _ => self.every("from", Why::Callback, at),
            }
        }
        match ty {
            Ty::Foreign(name, _) if matches!(&**name, "Option" | "Result") => ty.argument(0),
            _ => {
                for name in ["branch", "from_residual", "from_output"] {
                    self.every(name, Why::Callback, at);
                }
                ty.lost(Reason::ForeignType)
            }
        }
    }

    /// What goes out of scope at the end of a body.
    pub(super) fn drops(&mut self, at: Span) {
        if let Some(unknown) = self.unknown {
            self.call_all(Query::drops(), Why::Drop, unknown);
            return;
        }
        let index = self.index;
        for ty in std::mem::take(&mut self.types) {
            let Some(dropped) = index.dropped.get(&ty) else {
                continue;
            };
            if dropped.any {
                self.call_all(Query::drops(), Why::Drop, at);
            }
            for node in &dropped.own {
                self.call(*node, Why::Drop, at);
            }
        }
    }
}
