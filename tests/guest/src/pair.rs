//! Two cards, wired to each other: the near one in the first network namespace, the far one in a
//! namespace of its own, so that what is sent from one to the other takes the wire.

use std::net::Ipv4Addr;
use std::time::Duration;

use anyhow::{Context, Result};
use nix::libc::{IFF_RUNNING, IFF_UP};

use crate::events::Announcements;
use crate::sys::Interface;
use crate::tools;
use crate::variant::Driver;

/// The namespace of the far card.
pub(crate) const FAR: &str = "far";

pub(crate) const NEAR_ADDRESS: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 1);
pub(crate) const FAR_ADDRESS: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 2);

/// How long a link may take to come up: the watchdogs of drivers look every two seconds.
const LINK: Duration = Duration::from_secs(20);

/// The two ends.
#[derive(Debug)]
pub(crate) struct Pair {
    pub(crate) near: Interface,
    pub(crate) far: Interface,
}

impl Pair {
    /// Moves the second card into its namespace, brings both up, and waits for their links.
    pub(crate) fn up(driver: &Driver) -> Result<Self> {
        let [near, far] = driver.cards.as_slice() else {
            anyhow::bail!("{} cards, not two", driver.cards.len());
        };
        let (near, far) = (near.interface.as_str(), far.interface.as_str());
        tools::must("ip", &["netns", "add", FAR])?;
        // Here too, nothing but the scenarios sends packets.
        crate::sys::in_namespace(Some(FAR), crate::boot::without_ipv6)?;
        tools::must("ip", &["link", "set", far, "netns", FAR])?;
        let pair = Self {
            near: Interface::open(near, None)?,
            far: Interface::open(far, Some(FAR))?,
        };
        in_far(&["ip", "link", "set", "lo", "up"])?;
        let address = format!("{NEAR_ADDRESS}/24");
        tools::must("ip", &["address", "replace", &address, "dev", near])?;
        let address = format!("{FAR_ADDRESS}/24");
        in_far(&["ip", "address", "replace", &address, "dev", far])?;
        pair.set_up()?;
        Ok(pair)
    }

    /// Brings both ends up and waits for their links.
    pub(crate) fn set_up(&self) -> Result<()> {
        let near = Announcements::of_links(None)?;
        let far = Announcements::of_links(Some(FAR))?;
        tools::must("ip", &["link", "set", self.near.name(), "up"])?;
        in_far(&["ip", "link", "set", self.far.name(), "up"])?;
        wait_for_link(&near, &self.near)?;
        wait_for_link(&far, &self.far)
    }

    /// Makes each end know the other's hardware address for good: no address resolution falls
    /// into a measurement.
    pub(crate) fn introduce(&self) -> Result<()> {
        let neighbour = |address: Ipv4Addr, of: &Interface| -> Result<[String; 2]> {
            let bytes = of.address().context("read a hardware address")?;
            let text: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            Ok([address.to_string(), text.join(":")])
        };
        let [address, link] = neighbour(FAR_ADDRESS, &self.far)?;
        let near = self.near.name();
        let replace = ["neighbour", "replace"];
        tools::must(
            "ip",
            &[&replace[..], &[&address, "lladdr", &link, "dev", near]].concat(),
        )?;
        let [address, link] = neighbour(NEAR_ADDRESS, &self.near)?;
        let far = self.far.name();
        in_far(
            &[
                &["ip"],
                &replace[..],
                &[&address, "lladdr", &link, "dev", far],
            ]
            .concat(),
        )
    }

    /// Takes both ends down, and the far one's namespace away.
    pub(crate) fn down(self) -> Result<()> {
        let devices = Announcements::of_devices()?;
        let far = self.far.name().to_owned();
        in_far(&["ip", "link", "set", &far, "down"])?;
        tools::must("ip", &["link", "set", self.near.name(), "down"])?;
        in_far(&["ip", "link", "set", &far, "netns", "1"])?;
        // The open sockets hold the namespace.
        drop(self);
        tools::must("ip", &["netns", "delete", FAR])?;
        devices.wait("return of the far card", LINK, || {
            let path = format!("/sys/class/net/{far}");
            Ok(std::path::Path::new(&path).exists().then_some(()))
        })
    }
}

/// Waits until an interface is up and has a link.
pub(crate) fn wait_for_link(links: &Announcements, interface: &Interface) -> Result<()> {
    let what = format!("link on {}", interface.name());
    links.wait(&what, LINK, || {
        let flags = interface.flags()?;
        let wanted = IFF_UP | IFF_RUNNING;
        Ok((flags & wanted == wanted).then_some(()))
    })
}

/// Runs a program in the far namespace.
pub(crate) fn in_far(words: &[&str]) -> Result<()> {
    tools::must("ip", &[&["netns", "exec", FAR], words].concat()).map(drop)
}
