//! MD0055 to MD0066: profiles, recordings and given plans that are of no use.

use super::{Code, Entry};

pub(super) const ENTRIES: &[Entry] = &[
    Entry {
        code: Code::Profile,
        id: "MD0055",
        text: "a file that is not a profile.

A profile is JSON of one version (docs/profiles.md has the format): fields are known, names are short and there once,
counts are whole numbers. An instrumented build and `profile import` write such files.

Wrong:
    pcnet-partition analyze drivers/pcnet32 --profile perf.data

Right:
    pcnet-partition profile import perf.txt --driver drivers/pcnet32 > profile.json
    pcnet-partition analyze drivers/pcnet32 --profile profile.json",
    },
    Entry {
        code: Code::ProfilesDiffer,
        id: "MD0056",
        text: "profiles that do not add up.

Counts of different drivers, of different versions of a source or in different units have no sum that means
anything.

Wrong:
    pcnet-partition profile merge of-pcnet32.json of-another-driver.json

Right:
    pcnet-partition profile merge of-pcnet32-in-may.json of-pcnet32-in-june.json",
    },
    Entry {
        code: Code::ProfileStale,
        id: "MD0057",
        text: "a profile of another source version.

The fingerprint in a profile is that of the source that was recorded. Counts of another version would be laid on
functions that do something else now. Record again.

Wrong:
    git switch older
    pcnet-partition analyze drivers/pcnet32 --profile recorded-on-main.json

Right:
    git switch main
    pcnet-partition analyze drivers/pcnet32 --profile recorded-on-main.json",
    },
    Entry {
        code: Code::Recording,
        id: "MD0058",
        text: "a recording that cannot be read.

`profile import` reads text: what `perf script` prints, the trace files of ftrace's function and function_graph
tracers, the maps that bpftrace prints, and histograms of hist triggers. Files of the tools' own binary formats have to
be printed by these tools first.

Wrong:
    pcnet-partition profile import perf.data --driver drivers/pcnet32

Right:
    perf script > perf.txt
    pcnet-partition profile import perf.txt --driver drivers/pcnet32",
    },
    Entry {
        code: Code::RecordingKernel,
        id: "MD0059",
        text: "a recording and an object of different kernels.

Addresses and offsets only mean something in the very build that was recorded. The release that the recording names,
`--kernel`, and the release that the module was built for have to be the same, and so have build ids.

Wrong:
    pcnet-partition profile import perf.txt --driver drivers/pcnet32 --kernel 6.12.1 --object built-for-6.1.ko

Right:
    pcnet-partition profile import perf.txt --driver drivers/pcnet32 --kernel 6.12.1 --object built-for-6.12.1.ko",
    },
    Entry {
        code: Code::RecordingEmpty,
        id: "MD0060",
        text: "a recording without anything of the driver.

No symbol in it is a function of the driver. Either it was not loaded, or its functions were not traced, or the
compiler inlined them all: then `--object` with debug information finds them.

Wrong:
    rmmod card_md; perf record -a sleep 10       # the driver was not there

Right:
    insmod card_md.ko; perf record -a sleep 10",
    },
    Entry {
        code: Code::Object,
        id: "MD0061",
        text: "an object that cannot be read.

`--object` takes the ELF file that ran: the module, or the kernel half that it was linked from, best with debug
information.

Wrong:
    pcnet-partition profile import perf.txt --driver drivers/pcnet32 --object drivers/pcnet32/src/lib.rs

Right:
    pcnet-partition profile import perf.txt --driver drivers/pcnet32 --object target/out/card_md.ko",
    },
    Entry {
        code: Code::PlanFile,
        id: "MD0062",
        text: "a file that is not a plan.

`split` writes plan.json, `repartition --apply` a shorter one (docs/profiles.md has the format). Both are read as
wishes: where each function should live.

Wrong:
    pcnet-partition split drivers/pcnet32 --out target/split --plan profile.json

Right:
    pcnet-partition split drivers/pcnet32 --out target/split --plan plan.json",
    },
    Entry {
        code: Code::PlanStale,
        id: "MD0063",
        text: "a plan for another driver or another source version.

A plan names functions by the fingerprint of their source. After a change of the source, somebody has to decide again:
run `repartition`, or start from the default.

Wrong:
    edit drivers/card/src/net.rs
    pcnet-partition split drivers/pcnet32 --out target/split --plan of-yesterday.json

Right:
    pcnet-partition repartition drivers/pcnet32 --profile profile.json --apply plan.json
    pcnet-partition split drivers/pcnet32 --out target/split --plan plan.json",
    },
    Entry {
        code: Code::PlanPlacement,
        id: "MD0064",
        text: "a plan that cannot be kept.

It names a function that the driver does not have, contradicts an annotation, or puts a function where the rest of the
plan does not let it be.

Wrong:
    { \"function\": \"Card::start_xmit\", \"placement\": \"user\" }    // is #[kernel_path]

Right:
    { \"function\": \"Card::start_xmit\", \"placement\": \"kernel\" }",
    },
    Entry {
        code: Code::TooDeep,
        id: "MD0065",
        text: "a source file that is too large or nested too deeply.

Brackets within brackets cost stack, in this command as in the compiler. No driver that people write comes near the
limits.

Wrong:
    fn deep() -> u32 { ((((((((((((((((((((((((((( ... )))))))))))))))))))))))))) }

Right:
    fn deep() -> u32 { let inner = ...; outer(inner) }",
    },
    Entry {
        code: Code::NoCounts,
        id: "MD0066",
        text: "a profile that does not count calls.

Samples say where time goes, not how often a function is called; what a crossing would cost depends on the latter.
Record with an instrumented build, with ftrace or with probes.

Wrong:
    perf record -e cycles -a sleep 10               # says where time goes

Right:
    trace-cmd record -p function -l 'card_md:*'   # counts calls",
    },
];
