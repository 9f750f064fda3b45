//! Traces of functions and of their graph.

use super::*;

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
