//! Placement as a minimum cut: what must follow from what, and what each decision costs.
//!
//! Each function has up to three nodes. `kernel` is at the source's side where the kernel half has the
//! body; `absent` is at the source's side where the user half has not, which is the same node, except for
//! functions that are copied to whoever calls them; `atomic` is at the source's side where the body runs
//! in atomic context in the kernel half. A [`Rule`] says that one node at the source's side takes another
//! with it; a [`Charge`] says what it costs when it does not. So every placement that is possible is a
//! cut, and its price is what the cut costs: a minimum cut is the best placement.

use super::cause::Cause;
use super::cut::Network;
use crate::driver::FunctionId;

/// A node of the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Node(pub usize);

/// The source: always in the kernel.
pub const KERNEL: Node = Node(0);
/// The sink: never in the kernel.
pub const USER: Node = Node(1);

/// If `from` is at the kernel's side, then so is `to`.
#[derive(Clone, Debug)]
pub struct Rule {
    /// What implies.
    pub from: Node,
    /// What is implied.
    pub to: Node,
    /// Why it is so.
    pub cause: Cause,
}

/// How a decision costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A call from the kernel half that waits for the user half.
    Upcall,
    /// A call from the kernel half that is left to a worker.
    Deferred,
    /// A call from the user half of a function of the kernel half.
    Downcall,
    /// A service of the driver API that the user half asks for.
    Service,
}

/// What it costs if `from` is at the kernel's side, and `to` is not.
#[derive(Clone, Debug)]
pub struct Charge {
    /// At the kernel's side.
    pub from: Node,
    /// At the user's side.
    pub to: Node,
    /// What happens then.
    pub kind: Kind,
    /// Who calls; none for the kernel itself.
    pub caller: Option<FunctionId>,
    /// Who is called; none for a service.
    pub callee: Option<FunctionId>,
    /// How often it happens.
    pub count: f64,
    /// Thousandths of instructions, all together.
    pub cost: u128,
}

/// What a line in the kernel is worth, in instructions per second: a fraction, so that the places where
/// the best plan changes are exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lambda {
    /// Above the line.
    pub numerator: u128,
    /// Below it; not 0.
    pub denominator: u128,
}

/// A problem of placement.
#[derive(Clone, Debug, Default)]
pub struct Problem {
    /// What follows from what.
    pub rules: Vec<Rule>,
    /// What costs how much.
    pub charges: Vec<Charge>,
    /// Lines of each function.
    pub lines: Vec<u64>,
    /// Which functions are copied to whoever calls them, and so never called across.
    pub shared: Vec<bool>,
    /// How often each function is called.
    pub called: Vec<u64>,
    /// The time that the charges are for, in milliseconds; not 0.
    pub milliseconds: u64,
}

/// A placement as the sides of a cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Solution {
    /// Which nodes are at the kernel's side.
    pub at_kernel: Vec<bool>,
    /// Lines in the kernel.
    pub lines: u64,
    /// Thousandths of instructions, in the time that the charges are for.
    pub cost: u128,
}

impl Default for Lambda {
    fn default() -> Lambda {
        Lambda::whole(super::cost::LAMBDA)
    }
}

impl Lambda {
    /// A whole number of instructions per second.
    pub const fn whole(instructions: u64) -> Lambda {
        Lambda {
            numerator: instructions as u128,
            denominator: 1,
        }
    }

    /// As a number for people.
    pub fn value(self) -> f64 {
        self.numerator as f64 / self.denominator as f64
    }
}

impl Problem {
    /// The node of the body in the kernel half.
    pub fn kernel(&self, function: FunctionId) -> Node {
        Node(2 + 3 * function.0)
    }

    /// The node of the body that is missing in the user half.
    pub fn absent(&self, function: FunctionId) -> Node {
        if self.shared[function.0] {
            Node(3 + 3 * function.0)
        } else {
            self.kernel(function)
        }
    }

