//! MD0040 to MD0050: placements that are not there, or not within a budget.

use super::{Code, Entry};

pub(super) const ENTRIES: &[Entry] = &[
    Entry {
        code: Code::NoPlacement,
        id: "MD0040",
        text: "annotations, calls and touches that contradict each other.

The labels are a smallest core: without any one of them there is a placement. They form a chain from what has to be in
the kernel (a pin, a kernel-only type, an atomic root) through calls that cannot cross to what must not be there.

Wrong:
    #[kernel_path]
    fn start(&self) { self.count(&|| 1); }
    #[user_path]
    fn count(&self, of: &dyn Fn() -> u32) { ... }   // cannot cross

Right:
    #[kernel_path]
    fn start(&self) { self.count(&|| 1); }
    fn count(&self, of: &dyn Fn() -> u32) { ... }   // stays with its caller",
    },
    Entry {
        code: Code::BudgetWithoutTotal,
        id: "MD0041",
        text: "a budget without a profile that says what it is a share of.

`--budget 5%` is a share of the instructions that the machine executed while a profile was recorded: the profile's
`total`. Without one, say what a line in the kernel is worth with `--lambda` instead.

Wrong:
    pcnet-partition analyze drivers/pcnet32 --budget 5%

Right:
    pcnet-partition analyze drivers/pcnet32 --profile profiles/pcnet32/bulk.json --budget 5%",
    },
    Entry {
        code: Code::OverBudget,
        id: "MD0042",
        text: "no plan stays within the budget.

Even with as much in the kernel as annotations allow, the crossings that are left cost more, by what was recorded.
`pcnet-partition why` says of a function in the user half what keeps it there.

Wrong:
    pcnet-partition analyze drivers/pcnet32 --profile profiles/pcnet32/bulk.json --budget 0%

Right:
    pcnet-partition analyze drivers/pcnet32 --profile profiles/pcnet32/bulk.json --budget 5%",
    },
    Entry {
        code: Code::UnknownFunction,
        id: "MD0043",
        text: "no function of the driver has that name, or more than one has it.

Functions are named as in the plan: the last module or the type, and the name, such as `Port::number` or `chip::read`. The name
alone is enough if only one function has it.

Wrong:
    pcnet-partition why drivers/pcnet32 read        # several have this name

Right:
    pcnet-partition why drivers/pcnet32 chip::read",
    },
    Entry {
        code: Code::TooManyFunctions,
        id: "MD0050",
        text: "the driver has more functions than an instrumented build can count.

`split --instrument` gives each function a number, and the tables that are counted in have room for 32,767 of
them. Such a driver can be profiled with the kernel's own tools.

Wrong:
    pcnet-partition split drivers/enormous --out target/split --instrument

Right:
    perf script > perf.txt
    pcnet-partition profile import perf.txt --driver drivers/enormous",
    },
];
