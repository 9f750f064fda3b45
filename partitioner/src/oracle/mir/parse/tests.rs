use proptest::prelude::*;

use super::*;
use crate::oracle::mir::{Callee, Kind, Position, UseKind};

/// Printed by rustc 1.95, shortened.
const TEXT: &str = r#"fn a::<impl at src/lib.rs:6:5: 6:20>::drop(_1: &mut a::T, _2: Box<a::T>) -> () {
    let mut _0: ();                      // return place in scope 0 at src/lib.rs:6:42: 6:42
    let mut _3: u32;                     // in scope 0 at src/lib.rs:6:59: 6:65

    bb0: {
        _3 = copy ((*_1).0: u32);        // scope 0 at src/lib.rs:6:59: 6:65
        _0 = on_drop(move _3) -> [return: bb1, unwind continue]; // scope 0 at src/lib.rs:6:44: 6:66
                                         // mir::ConstOperand
                                         // + span: src/lib.rs:6:44: 6:58
                                         // + const_: Const { ty: fn(u32) {on_drop}, val: Value(on_drop) }
    }

    bb1: {
        _4 = b::apply::<fn(u32) -> u32 {inc}>(inc, const "-> [return: (") -> [return: bb2, unwind continue]; // scope 0 at src/lib.rs:7:1: 7:9
                                         // mir::ConstOperand
                                         // + span: src/lib.rs:7:3: 7:6
                                         // + const_: Const { ty: fn(u32) -> u32 {inc}, val: Value(inc) }
        _5 = copy (_6.0: fn(u32))(const 1_u32) -> [return: bb3, unwind continue]; // scope 0 at src/lib.rs:8:1: 8:9
        drop(_2) -> [return: bb4, unwind continue]; // scope 0 at src/lib.rs:9:1: 9:2
    }
}

const N: u32 = const 3_u32;
"#;

#[test]
fn bodies_are_read() {
    let bodies = parse(TEXT.as_bytes()).unwrap();
    assert_eq!(bodies.len(), 2);
    let body = &bodies[0];
    assert_eq!(body.name, "a::<impl at src/lib.rs:6:5: 6:20>::drop");
    assert_eq!(body.at, Position::parse("src/lib.rs:6:42: 6:42"));
    let uses: Vec<_> = body
        .uses
        .iter()
        .map(|found| (found.text.as_str(), found.kind))
        .collect();
    assert_eq!(
        uses,
        [
            ("b::apply::<fn(u32) -> u32 {inc}>", UseKind::Call),
            ("inc", UseKind::Value),
            ("on_drop", UseKind::Call),
        ]
    );
    let places: Vec<_> = body
        .uses
        .iter()
        .filter_map(|found| found.at.as_ref())
        .map(|at| at.start)
        .collect();
    assert_eq!(places, [(7, 1), (7, 3), (6, 44)]);
    assert_eq!(
        body.drops.first().map(|found| found.ty.as_str()),
        Some("Box<a::T>")
    );
    assert_eq!(
        body.indirect.first().map(|found| found.ty.as_str()),
        Some("fn(u32)")
    );
    assert!(body.fields.contains(&("a::T".to_owned(), 0)));
    assert_eq!(
        (bodies[1].name.as_str(), bodies[1].kind),
        ("N", Kind::Constant)
    );
}

#[test]
fn a_body_without_an_end_is_an_error() {
    let cut = TEXT.split_once("\n}\n").unwrap().0;
    assert!(matches!(parse(cut.as_bytes()), Err(Mistake::Unfinished(1))));
}

proptest! {
    #[test]
    fn damaged_text_never_panics(
        at in 0..TEXT.len(),
        length in 0_usize..40,
        put in proptest::collection::vec(any::<u8>(), 0..20),
    ) {
        let mut text = TEXT.as_bytes().to_vec();
        let end = (at + length).min(text.len());
        text.splice(at..end, put);
        if let Ok(bodies) = parse(text.as_slice()) {
            for found in bodies.iter().flat_map(|body| &body.uses) {
                let _ = Callee::parse(&found.text);
            }
        }
    }
}
