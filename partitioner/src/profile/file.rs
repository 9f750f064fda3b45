//! A profile as a file.

use std::path::Path;

use super::{OLDEST, Profile, SCHEMA};
use crate::diagnostics::{Code, Diagnostic, Outcome};
use crate::input;
use crate::source::Sources;

/// What the format is called in messages.
const WHAT: &str = "a profile";

impl Profile {
    /// Reads a profile. The file is added to `sources`, which is what diagnostics are drawn from.
    ///
    /// # Errors
    /// `MD0055`: it cannot be read, is no JSON, has another version, or something in it that cannot be.
    pub fn read(path: &Path, sources: &mut Sources) -> Outcome<Profile> {
        let json = input::json::<Profile>(path, Code::Profile, WHAT, OLDEST..=SCHEMA, sources)?;
        Ok(json.value.renewed())
    }

    /// Reads a profile from text; `name` is what messages call it.
    ///
    /// # Errors
    /// As [`Profile::read`].
    pub fn parse(name: &str, text: &str, sources: &mut Sources) -> Outcome<Profile> {
        let file = sources.add(Path::new(name), Path::new(""), text.to_owned());
        let json = input::parse::<Profile>(file, Code::Profile, WHAT, OLDEST..=SCHEMA, sources)?;
        Ok(json.value.renewed())
    }

    /// As the newest version has it: what an older one does not know is not known.
    fn renewed(self) -> Profile {
        Profile {
            schema: SCHEMA,
            ..self
        }
    }

    /// The profile as the bytes of its file.
    pub fn json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// Writes the profile: the file has the old bytes or the new ones, whatever happens meanwhile.
    ///
    /// # Errors
    /// `MD0017`; then nothing was changed.
    pub fn write(&self, path: &Path) -> Outcome<()> {
        input::write(path, self.json().as_bytes()).map_err(|error| {
            let title = format!("cannot write to `{}`", path.display());
            let help = "name a file in a directory that can be written to";
            Diagnostic::new(Code::Output, title, help)
                .note(error.to_string())
                .into()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics;
    use crate::profile::tests::sample;

    /// What a person reads about a text that is no profile.
    fn refused(text: &str) -> String {
        let mut sources = Sources::default();
        let refusal = Profile::parse("some.json", text, &mut sources).expect_err("refused");
        assert_eq!(refusal.0.len(), 1);
        diagnostics::human(&refusal.0, &sources, false)
    }

    #[test]
    fn what_is_written_is_read() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let path = directory.path().join("some.json");
        sample().write(&path).expect("written");
        let read = Profile::read(&path, &mut Sources::default()).expect("a profile");
        assert_eq!(read, sample());
        assert_eq!(read.json(), sample().json(), "same value, same bytes");
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        let json = sample().json();
        for (old, new, why, line) in [
            ("\"schema\": 2", "\"schema\": 3", "of version 3", 0),
            ("\"schema\": 2", "\"schema\": 0", "of version 0", 0),
            ("\"schema\"", "\"scheme\"", "missing field `schema`", 33),
            ("\"driver\"", "\"drivers\"", "unknown field `drivers`", 3),
            ("\"small\"", "\"sm\\nall\"", "with a control character", 3),
            (
                "0123456789abcdef",
                "0123456789ABCDEF",
                "16 hexadecimal digits",
                4,
            ),
            ("\"ftrace\"", "\"tea\"", "unknown variant `tea`", 6),
            (
                "\"milliseconds\": 1000",
                "\"milliseconds\": -1",
                "expected u64",
                8,
            ),
            ("\"calls\": 5", "\"calls\": 1e9", "expected u64", 13),
            (
                "\"calls\": 5",
                "\"calls\": 99999999999999999999",
                "expected u64",
                13,
            ),
            (
                "\"calls\": 5",
                "\"calls\": 5, \"calls\": 5",
                "duplicate field `calls`",
                13,
            ),
            (
                "\"Small::start\": {",
                "\"Small::open\": {",
                "`Small::open` is there twice",
                25,
            ),
            ("\"Small::start\": {", "\"\": {", "a name of 0 bytes", 25),
        ] {
            let changed = json.replacen(old, new, 1);
            assert_ne!(json, changed, "{old}");
            let said = refused(&changed);
            assert!(said.contains("error[MD0055]"), "{said}");
            assert!(said.contains(why), "{why}\n{said}");
            assert_eq!(said.matches("help: ").count(), 1, "{said}");
            assert!(
                line == 0 || said.contains(&format!("some.json:{line}:")),
                "{line}\n{said}"
            );
        }
    }

    #[test]
    fn the_first_version_knew_no_costs_of_callees() {
        let mut old = sample();
        for activity in old.functions.values_mut() {
            activity.callee_costs.clear();
        }
        let text = old.json().replacen("\"schema\": 2", "\"schema\": 1", 1);
        let read = Profile::parse("old.json", &text, &mut Sources::default());
        assert_eq!(read.expect("a profile"), old);
    }

    #[test]
    fn a_part_of_a_profile_is_none() {
        let json = sample().json();
        let end = json.trim_end().len();
        for length in 0..end {
            refused(&json[..length]);
        }
    }

    #[test]
    fn names_and_counts_have_bounds() {
        let long = "x".repeat(513);
        let json = sample().json().replacen("Small::start", &long, 1);
        assert!(refused(&json).contains("a name of 513 bytes"));
        let deep = format!("{{\"schema\": {}1", "[".repeat(100_000));
        assert!(refused(&deep).contains("MD0055"));
    }

    #[test]
    fn a_file_that_is_not_there_or_not_text() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let path = directory.path().join("some.json");
        let mut sources = Sources::default();
        assert!(Profile::read(&path, &mut sources).is_err());
        std::fs::write(&path, b"{\"schema\": \xff}").expect("written");
        let refusal = Profile::read(&path, &mut sources).expect_err("refused");
        assert_eq!(refusal.0[0].notes, ["it is no text: byte 11 is not UTF-8"]);
        assert!(Profile::read(directory.path(), &mut sources).is_err());
    }
}
