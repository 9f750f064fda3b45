//! Each misuse of an attribute or a derive is a compile error at the right place.

#![forbid(unsafe_code)]

#[test]
fn misuse_is_refused() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/misuse/*.rs");
}

#[test]
fn proper_use_is_harmless() {
    trybuild::TestCases::new().pass("tests/proper/*.rs");
}
