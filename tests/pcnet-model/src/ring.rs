//! The two descriptor rings: where they are, how long, and which entry is next.
//!
//! The chip keeps all this in CSRs: CSR24/25 and CSR30/31 hold the bases, CSR76 and CSR78 the lengths as two's
//! complement, CSR72 and CSR74 count up from there to zero (Am79C970A, the sections of those registers).

use crate::bus::{Bus, BusError};
use crate::chip::Chip;
use crate::csr::bits::{csr0, csr4, csr5};
use crate::csr::number;
use crate::descriptor::Style;

/// One of the two rings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ring {
    Receive,
    Transmit,
}

impl Ring {
    const fn base(self) -> usize {
        match self {
            Ring::Receive => number::BADR,
            Ring::Transmit => number::BADX,
        }
    }

    const fn length(self) -> usize {
        match self {
            Ring::Receive => number::RCVRL,
            Ring::Transmit => number::XMTRL,
        }
    }

    const fn counter(self) -> usize {
        match self {
            Ring::Receive => number::RCVRC,
            Ring::Transmit => number::XMTRC,
        }
    }

    /// The register pair that shows the address of the current descriptor: CRDA or CXDA.
    const fn shown(self) -> usize {
        match self {
            Ring::Receive => 28,
            Ring::Transmit => 34,
        }
    }
}

/// One clock of the PCI bus at 33 MHz, in nanoseconds.
const CLOCK: u64 = 30;

impl Chip {
    /// Adds what a 16-bit block or descriptor lacks of an address (Am79C970A, CSR2: bits 15 to 8).
    pub(crate) fn full_address(&self, low: u32) -> u32 {
        low & 0x00ff_ffff | u32::from(self.csr[number::IADR + 1] & 0xff00) << 16
    }

    pub(crate) fn address(&self, register: usize) -> u32 {
        u32::from(self.csr[register]) | u32::from(self.csr[register + 1]) << 16
    }

    pub(crate) fn set_address(&mut self, register: usize, address: u32) {
        self.csr[register] = address as u16;
        self.csr[register + 1] = (address >> 16) as u16;
    }

    pub(crate) fn set_ring_lengths(&mut self, receive: u16, transmit: u16) {
        for (ring, length) in [(Ring::Receive, receive), (Ring::Transmit, transmit)] {
            self.csr[ring.length()] = length.wrapping_neg();
            self.csr[ring.counter()] = length.wrapping_neg();
            self.show_current(ring);
        }
    }

    pub(crate) fn style(&self) -> Style {
        Style::of(self.bcr[crate::bcr::number::SOFTWARE_STYLE])
    }

    /// The address of the descriptor `ahead` entries after the current one.
    pub(crate) fn descriptor_address(&self, ring: Ring, ahead: u16) -> u32 {
        let mut counter = self.csr[ring.counter()];
        for _ in 0..ahead {
            counter = self.counted(ring, counter);
        }
        let index = counter.wrapping_sub(self.csr[ring.length()]);
        self.address(ring.base())
            .wrapping_add(u32::from(index) * self.style().size())
    }

    /// How many descriptors there are: 1 to 65536.
    pub(crate) fn ring_length(&self, ring: Ring) -> usize {
        0x1_0000 - usize::from(self.csr[ring.length()])
    }

    fn counted(&self, ring: Ring, counter: u16) -> u16 {
        match counter.wrapping_add(1) {
            0 => self.csr[ring.length()],
            next => next,
        }
    }

    /// Goes on to the next descriptor.
    pub(crate) fn step(&mut self, ring: Ring) {
        self.csr[ring.counter()] = self.counted(ring, self.csr[ring.counter()]);
        self.show_current(ring);
    }

    fn show_current(&mut self, ring: Ring) {
        let address = self.descriptor_address(ring, 0);
        self.set_address(ring.shown(), address);
    }

    /// The time between two looks at the rings, in nanoseconds (Am79C970A, CSR47: the two's complement of a number of
    /// clocks, its low four bits ignored, a seventeenth bit implied).
    fn poll_interval(&self) -> u64 {
        let clocks = 0x1_0000 - u64::from(self.csr[number::POLL_INTERVAL] & 0xfff0);
        clocks * CLOCK
    }

    /// The poll timer ran out.
    pub(crate) fn poll(&mut self, bus: &mut dyn Bus) {
        let on_demand = self.csr[number::FEATURES] & csr4::TXDPOLL != 0;
        if self.csr[number::STATUS] & csr0::TXON != 0 && !on_demand {
            self.transmit_ring(bus);
        }
        if !self.faults.jammed {
            self.csr[number::STATUS] &= !csr0::TDMD;
        }
        // A failed transfer may have stopped the chip.
        if self.csr[number::STATUS] & csr0::STOP == 0 {
            self.timers.poll = Some(self.now + self.poll_interval());
        }
    }

    /// Whether the chip may start something new on the network.
    pub(crate) fn suspended(&self) -> bool {
        self.csr[number::EXTENDED] & csr5::SPND != 0
    }

    pub(crate) fn read_word(&mut self, bus: &mut dyn Bus, address: u32) -> Result<u16, BusError> {
        let mut bytes = [0; 2];
        self.dma_read(bus, address, &mut bytes)?;
        Ok(u16::from_le_bytes(bytes))
    }

    pub(crate) fn read_double(&mut self, bus: &mut dyn Bus, address: u32) -> Result<u32, BusError> {
        let mut bytes = [0; 4];
        self.dma_read(bus, address, &mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    /// A transfer of the bus master failed.
    pub(crate) fn bus_failed(&mut self, error: BusError) {
        match error {
            BusError::Timeout => self.csr[number::STATUS] |= csr0::MERR,
            BusError::Abort => {
                self.records.counters.aborts += 1;
                // IENA stays, or nobody would learn of it.
                let enabled = self.csr[number::STATUS] & csr0::IENA;
                self.stop();
                self.csr[number::STATUS] |= enabled;
                self.csr[number::EXTENDED] |= csr5::SINT;
            }
        }
    }
}
