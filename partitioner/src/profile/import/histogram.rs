//! Sums by function: the maps that bpftrace prints, and histograms of hist triggers.
//!
//! A key that is a function of the driver was called as often as the map counts; a second one, or the
//! next frame of a stack, called it.

use std::rc::Rc;

use super::lines::Line;
use super::recording::Recording;
use super::text;
use crate::profile::Unit;

/// The most frames of a stack, and keys of an entry, that are looked at.
const MOST_FRAMES: usize = 1_024;

/// The warning about an entry that stops in the middle.
const UNENDED: &str = "stacks without an end";

/// Reads sums.
#[derive(Debug, Default)]
pub(crate) struct Histogram {
    /// Whether counts are samples of where time goes, and no calls.
    samples: bool,
    state: State,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Between,
    /// A key with one frame on each line.
    Stack(Stack),
    /// A key whose values are spread over buckets.
    Buckets(Vec<String>),
}

/// What is known of an entry with a stack before its end.
#[derive(Debug)]
struct Stack {
    keys: Vec<String>,
    frames: Vec<String>,
    start: u64,
}

impl Stack {
    fn new(keys: Vec<String>, start: u64) -> Stack {
        Stack {
            keys,
            frames: Vec::new(),
            start,
        }
    }
}

impl Histogram {
    pub(crate) fn new(samples: bool) -> Histogram {
        Histogram {
            samples,
            state: State::Between,
        }
    }

    /// Whether a line is of a map or a histogram.
    pub(crate) fn recognises(line: &str) -> bool {
        let line = line.trim();
        line.starts_with("# event histogram")
            || line.starts_with("{ ")
            || (line.starts_with('@') && line.contains('['))
            || (line.starts_with("Attaching ") && line.ends_with("probes..."))
            || line == "Attaching 1 probe..."
    }

    pub(crate) fn line(&mut self, line: &Line<'_>, recording: &mut Recording<'_>) {
        if self.samples {
            recording.unit = Unit::Samples;
        }
        let text = line.text.trim();
        match std::mem::take(&mut self.state) {
            State::Stack(stack) => self.frame(text, stack, line, recording),
            State::Buckets(keys) => match bucket(text) {
                Some(count) => {
                    self.count(&keys, &[], count, recording);
                    self.state = State::Buckets(keys);
                }
                None => self.entry(text, line, recording),
            },
            State::Between => self.entry(text, line, recording),
        }
    }

    fn entry(&mut self, text: &str, line: &Line<'_>, recording: &mut Recording<'_>) {
        if text.is_empty() || text.starts_with('#') || text.starts_with("Attaching ") {
            return;
        }
        // The keys that ended the tool.
        if text == "^C" || matches!(text, "Totals:") || is_total(text) {
            if let Some(lost) = text.strip_prefix("Dropped:") {
                let lost = lost.trim().parse().unwrap_or(0);
                if lost > 0 {
                    let what = "hits that the histogram dropped: the counts are too low";
                    recording.warn_many(what, lost, line.number);
                }
            }
            return;
        }
        if let Some(rest) = text.strip_prefix('{') {
            match hits(rest) {
                Some((keys, count)) => self.count(&values(keys), &[], count, recording),
                // A stack: its frames are on the next lines.
                None if !rest.contains('}') => {
                    self.state = State::Stack(Stack::new(Vec::new(), line.number));
                }
                None => recording.warn(text::UNREADABLE, line.number),
            }
        } else if text.starts_with('@') {
            self.map(text, line, recording);
        } else {
            recording.warn(text::UNREADABLE, line.number);
        }
    }

    /// `@name[keys]: value`, or the start of it.
    fn map(&mut self, text: &str, line: &Line<'_>, recording: &mut Recording<'_>) {
        let Some((name, rest)) = text.split_once('[') else {
            // `@total: 12` is about no function.
            if !text.contains(':') {
                recording.warn(text::UNREADABLE, line.number);
            }
            return;
        };
        if name.contains(':') {
            return;
        }
        match rest.rsplit_once("]:") {
            Some((keys, value)) => {
                let keys: Vec<String> = separate(keys);
                let value = value.trim();
                match number(value) {
                    Some(count) => self.count(&keys, &[], count, recording),
                    None if value.is_empty() => self.state = State::Buckets(keys),
                    None => recording.warn("values that are no counts", line.number),
                }
            }
            None => self.state = State::Stack(Stack::new(separate(rest), line.number)),
        }
    }

    /// A line of a stack, or its end.
    fn frame(
        &mut self,
        text: &str,
        mut stack: Stack,
        line: &Line<'_>,
        recording: &mut Recording<'_>,
    ) {
        // Another entry in the middle of one: the end of the first is missing.
        if text.starts_with('@') || text.starts_with('{') {
            recording.warn(UNENDED, stack.start);
            self.entry(text, line, recording);
            return;
        }
        let end = match text.rsplit_once("]:") {
            Some((last, value)) => Some((last, number(value.trim()))),
            None => hits(text).map(|(last, count)| (last, Some(count))),
        };
        if let Some((last, count)) = end {
            stack.keys.extend(separate(last));
            match count {
                Some(count) => self.count(&stack.keys, &stack.frames, count, recording),
                None => recording.warn("values that are no counts", line.number),
            }
            return;
        }
        if !text.is_empty() && stack.frames.len() < MOST_FRAMES {
            stack.frames.push(text.to_owned());
        }
        self.state = State::Stack(stack);
    }

