//! Random drivers.

use std::collections::{BTreeMap, BTreeSet};

use partitioner_syntax::Half;
use proptest::prelude::*;

use crate::driver::FunctionId;
use crate::graph::{Hold, Touch};
use crate::place::outline::{Bar, Call, Entry, Outline, Outlines};
use crate::place::problem::Kind;
use crate::source::{Sources, Span};

/// A place: rules want one, and its position is all that matters here.
pub(in crate::place) fn span() -> Span {
    let mut sources = Sources::default();
    let path = std::path::Path::new("driver.rs");
    let file = sources.add(path, path, String::new());
    Span {
        file,
        start: 0,
        end: 0,
    }
}

fn touch() -> Touch {
    let what = "something".to_owned();
    Touch { span: span(), what }
}

fn hold() -> Hold {
    let Touch { span, what } = touch();
    let taken = span;
    Hold { span, what, taken }
}

fn bar() -> Bar {
    Bar {
        why: "it cannot".to_owned(),
        blamed: span(),
    }
}

/// A function without its calls. Most have nothing special about them.
fn outline() -> impl Strategy<Value = Outline> {
    let seldom = || prop::bool::weighted(0.12);
    let root = prop::option::weighted(0.4, (seldom(), any::<bool>(), seldom(), 0_u64..6));
    let annotation = prop::option::weighted(0.2, any::<bool>());
    let crossings = (prop::bool::weighted(0.75), prop::bool::weighted(0.75));
    let counts = (0_u64..5, 0_u64..40, prop::bool::weighted(0.3));
    let bad = (
        seldom(),
        prop::bool::weighted(0.06),
        prop::bool::weighted(0.04),
    );
    (root, annotation, crossings, counts, bad).prop_map(
        |(root, annotation, (up, down), (services, lines, shared), bad)| {
            let (touches, sleeps, sleeps_holding) = bad;
            let shared = shared && root.is_none() && annotation.is_none() && !touches;
            let half = |kernel| if kernel { Half::Kernel } else { Half::User };
            let root = root.map(|(atomic, deferrable, pinned, count)| Entry {
                atomic,
                deferrable: atomic && deferrable,
                pinned: pinned && !(atomic && deferrable),
                by_worker: false,
                count,
            });
            let kind = match root {
                Some(root) if root.deferrable => Kind::Deferred,
                _ => Kind::Upcall,
            };
            Outline {
                lines,
                annotation: annotation.map(|kernel| (half(kernel), span())),
                root,
                of_master: false,
                kernel_method: false,
                touches: touches.then(touch).into_iter().collect(),
                shared,
                remembered: false,
                up: up.then_some(kind).ok_or_else(bar),
                down: down.then_some(()).ok_or_else(bar),
                calls: BTreeMap::new(),
                sleeps: sleeps.then(touch).into_iter().collect(),
                sleeps_holding: sleeps_holding.then(hold).into_iter().collect(),
                called: 1,
                services,
            }
        },
    )
}

/// A driver: copies call only copies after them, so that what each does is a finite sum.
pub(in crate::place) fn driver(
    functions: std::ops::RangeInclusive<usize>,
) -> impl Strategy<Value = Outlines> {
    functions.prop_flat_map(|size| {
        let call = (0..size, 0..size, 0_u64..4, prop::bool::weighted(0.08));
        let outlines = prop::collection::vec(outline(), size);
        let calls = prop::collection::vec(call, 0..=2 * size);
        (outlines, calls, any::<bool>()).prop_map(|(mut functions, calls, defers)| {
            for (caller, callee, count, held) in calls {
                let circle = functions[caller].shared && functions[callee].shared;
                if caller == callee || (circle && caller > callee) {
                    continue;
                }
                let call = Call {
                    span: span(),
                    count,
                    held: held.then(hold),
                };
                functions[caller].calls.insert(FunctionId(callee), call);
            }
            let called: BTreeSet<usize> = functions
                .iter()
                .flat_map(|outline| outline.calls.keys().map(|callee| callee.0))
                .collect();
            for (id, outline) in functions.iter_mut().enumerate() {
                if let Some(root) = &mut outline.root {
                    root.by_worker = defers && root.deferrable && !called.contains(&id);
                }
            }
            Outlines {
                functions,
                milliseconds: 1_000,
                recorded: true,
            }
        })
    })
}
