//! What a crossing takes: an operation of the driver that does next to nothing, in two halves, without what
//! it takes in one piece.

use super::figures::Figures;
use super::machine::NOTHING;

/// Rows with several items, those with one or none, and how many more the first has; with what an item is.
const BATCHES: [(&str, &str, u64, &str); 2] = [
    (
        "32 requests that ride along",
        "nothing",
        32,
        "each request that rides along",
    ),
    (
        "deferred, 9 times before it is made",
        "deferred",
        8,
        "each deferred call before the last",
    ),
];

/// How much more an operation takes in two halves. `kind` is `crossing`, or that with which of its calls: of
/// those that are not the cheapest, the one in one piece may have been the dearer, which tells nothing.
pub(super) fn more(figures: &Figures, kind: &str, what: &str) -> Option<u64> {
    let [unsplit, split] = NOTHING.map(|whose| figures.get(kind, what, whose));
    split?.checked_sub(unsplit?)
}

/// A null upcall: what the operation takes more in two halves, with a system call of the caller's as the
/// floor has one.
pub(super) fn null_upcall(figures: &Figures) -> Option<u64> {
    let call = figures.get("primitive", "device request that returns", "instructions")?;
    Some(more(figures, "crossing", "nothing")? + call)
}

/// What is batched, and what an item takes more in two halves.
pub(super) fn batched(figures: &Figures) -> Vec<(&'static str, Option<u64>)> {
    let of = |what| more(figures, "crossing", what);
    BATCHES
        .into_iter()
        .map(|(several, one, count, item)| {
            let per_item = || Some(of(several)?.saturating_sub(of(one)?) / count);
            (item, per_item())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_is_what_several_take_more_than_one() {
        let [unsplit, split] = NOTHING;
        let key = |what, whose| format!("crossing/{what}/{whose}");
        let figures = Figures(
            [
                (key("nothing", unsplit), 100),
                (key("nothing", split), 1_100),
                (key("32 requests that ride along", unsplit), 132),
                (key("32 requests that ride along", split), 4_332),
            ]
            .into(),
        );
        assert_eq!(more(&figures, "crossing", "nothing"), Some(1_000));
        assert_eq!(
            batched(&figures),
            [
                ("each request that rides along", Some(100)),
                ("each deferred call before the last", None)
            ]
        );
    }
}
