//! The tokens of a call or a definition in one row, and what the compiler counts as one token.
//!
//! A token tree of `proc_macro2` has single characters of punctuation; the compiler's has `=>`, `..=` and
//! `'a`. A fragment may end within such a token (`>>` closes two types), so the row keeps the characters, and
//! they are put together where somebody looks.

use proc_macro2::{Delimiter, Group, Ident, Punct, Spacing, Span, TokenStream, TokenTree};

use super::limits::{self, DEEPEST};
use super::{Failure, FailureKind};

/// An entry of the [`Row`].
#[derive(Debug)]
pub(super) enum Entry {
    /// An identifier, a character, a literal, or an invisible group.
    Leaf(TokenTree),
    /// The start of a group that one can see, and the place of its end.
    Open(Group, usize),
    /// The end of a group.
    Close(Delimiter, Span),
}

/// Tokens in a row; groups are there as a whole at their start, and piece by piece behind it.
#[derive(Debug)]
pub(super) struct Row {
    entries: Vec<Entry>,
}

/// One token as the compiler sees it, without its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// An identifier or a keyword, with its `r#`.
    Word(String),
    /// A lifetime, without its `'`.
    Lifetime(String),
    /// A literal as it is written.
    Literal(String),
    /// Punctuation of up to three characters.
    Mark(String),
}

const LONG: &[&str] = &["<<=", ">>=", "...", "..="];
const DOUBLE: &[&str] = &[
    "==", "!=", "<=", ">=", "&&", "||", "<<", ">>", "+=", "-=", "*=", "/=", "%=", "^=", "&=", "|=",
    "..", "::", "->", "<-", "=>",
];

impl Row {
    /// Lays the tokens in a row; refuses groups that are nested too deep.
    pub(super) fn new(tokens: TokenStream) -> Result<Row, Failure> {
        let mut entries = Vec::new();
        let mut open: Vec<(proc_macro2::token_stream::IntoIter, usize)> = Vec::new();
        let mut current = tokens.into_iter();
        loop {
            match current.next() {
                Some(TokenTree::Group(group)) if group.delimiter() != Delimiter::None => {
                    if open.len() >= DEEPEST {
                        return Err(limits::too_deep(group.span_open()));
                    }
                    let inner = group.stream().into_iter();
                    open.push((std::mem::replace(&mut current, inner), entries.len()));
                    entries.push(Entry::Open(group, 0));
                }
                Some(leaf) => entries.push(Entry::Leaf(leaf)),
                None => {
                    let Some((outer, start)) = open.pop() else {
                        break;
                    };
                    current = outer;
                    let end = entries.len();
                    if let Entry::Open(group, close) = &mut entries[start] {
                        *close = end;
                        let entry = Entry::Close(group.delimiter(), group.span_close());
                        entries.push(entry);
                    }
                }
            }
        }
        Ok(Row { entries })
    }

    /// The place behind the last token.
    pub(super) fn end(&self) -> usize {
        self.entries.len()
    }

    /// What is there; nothing at the end.
    pub(super) fn entry(&self, at: usize) -> Option<&Entry> {
        self.entries.get(at)
    }

    /// Whether a group, or everything, ends here.
    pub(super) fn closes(&self, at: usize) -> bool {
        matches!(self.entry(at), None | Some(Entry::Close(..)))
    }

    /// The identifier here.
    pub(super) fn ident(&self, at: usize) -> Option<&Ident> {
        match self.entry(at) {
            Some(Entry::Leaf(TokenTree::Ident(ident))) => Some(ident),
            _ => None,
        }
    }

    /// The character here.
    pub(super) fn punct(&self, at: usize) -> Option<&Punct> {
        match self.entry(at) {
            Some(Entry::Leaf(TokenTree::Punct(punct))) => Some(punct),
            _ => None,
        }
    }

    /// Whether this character stands here.
    pub(super) fn is(&self, at: usize, mark: char) -> bool {
        self.punct(at).is_some_and(|punct| punct.as_char() == mark)
    }

    /// The token tree here, and the place behind it.
    pub(super) fn tree(&self, at: usize) -> Option<(TokenTree, usize)> {
        match self.entry(at)? {
            Entry::Leaf(leaf) => Some((leaf.clone(), at + 1)),
            Entry::Open(group, close) => Some((TokenTree::Group(group.clone()), close + 1)),
            Entry::Close(..) => None,
        }
    }

    /// The span of what is here; at the end, of what is last.
    pub(super) fn span(&self, at: usize) -> Span {
        match self.entry(at).or_else(|| self.entries.last()) {
            Some(Entry::Leaf(leaf)) => leaf.span(),
            Some(Entry::Open(group, _)) => group.span_open(),
            Some(Entry::Close(_, span)) => *span,
            None => Span::call_site(),
        }
    }

