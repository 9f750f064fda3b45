//! Recordings in the formats of the tools, good and bad.

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

#[test]
fn samples_with_call_chains() {
    let found = imported(CHAINS);
    assert_eq!(activity(&found), ["Small::poll 0 1", "chip::light 0 1"]);
    assert_eq!((found.entries, found.own), (4, 2));
    let profile = &found.profile;
    assert_eq!(
        (profile.origin, profile.unit, profile.milliseconds),
        (Origin::Perf, Unit::Samples, 2_000)
    );
    assert_eq!(
        (profile.kernel.as_str(), profile.source.as_str()),
        ("6.12.0", "0123456789abcdef")
    );
    let what: Vec<_> = warnings(&found)
        .iter()
        .map(|found| (found.0, found.1))
        .collect();
    assert_eq!(
        what,
        [
            ("samples in what the driver calls, counted for nobody", 1),
            ("samples without a symbol", 1)
        ]
    );
}

#[test]
fn samples_on_one_line_each() {
    let found = imported(
        "\
         swapper     0/0     [000]   100.000000:     cycles:P:  ffffffffc0a01234 POLL+0x24 ([small_md])
         swapper     0/0     [000]   100.000100:     cycles:P:  ffffffff81000000 native_write_msr+0x6 ([kernel.kallsyms])
   a command     9/9     [000]   100.000200:     cycles:P:  ffffffffc0a01239 <small_kernel::state::Small as m::NetOperations>::poll+0x29 ([small_md])
",
    );
    assert_eq!(activity(&found), ["Small::poll 0 2"]);
    assert_eq!(warnings(&found), []);
}

#[test]
fn periods_of_instructions_add() {
    let text = "\
a 1 [000] 1.000000: 1000 instructions: 1 START+0x1 (m)
a 1 [000] 1.000001: 500 instructions: 1 START+0x2 (m)
a 1 [000] 1.000002: 70 instructions: 1 other (m)
";
    let found = imported(text);
    assert_eq!(activity(&found), ["Small::start 0 1500"]);
    assert_eq!(found.profile.unit, Unit::Instructions);
    assert_eq!(found.profile.total, 1_570);
}

#[test]
fn events_do_not_mix() {
    let text = "\
a 1 [000] 1.000000: 1 cycles: 1 START+0x1 (m)
a 1 [000] 1.000001: 1 cache-misses: 1 OPEN+0x2 (m)
";
    let refused = try_import(text, &options()).expect_err("refused");
    assert!(
        refused.notes[0].contains("cache-misses, cycles"),
        "{refused:?}"
    );
    let mut options = options();
    options.event = Some("cycles".to_owned());
    let found = try_import(text, &options).expect("one event");
    assert_eq!(activity(&found), ["Small::start 0 1"]);
}

#[test]
fn probes_in_a_recording_are_calls() {
    let found = imported(
        "\
ip 9 [000] 1.000000: probe:open: (ffffffffc0a01230)
\tffffffffc0a01230 OPEN+0x0 ([small_md])
\tffffffff81234567 __dev_open+0x9f ([kernel.kallsyms])

ip 9 [000] 1.000002: probe:start: (ffffffffc0a01300)
\tffffffffc0a01300 START+0x0 ([small_md])
\tffffffffc0a01250 OPEN+0x20 ([small_md])

ip 9 [000] 1.000003: probe:start__return: (ffffffffc0a01250 <- ffffffffc0a01300)
\tffffffffc0a01250 OPEN+0x20 ([small_md])

",
    );
    assert_eq!(
        activity(&found),
        ["Small::open 1 0 -> Small::start 1", "Small::start 1 0"]
    );
}

#[test]
fn the_function_tracer() {
    let found = imported(
        "\
# tracer: function
#
# entries-in-buffer/entries-written: 4/250   #P:2
#
#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION
#              | |         |   |||||     |         |
          <idle>-0       [000] d.s1.   123.000000: POLL [small_md] <-__napi_poll
              ip-12      [001] .....   123.400000: START [small_md] <-OPEN [small_md]
              ip-12      [001] .....   123.400001: START [small_md] <-OPEN [small_md]
CPU:1 [LOST 7 EVENTS]
              ip-12      [001] .....   123.500000: kfree <-small_exit
              ip-12      [001] d....   123.500001: hit: (LIGHT+0x0/0x40 [small_md])
              ip-12      [001] d....   123.500001: back: (START+0x8/0x40 [small_md] <- LIGHT)
              ip-12      [001] d....   123.500002: sched_switch: prev_comm=ip ==> next_comm=sh
what is this
",
    );
    assert_eq!(
        activity(&found),
        [
            "Small::open 0 0 -> Small::start 2",
            "Small::poll 1 0",
            "Small::start 2 0",
            "chip::light 1 0"
        ]
    );
    assert_eq!(found.profile.milliseconds, 500);
    assert_eq!((found.entries, found.own), (5, 4));
    assert_eq!(
        warnings(&found),
        [
            (
                "entries that the buffer had overwritten: the counts are too low",
                246,
                &[3][..]
            ),
            ("events that were lost: the counts are too low", 7, &[10]),
            ("lines that were not understood", 1, &[15]),
            ("other events", 1, &[14]),
        ]
    );
}

