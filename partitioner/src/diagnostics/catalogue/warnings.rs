//! MD0090 to MD0093: warnings, after which the run goes on.

use super::{Code, Entry};

pub(super) const ENTRIES: &[Entry] = &[
    Entry {
        code: Code::SearchGivenUp,
        id: "MD0090",
        text: "a plan within a budget that may not be the best.

The plan with the fewest lines within a budget is searched for; in a large driver with many nearly equal choices, the
search is given up after a fixed amount of work. The plan stays within the budget, and another one may have fewer lines:
the warning says how many at most. A plan for a price is always the best there is.

Wrong:
    pcnet-partition analyze drivers/large --profile profile.json --budget 5%    # and the warning is not read

Right:
    pcnet-partition analyze drivers/large --profile profile.json --lambda 2000",
    },
    Entry {
        code: Code::Strangers,
        id: "MD0091",
        text: "functions in a profile that the driver does not have.

They count for nothing. A function that the driver had and lost is no reason to record again; many of them are.

Wrong:
    { \"functions\": { \"Card::opne\": { \"calls\": 3 } } }

Right:
    { \"functions\": { \"Card::open\": { \"calls\": 3 } } }",
    },
    Entry {
        code: Code::RecordingParts,
        id: "MD0092",
        text: "parts of a recording that could not be used.

Lines that were not understood, addresses without a symbol, calls whose end is not in the recording: what is missing in
the recording is missing in the profile. Each kind is counted, with the first lines that it is in.

Wrong:
    timeout -s KILL 10 cat trace_pipe > trace.txt     # ends within a line

Right:
    echo 0 > tracing_on; cat trace > trace.txt",
    },
    Entry {
        code: Code::NoDebugInformation,
        id: "MD0093",
        text: "an object without debug information.

Which function was inlined where is only there. Without it, what was inlined counts for the function that it was inlined
into. `build` leaves an object with debug information beside the module.

Wrong:
    pcnet-partition profile import perf.txt --driver drivers/card --object target/out/card_md.ko

Right:
    pcnet-partition profile import perf.txt --driver drivers/card --object target/out/card_md.debug.o",
    },
];
