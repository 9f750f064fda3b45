//! Loops, and what leaves them: a guard of one round may be alive in the next, or after the loop.

use syn::visit::Visit;
use syn::{Block, ExprBreak, ExprContinue, ExprForLoop, ExprLoop, ExprWhile, Label};

use super::flow::has_let;
use super::guards::{Held, Home};
use super::walk::Walker;

/// A loop that is being read, or a block with a label.
pub(super) struct Loop {
    label: Option<String>,
    /// Whether a `break` without a label ends it.
    repeats: bool,
    depth: usize,
    level: usize,
    breaks: Held,
    nexts: Held,
}

/// How deep loops are nested that are read a second time, if their first round leaves a guard behind.
const DEEPEST: usize = 4;

impl Walker<'_> {
    /// A loop: its body is read again where one round leaves to the next what it did not find.
    fn repeat(&mut self, label: Option<&Label>, ends: bool, round: &mut dyn FnMut(&mut Self)) {
        let entry = self.held.clone();
        self.open(label, true);
        round(self);
        let next = self.close_round();
        if !entry.covers(&next) && self.loops.len() <= DEEPEST {
            self.held = entry.clone();
            self.held.join(next);
            round(self);
            let next = self.close_round();
            self.held = next;
        } else {
            self.held = next;
        }
        let breaks = self.loops.pop().map_or_else(Held::nowhere, |l| l.breaks);
        if ends {
            self.held.join(entry);
            self.held.join(breaks);
        } else {
            self.held = breaks;
        }
    }

    fn open(&mut self, label: Option<&Label>, repeats: bool) {
        self.loops.push(Loop {
            label: label.map(|label| label.name.ident.to_string()),
            repeats,
            depth: self.scopes.depth(),
            level: self.level,
            breaks: Held::nowhere(),
            nexts: Held::nowhere(),
        });
    }

    fn close_round(&mut self) -> Held {
        let mut next = std::mem::take(&mut self.held);
        if let Some(current) = self.loops.last_mut() {
            next.join(std::mem::replace(&mut current.nexts, Held::nowhere()));
        }
        next
    }

    pub(super) fn forever(&mut self, repeated: &ExprLoop) {
        self.repeat(repeated.label.as_ref(), false, &mut |walker| {
            walker.visit_block(&repeated.body);
        });
    }

    pub(super) fn while_true(&mut self, repeated: &ExprWhile) {
        let matches = has_let(&repeated.cond);
        // What is held where the condition fails is held after the loop.
        let mut failed = Held::nowhere();
        self.repeat(repeated.label.as_ref(), true, &mut |walker| {
            walker.scope(|walker| {
                walker.statement(|walker| {
                    if matches {
                        walker.visit_expr(&repeated.cond);
                    } else {
                        walker.statement(|walker| walker.visit_expr(&repeated.cond));
                    }
                    let (depth, level) = (walker.scopes.depth(), walker.level);
                    let ended = walker.held.clone();
                    failed.join(ended.within(depth.saturating_sub(1), level.saturating_sub(1)));
                    walker.visit_block(&repeated.body);
                });
            });
        });
        self.held.join(failed);
    }

    pub(super) fn for_each(&mut self, repeated: &ExprForLoop) {
        let moved = self.leaves(&repeated.expr, false).moved;
        self.flowing(&moved, |walker| walker.visit_expr(&repeated.expr));
        for mut guard in self.held.take(&moved) {
            guard.home = Home::Temporary(self.level);
            self.held.add(guard);
        }
        self.repeat(repeated.label.as_ref(), true, &mut |walker| {
            walker.scope(|walker| {
                walker.visit_pat(&repeated.pat);
                walker.scopes.pattern(&repeated.pat, None);
                walker.visit_block(&repeated.body);
            });
        });
    }

    pub(super) fn labelled(&mut self, label: &Label, block: &Block) {
        self.open(Some(label), false);
        self.visit_block(block);
        if let Some(ended) = self.loops.pop() {
            self.held.join(ended.breaks);
        }
    }

    fn target(&self, label: Option<&syn::Lifetime>) -> Option<usize> {
        self.loops.iter().rposition(|found| match label {
            Some(label) => found.label.as_ref().is_some_and(|own| label.ident == own),
            None => found.repeats,
        })
    }

    pub(super) fn broken(&mut self, ended: &ExprBreak) {
        if let Some(value) = &ended.expr {
            self.visit_expr(value);
        }
        if let Some(index) = self.target(ended.label.as_ref()) {
            let held = std::mem::take(&mut self.held);
            let target = &mut self.loops[index];
            target.breaks.join(held.within(target.depth, target.level));
        }
        self.held.leave();
    }

    pub(super) fn next(&mut self, ended: &ExprContinue) {
        if let Some(index) = self.target(ended.label.as_ref()) {
            let held = std::mem::take(&mut self.held);
            let target = &mut self.loops[index];
            target.nexts.join(held.within(target.depth, target.level));
        }
        self.held.leave();
    }
}
