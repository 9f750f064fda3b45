//! What takes the other card too: frames of all lengths, the receive filter, VLANs, the network
//! console, a transmitter that stalls.

use std::ffi::CString;
use std::net::UdpSocket;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use nix::kmod::{DeleteModuleFlags, delete_module};
use nix::libc::{IFF_ALLMULTI, IFF_PROMISC};

use super::record::Recorder;
use crate::boot::Parameters;
use crate::events::Announcements;
use crate::pair::{FAR, FAR_ADDRESS, NEAR_ADDRESS, Pair, in_far, wait_for_link};
use crate::sys::{Address, Frames, Interface, Ping, in_namespace};
use crate::tools;
use crate::variant::load_modules;

/// Packets of a kind: more than a ring has places.
const PACKETS: usize = 80;

/// Frames that fill any transmit ring's default size, and some.
const STALLED: usize = 40;

/// How long the kernel waits before it calls a transmitter stalled, and a driver to start it again: five
/// seconds, looked at every five.
const STALL: Duration = Duration::from_secs(12);

/// Groups for the receive filter; no two have the same hash.
const JOINED: Address = [0x01, 0x00, 0x5e, 0x90, 0x30, 0x01];
const OTHER_GROUP: Address = [0x01, 0x00, 0x5e, 0x90, 0x30, 0x02];
/// Of no card.
const STRANGER: Address = [0x02, 0x00, 0x00, 0x00, 0x53, 0x77];
const BROADCAST: Address = [0xff; 6];

pub(super) fn run(record: &mut Recorder, pair: &Pair, parameters: &Parameters) -> Result<()> {
    pair.introduce()?;
    lengths(record, pair)?;
    filter(record, pair)?;
    vlan(record, pair)?;
    resize(record, pair)?;
    console(record, pair, parameters)?;
    stall(record, pair)
}

/// Round trips with all lengths, the shortest and the longest among them.
fn lengths(record: &mut Recorder, pair: &Pair) -> Result<()> {
    record.make("traffic", "pings", || pings(PACKETS))?;
    let near = Frames::open(&pair.near, None)?;
    let far = Frames::open(&pair.far, Some(FAR))?;
    let ends = (pair.near.address()?, pair.far.address()?);
    let mut buffer = [0; 2048];
    record.make("traffic", "frames of 15 to 1514 bytes", || {
        for length in (15..=1514)
            .step_by(53)
            .chain([59, 60, 61, 200, 201, 1513, 1514])
        {
            let out = Frames::frame(ends.1, ends.0, length);
            let back = Frames::frame(ends.0, ends.1, length);
            for (from, to, frame) in [(&near, &far, out), (&far, &near, back)] {
                from.send(&frame)?;
                let got = to.receive(&mut buffer)?.context("a frame was lost")?;
                // Short frames are padded on their way.
                ensure!(
                    buffer[..length] == frame[..] && got == length.max(60),
                    "a frame of {length} bytes arrived as {got}"
                );
            }
        }
        Ok(())
    })?;
    let too_long = Frames::frame(ends.1, ends.0, 1519);
    record.call("traffic", "a frame of 1519 bytes", || {
        near.send(&too_long).map(|()| String::new())
    })
}

fn pings(count: usize) -> Result<()> {
    let mut ping = Ping::open(FAR_ADDRESS, 56)?;
    for number in 0..count {
        ensure!(ping.round_trip()?, "ping {number} was lost");
    }
    Ok(())
}

