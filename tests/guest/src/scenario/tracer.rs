//! The kernel's own tracers beside a workload, through tracefs, as kernel people use them: the graph of calls,
//! and histograms of probes at the start of each function, by function and by who called.
//!
//! Everything is set up before the workload, so that beginning and ending are next to nothing.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use nix::mount::{MsFlags, mount};

const TRACEFS: &str = "/sys/kernel/tracing";

/// For each CPU.
const BUFFER_KILOBYTES: &str = "65536";

/// Histograms, each of a group of probes of its own: the group, what it sums by, and how many sums it has
/// room for.
const HISTOGRAMS: [(&str, &str, u32); 2] = [
    ("calls", "__probe_ip.sym", 2_048),
    ("stacks", "stacktrace", 16_384),
];

/// Tracers that are set up for a module.
#[derive(Debug)]
pub(super) struct Tracer {
    functions: usize,
}

impl Tracer {
    /// Sets them up for every function of a module that the kernel can trace.
    pub(super) fn prepare(module: &str) -> Result<Self> {
        mount(
            Some("tracefs"),
            Path::new(TRACEFS),
            Some("tracefs"),
            MsFlags::empty(),
            None::<&str>,
        )
        .context("mount tracefs")?;
        let list = read("available_filter_functions")?;
        let mark = format!(" [{module}]");
        let functions: Vec<&str> = list
            .lines()
            .filter_map(|line| line.strip_suffix(&mark))
            .collect();
        ensure!(
            !functions.is_empty(),
            "the kernel can trace no function of {module}"
        );
        write("tracing_on", "0")?;
        write("buffer_size_kb", BUFFER_KILOBYTES)?;
        write("set_ftrace_filter", &format!(":mod:{module}"))?;
        write("current_tracer", "function_graph")?;
        for (group, _, _) in HISTOGRAMS {
            for (number, function) in functions.iter().enumerate() {
                append(
                    "kprobe_events",
                    &format!("p:{group}/f{number} {module}:{function}"),
                )?;
            }
        }
        let tracer = Self {
            functions: functions.len(),
        };
        tracer.triggers("")?;
        Ok(tracer)
    }

    /// Begins.
    pub(super) fn start(&self) -> Result<()> {
        write("trace", "")?;
        for histogram in HISTOGRAMS {
            let clear = format!("{}:clear", command(histogram));
            append(&trigger_of(histogram.0, 0), &clear)?;
        }
        write("tracing_on", "1")
    }

    /// Ends, and gives the histograms: by function, and by stack.
    pub(super) fn stop(&self) -> Result<[String; 2]> {
        write("tracing_on", "0")?;
        // All probes of a group have one together.
        let [calls, stacks] =
            HISTOGRAMS.map(|(group, _, _)| read(&format!("events/{group}/f0/hist")));
        Ok([calls?, stacks?])
    }

    /// The graph of calls up to the end, which takes seconds to print.
    pub(super) fn graph(&self) -> Result<String> {
        read("trace")
    }

    /// Takes everything away again, before the module goes.
    pub(super) fn end(self) -> Result<()> {
        self.triggers("!")?;
        write("current_tracer", "nop")?;
        write("kprobe_events", "")
    }

    /// Tells each probe of its histogram.
    fn triggers(&self, before: &str) -> Result<()> {
        for histogram in HISTOGRAMS {
            let command = format!("{before}{}", command(histogram));
            for number in 0..self.functions {
                append(&trigger_of(histogram.0, number), &command)?;
            }
        }
        Ok(())
    }
}

fn command((group, key, size): (&str, &str, u32)) -> String {
    format!("hist:name={group}:keys={key}:size={size}")
}

fn trigger_of(group: &str, number: usize) -> String {
    format!("events/{group}/f{number}/trigger")
}

fn file(name: &str) -> PathBuf {
    Path::new(TRACEFS).join(name)
}

fn read(name: &str) -> Result<String> {
    std::fs::read_to_string(file(name)).with_context(|| format!("read {name}"))
}

/// As a shell's `>`.
fn write(name: &str, text: &str) -> Result<()> {
    std::fs::write(file(name), text).with_context(|| format!("write {text:?} to {name}"))
}

/// As a shell's `>>`.
fn append(name: &str, text: &str) -> Result<()> {
    OpenOptions::new()
        .append(true)
        .open(file(name))
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .with_context(|| format!("write {text:?} to {name}"))
}
