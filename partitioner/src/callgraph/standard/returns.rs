//! What methods of the standard library return.

use std::rc::Rc;

use crate::callgraph::reason::Reason;
use crate::callgraph::ty::Ty;

/// The type of an argument; of a closure, of what it returns.
fn given(arguments: &[Ty], index: usize) -> Ty {
    match arguments.get(index) {
        Some(Ty::Foreign(name, result)) if &**name == "{closure}" => result
            .first()
            .cloned()
            .unwrap_or(Reason::ForeignResult.ty()),
        Some(ty) => ty.clone(),
        None => Reason::ForeignResult.ty(),
    }
}

fn option(of: Ty) -> Ty {
    Ty::foreign("Option", [of])
}

fn iterator(of: Ty) -> Ty {
    Ty::foreign("Iter", [of])
}

/// What a method of the standard library returns, given the types of its arguments; of a closure, what
/// it returns.
pub(in crate::callgraph) fn returns(ty: &Ty, method: &str, arguments: &[Ty]) -> Ty {
    let given = |index: usize| given(arguments, index);
    match method {
        "clone" | "to_owned" | "as_ref" | "as_mut" | "by_ref" | "borrow" | "borrow_mut" if !matches!(ty, Ty::Foreign(name, _) if matches!(&**name, "RefCell" | "*" | "NonNull")) =>
        {
            return ty.clone();
        }
        "is_some" | "is_none" | "is_ok" | "is_err" | "is_empty" | "contains" | "starts_with"
        | "ends_with" | "any" | "all" | "eq" | "ne" | "lt" | "le" | "gt" | "ge" | "is_some_and"
        | "is_ok_and" | "is_none_or" | "contains_key" => return Ty::foreign("bool", []),
        "len" | "count" | "capacity" => return Ty::foreign("usize", []),
        "cmp" | "partial_cmp" => return Ty::foreign("Ordering", []),
        _ => {}
    }
    match ty {
        Ty::Foreign(name, _) => match &**name {
            "Option" | "Result" => wrapped(ty, name, method, arguments),
            "Iter" => iterated(ty, method, arguments),
            "RefCell" => match method {
                "borrow" | "borrow_mut" | "get_mut" | "into_inner" | "take" | "replace" => {
                    ty.argument(0)
                }
                _ => Reason::ForeignResult.ty(),
            },
            "Cell" | "UnsafeCell" | "MaybeUninit" => match method {
                "get" | "take" | "replace" | "into_inner" | "get_mut" | "assume_init"
                | "assume_init_ref" | "assume_init_mut" | "write" => match (&**name, method) {
                    ("UnsafeCell", "get") => Ty::foreign("*", [ty.argument(0)]),
                    _ => ty.argument(0),
                },
                _ => Reason::ForeignResult.ty(),
            },
            "NonNull" | "*" => match method {
                "read" | "read_volatile" | "as_ref" | "as_mut" if &**name == "NonNull" => {
                    ty.argument(0)
                }
                "read" | "read_volatile" => ty.argument(0),
                "as_ref" | "as_mut" => option(ty.argument(0)),
                "as_ptr" => Ty::foreign("*", [ty.argument(0)]),
                "add" | "sub" | "offset" | "wrapping_add" => ty.clone(),
                _ => Reason::ForeignResult.ty(),
            },
            _ if ty.is_primitive() => number(ty, method),
            "HashMap" | "BTreeMap" => match method {
                "get" | "get_mut" | "remove" | "insert" => option(ty.argument(1)),
                "values" | "values_mut" | "into_values" => iterator(ty.argument(1)),
                "keys" | "into_keys" => iterator(ty.argument(0)),
                "iter" | "iter_mut" | "into_iter" | "drain" | "range" => {
                    iterator(Ty::Tuple(Rc::new([ty.argument(0), ty.argument(1)])))
                }
                _ => Reason::ForeignResult.ty(),
            },
            "Vec" => match method {
                "pop" => option(ty.argument(0)),
                "remove" | "swap_remove" => ty.argument(0),
                "drain" | "into_iter" | "iter" | "iter_mut" => iterator(ty.argument(0)),
                _ => Reason::ForeignResult.ty(),
            },
            "BTreeSet" | "HashSet" => match method {
                "iter" | "into_iter" | "drain" => iterator(ty.argument(0)),
                "first" | "last" | "get" | "take" | "pop_first" | "pop_last" => {
                    option(ty.argument(0))
                }
                _ => Reason::ForeignResult.ty(),
            },
            _ => Reason::ForeignResult.ty(),
        },
        Ty::Slice(element) => match method {
            "first" | "last" | "first_mut" | "last_mut" => option((**element).clone()),
            "get" | "get_mut" => match given(0) {
                Ty::Foreign(name, _) if name.starts_with("Range") => option(ty.clone()),
                index if index.is_primitive() => option((**element).clone()),
                _ => option(Reason::ForeignResult.ty()),
            },
            "get_unchecked" | "get_unchecked_mut" if given(0).is_primitive() => (**element).clone(),
            "iter" | "iter_mut" | "into_iter" => iterator((**element).clone()),
            "chunks" | "chunks_mut" | "chunks_exact" | "windows" | "split" => iterator(ty.clone()),
            "to_vec" => Ty::foreign("Vec", [(**element).clone()]),
            "as_slice" | "as_mut_slice" => ty.clone(),
            "split_at" | "split_at_mut" => Ty::Tuple(Rc::new([ty.clone(), ty.clone()])),
            "split_first" | "split_last" => {
                option(Ty::Tuple(Rc::new([(**element).clone(), ty.clone()])))
            }
            "as_ptr" | "as_mut_ptr" => Ty::foreign("*", [(**element).clone()]),
            _ => Reason::ForeignResult.ty(),
        },
        _ => Reason::ForeignResult.ty(),
    }
}

