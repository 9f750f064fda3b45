//! Recordings in the formats of the tools, good and bad.

mod bad;
mod maps;
mod samples;
mod tracers;

use super::*;
use crate::profile::subject::tests::subject;

/// Symbols as the compiler makes them.
const OPEN: &str =
    "_RNvXs_NtCs1234_12small_kernel9interfaceNtNtB6_5state5SmallNtCs9_7runtime13NetOperations4open";
const POLL: &str =
    "_RNvXs_NtCs1234_12small_kernel9interfaceNtNtB6_5state5SmallNtCs9_7runtime13NetOperations4poll";
const START: &str = "_RNvMs_NtCs1234_12small_kernel5stateNtB4_5Small5start";
const LIGHT: &str = "_ZN12small_kernel4chip5light17h0123456789abcdefE.llvm.4242";

fn options() -> Options {
    Options {
        kernel: Some("6.12.0".to_owned()),
        ..Options::default()
    }
}

fn with_symbols(text: &str) -> String {
    text.replace("OPEN", OPEN)
        .replace("POLL", POLL)
        .replace("START", START)
        .replace("LIGHT", LIGHT)
}

fn try_import(text: &str, options: &Options) -> Result<Imported, Box<Diagnostic>> {
    let text = with_symbols(text);
    import_from(text.as_bytes(), "a recording", &subject(), None, options)
        .map_err(|refusal| Box::new(refusal.0[0].clone()))
}

fn imported(text: &str) -> Imported {
    try_import(text, &options()).unwrap_or_else(|refused| panic!("{refused:#?}"))
}

/// Calls, cost and callees of each function.
fn activity(imported: &Imported) -> Vec<String> {
    let functions = &imported.profile.functions;
    functions
        .iter()
        .map(|(name, activity)| {
            let callees: Vec<String> = activity
                .callees
                .iter()
                .map(|(name, count)| format!(" -> {name} {count}"))
                .collect();
            format!(
                "{name} {} {}{}",
                activity.calls,
                activity.cost,
                callees.concat()
            )
        })
        .collect()
}

/// Warnings with their counts and lines.
fn warnings(imported: &Imported) -> Vec<(&str, u64, &[u64])> {
    let each = imported.warnings.iter();
    each.map(|found| (found.what.as_str(), found.count, found.lines.as_slice()))
        .collect()
}

const CHAINS: &str = "\
# ========
# captured on    : Tue Nov 24 10:00:00 2026
# os release : 6.12.0
# ========
#
swapper     0 [000]   100.000000:     250000 cpu-clock: 
\tffffffffc0a01234 POLL+0x24 ([small_md])
\tffffffff81234567 __napi_poll+0x2e ([kernel.kallsyms])
\tffffffff81234999 net_rx_action+0x12f ([kernel.kallsyms])

kworker/0:1-ev    12 [000]   100.500000:     250000 cpu-clock: 
\tffffffff8100aaaa memcpy+0x4 ([kernel.kallsyms])
\tffffffffc0a01250 POLL+0x40 ([small_md])
\tffffffff81234567 __napi_poll+0x2e ([kernel.kallsyms])

ip  77 [001]   102.000000:     250000 cpu-clock: 
\tffffffffc0a02000 [unknown] ([small_md])

ip  77 [001]   102.000001:     250000 cpu-clock: 
\tffffffffc0a03000 LIGHT+0x1 ([small_md])
\tffffffffc0a03100 START+0x10 ([small_md])

";
