//! The model against the emulator's device, with seeds that are the same in every run.

use std::time::Duration;

use differential::campaign::{self, Plan};
use differential::{Session, known};

/// False, with a word on why, on a machine without the emulator. `cargo xtask test` installs it.
fn has_emulator() -> bool {
    let has = rig::process::find_program(differential::PROGRAM).is_some();
    if !has {
        eprintln!(
            "skipped: there is no {} to compare with",
            differential::PROGRAM
        );
    }
    has
}

#[test]
fn model_and_device_do_the_same() {
    if !has_emulator() {
        return;
    }
    let plan = Plan {
        seed: 1,
        sequences: 1000,
        time: Duration::from_secs(50),
    };
    let report = campaign::run(&plan, |_| ()).unwrap();
    for difference in &report.differences {
        println!("{difference}");
    }
    assert!(report.differences.is_empty(), "see the sequences above");
    assert!(report.compared.sequences >= 250, "too slow to tell");
    assert!(report.compared.sent > 100 && report.compared.received > 100);
}

#[test]
fn known_differences_are_there_and_are_known() {
    if !has_emulator() {
        return;
    }
    let mut session = Session::start().unwrap();
    let mut wrong = Vec::new();
    for known in known::all() {
        // A difference that is no more has to leave the table.
        if session.show(known).unwrap().is_none() {
            wrong.push(format!("{} does not show any more", known.id));
        }
        // What is kept out of random sequences by their generation only shows in this one as well.
        let difference = session.run(&(known.shown_by)()).unwrap();
        if let Some(difference) = difference.filter(|_| !known.by_generation()) {
            wrong.push(format!("{} does not explain: {difference}", known.id));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_device_does_the_same_twice() {
    if !has_emulator() {
        return;
    }
    // What the device did is in how much was compared: two runs of the same seeds agree on all of it.
    let plan = Plan {
        seed: 1000,
        sequences: 250,
        time: Duration::from_secs(50),
    };
    let runs = [(); 2].map(|()| campaign::run(&plan, |_| ()).unwrap());
    assert_eq!(runs[0].compared, runs[1].compared);
    assert_eq!(runs[0].known, runs[1].known);
}
