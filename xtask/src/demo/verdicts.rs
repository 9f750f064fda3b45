//! What the demo promises.

use serde_json::Value;

use super::figures::Repeat;
use super::measure::Measured;
use super::plan::Plan;
use crate::differences::Difference;
use crate::results::Verdict;
use crate::variant::Variant;

/// The share of the driver's functions that has to run in user space.
const USER_FUNCTIONS: f64 = 0.5;

/// Judges; what is not among the chosen variants is not judged.
pub(crate) fn all(
    variants: &[Variant],
    measured: &[Measured],
    differences: &[Difference],
    repeat: &Repeat,
    plan: Option<&Plan>,
) -> Vec<Verdict> {
    let mut verdicts = vec![
        Verdict::at_most(
            "traffic.loss",
            "packets lost, all drivers together",
            measured.iter().map(lost).sum(),
            0,
        ),
        Verdict::at_most(
            "counts.repeat",
            "figures that differ between two runs",
            (repeat.compared > 0).then_some(repeat.differing.len() as u64),
            0,
        ),
    ];
    let ours = |variant: &&Variant| **variant != Variant::InTree;
    if variants.contains(&Variant::InTree) && variants.iter().any(|v| ours(&v)) {
        let unexplained = differences.iter().filter(|d| d.reason.is_none()).count();
        verdicts.push(Verdict::at_most(
            "control.same",
            "differences from the in-tree driver, as users see it, that are not explained",
            Some(unexplained as u64),
            0,
        ));
    }
    if variants.iter().any(|v| ours(&v)) {
        verdicts.push(Verdict::at_most(
            "kernel.log",
            "faults in the kernel's log with our drivers",
            Some(faults(measured)),
            0,
        ));
    }
    if variants.contains(&Variant::Split) {
        verdicts.push(Verdict::at_least(
            "user.functions",
            "share of the driver's functions that run in user space",
            plan.map(Plan::user_share),
            USER_FUNCTIONS,
        ));
        verdicts.push(Verdict::at_most(
            "user.privileges",
            "privileges that the user halves have",
            privileges(measured),
            0,
        ));
    }
    verdicts
}

/// Packets lost in all that was done with a driver; none if something was not reported.
fn lost(of: &Measured) -> Option<u64> {
    let mut total = 0;
    let mut add = |value: &Value| -> Option<()> {
        total += value.as_u64()?;
        Some(())
    };
    for run in &of.counts {
        add(&run.events("ping").next()?["lost"])?;
        for line in run.events("frames") {
            add(&line["lost"])?;
        }
    }
    add(&of.traffic.events("flood").next()?["lost"])?;
    for line in of.traffic.events("transfer") {
        if line["name"].as_str()?.starts_with("udp") {
            add(&line["received"]["lost_packets"])?;
        }
        for counter in [
            "rx_dropped",
            "tx_dropped",
            "rx_missed_errors",
            "rx_errors",
            "tx_errors",
        ] {
            add(&line["card"][counter])?;
        }
    }
    Some(total)
}

fn faults(measured: &[Measured]) -> u64 {
    let ours = measured.iter().filter(|of| of.variant != Variant::InTree);
    let runs = ours.flat_map(|of| of.counts.iter().chain([&of.traffic]));
    runs.map(|run| run.faults.len() as u64).sum()
}

/// Counts sets of capabilities that are not empty, and ids that are root's or shared.
fn privileges(measured: &[Measured]) -> Option<u64> {
    let split = measured.iter().find(|of| of.variant == Variant::Split)?;
    let halves: Vec<&Value> = split.counts[0].events("user-half").collect();
    if halves.is_empty() {
        return None;
    }
    let mut found = 0;
    let mut users = Vec::new();
    for half in halves {
        for set in ["effective", "permitted", "inheritable", "ambient"] {
            found += u64::from(half[set].as_str()?.chars().any(|digit| digit != '0'));
        }
        for ids in ["uid", "gid"] {
            // Real, effective, saved, file system.
            let ids = half[ids].as_str()?.split_whitespace();
            found += ids.filter(|id| *id == "0").count() as u64;
        }
        found += u64::from(half["no_new_privileges"] != "1");
        found += u64::from(users.contains(&&half["uid"]));
        users.push(&half["uid"]);
    }
    Some(found)
}
