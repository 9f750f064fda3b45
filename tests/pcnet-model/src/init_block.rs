//! The initialization block (Am79C970A, Initialization block): mode, addresses and rings, read when INIT is set.

use crate::bus::{Bus, BusError};
use crate::chip::Chip;
use crate::csr::bits::csr0;
use crate::csr::number;

/// What either layout of the block says.
struct Block {
    mode: u16,
    physical: [u16; 3],
    logical: [u16; 4],
    receive_code: u16,
    transmit_code: u16,
    receive_ring: u32,
    transmit_ring: u32,
}

impl Chip {
    /// INIT was set: reads the block and sets IDON.
    pub(crate) fn initialize(&mut self, bus: &mut dyn Bus) {
        let status = &mut self.csr[number::STATUS];
        *status = (*status & !csr0::STOP) | csr0::INIT;
        match self.faults.initialization.end(self.now) {
            Some(at) if at <= self.now => self.finish_initialization(bus),
            Some(at) => self.timers.initialized = Some(at),
            // Never: the end of time.
            None => self.timers.initialized = Some(u64::MAX),
        }
    }

    /// Reads the block.
    pub(crate) fn finish_initialization(&mut self, bus: &mut dyn Bus) {
        match self.read_block(bus) {
            Ok(block) => {
                self.take_block(&block);
                self.csr[number::STATUS] |= csr0::IDON;
                self.records.counters.initializations += 1;
                self.check_ring_alignment();
                if self.csr[number::STATUS] & csr0::STRT != 0 {
                    self.start();
                }
            }
            Err(error) => self.bus_failed(error),
        }
    }

    fn read_block(&mut self, bus: &mut dyn Bus) -> Result<Block, BusError> {
        let base = u32::from(self.csr[number::IADR]) | u32::from(self.csr[number::IADR + 1]) << 16;
        if self.wide_block() {
            self.read_wide_block(bus, base)
        } else {
            self.read_narrow_block(bus, base)
        }
    }

    /// 28 bytes; SSIZE32 is set.
    fn read_wide_block(&mut self, bus: &mut dyn Bus, base: u32) -> Result<Block, BusError> {
        let mut words = [0_u32; 7];
        for (word, offset) in words.iter_mut().zip((0..).step_by(4)) {
            *word = self.read_double(bus, (base & !3).wrapping_add(offset))?;
        }
        let low = |word: u32| word as u16;
        let high = |word: u32| (word >> 16) as u16;
        Ok(Block {
            mode: low(words[0]),
            receive_code: low(words[0] >> 20) & 0xf,
            transmit_code: low(words[0] >> 28) & 0xf,
            physical: [low(words[1]), high(words[1]), low(words[2])],
            logical: [low(words[3]), high(words[3]), low(words[4]), high(words[4])],
            receive_ring: words[5],
            transmit_ring: words[6],
        })
    }

    /// 24 bytes; SSIZE32 is clear. Ring lengths have 3 bits, ring addresses 24.
    fn read_narrow_block(&mut self, bus: &mut dyn Bus, base: u32) -> Result<Block, BusError> {
        let mut words = [0_u16; 12];
        for (word, offset) in words.iter_mut().zip((0..).step_by(2)) {
            *word = self.read_word(bus, (base & !1).wrapping_add(offset))?;
        }
        let address = |low: u16, high: u16| u32::from(low) | u32::from(high & 0xff) << 16;
        Ok(Block {
            mode: words[0],
            physical: [words[1], words[2], words[3]],
            logical: [words[4], words[5], words[6], words[7]],
            receive_ring: self.full_address(address(words[8], words[9])),
            receive_code: words[9] >> 13,
            transmit_ring: self.full_address(address(words[10], words[11])),
            transmit_code: words[11] >> 13,
        })
    }

    fn take_block(&mut self, block: &Block) {
        self.csr[number::MODE] = block.mode;
        self.csr[number::PADR..number::PADR + 3].copy_from_slice(&block.physical);
        self.csr[number::LADRF..number::LADRF + 4].copy_from_slice(&block.logical);
        // Am79C970A, CSR6: the two codes as they were in the block.
        self.csr[number::RING_CODES] = block.transmit_code << 12 | block.receive_code << 8;
        self.set_address(number::BADR, block.receive_ring);
        self.set_address(number::BADX, block.transmit_ring);
        let length = |code: u16| 1_u16 << code.min(9);
        self.set_ring_lengths(length(block.receive_code), length(block.transmit_code));
    }
}
