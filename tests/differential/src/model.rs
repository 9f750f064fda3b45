//! The chip model in a machine of plain memory.

use std::collections::BTreeSet;

use anyhow::Result;
use pcnet_model::{Bus, BusError, Chip, Config, Part, Width};

use crate::memory;
use crate::side::{Events, Side, Space};

/// Memory is cleaned in pieces of this size.
const PAGE: u32 = 0x1000;

/// How long [`Side::elapse`] takes, in nanoseconds; see the device's.
const ELAPSED: u64 = 3_000_000;

/// A machine with a modelled card.
#[derive(Debug)]
pub(crate) struct Model {
    chip: Chip,
    machine: Machine,
}

#[derive(Debug)]
struct Machine {
    memory: Vec<u8>,
    dirty: BTreeSet<u32>,
    events: Events,
}

impl Model {
    pub(crate) fn new(address: [u8; 6]) -> Self {
        Self {
            chip: Chip::new(Config::new(Part::Am79C970A).with_address(address)),
            machine: Machine {
                memory: vec![0; memory::SIZE as usize],
                dirty: BTreeSet::new(),
                events: Events::default(),
            },
        }
    }

    /// A control and status register.
    pub(crate) fn csr(&self, index: usize) -> u16 {
        self.chip.csr(index)
    }

    /// A bus configuration register.
    pub(crate) fn bcr(&self, index: usize) -> u16 {
        self.chip.bcr(index)
    }

    /// The addresses of pieces of memory, of [`PAGE`] bytes, that were written to since the last call.
    pub(crate) fn take_dirty(&mut self) -> impl Iterator<Item = (u32, usize)> + use<> {
        let dirty = std::mem::take(&mut self.machine.dirty);
        dirty.into_iter().map(|page| (page * PAGE, PAGE as usize))
    }

    /// What the chip would read as a bus master.
    pub(crate) fn read_memory(&self, address: u32, into: &mut [u8]) {
        self.machine.fetch(address, into);
    }

    /// The whole memory.
    pub(crate) fn memory(&self) -> &[u8] {
        &self.machine.memory
    }
}

impl Machine {
    /// The pieces of a transfer that have memory behind them: where each begins, in memory and in the transfer, and
    /// its length.
    fn pieces(address: u32, length: usize) -> impl Iterator<Item = (usize, usize, usize)> {
        let start = u64::from(address);
        let end = start + length as u64;
        memory::whole().into_iter().filter_map(move |range| {
            let from = start.max(range.start.into());
            let to = end.min(range.end.into());
            (from < to).then(|| (from as usize, (from - start) as usize, (to - from) as usize))
        })
    }

    fn fetch(&self, address: u32, into: &mut [u8]) {
        into.fill(0);
        for (at, offset, length) in Self::pieces(address, into.len()) {
            into[offset..offset + length].copy_from_slice(&self.memory[at..at + length]);
        }
    }

    fn put(&mut self, address: u32, bytes: &[u8]) {
        for (at, offset, length) in Self::pieces(address, bytes.len()) {
            self.memory[at..at + length].copy_from_slice(&bytes[offset..offset + length]);
            let page = |at: usize| at as u32 / PAGE;
            self.dirty.extend(page(at)..=page(at + length - 1));
        }
    }
}

impl Bus for Machine {
    // Where there is no memory, reads yield zeros and writes are lost: the emulator's card does not learn that nobody
    // answered.
    fn read(&mut self, address: u32, into: &mut [u8]) -> Result<(), BusError> {
        self.fetch(address, into);
        Ok(())
    }

    fn write(&mut self, address: u32, bytes: &[u8]) -> Result<(), BusError> {
        self.put(address, bytes);
        Ok(())
    }

    fn set_interrupt(&mut self, asserted: bool) {
        self.events.edges.push(asserted);
    }

    fn transmit(&mut self, frame: &[u8]) {
        self.events.frames.push(frame.to_vec());
    }
}

impl Side for Model {
    fn reset(&mut self) -> Result<()> {
        self.chip.hard_reset(&mut self.machine);
        Ok(())
    }

    fn read(&mut self, _space: Space, offset: u16, width: Width) -> Result<u32> {
        Ok(self.chip.read(&mut self.machine, offset, width))
    }

    fn write(&mut self, _space: Space, offset: u16, width: Width, value: u32) -> Result<()> {
        self.chip.write(&mut self.machine, offset, width, value);
        Ok(())
    }

    fn receive(&mut self, frame: &[u8]) -> Result<()> {
        self.chip.receive(&mut self.machine, frame);
        self.chip.advance(&mut self.machine, ELAPSED);
        Ok(())
    }

    fn elapse(&mut self) -> Result<()> {
        self.chip.advance(&mut self.machine, ELAPSED);
        Ok(())
    }

    fn set_link(&mut self, up: bool) -> Result<()> {
        self.chip.set_link(up);
        Ok(())
    }

    fn store(&mut self, address: u32, bytes: &[u8]) -> Result<()> {
        self.machine.put(address, bytes);
        Ok(())
    }

    fn load(&mut self, address: u32, into: &mut [u8]) -> Result<()> {
        into.copy_from_slice(&self.machine.memory[address as usize..][..into.len()]);
        Ok(())
    }

    fn events(&mut self) -> Result<Events> {
        Ok(std::mem::take(&mut self.machine.events))
    }
}
