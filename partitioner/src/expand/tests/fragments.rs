//! Every kind of fragment: what it takes, what it leaves, and how it is written.

use proc_macro2::Delimiter;

use super::{FailureKind, check, definition, expand, fails, tokens};
use crate::expand::{parse, visible};

/// Shows with `[ ]` what one fragment takes from the front of a call.
#[track_caller]
fn takes(kind: &str, call: &str, expected: &str) {
    let rules = format!("($x:{kind} $($rest:tt)*) => {{ m!([$x] $($rest)*) }}");
    check(&rules, call, &format!("m ! ( {expected} )"));
}

#[test]
fn each_kind_takes_what_it_is_and_leaves_the_rest() {
    takes("ident", "a, b", "[ a ] , b");
    takes("ident", "r#fn b", "[ r#fn ] b");
    takes("ident", "self b", "[ self ] b");
    takes("lifetime", "'a b", "[ 'a ] b");
    takes("literal", "1 b", "[ ⟨ 1 ⟩ ] b");
    takes("literal", "-1.5, b", "[ ⟨ - 1.5 ⟩ ] , b");
    takes("literal", "true b", "[ ⟨ true ⟩ ] b");
    takes("tt", "(a b) c", "[ ( a b ) ] c");
    takes("expr", "a + b * c, d", "[ ⟨ a + b * c ⟩ ] , d");
    takes("expr", "a => b", "[ ⟨ a ⟩ ] => b");
    takes(
        "expr",
        "f::<A, B>(c, d)?.e[1]; g",
        "[ ⟨ f :: < A , B > ( c , d ) ? . e [ 1 ] ⟩ ] ; g",
    );
    takes("expr", "|a, b| a + b, c", "[ ⟨ | a , b | a + b ⟩ ] , c");
    takes(
        "expr",
        "if a { b } else { c }, d",
        "[ ⟨ if a { b } else { c } ⟩ ] , d",
    );
    takes("expr", "S { a: 1 }, b", "[ ⟨ S { a : 1 } ⟩ ] , b");
    takes("expr", "-x as u8, b", "[ ⟨ - x as u8 ⟩ ] , b");
    takes(
        "expr",
        "'a: loop { break 'a }, b",
        "[ ⟨ 'a : loop { break 'a } ⟩ ] , b",
    );
    takes("expr", "unsafe { a }; b", "[ ⟨ unsafe { a } ⟩ ] ; b");
    takes("expr_2021", "a = b; c", "[ ⟨ a = b ⟩ ] ; c");
    takes("ty", "Vec<Vec<u8>> = b", "[ ⟨ Vec < Vec < u8 >> ⟩ ] = b");
    takes(
        "ty",
        "&'a mut [u8; 4], b",
        "[ ⟨ & 'a mut [ u8 ; 4 ] ⟩ ] , b",
    );
    takes("ty", "fn(u8) -> u8 { b }", "[ ⟨ fn ( u8 ) -> u8 ⟩ ] { b }");
    takes("ty", "dyn A + 'a; b", "[ ⟨ dyn A + 'a ⟩ ] ; b");
    takes("path", "a::B<C>::d => e", "[ ⟨ a :: B < C > :: d ⟩ ] => e");
    takes(
        "pat",
        "Some(1 | 2) | None => b",
        "[ ⟨ Some ( 1 | 2 ) | None ⟩ ] => b",
    );
    takes("pat", "1..=5 if b", "[ ⟨ 1 ..= 5 ⟩ ] if b");
    takes("pat", "&S { a, .. }, b", "[ ⟨ & S { a , .. } ⟩ ] , b");
    takes("pat_param", "A | B", "[ ⟨ A ⟩ ] | B");
    takes("block", "{ a; b } c", "[ ⟨ { a ; b } ⟩ ] c");
    takes(
        "stmt",
        "let a: u8 = b + 1; c",
        "[ ⟨ let a : u8 = b + 1 ⟩ ] ; c",
    );
    takes("stmt", "a += 1; c", "[ ⟨ a += 1 ⟩ ] ; c");
    takes("stmt", "fn f() {} c", "[ ⟨ fn f ( ) { } ⟩ ] c");
    takes(
        "item",
        "pub fn f() -> u8 { 1 } struct S;",
        "[ ⟨ pub fn f ( ) -> u8 { 1 } ⟩ ] struct S ;",
    );
    takes(
        "item",
        "#[a] const A: u8 = 1; b",
        "[ ⟨ # [ a ] const A : u8 = 1 ; ⟩ ] b",
    );
    takes("meta", "derive(A, B), c", "[ ⟨ derive ( A , B ) ⟩ ] , c");
    takes(
        "meta",
        "doc = concat!(\"a\", \"b\") c",
        "[ ⟨ doc = concat ! ( \"a\" , \"b\" ) ⟩ ] c",
    );
    takes("meta", "a::b", "[ ⟨ a :: b ⟩ ]");
    takes("vis", "pub fn", "[ ⟨ pub ⟩ ] fn");
    takes("vis", "pub(crate) fn", "[ ⟨ pub ( crate ) ⟩ ] fn");
    takes("vis", "pub(in a::b) fn", "[ ⟨ pub ( in a :: b ) ⟩ ] fn");
    takes("vis", "pub (u8, u8)", "[ ⟨ pub ⟩ ] ( u8 , u8 )");
    takes("vis", "fn", "[ ] fn");
}

