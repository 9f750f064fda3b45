//! A server: full-sized datagrams both ways, and a monitor that asks ten times a second for statistics
//! and for the link.

use std::fs::File;
use std::net::{Ipv4Addr, UdpSocket};
use std::os::unix::fs::FileExt;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use super::Work;
use crate::pair::{FAR, FAR_ADDRESS, NEAR_ADDRESS, Pair};
use crate::sys::{Ethtool, in_namespace};

/// Bytes of a datagram that fills a frame.
const FULL: usize = 1_472;

/// Datagrams each way in a round, and how many are under way at a time: less than a ring holds.
const DATAGRAMS: u32 = 96;
const BURST: u32 = 8;

const PORT: u16 = 5_001;

pub(super) struct Bulk<'a> {
    traffic: Traffic,
    monitor: Ethtool<'a>,
    statistics: File,
}

impl<'a> Bulk<'a> {
    pub(super) fn new(pair: &'a Pair) -> Result<Self> {
        let path = format!("/sys/class/net/{}/statistics/rx_packets", pair.near.name());
        Ok(Self {
            traffic: Traffic::new()?,
            monitor: Ethtool::new(&pair.near),
            statistics: File::open(&path).with_context(|| format!("open {path}"))?,
        })
    }
}

impl Work for Bulk<'_> {
    const PERIOD: Duration = Duration::from_millis(100);
    const CYCLE: u32 = 1;

    fn round(&mut self, _: u32) -> Result<()> {
        self.statistics.read_at(&mut [0; 32], 0)?;
        ensure!(self.monitor.link()?, "the link is gone");
        self.monitor.link_settings()?;
        self.monitor.statistics()?;
        self.traffic.both_ways(DATAGRAMS, FULL)
    }
}

/// Two programs that talk over the wire.
pub(super) struct Traffic {
    near: UdpSocket,
    far: UdpSocket,
}

impl Traffic {
    pub(super) fn new() -> Result<Self> {
        let open = |at: Ipv4Addr, to: Ipv4Addr| -> Result<UdpSocket> {
            let socket = UdpSocket::bind((at, PORT)).context("bind a socket")?;
            socket.connect((to, PORT)).context("connect a socket")?;
            socket.set_read_timeout(Some(Duration::from_secs(2)))?;
            Ok(socket)
        };
        Ok(Self {
            near: open(NEAR_ADDRESS, FAR_ADDRESS)?,
            far: in_namespace(Some(FAR), || open(FAR_ADDRESS, NEAR_ADDRESS))?,
        })
    }

    /// So many datagrams of a length in each direction, a burst at a time.
    pub(super) fn both_ways(&self, datagrams: u32, length: usize) -> Result<()> {
        let sent = [0x5a; FULL];
        let mut received = [0; FULL + 1];
        let mut left = datagrams;
        while left > 0 {
            let burst = left.min(BURST);
            left -= burst;
            for (from, to) in [(&self.near, &self.far), (&self.far, &self.near)] {
                for _ in 0..burst {
                    from.send(&sent[..length])?;
                }
                for _ in 0..burst {
                    let got = to.recv(&mut received).context("a datagram was lost")?;
                    ensure!(
                        received[..got] == sent[..length],
                        "a datagram arrived changed"
                    );
                }
            }
        }
        Ok(())
    }
}
