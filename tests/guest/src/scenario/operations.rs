//! What each control operation costs, in instructions and crossings, by direct system calls.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::time::Duration;

use anyhow::{Context, Result};
use nix::errno::Errno;
use nix::libc::{IFF_ALLMULTI, IFF_PROMISC, IFF_UP, c_int};
use serde_json::json;

use crate::measure::{Crossings, cost};
use crate::report;
use crate::sys::{Ethtool, Interface};

/// Calls of each operation that count.
const CALLS: usize = 24;

/// A multicast address that nothing else uses (RFC 9542, documentation).
pub(super) const GROUP: [u8; 6] = [0x01, 0x00, 0x5e, 0x90, 0x10, 0x01];

/// Another address for a card, administered locally.
const OTHER_ADDRESS: [u8; 6] = [0x02, 0x00, 0x00, 0x00, 0x53, 0x01];

/// A group address: no address for a card.
const BAD_ADDRESS: [u8; 6] = [0x01, 0x00, 0x00, 0x00, 0x53, 0x01];

/// Measures operations of one card.
struct Meter<'a> {
    interface: &'a Interface,
    crossings: &'a Crossings,
}

/// Part of an operation: a direct call.
type Call<'a> = &'a mut dyn FnMut() -> Result<(), Errno>;

fn nothing() -> Result<(), Errno> {
    Ok(())
}

impl Meter<'_> {
    /// Measures `call`; `undo` makes the next call do the same again, and is not measured.
    fn operation(&self, name: &str, call: Call<'_>, undo: Call<'_>) -> Result<()> {
        let mut outcome = Ok(());
        let spent = cost(
            CALLS,
            || {
                outcome = call();
                Ok(())
            },
            || {
                undo().with_context(|| format!("undo {name}"))?;
                settle();
                Ok(())
            },
        )?;
        let before = self.crossings.read();
        let again = call();
        settle();
        let crossed = self.crossings.since(&before);
        undo().with_context(|| format!("undo {name}"))?;
        settle();
        let word = |outcome: Result<(), Errno>| match outcome {
            Ok(()) => "ok".to_owned(),
            Err(errno) => format!("{errno:?}"),
        };
        let (first, second) = (word(outcome), word(again));
        anyhow::ensure!(first == second, "{name}: {first}, then {second}");
        report::line(&json!({
            "event": "operation",
            "name": name,
            "outcome": first,
            "instructions": spent,
            "crossings": crossed,
        }));
        Ok(())
    }

    fn flag(&self, name: &str, flag: c_int) -> Result<()> {
        let set = |on: bool| self.interface.set_flags(flag, on);
        self.operation(&format!("{name} on"), &mut || set(true), &mut || set(false))?;
        set(true)?;
        settle();
        self.operation(&format!("{name} off"), &mut || set(false), &mut || {
            set(true)
        })?;
        set(false)?;
        settle();
        Ok(())
    }
}

/// Lets what a call has left to the kernel's workers be done before the next one is counted. There
/// is no event for "nothing left to do"; in a machine that counts instructions this time passes at
/// once when there is not.
fn settle() {
    std::thread::sleep(Duration::from_millis(30));
}

/// Measures all of them on a card that is up.
pub(super) fn measure(interface: &Interface, crossings: &Crossings) -> Result<()> {
    let meter = Meter {
        interface,
        crossings,
    };
    ethtool(&meter)?;
    statistics(&meter)?;
    filters(&meter)?;
    sizes(&meter)?;
    // Last, as they take the link down.
    addresses(&meter)?;
    up_and_down(&meter)
}

