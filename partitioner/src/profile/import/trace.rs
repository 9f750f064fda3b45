//! What ftrace's `trace` and `trace_pipe` print: the function tracer, the function_graph tracer, and hits
//! of probes.

use super::graph::Graph;
use super::lines::Line;
use super::recording::{Frame, Recording};
use super::text;

/// Reads a trace.
#[derive(Debug, Default)]
pub(crate) struct Trace {
    graph: Graph,
}

/// One entry, after its time.
#[derive(Debug, PartialEq, Eq)]
enum Entry<'a> {
    /// A function and its caller.
    Call(&'a str, &'a str),
    /// A probe and the place that it hit.
    Hit(&'a str),
    /// A probe saw a function return.
    Return,
    /// Another event.
    Other,
}

impl Trace {
    /// Whether a line is of a trace.
    pub(crate) fn recognises(line: &str) -> bool {
        line.starts_with("# tracer: ")
            || Graph::recognises(line)
            || matches!(entry(line), Some((_, Entry::Call(..) | Entry::Hit(_))))
    }

    pub(crate) fn line(&mut self, line: &Line<'_>, recording: &mut Recording<'_>) {
        let trimmed = line.text.trim();
        if trimmed.is_empty() {
            return;
        }
        if let Some(comment) = trimmed.strip_prefix('#') {
            if let Some(lost) = overwritten(comment) {
                let what = "entries that the buffer had overwritten: the counts are too low";
                recording.warn_many(what, lost, line.number);
            }
            return;
        }
        if let Some((cpu, lost)) = lost(trimmed) {
            let what = "events that were lost: the counts are too low";
            recording.warn_many(what, lost, line.number);
            self.graph.forget(cpu);
            return;
        }
        if self.graph.line(line, recording) {
            return;
        }
        match entry(line.text) {
            Some((time, entry)) => {
                recording.at(time);
                count(&entry, line.number, recording);
            }
            None => recording.warn(text::UNREADABLE, line.number),
        }
    }

    pub(crate) fn finish(&mut self, recording: &mut Recording<'_>) {
        self.graph.finish(recording);
    }
}

fn count(entry: &Entry<'_>, line: u64, recording: &mut Recording<'_>) {
    match entry {
        Entry::Call(function, caller) => {
            recording.entries += 1;
            let place = recording.place(function, None, false);
            if let Some(function) = &place.function {
                recording.own += 1;
                recording.called(function, 1);
                let caller = recording.place(caller, None, true);
                if let Some(caller) = &caller.innermost {
                    recording.called_by(caller, function, 1);
                }
            }
        }
        Entry::Hit(place) => hit(place, line, recording),
        Entry::Return => {}
        Entry::Other => recording.warn("other events", line),
    }
}

/// A probe at the start of a function counts a call of it.
pub(super) fn hit(place: &str, line: u64, recording: &mut Recording<'_>) {
    recording.entries += 1;
    let start = Frame::of(place).offset.unwrap_or(0) == 0;
    let found = recording.place(place, None, false);
    if let Some(function) = &found.function {
        recording.own += 1;
        if start {
            recording.called(function, 1);
        } else {
            recording.warn("hits of probes inside of functions", line);
        }
    }
}

/// The number of entries that were written and are no longer there.
fn overwritten(comment: &str) -> Option<u64> {
    let rest = comment
        .trim()
        .strip_prefix("entries-in-buffer/entries-written:")?;
    let (there, written) = rest.split_whitespace().next()?.split_once('/')?;
    let (there, written): (u64, u64) = (there.parse().ok()?, written.parse().ok()?);
    written.checked_sub(there).filter(|lost| *lost > 0)
}

/// `CPU:1 [LOST 12 EVENTS]`.
fn lost(line: &str) -> Option<(u32, u64)> {
    let (cpu, rest) = line.strip_prefix("CPU:")?.split_once(" [LOST ")?;
    let lost = rest.split_whitespace().next()?;
    Some((cpu.parse().ok()?, lost.parse().unwrap_or(1)))
}

/// The time and the rest of `task-pid [cpu] flags time: entry`.
fn entry(line: &str) -> Option<(u64, Entry<'_>)> {
    let (at, word, time) = text::words(line).find_map(|(at, word)| {
        let time = text::seconds(word.strip_suffix(':')?)?;
        Some((at, word, time))
    })?;
    let rest = line[at + word.len()..].trim();
    if let Some((event, place)) = rest.split_once(": (")
        && !event.is_empty()
        // The names of `perf` have their group in front.
        && !event.contains([' ', ':'])
        && let Some(place) = place.split(')').next()
    {
        return Some((time, probed(place)));
    }
    if let Some((function, caller)) = rest.split_once(" <-")
        && !function.contains(':')
        && !caller.is_empty()
    {
        return Some((time, Entry::Call(function.trim(), caller.trim())));
    }
    rest.contains(':').then_some((time, Entry::Other))
}

fn probed(place: &str) -> Entry<'_> {
    if place.contains(" <- ") {
        Entry::Return
    } else {
        Entry::Hit(place)
    }
}

/// The place in the text of an event inside of a graph: `open: (function+0x0/0x30 [module])`.
pub(super) fn event(text: &str) -> Option<&str> {
    let (event, place) = text.split_once(": (")?;
    let place = place.split(')').next()?;
    let probe = !event.contains(' ') && matches!(probed(place), Entry::Hit(_));
    probe.then_some(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries() {
        for (line, expected) in [
            (
                "          <idle>-0       [000] d.h1.   1.000001: f [m] <-g [n]",
                Entry::Call("f [m]", "g [n]"),
            ),
            (" a b-12 [001] 1.000001: f <-g", Entry::Call("f", "g")),
            (
                "ip-9 [000] ..... 1.000001: p_open_0: (f+0x0/0x40 [m])",
                Entry::Hit("f+0x0/0x40 [m]"),
            ),
            (
                "ip-9 [000] d.... 1.000001: p: (f+0x0/0x40) a=1",
                Entry::Hit("f+0x0/0x40"),
            ),
            (
                "ip-9 [000] d.... 1.000001: r: (g+0x12/0x40 <- f)",
                Entry::Return,
            ),
            (
                "ip-9 [000] d.... 1.000001: sched_switch: a ==> b",
                Entry::Other,
            ),
        ] {
            assert_eq!(entry(line), Some((1_000_001_000, expected)), "{line}");
        }
        for line in [
            "",
            "f <-g",
            "ip-9 [000] 1.000001:",
            "ip-9 [000] 1.000001: f",
            "1.0: f <-g",
        ] {
            assert_eq!(entry(line), None, "{line}");
        }
    }

    #[test]
    fn what_was_lost() {
        assert_eq!(
            overwritten(" entries-in-buffer/entries-written: 10/250   #P:2"),
            Some(240)
        );
        assert_eq!(
            overwritten(" entries-in-buffer/entries-written: 10/10   #P:2"),
            None
        );
        assert_eq!(overwritten(" entries-in-buffer/entries-written: x"), None);
        assert_eq!(lost("CPU:1 [LOST 12 EVENTS]"), Some((1, 12)));
        assert_eq!(lost("CPU:x [LOST 12 EVENTS]"), None);
    }
}
