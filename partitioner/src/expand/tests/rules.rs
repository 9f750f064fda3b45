//! Rules, repetitions, and what is written.

use super::{FailureKind, check, definition, expand, fails, tokens};
use crate::expand::Definition;

#[test]
fn the_first_rule_that_matches_is_taken() {
    let rules = "(a) => { first }; ($x:ident) => { second $x }; ($($x:tt)*) => { third }";
    check(rules, "a", "first");
    check(rules, "b", "second b");
    check(rules, "a b", "third");
    check(rules, "", "third");
    fails("(a) => {}; (b) => {}", "c", FailureKind::NoRule);
    fails("(a b) => {}", "a", FailureKind::NoRule);
    fails("(a) => {}", "a b", FailureKind::NoRule);
}

#[test]
fn groups_and_literals_match_as_they_are_written() {
    check("([a] (b) {c}) => { yes }", "[a] (b) {c}", "yes");
    fails("([a]) => {}", "(a)", FailureKind::NoRule);
    check(
        "(1 \"x\" 'c' b\"y\" 1.0f32) => { yes }",
        "1 \"x\" 'c' b\"y\" 1.0f32",
        "yes",
    );
    fails("(1) => {}", "2", FailureKind::NoRule);
    fails("(1) => {}", "1u8", FailureKind::NoRule);
    check("('a r#fn) => { yes }", "'a r#fn", "yes");
    fails("('a) => {}", "'b", FailureKind::NoRule);
    fails("(r#fn) => {}", "fn", FailureKind::NoRule);
}

#[test]
fn marks_of_several_characters_are_one_token() {
    check("($a:ident => $b:ident) => { $b $a }", "x => y", "y x");
    check("($a:ident :: $b:ident) => { $b $a }", "x::y", "y x");
    check("($a:literal ..= $b:literal) => { $b $a }", "1..=2", "2 1");
    check("($a:literal .. $b:literal) => { $b $a }", "1..2", "2 1");
    check(
        "(<<= >>= ... -> <- && || ==) => { yes }",
        "<<= >>= ... -> <- && || ==",
        "yes",
    );
    fails("(= >) => {}", "=>", FailureKind::NoRule);
    fails("(=>) => {}", "= >", FailureKind::NoRule);
    fails("(:) => {}", "::", FailureKind::NoRule);
    check("(&& &) => { yes }", "&&&", "yes");
    check("($t:tt) => { [$t] }", "=>", "[ => ]");
    check(
        "($($t:tt)*) => { $([$t])* }",
        "a::b ..= 'x => {y}",
        "[ a ] [ :: ] [ b ] [ ..= ] [ 'x ] [ => ] [ { y } ]",
    );
}

#[test]
fn what_is_inserted_is_not_glued_to_what_stands_beside_it() {
    check("($a:tt $b:tt) => { $a$b }", "= >", "= >");
    check("($a:tt) => { =$a }", ">", "= >");
    check("($a:tt) => { $a> }", "=", "= >");
    check("($a:tt $($b:tt)*) => { $a> }", "=-1", "= >");
}

#[test]
fn repetitions_with_and_without_separators() {
    check("($($x:ident)*) => { $($x;)* }", "a b c", "a ; b ; c ;");
    check("($($x:ident)*) => { $($x;)* }", "", "");
    check("($($x:ident),*) => { $($x)|* }", "a, b, c", "a | b | c");
    check(
        "($($x:ident),+) => { $([$x])=>* }",
        "a, b",
        "[ a ] => [ b ]",
    );
    check("($($x:ident)=>+) => { $($x)* }", "a => b", "a b");
    check("($($x:ident);* $(;)?) => { $($x)* }", "a; b;", "a b");
    check(
        "($($x:expr),* $(,)?) => { f($($x),*) }",
        "1, 2,",
        "f ( 1 , 2 )",
    );
    check(
        "($($x:expr,)* $(last $y:expr)?) => { $($y)? $($x)* }",
        "1, 2,",
        "1 2",
    );
    check("(a $(b)? c) => { yes }", "a c", "yes");
    check("(a $(b)? c) => { yes }", "a b c", "yes");
    fails("(a $(b)? c) => { yes }", "a b b c", FailureKind::NoRule);
    fails("($($x:ident),+) => {}", "", FailureKind::NoRule);
    fails("($($x:ident),*) => {}", "a,", FailureKind::NoRule);
    check("($(a)* b) => { yes }", "a a a b", "yes");
    check("($($x:ident)and*) => { $($x)or* }", "a and b", "a or b");
}

