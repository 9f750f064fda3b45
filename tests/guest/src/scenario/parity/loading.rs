//! Module parameters, right and wrong; the machine asleep; a driver that is unloaded while it is up.

use std::ffi::CString;

use anyhow::{Context, Result, ensure};
use nix::errno::Errno;

use super::network::works;
use super::record::Recorder;
use crate::boot::Parameters;
use crate::events::Announcements;
use crate::pair::{Pair, wait_for_link};
use crate::sys::{Interface, kernel_log};
use crate::tools;
use crate::variant::Driver;

/// Parameters for the driver, one load each.
const PARAMETERS: &[&str] = &[
    "debug=0",
    "debug=1",
    "debug=16",
    "debug=31",
    "debug=32",
    "debug=-2",
    "debug=word",
    "debug",
    "max_interrupt_work=0",
    "max_interrupt_work=20",
    "max_interrupt_work=word",
    "rx_copybreak=0",
    "rx_copybreak=1600",
    "rx_copybreak=-1",
    "tx_start_pt=0",
    "tx_start_pt=1",
    "tx_start_pt=2",
    "tx_start_pt=3",
    "tx_start_pt=4",
    "pcnet32vlb=0",
    "pcnet32vlb=1",
    "options=0",
    "options=1",
    "options=3",
    "options=4",
    "options=5",
    "options=6",
    "options=9",
    "options=10",
    "options=12",
    "options=15",
    "options=16",
    "options=-1",
    "options=99",
    "options=4,0",
    "options=word",
    "options=0,1,2,3,4,5,6,7",
    "options=0,1,2,3,4,5,6,7,8",
    "full_duplex=0",
    "full_duplex=1",
    "full_duplex=2",
    "full_duplex=-1",
    "full_duplex=1,1",
    "options=4 full_duplex=1",
    "options=3 full_duplex=1",
    "homepna=0",
    "homepna=1",
    "no_such_parameter=1",
];

/// Loads, goes up, looks, goes down and unloads with each.
pub(super) fn parameters(record: &mut Recorder, parameters: &Parameters) -> Result<()> {
    for words in PARAMETERS {
        one(record, parameters, words).with_context(|| format!("with parameters {words}"))?;
    }
    Ok(())
}

fn one(record: &mut Recorder, parameters: &Parameters, words: &str) -> Result<()> {
    // As a group of the documentation: the name of the first parameter.
    let name = words.split_once('=').map_or(words, |(name, _)| name);
    let group = format!("parameter-{name}");
    let before = kernel_log()?.len();
    let mut loaded = None;
    record.call(&group, &format!("insmod {words}"), || {
        let tried = CString::new(words).map_err(|_| Errno::EINVAL);
        match Driver::load_with(parameters, &tried?) {
            Ok(driver) => loaded = Some(driver),
            Err(error) => {
                let errno = error
                    .chain()
                    .find_map(|cause| cause.downcast_ref::<Errno>());
                return Err(errno.copied().unwrap_or(Errno::UnknownErrno));
            }
        }
        Ok(String::new())
    })?;
    let log = kernel_log()?;
    record.found(
        &group,
        "the loader's words",
        &about_parameters(&log[before..]),
    )?;
    let Some(driver) = loaded else {
        return Ok(());
    };
    let name = driver.cards[0].interface.clone();
    record.watch(&name)?;
    record.make(&group, "up", || set_up(&name))?;
    record.run(&group, "ethtool @")?;
    tools::must("ip", &["link", "set", &name, "down"])?;
    record.forget();
    driver.unload()
}

fn set_up(name: &str) -> Result<()> {
    let links = Announcements::of_links(None)?;
    tools::must("ip", &["link", "set", name, "up"])?;
    // With some of the parameters the link may be where nobody looks.
    if let Err(error) = wait_for_link(&links, &Interface::open(name, None)?) {
        eprintln!("{error:#}");
    }
    Ok(())
}

/// What the kernel's module loader says of parameters, without the module's name and the time.
fn about_parameters(log: &str) -> String {
    let lines = log.lines().filter(|line| {
        line.contains("unknown parameter")
            || line.contains("invalid for parameter")
            || line.contains("too large for parameter")
            || line.contains("parameter array")
            || line.contains("can only take")
            || line.contains("expects")
    });
    let words = lines.filter_map(|line| line.split_once(": ").map(|(_, words)| words.to_owned()));
    words.collect::<Vec<_>>().join("\n")
}

/// The kernel's own test of sleep: every device goes to sleep and wakes, the processor stays awake.
pub(super) fn sleep(record: &mut Recorder, pair: &Pair) -> Result<()> {
    // How long to stay asleep; a loop of the processor.
    let delay = "/sys/module/suspend/parameters/pm_test_delay";
    if std::path::Path::new(delay).exists() {
        std::fs::write(delay, "0").context("shorten the test of sleep")?;
    }
    std::fs::write("/sys/power/pm_test", "devices").context("choose the test of sleep")?;
    for group in ["sleep-up", "sleep-down"] {
        if group == "sleep-down" {
            record.run(group, "ip link set @ down")?;
        }
        let links = Announcements::of_links(None)?;
        record.call(
            group,
            "echo mem > /sys/power/state",
            || match std::fs::write("/sys/power/state", "mem") {
                Ok(()) => Ok(String::new()),
                Err(error) => Err(Errno::from_raw(error.raw_os_error().unwrap_or(0))),
            },
        )?;
        if group == "sleep-down" {
            record.run(group, "ip link set @ up")?;
            pair.introduce()?;
        }
        wait_for_link(&links, &pair.near)?;
        works(record, group, pair)?;
    }
    Ok(())
}

/// Unloads the driver of a card that is up.
pub(super) fn unload_while_up(record: &mut Recorder, parameters: &Parameters) -> Result<()> {
    let driver = Driver::load(parameters)?;
    let name = driver.cards[0].interface.clone();
    set_up(&name)?;
    record.make("unload-up", "rmmod while up", || driver.unload())?;
    let gone = !std::path::Path::new("/sys/class/net").join(&name).exists();
    ensure!(gone, "{name} is still there");
    Ok(())
}
