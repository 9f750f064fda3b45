//! What `perf script` prints: samples, each with its call chain or on one line, and hits of probes.
//!
//! A sample is counted for the function that it interrupted. An event whose name starts with `probe:`
//! or `kprobes:` is a call of the function that it is in; the next frame called it.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::rc::Rc;

use super::lines::Line;
use super::recording::{Place, Recording};
use super::text;
use crate::profile::Unit;

/// The most frames of a sample that are looked at; perf itself stops at 127 unless told otherwise.
const MOST_FRAMES: usize = 1_024;
/// The most events of which the names are kept.
const MOST_EVENTS: usize = 8;

/// Reads samples.
#[derive(Debug, Default)]
pub(crate) struct Perf {
    /// The event that is counted, if it was asked for by name.
    wanted: Option<String>,
    /// The events that are no probes.
    seen: BTreeSet<String>,
    sample: Option<Sample>,
}

#[derive(Debug)]
struct Sample {
    probe: bool,
    counts: bool,
    cost: u64,
    frames: usize,
    first: Option<Rc<Place>>,
    caller: Option<Rc<Place>>,
    below: bool,
}

/// The first line of a sample.
#[derive(Debug, PartialEq, Eq)]
struct Header<'a> {
    time: u64,
    period: Option<u64>,
    event: &'a str,
    rest: &'a str,
}

impl Perf {
    pub(crate) fn new(wanted: Option<&str>) -> Perf {
        Perf {
            wanted: wanted.map(str::to_owned),
            ..Perf::default()
        }
    }

    /// Whether a line is the first of a sample.
    pub(crate) fn recognises(line: &str) -> bool {
        header(line).is_some()
    }

    pub(crate) fn line(&mut self, line: &Line<'_>, recording: &mut Recording<'_>) {
        let text = line.text;
        if text.trim().is_empty() {
            self.end(recording);
        } else if let Some(comment) = text.strip_prefix('#') {
            if let Some((key, value)) = comment.split_once(':')
                && key.trim() == "os release"
            {
                recording.release = Some(value.trim().to_owned());
            }
        } else if self.sample.is_some()
            && let Some((address, symbol)) = frame(text)
        {
            self.frame(address, &symbol, recording);
        } else if let Some(header) = header(text) {
            self.end(recording);
            self.start(&header, line.number, recording);
        } else {
            recording.warn(text::UNREADABLE, line.number);
        }
    }

    fn start(&mut self, header: &Header<'_>, line: u64, recording: &mut Recording<'_>) {
        recording.at(header.time);
        let event = header.event;
        let probe = event.starts_with("probe:") || event.starts_with("kprobes:");
        // Where a probed function returns, nothing is called.
        let counts = if probe {
            !event.ends_with("__return")
        } else {
            if self.seen.len() < MOST_EVENTS {
                self.seen.insert(event.to_owned());
            }
            self.wanted
                .as_deref()
                .is_none_or(|wanted| event == wanted || event.split(':').next() == Some(wanted))
        };
        let mut cost = 1;
        if !probe && counts && event.starts_with("instructions") {
            if recording.entries == 0 && header.period.is_some() {
                recording.unit = Unit::Instructions;
            }
            if recording.unit == Unit::Instructions {
                cost = header.period.unwrap_or_else(|| {
                    recording.warn("samples without a period", line);
                    0
                });
                recording.total = recording.total.saturating_add(cost);
            }
        }
        if counts {
            recording.entries += 1;
        }
        self.sample = Some(Sample {
            probe,
            counts,
            cost,
            frames: 0,
            first: None,
            caller: None,
            below: false,
        });
        if !header.rest.is_empty() {
            match frame(header.rest) {
                Some((address, symbol)) => self.frame(address, &symbol, recording),
                None => recording.warn("samples with something else than a frame", line),
            }
            // What is on one line has no call chain.
            self.end(recording);
        }
    }

    fn frame(&mut self, address: u64, symbol: &str, recording: &mut Recording<'_>) {
        let Some(sample) = &mut self.sample else {
            return;
        };
        sample.frames += 1;
        if !sample.counts || sample.frames > MOST_FRAMES {
            return;
        }
        let place = recording.place(symbol, Some(address), sample.frames > 1);
        match sample.frames {
            1 => sample.first = Some(place),
            2 => {
                sample.below |= place.innermost.is_some();
                sample.caller = Some(place);
            }
            _ => sample.below |= place.innermost.is_some(),
        }
    }

    fn end(&mut self, recording: &mut Recording<'_>) {
        let Some(sample) = self.sample.take().filter(|sample| sample.counts) else {
            return;
        };
        let Some(first) = sample.first else {
            recording.warn_many("samples without a frame", 1, 0);
            return;
        };
        if sample.probe {
            if let Some(function) = &first.function {
                recording.own += 1;
                recording.called(function, 1);
                let caller = sample.caller.and_then(|place| place.innermost.clone());
                if let Some(caller) = caller {
                    recording.called_by(&caller, function, 1);
                }
            }
        } else if let Some(function) = &first.innermost {
            recording.own += 1;
            recording.cost(function, sample.cost);
        } else if sample.below {
            recording.warn_many("samples in what the driver calls, counted for nobody", 1, 0);
        } else if !first.known {
            recording.warn_many("samples without a symbol", 1, 0);
        }
    }

