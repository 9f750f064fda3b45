//! From what kernel people record anyway to a profile: the text of `perf script`, of ftrace, of bpftrace
//! and of hist triggers.
//!
//! `lines` reads any bytes as lines; `perf`, `trace` with `graph`, and `histogram` know a format each;
//! `symbol` finds the driver's function behind a name, `recording` adds up. What is not understood is
//! counted with its line; what makes the whole useless is refused.

mod graph;
mod histogram;
mod lines;
mod perf;
pub(super) mod recording;
mod symbol;
mod text;
mod trace;

use std::fs::File;
use std::io::{BufRead, BufReader, Cursor, Read};
use std::path::Path;

use histogram::Histogram;
use lines::{Line, Lines};
use perf::Perf;
use recording::Recording;
pub use recording::Warning;
use trace::Trace;

use super::object::Object;
use super::subject::{self, Subject};
use super::{Origin, Profile, SCHEMA, Unit};
use crate::diagnostics::{Code, Diagnostic, Outcome};

/// How much of a recording is looked at to find out what it is.
const PEEKED: u64 = 256 << 10;
/// The longest recording that is read, in bytes.
const LONGEST: u64 = 16 << 30;

/// The formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum From {
    /// The text that `perf script` prints.
    Perf,
    /// The text of ftrace: function, function_graph, hits of probes.
    Ftrace,
    /// Sums by function: bpftrace's maps, histograms of hist triggers.
    Histogram,
}

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The format; found out, if it is not said.
    pub from: Option<From>,
    /// The event of `perf` whose samples count.
    pub event: Option<String>,
    /// Whether histograms count samples and not calls.
    pub samples: bool,
    /// The release of the kernel that was recorded.
    pub kernel: Option<String>,
    /// The build id of what was recorded.
    pub build_id: Option<String>,
    /// What was going on.
    pub workload: String,
    /// How long it was recorded, if the recording does not say.
    pub milliseconds: Option<u64>,
}

/// What an import made.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The profile.
    pub profile: Profile,
    /// Samples, calls and sums that were understood.
    pub entries: u64,
    /// Those of them that are the driver's.
    pub own: u64,
    /// What was passed over.
    pub warnings: Vec<Warning>,
}

/// Imports a recording.
///
/// # Errors
/// `MD0058` to `MD0060`.
pub fn import(
    path: &Path,
    subject: &Subject,
    object: Option<&Object>,
    options: &Options,
) -> Outcome<Imported> {
    let name = path.display().to_string();
    let file = File::open(path).map_err(|error| unreadable(&name, error.to_string()))?;
    import_from(file, &name, subject, object, options)
}

/// Imports from any reader; `name` is what messages call it.
///
/// # Errors
/// As [`import`].
pub fn import_from(
    mut from: impl Read,
    name: &str,
    subject: &Subject,
    object: Option<&Object>,
    options: &Options,
) -> Outcome<Imported> {
    let refuse = |error: std::io::Error| unreadable(name, error.to_string());
    let mut head = Vec::new();
    Read::take(&mut from, PEEKED)
        .read_to_end(&mut head)
        .map_err(refuse)?;
    if let Some(what) = binary(&head) {
        return Err(unreadable(name, what.to_owned()).into());
    }
    let format = match options.from {
        Some(format) => format,
        None => recognise(&head).map_err(|why| unreadable(name, why))?,
    };
    let limited = Read::take(Cursor::new(head).chain(from), LONGEST);
    let mut reader = Reader::new(format, options);
    let mut recording = Recording::new(subject, object, reader.unit());
    let mut lines = Lines::new(BufReader::with_capacity(1 << 16, limited));
    let last = read(&mut lines, &mut reader, &mut recording).map_err(refuse)?;
    let (_, origin) = (reader.finish(&mut recording), reader.origin());
    if let Some(why) = recording.error.take() {
        return Err(unreadable(name, why).into());
    }
    let strange = recording.warned(text::UNREADABLE) + recording.warned(NO_TEXT);
    if recording.entries == 0 || strange > recording.entries.saturating_mul(4) {
        let why = format!(
            "of {last} lines, {strange} were not understood as {}",
            reader.name()
        );
        return Err(unreadable(name, why).into());
    }
    let kernel = kernel(name, &recording, object, options)?;
    if recording.own == 0 {
        return Err(nothing(name, subject, &recording, object).into());
    }
    let (entries, own, warnings) = (recording.entries, recording.own, recording.warnings());
    let span = recording
        .times
        .map_or(0, |(first, last)| (last - first) / 1_000_000);
    let profile = Profile {
        schema: SCHEMA,
        driver: subject.driver.clone(),
        source: subject.source.clone(),
        workload: options.workload.clone(),
        origin,
        kernel,
        milliseconds: options.milliseconds.unwrap_or(span),
        total: recording.total,
        unit: recording.unit,
        functions: recording.functions,
    };
    Ok(Imported {
        profile,
        entries,
        own,
        warnings,
    })
}

