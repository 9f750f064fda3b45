//! Several profiles as one: counts and times add.

use std::collections::BTreeSet;

use super::{Activity, Origin, Profile, checked};
use crate::diagnostics::{Code, Diagnostic, Outcome};

/// What stands between the texts of profiles that were merged.
const AND: &str = " + ";

impl Profile {
    /// Adds another recording of the same driver. The order does not matter.
    ///
    /// # Errors
    /// `MD0056`: they are not of the same driver and source, or count different things. `names` are the
    /// two files.
    pub fn merge(&mut self, other: &Profile, names: (&str, &str)) -> Outcome<()> {
        let what = if self.driver != other.driver {
            Some(("driver", &self.driver, &other.driver))
        } else if self.source != other.source {
            Some(("source version", &self.source, &other.source))
        } else {
            None
        };
        if let Some((what, one, two)) = what {
            let help =
                format!("merge recordings of one {what}; record the older one anew, if need be");
            return Err(differ(what, names, (one, two), &help));
        }
        if self.unit != other.unit {
            let (one, two) = (self.unit.name(), other.unit.name());
            let help = "merge recordings that were made in the same way";
            return Err(differ("unit of cost", names, (one, two), help));
        }
        if self.origin != other.origin {
            self.origin = Origin::Merged;
        }
        self.workload = both(&self.workload, &other.workload);
        self.kernel = both(&self.kernel, &other.kernel);
        self.milliseconds = self.milliseconds.saturating_add(other.milliseconds);
        // A total that is only known of a part would be wrong of the whole.
        self.total = if self.total == 0 || other.total == 0 {
            0
        } else {
            self.total.saturating_add(other.total)
        };
        for (name, activity) in &other.functions {
            self.functions
                .entry(name.clone())
                .or_default()
                .add(activity);
        }
        Ok(())
    }
}

impl Activity {
    /// Adds what was seen elsewhere. What does not fit stays at the most that does.
    pub fn add(&mut self, other: &Activity) {
        self.calls = self.calls.saturating_add(other.calls);
        self.cost = self.cost.saturating_add(other.cost);
        for (own, others) in [
            (&mut self.callees, &other.callees),
            (&mut self.callee_costs, &other.callee_costs),
            (&mut self.services, &other.services),
        ] {
            for (name, count) in others {
                let own = own.entry(name.clone()).or_default();
                *own = own.saturating_add(*count);
            }
        }
    }
}

fn differ(
    what: &str,
    (first, second): (&str, &str),
    (one, two): (&str, &str),
    help: &str,
) -> crate::diagnostics::Refusal {
    let title = format!("profiles that differ in their {what} do not add up");
    Diagnostic::new(Code::ProfilesDiffer, title, help)
        .note(format!("`{first}` has {one}, `{second}` has {two}"))
        .into()
}

/// The parts of both texts, each once.
fn both(one: &str, two: &str) -> String {
    let parts: BTreeSet<&str> = one
        .split(AND)
        .chain(two.split(AND))
        .filter(|part| !part.is_empty())
        .collect();
    let text = parts.iter().copied().collect::<Vec<_>>().join(AND);
    if text.len() > checked::LONGEST_TEXT {
        format!("{} of them", parts.len())
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Unit;
    use crate::profile::tests::sample;

    fn merged(one: &Profile, two: &Profile) -> Profile {
        let mut sum = one.clone();
        sum.merge(two, ("a", "b")).expect("they add up");
        sum
    }

    #[test]
    fn counts_and_times_add() {
        let mut other = sample();
        other.workload = "another one".to_owned();
        other.functions.remove("Small::start");
        let sum = merged(&sample(), &other);
        assert_eq!(sum.milliseconds, 2_000);
        assert_eq!(sum.total, 0, "it is not known of either");
        assert_eq!(sum.origin, Origin::Ftrace);
        assert_eq!(sum.workload, "a test + another one");
        assert_eq!(sum.functions["Small::open"].calls, 10);
        assert_eq!(sum.functions["Small::open"].callees["Small::start"], 10);
        assert_eq!(
            sum.functions["Small::open"].callee_costs["Small::start"],
            800
        );
        assert_eq!(sum.functions["Small::open"].services["Mutex::lock"], 12);
        assert_eq!(
            sum.functions["Small::start"],
            sample().functions["Small::start"]
        );
        assert_eq!(sum, merged(&other, &sample()), "the order does not matter");
        let again = merged(&sum, &sample());
        assert_eq!(again.workload, "a test + another one", "each text once");
    }

    #[test]
    fn sums_end_where_numbers_end() {
        let mut large = sample();
        large.milliseconds = u64::MAX;
        if let Some(open) = large.functions.get_mut("Small::open") {
            open.calls = u64::MAX - 1;
            open.callees.insert("Small::start".to_owned(), u64::MAX);
        }
        let sum = merged(&large, &sample());
        assert_eq!(sum.milliseconds, u64::MAX);
        assert_eq!(sum.functions["Small::open"].calls, u64::MAX);
        assert_eq!(
            sum.functions["Small::open"].callees["Small::start"],
            u64::MAX
        );
    }

    #[test]
    fn what_does_not_belong_together_is_refused() {
        let mut mistakes = [sample(), sample(), sample()];
        mistakes[0].driver = "large".to_owned();
        mistakes[1].source = "fedcba9876543210".to_owned();
        mistakes[2].unit = Unit::Samples;
        let words = ["driver", "source version", "unit of cost"];
        for (other, word) in mistakes.iter().zip(words) {
            let mut one = sample();
            let refusal = one.merge(other, ("a", "b")).expect_err("refused");
            assert_eq!(refusal.0[0].code, Code::ProfilesDiffer);
            assert!(refusal.0[0].title.contains(word));
            assert_eq!(one, sample(), "nothing was added");
        }
    }

    #[test]
    fn texts_do_not_grow_without_end() {
        let mut sum = sample();
        for number in 0..2_000 {
            let other = Profile {
                workload: format!("workload {number}"),
                ..sample()
            };
            sum.merge(&other, ("a", "b")).expect("they add up");
            assert!(sum.workload.len() <= checked::LONGEST_TEXT);
        }
    }
}