fn ethtool(meter: &Meter<'_>) -> Result<()> {
    let mut tool = Ethtool::new(meter.interface);
    let none = &mut nothing;
    meter.operation("no ethtool operation", &mut || tool.nothing(), none)?;
    meter.operation("driver information", &mut || tool.driver_info(), none)?;
    meter.operation("link", &mut || tool.link().map(drop), none)?;
    meter.operation("rings", &mut || tool.rings().map(drop), none)?;
    meter.operation("link settings", &mut || tool.link_settings(), none)?;
    let call = &mut || tool.message_level().map(drop);
    meter.operation("message level", call, none)?;
    meter.operation("registers", &mut || tool.registers(), none)?;
    meter.operation("test names", &mut || tool.test_names(), none)?;
    let call = &mut || match tool.self_test()? {
        true => Ok(()),
        false => Err(Errno::EIO),
    };
    meter.operation("self test", call, none)?;
    let call = &mut || tool.restart_negotiation();
    meter.operation("restart negotiation", call, none)?;

    let level = tool.message_level()?;
    let call = &mut || tool.set_message_level(level);
    meter.operation("set message level", call, none)?;
    tool.link_settings()?;
    let call = &mut || tool.set_link_settings();
    meter.operation("set link settings", call, none)?;
    let (receive, transmit) = tool.rings()?;
    let tool = std::cell::RefCell::new(tool);
    meter.operation(
        "set rings",
        &mut || tool.borrow_mut().set_rings(receive * 2, transmit * 2),
        &mut || tool.borrow_mut().set_rings(receive, transmit),
    )
}

fn statistics(meter: &Meter<'_>) -> Result<()> {
    let path = format!(
        "/sys/class/net/{}/statistics/rx_packets",
        meter.interface.name()
    );
    let file = File::open(&path).with_context(|| format!("open {path}"))?;
    let mut buffer = [0; 32];
    let call = &mut || match file.read_at(&mut buffer, 0) {
        Ok(_) => Ok(()),
        Err(error) => Err(Errno::from_raw(error.raw_os_error().unwrap_or(0))),
    };
    meter.operation("statistics", call, &mut nothing)
}

fn filters(meter: &Meter<'_>) -> Result<()> {
    meter.flag("promiscuous", IFF_PROMISC)?;
    meter.flag("all multicast", IFF_ALLMULTI)?;
    let card = meter.interface;
    let set = |add: bool| card.multicast(GROUP, add);
    meter.operation("add multicast", &mut || set(true), &mut || set(false))?;
    set(true)?;
    settle();
    meter.operation("remove multicast", &mut || set(false), &mut || set(true))?;
    set(false)?;
    settle();
    Ok(())
}

fn sizes(meter: &Meter<'_>) -> Result<()> {
    for mtu in [67, 68, 1501, 1500] {
        meter.operation(
            &format!("MTU {mtu}"),
            &mut || meter.interface.set_mtu(mtu),
            // A size that it has already would not reach the driver.
            &mut || meter.interface.set_mtu(1400),
        )?;
    }
    meter.interface.set_mtu(1500)?;
    settle();
    Ok(())
}

fn addresses(meter: &Meter<'_>) -> Result<()> {
    let card = meter.interface;
    let own = card.address()?;
    let none = &mut nothing;
    let call = &mut || card.set_address(OTHER_ADDRESS);
    meter.operation("address while up", call, &mut || {
        card.set_address(own).or(Ok(()))
    })?;
    card.set_flags(IFF_UP, false)?;
    settle();
    let call = &mut || card.set_address(OTHER_ADDRESS);
    meter.operation("address while down", call, &mut || card.set_address(own))?;
    let call = &mut || card.set_address(BAD_ADDRESS);
    meter.operation("bad address", call, none)?;
    card.set_flags(IFF_UP, true)?;
    settle();
    Ok(())
}

fn up_and_down(meter: &Meter<'_>) -> Result<()> {
    let set = |up: bool| meter.interface.set_flags(IFF_UP, up);
    meter.operation("down", &mut || set(false), &mut || set(true))?;
    set(false)?;
    settle();
    meter.operation("up", &mut || set(true), &mut || set(false))?;
    set(true)?;
    settle();
    Ok(())
}