    /// The token here and the place behind it; nothing where a group starts or ends.
    pub(super) fn token(&self, at: usize) -> Option<(Token, usize)> {
        match self.entry(at)? {
            Entry::Leaf(TokenTree::Ident(ident)) => Some((Token::Word(ident.to_string()), at + 1)),
            Entry::Leaf(TokenTree::Literal(literal)) => {
                Some((Token::Literal(literal.to_string()), at + 1))
            }
            Entry::Leaf(TokenTree::Punct(punct)) if punct.as_char() == '\'' => {
                let name = self.ident(at + 1)?;
                Some((Token::Lifetime(name.to_string()), at + 2))
            }
            Entry::Leaf(TokenTree::Punct(_)) => {
                let mark = self.mark(at);
                let next = at + mark.len();
                Some((Token::Mark(mark), next))
            }
            Entry::Leaf(TokenTree::Group(_)) | Entry::Open(..) | Entry::Close(..) => None,
        }
    }

    /// The place behind the token, if it is the one here.
    pub(super) fn matches(&self, at: usize, token: &Token) -> Option<usize> {
        let same = match (self.entry(at)?, token) {
            (Entry::Leaf(TokenTree::Ident(ident)), Token::Word(word)) => *ident == word.as_str(),
            (Entry::Leaf(TokenTree::Literal(literal)), Token::Literal(text)) => {
                literal.to_string() == *text
            }
            (Entry::Leaf(TokenTree::Punct(punct)), Token::Lifetime(name)) => {
                return (punct.as_char() == '\''
                    && self
                        .ident(at + 1)
                        .is_some_and(|ident| *ident == name.as_str()))
                .then_some(at + 2);
            }
            (Entry::Leaf(TokenTree::Punct(punct)), Token::Mark(mark)) => {
                return (mark.starts_with(punct.as_char()) && self.mark(at) == *mark)
                    .then_some(at + mark.len());
            }
            _ => false,
        };
        same.then_some(at + 1)
    }

    /// The punctuation that starts here, put together; empty if there is none.
    pub(super) fn mark(&self, at: usize) -> String {
        let mut text = String::new();
        let mut place = at;
        while let Some(punct) = self.punct(place) {
            if punct.as_char() == '\'' {
                break;
            }
            text.push(punct.as_char());
            if punct.spacing() == Spacing::Alone || text.len() == 3 {
                break;
            }
            place += 1;
        }
        if LONG.contains(&text.as_str()) {
            return text;
        }
        if text.len() > 2 && text.is_char_boundary(2) {
            text.truncate(2);
        }
        if !DOUBLE.contains(&text.as_str()) {
            text.truncate(text.chars().next().map_or(0, char::len_utf8));
        }
        text
    }

    /// The trees of the one token or group here, so that what follows is not glued to it.
    pub(super) fn single(&self, at: usize) -> Option<(Vec<TokenTree>, usize)> {
        let next = match self.entry(at)? {
            Entry::Open(..) | Entry::Leaf(TokenTree::Group(_)) => {
                return self.tree(at).map(|(tree, next)| (vec![tree], next));
            }
            // A `'` without a name can only come from a hand-made stream.
            Entry::Leaf(TokenTree::Punct(_)) => self.token(at).map_or(at + 1, |(_, next)| next),
            Entry::Leaf(_) => at + 1,
            Entry::Close(..) => return None,
        };
        let mut trees: Vec<TokenTree> = (at..next)
            .filter_map(|place| self.tree(place).map(|(tree, _)| tree))
            .collect();
        detach(&mut trees);
        Some((trees, next))
    }

    /// At most `limit` trees from here, and for each the place behind it; whether these are all there are.
    pub(super) fn window(&self, at: usize, limit: usize) -> (Vec<TokenTree>, Vec<usize>, bool) {
        let mut trees = Vec::new();
        let mut behind = Vec::new();
        let mut place = at;
        while trees.len() < limit {
            let Some((tree, next)) = self.tree(place) else {
                break;
            };
            trees.push(tree);
            behind.push(next);
            place = next;
        }
        let all = self.closes(place);
        (trees, behind, all)
    }
}

/// Keeps the last character from being glued to whatever comes to stand behind it.
pub(super) fn detach(trees: &mut [TokenTree]) {
    if let Some(TokenTree::Punct(last)) = trees.last_mut()
        && last.spacing() == Spacing::Joint
    {
        let mut alone = Punct::new(last.as_char(), Spacing::Alone);
        alone.set_span(last.span());
        *last = alone;
    }
}

/// The failure at a place of a row.
pub(super) fn failure(row: &Row, at: usize, kind: FailureKind, message: String) -> Failure {
    Failure::new(kind, row.span(at), message)
}
