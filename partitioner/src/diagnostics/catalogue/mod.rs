//! The stable ids of diagnostics and their long explanations: one file for a range of ids.

mod code;
mod plans;
mod profiles;
mod results;
mod rules;
mod source;
mod verify;
mod warnings;

pub use code::Code;

struct Entry {
    code: Code,
    id: &'static str,
    text: &'static str,
}

/// All entries, in the order of their ids.
const CATALOGUE: &[&[Entry]] = &[
    source::ENTRIES,
    rules::ENTRIES,
    verify::ENTRIES,
    plans::ENTRIES,
    profiles::ENTRIES,
    results::ENTRIES,
    warnings::ENTRIES,
];

fn entries() -> impl Iterator<Item = &'static Entry> {
    CATALOGUE.iter().copied().flatten()
}

impl Code {
    /// The stable id.
    pub fn id(self) -> &'static str {
        entries()
            .find(|entry| entry.code == self)
            .map_or("MD0000", |entry| entry.id)
    }
}

/// What is known of an id, in a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The id.
    pub id: &'static str,
    /// What it is about: a lowercase fragment.
    pub title: &'static str,
    /// Whether it is about the run, and not about what the driver says.
    pub failure: bool,
    /// Whether the run goes on.
    pub warning: bool,
    /// The long explanation: what it means, an example of it, and the same done right.
    pub text: &'static str,
}

/// Every diagnostic there is, by id.
pub fn all() -> impl Iterator<Item = Summary> {
    entries().map(|entry| Summary {
        id: entry.id,
        title: entry
            .text
            .lines()
            .next()
            .unwrap_or_default()
            .trim_end_matches('.'),
        failure: entry.code.is_failure(),
        warning: entry.code.is_warning(),
        text: entry.text,
    })
}

/// The long explanation of an id, as `--explain` prints it.
pub fn explain(id: &str) -> Option<String> {
    let entry = entries().find(|entry| entry.id.eq_ignore_ascii_case(id))?;
    Some(format!("{}: {}\n", entry.id, entry.text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_distinct_and_in_order() {
        assert!(entries().is_sorted_by(|one, next| one.id < next.id && one.code < next.code));
        for entry in entries() {
            assert_eq!(entry.code.id(), entry.id);
            assert!(explain(entry.id).is_some_and(|text| text.starts_with(entry.id)));
        }
    }
}