#[test]
fn a_fragment_that_cannot_start_is_another_rule() {
    check(
        "($x:ident) => { ident }; ($x:literal) => { literal }",
        "1",
        "literal",
    );
    check(
        "($x:lifetime) => { lifetime }; ($x:tt) => { tt }",
        "a",
        "tt",
    );
    check("($x:expr) => { expr }; ($($x:tt)*) => { tt }", "=> a", "tt");
    check("($x:expr) => { expr }; (_) => { hole }", "_", "hole");
    check(
        "($x:expr) => { expr }; (const $x:block) => { block }",
        "const { 1 }",
        "block",
    );
    check("($x:block) => { block }; ($x:tt) => { tt }", "(1)", "tt");
    check("($x:ty) => { ty }; ($x:tt) => { tt }", "1", "tt");
    check("($x:path) => { path }; ($x:tt) => { tt }", "(a)", "tt");
    check(
        "($x:literal) => { literal }; ($x:ident) => { ident }",
        "a",
        "ident",
    );
    fails(
        "($x:expr) => {}; ($($x:tt)*) => {}",
        "1 +",
        FailureKind::Fragment,
    );
    fails(
        "($x:item) => {}; ($($x:tt)*) => {}",
        "1",
        FailureKind::Fragment,
    );
    let modern = definition("($x:expr) => { expr }; (_) => { hole }").with_edition(2024);
    assert_eq!(super::show(modern.expand(tokens("_")).unwrap()), "expr");
}

#[test]
fn an_old_pattern_ends_at_the_bar_where_one_follows() {
    check(
        "($($p:pat)|+ => $e:expr) => { $([$p])* }",
        "A | B => c",
        "[ A ] [ B ]",
    );
    check("($p:pat | $q:pat) => { [$p] [$q] }", "A | B", "[ A ] [ B ]");
}

#[test]
fn an_optional_visibility() {
    let rules = "($(#[$m:meta])* $v:vis struct $n:ident;) => { $(#[$m])* $v enum $n {} }";
    check(rules, "struct A;", "enum A { }");
    check(
        rules,
        "#[a] #[b(c)] pub(super) struct A;",
        "# [ a ] # [ b ( c ) ] pub ( super ) enum A { }",
    );
    check(
        rules,
        "/// Text.\nstruct A;",
        "# [ doc = \" Text.\" ] enum A { }",
    );
}

#[test]
fn precedence_is_kept() {
    let result = expand("($a:expr, $b:expr) => { $a * $b }", "1 + 2, x").unwrap();
    assert_eq!(super::show(result.clone()), "⟨ 1 + 2 ⟩ * x");
    let syn::Expr::Binary(product) = parse::expression(result).unwrap() else {
        panic!("not a product");
    };
    assert!(matches!(product.op, syn::BinOp::Mul(_)));
    assert!(matches!(*product.left, syn::Expr::Group(_)));
    check(
        "($a:expr) => { -$a.abs() }",
        "x.y(z)?",
        "- x . y ( z ) ? . abs ( )",
    );
    check("($a:expr) => { $a.abs() }", "-1", "⟨ - 1 ⟩ . abs ( )");
    check(
        "($t:ty) => { $t::new() }",
        "Vec<u8>",
        "< Vec < u8 > > :: new ( )",
    );
    check("($t:ty) => { $t::new() }", "a::B", "a :: B :: new ( )");
    check(
        "($t:ty) => { fn f(x: &$t) {} }",
        "dyn A + B",
        "fn f ( x : & ⟨ dyn A + B ⟩ ) { }",
    );
    check(
        "($e:expr) => { if $e {} }",
        "S { a: 1 } == b",
        "if ⟨ S { a : 1 } == b ⟩ { }",
    );
}

