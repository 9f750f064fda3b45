//! What each feature of `macro_rules!` expands to, in the words of the tokens.

mod bad;
mod derives;
mod fragments;
mod rules;
mod scopes;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::token::{Row, Token};
use super::{Definition, Failure, FailureKind};

/// The tokens of a text.
fn tokens(text: &str) -> TokenStream {
    text.parse().expect("the text has no tokens")
}

/// The definition with these rules.
fn definition(rules: &str) -> Definition {
    Definition::parse(tokens(rules)).expect("the rules do not read")
}

/// What a call expands to.
fn expand(rules: &str, call: &str) -> Result<TokenStream, Failure> {
    definition(rules).expand(tokens(call))
}

/// Checks rules and a call against the expected result, invisible groups written as `⟨ ⟩`.
#[track_caller]
fn check(rules: &str, call: &str, expected: &str) {
    match expand(rules, call) {
        Ok(result) => assert_eq!(show(result), expected, "{rules} called with {call}"),
        Err(failure) => panic!("{rules} called with {call}: {failure}"),
    }
}

/// Checks that a call fails in this way.
#[track_caller]
fn fails(rules: &str, call: &str, kind: FailureKind) {
    match expand(rules, call) {
        Ok(result) => panic!("{rules} called with {call} gives {result}"),
        Err(failure) => assert_eq!(failure.kind, kind, "{rules} called with {call}: {failure}"),
    }
}

/// The text of tokens, one space between two.
fn show(tokens: TokenStream) -> String {
    let row = Row::new(tokens).expect("the tokens are nested too deep");
    let mut text = String::new();
    let mut at = 0;
    while at < row.end() {
        let next = if let Some((token, next)) = row.token(at) {
            let lifetime = matches!(token, Token::Lifetime(_));
            text.push_str(if lifetime { "'" } else { "" });
            let (Token::Word(word)
            | Token::Lifetime(word)
            | Token::Literal(word)
            | Token::Mark(word)) = token;
            text.push_str(&word);
            next
        } else if let Some((TokenTree::Group(group), next)) = row.tree(at) {
            let (open, close) = match group.delimiter() {
                Delimiter::Parenthesis => ("(", ")"),
                Delimiter::Brace => ("{", "}"),
                Delimiter::Bracket => ("[", "]"),
                Delimiter::None => ("⟨", "⟩"),
            };
            let inner = show(group.stream());
            let space = if inner.is_empty() { "" } else { " " };
            text.push_str(&format!("{open} {inner}{space}{close}"));
            next
        } else {
            at + 1
        };
        text.push(' ');
        at = next;
    }
    text.trim_end().to_owned()
}
