//! What the job promises.

use super::crossings::null_upcall;
use super::figures::Figures;
use super::machine::RECOMMENDED;
use crate::demo::plan::Plan;
use crate::results::Verdict;
use crate::variant::Variant;

/// Operations of ethtool among the control operations, which all have other names.
const ETHTOOL: [&str; 13] = [
    "driver information",
    "link",
    "link settings",
    "message level",
    "no ethtool operation",
    "registers",
    "restart negotiation",
    "rings",
    "self test",
    "set link settings",
    "set message level",
    "set rings",
    "test names",
];

/// The most that a control operation may take, as a multiple of the in-tree driver's.
pub(super) const CONTROL_WORST: f64 = 2.0;

pub(super) fn all(figures: &Figures, plan: &Plan) -> Vec<Verdict> {
    let crossings = |what| figures.get("startup crossings", what, Variant::Split.name());
    let ethtool = ETHTOOL
        .iter()
        .map(|name| figures.get("control crossings", name, Variant::Split.name()));
    let (mean, worst) = control(figures);
    vec![
        null(figures),
        Verdict::at_most(
            "crossings.load",
            "crossings of one card at module load and probe",
            crossings("probe"),
            8,
        ),
        Verdict::at_most(
            "crossings.up",
            "crossings at interface up",
            crossings("up"),
            3,
        ),
        Verdict::at_most(
            "crossings.ethtool",
            "crossings of the ethtool operation that needs most",
            ethtool
                .collect::<Option<Vec<_>>>()
                .and_then(|all| all.into_iter().max()),
            1,
        ),
        Verdict::no_more_than(
            "startup.ratio",
            "instructions from loading the module to a link, split / in-tree",
            startup(figures),
            1.2,
        ),
        Verdict::no_more_than(
            "control.mean",
            "instructions of a control operation, recommended plan / in-tree (set rings: / unsplit), geometric mean",
            mean,
            1.5,
        ),
        Verdict::no_more_than(
            "control.worst",
            "the same, of the worst",
            worst,
            CONTROL_WORST,
        ),
        Verdict::no_more_than(
            "packet.unsplit",
            "instructions of a packet, split / unsplit, of the worst size and way",
            packet(figures, Variant::Unsplit),
            1.0,
        ),
        Verdict::no_more_than(
            "packet.intree",
            "instructions of a packet, split / in-tree, of the worst size and way",
            packet(figures, Variant::InTree),
            1.0,
        ),
        Verdict::at_least(
            "out.functions",
            "share of the driver's functions in the user half",
            Some(rounded(plan.user_share())),
            0.8,
        ),
        Verdict::at_least(
            "out.lines",
            "share of the driver's lines in the user half",
            Some(rounded(plan.user_lines())),
            0.75,
        ),
    ]
}

/// That the packet path is the same code in one piece and in two halves.
pub(super) fn object(differing: &[String]) -> Verdict {
    Verdict::at_most(
        "packet.object",
        "functions of the packet path whose object code differs, split and unsplit",
        Some(differing.len() as u64),
        0,
    )
}

/// That the two runs agree.
pub(super) fn repeat(differing: &[String]) -> Verdict {
    Verdict::at_most(
        "repeat",
        "figures that differ between two boots",
        Some(differing.len() as u64),
        0,
    )
}

/// That nothing got worse without saying so. With another kernel there is nothing to compare.
pub(super) fn guard(worse: &[String], other: Option<&str>) -> Verdict {
    let what = match other {
        None => "figures that are worse than tests/bench/baseline.json".to_owned(),
        Some(release) => format!("tests/bench/baseline.json is of another kernel: {release}"),
    };
    let count = other.is_none().then_some(worse.len() as u64);
    Verdict {
        missing: other.is_some(),
        ..Verdict::at_most("baseline", &what, count, 0)
    }
}

fn null(figures: &Figures) -> Verdict {
    let other = |name| figures.get("primitive", name, "instructions");
    let ratio = |to: Option<u64>| Some(null_upcall(figures)? as f64 / to? as f64);
    let [floor, eventfd, fuse] =
        ["floor", "eventfd", "FUSE attributes"].map(|name| ratio(other(name)));
    let mut verdict = Verdict::no_more_than(
        "crossing.null",
        "instructions of a null upcall / the floor; also below an eventfd round trip and 0.6 of FUSE",
        floor.map(rounded),
        1.1,
    );
    verdict.ok &= eventfd.is_some_and(|ratio| ratio < 1.0) && fuse.is_some_and(|ratio| ratio < 0.6);
    verdict
}

fn startup(figures: &Figures) -> Option<f64> {
    let of = |variant: Variant| {
        let part = |what| figures.get("startup", what, variant.name());
        Some((part("probe")? + part("up")?) as f64)
    };
    Some(rounded(of(Variant::Split)? / of(Variant::InTree)?))
}

/// What a control operation is held against. The in-tree driver frees memory for DMA with interrupts off
/// when it sets rings; what it takes is mostly the kernel's warnings about that.
pub(super) fn control_reference(what: &str) -> Variant {
    match what {
        "set rings" => Variant::Unsplit,
        _ => Variant::InTree,
    }
}

/// The geometric mean and the worst of all operations, with the plan that is recommended for them.
fn control(figures: &Figures) -> (Option<f64>, Option<f64>) {
    let ratios: Option<Vec<f64>> = figures
        .whats("control")
        .into_iter()
        .map(|what| {
            let other = control_reference(what).name();
            ratio(figures, "control", what, [RECOMMENDED, other])
        })
        .collect();
    let Some(ratios) = ratios.filter(|ratios| !ratios.is_empty()) else {
        return (None, None);
    };
    let logarithms: f64 = ratios.iter().map(|ratio| ratio.ln()).sum();
    let mean = (logarithms / ratios.len() as f64).exp();
    let worst = ratios.into_iter().reduce(f64::max);
    (Some(rounded(mean)), worst.map(rounded))
}

fn packet(figures: &Figures, against: Variant) -> Option<f64> {
    let whats = figures.whats("packet").into_iter();
    let ratios: Option<Vec<f64>> = whats
        .map(|what| {
            let whose = [Variant::Split.name(), against.name()];
            ratio(figures, "packet", what, whose)
        })
        .collect();
    // A thousandth is a handful of instructions, which differ with where the code lies.
    let worst = ratios?.into_iter().reduce(f64::max)?;
    Some((worst * 1_000.0).round() / 1_000.0)
}

/// Of one driver to another.
pub(super) fn ratio(figures: &Figures, kind: &str, what: &str, whose: [&str; 2]) -> Option<f64> {
    let [of, to] = whose.map(|whose| figures.get(kind, what, whose));
    Some(of? as f64 / to? as f64)
}

fn rounded(ratio: f64) -> f64 {
    (ratio * 10_000.0).round() / 10_000.0
}