/// Which frames get through, for each state of the filter.
fn filter(record: &mut Recorder, pair: &Pair) -> Result<()> {
    let near = &pair.near;
    let numbered = |number: u8| -> Address { [0x01, 0x00, 0x5e, 0x90, 0x40, number] };
    let groups = |first: u8, after: u8, add: bool| -> Result<()> {
        for number in first..after {
            near.multicast(numbered(number), add)?;
        }
        Ok(())
    };
    let mut pass = |state: &str| -> Result<()> {
        let passed = passed(pair)?;
        record.found(
            "receive-filter",
            &format!("what gets through: {state}"),
            &passed,
        )
    };
    pass("as it is")?;
    near.multicast(JOINED, true)?;
    pass("a group")?;
    groups(1, 64, true)?;
    pass("64 groups")?;
    groups(64, 65, true)?;
    pass("65 groups")?;
    groups(1, 65, false)?;
    pass("a group again")?;
    near.multicast(JOINED, false)?;
    pass("no group")?;
    near.set_flags(IFF_ALLMULTI, true)?;
    pass("all multicast")?;
    near.set_flags(IFF_ALLMULTI, false)?;
    near.set_flags(IFF_PROMISC, true)?;
    pass("promiscuous")?;
    near.set_flags(IFF_PROMISC, false)?;
    pass("as it was")
}

/// The kinds of frames that reach the near end.
fn passed(pair: &Pair) -> Result<String> {
    // A change of the filter may be left to a worker.
    std::thread::sleep(Duration::from_millis(100));
    let own = pair.near.address()?;
    let from = pair.far.address()?;
    let near = Frames::open(&pair.near, None)?;
    let far = Frames::open(&pair.far, Some(FAR))?;
    let mut buffer = [0; 2048];
    let mut passed = Vec::new();
    for (name, to) in [
        ("own", own),
        ("broadcast", BROADCAST),
        ("joined group", JOINED),
        ("other group", OTHER_GROUP),
        ("stranger", STRANGER),
    ] {
        far.send(&Frames::frame(to, from, 100))?;
        if near.receive(&mut buffer)?.is_some() {
            passed.push(name);
        }
    }
    Ok(passed.join(", "))
}

/// A VLAN interface on each card, and packets as long as without one.
fn vlan(record: &mut Recorder, pair: &Pair) -> Result<()> {
    record.run("vlan", "ip link add link @ name @.7 type vlan id 7")?;
    record.run("vlan", "ip address add 10.0.7.1/24 dev @.7")?;
    record.run("vlan", "ip link set @.7 up")?;
    let far = pair.far.name();
    let name = format!("{far}.7");
    in_far(&[
        "ip", "link", "add", "link", far, "name", &name, "type", "vlan", "id", "7",
    ])?;
    in_far(&["ip", "address", "add", "10.0.7.2/24", "dev", &name])?;
    in_far(&["ip", "link", "set", &name, "up"])?;
    // So that no address resolution falls between.
    let neighbour = |end: &Interface| -> Result<String> {
        let bytes = end.address()?.map(|byte| format!("{byte:02x}"));
        Ok(bytes.join(":"))
    };
    let near = format!("{}.7", pair.near.name());
    let (to_far, to_near) = (neighbour(&pair.far)?, neighbour(&pair.near)?);
    let replace = ["ip", "neighbour", "replace"];
    let far_is = ["10.0.7.2", "lladdr", &to_far, "dev", &near];
    tools::must("ip", &[&replace[1..], &far_is].concat())?;
    in_far(
        &[
            &replace[..],
            &["10.0.7.1", "lladdr", &to_near, "dev", &name],
        ]
        .concat(),
    )?;
    record.make("vlan", "full-sized packets", || {
        // 20 bytes of IP, 8 of ICMP: 1500 together; 1518 with the Ethernet header and the tag.
        let mut ping = Ping::open("10.0.7.2".parse()?, 1472)?;
        for number in 0..PACKETS {
            ensure!(ping.round_trip()?, "ping {number} was lost");
        }
        Ok(())
    })?;
    record.run("vlan", "ip -d link show @.7")?;
    record.run("vlan", "ethtool @.7")?;
    record.run("vlan", "ip link set @.7 mtu 1501")?;
    record.run("vlan", "ip link delete @.7")?;
    in_far(&["ip", "link", "delete", &name])
}

