//! The receive engine (Am79C970A, Receive operation; Receive descriptors).

use crate::bus::{Bus, BusError};
use crate::chip::Chip;
use crate::csr::bits::{csr0, csr4};
use crate::csr::number;
use crate::descriptor::{ENP, ERR, OWN, STP, receive};
use crate::fcs;
use crate::ring::Ring;

/// The shortest frame without FCS; what is shorter is a runt.
const SHORTEST: usize = 60;
/// CSR124: runts are accepted.
const RPA: u16 = 1 << 3;

impl Chip {
    /// A frame arrives, without its FCS.
    pub(crate) fn receive_frame(&mut self, bus: &mut dyn Bus, frame: &[u8]) {
        if self.csr[number::STATUS] & csr0::RXON == 0 || self.suspended() {
            return;
        }
        if frame.len() < SHORTEST && self.csr[number::TEST] & RPA == 0 {
            return;
        }
        let Some(matched) = frame
            .get(..6)
            .and_then(|destination| self.accept(destination))
        else {
            return;
        };
        let mut bytes = frame.to_vec();
        bytes.extend(fcs::sequence(frame));
        self.strip(&mut bytes);
        if let Err(error) = self.store(bus, &bytes, matched) {
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

    /// Fills buffers, from the current descriptor on.
    fn store(&mut self, bus: &mut dyn Bus, bytes: &[u8], matched: u16) -> Result<(), BusError> {
        let at = self.descriptor_address(Ring::Receive, 0);
        let mut current = self.read_descriptor(bus, at)?;
        if !current.owned() {
            self.miss();
            return Ok(());
        }
        let mut flags = STP;
        let mut rest = bytes;
        loop {
            let (now, later) = rest.split_at(rest.len().min(current.length));
            bus.write(current.buffer, now)?;
            rest = later;
            if rest.is_empty() {
                break;
            }
            let next_at = self.descriptor_address(Ring::Receive, 1);
            let next = self.read_descriptor(bus, next_at)?;
            if !next.owned() {
                // Am79C970A, RMD1: BUFF. The end of the frame has no place.
                self.write_flags(bus, &current, flags | ERR | receive::BUFF)?;
                self.step(Ring::Receive);
                self.csr[number::STATUS] |= csr0::RINT;
                return Ok(());
            }
            self.write_flags(bus, &current, flags)?;
            self.step(Ring::Receive);
            flags = 0;
            current = next;
        }
        self.write_message_count(bus, &current, bytes.len())?;
        debug_assert_eq!(flags & OWN, 0);
        self.write_flags(bus, &current, flags | ENP | matched)?;
        self.step(Ring::Receive);
        self.csr[number::STATUS] |= csr0::RINT;
        Ok(())
    }

    /// A frame is lost (Am79C970A, CSR0: MISS; CSR112).
    fn miss(&mut self) {
        self.csr[number::STATUS] |= csr0::MISS;
        self.csr[number::MISSED] = self.csr[number::MISSED].wrapping_add(1);
        if self.csr[number::MISSED] == 0 {
            self.csr[number::FEATURES] |= csr4::MFCO;
        }
    }
}
