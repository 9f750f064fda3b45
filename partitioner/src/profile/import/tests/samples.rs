//! What `perf script` prints.

use super::*;

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
