//! The judge of placements: it tries all, and knows nothing of cuts.

use std::collections::BTreeMap;

use partitioner_syntax::Half;

use crate::place::cost;
use crate::place::outline::Outlines;
use crate::place::problem::Kind;

/// What is the same in every placement of a driver.
pub(in crate::place) struct Judge<'a> {
    outlines: &'a Outlines,
    lambda: u128,
    /// For each function that is not copied: calls and services, its copies' included.
    bears: Vec<(BTreeMap<usize, u64>, u64)>,
}

impl<'a> Judge<'a> {
    pub(in crate::place) fn new(outlines: &'a Outlines, lambda: u64) -> Judge<'a> {
        let mut judge = Judge {
            outlines,
            lambda: u128::from(lambda),
            bears: Vec::new(),
        };
        for function in 0..outlines.functions.len() {
            let mut bears = (BTreeMap::new(), 0);
            judge.follow(function, 1, &mut bears);
            judge.bears.push(bears);
        }
        judge
    }

    /// Every way from a function down through copies.
    fn follow(&self, at: usize, times: u64, bears: &mut (BTreeMap<usize, u64>, u64)) {
        let outline = &self.outlines.functions[at];
        bears.1 += outline.services * times;
        for (callee, call) in &outline.calls {
            if self.outlines.functions[callee.0].shared {
                self.follow(callee.0, times * call.count, bears);
            } else {
                *bears.0.entry(callee.0).or_default() += times * call.count;
            }
        }
    }

    /// What a placement costs, in thousandths of instructions, and its lines; `None` if it is not
    /// possible. Bits of `kernel` are the functions of the kernel half that are not copied.
    fn price(&self, kernel: u32) -> Option<(u128, u64)> {
        let functions = &self.outlines.functions;
        let is = |set: u32, id: usize| set >> id & 1 == 1;
        let (mut in_kernel, mut in_user) = (kernel, 0_u32);
        for (id, outline) in functions.iter().enumerate() {
            if !outline.shared && !is(kernel, id) {
                in_user |= 1 << id;
            }
        }
        for half in [&mut in_kernel, &mut in_user] {
            loop {
                let before = *half;
                for (id, outline) in functions.iter().enumerate() {
                    for callee in outline.calls.keys() {
                        if is(before, id) && functions[callee.0].shared {
                            *half |= 1 << callee.0;
                        }
                    }
                }
                if *half == before {
                    break;
                }
            }
        }
        self.is_possible(in_kernel, in_user, kernel)
            .then(|| self.sum(in_kernel, kernel))
    }

    fn is_possible(&self, in_kernel: u32, in_user: u32, kernel: u32) -> bool {
        let functions = &self.outlines.functions;
        let is = |set: u32, id: usize| set >> id & 1 == 1;
        let mut atomic = 0_u32;
        for (id, outline) in functions.iter().enumerate() {
            let wants = outline.annotation.as_ref().map(|(half, _)| *half);
            if wants == Some(Half::Kernel) && !is(kernel, id)
                || wants == Some(Half::User) && is(kernel, id)
                || !outline.touches.is_empty() && !is(kernel, id)
            {
                return false;
            }
            if let Some(root) = outline.root {
                if !is(kernel, id) && (root.pinned || outline.up.is_err()) {
                    return false;
                }
                if root.atomic && (!root.deferrable || is(kernel, id) && !root.by_worker) {
                    atomic |= 1 << id;
                }
            }
            for (callee, call) in &outline.calls {
                let other = &functions[callee.0];
                let above = is(in_kernel, id) && !is(in_kernel, callee.0) && other.up.is_err();
                let below = is(in_user, id) && !is(in_user, callee.0) && other.down.is_err();
                if above || below {
                    return false;
                }
                if is(in_kernel, id) && call.held.is_some() && !self.outlines.is_deferrable(*callee)
                {
                    atomic |= 1 << callee.0;
                }
            }
            if is(in_kernel, id) && !outline.sleeps_holding.is_empty() {
                return false;
            }
        }
        loop {
            let before = atomic;
            for (id, outline) in functions.iter().enumerate() {
                for callee in outline.calls.keys() {
                    if is(before, id) && !self.outlines.is_deferrable(*callee) {
                        atomic |= 1 << callee.0;
                    }
                }
            }
            if atomic == before {
                break;
            }
        }
        let sleeps = |id: &usize| is(atomic, *id) && !functions[*id].sleeps.is_empty();
        atomic & !in_kernel == 0 && !(0..functions.len()).any(|id| sleeps(&id))
    }

    fn sum(&self, in_kernel: u32, kernel: u32) -> (u128, u64) {
        let functions = &self.outlines.functions;
        let is = |set: u32, id: usize| set >> id & 1 == 1;
        let (mut cost, mut lines) = (0, 0);
        let up = |callee: usize| match &functions[callee].up {
            Ok(Kind::Deferred) => cost::DEFERRED,
            _ => cost::UPCALL,
        };
        for (id, outline) in functions.iter().enumerate() {
            if is(in_kernel, id) {
                lines += outline.lines;
            }
            if outline.shared {
                continue;
            }
            let (calls, services) = &self.bears[id];
            if !is(kernel, id) {
                cost += outline.root.map_or(0, |root| root.count) * up(id);
                cost += services * cost::DOWNCALL;
            }
            for (callee, count) in calls {
                match (is(kernel, id), is(kernel, *callee)) {
                    (true, false) => cost += count * up(*callee),
                    (false, true) => cost += count * cost::DOWNCALL,
                    _ => {}
                }
            }
        }
        let worth = self.lambda * u128::from(lines) * 1_000;
        (u128::from(cost) * 1_000 + worth, lines)
    }

    /// The best of all placements: what it costs, and its lines.
    pub(super) fn best(&self) -> Option<(u128, u64)> {
        let functions = &self.outlines.functions;
        let free: Vec<usize> = (0..functions.len())
            .filter(|id| !functions[*id].shared)
            .collect();
        let spread = |choice: u32| {
            let chosen = free
                .iter()
                .enumerate()
                .filter(|(bit, _)| choice >> bit & 1 == 1);
            chosen.fold(0_u32, |set, (_, id)| set | 1 << id)
        };
        let choices = 0..1_u32 << free.len();
        choices
            .filter_map(|choice| self.price(spread(choice)))
            .min()
    }
}

impl Judge<'_> {
    /// Lines and cost of every placement that is possible.
    pub(in crate::place) fn all(&self) -> Vec<(u64, u128)> {
        let functions = &self.outlines.functions;
        let free: Vec<usize> = (0..functions.len())
            .filter(|id| !functions[*id].shared)
            .collect();
        let spread = |choice: u32| {
            let chosen = free
                .iter()
                .enumerate()
                .filter(|(bit, _)| choice >> bit & 1 == 1);
            chosen.fold(0_u32, |set, (_, id)| set | 1 << id)
        };
        let choices = 0..1_u32 << free.len();
        let prices = choices.filter_map(|choice| self.price(spread(choice)));
        prices.map(|(cost, lines)| (lines, cost)).collect()
    }
}
