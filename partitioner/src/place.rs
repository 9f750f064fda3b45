//! Decides for each function in which half it lives.
//!
//! The kernel half grows until nothing has to join it: pins first, then what atomic context reaches, what
//! stays with its caller, and what would need a crossing that its signature does not allow. The rest is
//! the user half's. Functions that only work on their arguments are helpers: copied to whoever calls them.

use std::collections::{BTreeMap, BTreeSet};

use partitioner_syntax::{Context, Half};

use crate::contexts::Contexts;
use crate::crossing::{self, Obstacle};
use crate::diagnostics::{Code, Diagnostic, Outcome, Report};
use crate::driver::{Driver, FunctionId, Owner};
use crate::graph::Graph;
use crate::source::Span;
use crate::types::Types;

/// Where every function lives, and why.
#[derive(Clone, Debug, Default)]
pub struct Placement {
    /// The functions that the kernel half has, with the reason.
    pub kernel: BTreeMap<FunctionId, String>,
    /// The functions that the user half has, with the reason.
    pub user: BTreeMap<FunctionId, String>,
    /// Functions without state: copied to the halves that call them.
    pub helpers: BTreeSet<FunctionId>,
    /// Functions of the kernel half that the user half needs and can only have as a copy.
    pub copies: BTreeMap<FunctionId, String>,
    /// The functions that run in atomic context.
    pub atomic: BTreeSet<FunctionId>,
}

impl Placement {
    /// Whether a function is in the kernel half and nowhere else, helpers aside.
    pub fn in_kernel(&self, function: FunctionId) -> bool {
        self.kernel.contains_key(&function)
    }
}

/// The plan of the unsplit driver.
pub fn everything_in_the_kernel(types: Types<'_>, graph: &Graph) -> Outcome<Placement> {
    let reason = "unsplit: everything is in the kernel".to_owned();
    let kernel: BTreeMap<_, _> = types
        .driver
        .iter()
        .map(|(id, _)| (id, reason.clone()))
        .collect();
    let contexts = Contexts {
        driver: types.driver,
        graph,
        in_kernel: &|_| true,
        is_helper: &|_| false,
        runtime_defers: types.api.defers_unsplit,
    };
    let atomic = contexts.atomic();
    let mut report = Report::default();
    contexts.check(&atomic, &mut report);
    report.finish()?;
    Ok(Placement {
        kernel,
        atomic,
        ..Placement::default()
    })
}

/// Places every function.
///
/// # Errors
/// `MD0010` to `MD0012` where an annotation cannot be kept, `MD0014`.
pub fn place(types: Types<'_>, graph: &Graph) -> Outcome<Placement> {
    let driver = types.driver;
    let mut placer = Placer {
        types,
        driver,
        graph,
        kernel: BTreeMap::new(),
        helpers: BTreeSet::new(),
        report: Report::default(),
        blamed: BTreeSet::new(),
    };
    placer.pins();
    loop {
        let before = placer.kernel.len();
        let atomic = placer.atomic();
        placer.callees_of_the_kernel(&atomic);
        placer.crossings();
        if placer.kernel.len() == before {
            return placer.finish(atomic);
        }
    }
}

struct Placer<'a> {
    types: Types<'a>,
    driver: &'a Driver,
    graph: &'a Graph,
    kernel: BTreeMap<FunctionId, String>,
    helpers: BTreeSet<FunctionId>,
    report: Report,
    /// Functions about which something was reported: once is enough.
    blamed: BTreeSet<FunctionId>,
}