    /// The node of atomic context.
    pub fn atomic(&self, function: FunctionId) -> Node {
        Node(4 + 3 * function.0)
    }

    /// The function of a node; none for the halves themselves.
    pub fn function(&self, node: Node) -> Option<FunctionId> {
        node.0.checked_sub(2).map(|index| FunctionId(index / 3))
    }

    /// How many nodes there are.
    pub fn nodes(&self) -> usize {
        2 + 3 * self.lines.len()
    }

    /// The best placement: the cheapest, and of those the one with the fewest lines in the kernel. `None`
    /// if the rules contradict each other.
    pub fn solve(&self, lambda: Lambda) -> Option<Solution> {
        self.solve_with(lambda, |_| true, &[])
    }

    /// The best placement under the rules that `holds` admits, and some more.
    pub fn solve_with(
        &self,
        lambda: Lambda,
        holds: impl Fn(&Rule) -> bool,
        more: &[Rule],
    ) -> Option<Solution> {
        let mut network = Network::new(self.nodes());
        let rules = self.rules.iter().filter(|rule| holds(rule));
        for rule in rules.chain(more) {
            network.implies(rule.from.0, rule.to.0);
        }
        for charge in &self.charges {
            let capacity = charge.cost.saturating_mul(lambda.denominator);
            network.edge(charge.from.0, charge.to.0, capacity);
        }
        for (index, lines) in self.lines.iter().enumerate() {
            let kernel = self.kernel(FunctionId(index));
            network.edge(kernel.0, USER.0, self.worth(lambda, *lines));
        }
        let cut = network.minimum(KERNEL.0, USER.0)?;
        Some(self.solution(cut.at_source))
    }

    /// What lines cost in the kernel, in thousandths of instructions times lambda's denominator.
    pub fn worth(&self, lambda: Lambda, lines: u64) -> u128 {
        let time = u128::from(lines) * u128::from(self.milliseconds);
        lambda.numerator.saturating_mul(time)
    }

    /// The sides of a cut with what they cost.
    pub fn solution(&self, at_kernel: Vec<bool>) -> Solution {
        let of = |(index, _): &(usize, &u64)| at_kernel[self.kernel(FunctionId(*index)).0];
        let lines = self.lines.iter().enumerate().filter(of);
        let lines = lines.map(|(_, lines)| lines).sum();
        let cut = |charge: &&Charge| at_kernel[charge.from.0] && !at_kernel[charge.to.0];
        let cut = self.charges.iter().filter(cut);
        let cost = cut.fold(0_u128, |sum, charge| sum.saturating_add(charge.cost));
        Solution {
            at_kernel,
            lines,
            cost,
        }
    }

    /// The objective, in thousandths of instructions times lambda's denominator.
    pub fn objective(&self, lambda: Lambda, solution: &Solution) -> u128 {
        let crossings = solution.cost.saturating_mul(lambda.denominator);
        crossings.saturating_add(self.worth(lambda, solution.lines))
    }

    /// Thousandths of instructions in the time that the charges are for, as instructions per second.
    pub fn per_second(&self, cost: u128) -> u128 {
        cost / u128::from(self.milliseconds.max(1))
    }

    /// The functions whose bodies the kernel half has in one solution, and not in another.
    pub fn leaving(&self, before: &Solution, after: &Solution) -> Vec<FunctionId> {
        let ids = (0..self.lines.len()).map(FunctionId);
        ids.filter(|id| before.has(self.kernel(*id)) && !after.has(self.kernel(*id)))
            .collect()
    }

    /// The charges that a solution has to pay.
    pub fn paid<'a>(&'a self, solution: &'a Solution) -> impl Iterator<Item = &'a Charge> {
        self.charges
            .iter()
            .filter(|charge| solution.at_kernel[charge.from.0] && !solution.at_kernel[charge.to.0])
    }
}

impl Solution {
    /// Whether a node is at the kernel's side.
    pub fn has(&self, node: Node) -> bool {
        self.at_kernel[node.0]
    }
}
