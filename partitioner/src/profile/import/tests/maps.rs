//! Maps of bpftrace and histograms of triggers.

use super::*;

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
