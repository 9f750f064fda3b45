//! What the ways to match have bound: a trail that they share, and what it comes to in the end.

use super::program::{Program, Step};
use super::{Binding, Fragment};

/// What happened on a way.
pub(super) enum Event {
    /// A repetition starts: its variables get a list each.
    Start(usize),
    /// A variable is bound.
    Bind(usize, Fragment),
}

/// The events of all ways; each leads back to the one before it.
#[derive(Default)]
pub(super) struct Trail {
    events: Vec<(Event, Option<usize>)>,
}

impl Trail {
    pub(super) fn push(&mut self, event: Event, before: Option<usize>) -> Option<usize> {
        self.events.push((event, before));
        Some(self.events.len() - 1)
    }
}

/// A way to match: the step it is at, and the last event.
#[derive(Clone, Copy)]
pub(super) struct Way {
    pub(super) step: usize,
    pub(super) last: Option<usize>,
}

/// What the variables stand for, from the events of the way that matched.
pub(super) fn replay(program: &Program, trail: Trail, way: Way) -> Vec<Binding> {
    let mut on_way = vec![false; trail.events.len()];
    let mut place = way.last;
    while let Some(index) = place {
        on_way[index] = true;
        place = trail.events[index].1;
    }
    let mut bindings = vec![Binding::Many(Vec::new()); program.names.len()];
    for ((event, _), chosen) in trail.events.into_iter().zip(on_way) {
        if !chosen {
            continue;
        }
        match event {
            Event::Start(step) => {
                if let Step::Enter {
                    variables, depth, ..
                } = &program.steps[step]
                {
                    for number in variables.clone() {
                        put(&mut bindings[number], *depth, Binding::Many(Vec::new()));
                    }
                }
            }
            Event::Bind(number, fragment) => {
                let depth = program.depths[number];
                put(&mut bindings[number], depth, Binding::One(fragment));
            }
        }
    }
    bindings
}

/// Puts a binding into the newest round, `depth` repetitions deep.
fn put(mut place: &mut Binding, depth: usize, binding: Binding) {
    for level in 0..depth {
        let Binding::Many(rounds) = place else {
            return;
        };
        if level + 1 == depth {
            rounds.push(binding);
            return;
        }
        let Some(newest) = rounds.last_mut() else {
            return;
        };
        place = newest;
    }
    *place = binding;
}