#[test]
fn the_graph_of_calls() {
    let found = imported(
        "\
# tracer: function_graph
#
# CPU  DURATION                  FUNCTION CALLS
# |     |   |                     |   |   |   |
 0)   1.000 us    |  }
 0)               |  __dev_open() {
 0)               |    OPEN [small_md]() {
 0)   2.000 us    |      kmalloc();
 0)               |      START [small_md]() {
 0)   ==========> |
 0)               |  POLL [small_md]() {
 0)   5.000 us    |    LIGHT [small_md]();
 0) + 15.000 us   |  }
 0)   <========== |
 1)               |  POLL [small_md]() {
 0)   3.000 us    |        LIGHT [small_md]();
 1)   7.000 us    |  } /* POLL */
 ------------------------------------------
 0)    ip-12     =>    sh-13
 ------------------------------------------
 0)   1.000 us    |  LIGHT [small_md]();
 ------------------------------------------
 0)    sh-13     =>    ip-12
 ------------------------------------------
 0) ! 120.000 us  |      }
 0) ! 130.000 us  |    }
 1)               |  OPEN() {
",
    );
    // `start` took 120: 15 of that are the interrupt's, 3 its callee's; `open` 130, less 2 and 120.
    assert_eq!(
        activity(&found),
        [
            "Small::open 2 8000 -> Small::start 1",
            "Small::poll 2 17000 -> chip::light 1",
            "Small::start 1 102000 -> chip::light 1",
            "chip::light 3 9000",
        ]
    );
    assert_eq!(found.profile.unit, Unit::Nanoseconds);
    assert_eq!(
        warnings(&found),
        [
            (
                "calls that had not ended when the recording did: their time is missing",
                1,
                &[0][..]
            ),
            ("ends of functions whose start was not recorded", 1, &[5]),
        ]
    );
}

/// After a gap, what is called is not known to be called by what was open before.
#[test]
fn lost_events_end_what_was_open() {
    let found = imported(
        "\
 0)               |  START() {
CPU:0 [LOST 3 EVENTS]
 0)   1.000 us    |  LIGHT();
 0)   9.000 us    |  }
",
    );
    assert_eq!(activity(&found), ["Small::start 1 0", "chip::light 1 1000"]);
}

#[test]
fn closures_are_no_calls_and_their_time_is_their_functions() {
    let found = imported(
        "\
 0)               |  small::chip::light() {
 0)   3.000 us    |    small::chip::light::{closure#0}();
 0)   5.000 us    |  }
",
    );
    assert_eq!(activity(&found), ["chip::light 1 5000"]);
}

#[test]
fn maps_of_bpftrace() {
    let found = imported(
        "\
Attaching 3 probes...
^C

@[OPEN]: 12
@calls[START, OPEN]: 7
@comm[ip, START]: 1
@[netif_rx]: 99
@total: 3
@stacks[
    LIGHT+4
    START+46
    OPEN+12
]: 5
@mixed[
    kfree+0
    START+46
, ip]: 3
@ns[POLL]:
[256, 512)             2 |@@@@@@@@@@                              |
[512, 1K)              3 |@@@@@@@@@@@@@@@@@@                      |

@average[POLL]: count 4, average 3, total 12
",
    );
    assert_eq!(
        activity(&found),
        [
            "Small::open 12 0 -> Small::start 7",
            "Small::poll 9 0",
            "Small::start 8 0 -> chip::light 5",
            "chip::light 5 0",
        ]
    );
    assert_eq!(found.profile.origin, Origin::Kprobe);
    assert_eq!(warnings(&found), []);
}

