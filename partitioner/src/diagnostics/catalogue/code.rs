//! The kinds of mistakes.

/// What kind of mistake it is. Ids are never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Code {
    /// `MD0001`
    NoCrate,
    /// `MD0002`
    Syntax,
    /// `MD0003`
    ModuleFile,
    /// `MD0004`
    Configuration,
    /// `MD0005`
    Unsupported,
    /// `MD0006`
    UnknownMacro,
    /// `MD0007`
    NoApi,
    /// `MD0008`
    NoDriver,
    /// `MD0009`
    Attribute,
    /// `MD0010`
    UserInAtomic,
    /// `MD0011`
    UserNeedsKernel,
    /// `MD0012`
    CannotCross,
    /// `MD0013`
    StateField,
    /// `MD0014`
    SleepsInAtomic,
    /// `MD0015`
    NoDevice,
    /// `MD0016`
    NoUserRuntime,
    /// `MD0017`
    Output,
    /// `MD0018`
    Literal,
    /// `MD0019`
    LockOrder,
    /// `MD0020`
    LockTwice,
    /// `MD0021`
    TwoCopies,
    /// `MD0022`
    Provenance,
    /// `MD0030`
    MissingEdge,
    /// `MD0031`
    UnmatchedFunction,
    /// `MD0032`
    NoWitness,
    /// `MD0033`
    MissingField,
    /// `MD0034`
    LinkedCrossing,
    /// `MD0035`
    MissingLock,
    /// `MD0040`
    NoPlacement,
    /// `MD0041`
    BudgetWithoutTotal,
    /// `MD0042`
    OverBudget,
    /// `MD0043`
    UnknownFunction,
    /// `MD0050`
    TooManyFunctions,
    /// `MD0055`
    Profile,
    /// `MD0056`
    ProfilesDiffer,
    /// `MD0057`
    ProfileStale,
    /// `MD0058`
    Recording,
    /// `MD0059`
    RecordingKernel,
    /// `MD0060`
    RecordingEmpty,
    /// `MD0061`
    Object,
    /// `MD0062`
    PlanFile,
    /// `MD0063`
    PlanStale,
    /// `MD0064`
    PlanPlacement,
    /// `MD0065`
    TooDeep,
    /// `MD0066`
    NoCounts,
    /// `MD0070`
    OtherPlan,
    /// `MD0071`
    ReportFile,
    /// `MD0080`
    NoSplit,
    /// `MD0081`
    KernelDirectory,
    /// `MD0082`
    NoCompiler,
    /// `MD0083`
    BuildStep,
    /// `MD0090`
    SearchGivenUp,
    /// `MD0091`
    Strangers,
    /// `MD0092`
    RecordingParts,
    /// `MD0093`
    NoDebugInformation,
}
impl Code {
    /// Whether this is about the run (a missing file) and not about what the driver says.
    pub const fn is_failure(self) -> bool {
        matches!(
            self,
            Code::NoCrate
                | Code::NoApi
                | Code::NoUserRuntime
                | Code::Output
                | Code::Provenance
                | Code::OtherPlan
                | Code::ReportFile
                | Code::NoWitness
                | Code::Profile
                | Code::BudgetWithoutTotal
                | Code::OverBudget
                | Code::UnknownFunction
                | Code::ProfilesDiffer
                | Code::ProfileStale
                | Code::Recording
                | Code::RecordingKernel
                | Code::RecordingEmpty
                | Code::Object
                | Code::PlanFile
                | Code::PlanStale
                | Code::NoCounts
                | Code::NoSplit
                | Code::KernelDirectory
                | Code::NoCompiler
                | Code::BuildStep
        )
    }

    /// Whether the run goes on.
    pub const fn is_warning(self) -> bool {
        matches!(
            self,
            Code::SearchGivenUp | Code::Strangers | Code::RecordingParts | Code::NoDebugInformation
        )
    }
}
