//! Parts of a profile as they are read: bounded, and refused where they cannot be, so that the message
//! knows the line.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};

/// The most functions of a profile, and the most callees of one of them.
pub(crate) const MOST_FUNCTIONS: usize = 100_000;
/// The longest name of a function, in bytes.
pub(crate) const LONGEST_NAME: usize = 512;
/// The longest text for people, in bytes.
pub(crate) const LONGEST_TEXT: usize = 4_096;

/// A name of a function, of a service, of a package.
struct Name(String);

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Name, D::Error> {
        bounded(deserializer, LONGEST_NAME, "a name").map(Name)
    }
}

fn bounded<'de, D>(deserializer: D, most: usize, what: &str) -> Result<String, D::Error>
where
    D: Deserializer<'de>,
{
    let text = String::deserialize(deserializer)?;
    if text.is_empty() || text.len() > most {
        let found = text.len();
        let why = format!("{what} of {found} bytes, where 1 to {most} are allowed");
        return Err(D::Error::custom(why));
    }
    if text.chars().any(char::is_control) {
        return Err(D::Error::custom(format!(
            "{what} with a control character in it"
        )));
    }
    Ok(text)
}

/// A name.
pub(crate) fn name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Name::deserialize(deserializer).map(|name| name.0)
}

/// A text for people; it may be empty.
pub(crate) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.len() > LONGEST_TEXT {
        let found = text.len();
        let why = format!("a text of {found} bytes, where {LONGEST_TEXT} are allowed");
        return Err(D::Error::custom(why));
    }
    if text.chars().any(char::is_control) {
        return Err(D::Error::custom("a text with a control character in it"));
    }
    Ok(text)
}

/// Whether it is a fingerprint: 16 hexadecimal digits, small ones, as everything here writes them.
pub(crate) fn is_fingerprint(text: &str) -> bool {
    text.len() == 16
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

/// A fingerprint.
pub(crate) fn fingerprint<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    if is_fingerprint(&text) {
        Ok(text)
    } else {
        Err(D::Error::custom(
            "a fingerprint that is not 16 hexadecimal digits",
        ))
    }
}

/// A map by names, none of them twice.
pub(crate) fn map<'de, D, T>(deserializer: D) -> Result<BTreeMap<String, T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    struct Unique<T>(PhantomData<T>);
    impl<'de, T: Deserialize<'de>> Visitor<'de> for Unique<T> {
        type Value = BTreeMap<String, T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a map by names")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
            let mut map = BTreeMap::new();
            while let Some(Name(name)) = access.next_key()? {
                if map.contains_key(&name) {
                    return Err(A::Error::custom(format!("`{name}` is there twice")));
                }
                if map.len() == MOST_FUNCTIONS {
                    let why = format!("more than {MOST_FUNCTIONS} names in one map");
                    return Err(A::Error::custom(why));
                }
                map.insert(name, access.next_value()?);
            }
            Ok(map)
        }
    }
    deserializer.deserialize_map(Unique(PhantomData))
}
