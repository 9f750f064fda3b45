//! What a recording said of the driver so far, and what in it was not understood.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use super::symbol;
use crate::profile::object::Object;
use crate::profile::subject::Subject;
use crate::profile::{Activity, Unit};

/// The most symbols whose meaning is kept.
const MOST_CACHED: usize = 65_536;
/// How many lines of a kind of warning are named.
const NAMED: usize = 3;

/// Something that was passed over: how often, and where first.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Warning {
    /// What it is.
    pub what: String,
    /// How often.
    pub count: u64,
    /// The first lines of it.
    pub lines: Vec<u64>,
}

/// Where in the driver a frame is.
#[derive(Clone, Debug, Default)]
pub(crate) struct Place {
    /// The function whose symbol it is, if that is the driver's; a closure is none.
    pub(crate) function: Option<Rc<str>>,
    /// The driver's function that is there: what was inlined, if something was.
    pub(crate) innermost: Option<Rc<str>>,
    /// Whether there is a name at all.
    pub(crate) known: bool,
}

/// What was recorded.
#[derive(Debug)]
pub(crate) struct Recording<'a> {
    subject: &'a Subject,
    object: Option<&'a Object>,
    places: HashMap<(String, bool), Rc<Place>>,
    names: BTreeMap<String, Rc<str>>,
    warnings: BTreeMap<&'static str, (u64, Vec<u64>)>,
    /// The functions that ran.
    pub(crate) functions: BTreeMap<String, Activity>,
    /// What costs are counted in.
    pub(crate) unit: Unit,
    /// Entries that were understood: samples, calls, sums.
    pub(crate) entries: u64,
    /// Those of them that are the driver's.
    pub(crate) own: u64,
    /// Instructions of the whole machine.
    pub(crate) total: u64,
    /// The first and the last time, in nanoseconds.
    pub(crate) times: Option<(u64, u64)>,
    /// The release that the recording itself names.
    pub(crate) release: Option<String>,
    /// What keeps it from being used at all.
    pub(crate) error: Option<String>,
}

impl<'a> Recording<'a> {
    /// Nothing yet.
    pub(crate) fn new(subject: &'a Subject, object: Option<&'a Object>, unit: Unit) -> Self {
        Recording {
            subject,
            object,
            places: HashMap::new(),
            names: BTreeMap::new(),
            warnings: BTreeMap::new(),
            functions: BTreeMap::new(),
            unit,
            entries: 0,
            own: 0,
            total: 0,
            times: None,
            release: None,
            error: None,
        }
    }

    /// Counts something that is passed over.
    pub(crate) fn warn(&mut self, what: &'static str, line: u64) {
        self.warn_many(what, 1, line);
    }

    /// Counts several of something that is passed over.
    pub(crate) fn warn_many(&mut self, what: &'static str, count: u64, line: u64) {
        let (sum, lines) = self.warnings.entry(what).or_default();
        *sum = sum.saturating_add(count);
        if lines.len() < NAMED {
            lines.push(line);
        }
    }

    /// How often a warning was given.
    pub(crate) fn warned(&self, what: &str) -> u64 {
        self.warnings.get(what).map_or(0, |(count, _)| *count)
    }

    /// All that was passed over.
    pub(crate) fn warnings(&self) -> Vec<Warning> {
        let warning = |(what, (count, lines)): (&&'static str, &(u64, Vec<u64>))| Warning {
            what: (*what).to_owned(),
            count: *count,
            lines: lines.clone(),
        };
        self.warnings.iter().map(warning).collect()
    }

    /// Takes a time into account.
    pub(crate) fn at(&mut self, nanoseconds: u64) {
        let (first, last) = self.times.unwrap_or((nanoseconds, nanoseconds));
        self.times = Some((first.min(nanoseconds), last.max(nanoseconds)));
    }

    /// The driver's functions at a frame, which is a symbol with or without an offset and a module, as
    /// `name+0x12/0x40 [module]`. A frame that called another is at the place where that returns to.
    pub(crate) fn place(&mut self, frame: &str, address: Option<u64>, returns: bool) -> Rc<Place> {
        // Without an offset, the same name is the same place only if its address is.
        let key = match (address, self.object) {
            (Some(address), Some(_)) => format!("{frame} @{address:x}"),
            _ => frame.to_owned(),
        };
        let key = (key, returns);
        if let Some(found) = self.places.get(&key) {
            return Rc::clone(found);
        }
        let place = Rc::new(self.look_up(frame, address, returns));
        if self.places.len() < MOST_CACHED {
            self.places.insert(key, Rc::clone(&place));
        }
        place
    }

