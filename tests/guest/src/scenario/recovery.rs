//! What happens when the user half dies or stops. For split drivers only.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail, ensure};
use nix::errno::Errno;
use nix::sys::signal::Signal;
use nix::unistd::Pid;
use serde_json::json;

use super::load;
use crate::boot::Parameters;
use crate::pair::{FAR, FAR_ADDRESS, Pair};
use crate::report;
use crate::sys::{Ethtool, Interface, in_namespace};
use crate::tools;
use crate::variant::Card;

/// Bytes of the transfer during which the user half is killed.
const TRANSFER: usize = 8 << 20;

/// Calls that are made while the user half is killed.
const CALLS: usize = 200;

/// How long the next incarnation may take until control operations work again.
const RESTART: Duration = Duration::from_secs(15);

/// Kills the user half in the middle of a TCP transfer.
pub(super) fn kill(parameters: &Parameters) -> Result<()> {
    let driver = load(parameters)?;
    let pair = Pair::up(&driver)?;
    let card = &driver.cards[0];
    let before = card.user_half()?;
    let outcomes = transfer(|| kill_in_the_middle(card, &pair.near))?;
    let (after, took) = wait_for_next(card, &pair.near, Some(before))?;
    check_controls(&pair.near)?;
    report::line(&json!({
        "event": "killed",
        "bytes": TRANSFER,
        "outcomes": outcomes,
        "before": before.as_raw(),
        "after": after.as_raw(),
        "seconds_until_working": took.as_secs_f64(),
        "crossings": card.crossings.read(),
    }));
    pair.down()?;
    driver.unload()
}

/// Stops the user half without killing it, and makes a call that needs it.
pub(super) fn stop(parameters: &Parameters) -> Result<()> {
    let driver = load(parameters)?;
    let pair = Pair::up(&driver)?;
    let card = &driver.cards[0];
    let before = card.user_half()?;
    card.stop_user_half()?;
    let started = Instant::now();
    let outcome = first_outcome(&pair.near);
    let returned = started.elapsed();
    // The data path must not have noticed.
    let mut ping = crate::sys::Ping::open(FAR_ADDRESS, 56)?;
    let mut lost = 0;
    for _ in 0..50 {
        lost += usize::from(!ping.round_trip()?);
    }
    // If it was not killed for its silence, it has to find out when it goes on.
    let continued = card.user_half().ok() == Some(before);
    if continued {
        card.signal_user_half(Signal::SIGCONT)?;
    }
    let (after, took) = wait_for_next(card, &pair.near, None)?;
    check_controls(&pair.near)?;
    report::line(&json!({
        "event": "stopped",
        "continued": continued,
        "outcome": outcome,
        "seconds_until_returned": returned.as_secs_f64(),
        "lost": lost,
        "before": before.as_raw(),
        "after": after.as_raw(),
        "seconds_until_working": took.as_secs_f64(),
        "crossings": card.crossings.read(),
    }));
    pair.down()?;
    driver.unload()
}

/// The outcome of a call that the user half answers.
fn first_outcome(interface: &Interface) -> String {
    match Ethtool::new(interface).registers() {
        Ok(()) => "ok".to_owned(),
        Err(errno) => format!("{errno:?}"),
    }
}

/// Kills the user half while calls that need it are being made, one after the other. Tells how these
/// calls ended.
fn kill_in_the_middle(card: &Card, interface: &Interface) -> Result<BTreeSet<String>> {
    let (sender, receiver) = mpsc::channel();
    std::thread::scope(|scope| {
        let calls = scope.spawn(move || {
            let mut outcomes = BTreeSet::new();
            for call in 0..CALLS {
                if call == CALLS / 2 {
                    // From here on the other thread may kill at any moment.
                    let _ = sender.send(());
                }
                outcomes.insert(first_outcome(interface));
            }
            outcomes
        });
        receiver.recv().context("wait for the calls")?;
        card.signal_user_half(Signal::SIGKILL)?;
        calls.join().map_err(|_| anyhow!("the calls panicked"))
    })
}

/// Waits until a process, other than `before`, is the user half, and a call that needs it works.
fn wait_for_next(
    card: &Card,
    interface: &Interface,
    before: Option<Pid>,
) -> Result<(Pid, Duration)> {
    let started = Instant::now();
    loop {
        let now = card.user_half();
        let works = Ethtool::new(interface).registers();
        match (now, works) {
            (Ok(now), Ok(())) if Some(now) != before => return Ok((now, started.elapsed())),
            (now, works) if started.elapsed() > RESTART => {
                bail!("no next user half after {RESTART:?}: {now:?}, {works:?}")
            }
            // The supervisor announces nothing: this is how a user would find out.
            _ => std::thread::sleep(Duration::from_millis(50)),
        }
    }
}

fn check_controls(interface: &Interface) -> Result<()> {
    let name = interface.name();
    for option in ["-i", "-g", "-d"] {
        tools::must("ethtool", &[option, name])?;
    }
    tools::must("ip", &["link", "set", name, "promisc", "on"])?;
    tools::must("ip", &["link", "set", name, "promisc", "off"])?;
    let passed = Ethtool::new(interface).self_test();
    ensure!(
        passed == Ok(true),
        "self test after the restart: {passed:?}"
    );
    Ok(())
}

/// Sends bytes to the far side and checks them there; `half_way` is called in the middle.
fn transfer<T>(half_way: impl FnOnce() -> Result<T>) -> Result<T> {
    let listener = in_namespace(Some(FAR), || {
        TcpListener::bind((FAR_ADDRESS, 5001)).context("listen")
    })?;
    let receiver = std::thread::spawn(move || -> Result<usize> {
        let (mut stream, _) = listener.accept()?;
        let mut buffer = vec![0; 65536];
        let mut total = 0;
        loop {
            let got = match stream.read(&mut buffer) {
                Err(error) if error.raw_os_error() == Some(Errno::EINTR as i32) => continue,
                got => got?,
            };
            if got == 0 {
                return Ok(total);
            }
            for (offset, byte) in buffer[..got].iter().enumerate() {
                let expected = byte_at(total + offset);
                ensure!(*byte == expected, "byte {} arrived changed", total + offset);
            }
            total += got;
        }
    });
    let mut stream = TcpStream::connect((FAR_ADDRESS, 5001)).context("connect")?;
    // A transfer that hangs is a failure, not a reason to wait for ever.
    stream.set_write_timeout(Some(Duration::from_secs(30)))?;
    let data: Vec<u8> = (0..TRANSFER).map(byte_at).collect();
    let (first, second) = data.split_at(TRANSFER / 2);
    stream.write_all(first).context("send the first half")?;
    let found = half_way()?;
    stream.write_all(second).context("send the second half")?;
    drop(stream);
    let received = receiver
        .join()
        .map_err(|_| anyhow!("the receiver panicked"))??;
    ensure!(
        received == TRANSFER,
        "{received} of {TRANSFER} bytes arrived"
    );
    Ok(found)
}

/// A pattern whose period divides no buffer.
fn byte_at(position: usize) -> u8 {
    (position % 251) as u8
}