fn wrapped(ty: &Ty, name: &str, method: &str, arguments: &[Ty]) -> Ty {
    let is_option = name == "Option";
    let given = |index: usize| given(arguments, index);
    let with = |inner: Ty| match is_option {
        true => option(inner),
        false => Ty::foreign("Result", [inner, ty.argument(1)]),
    };
    match method {
        "unwrap" | "expect" | "unwrap_or" | "unwrap_or_default" | "unwrap_or_else"
        | "unwrap_unchecked" | "get_or_insert" | "get_or_insert_with" | "insert" => ty.argument(0),
        "unwrap_err" | "expect_err" => ty.argument(1),
        "ok" => option(ty.argument(0)),
        "err" => option(ty.argument(1)),
        "ok_or" => Ty::foreign("Result", [ty.argument(0), given(0)]),
        "ok_or_else" => Ty::foreign("Result", [ty.argument(0), given(0)]),
        "map" => with(given(0)),
        "and_then" => given(0),
        "map_err" => Ty::foreign("Result", [ty.argument(0), given(0)]),
        "map_or" | "map_or_else" => given(1),
        "take" | "filter" | "or" | "or_else" | "cloned" | "copied" | "xor" | "inspect"
        | "as_deref" | "as_deref_mut" | "replace" | "as_slice" => ty.clone(),
        "iter" | "iter_mut" | "into_iter" => iterator(ty.argument(0)),
        _ => Reason::ForeignResult.ty(),
    }
}

fn iterated(ty: &Ty, method: &str, arguments: &[Ty]) -> Ty {
    let given = |index: usize| given(arguments, index);
    match method {
        "rev" | "skip" | "take" | "step_by" | "filter" | "skip_while" | "take_while"
        | "peekable" | "cloned" | "copied" | "cycle" | "fuse" | "inspect" | "into_iter"
        | "chain" => ty.clone(),
        "enumerate" => iterator(Ty::Tuple(Rc::new([
            Ty::foreign("usize", []),
            ty.argument(0),
        ]))),
        "map" => iterator(given(0)),
        "filter_map" => match given(0) {
            Ty::Foreign(name, inner) if &*name == "Option" => {
                iterator(inner.first().cloned().unwrap_or(Reason::ForeignResult.ty()))
            }
            _ => iterator(Reason::ForeignResult.ty()),
        },
        "zip" => match given(0) {
            Ty::Foreign(name, inner) if &*name == "Iter" => iterator(Ty::Tuple(Rc::new([
                ty.argument(0),
                inner.first().cloned().unwrap_or(Reason::ForeignResult.ty()),
            ]))),
            _ => iterator(Ty::Tuple(Rc::new([
                ty.argument(0),
                Reason::ForeignResult.ty(),
            ]))),
        },
        "flat_map" | "flatten" | "scan" | "map_while" => iterator(Reason::ForeignResult.ty()),
        "next" | "last" | "nth" | "find" | "max" | "min" | "max_by_key" | "min_by_key"
        | "max_by" | "min_by" | "peek" | "next_back" | "reduce" => option(ty.argument(0)),
        "position" | "rposition" => option(Ty::foreign("usize", [])),
        "fold" => given(0),
        _ => Reason::ForeignResult.ty(),
    }
}

fn number(ty: &Ty, method: &str) -> Ty {
    if method.starts_with("checked_") {
        return option(ty.clone());
    }
    if method.starts_with("to_") && method.ends_with("_bytes") {
        return Ty::Slice(Rc::new(Ty::foreign("u8", [])));
    }
    if method.starts_with("wrapping_") || method.starts_with("saturating_") {
        return ty.clone();
    }
    match method {
        "min" | "max" | "clamp" | "pow" | "swap_bytes" | "to_be" | "to_le" | "rotate_left"
        | "rotate_right" | "abs" | "rem_euclid" | "div_ceil" | "next_multiple_of"
        | "next_power_of_two" | "reverse_bits" => ty.clone(),
        "leading_zeros" | "trailing_zeros" | "count_ones" | "count_zeros" => Ty::foreign("u32", []),
        "is_power_of_two" | "is_ascii" | "is_ascii_digit" | "is_alphanumeric" => {
            Ty::foreign("bool", [])
        }
        "as_bytes" | "bytes" if matches!(ty, Ty::Foreign(name, _) if &**name == "str") => {
            Ty::Slice(Rc::new(Ty::foreign("u8", [])))
        }
        "trim" | "trim_end" | "trim_start" | "as_str" => ty.clone(),
        "chars" => iterator(Ty::foreign("char", [])),
        _ => Reason::ForeignResult.ty(),
    }
}
