//! A gateway: groups join and leave, captures start and stop, four hundred times a second, and a little
//! traffic.

use std::time::Duration;

use anyhow::Result;
use nix::libc::IFF_PROMISC;

use super::Work;
use super::bulk::Traffic;
use crate::pair::Pair;
use crate::sys::Interface;

/// Groups that nothing else uses (RFC 9542, documentation).
const GROUPS: u8 = 4;

const SMALL: usize = 64;

pub(super) struct Gateway<'a> {
    card: &'a Interface,
    traffic: Traffic,
}

impl<'a> Gateway<'a> {
    pub(super) fn new(pair: &'a Pair) -> Result<Self> {
        Ok(Self {
            card: &pair.near,
            traffic: Traffic::new()?,
        })
    }

    fn group(&self, number: u32, join: bool) -> Result<()> {
        let last = (number as u8) % GROUPS;
        let group = [0x01, 0x00, 0x5e, 0x90, 0x10, last];
        Ok(self.card.multicast(group, join)?)
    }
}

impl Work for Gateway<'_> {
    const PERIOD: Duration = Duration::from_micros(2_500);
    const CYCLE: u32 = 12;

    /// In twelve rounds: all groups join and leave, and two captures start and stop.
    fn round(&mut self, number: u32) -> Result<()> {
        match number % Self::CYCLE {
            step @ 0..4 => self.group(step, true)?,
            4 | 6 => self.card.set_flags(IFF_PROMISC, true)?,
            5 | 7 => self.card.set_flags(IFF_PROMISC, false)?,
            step => self.group(step, false)?,
        }
        if number.is_multiple_of(8) {
            self.traffic.both_ways(1, SMALL)?;
        }
        Ok(())
    }
}
