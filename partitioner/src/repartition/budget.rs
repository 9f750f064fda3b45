//! How much is enough: a price for lines, or a limit for what crossings may cost.

use std::str::FromStr;

use crate::diagnostics::{Code, Diagnostic, Outcome};
use crate::place::problem::{Lambda, Problem};
use crate::profile::Profile;

/// What decides between lines in the kernel and instructions.
#[derive(Clone, Copy, Debug)]
pub enum Price {
    /// A line in the kernel is worth so many instructions for each second.
    Lambda(Lambda),
    /// Crossings may cost so much; of the plans on the front, the one with the fewest lines.
    Budget(Amount),
}

/// A number of instructions for each second, or a part of something.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Amount {
    /// Instructions for each second.
    Instructions(f64),
    /// A part, 1 for all.
    Part(f64),
}

impl Amount {
    /// In instructions for each second, if it is a part of so many.
    pub fn of(self, whole: f64) -> f64 {
        match self {
            Amount::Instructions(instructions) => instructions,
            Amount::Part(part) => part * whole,
        }
    }
}

impl FromStr for Amount {
    type Err = String;

    fn from_str(text: &str) -> Result<Amount, String> {
        match text.strip_suffix('%') {
            Some(percent) => Ok(Amount::Part(number(percent.trim_end())? / 100.0)),
            None => Ok(Amount::Instructions(number(text)?)),
        }
    }
}

/// A number of instructions, or of percent, that makes sense.
fn number(text: &str) -> Result<f64, String> {
    const MOST: f64 = 1e15;
    match text.parse::<f64>() {
        Ok(number) if (0.0..=MOST).contains(&number) => Ok(number),
        Ok(_) => Err(format!("not between 0 and {MOST}")),
        Err(_) => Err("neither a number of instructions a second nor a percentage".to_owned()),
    }
}

/// Reads a price of a line.
///
/// # Errors
/// It is no number, or none that makes sense.
pub fn parse_lambda(text: &str) -> Result<Lambda, String> {
    let value = number(text)?;
    Ok(thousandths((value * 1_000.0).round() as u128))
}

fn thousandths(numerator: u128) -> Lambda {
    Lambda {
        numerator,
        denominator: 1_000,
    }
}

/// The highest price of a line at which the best plan keeps a budget: of the plans that are best at some
/// price, the one with the fewest lines that does.
pub(super) fn lambda(problem: &Problem, profile: &Profile, budget: Amount) -> Outcome<Lambda> {
    let seconds = problem.milliseconds as f64 / 1_000.0;
    let refuse = |title: String, help: &str| Diagnostic::new(Code::NoCounts, title, help);
    if matches!(budget, Amount::Part(_)) && profile.total == 0 {
        let title = "the profile does not say what the machine executed, so no part of it is known";
        let help = "give the budget in instructions a second";
        return Err(refuse(title.to_owned(), help).into());
    }
    let most = budget.of(profile.total as f64 / seconds) * seconds * 1_000.0;
    let keeps = |numerator: u128| {
        let solution = problem.solve(thousandths(numerator));
        solution.is_some_and(|solution| solution.cost as f64 <= most)
    };
    if !keeps(0) {
        let cheapest = problem.solve(thousandths(0)).map_or(0, |found| found.cost);
        let title = "no plan keeps the budget".to_owned();
        let help = "allow more, or remove an annotation `#[user_path]`";
        let cost = cheapest as f64 / 1_000.0 / seconds;
        let why = format!("the cheapest plan costs {cost:.0} instructions a second");
        return Err(refuse(title, help).note(why).into());
    }
    // What the best plan costs only grows with the price of a line.
    let (mut low, mut high) = (0_u128, 1_u128 << 60);
    if keeps(high) {
        return Ok(thousandths(high));
    }
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if keeps(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    Ok(thousandths(low))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts() {
        assert_eq!("5%".parse(), Ok(Amount::Part(0.05)));
        assert_eq!("0.5 %".parse(), Ok(Amount::Part(0.005)));
        assert_eq!("9000".parse(), Ok(Amount::Instructions(9_000.0)));
        for text in ["", "%", "-1", "nan", "inf", "1e99", "five", "5%%"] {
            assert!(text.parse::<Amount>().is_err(), "{text}");
        }
        assert_eq!(parse_lambda("0.5").map(Lambda::value), Ok(0.5));
        assert!(parse_lambda("-0.5").is_err());
    }
}
