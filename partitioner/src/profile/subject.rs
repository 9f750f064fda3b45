//! The driver that a profile is about: which version of its source, and which functions it has.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::Profile;
use crate::api;
use crate::diagnostics::{Code, Diagnostic, Outcome};
use crate::driver::{self, Driver, Owner};
use crate::fingerprint::source_fingerprint;
use crate::load;
use crate::source::Sources;

/// How many names a message lists.
const LISTED: usize = 8;

/// A driver as far as profiles need it. Its placement does not matter: what is traced may be unsplit.
#[derive(Clone, Debug, Default)]
pub struct Subject {
    /// Its package.
    pub driver: String,
    /// The fingerprint of its source.
    pub source: String,
    /// Its functions, by their names in the plan.
    pub functions: BTreeSet<String>,
    /// The same, by how a symbol names them.
    symbols: BTreeMap<Key, String>,
}

/// What a symbol says of a function, crate aside. Types and traits go by their last names: a driver has
/// each of them once.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key {
    /// Its modules and its name.
    Free(Vec<String>),
    /// A type and a name.
    Inherent(String, String),
    /// A type, a trait and a name.
    Trait(String, String, String),
}

impl Subject {
    /// Reads the driver in a directory, without placing its functions.
    ///
    /// # Errors
    /// What keeps its source from being read.
    pub fn read(directory: &Path, sources: &mut Sources) -> Outcome<Subject> {
        let package = load::package(directory)?;
        let tree = load::strict(sources, &package)?;
        let packages = load::api(&package)?;
        let api = api::read(sources, &packages)?;
        let driver = driver::collect(tree, &api)?;
        let source = source_fingerprint(&driver.tree, sources);
        Ok(Subject::of(&package.name, &source, &driver))
    }

    /// The driver that was read already.
    pub fn of(package: &str, source: &str, driver: &Driver) -> Subject {
        let mut subject = Subject {
            driver: package.to_owned(),
            source: source.to_owned(),
            ..Subject::default()
        };
        for (_, function) in driver.iter() {
            let ident = function.ident.clone();
            let key = match &function.owner {
                Owner::Module => {
                    let mut path = driver.tree.module(function.module).path.clone();
                    path.push(ident);
                    Key::Free(path)
                }
                Owner::Type(of) => Key::Inherent(of.clone(), ident),
                Owner::Trait { of, name } => Key::Trait(of.clone(), name.clone(), ident),
            };
            subject.functions.insert(function.name.clone());
            subject.symbols.insert(key, function.name.clone());
        }
        subject
    }

    /// The function that a symbol names.
    pub(crate) fn function(&self, key: &Key) -> Option<&str> {
        self.symbols.get(key).map(String::as_str)
    }

    /// Whether a crate, as symbols name it, is the driver or one of its halves.
    pub(crate) fn owns(&self, name: &str) -> bool {
        let own = self.driver.replace('-', "_");
        name.strip_prefix(&own)
            .is_some_and(|rest| matches!(rest, "" | "_kernel" | "_user"))
    }

    /// Checks that a profile is of this driver and of this version of its source. Returns the names in
    /// it that are no functions of the driver: what it says of them means nothing.
    ///
    /// # Errors
    /// `MD0057`. `file` is where the profile is from.
    pub fn check(&self, profile: &Profile, file: &str) -> Outcome<BTreeSet<String>> {
        let help = "record it again, with a build of this source";
        if profile.driver != self.driver {
            let title = format!(
                "`{file}` is a profile of driver `{}`, not of `{}`",
                profile.driver, self.driver
            );
            return Err(Diagnostic::new(Code::ProfileStale, title, help).into());
        }
        let unknown = self.unknown(profile);
        if profile.source != self.source {
            let title = format!("`{file}` is a profile of another version of the source");
            let mut diagnostic = Diagnostic::new(Code::ProfileStale, title, help).note(format!(
                "it is of {}, and the driver is {}",
                profile.source, self.source
            ));
            if !unknown.is_empty() {
                diagnostic =
                    diagnostic.note(format!("the driver no longer has {}", list(&unknown)));
            }
            let ran: BTreeSet<String> = named(profile).map(str::to_owned).collect();
            let silent: BTreeSet<String> = self.functions.difference(&ran).cloned().collect();
            if !silent.is_empty() {
                diagnostic = diagnostic.note(format!(
                    "new, or not run in the recording: {}",
                    list(&silent)
                ));
            }
            return Err(diagnostic.into());
        }
        Ok(unknown)
    }

    fn unknown(&self, profile: &Profile) -> BTreeSet<String> {
        named(profile)
            .filter(|name| !self.functions.contains(*name))
            .map(str::to_owned)
            .collect()
    }
}

/// Every function that a profile names.
fn named(profile: &Profile) -> impl Iterator<Item = &str> {
    profile.functions.iter().flat_map(|(name, activity)| {
        std::iter::once(name.as_str()).chain(activity.callees.keys().map(String::as_str))
    })
}

/// Names for people: the first few, and how many more there are.
pub fn list(names: &BTreeSet<String>) -> String {
    let mut text = names
        .iter()
        .take(LISTED)
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ");
    if names.len() > LISTED {
        text.push_str(&format!(" and {} more", names.len() - LISTED));
    }
    text
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::profile::tests::sample;

    /// A driver with a function of every kind.
    pub(crate) fn subject() -> Subject {
        let words = |text: &str| text.split("::").map(str::to_owned).collect::<Vec<_>>();
        let trait_function = |name: &str| {
            let of = "Small".to_owned();
            (
                Key::Trait(of, "NetOperations".to_owned(), name.to_owned()),
                format!("Small::{name}"),
            )
        };
        let symbols = BTreeMap::from([
            (Key::Free(words("chip::light")), "chip::light".to_owned()),
            (Key::Free(words("chip::read")), "chip::read".to_owned()),
            (
                Key::Inherent("Small".to_owned(), "start".to_owned()),
                "Small::start".to_owned(),
            ),
            trait_function("open"),
            trait_function("poll"),
            trait_function("interrupt"),
        ]);
        Subject {
            driver: "small".to_owned(),
            source: "0123456789abcdef".to_owned(),
            functions: symbols.values().cloned().collect(),
            symbols,
        }
    }

    #[test]
    fn a_profile_of_this_source_is_taken_and_strangers_are_named() {
        let mut profile = sample();
        assert!(subject().check(&profile, "a").expect("it fits").is_empty());
        let stranger = profile.functions["Small::open"].clone();
        profile.functions.insert("Small::gone".to_owned(), stranger);
        let unknown = subject().check(&profile, "a").expect("it fits");
        assert_eq!(list(&unknown), "`Small::gone`");
    }

    #[test]
    fn another_source_or_driver_is_refused_with_what_differs() {
        let mut profile = sample();
        profile.source = "fedcba9876543210".to_owned();
        let open = profile.functions["Small::open"].clone();
        profile.functions.insert("Small::gone".to_owned(), open);
        let refusal = subject().check(&profile, "a").expect_err("refused");
        let notes = refusal.0[0].notes.join("\n");
        assert!(notes.contains("no longer has `Small::gone`"), "{notes}");
        assert!(
            notes.contains("not run in the recording: `Small::interrupt`, `Small::poll`"),
            "{notes}"
        );
        profile.driver = "large".to_owned();
        let refusal = subject().check(&profile, "a").expect_err("refused");
        assert!(refusal.0[0].title.contains("`large`"));
    }

    #[test]
    fn long_lists_are_counted() {
        let names = (0..11).map(|number| format!("f{number:02}")).collect();
        assert!(list(&names).ends_with("`f07` and 3 more"));
    }
}