#[test]
fn histograms_of_triggers() {
    let found = imported(
        "\
# event histogram
#
# trigger info: hist:keys=common_stacktrace:vals=hitcount:sort=hitcount:size=2048 [active]
#

{ ip: [ffffffffc0a01234] OPEN+0x0        [small_md]                } hitcount:          3
{ function: START, common_pid:         12 } hitcount:          2  bytes:        100
{ common_stacktrace:
         LIGHT+0x0/0x120 [small_md]
         START+0x2e/0x1f0 [small_md]
} hitcount:          4

Totals:
    Hits: 9
    Entries: 3
    Dropped: 2
",
    );
    assert_eq!(
        activity(&found),
        [
            "Small::open 3 0",
            "Small::start 2 0 -> chip::light 4",
            "chip::light 4 0"
        ]
    );
    let lost = (
        "hits that the histogram dropped: the counts are too low",
        2,
        &[16][..],
    );
    assert_eq!(warnings(&found), [lost]);
}

#[test]
fn histograms_of_samples_are_no_calls() {
    let mut options = options();
    options.samples = true;
    let text = "@[\n    memcpy+4\n    POLL+46\n]: 5\n@[\n    POLL+46\n    x\n]: 6\n";
    let found = try_import(text, &options).expect("a map");
    assert_eq!(activity(&found), ["Small::poll 0 6"]);
    assert_eq!(found.profile.unit, Unit::Samples);
}

#[test]
fn what_is_cut_off_is_said() {
    // In the middle of the count: what is left of it is another number.
    let text = "@[OPEN]: 12\n@[START]: 77";
    let found = imported(text);
    assert_eq!(activity(&found), ["Small::open 12 0"]);
    let cut = (
        "last line without an end: the file was cut off there",
        1,
        &[2][..],
    );
    assert_eq!(warnings(&found), [cut]);
    let found = imported("@[OPEN]: 12\n@[\n    START+1\n");
    assert_eq!(warnings(&found), [("stacks without an end", 1, &[2][..])]);
    let found = imported("@[\n    START+1\n@[OPEN]: 12\n");
    assert_eq!(activity(&found), ["Small::open 12 0"]);
    assert_eq!(warnings(&found), [("stacks without an end", 1, &[1][..])]);
}

#[test]
fn what_is_no_recording_is_refused() {
    for (text, why) in [
        (&b""[..], "it is empty"),
        (b" \n\n", "it is empty"),
        (b"hello\nworld\n", "it starts with `hello`"),
        (b"PERFILE2\x01\x00", "print it with `perf script`"),
        (b"\x17\x08\x44tracing", "print it with `trace-cmd report`"),
        (b"\x7fELF\x02", "give that to `--object`"),
        (b"\x1f\x8b\x08", "it is compressed"),
        (b"a\0b", "it is no text"),
        (b"# tracer: function\n", "of 1 lines, 0 were not understood"),
        (
            b"# tracer: function\nx\ny\nz\n",
            "of 4 lines, 3 were not understood",
        ),
    ] {
        let refusal =
            import_from(text, "a file", &subject(), None, &options()).expect_err("no recording");
        assert_eq!(refusal.0[0].code, Code::Recording);
        assert!(refusal.0[0].notes[0].contains(why), "{:?}", refusal.0[0]);
    }
}

#[test]
fn a_line_of_fifty_megabytes_is_a_warning() {
    let start = with_symbols("@[OPEN]: 12\n");
    let long = Read::take(std::io::repeat(b'@'), 50_000_000);
    let whole = Read::chain(Read::chain(start.as_bytes(), long), &b"\n"[..]);
    let found = import_from(whole, "a file", &subject(), None, &options()).expect("a map");
    assert_eq!(
        warnings(&found),
        [("lines that are too long, or no text", 1, &[2][..])]
    );
    let only = Read::take(std::io::repeat(b'@'), 50_000_000);
    assert!(import_from(only, "a file", &subject(), None, &options()).is_err());
}

#[test]
fn the_kernel_is_named_once() {
    let mut options = options();
    options.kernel = Some("6.1.0".to_owned());
    let refused = try_import(CHAINS, &options).expect_err("another kernel");
    assert_eq!(refused.code, Code::RecordingKernel);
    assert_eq!(
        refused.notes,
        ["the recording says 6.12.0, `--kernel` says 6.1.0"]
    );
    let refused = try_import("@[OPEN]: 12\n", &Options::default()).expect_err("no kernel");
    assert_eq!(refused.code, Code::RecordingKernel);
    let found = try_import(CHAINS, &Options::default()).expect("it says so itself");
    assert_eq!(found.profile.kernel, "6.12.0");
}

#[test]
fn a_recording_of_something_else_is_refused() {
    let refused = try_import("@[netif_rx]: 12\n", &options()).expect_err("nothing");
    assert_eq!(refused.code, Code::RecordingEmpty);
    assert!(refused.notes[0].contains("`Small::open`"), "{refused:?}");
}
