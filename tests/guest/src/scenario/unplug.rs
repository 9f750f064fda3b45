//! Cards that are taken away while they are up and their user halves are in a call. For split
//! drivers only.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, ensure};
use nix::errno::Errno;
use serde_json::json;

use super::load;
use crate::boot::Parameters;
use crate::events::Announcements;
use crate::pair::{FAR, Pair, in_far, wait_for_link};
use crate::report;
use crate::sys::{Ethtool, Frames, Interface};
use crate::tools;
use crate::variant::Card;

/// How the emulator calls the cards.
const NAMES: [&str; 2] = ["card0", "card1"];

/// How long it may take until all of a card is gone.
const GONE: Duration = Duration::from_secs(20);

/// Calls that the user half answers before the card is taken away.
const CALLS: usize = 20;

/// Frames that the card that stays has to send.
const FRAMES: usize = 100;

/// Takes the near card away, looks at the other one, and takes that away too while its user half is
/// stopped.
pub(super) fn run(parameters: &Parameters) -> Result<()> {
    let mut driver = load(parameters)?;
    let Pair { near, far } = Pair::up(&driver)?;
    take_away(NAMES[0], &mut driver.cards[0], near, false)?;
    check_other(&far)?;
    take_away(NAMES[1], &mut driver.cards[1], far, true)?;
    tools::must("ip", &["netns", "delete", FAR])?;
    driver.unload()
}

/// Takes a card away while calls are made that its user half answers, or does not.
fn take_away(name: &str, card: &mut Card, interface: Interface, stopped: bool) -> Result<()> {
    let devices = Announcements::of_devices()?;
    let device = format!("/sys/bus/pci/devices/{}", card.address);
    let node = card.node();
    let exists = |path: &str| Path::new(path).exists();
    let started = Instant::now();
    let outcomes = std::thread::scope(|scope| {
        let (sender, receiver) = mpsc::channel();
        let calls = scope.spawn({
            let device = &device;
            move || call_while(|| exists(device), &interface, &sender)
        });
        receiver.recv().context("wait for the calls")?;
        if stopped {
            card.stop_user_half()?;
        }
        report::line(&json!({ "event": "unplug", "card": name }));
        devices.wait("end of the card", GONE, || {
            Ok((!exists(&device)).then_some(()))
        })?;
        calls.join().map_err(|_| anyhow!("the calls panicked"))?
    })?;
    let took = started.elapsed();
    ensure!(!exists(&node), "{node} is still there");
    report::line(&json!({
        "event": "unplugged",
        "card": name,
        "stopped": stopped,
        "outcomes": outcomes,
        "seconds": took.as_secs_f64(),
        "launcher": card.wait_for_launcher(GONE)?,
    }));
    Ok(())
}

/// Makes calls that the user half answers, one after the other. The last one has to find no
/// interface any more.
fn call_while(
    exists: impl Fn() -> bool,
    interface: &Interface,
    begun: &mpsc::Sender<()>,
) -> Result<BTreeSet<String>> {
    let mut outcomes = BTreeSet::new();
    let mut ethtool = Ethtool::new(interface);
    let started = Instant::now();
    for call in 0.. {
        if call == CALLS {
            // From here on the card may go at any moment.
            begun.send(()).context("tell that calls are made")?;
        }
        let there = exists();
        let outcome = ethtool.self_test();
        outcomes.insert(match outcome {
            Ok(true) => "ok".to_owned(),
            Ok(false) => "not passed".to_owned(),
            Err(errno) => format!("{errno:?}"),
        });
        if !there {
            ensure!(
                outcome == Err(Errno::ENODEV),
                "the interface is still there"
            );
            break;
        }
        ensure!(started.elapsed() < 2 * GONE, "the card is still there");
    }
    Ok(outcomes)
}

/// The card that stays works, and so does its user half.
fn check_other(far: &Interface) -> Result<()> {
    let passed = Ethtool::new(far).self_test();
    ensure!(
        passed == Ok(true),
        "self test of the other card: {passed:?}"
    );
    let links = Announcements::of_links(Some(FAR))?;
    for state in ["down", "up"] {
        in_far(&["ip", "link", "set", far.name(), state])?;
    }
    wait_for_link(&links, far)?;
    in_far(&["ethtool", "-d", far.name()])?;
    let before = transmitted(far)?;
    let frames = Frames::open(far, Some(FAR))?;
    let frame = Frames::frame([0xff; 6], far.address()?, 200);
    for _ in 0..FRAMES {
        frames.send(&frame)?;
    }
    // The driver counts a frame when the card is done with it.
    let started = Instant::now();
    while transmitted(far)? < before + FRAMES {
        ensure!(started.elapsed() < GONE, "the other card does not send");
    }
    Ok(())
}

fn transmitted(far: &Interface) -> Result<usize> {
    let file = format!("/sys/class/net/{}/statistics/tx_packets", far.name());
    let text = tools::must("ip", &["netns", "exec", FAR, "cat", &file])?;
    text.trim().parse().context("read a counter")
}
