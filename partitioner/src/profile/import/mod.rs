//! From what kernel people record anyway to a profile: the text of `perf script`, of ftrace, of bpftrace
//! and of hist triggers.
//!
//! `lines` reads any bytes as lines; `perf`, `trace` with `graph`, and `histogram` know a format each;
//! `symbol` finds the driver's function behind a name, `recording` adds up. What is not understood is
//! counted with its line; what makes the whole useless is refused.

mod graph;
mod histogram;
mod kernel;
mod lines;
mod perf;
mod recognise;
pub(super) mod recording;
mod symbol;
mod text;
mod trace;

use std::fs::File;
use std::io::{BufRead, BufReader, Cursor, Read};
use std::path::Path;

use histogram::Histogram;
use kernel::kernel;
use lines::{Line, Lines};
use perf::Perf;
use recognise::{binary, recognise};
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