impl<'a> Placer<'a> {
    fn with<'b>(
        &self,
        in_kernel: &'b dyn Fn(FunctionId) -> bool,
        is_helper: &'b dyn Fn(FunctionId) -> bool,
    ) -> Contexts<'b>
    where
        'a: 'b,
    {
        Contexts {
            driver: self.driver,
            graph: self.graph,
            in_kernel,
            is_helper,
            runtime_defers: false,
        }
    }

    fn annotated(&self, function: FunctionId, half: Half) -> Option<Span> {
        let function = self.driver.function(function);
        let path = function.markers.path.filter(|path| path.value == half)?;
        Some(Span::from(
            self.driver.tree.module(function.module).file,
            path.span,
        ))
    }

    /// Puts a function into the kernel half, unless its author wants it elsewhere.
    fn pin(&mut self, function: FunctionId, reason: String) -> bool {
        if self.kernel.contains_key(&function) || self.annotated(function, Half::User).is_some() {
            return false;
        }
        self.helpers.remove(&function);
        self.kernel.insert(function, reason);
        true
    }

    /// What an author asks for cannot be.
    fn blame(&mut self, function: FunctionId, diagnostic: Diagnostic) {
        if self.blamed.insert(function) {
            self.report.add(diagnostic);
        }
    }

    fn pins(&mut self) {
        for (id, function) in self.driver.iter() {
            let touch = self.graph.facts(id).kernel_only.first();
            let root = function.root;
            if let Some(annotation) = self.annotated(id, Half::User) {
                if root.is_some_and(|root| root.kernel) {
                    let title = format!("`{}` is always in the kernel", function.name);
                    let help = "remove `#[user_path]`: the API pins this root to the kernel";
                    self.blame(
                        id,
                        Diagnostic::new(Code::UserNeedsKernel, title, help)
                            .at(annotation, "asked for here"),
                    );
                } else if let Some(touch) = touch {
                    let title = format!("`{}` cannot leave the kernel", function.name);
                    let help =
                        "move what needs it into a function of its own, without `#[user_path]`";
                    let diagnostic = Diagnostic::new(Code::UserNeedsKernel, title, help)
                        .at(touch.span, format!("touches {}", touch.what))
                        .with(annotation, "asked for here");
                    self.blame(id, diagnostic);
                }
            }
            if self.annotated(id, Half::Kernel).is_some() {
                self.kernel
                    .insert(id, "annotated `#[kernel_path]`".to_owned());
            } else if root.is_some_and(|root| root.kernel) {
                self.pin(
                    id,
                    "a root that the driver API pins to the kernel".to_owned(),
                );
            } else if root.is_some_and(|root| root.context == Context::Atomic && !root.deferrable) {
                self.pin(id, "the kernel calls it in atomic context".to_owned());
            } else if let Some(touch) = touch {
                self.pin(id, format!("touches {}", touch.what));
            } else if self.driver.is_of_state(function)
                && root.is_none()
                && matches!(function.owner, Owner::Trait { .. })
            {
                self.pin(id, "the state's master copy is in the kernel".to_owned());
            } else if self.is_helper(id) {
                self.helpers.insert(id);
            }
        }
    }

    /// Whether a function works on nothing but its arguments.
    fn is_helper(&self, id: FunctionId) -> bool {
        let function = self.driver.function(id);
        let has_state = self.driver.is_of_state(function) && function.has_receiver();
        function.root.is_none() && function.markers.path.is_none() && !has_state
    }

    /// Atomic functions are the kernel's.
    fn atomic(&mut self) -> BTreeSet<FunctionId> {
        let kernel: BTreeSet<FunctionId> = self.kernel.keys().copied().collect();
        let in_kernel = |id: FunctionId| kernel.contains(&id);
        let helpers = self.helpers.clone();
        let is_helper = |id: FunctionId| helpers.contains(&id);
        let contexts = self.with(&in_kernel, &is_helper);
        let atomic = contexts.atomic();
        let chains: BTreeMap<FunctionId, Vec<(Span, String)>> =
            atomic.iter().map(|id| (*id, contexts.chain(*id))).collect();
        for (id, chain) in chains {
            let id = &id;
            if let Some(annotation) = self.annotated(*id, Half::User) {
                let name = &self.driver.function(*id).name;
                let title = format!("`{name}` is reached in atomic context");
                let help =
                    "defer the call, or remove `#[user_path]` and leave the function to the kernel";
                let mut diagnostic = Diagnostic::new(Code::UserInAtomic, title, help)
                    .at(annotation, "asked for in the user half");
                if chain.is_empty() {
                    diagnostic = diagnostic
                        .note("it is a root that the kernel calls where it may not sleep");
                }
                for (span, label) in chain {
                    diagnostic = diagnostic.with(span, label);
                }
                self.blame(*id, diagnostic);
            } else if !self.helpers.contains(id) {
                let reason = match chain.first() {
                    Some((_, label)) => format!(
                        "runs in atomic context: {}",
                        label.trim_end_matches(" calls it here")
                    ),
                    None => "the kernel calls it in atomic context".to_owned(),
                };
                self.pin(*id, reason);
            }
        }
        atomic
    }

    /// What the kernel half calls stays with it, unless it is a root or asked for elsewhere.
    fn callees_of_the_kernel(&mut self, atomic: &BTreeSet<FunctionId>) {
        let mut queue: Vec<FunctionId> = self.kernel.keys().copied().collect();
        let mut seen: BTreeSet<FunctionId> = queue.iter().copied().collect();
        while let Some(caller) = queue.pop() {
            for callee in self.graph.callees(caller).collect::<Vec<_>>() {
                let stays = self.driver.function(callee).root.is_none();
                let joins = if self.helpers.contains(&callee) {
                    true
                } else {
                    let name = &self.driver.function(caller).name;
                    let reason = format!(
                        "`{name}` calls it in the kernel: a crossing would cost more than its lines"
                    );
                    stays && !atomic.contains(&callee) && self.pin(callee, reason)
                };
                if joins && seen.insert(callee) {
                    queue.push(callee);
                }
            }
        }
    }

    /// The functions that the kernel half calls, through helpers, too.
    fn called_by_the_kernel(&self) -> BTreeSet<FunctionId> {
        let mut called = BTreeSet::new();
        let mut queue: Vec<FunctionId> = self.kernel.keys().copied().collect();
        while let Some(caller) = queue.pop() {
            for callee in self.graph.callees(caller) {
                if called.insert(callee) && self.helpers.contains(&callee) {
                    queue.push(callee);
                }
            }
        }
        called
    }

    /// What would need a crossing that is not possible stays in the kernel.
    fn crossings(&mut self) {
        let called = self.called_by_the_kernel();
        let available = self.available();
        for (id, function) in self.driver.iter() {
            if self.kernel.contains_key(&id) {
                continue;
            }
            let crosses = function.root.is_some() || called.contains(&id);
            if crosses
                && !self.helpers.contains(&id)
                && let Err(obstacle) = crossing::upcall(&self.types, function)
            {
                self.obstructed(id, &obstacle);
                continue;
            }
            let missing = self
                .graph
                .facts(id)
                .calls
                .iter()
                .find(|(callee, _)| !available.contains(callee));
            if let Some((callee, span)) = missing {
                self.unavailable(id, *callee, *span);
            }
        }
    }

    fn obstructed(&mut self, id: FunctionId, obstacle: &Obstacle) {
        let function = self.driver.function(id);
        if let Some(annotation) = self.annotated(id, Half::User) {
            let file = self.driver.tree.module(function.module).file;
            let span = match &obstacle.ty {
                Some(ty) => Span::of(file, ty),
                None => Span::of(file, &function.signature),
            };
            let title = format!("the signature of `{}` cannot cross", function.name);
            let help = "give every type a wire form (`#[derive(Wire)]`) and return `Result`, or remove `#[user_path]`";
            let diagnostic = Diagnostic::new(Code::CannotCross, title, help)
                .at(span, &obstacle.reason)
                .with(annotation, "asked for here");
            self.blame(id, diagnostic);
        }
        self.pin(
            id,
            format!("its signature cannot cross: {}", obstacle.reason),
        );
    }

    fn unavailable(&mut self, id: FunctionId, callee: FunctionId, span: Span) {
        let called = self.driver.function(callee);
        let why = match crossing::downcall(&self.types, called) {
            Err(obstacle) => obstacle.reason,
            Ok(_) => "what it calls in turn cannot cross".to_owned(),
        };
        if let Some(annotation) = self.annotated(id, Half::User) {
            let name = &self.driver.function(id).name;
            let title = format!(
                "`{name}` calls `{}`, which stays in the kernel and cannot cross",
                called.name
            );
            let help =
                "give the called function a signature that can cross, or remove `#[user_path]`";
            let diagnostic = Diagnostic::new(Code::CannotCross, title, help)
                .at(span, &why)
                .with(annotation, "asked for here");
            self.blame(id, diagnostic);
        }
        self.pin(
            id,
            format!("calls `{}`, which stays in the kernel: {why}", called.name),
        );
    }

    /// The functions that the user half can have: its own, those that it can call across, and those
    /// that can be copied because they touch nothing of the kernel.
    fn available(&self) -> BTreeSet<FunctionId> {
        let mut available: BTreeSet<FunctionId> = self.driver.iter().map(|(id, _)| id).collect();
        loop {
            let missing: Vec<FunctionId> = available
                .iter()
                .copied()
                .filter(|id| {
                    let own = !self.kernel.contains_key(id) && !self.helpers.contains(id);
                    !own && !self.calls_down(*id) && !self.copies(*id, &available)
                })
                .collect();
            if missing.is_empty() {
                return available;
            }
            missing.iter().for_each(|id| {
                available.remove(id);
            });
        }
    }

    fn calls_down(&self, id: FunctionId) -> bool {
        self.kernel.contains_key(&id)
            && crossing::downcall(&self.types, self.driver.function(id)).is_ok()
    }

    fn copies(&self, id: FunctionId, available: &BTreeSet<FunctionId>) -> bool {
        let function = self.driver.function(id);
        let facts = self.graph.facts(id);
        function.root.is_none()
            && function.markers.path.is_none()
            && facts.kernel_only.is_empty()
            && facts.calls.keys().all(|callee| available.contains(callee))
    }

    fn finish(mut self, atomic: BTreeSet<FunctionId>) -> Outcome<Placement> {
        // What sleeps below a function that should not be there is not another mistake.
        std::mem::take(&mut self.report).finish()?;
        let mut report = Report::default();
        let in_kernel = |id: FunctionId| self.kernel.contains_key(&id);
        let is_helper = |id: FunctionId| self.helpers.contains(&id);
        self.with(&in_kernel, &is_helper)
            .check(&atomic, &mut report);
        report.finish()?;
        let mut user = BTreeMap::new();
        let mut queue = Vec::new();
        for (id, _) in self.driver.iter() {
            if !self.kernel.contains_key(&id) && !self.helpers.contains(&id) {
                let reason = match self.annotated(id, Half::User) {
                    Some(_) => "annotated `#[user_path]`",
                    None if atomic_root(self.driver, id) => {
                        "deferred: the kernel does not wait for it"
                    }
                    None => "process context, and nothing keeps it in the kernel",
                };
                user.insert(id, reason.to_owned());
                queue.push(id);
            }
        }
        let mut copies = BTreeMap::new();
        let mut seen: BTreeSet<FunctionId> = queue.iter().copied().collect();
        while let Some(caller) = queue.pop() {
            for callee in self.graph.callees(caller) {
                let copied = self.kernel.contains_key(&callee) && !self.calls_down(callee);
                if copied && !copies.contains_key(&callee) {
                    let why = crossing::downcall(&self.types, self.driver.function(callee));
                    let why = why
                        .err()
                        .map(|obstacle| obstacle.reason)
                        .unwrap_or_default();
                    copies.insert(callee, format!("copied, because {why}"));
                }
                if (copied || self.helpers.contains(&callee)) && seen.insert(callee) {
                    queue.push(callee);
                }
            }
        }
        Ok(Placement {
            kernel: self.kernel,
            user,
            helpers: self.helpers,
            copies,
            atomic,
        })
    }
}

fn atomic_root(driver: &Driver, id: FunctionId) -> bool {
    driver
        .function(id)
        .root
        .is_some_and(|root| root.context == Context::Atomic)
}