    fn look_up(&mut self, frame: &str, address: Option<u64>, returns: bool) -> Place {
        let frame = Frame::of(frame);
        let known = !frame.name.is_empty() && frame.name != "[unknown]" && !is_number(frame.name);
        let mut place = Place {
            known,
            ..Place::default()
        };
        let subject = self.subject;
        if let Some(found) = symbol::function(subject, frame.name) {
            let name = self.share(found.name);
            place.innermost = Some(Rc::clone(&name));
            place.function = found.itself.then_some(name);
        }
        if let Some(object) = self.object
            && frame.module.is_none_or(|module| object.is_called(module))
        {
            for name in object.frames(frame.name, frame.offset, address, returns) {
                if let Some(found) = symbol::function(subject, &name) {
                    place.innermost = Some(self.share(found.name));
                    break;
                }
            }
        }
        place
    }

    fn share(&mut self, name: &str) -> Rc<str> {
        if let Some(shared) = self.names.get(name) {
            return Rc::clone(shared);
        }
        let shared: Rc<str> = Rc::from(name);
        self.names.insert(name.to_owned(), Rc::clone(&shared));
        shared
    }

    /// A function of the driver was called so often.
    pub(crate) fn called(&mut self, function: &str, count: u64) {
        let activity = self.activity(function);
        activity.calls = activity.calls.saturating_add(count);
    }

    /// A function of the driver called another one so often.
    pub(crate) fn called_by(&mut self, caller: &str, callee: &str, count: u64) {
        let counted = self.activity(caller).callees.entry(callee.to_owned());
        let counted = counted.or_default();
        *counted = counted.saturating_add(count);
    }

    /// A function of the driver cost so much by itself.
    pub(crate) fn cost(&mut self, function: &str, cost: u64) {
        let activity = self.activity(function);
        activity.cost = activity.cost.saturating_add(cost);
    }

    fn activity(&mut self, function: &str) -> &mut Activity {
        if !self.functions.contains_key(function) {
            self.functions
                .insert(function.to_owned(), Activity::default());
        }
        self.functions.entry(function.to_owned()).or_default()
    }
}

/// The parts of `name+0x12/0x40 [module]`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Frame<'a> {
    /// The symbol.
    pub(crate) name: &'a str,
    /// How far into it, if that is known.
    pub(crate) offset: Option<u64>,
    /// The module, without brackets.
    pub(crate) module: Option<&'a str>,
}

impl<'a> Frame<'a> {
    /// Takes a frame apart.
    pub(crate) fn of(text: &'a str) -> Frame<'a> {
        let mut text = text.trim();
        let mut module = None;
        if let Some((rest, last)) = text.rsplit_once(" [")
            && let Some(name) = last.strip_suffix(']')
        {
            module = Some(name);
            text = rest.trim_end();
        }
        let mut frame = Frame {
            name: text,
            offset: None,
            module,
        };
        if let Some((name, offset)) = text.rsplit_once('+') {
            let offset = offset.split('/').next().unwrap_or(offset);
            let number = match offset.strip_prefix("0x") {
                Some(digits) => u64::from_str_radix(digits, 16),
                None => offset.parse(),
            };
            if let Ok(offset) = number {
                frame.name = name;
                frame.offset = Some(offset);
            }
        }
        frame
    }
}

/// Whether what stands in place of a symbol is an address.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    digits.len() >= 8 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_taken_apart() {
        let frame = |name, offset, module| Frame {
            name,
            offset,
            module,
        };
        for (text, expected) in [
            ("f", frame("f", None, None)),
            ("f+0x12", frame("f", Some(0x12), None)),
            ("f+0x12/0x40 [m]", frame("f", Some(0x12), Some("m"))),
            ("f+46", frame("f", Some(46), None)),
            ("<A + B>::f+0x1", frame("<A + B>::f", Some(1), None)),
            ("<A + B>::f", frame("<A + B>::f", None, None)),
            ("f           [m]", frame("f", None, Some("m"))),
            ("[unknown]", frame("[unknown]", None, None)),
            ("", frame("", None, None)),
            ("+", frame("+", None, None)),
            (
                "f+0xfffffffffffffffff",
                frame("f+0xfffffffffffffffff", None, None),
            ),
        ] {
            assert_eq!(Frame::of(text), expected, "{text}");
        }
    }
}