#[test]
fn what_was_captured_stays_what_it_was_for_the_next_macro() {
    let passed = expand("($x:expr) => { inner!($x) }", "a").unwrap();
    let call = syn::parse2::<syn::Macro>(passed).unwrap();
    let rules = "(a) => { token }; ($x:ident) => { ident }; ($x:expr) => { expr $x }";
    let result = definition(rules).expand(call.tokens.clone()).unwrap();
    assert_eq!(super::show(result), "expr a");
    assert_eq!(super::show(visible(call.tokens)), "a");
    for (kind, text, wanted) in [
        ("ty", "Vec<u8>", "ty"),
        ("literal", "1", "literal"),
        ("ident", "a", "path"),
        ("block", "{ 1 }", "block"),
        ("tt", "{ 1 }", "block"),
        ("pat", "A | B", "pat"),
    ] {
        let outer = format!("($x:{kind}) => {{ inner!($x) }}");
        let call = syn::parse2::<syn::Macro>(expand(&outer, text).unwrap()).unwrap();
        let rules = format!("($x:{wanted}) => {{ yes }}; ($($x:tt)*) => {{ no }}");
        let result = definition(&rules).expand(call.tokens).unwrap();
        assert_eq!(super::show(result), "yes", "{kind} {text} as {wanted}");
    }
    let outer = "($a:expr) => { inner!($a + 1, $a) }";
    let call = syn::parse2::<syn::Macro>(expand(outer, "x * 2").unwrap()).unwrap();
    let result = definition("($($x:expr),*) => { [$($x),*] }")
        .expand(call.tokens)
        .unwrap();
    assert_eq!(super::show(result), "[ ⟨ ⟨ x * 2 ⟩ + 1 ⟩ , ⟨ x * 2 ⟩ ]");
}

#[test]
fn results_read_as_what_their_place_wants() {
    let items = parse::items(
        expand(
            "($($t:ty),*) => { $(impl Trait for $t { fn f(&self) -> u8 { $crate::g::<$t>() } })* }",
            "u8, &'static str, Vec<u8>, dyn A",
        )
        .unwrap(),
    )
    .unwrap();
    assert_eq!(items.len(), 4);
    let pattern = expand("($a:expr, $b:pat) => { Some($a | $b) }", "-1, 2 | 3").unwrap();
    assert!(pattern.to_string().contains("Some"));
    parse::pattern(pattern).unwrap();
    parse::type_(expand("($t:ty) => { [$t; 2] }", "*const u8").unwrap()).unwrap();
    let statements = expand(
        "({ $($s:stmt;)* } $e:expr) => { $($s;)* $e }",
        "{ let a = 1; a += 2; } a",
    )
    .unwrap();
    assert_eq!(parse::statements(statements).unwrap().len(), 3);
    let rules = "($v:vis fn $n:ident() $b:block) => { $v fn $n() $b }";
    let member = expand(rules, "pub fn f() { 1 }").unwrap();
    assert_eq!(parse::impl_items(member.clone()).unwrap().len(), 1);
    assert_eq!(
        parse::trait_items(tokens("fn f(); const A: u8;"))
            .unwrap()
            .len(),
        2
    );
    assert_eq!(parse::foreign_items(tokens("fn f();")).unwrap().len(), 1);
    assert!(parse::expression(tokens("a;")).is_ok());
    assert!(parse::expression(tokens("a b")).is_err());
}

#[test]
fn tokens_keep_their_spans() {
    let rules = tokens("($name:ident, $e:expr) => { fn $name() -> u8 { helper($e) } }");
    let call = tokens("call, 1 + two");
    let found = |tokens: &proc_macro2::TokenStream, word: &str| {
        fn find(tokens: proc_macro2::TokenStream, word: &str) -> Option<std::ops::Range<usize>> {
            tokens.into_iter().find_map(|tree| match tree {
                proc_macro2::TokenTree::Group(group) => find(group.stream(), word),
                leaf => (leaf.to_string() == word).then(|| leaf.span().byte_range()),
            })
        }
        find(tokens.clone(), word)
    };
    let result = super::Definition::parse(rules.clone())
        .unwrap()
        .expand(call.clone())
        .unwrap();
    for word in ["call", "two"] {
        assert!(found(&result, word).is_some());
        assert_eq!(found(&result, word), found(&call, word));
    }
    for word in ["helper", "fn"] {
        assert_eq!(found(&result, word), found(&rules, word));
    }
    let source = result.into_iter().any(|tree| {
        matches!(tree,
        proc_macro2::TokenTree::Group(group) if group.delimiter() == Delimiter::Brace
            && group.span_open().source_text().as_deref() == Some("{"))
    });
    assert!(source);
}
