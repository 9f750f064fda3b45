//! Why a rule of placement holds: an annotation, something that a body does, or a call.

use partitioner_syntax::Half;

use crate::driver::FunctionId;
use crate::graph::Touch;
use crate::source::Span;

/// Why a rule holds.
#[derive(Clone, Debug)]
pub enum Cause {
    /// The author wants it there.
    Annotated(FunctionId, Half, Span),
    /// The driver API pins this root to the kernel.
    PinnedRoot(FunctionId),
    /// The kernel calls it where it may not sleep.
    AtomicRoot(FunctionId),
    /// It touches what only the kernel has.
    Touches(FunctionId, Touch),
    /// A trait of the state, other than those with roots: the state itself is in the kernel.
    MasterCopy(FunctionId),
    /// The traits of the user half do not have it.
    KernelMethod(FunctionId),
    /// The kernel half calls it, and cannot do so across.
    CannotBeCalled {
        /// Who calls; none for the kernel itself.
        caller: Option<FunctionId>,
        /// Who is called.
        callee: FunctionId,
        /// Where.
        span: Option<Span>,
        /// What is in the way.
        why: String,
        /// What is to blame for it, in the signature.
        blamed: Span,
    },
    /// It calls what cannot be called across, if that is in the kernel.
    CannotCall {
        /// Who calls.
        caller: FunctionId,
        /// Who is called.
        callee: FunctionId,
        /// Where.
        span: Span,
        /// What is in the way.
        why: String,
    },
    /// The callee is copied to the kernel half with its caller.
    CopiedToKernel {
        /// Who calls.
        caller: FunctionId,
        /// Who is called.
        callee: FunctionId,
        /// Where.
        span: Span,
    },
    /// The callee is copied to the user half with its caller, so the user half needs to be able to have it.
    CopiedToUser {
        /// Who calls.
        caller: FunctionId,
        /// Who is called.
        callee: FunctionId,
        /// Where.
        span: Span,
    },
    /// What runs in atomic context runs in the kernel.
    AtomicIsKernel(FunctionId),
    /// In the kernel half, this deferrable root runs in atomic context.
    NotDeferred(FunctionId),
    /// What atomic context calls runs in atomic context.
    AtomicCall {
        /// Who calls.
        caller: FunctionId,
        /// Who is called.
        callee: FunctionId,
        /// Where.
        span: Span,
    },
    /// A guard is held during the call.
    HeldCall {
        /// Who calls.
        caller: FunctionId,
        /// Who is called.
        callee: FunctionId,
        /// Where, and what is held.
        touch: Touch,
    },
    /// It may sleep.
    Sleeps(FunctionId, Touch),
    /// It may sleep while it holds a guard.
    SleepsWhileHolding(FunctionId, Touch),
    /// What somebody wants to know: what if it were there?
    Asked(FunctionId, Half),
}

impl Cause {
    /// Whether it says nothing about the driver, but how placement works.
    pub fn is_given(&self) -> bool {
        matches!(self, Cause::AtomicIsKernel(_))
    }

    /// Where one sees it, if anywhere.
    pub fn span(&self) -> Option<Span> {
        match self {
            Cause::Annotated(_, _, span)
            | Cause::CannotCall { span, .. }
            | Cause::CopiedToKernel { span, .. }
            | Cause::CopiedToUser { span, .. }
            | Cause::AtomicCall { span, .. } => Some(*span),
            Cause::Touches(_, touch)
            | Cause::Sleeps(_, touch)
            | Cause::SleepsWhileHolding(_, touch)
            | Cause::HeldCall { touch, .. } => Some(touch.span),
            Cause::CannotBeCalled { span, blamed, .. } => Some(span.unwrap_or(*blamed)),
            Cause::PinnedRoot(_)
            | Cause::AtomicRoot(_)
            | Cause::MasterCopy(_)
            | Cause::KernelMethod(_)
            | Cause::AtomicIsKernel(_)
            | Cause::NotDeferred(_)
            | Cause::Asked(..) => None,
        }
    }
}