    /// Counts an entry. What was hit is the first frame of its stack, if it has one, and its caller the
    /// next; or else, the first key that is a function of the driver, and the next such key.
    fn count(&self, keys: &[String], frames: &[String], count: u64, recording: &mut Recording<'_>) {
        recording.entries += 1;
        let stack = !frames.is_empty();
        let frames = &frames[probing(frames)..];
        let keys = if stack {
            &frames[..frames.len().min(2)]
        } else {
            keys
        };
        let mut called: Option<Rc<str>> = None;
        for (index, key) in keys.iter().enumerate() {
            let (address, symbol) = address(key);
            let place = recording.place(symbol, address, stack && index > 0);
            if let Some(callee) = &called {
                if let Some(caller) = &place.innermost {
                    recording.called_by(caller, callee, count);
                    return;
                }
            } else if let (true, Some(function)) = (self.samples, &place.innermost) {
                recording.own += 1;
                recording.cost(function, count);
                return;
            } else if let (false, Some(function)) = (self.samples, &place.function) {
                recording.own += 1;
                recording.called(function, count);
                called = Some(Rc::clone(function));
            } else if stack {
                // Below something else, it was not the driver that was hit.
                return;
            }
        }
    }

    pub(crate) fn finish(&mut self, recording: &mut Recording<'_>) {
        if let State::Stack(stack) = &self.state {
            recording.warn(UNENDED, stack.start);
        }
    }
}

/// How many frames on top of a stack are how the kernel came from a probed function to the histogram. It
/// leaves most of them out by itself, but how many there are depends on how it probes.
fn probing(frames: &[String]) -> usize {
    const OWN: &[&str] = &[
        "aggr_pre_handler",
        "arch_ftrace_ops_list_func",
        "asm_exc_int3",
        "do_int3",
        "exc_int3",
        "ftrace_call",
        "ftrace_ops_assist_func",
        "ftrace_ops_list_func",
        "ftrace_regs_call",
        "kprobe_dispatcher",
        "kprobe_ftrace_handler",
        "kprobe_int3_handler",
        "opt_pre_handler",
        "optimized_callback",
    ];
    let is_own = |(index, frame): &(usize, &String)| {
        let name = frame.split(['+', ' ']).next().unwrap_or(frame);
        // The code that ftrace makes for one tracer has no name.
        OWN.contains(&name) || (*index > 0 && name.starts_with("0x"))
    };
    frames.iter().enumerate().take_while(is_own).count()
}

/// `keys } hitcount: 12 ...`: the keys and the number of hits.
fn hits(text: &str) -> Option<(&str, u64)> {
    let (keys, values) = text.rsplit_once('}')?;
    let mut words = values.split_whitespace();
    let found = words.find(|word| *word == "hitcount:");
    found?;
    Some((keys, number(words.next()?)?))
}

/// The values of `name: value, name: value`.
fn values(keys: &str) -> Vec<String> {
    separate(keys)
        .into_iter()
        .map(|key| match key.split_once(": ") {
            Some((_, value)) => value.trim().to_owned(),
            None => key.trim_end_matches(':').to_owned(),
        })
        .collect()
}

fn separate(keys: &str) -> Vec<String> {
    keys.split(", ")
        .map(|key| key.trim_matches([',', ' ']))
        .filter(|key| !key.is_empty())
        .take(MOST_FRAMES)
        .map(str::to_owned)
        .collect()
}

/// `[ffffffff81234567] symbol`: the address, if it is there, and the symbol.
fn address(key: &str) -> (Option<u64>, &str) {
    let parsed = key.strip_prefix('[').and_then(|rest| {
        let (digits, symbol) = rest.split_once(']')?;
        let address = u64::from_str_radix(digits.trim(), 16).ok()?;
        Some((address, symbol.trim()))
    });
    match parsed {
        Some((address, symbol)) => (Some(address), symbol),
        None => (None, key),
    }
}

/// The count of `[1K, 2K)   12 |@@@@   |`.
fn bucket(text: &str) -> Option<u64> {
    let rest = text.strip_prefix(['[', '('])?;
    let (_, rest) = rest.split_once([')', ']'])?;
    number(rest.split_whitespace().next()?)
}

/// A count, or the one that comes first in `count 12, average 3, total 36`.
fn number(text: &str) -> Option<u64> {
    let text = text.strip_prefix("count ").unwrap_or(text);
    let digits = text.split(',').next().unwrap_or(text).trim();
    // A count that does not fit is as large as any.
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        Some(digits.parse().unwrap_or(u64::MAX))
    } else {
        None
    }
}

fn is_total(text: &str) -> bool {
    ["Hits:", "Entries:", "Dropped:"]
        .iter()
        .any(|word| text.starts_with(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_keys() {
        assert_eq!(number("12"), Some(12));
        assert_eq!(number("99999999999999999999"), Some(u64::MAX));
        assert_eq!(number("count 5, average 3, total 15"), Some(5));
        assert_eq!(number("-1"), None);
        assert_eq!(bucket("[1K, 2K)            12 |@@@@   |"), Some(12));
        assert_eq!(bucket("[0]                  3 |@      |"), Some(3));
        assert_eq!(bucket("(..., 0)             1 |@      |"), Some(1));
        assert_eq!(bucket("[1K"), None);
        assert_eq!(
            address("[ffffffffc0a01234] f+0x4"),
            (Some(0xffff_ffff_c0a0_1234), "f+0x4")
        );
        assert_eq!(address("f+0x4"), (None, "f+0x4"));
        assert_eq!(values(" function: f, common_pid: 12 "), ["f", "12"]);
        assert_eq!(hits("} hitcount:         12  bytes: 7"), Some(("", 12)));
        assert_eq!(hits("}"), None);
    }
}
