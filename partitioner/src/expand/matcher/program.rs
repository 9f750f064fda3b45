//! A matcher as the steps of an automaton.

use std::collections::BTreeMap;

use proc_macro2::Delimiter;

use crate::expand::fragment::Kind;
use crate::expand::rules::{Pattern, Times};
use crate::expand::token::Token;

/// A matcher, as steps.
#[derive(Debug)]
pub(in crate::expand) struct Program {
    pub(super) steps: Vec<Step>,
    /// The variables by name.
    pub(in crate::expand) names: BTreeMap<String, usize>,
    /// In how many repetitions each is.
    pub(super) depths: Vec<usize>,
}

#[derive(Debug)]
pub(super) enum Step {
    Token(Token),
    Open(Delimiter),
    Close(Delimiter),
    /// Before a repetition: into it, or past it to `behind` if it may be absent.
    Enter {
        times: Times,
        variables: std::ops::Range<usize>,
        depth: usize,
        behind: usize,
    },
    /// After a round: on, or back to `first` if there may be another.
    Again {
        times: Times,
        first: usize,
    },
    /// After a round: on to the step after the next, or through the separator to the next.
    Separator(Token),
    /// After a separator.
    Back(usize),
    Variable {
        number: usize,
        kind: Kind,
    },
    End,
}

impl Program {
    /// The program of a matcher.
    pub(in crate::expand) fn new(pattern: &[Pattern]) -> syn::Result<Program> {
        let mut program = Program {
            steps: Vec::new(),
            names: BTreeMap::new(),
            depths: Vec::new(),
        };
        program.add(pattern, 0)?;
        program.steps.push(Step::End);
        Ok(program)
    }

    fn add(&mut self, list: &[Pattern], depth: usize) -> syn::Result<()> {
        for pattern in list {
            match pattern {
                Pattern::Token(token) => self.steps.push(Step::Token(token.clone())),
                Pattern::Group(delimiter, inner) => {
                    self.steps.push(Step::Open(*delimiter));
                    self.add(inner, depth)?;
                    self.steps.push(Step::Close(*delimiter));
                }
                Pattern::Repeat {
                    inner,
                    separator,
                    times,
                    span,
                } => {
                    if separator.is_none() && may_be_empty(inner) {
                        return Err(syn::Error::new(
                            *span,
                            "a repetition that can match nothing without end",
                        ));
                    }
                    let enter = self.steps.len();
                    let before = self.names.len();
                    self.steps.push(Step::End);
                    self.add(inner, depth + 1)?;
                    let first = enter + 1;
                    if let Some(separator) = separator {
                        self.steps.push(Step::Separator(separator.clone()));
                        self.steps.push(Step::Back(first));
                    } else {
                        self.steps.push(Step::Again {
                            times: *times,
                            first,
                        });
                    }
                    self.steps[enter] = Step::Enter {
                        times: *times,
                        variables: before..self.names.len(),
                        depth,
                        behind: self.steps.len(),
                    };
                }
                Pattern::Variable(name, kind) => {
                    let number = self.names.len();
                    if self.names.insert(name.to_string(), number).is_some() {
                        return Err(syn::Error::new(name.span(), "a variable bound twice"));
                    }
                    self.depths.push(depth);
                    self.steps.push(Step::Variable {
                        number,
                        kind: *kind,
                    });
                }
            }
        }
        Ok(())
    }
}

/// Whether there is input of no token that it matches.
fn may_be_empty(list: &[Pattern]) -> bool {
    list.iter().all(|pattern| match pattern {
        Pattern::Token(_) | Pattern::Group(..) => false,
        Pattern::Repeat { inner, times, .. } => *times != Times::Some || may_be_empty(inner),
        Pattern::Variable(_, kind) => *kind == Kind::Visibility,
    })
}
