//! The receive engine (Am79C970A, Receive operation; Receive descriptors).

use crate::bus::{Bus, BusError};
use crate::chip::Chip;
use crate::csr::bits::{csr0, csr3, csr4};
use crate::csr::number;
use crate::descriptor::{Descriptor, ENP, ERR, STP, receive};
use crate::faults::ReceiveFault;
use crate::fcs;
use crate::magic;
use crate::ring::Ring;

/// The shortest frame without FCS; what is shorter is a runt.
const SHORTEST: usize = 60;
/// CSR124: runts are accepted.
const RPA: u16 = 1 << 3;

impl Chip {
    /// A frame arrives from the wire, without its FCS.
    pub(crate) fn hear(&mut self, bus: &mut dyn Bus, frame: &[u8]) {
        if magic::listening(self) && self.has_link() {
            self.hear_magic(frame);
            return;
        }
        let on = self.csr[number::STATUS] & csr0::RXON != 0 && !self.suspended();
        if !on || !self.has_link() || self.listens_to_itself() {
            self.records.counters.unheard += 1;
            return;
        }
        self.activity.received = Some(self.now);
        let runt = frame.len() < SHORTEST;
        if runt && self.csr[number::TEST] & RPA == 0 && !self.duplex_passes_runts() {
            self.records.counters.runts += 1;
            self.runts = self.runts.saturating_add(1);
            return;
        }
        self.take(bus, frame, true);
    }

    /// Internal loopback shuts the network out (Am79C970A, Loopback operation).
    fn listens_to_itself(&self) -> bool {
        self.loops_inside()
    }

    /// A frame of the chip's own comes back. Runts are accepted then.
    pub(crate) fn loop_back(&mut self, bus: &mut dyn Bus, frame: &[u8], sound: bool) {
        if self.csr[number::STATUS] & csr0::RXON != 0 {
            self.take(bus, frame, sound);
        }
    }

    fn take(&mut self, bus: &mut dyn Bus, frame: &[u8], sound: bool) {
        let Some(matched) = frame
            .get(..6)
            .and_then(|destination| self.accept(destination))
        else {
            self.records.counters.filtered += 1;
            return;
        };
        let fault = self.faults.receive.pop_front().flatten();
        let mut bytes = frame.to_vec();
        if let Some(ReceiveFault::Runt(length) | ReceiveFault::Oversize(length)) = fault {
            bytes.resize(length, 0);
        }
        let mut sequence = fcs::sequence(&bytes);
        let mut flags = matched;
        if matches!(fault, Some(ReceiveFault::Checksum | ReceiveFault::Framing)) || !sound {
            sequence = sequence.map(|byte| !byte);
            flags |= ERR | receive::CRC;
        }
        if fault == Some(ReceiveFault::Framing) {
            flags |= receive::FRAM;
        }
        bytes.extend(sequence);
        self.strip(&mut bytes);
        let result = match fault {
            Some(ReceiveFault::Overflow) => self.store_fragment(bus, &bytes, receive::OFLO),
            Some(ReceiveFault::Buffer) => self.store_fragment(bus, &bytes, receive::BUFF),
            _ => self.store(bus, &bytes, flags),
        };
        if let Err(error) = result {
            self.bus_failed(error);
        }
    }

    /// Am79C970A, CSR4: ASTRP_RCV. A frame with a length field below 46 loses its padding and its FCS.
    fn strip(&self, bytes: &mut Vec<u8>) {
        if self.csr[number::FEATURES] & csr4::ASTRP_RCV == 0 || bytes.len() < 14 {
            return;
        }
        let length = usize::from(u16::from_be_bytes([bytes[12], bytes[13]]));
        if length < 46 {
            bytes.truncate(14 + length);
        }
    }

    /// The current descriptor, unless the frame is missed for want of it.
    fn current_receive(&mut self, bus: &mut dyn Bus) -> Result<Option<Descriptor>, BusError> {
        let at = self.descriptor_address(Ring::Receive, 0);
        let current = self.read_descriptor(bus, at)?;
        if current.owned() {
            return Ok(Some(current));
        }
        // Am79C970A, CSR0: MISS; CSR112.
        self.records.counters.missed += 1;
        self.csr[number::STATUS] |= csr0::MISS;
        self.count_up(number::MISSED, 1, csr4::MFCO);
        Ok(None)
    }

    /// Fills buffers, from the current descriptor on. `flags` go with the end of the frame.
    fn store(&mut self, bus: &mut dyn Bus, bytes: &[u8], flags: u16) -> Result<(), BusError> {
        let Some(mut current) = self.current_receive(bus)? else {
            return Ok(());
        };
        let mut start = STP;
        let mut rest = bytes;
        let mut pieces = 1;
        loop {
            let (now, later) = rest.split_at(rest.len().min(current.length));
            self.dma_write(bus, current.buffer, now)?;
            rest = later;
            if rest.is_empty() {
                break;
            }
            let next_at = self.descriptor_address(Ring::Receive, 1);
            let next = self.read_descriptor(bus, next_at)?;
            // No chain is longer than the ring.
            let around = pieces == self.ring_length(Ring::Receive);
            pieces += 1;
            if !next.owned() || around {
                // Am79C970A, RMD1: BUFF, with OFLO where the FIFO runs over too. The end of the frame has no place.
                let errors = ERR | receive::BUFF | receive::OFLO;
                return self.release(bus, &current, start | errors, true);
            }
            // Am79C970A, CSR3: LAPPEN tells the host of the first buffer already.
            let early = start != 0 && self.csr[number::MASKS] & csr3::LAPPEN != 0;
            self.release(bus, &current, start, early)?;
            start = 0;
            current = next;
        }
        self.write_message_count(bus, &current, bytes.len())?;
        self.runts = 0;
        self.records.counters.received += 1;
        self.release(bus, &current, start | ENP | flags, true)
    }

    /// Stores what fits into one buffer of a frame that has no end.
    fn store_fragment(
        &mut self,
        bus: &mut dyn Bus,
        bytes: &[u8],
        error: u16,
    ) -> Result<(), BusError> {
        let Some(current) = self.current_receive(bus)? else {
            return Ok(());
        };
        self.dma_write(
            bus,
            current.buffer,
            &bytes[..bytes.len().min(current.length)],
        )?;
        self.records.counters.received += 1;
        self.release(bus, &current, STP | ERR | error, true)
    }

    /// Hands a buffer to the host and goes on to the next.
    fn release(
        &mut self,
        bus: &mut dyn Bus,
        buffer: &Descriptor,
        flags: u16,
        tell: bool,
    ) -> Result<(), BusError> {
        let mut buffer = *buffer;
        if self.part().clears_receive_length() {
            self.clear_length(bus, &mut buffer)?;
        }
        self.write_flags(bus, &buffer, flags)?;
        self.step(Ring::Receive);
        if tell {
            self.csr[number::STATUS] |= csr0::RINT;
        }
        Ok(())
    }
}
