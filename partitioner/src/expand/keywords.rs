//! Which identifiers are keywords, and what a keyword can start.

use proc_macro2::Ident;

/// Reserved in every edition that is in use, in the order of the reference.
const RESERVED: &[&str] = &[
    "_", "as", "break", "const", "continue", "crate", "else", "enum", "extern", "false", "fn",
    "for", "if", "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub", "ref",
    "return", "self", "Self", "static", "struct", "super", "trait", "true", "type", "unsafe",
    "use", "where", "while", "abstract", "become", "box", "do", "final", "macro", "override",
    "priv", "typeof", "unsized", "virtual", "yield", "async", "await", "dyn", "try",
];

const PATH: &[&str] = &["super", "self", "Self", "crate"];

const EXPRESSION: &[&str] = &[
    "async", "do", "box", "break", "const", "continue", "false", "for", "if", "let", "loop",
    "match", "move", "return", "true", "try", "unsafe", "while", "yield", "static",
];

const TYPE: &[&str] = &[
    "_", "for", "impl", "fn", "unsafe", "extern", "typeof", "dyn",
];

fn any(ident: &Ident, words: &[&str]) -> bool {
    words.iter().any(|word| ident == word)
}

/// Whether it cannot be a name.
pub(super) fn reserved(ident: &Ident) -> bool {
    any(ident, RESERVED)
}

/// Whether an expression can start with it.
pub(super) fn starts_expression(ident: &Ident) -> bool {
    !reserved(ident) || any(ident, PATH) || any(ident, EXPRESSION)
}

/// Whether a type can start with it.
pub(super) fn starts_type(ident: &Ident) -> bool {
    !reserved(ident) || any(ident, PATH) || any(ident, TYPE)
}

/// Whether it can be the last part of the path of a macro that is called.
pub(super) fn names_macro(ident: &Ident) -> bool {
    !reserved(ident) || ident == "try"
}