/// The warning about lines that are none.
const NO_TEXT: &str = "lines that are too long, or no text";
/// The warning about a last line without an end.
const CUT_OFF: &str = "last line without an end: the file was cut off there";

/// Reads every line; returns the number of the last.
fn read(
    lines: &mut Lines<impl BufRead>,
    reader: &mut Reader,
    recording: &mut Recording<'_>,
) -> std::io::Result<u64> {
    let mut last = 0;
    loop {
        match lines.next()? {
            lines::Read::Line(line) => {
                last = line.number;
                if line.ended {
                    reader.line(&line, recording);
                } else {
                    // Half a number is a number, too.
                    recording.warn(CUT_OFF, line.number);
                }
            }
            lines::Read::Unreadable(number) => {
                last = number;
                recording.warn(NO_TEXT, number);
            }
            lines::Read::End => return Ok(last),
        }
    }
}

/// One of the formats.
#[derive(Debug)]
enum Reader {
    Perf(Perf),
    Trace(Trace),
    Histogram(Histogram),
}

impl Reader {
    fn new(format: From, options: &Options) -> Reader {
        match format {
            From::Perf => Reader::Perf(Perf::new(options.event.as_deref())),
            From::Ftrace => Reader::Trace(Trace::default()),
            From::Histogram => Reader::Histogram(Histogram::new(options.samples)),
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Reader::Perf(_) => "the text of `perf script`",
            Reader::Trace(_) => "the text of ftrace",
            Reader::Histogram(_) => "a map or a histogram",
        }
    }

    fn origin(&self) -> Origin {
        match self {
            Reader::Perf(_) => Origin::Perf,
            Reader::Trace(_) => Origin::Ftrace,
            Reader::Histogram(_) => Origin::Kprobe,
        }
    }

    fn unit(&self) -> Unit {
        match self {
            Reader::Perf(_) => Unit::Samples,
            Reader::Trace(_) | Reader::Histogram(_) => Unit::Nanoseconds,
        }
    }

    fn line(&mut self, line: &Line<'_>, recording: &mut Recording<'_>) {
        match self {
            Reader::Perf(reader) => reader.line(line, recording),
            Reader::Trace(reader) => reader.line(line, recording),
            Reader::Histogram(reader) => reader.line(line, recording),
        }
    }

    fn finish(&mut self, recording: &mut Recording<'_>) {
        match self {
            Reader::Perf(reader) => reader.finish(recording),
            Reader::Trace(reader) => reader.finish(recording),
            Reader::Histogram(reader) => reader.finish(recording),
        }
    }
}

fn unreadable(name: &str, why: String) -> Diagnostic {
    let title = format!("cannot read the recording `{name}`");
    let help = "give the text that `perf script`, ftrace or bpftrace prints; `--from` says which";
    Diagnostic::new(Code::Recording, title, help).note(why)
}

