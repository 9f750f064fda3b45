//! Finds out whether a rule matches a call, and what its variables stand for.
//!
//! A matcher becomes a program; all ways to match go forward together, token by token, as in an automaton
//! (this is what the compiler does, so the same rule is chosen). Only where a single way is left, and it
//! wants a fragment, is one read. What a way has bound is a trail that ways share.

mod program;
mod trail;

use proc_macro2::TokenTree;

use crate::expand::fragment::{self, Kind};
use crate::expand::limits::Budget;
use crate::expand::rules::Times;
use crate::expand::token::{Entry, Row, failure};
use crate::expand::{Failure, FailureKind};
pub(super) use program::Program;
use program::Step;
use trail::{Event, Trail, Way, replay};

/// What a variable stands for.
#[derive(Clone, Debug)]
pub(super) enum Binding {
    /// One fragment.
    One(Fragment),
    /// One for each round of a repetition.
    Many(Vec<Binding>),
}

/// A fragment of the call.
#[derive(Clone, Debug)]
pub(super) struct Fragment {
    pub(super) kind: Kind,
    pub(super) trees: Vec<TokenTree>,
}

/// A rule that does not match.
pub(super) struct Miss {
    /// How far it came.
    pub(super) reach: usize,
    /// Why it is none.
    pub(super) failure: Failure,
    /// Whether no other rule may be tried.
    pub(super) last: bool,
}

/// What the ways at one place want.
#[derive(Default)]
struct Front {
    /// Past a token, with the place behind it.
    advanced: Vec<Way>,
    next: usize,
    /// Before a fragment.
    waiting: Vec<Way>,
    /// At the end of the matcher and the input.
    done: Option<Way>,
}

/// Matches a call against a rule.
pub(super) fn run(
    program: &Program,
    row: &Row,
    edition: u16,
    budget: &mut Budget,
) -> Result<Vec<Binding>, Miss> {
    let mut trail = Trail::default();
    let mut ways = vec![Way {
        step: 0,
        last: None,
    }];
    let mut at = 0;
    // For each step, behind which token it was looked at last.
    let mut seen = vec![usize::MAX; program.steps.len()];
    let mut round = 0;
    loop {
        let front = look(
            program,
            row,
            edition,
            (at, round),
            ways,
            &mut trail,
            &mut seen,
            budget,
        )
        .map_err(|failure| last(at, failure))?;
        round += 1;
        if let Some(way) = front.done {
            return Ok(replay(program, trail, way));
        }
        match (front.advanced.is_empty(), front.waiting.as_slice()) {
            (true, []) => {
                let message = if at == row.end() {
                    "no rule matches: the call ends too early"
                } else {
                    "no rule matches: this token was not expected"
                };
                return Err(Miss {
                    reach: at,
                    failure: failure(row, at, FailureKind::NoRule, message.to_owned()),
                    last: false,
                });
            }
            (false, []) => {
                ways = front.advanced;
                at = front.next;
            }
            (true, [way]) => {
                let way = *way;
                let Step::Variable { number, kind } = program.steps[way.step] else {
                    return Err(last(at, ambiguous(row, at)));
                };
                let (trees, next) = fragment::take(kind, row, at).map_err(|error| Miss {
                    reach: at,
                    // An invisible group may have been another kind of fragment than it looks like.
                    last: !matches!(row.entry(at), Some(Entry::Leaf(TokenTree::Group(_)))),
                    failure: Failure::new(FailureKind::Fragment, error.span(), error.to_string()),
                })?;
                budget
                    .step(trees.len(), row.span(at))
                    .map_err(|failure| last(at, failure))?;
                let event = Event::Bind(number, Fragment { kind, trees });
                ways = vec![Way {
                    step: way.step + 1,
                    last: trail.push(event, way.last),
                }];
                at = next;
            }
            _ => return Err(last(at, ambiguous(row, at))),
        }
    }
}

fn last(reach: usize, failure: Failure) -> Miss {
    Miss {
        reach,
        failure,
        last: true,
    }
}

fn ambiguous(row: &Row, at: usize) -> Failure {
    let message = "more than one way to match this token".to_owned();
    failure(row, at, FailureKind::Ambiguous, message)
}

/// Takes every way as far as it comes without reading a token.
#[expect(
    clippy::too_many_arguments,
    reason = "the state of one run, used here and nowhere else"
)]
fn look(
    program: &Program,
    row: &Row,
    edition: u16,
    (at, round): (usize, usize),
    mut ways: Vec<Way>,
    trail: &mut Trail,
    seen: &mut [usize],
    budget: &mut Budget,
) -> Result<Front, Failure> {
    let mut front = Front::default();
    let mut steps = 0;
    while let Some(way) = ways.pop() {
        // Two ways that stand at the same step differ in nothing that is still to come.
        if std::mem::replace(&mut seen[way.step], round) == round {
            continue;
        }
        steps += 1;
        let to = |step| Way {
            step,
            last: way.last,
        };
        let mut advance = |step, next| {
            front.advanced.push(to(step));
            front.next = next;
        };
        match &program.steps[way.step] {
            Step::Token(token) => {
                if let Some(next) = row.matches(at, token) {
                    advance(way.step + 1, next);
                }
            }
            Step::Open(delimiter) => {
                if matches!(row.entry(at), Some(Entry::Open(group, _)) if group.delimiter() == *delimiter)
                {
                    advance(way.step + 1, at + 1);
                }
            }
            Step::Close(delimiter) => {
                if matches!(row.entry(at), Some(Entry::Close(found, _)) if found == delimiter) {
                    advance(way.step + 1, at + 1);
                }
            }
            Step::Enter { times, behind, .. } => {
                let inside = Way {
                    step: way.step + 1,
                    last: trail.push(Event::Start(way.step), way.last),
                };
                if *times != Times::Some {
                    ways.push(Way {
                        step: *behind,
                        ..inside
                    });
                }
                ways.push(inside);
            }
            Step::Again { times, first } => {
                ways.push(to(way.step + 1));
                if *times != Times::Optional {
                    ways.push(to(*first));
                }
            }
            Step::Separator(token) => {
                ways.push(to(way.step + 2));
                if let Some(next) = row.matches(at, token) {
                    advance(way.step + 1, next);
                }
            }
            Step::Back(first) => ways.push(to(*first)),
            Step::Variable { kind, .. } => {
                if fragment::may_start(*kind, row, at, edition) {
                    front.waiting.push(way);
                }
            }
            Step::End => {
                if at == row.end() {
                    front.done = Some(way);
                }
            }
        }
    }
    budget.step(steps, row.span(at))?;
    Ok(front)
}
