//! The transmit engine (Am79C970A, Transmit operation; Transmit descriptors).

use crate::bus::{Bus, BusError};
use crate::chip::Chip;
use crate::csr::bits::{csr0, csr3, csr4, csr5, csr15};
use crate::csr::number;
use crate::descriptor::{Descriptor, ENP, ERR, OWN, STP, transmit};
use crate::fcs;
use crate::ring::Ring;

/// The shortest and the longest frame without FCS.
const SHORTEST: usize = 60;
const LONGEST: usize = 1514;

/// What became of a frame.
struct Outcome {
    /// The upper half of TMD2.
    errors: u16,
}

impl Chip {
    /// Sends what the host has handed over, until a descriptor is not the chip's.
    pub(crate) fn transmit_ring(&mut self, bus: &mut dyn Bus) {
        while self.csr[number::STATUS] & csr0::TXON != 0 && !self.suspended() {
            match self.transmit_next(bus) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    self.bus_failed(error);
                    break;
                }
            }
        }
        // Am79C970A, CSR0: TDMD goes once a descriptor was fetched.
        self.csr[number::STATUS] &= !csr0::TDMD;
    }

    /// Sends one frame; false when there is none.
    fn transmit_next(&mut self, bus: &mut dyn Bus) -> Result<bool, BusError> {
        let at = self.descriptor_address(Ring::Transmit, 0);
        let first = self.read_descriptor(bus, at)?;
        if !first.owned() {
            return Ok(false);
        }
        if first.flags & STP == 0 {
            // What is left of a chain that was given up: handed back unsent.
            self.write_flags(bus, &first, first.flags & !OWN)?;
            self.step(Ring::Transmit);
            return Ok(true);
        }
        self.csr[number::FEATURES] |= csr4::TXSTRT;
        let mut frame = Vec::new();
        let mut current = first;
        loop {
            let start = frame.len();
            frame.resize(start + current.length, 0);
            bus.read(current.buffer, &mut frame[start..])?;
            if current.flags & ENP != 0 {
                break;
            }
            let next_at = self.descriptor_address(Ring::Transmit, 1);
            let next = self.read_descriptor(bus, next_at)?;
            if !next.owned() {
                // The frame ends without its end: the FIFO runs dry.
                self.finish(
                    bus,
                    &first,
                    &current,
                    &Outcome {
                        errors: transmit::BUFF | transmit::UFLO,
                    },
                )?;
                return Ok(true);
            }
            self.write_flags(bus, &current, current.flags & !OWN)?;
            self.step(Ring::Transmit);
            current = next;
        }
        let outcome = self.send(bus, &first, frame);
        self.finish(bus, &first, &current, &outcome)?;
        Ok(true)
    }

    /// Puts a frame on the wire, or back into the receiver.
    fn send(&mut self, bus: &mut dyn Bus, first: &Descriptor, mut frame: Vec<u8>) -> Outcome {
        let mode = self.csr[number::MODE];
        let mut own_fcs = mode & csr15::DXMTFCS == 0 || first.flags & transmit::ADD_FCS != 0;
        if self.csr[number::FEATURES] & csr4::APAD_XMT != 0 && frame.len() < SHORTEST {
            frame.resize(SHORTEST, 0);
            own_fcs = true;
        }
        let mut sound = true;
        if !own_fcs {
            // The host brought the FCS along; a wrong one is a damaged frame to whoever receives it.
            let body = frame.len().saturating_sub(4);
            sound = frame.len() >= 4 && fcs::sequence(&frame[..body]) == frame[body..];
            frame.truncate(body);
        }
        if frame.len() > LONGEST {
            self.csr[number::STATUS] |= csr0::BABL;
        }
        if mode & csr15::LOOP != 0 {
            self.receive_frame(bus, &frame);
            return Outcome { errors: 0 };
        }
        if !self.link {
            return Outcome {
                errors: transmit::LCAR,
            };
        }
        if sound {
            bus.transmit(&frame);
        }
        Outcome { errors: 0 }
    }

    /// Writes the status into the last descriptor and goes on behind it.
    fn finish(
        &mut self,
        bus: &mut dyn Bus,
        first: &Descriptor,
        last: &Descriptor,
        outcome: &Outcome,
    ) -> Result<(), BusError> {
        let mut flags = last.flags & !(OWN | ERR | transmit::MORE | transmit::ONE | transmit::DEF);
        let failed = outcome.errors & !transmit::EXDEF != 0;
        if failed {
            flags |= ERR;
        }
        self.write_transmit_errors(bus, last, outcome.errors, 0)?;
        self.write_flags(bus, last, flags)?;
        self.step(Ring::Transmit);
        if outcome.errors & transmit::UFLO != 0 && self.csr[number::MASKS] & csr3::DXSUFLO == 0 {
            self.csr[number::STATUS] &= !csr0::TXON;
        }
        if failed || self.announces(first, last) {
            self.csr[number::STATUS] |= csr0::TINT;
        }
        Ok(())
    }

    /// Whether a frame sent well sets TINT (Am79C970A, CSR5: LTINTEN decides before TOKINTD).
    fn announces(&self, _first: &Descriptor, last: &Descriptor) -> bool {
        let extended = self.csr[number::EXTENDED];
        if extended & csr5::LTINTEN != 0 {
            // LTINT has the place of MORE when the host writes it.
            last.flags & transmit::MORE != 0
        } else {
            extended & csr5::TOKINTD == 0
        }
    }
}
