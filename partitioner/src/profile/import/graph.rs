//! What the function_graph tracer prints: calls with their ends, nested, for each CPU.
//!
//! A function's own time is how long it took without what it called, where that was traced. Interrupts
//! come in between and belong to nobody below them; a CPU that turns to another task goes on with the
//! calls that this task had not ended.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::lines::Line;
use super::recording::Recording;
use super::{text, trace};

/// The deepest nesting that is followed; the tracer itself stops at 50 or so.
const DEEPEST: usize = 1_024;
/// The most CPUs and tasks that are followed.
const MOST_STACKS: usize = 16_384;

/// The calls that have not ended.
#[derive(Debug, Default)]
pub(crate) struct Graph {
    cpus: BTreeMap<u32, Vec<Open>>,
    tasks: BTreeMap<String, Vec<Open>>,
}

#[derive(Debug, Default)]
struct Open {
    function: Option<Rc<str>>,
    /// Nanoseconds of what it called.
    inner: u64,
    interrupt: bool,
}

/// A line, taken apart.
#[derive(Debug, PartialEq, Eq)]
struct Parts<'a> {
    time: Option<u64>,
    cpu: u32,
    duration: Option<u64>,
    body: Body<'a>,
}

#[derive(Debug, PartialEq, Eq)]
enum Body<'a> {
    Enter(&'a str),
    Leaf(&'a str),
    Exit,
    InterruptStarts,
    InterruptEnds,
    Switch(&'a str, &'a str),
    Comment(&'a str),
}

impl Graph {
    /// Whether a line is of a graph.
    pub(crate) fn recognises(line: &str) -> bool {
        parts(line).is_some()
    }

    /// Takes a line if it is of a graph.
    pub(crate) fn line(&mut self, line: &Line<'_>, recording: &mut Recording<'_>) -> bool {
        let trimmed = line.text.trim();
        if trimmed.len() > 2 && trimmed.bytes().all(|byte| byte == b'-') {
            return true;
        }
        let Some(parts) = parts(line.text) else {
            return false;
        };
        if let Some(time) = parts.time {
            recording.at(time);
        }
        match parts.body {
            Body::Enter(function) => self.enter(parts.cpu, function, line.number, recording),
            Body::Leaf(function) => {
                self.enter(parts.cpu, function, line.number, recording);
                self.exit(parts.cpu, parts.duration, line.number, recording);
            }
            Body::Exit => self.exit(parts.cpu, parts.duration, line.number, recording),
            Body::InterruptStarts => self.push(
                parts.cpu,
                Open {
                    interrupt: true,
                    ..Open::default()
                },
                line.number,
                recording,
            ),
            Body::InterruptEnds => self.interrupt_ends(parts.cpu),
            Body::Switch(from, to) => self.switch(parts.cpu, from, to),
            Body::Comment(comment) => match trace::event(comment) {
                Some(place) => trace::hit(place, line.number, recording),
                None => recording.warn("other events", line.number),
            },
        }
        true
    }

    fn enter(&mut self, cpu: u32, name: &str, line: u64, recording: &mut Recording<'_>) {
        recording.entries += 1;
        let place = recording.place(name, None, false);
        if place.innermost.is_some() {
            recording.own += 1;
        }
        if let Some(function) = &place.function {
            recording.called(function, 1);
            let caller = self.cpus.get(&cpu).and_then(|stack| stack.last());
            if let Some(caller) = caller.and_then(|open| open.function.as_deref()) {
                recording.called_by(caller, function, 1);
            }
        }
        let open = Open {
            function: place.innermost.clone(),
            ..Open::default()
        };
        self.push(cpu, open, line, recording);
    }

    fn push(&mut self, cpu: u32, open: Open, line: u64, recording: &mut Recording<'_>) {
        if self.cpus.len() >= MOST_STACKS && !self.cpus.contains_key(&cpu) {
            recording.warn("calls on more CPUs than are followed", line);
            return;
        }
        let stack = self.cpus.entry(cpu).or_default();
        if stack.len() >= DEEPEST {
            stack.clear();
            recording.warn("calls that are nested too deeply to follow", line);
        }
        stack.push(open);
    }

    fn exit(&mut self, cpu: u32, duration: Option<u64>, line: u64, recording: &mut Recording<'_>) {
        let stack = self.cpus.entry(cpu).or_default();
        // An interrupt ends by its own mark.
        if stack.last().is_none_or(|open| open.interrupt) {
            recording.warn("ends of functions whose start was not recorded", line);
            return;
        }
        let Some(open) = stack.pop() else {
            return;
        };
        let Some(duration) = duration else {
            recording.warn("ends of functions without a duration", line);
            return;
        };
        if let Some(function) = &open.function {
            recording.cost(function, duration.saturating_sub(open.inner));
        }
        if let Some(outer) = stack.last_mut() {
            outer.inner = outer.inner.saturating_add(duration);
        }
    }

    fn interrupt_ends(&mut self, cpu: u32) {
        let Some(stack) = self.cpus.get_mut(&cpu) else {
            return;
        };
        if !stack.iter().any(|open| open.interrupt) {
            return;
        }
        while let Some(open) = stack.pop() {
            if open.interrupt {
                // Who was interrupted did not use that time.
                if let Some(outer) = stack.last_mut() {
                    outer.inner = outer.inner.saturating_add(open.inner);
                }
                return;
            }
        }
    }

    fn switch(&mut self, cpu: u32, from: &str, to: &str) {
        let stack = self.cpus.remove(&cpu).unwrap_or_default();
        if !stack.is_empty() && self.tasks.len() < MOST_STACKS {
            self.tasks.insert(from.to_owned(), stack);
        }
        if let Some(stack) = self.tasks.remove(to) {
            self.cpus.insert(cpu, stack);
        }
    }

    /// Events of a CPU were lost: which calls have ended since is not known.
    pub(crate) fn forget(&mut self, cpu: u32) {
        self.cpus.remove(&cpu);
    }

    pub(crate) fn finish(&mut self, recording: &mut Recording<'_>) {
        let stacks = self.cpus.values().chain(self.tasks.values());
        let open = stacks.flatten().filter(|open| open.function.is_some());
        let count = open.count() as u64;
        if count > 0 {
            let what = "calls that had not ended when the recording did: their time is missing";
            recording.warn_many(what, count, 0);
        }
    }
}

/// `time |  cpu)  task | flags |  duration  |  body`, of which the first, third and fourth may be missing.
fn parts(line: &str) -> Option<Parts<'_>> {
    let (mut head, rest) = line.split_once(')')?;
    let mut time = None;
    if let Some((before, after)) = head.split_once('|') {
        time = Some(text::seconds(before.trim())?);
        head = after;
    }
    let cpu = head.trim().parse().ok()?;
    let part = |duration, body| {
        Some(Parts {
            time,
            cpu,
            duration,
            body,
        })
    };
    let mut rest = rest;
    while let Some((field, after)) = rest.split_once('|') {
        let field = field.trim();
        if field.starts_with("=====") && field.ends_with('>') {
            return part(None, Body::InterruptStarts);
        }
        if field.starts_with('<') && field.ends_with("=====") {
            return part(None, Body::InterruptEnds);
        }
        let duration = duration(field);
        if duration.is_some() || field.is_empty() {
            return part(duration, body(after.trim())?);
        }
        rest = after;
    }
    let (from, to) = rest.split_once("=>")?;
    part(None, Body::Switch(from.trim(), to.trim()))
}

/// `12.345 us`, after a mark for those that took long.
fn duration(field: &str) -> Option<u64> {
    let number = field.strip_suffix("us")?.trim_end();
    let number = number.trim_start_matches(['$', '@', '*', '#', '!', '+', ' ']);
    text::microseconds(number)
}

fn body(text: &str) -> Option<Body<'_>> {
    if let Some(rest) = text.strip_prefix('}') {
        return (rest.is_empty() || rest.starts_with(' ')).then_some(Body::Exit);
    }
    if let Some(comment) = text.strip_prefix("/*") {
        return Some(Body::Comment(comment.trim_end_matches("*/").trim()));
    }
    // Arguments, results and callers may be printed around the name.
    let (name, rest) = text.split_once('(')?;
    let name = name.trim();
    if name.is_empty() {
        return None;
    }
    let rest = rest.split("/*").next().unwrap_or(rest).trim_end();
    if rest.ends_with('{') {
        Some(Body::Enter(name))
    } else {
        rest.ends_with(';').then_some(Body::Leaf(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_graph() {
        let plain = |cpu, duration, body| {
            Some(Parts {
                time: None,
                cpu,
                duration,
                body,
            })
        };
        for (line, expected) in [
            (
                " 0)               |  f() {",
                plain(0, None, Body::Enter("f")),
            ),
            (
                " 1)   0.123 us    |    f [m]();",
                plain(1, Some(123), Body::Leaf("f [m]")),
            ),
            (
                " 0) ! 123.456 us  |  }",
                plain(0, Some(123_456), Body::Exit),
            ),
            (
                " 0) + 12.000 us   |  } /* f */",
                plain(0, Some(12_000), Body::Exit),
            ),
            (" 0)   ==========> |", plain(0, None, Body::InterruptStarts)),
            (" 0)   <========== |", plain(0, None, Body::InterruptEnds)),
            (
                " 0)    sh-12    =>    <idle>-0   ",
                plain(0, None, Body::Switch("sh-12", "<idle>-0")),
            ),
            (
                " 0)  sh-12   |  d..1 |  1.000 us  |  f();",
                plain(0, Some(1_000), Body::Leaf("f")),
            ),
            (
                " 0)               |  f(a=1, b=2) { /* <-g */",
                plain(0, None, Body::Enter("f")),
            ),
            (
                " 0)   1.000 us    |  f(); /* = 0x0 */",
                plain(0, Some(1_000), Body::Leaf("f")),
            ),
            (
                " 0)               |  /* p: (f+0x0/0x1) */",
                plain(0, None, Body::Comment("p: (f+0x0/0x1)")),
            ),
        ] {
            assert_eq!(parts(line), expected, "{line}");
        }
        let timed = parts("  12.000001 |   3)  1.000 us    |  f();").expect("a line");
        assert_eq!((timed.time, timed.cpu), (Some(12_000_001_000), 3));
        for line in [
            "",
            ")",
            "x) | f();",
            " 0) f();",
            " 0) | ",
            " 0) |  f",
            " 0) |  ();",
            " -1) | f();",
            " 0) | }x",
        ] {
            assert_eq!(parts(line), None, "{line}");
        }
    }
}
