//! A repartition for people: two columns of figures, what moves, and notes about pins.

use super::{Difference, Move, Pin, Prediction, Repartition};
use crate::plan::Place;

/// The whole text.
pub(super) fn human(found: &Repartition) -> String {
    let workload = match found.workload.as_str() {
        "" => "a workload without a name".to_owned(),
        workload => format!("`{workload}`"),
    };
    let mut text = format!(
        "{}, source {}: a plan for {workload}, {} s recorded, against {}\n",
        found.driver,
        found.source,
        found.milliseconds as f64 / 1_000.0,
        found.against
    );
    if let Some(budget) = found.budget {
        let percent = format!("{:.4}", budget * 100.0);
        let percent = percent.trim_end_matches('0').trim_end_matches('.');
        text.push_str(&format!(
            "the fewest lines in the kernel with an overhead of at most {percent} %, as if a line were worth about {} instructions a second\n\n",
            round(found.lambda)
        ));
    } else {
        text.push_str(&format!(
            "a line in the kernel is worth {} instructions a second\n\n",
            round(found.lambda)
        ));
    }
    text.push_str(&figures(&found.old, &found.new));
    for (group, where_to) in GROUPS {
        let moves = found.moves.iter().filter(|moved| Group::of(moved) == group);
        let moves: Vec<&Move> = moves.collect();
        if !moves.is_empty() {
            text.push_str(&format!("\nmove {where_to}: {}\n", moves.len()));
            moves.iter().for_each(|moved| text.push_str(&one(moved)));
        }
    }
    if found.moves.is_empty() {
        text.push_str("\nnothing moves\n");
    }
    for pin in &found.pins {
        text.push_str(&format!("\n{}", note(pin)));
    }
    text
}

/// Which way a function moves.
#[derive(Clone, Copy, PartialEq)]
enum Group {
    In,
    Out,
    Along,
}

const GROUPS: [(Group, &str); 3] = [
    (Group::In, "to the kernel"),
    (Group::Out, "to the user half"),
    (Group::Along, "with those that call them"),
];

impl Group {
    fn of(moved: &Move) -> Group {
        match (&moved.staying, moved.to) {
            (None, _) => Group::Along,
            (Some(_), Place::User) => Group::Out,
            (Some(_), _) => Group::In,
        }
    }
}

fn figures(old: &Prediction, new: &Prediction) -> String {
    let percent = |part: Option<f64>| part.map(|part| format!("{:.2} %", part * 100.0));
    let mut rows = vec![
        (
            "predicted, for each second",
            "old".to_owned(),
            "new".to_owned(),
        ),
        ("upcalls", rate(old.upcalls), rate(new.upcalls)),
        ("deferred calls", rate(old.deferred), rate(new.deferred)),
        ("downcalls", rate(old.downcalls), rate(new.downcalls)),
        ("services", rate(old.services), rate(new.services)),
        (
            "instructions",
            round(old.instructions),
            round(new.instructions),
        ),
    ];
    if let (Some(old), Some(new)) = (percent(old.overhead), percent(new.overhead)) {
        rows.push(("overhead", old, new));
    }
    rows.push((
        "functions in the kernel",
        old.kernel_functions.to_string(),
        new.kernel_functions.to_string(),
    ));
    rows.push((
        "lines in the kernel",
        old.kernel_lines.to_string(),
        new.kernel_lines.to_string(),
    ));
    rows.iter()
        .map(|(what, old, new)| format!("{what:<26}  {old:>14}  {new:>14}\n"))
        .collect()
}

fn one(moved: &Move) -> String {
    let mut text = format!(
        "  {}: {} -> {}, {} lines, {} calls a second\n      {}\n",
        moved.function,
        moved.from.name(),
        moved.to.name(),
        moved.lines,
        rate(moved.calls),
        moved.reason
    );
    if let Some(staying) = &moved.staying {
        let over = if moved.over_budget {
            ", over the budget"
        } else {
            ""
        };
        text.push_str(&format!(
            "      if it stayed: {}{over}\n",
            difference(staying)
        ));
    }
    text
}

fn note(pin: &Pin) -> String {
    format!(
        "note: `{}` on `{}` at {} costs {}\n",
        pin.annotation,
        pin.function,
        pin.place,
        difference(&pin.cost)
    )
}

fn difference(difference: &Difference) -> String {
    let word = |less: bool| if less { "fewer" } else { "more" };
    format!(
        "{} instructions a second {}, {} lines {} in the kernel",
        round(difference.instructions.abs()),
        word(difference.instructions < 0.0),
        difference.lines.unsigned_abs(),
        word(difference.lines < 0)
    )
}

/// A number of things in a second, with a digit behind the point where it matters.
fn rate(number: f64) -> String {
    if number < 100.0 {
        format!("{number:.1}")
    } else {
        round(number)
    }
}

/// A whole number with commas.
fn round(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 && !text.ends_with('-') {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_readable() {
        for (number, text) in [
            (0.0, "0"),
            (999.4, "999"),
            (1_000.0, "1,000"),
            (1_234_567.0, "1,234,567"),
            (-100.0, "-100"),
            (-1_000.0, "-1,000"),
        ] {
            assert_eq!(round(number), text);
        }
        assert_eq!(rate(2.04), "2.0");
        assert_eq!(rate(2_000.4), "2,000");
    }
}