#[test]
fn repetitions_within_repetitions() {
    let rules = "($($name:ident: [$($value:expr),*]);*) => { $($name($($name = $value),*);)* }";
    check(
        rules,
        "a: [1, 2]; b: []; c: [3]",
        "a ( a = 1 , a = 2 ) ; b ( ) ; c ( c = 3 ) ;",
    );
    let rules = "($($a:ident $(= $b:expr)?),*) => { $($a $(: $b)?;)* }";
    check(rules, "x, y = 1, z", "x ; y : 1 ; z ;");
    let rules = "($($($x:ident)+);*) => { $($([$x])+ |)* }";
    check(rules, "a b; c", "[ a ] [ b ] | [ c ] |");
    let rules = "($t:ident: $($x:ident),*) => { $($x as $t),* }";
    check(rules, "u8: a, b", "a as u8 , b as u8");
    let rules = "($($a:ident),*; $($b:ident),*) => { $($a $b),* }";
    check(rules, "x, y; z, w", "x z , y w");
    fails(rules, "x, y; z", FailureKind::Repetition);
    fails("($($a:ident),*) => { $a }", "x", FailureKind::Repetition);
    fails("($a:ident) => { $($a)* }", "x", FailureKind::Repetition);
}

#[test]
fn the_crate_and_dollars() {
    check("($x:ident) => { $crate::a::$x }", "b", "crate :: a :: b");
    let foreign = definition("() => { $crate::a }").of_crate("other");
    let result = foreign.expand(tokens("")).unwrap();
    assert_eq!(super::show(result), "other :: a");
    check("($crate) => { yes }", "crate", "yes");
    check("($x:ident) => { $y $x $$ }", "b", "$ y b $");
}

#[test]
fn internal_rules_and_munchers() {
    let rules = "
        (@count) => { 0 };
        (@count $first:tt $($rest:tt)*) => { 1 + count!(@count $($rest)*) };
        ($($all:tt)*) => { count!(@count $($all)*) }";
    check(rules, "a b", "count ! ( @ count a b )");
    check(rules, "@count a b", "1 + count ! ( @ count b )");
    check(rules, "@count", "0");
}

#[test]
fn a_macro_that_makes_a_macro() {
    let outer = "($name:ident, $value:expr) => {
        macro_rules! $name { ($x:ident) => { $x + $value }; }
    }";
    let made = expand(outer, "inner, 1 + 2").unwrap();
    assert_eq!(
        super::show(made.clone()),
        "macro_rules ! inner { ( $ x : ident ) => { $ x + ⟨ 1 + 2 ⟩ } ; }"
    );
    let items = crate::expand::parse::items(made).unwrap();
    let syn::Item::Macro(item) = &items[0] else {
        panic!("{items:?}");
    };
    let inner = Definition::parse(item.mac.tokens.clone()).unwrap();
    let result = inner.expand(tokens("y")).unwrap();
    assert_eq!(super::show(result), "y + ⟨ 1 + 2 ⟩");
}

#[test]
fn definitions_that_the_compiler_refuses() {
    for rules in [
        "",
        "a",
        "() = {}",
        "() =>",
        "() => a",
        "() => {} () => {}",
        "($x) => {}",
        "($x:what) => {}",
        "($x:ident $x:ident) => {}",
        "($()*) => {}",
        "($($v:vis)*) => {}",
        "($($(a)*)*) => {}",
        "($(a)) => {}",
        "($(a),?) => {}",
        "($(a), b) => {}",
        "($) => {}",
        "($x:ident) => { ${count($x)} }",
    ] {
        assert!(Definition::parse(tokens(rules)).is_err(), "{rules}");
    }
}
