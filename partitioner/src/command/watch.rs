//! `analyze --watch`: runs again whenever something that was read is saved.
//!
//! Directories are watched, not files: many editors put a new file in the old one's place. Saves come in
//! bursts, so a run begins once nothing more arrives for a moment.

use std::collections::BTreeSet;
use std::io::{IsTerminal, stdout};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use notify::{Event, EventKind, RecursiveMode, Watcher};

use super::cli::AnalyzeArgs;
use super::{FAILURE, SUCCESS, analyze, print, words};
use crate::source::Sources;

/// A burst of saves is over when nothing came for so long.
const QUIET: Duration = Duration::from_millis(40);

enum Message {
    /// A file was saved.
    Saved,
    /// Somebody wants to end.
    End,
    /// The watcher does not work.
    Broken(String),
}

/// Runs until it is interrupted.
pub(super) fn run(args: &AnalyzeArgs, styled: bool) -> u8 {
    match watch(args, styled) {
        Ok(()) => SUCCESS,
        Err(why) => {
            eprintln!("error: cannot watch `{}`: {why}", args.driver.display());
            eprintln!("help: run without `--watch`, or raise fs.inotify.max_user_watches");
            FAILURE
        }
    }
}

fn watch(args: &AnalyzeArgs, styled: bool) -> Result<(), String> {
    let (sender, messages) = channel();
    let interrupted = sender.clone();
    ctrlc::set_handler(move || drop(interrupted.send(Message::End)))
        .map_err(|error| error.to_string())?;
    let mut watcher =
        notify::recommended_watcher(listen(sender)).map_err(|error| error.to_string())?;
    let mut watched = BTreeSet::new();
    loop {
        let mut shown = once(args, styled);
        // What was saved between reading and watching had no event, so it is read again.
        while add(&mut watcher, &mut watched, &args.driver, &shown.packages)? {
            shown = once(args, styled);
        }
        if stdout().is_terminal() {
            // Clears the screen and what has scrolled out of it.
            print("\x1b[H\x1b[2J\x1b[3J");
        }
        if print(&shown.data) != SUCCESS {
            return Ok(());
        }
        eprint!("{}", shown.messages);
        eprintln!("watching {} packages; Ctrl-C ends", watched.len());
        if !next(&messages)? {
            return Ok(());
        }
    }
}

/// Watches the driver and the packages that were read; whether there was something new to watch.
fn add(
    watcher: &mut impl Watcher,
    watched: &mut BTreeSet<PathBuf>,
    driver: &Path,
    packages: &BTreeSet<PathBuf>,
) -> Result<bool, String> {
    let mut more = false;
    let driver = driver.canonicalize().map_err(|error| error.to_string())?;
    for package in packages.iter().chain([&driver]) {
        if watched.contains(package) {
            continue;
        }
        watcher
            .watch(package, RecursiveMode::NonRecursive)
            .map_err(|error| error.to_string())?;
        let sources = package.join("src");
        if sources.is_dir() {
            watcher
                .watch(&sources, RecursiveMode::Recursive)
                .map_err(|error| error.to_string())?;
        }
        watched.insert(package.clone());
        more = true;
    }
    Ok(more)
}

/// Whether an event is a save of something that is read.
fn listen(sender: Sender<Message>) -> impl Fn(notify::Result<Event>) {
    let read = |path: &PathBuf| {
        path.extension().is_some_and(|extension| extension == "rs")
            || path.file_name().is_some_and(|name| name == "Cargo.toml")
    };
    move |event| {
        let message = match event {
            Ok(event) if matches!(event.kind, EventKind::Access(_)) => return,
            Ok(event) if !event.need_rescan() && !event.paths.iter().any(read) => return,
            Ok(_) => Message::Saved,
            Err(error) => Message::Broken(error.to_string()),
        };
        // Nobody listens any more: it ends.
        let _ = sender.send(message);
    }
}

/// Waits for a save, and for the end of the burst that it belongs to; whether to go on.
fn next(messages: &Receiver<Message>) -> Result<bool, String> {
    let mut message = messages.recv().map_err(|error| error.to_string())?;
    loop {
        match message {
            Message::End => return Ok(false),
            Message::Broken(why) => return Err(why),
            Message::Saved => {}
        }
        message = match messages.recv_timeout(QUIET) {
            Ok(message) => message,
            Err(RecvTimeoutError::Timeout) => return Ok(true),
            Err(RecvTimeoutError::Disconnected) => return Ok(false),
        };
    }
}

/// What a run has to show.
#[derive(Default)]
struct Shown {
    data: String,
    messages: String,
    /// The directories of the packages that were read.
    packages: BTreeSet<PathBuf>,
}

/// Analyses once.
///
/// On a thread of its own: where spans point to is kept for each thread, and would pile up.
fn once(args: &AnalyzeArgs, styled: bool) -> Shown {
    let run = || {
        let mut sources = Sources::default();
        let (data, messages) = match analyze::run(args, &mut sources) {
            Ok(data) => (data, String::new()),
            Err(refusal) => words(&refusal, &sources, args.format, styled),
        };
        let packages = sources.iter().filter_map(|(_, file)| package(&file.path));
        let packages = packages.collect();
        Shown {
            data,
            messages,
            packages,
        }
    };
    std::thread::scope(|scope| scope.spawn(run).join()).unwrap_or_default()
}

/// The nearest directory above a file that has a manifest.
fn package(file: &Path) -> Option<PathBuf> {
    let mut above = file.ancestors().skip(1);
    above
        .find(|directory| directory.join("Cargo.toml").is_file())
        .map(Path::to_owned)
}