/// What a file is that is no text, as far as it can be told.
fn binary(head: &[u8]) -> Option<&'static str> {
    let known: [(&[u8], &str); 5] = [
        (
            b"PERFILE2",
            "it is what `perf record` writes: print it with `perf script`",
        ),
        (
            b"\x17\x08\x44tracing",
            "it is what `trace-cmd record` writes: print it with `trace-cmd report`",
        ),
        (b"\x7fELF", "it is an object: give that to `--object`"),
        (b"\x1f\x8b", "it is compressed: unpack it"),
        (b"\x28\xb5\x2f\xfd", "it is compressed: unpack it"),
    ];
    if let Some((_, what)) = known.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Some(what);
    }
    // Somewhere in a text, a byte may have been damaged; among its first, there is none that is none.
    let first = &head[..head.len().min(512)];
    first.contains(&0).then_some("it is no text")
}

/// The format of a text, by the first line that only one of them has.
fn recognise(head: &[u8]) -> Result<From, String> {
    let text = String::from_utf8_lossy(head);
    if text.trim().is_empty() {
        return Err("it is empty".to_owned());
    }
    for line in text.lines().filter(|line| line.len() <= lines::LONGEST) {
        if Histogram::recognises(line) {
            return Ok(From::Histogram);
        }
        if Trace::recognises(line) {
            return Ok(From::Ftrace);
        }
        if Perf::recognises(line) {
            return Ok(From::Perf);
        }
    }
    let first = text.lines().find(|line| !line.trim().is_empty());
    let first: String = first.unwrap_or("").chars().take(80).collect();
    Err(format!(
        "no line of it is of a format that is known; it starts with `{}`",
        first.escape_debug()
    ))
}

/// The release that was recorded: whoever names one has to name the same.
fn kernel(
    name: &str,
    recording: &Recording<'_>,
    object: Option<&Object>,
    options: &Options,
) -> Outcome<String> {
    let help = "give the object of the kernel that was recorded";
    let claims = [
        ("the recording", recording.release.as_deref()),
        ("`--kernel`", options.kernel.as_deref()),
        (
            "the object",
            object.and_then(|object| object.release.as_deref()),
        ),
    ];
    let mut found: Option<(&str, &str)> = None;
    for (who, release) in claims {
        let Some(release) = release else { continue };
        match found {
            Some((first, other)) if other != release => {
                let title = format!("`{name}` and its object are not of one kernel");
                let why = format!("{first} says {other}, {who} says {release}");
                return Err(Diagnostic::new(Code::RecordingKernel, title, help)
                    .note(why)
                    .into());
            }
            Some(_) => {}
            None => found = Some((who, release)),
        }
    }
    if let (Some(wanted), Some(object)) = (&options.build_id, object) {
        let own = object.build_id.as_deref().unwrap_or("none");
        if own != wanted.to_lowercase() {
            let title = "the object is not the build that was recorded";
            let why = format!("its build id is {own}, and what was recorded has {wanted}");
            return Err(Diagnostic::new(Code::RecordingKernel, title, help)
                .note(why)
                .into());
        }
    }
    match found {
        Some((_, release)) => Ok(release.to_owned()),
        None => {
            let title = format!("`{name}` does not say which kernel was recorded");
            let help = "say it with `--kernel`: what `uname -r` printed there, or `host`";
            Err(Diagnostic::new(Code::RecordingKernel, title, help).into())
        }
    }
}

fn nothing(
    name: &str,
    subject: &Subject,
    recording: &Recording<'_>,
    object: Option<&Object>,
) -> Diagnostic {
    let title = format!("nothing in `{name}` is of driver `{}`", subject.driver);
    let help = match object {
        Some(_) => "record while the driver works",
        None => "record while the driver works; if its functions are inlined, give `--object`",
    };
    Diagnostic::new(Code::RecordingEmpty, title, help).note(format!(
        "it has {} entries; functions of the driver are {}",
        recording.entries,
        subject::list(&subject.functions)
    ))
}

#[cfg(test)]
mod tests;