/// Other rings while packets are under way: none may be lost for good.
fn resize(record: &mut Recorder, pair: &Pair) -> Result<()> {
    record.make(
        "resize-under-traffic",
        "rings resized during a transfer",
        || {
            let far = in_namespace(Some(FAR), || Ok(UdpSocket::bind((FAR_ADDRESS, 7000))?))?;
            far.set_read_timeout(Some(Duration::from_millis(200)))?;
            let near = UdpSocket::bind((NEAR_ADDRESS, 7000))?;
            let mut tool = crate::sys::Ethtool::new(&pair.near);
            let mut arrived = 0;
            for (round, size) in [4, 512, 16, 8, 64, 16].into_iter().enumerate() {
                for _ in 0..20 {
                    near.send_to(&[round as u8; 1000], (FAR_ADDRESS, 7000))?;
                }
                tool.set_rings(size.min(256) * 2, size)?;
                let mut buffer = [0; 1500];
                while far.recv(&mut buffer).is_ok() {
                    arrived += 1;
                }
                // What was in the ring is lost; what is sent after the change is not.
                pings(10).with_context(|| format!("after a change to {size}"))?;
            }
            ensure!(arrived > 0, "nothing arrived");
            tool.set_rings(32, 16)?;
            Ok(())
        },
    )?;
    record.run("resize-under-traffic", "ethtool -g @")
}

/// The kernel's log over the network: packets are sent with interrupts off, and polled for.
fn console(record: &mut Recorder, pair: &Pair, parameters: &Parameters) -> Result<()> {
    let Some(files) = parameters.get("netconsole_modules") else {
        return Ok(());
    };
    let address: Vec<String> = pair
        .far
        .address()?
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    let target = format!(
        "netconsole=6665@{NEAR_ADDRESS}/{},6666@{FAR_ADDRESS}/{}",
        pair.near.name(),
        address.join(":")
    );
    let far = in_namespace(Some(FAR), || Ok(UdpSocket::bind((FAR_ADDRESS, 6666))?))?;
    far.set_read_timeout(Some(Duration::from_secs(2)))?;
    record.make("netconsole", "insmod netconsole", || {
        load_modules(files, &CString::new(target)?)
    })?;
    record.make("netconsole", "40 lines arrive", || {
        for number in 0..STALLED {
            let text = format!("parity: line {number} of the network console");
            // Level 1, so that every console has it.
            std::fs::write("/dev/kmsg", format!("<1>{text}\n"))?;
            let mut buffer = [0; 1500];
            loop {
                let length = far
                    .recv(&mut buffer)
                    .with_context(|| format!("line {number}"))?;
                if String::from_utf8_lossy(&buffer[..length]).contains(&text) {
                    break;
                }
            }
        }
        Ok(())
    })?;
    record.make("netconsole", "rmmod netconsole", || {
        Ok(delete_module(c"netconsole", DeleteModuleFlags::O_NONBLOCK)?)
    })
}

/// A chip that is reset behind the driver's back sends nothing more: the kernel notices that, and the
/// driver has to start it again.
fn stall(record: &mut Recorder, pair: &Pair) -> Result<()> {
    mark_log("a stalled transmitter is expected from here on")?;
    let near = Frames::open(&pair.near, None)?;
    let frame = Frames::frame(pair.far.address()?, pair.near.address()?, 100);
    let links = Announcements::of_links(None)?;
    record.ports().reset_chip()?;
    record.make("transmit-timeout", "a reset chip, frames sent", || {
        for _ in 0..STALLED {
            // The queue is full after some; what is over is dropped, or refused.
            let _ = near.send(&frame);
        }
        std::thread::sleep(STALL);
        wait_for_link(&links, &pair.near)
    })?;
    record.make("transmit-timeout", "pings", || pings(PACKETS))?;
    mark_log("no stalled transmitter is expected any more")
}

/// A line in the kernel's log. The one who judges the log knows these.
fn mark_log(text: &str) -> Result<()> {
    Ok(std::fs::write("/dev/kmsg", format!("<6>parity: {text}\n"))?)
}

/// Does a card still carry packets?
pub(super) fn works(record: &mut Recorder, group: &str, pair: &Pair) -> Result<()> {
    record.make(group, "pings", || pings(PACKETS))?;
    let card: &Interface = &pair.near;
    record.found(group, "address", &format!("{:?}", card.address()?))
}
