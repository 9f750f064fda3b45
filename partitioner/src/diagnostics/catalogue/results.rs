//! MD0070 to MD0083: reports that cannot be written, builds that fail.

use super::{Code, Entry};

pub(super) const ENTRIES: &[Entry] = &[
    Entry {
        code: Code::OtherPlan,
        id: "MD0070",
        text: "a plan to compare with cannot be read.

It is a `plan.json` that `split` or `analyze --format json` wrote for the same driver, with the same schema.

Wrong:
    pcnet-partition report drivers/pcnet32 --html report.html --against Cargo.toml

Right:
    pcnet-partition report drivers/pcnet32 --html report.html --against profiles/plan.json",
    },
    Entry {
        code: Code::ReportFile,
        id: "MD0071",
        text: "the report cannot be written.

It is written beside its place and renamed, so the old one stays as long as the new one is not whole.

Wrong:
    pcnet-partition report drivers/pcnet32 --html nowhere/report.html

Right:
    pcnet-partition report drivers/pcnet32 --html report.html",
    },
    Entry {
        code: Code::NoSplit,
        id: "MD0080",
        text: "a directory that is no split.

`build` takes what `split` wrote: both crates and plan.json. What the plan says goes into C, a manifest and names of
files, so a plan with names that are none is refused.

Wrong:
    pcnet-partition build drivers/pcnet32 --kernel-dir /lib/modules/$(uname -r)/build --out target/out

Right:
    pcnet-partition split drivers/pcnet32 --out target/split
    pcnet-partition build target/split --kernel-dir /lib/modules/$(uname -r)/build --out target/out",
    },
    Entry {
        code: Code::KernelDirectory,
        id: "MD0081",
        text: "a kernel that cannot be built for.

A module is built for one kernel, whose headers package holds its configuration and its build system. The directory is
the one that `make -C` takes. Kernels older than the oldest that the runtime knows are refused.

Wrong:
    pcnet-partition build target/split --kernel-dir /usr/src --out target/out

Right:
    apt-get install linux-headers-$(uname -r)
    pcnet-partition build target/split --kernel-dir /lib/modules/$(uname -r)/build --out target/out",
    },
    Entry {
        code: Code::NoCompiler,
        id: "MD0082",
        text: "no Rust compiler that can build for a kernel.

The kernel half has its own `core`, built with the flags that the kernel's configuration demands. So the compiler has to
come with the source of `core`. MICRODRIVER_RUSTC names one; otherwise the one in PATH is taken, or Debian's.

Wrong:
    rustup component remove rust-src

Right:
    rustup component add rust-src               # on Debian: apt-get install rustc-web rust-web-src",
    },
    Entry {
        code: Code::BuildStep,
        id: "MD0083",
        text: "a step of the build that failed.

`build` runs cargo, the linker and other tools of binutils, and the kernel's own build system. One of them is not
installed, or refused what it was given, or warned about the module. What it said is in the diagnostic.

Wrong:
    apt-get remove make
    pcnet-partition build target/split --kernel-dir /lib/modules/$(uname -r)/build --out target/out

Right:
    apt-get install make binutils gcc
    pcnet-partition build target/split --kernel-dir /lib/modules/$(uname -r)/build --out target/out",
    },
];