    pub(crate) fn finish(&mut self, recording: &mut Recording<'_>) {
        self.end(recording);
        if self.wanted.is_none() && self.seen.len() > 1 {
            let names: Vec<&str> = self.seen.iter().map(String::as_str).collect();
            recording.error = Some(format!(
                "it has samples of several events, which have no sum: {}; choose one with `--event`",
                names.join(", ")
            ));
        }
    }
}

/// `comm pid/tid [cpu] 123.456789: period event: rest`. A command may have blanks and colons in it, so
/// the time is what is looked for.
fn header(line: &str) -> Option<Header<'_>> {
    let mut words = text::words(line);
    let time = words.find_map(|(_, word)| text::seconds(word.strip_suffix(':')?))?;
    let (mut at, mut word) = words.next()?;
    let period = word.parse().ok();
    if period.is_some() {
        (at, word) = words.next()?;
    }
    let event = word.strip_suffix(':').filter(|event| !event.is_empty())?;
    let mut rest = line[at + word.len()..].trim();
    // Hits of a probe say where it is: `(ffffffff81234567)`.
    if let Some((_, after)) = rest.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
        rest = after.trim();
    }
    Some(Header {
        time,
        period,
        event,
        rest,
    })
}

/// `ffffffff81234567 symbol+0x12 (object)`: the address, and the symbol with its module in brackets, as
/// the kernel writes it.
fn frame(line: &str) -> Option<(u64, Cow<'_, str>)> {
    let line = line.trim();
    let (address, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let address = u64::from_str_radix(address, 16).ok()?;
    let (symbol, object) = apart(rest.trim());
    let module = object.trim_start_matches('[').trim_end_matches(']');
    Some(match (symbol, module) {
        // What perf says was inlined has the object of the frame below.
        ("", _) | (_, "" | "unknown" | "inlined") => (address, Cow::Borrowed(symbol)),
        _ => (address, Cow::Owned(format!("{symbol} [{module}]"))),
    })
}

/// A symbol and the object after it, whose name may have brackets of its own: `f (/a (deleted))`.
fn apart(text: &str) -> (&str, &str) {
    let Some(inner) = text.strip_suffix(')') else {
        return (text, "");
    };
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate().rev() {
        match byte {
            b')' => depth += 1,
            b'(' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            let before = &text[..at];
            // `f()` is a name; an object stands apart.
            return if before.is_empty() || before.ends_with(' ') {
                (before.trim_end(), &inner[at + 1..])
            } else {
                (text, "")
            };
        }
    }
    (text, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_lines_of_samples() {
        let parsed = header(" sh 17019  1007.630357:     250000 cpu-clock: ").expect("a sample");
        assert_eq!(parsed.time, 1_007_630_357_000);
        assert_eq!((parsed.period, parsed.event), (Some(250_000), "cpu-clock"));
        let flat = "kworker/0:1 H-ev   12/12   [001] 5.000001: cycles:P:  ffffffff81000000 f+0x6 ([kernel.kallsyms])";
        let parsed = header(flat).expect("a sample");
        assert_eq!((parsed.period, parsed.event), (None, "cycles:P"));
        assert_eq!(
            frame(parsed.rest),
            Some((0xffff_ffff_8100_0000, "f+0x6 [kernel.kallsyms]".into()))
        );
        let probe = header("ip 9 [000] 1.000000: probe:open: (ffffffffc0a01230)").expect("a hit");
        assert_eq!((probe.event, probe.rest), ("probe:open", ""));
        for line in [
            "",
            "a b c",
            "12.000000:",
            "x 1.000000: event",
            "sh 1 1.0: e:",
        ] {
            assert_eq!(header(line), None, "{line}");
        }
    }

    #[test]
    fn frames_of_samples() {
        for (line, expected) in [
            (
                "\t 20ca3 mmap64+0x13 (/usr/lib/ld.so)",
                "mmap64+0x13 [/usr/lib/ld.so]",
            ),
            ("20ca3 f+0x13 ([small_md])", "f+0x13 [small_md]"),
            ("20ca3 <a as b>::c (inlined)", "<a as b>::c"),
            ("20ca3 f (/a (deleted))", "f [/a (deleted)]"),
            ("20ca3 f()", "f()"),
            ("20ca3 [unknown] ([unknown])", "[unknown]"),
            ("20ca3 (/usr/lib/ld.so)", ""),
            ("20ca3", ""),
            ("20ca3 ))", "))"),
        ] {
            assert_eq!(frame(line), Some((0x20ca3, expected.into())), "{line}");
        }
        assert_eq!(frame("sh 17019 1.0"), None);
    }
}
