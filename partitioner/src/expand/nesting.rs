//! Refuses tokens that `syn` would need too much stack to read: it calls itself for whatever stands in something.
//!
//! Groups are not all: `& & & &x`, `|a| |b| |c| d`, `A<A<A<B>>>`, `return return x` nest without any. Weights are
//! kilobytes of stack for one level as measured in a debug build, where a frame is largest; what is not known to
//! have ended counts as open, so the sum is at least what is needed, and often more.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::invisible::{Place, place};
use super::limits;

/// What may be open at once: three quarters of the stack of a main thread.
const LIMIT: usize = 6_000;

const GROUP: usize = 46;
const ANGLE: usize = 58;
const ARROW: usize = 42;
const PREFIX: usize = 37;
const CLOSURE: usize = 17;
const KEYWORD: usize = 15;
const ASSIGN: usize = 8;
const BIND: usize = 4;
const COLON: usize = 2;
/// Anything else that goes on with an expression: a level of the tree, when it is dropped.
const OTHER: usize = 1;

/// Keywords behind which an expression starts.
const OPENING: &[&str] = &[
    "become", "box", "break", "for", "if", "in", "let", "loop", "match", "move", "return", "while",
    "yield",
];
/// Words that stand between an operator and its operand.
const PASSING: &[&str] = &["const", "dyn", "impl", "mut", "raw", "ref"];

/// One level: the tokens of a group.
struct Level {
    tokens: std::iter::Peekable<proc_macro2::token_stream::IntoIter>,
    /// What was read, as far as it is looked back on.
    before: Vec<TokenTree>,
    /// Operators in a row, before their operand.
    run: usize,
    /// What ends at `,`.
    loose: usize,
    /// What ends at `;`: closures, whose parameters have a `,`, and `<`.
    firm: usize,
    /// How many `<` are open.
    angles: usize,
    /// Whether all of this ends once the group that is being read does.
    ending: bool,
}

impl Level {
    fn new(tokens: TokenStream) -> Level {
        Level {
            tokens: tokens.into_iter().peekable(),
            before: Vec::new(),
            run: 0,
            loose: GROUP,
            firm: 0,
            angles: 0,
            ending: false,
        }
    }

    fn sum(&self) -> usize {
        self.run + self.loose + self.firm
    }

    /// Whether an operand stands before: an operator is then between two.
    fn operand(&self) -> bool {
        match self.before.last() {
            Some(TokenTree::Ident(ident)) => {
                let name = self.before.len().checked_sub(2);
                !OPENING.iter().chain(PASSING).any(|word| ident == word)
                    && !name.is_some_and(|index| mark(&self.before[index], '\''))
            }
            Some(TokenTree::Literal(_) | TokenTree::Group(_)) => true,
            Some(TokenTree::Punct(punct)) => matches!(punct.as_char(), '?' | '>'),
            None => false,
        }
    }

    /// Whether a `'` stands before.
    fn lifetime(&self) -> bool {
        self.before.last().is_some_and(|tree| mark(tree, '\''))
    }

    fn punct(&mut self, mark: char) {
        let arrow = |level: &Level| {
            matches!(level.before.last(), Some(TokenTree::Punct(punct))
                if matches!(punct.as_char(), '-' | '='))
        };
        match mark {
            ',' => {
                self.loose = GROUP;
                self.run = 0;
            }
            ';' => self.end(),
            ':' => self.loose += COLON,
            '@' => self.loose += BIND,
            '>' if arrow(self) => self.loose += ARROW,
            '>' if self.angles > 0 => {
                self.angles -= 1;
                self.firm = self.firm.saturating_sub(ANGLE);
            }
            '<' => {
                self.angles += 1;
                self.firm += ANGLE;
            }
            '=' => self.loose += ASSIGN,
            '|' if !self.operand() => self.firm += CLOSURE,
            '!' | '-' | '*' | '&' | '.' if !self.operand() => self.run += PREFIX,
            '#' | '\'' | '$' => {}
            _ => self.loose += OTHER,
        }
    }

    fn end(&mut self) {
        self.loose = GROUP;
        self.firm = 0;
        self.angles = 0;
        self.run = 0;
        self.ending = false;
    }

    /// After `{ … }`: whether the statement, the arm or the item ends here.
    fn ends_at_brace(&mut self) -> bool {
        match self.tokens.peek() {
            Some(TokenTree::Ident(ident)) => ident != "else" && ident != "as",
            Some(TokenTree::Punct(punct)) => punct.as_char() == '#',
            Some(TokenTree::Literal(_) | TokenTree::Group(_)) | None => true,
        }
    }
}

fn mark(tree: &TokenTree, mark: char) -> bool {
    matches!(tree, TokenTree::Punct(punct) if punct.as_char() == mark)
}

/// Refuses what would take too much stack.
///
/// # Errors
///
/// At the token that is too much.
pub fn readable(tokens: &TokenStream) -> syn::Result<()> {
    // Within the arguments of a macro only groups count.
    limits::size(tokens).map_err(|failure| syn::Error::new(failure.span, failure.message))?;
    let mut open = vec![Level::new(tokens.clone())];
    let mut below = 0;
    while let Some(level) = open.last_mut() {
        if level.ending {
            level.end();
        }
        let Some(tree) = level.tokens.next() else {
            open.pop();
            below -= open.last().map_or(0, Level::sum);
            continue;
        };
        let span = tree.span();
        let mut inner = None;
        match &tree {
            TokenTree::Group(group) => {
                level.run = 0;
                level.loose += OTHER;
                if !matches!(place(&level.before), Place::Arguments) {
                    inner = Some(group.stream());
                }
                level.ending = group.delimiter() == Delimiter::Brace && level.ends_at_brace();
            }
            TokenTree::Ident(ident) => {
                if OPENING.iter().any(|word| ident == word) {
                    level.loose += KEYWORD;
                } else if !PASSING.iter().any(|word| ident == word) && !level.lifetime() {
                    level.run = 0;
                }
            }
            TokenTree::Literal(_) => level.run = 0,
            TokenTree::Punct(punct) => level.punct(punct.as_char()),
        }
        if below + level.sum() > LIMIT {
            return Err(syn::Error::new(span, "nested too deep to be read"));
        }
        // Three tokens say what a group is.
        if level.before.len() == 3 {
            level.before.remove(0);
        }
        level.before.push(tree);
        if let Some(inner) = inner {
            below += level.sum();
            open.push(Level::new(inner));
        }
    }
    Ok(())
}
