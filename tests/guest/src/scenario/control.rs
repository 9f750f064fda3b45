//! The control operations as a user sees them: the real tools, their status, their words.

use std::time::Duration;

use anyhow::Result;
use serde_json::json;

use crate::events::Announcements;
use crate::pair::{Pair, wait_for_link};
use crate::report;
use crate::tools;

/// The name of the near interface in [`COMMANDS`].
const CARD: &str = "@";

/// The commands, in an order in which each finds the card in a known state.
const COMMANDS: &[&str] = &[
    "ethtool -i @",
    "ethtool @",
    "ethtool -g @",
    "ethtool -d @",
    "ethtool -t @ online",
    "ethtool -t @ offline",
    "ethtool -S @",
    "ethtool -a @",
    "ethtool -c @",
    "ethtool -r @",
    "ethtool -p @ 1",
    "ethtool -G @ rx 128 tx 64",
    "ethtool -g @",
    "ethtool -G @ rx 100 tx 50",
    "ethtool -g @",
    "ethtool -G @ rx 1 tx 1",
    "ethtool -g @",
    "ethtool -G @ rx 512 tx 512",
    "ethtool -g @",
    "ethtool -G @ rx 1024",
    "ethtool -G @ rx-mini 16",
    "ethtool -G @ rx 32 tx 16",
    "ethtool -g @",
    "ethtool -s @ msglvl 0x3f",
    "ethtool @",
    "ethtool -s @ msglvl 0x7",
    "ethtool -s @ port aui",
    "ethtool @",
    "ethtool -s @ port tp autoneg off duplex half",
    "ethtool @",
    "ethtool -s @ port tp autoneg off duplex full",
    "ethtool @",
    "ethtool -s @ speed 100",
    "ethtool -s @ port tp autoneg on",
    "ethtool @",
    "ip link set @ promisc on",
    "ip -details link show @",
    "ip link set @ promisc off",
    "ip link set @ allmulticast on",
    "ip link set @ allmulticast off",
    "ip link set @ multicast off",
    "ip link show @",
    "ip link set @ multicast on",
    "ip maddress add 33:33:00:00:00:99 dev @",
    "ip maddress show dev @",
    "ip maddress delete 33:33:00:00:00:99 dev @",
    "ip link set @ mtu 67",
    "ip link set @ mtu 68",
    "ip link show @",
    "ip link set @ mtu 1501",
    "ip link set @ mtu 1500",
    "ip link set @ address 02:00:00:00:53:02",
    "ip link show @",
    "ip link set @ down",
    "ip link show @",
    "ethtool @",
    "ethtool -i @",
    "ethtool -g @",
    "ethtool -d @",
    "ethtool -G @ rx 64 tx 32",
    "ethtool -g @",
    "ethtool -G @ rx 32 tx 16",
    "ethtool -t @ offline",
    "ip link set @ mtu 1400",
    "ip link set @ mtu 1500",
    "ip link set @ address 01:00:00:00:53:02",
    "ip link set @ address 02:00:00:00:53:02",
    "ip link set @ address 52:54:00:12:34:56",
    "ip link set @ up",
    "ip -details link show @",
];

/// How long to wait after a command, so that the next one finds its effects. A change of the link is
/// noticed by a watchdog at its next look, every two seconds; other work that a command leaves to
/// the kernel's threads is done sooner. There is no event for a change that does not come.
fn settles_in(command: &str) -> Duration {
    let link = ["ethtool -s", "ethtool -G", "ethtool -t"];
    let link = link.iter().any(|start| command.starts_with(start))
        || command.ends_with(" up")
        || command.ends_with(" down");
    Duration::from_millis(if link { 2500 } else { 30 })
}

/// Runs them all on the near card, and reports what each did.
pub(super) fn run(pair: &Pair) -> Result<()> {
    let card = pair.near.name();
    for (step, command) in COMMANDS.iter().enumerate() {
        let links = Announcements::of_links(None)?;
        let words: Vec<&str> = command
            .split(' ')
            .map(|word| if word == CARD { card } else { word })
            .collect();
        let outcome = tools::run(words[0], &words[1..])?;
        report::line(&json!({
            "event": "control",
            "step": step,
            "command": words.join(" "),
            "code": outcome.code,
            "stdout": outcome.stdout,
            "stderr": outcome.stderr,
        }));
        if command.ends_with(" up") {
            wait_for_link(&links, &pair.near)?;
        }
        std::thread::sleep(settles_in(command));
    }
    Ok(())
}
