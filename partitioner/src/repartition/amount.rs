//! From what on something is worth saying: instructions a second, or a part of what the plan costs.

use std::str::FromStr;

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
    }
}
