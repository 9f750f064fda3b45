//! Input that means harm.

use super::{FailureKind, definition, expand, fails, tokens};
use crate::expand::{Budget, parse};

#[test]
fn too_many_tokens_are_an_error() {
    let twice = definition("($($x:tt)*) => { $($x)* $($x)* }");
    let mut budget = Budget::new(1_000);
    let mut tokens = tokens("a");
    let failure = loop {
        match twice.expand_within(tokens, &mut budget) {
            Ok(next) => tokens = next,
            Err(failure) => break failure,
        }
    };
    assert_eq!(failure.kind, FailureKind::Limit);
    // A round that writes nothing counts, too.
    let idle = "($($x:tt)*; $($y:tt)*) => { $($( $($($( )* $x)*)? )? $y)* }";
    assert!(expand(idle, "a; b").is_err());
}

#[test]
fn deep_recursion_is_an_error() {
    let mut budget = Budget::default();
    let span = proc_macro2::Span::call_site();
    for _ in 0..128 {
        budget.enter(span).unwrap();
    }
    assert_eq!(budget.enter(span).unwrap_err().kind, FailureKind::Limit);
    budget.leave();
    budget.enter(span).unwrap();
}

#[test]
fn deep_groups_are_an_error() {
    let deep = format!("{}a{}", "(".repeat(100_000), ")".repeat(100_000));
    fails("($x:expr) => { $x }", &deep, FailureKind::Limit);
    fails("($($x:tt)*) => { $($x)* }", &deep, FailureKind::Limit);
    let rules = format!("() => {{ {deep} }}");
    assert!(super::Definition::parse(tokens(&rules)).is_err());
    assert!(parse::expression(tokens(&deep)).is_err());
    // What grows with each call ends, too.
    let wrap = definition("($x:tt) => { ($x) }");
    let mut tokens = tokens("a");
    let failure = loop {
        match wrap.expand(tokens) {
            Ok(next) => tokens = next,
            Err(failure) => break failure,
        }
    };
    assert_eq!(failure.kind, FailureKind::Limit);
}
