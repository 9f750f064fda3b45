//! What happens by itself as time passes.

use crate::bus::Bus;
use crate::chip::Chip;
use crate::csr::bits::{csr0, csr5};
use crate::csr::number;

/// What is due at a time, in nanoseconds since power-up.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Timers {
    /// The rings are looked at without being asked.
    pub(crate) poll: Option<u64>,
    /// IDON comes late.
    pub(crate) initialized: Option<u64>,
    /// SPND reads back late.
    pub(crate) suspended: Option<u64>,
    /// A reset ends late; `Some(None)` never.
    pub(crate) reset: Option<Option<u64>>,
}

impl Chip {
    /// Everything up to `until` happens, in order.
    pub(crate) fn run_until(&mut self, bus: &mut dyn Bus, until: u64) {
        while let Some(at) = self.next_event().filter(|&at| at <= until) {
            self.now = self.now.max(at);
            self.run_due(bus);
            self.update_interrupt(bus);
        }
        self.now = until;
        // They keep their own time, for what is asked of them from now on.
        for phy in &mut self.phys {
            phy.run_until(until);
        }
    }

    fn next_event(&self) -> Option<u64> {
        let timers = [
            self.timers.poll,
            self.timers.initialized,
            self.timers.suspended,
            self.timers.reset.flatten(),
        ];
        timers
            .into_iter()
            .flatten()
            .chain(self.phys.iter().filter_map(|phy| phy.next_event()))
            .min()
    }

    fn run_due(&mut self, bus: &mut dyn Bus) {
        let now = self.now;
        let due = |timer: &mut Option<u64>| timer.take_if(|at| *at <= now).is_some();
        if self.timers.reset.flatten().is_some_and(|at| at <= now) {
            self.timers.reset = None;
        }
        if due(&mut self.timers.initialized) {
            self.finish_initialization(bus);
        }
        if due(&mut self.timers.suspended) {
            self.csr[number::EXTENDED] |= csr5::SPND;
        }
        for phy in &mut self.phys {
            phy.run_until(now);
        }
        if due(&mut self.timers.poll) {
            self.poll(bus);
        }
    }

    /// Whether a soft reset is still under way.
    pub(crate) fn resetting(&self) -> bool {
        self.timers.reset.is_some()
    }

    /// SPND is asked for: the chip finishes what it does, which is nothing, and says so.
    pub(crate) fn suspend(&mut self) {
        if self.csr[number::STATUS] & csr0::STOP != 0 {
            // A stopped chip has nothing to finish.
            self.csr[number::EXTENDED] |= csr5::SPND;
            return;
        }
        match self.faults.suspend.end(self.now) {
            Some(at) if at <= self.now => self.csr[number::EXTENDED] |= csr5::SPND,
            at => self.timers.suspended = at,
        }
    }

    /// SPND is taken back.
    pub(crate) fn resume(&mut self) {
        self.timers.suspended = None;
        self.csr[number::EXTENDED] &= !csr5::SPND;
    }
}
