//! `analyze --watch`: runs again on a save, says what broke, and ends when it is interrupted.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

/// How long anything may take: the machine may be busy.
const PATIENCE: Duration = Duration::from_secs(60);

struct Watched {
    process: Child,
    lines: Receiver<String>,
}

impl Watched {
    fn start(driver: &str) -> Watched {
        // Both outputs through one pipe, so that lines stay in their order.
        let mut process = Command::new("sh")
            .args([
                "-c",
                "exec \"$@\" 2>&1",
                "sh",
                env!("CARGO_BIN_EXE_pcnet-partition"),
            ])
            .args(["analyze", driver, "--watch"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the command starts");
        let (sender, lines) = channel();
        pass(process.stdout.take().expect("it is piped"), sender);
        Watched { process, lines }
    }

    /// Waits for a line that has a text; what came before it is dropped.
    fn wait(&self, text: &str) -> String {
        let mut seen = String::new();
        loop {
            let line = self.lines.recv_timeout(PATIENCE);
            let line = line
                .unwrap_or_else(|error| panic!("no line with `{text}` ({error}) after:\n{seen}"));
            if line.contains(text) {
                return line;
            }
            seen.push_str(&line);
            seen.push('\n');
        }
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn pass(from: impl Read + Send + 'static, to: Sender<String>) {
    std::thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            if to.send(line).is_err() {
                break;
            }
        }
    });
}

#[test]
fn a_save_runs_it_again() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let driver = directory.path().join("driver");
    for (path, text) in crate::common::files(&crate::common::fixture("small")) {
        let text = text.replace("../../..", &crate::common::root().to_string_lossy());
        let path = driver.join(path);
        fs::create_dir_all(path.parent().expect("a file is in a directory")).expect("created");
        fs::write(path, text).expect("written");
    }
    let mut watched = Watched::start(&driver.to_string_lossy());
    watched.wait("Small::choose");
    watched.wait("watching");

    // Another name, saved as many editors do: a new file takes the place of the old one.
    let file = driver.join("src/state.rs");
    let good = fs::read_to_string(&file).expect("readable");
    let saved = directory.path().join("state.rs.new");
    fs::write(&saved, good.replace("fn choose", "fn prefer")).expect("written");
    fs::rename(&saved, &file).expect("renamed");
    let ethtool = driver.join("src/ethtool.rs");
    let text = fs::read_to_string(&ethtool).expect("readable");
    fs::write(&ethtool, text.replace("self.choose(", "self.prefer(")).expect("written");
    watched.wait("Small::prefer");
    watched.wait("watching");

    // A mistake is shown, and it goes on.
    fs::write(&file, "fn broken(").expect("written");
    watched.wait("error[MD0002]");
    watched.wait("watching");
    fs::write(&file, good.replace("fn choose", "fn prefer")).expect("written");
    watched.wait("Small::prefer");
    watched.wait("watching");

    // A module in a directory that was not there.
    fs::create_dir(driver.join("src/more")).expect("created");
    fs::write(
        driver.join("src/more/mod.rs"),
        "pub(crate) fn further() {}\n",
    )
    .expect("written");
    let root = driver.join("src/lib.rs");
    let text = fs::read_to_string(&root).expect("readable");
    fs::write(&root, text.replace("mod state;", "mod more;\nmod state;")).expect("written");
    watched.wait("more::further");
    watched.wait("watching");
    fs::write(driver.join("src/more/mod.rs"), "pub(crate) fn again() {}\n").expect("written");
    watched.wait("more::again");

    let interrupt = Command::new("kill")
        .args(["-INT", &watched.process.id().to_string()])
        .status();
    assert!(interrupt.expect("kill runs").success());
    let status = watched.process.wait().expect("it ends");
    assert_eq!(status.code(), Some(0));
}

#[test]
fn what_is_not_there_is_not_watched() {
    let run = crate::common::run(&["analyze", "/nowhere/at/all", "--watch"]);
    let message = crate::common::stderr(&run);
    assert_eq!(run.status.code(), Some(1), "{message}");
    assert!(
        message.starts_with("error: cannot watch `/nowhere/at/all`"),
        "{message}"
    );
}
