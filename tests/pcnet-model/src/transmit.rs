//! The transmit engine (Am79C970A, Transmit operation; Transmit descriptors).

use crate::bus::{Bus, BusError};
use crate::chip::Chip;
use crate::csr::bits::{csr0, csr3, csr4, csr5, csr15};
use crate::csr::number;
use crate::descriptor::{Descriptor, ENP, ERR, OWN, STP, transmit};
use crate::faults::TransmitFault;
use crate::fcs;
use crate::port::Port;
use crate::ring::Ring;

/// The shortest and the longest frame without FCS.
const SHORTEST: usize = 60;
const LONGEST: usize = 1514;
/// What is longer than this does not end.
const ENDLESS: usize = 0x1_0000;

/// What became of a frame.
#[derive(Clone, Copy, Default)]
struct Outcome {
    /// The upper half of TMD2.
    errors: u16,
    /// MORE, ONE or DEF of TMD1.
    flags: u16,
    /// How often it was tried again.
    retries: u16,
}

impl Outcome {
    fn failed(errors: u16) -> Outcome {
        Outcome {
            errors,
            ..Outcome::default()
        }
    }

    /// Whether the host is told of an error; EXDEF is none.
    fn is_error(self) -> bool {
        self.errors & !transmit::EXDEF != 0
    }
}

impl From<TransmitFault> for Outcome {
    fn from(fault: TransmitFault) -> Outcome {
        match fault {
            TransmitFault::Buffer => Outcome::failed(transmit::BUFF | transmit::UFLO),
            TransmitFault::Underflow => Outcome::failed(transmit::UFLO),
            TransmitFault::ExcessiveDeferral => Outcome {
                errors: transmit::EXDEF,
                flags: transmit::DEF,
                ..Outcome::default()
            },
            TransmitFault::LateCollision => Outcome::failed(transmit::LCOL),
            TransmitFault::LossOfCarrier => Outcome::failed(transmit::LCAR),
            TransmitFault::Retry => Outcome {
                errors: transmit::RTRY,
                retries: 15,
                ..Outcome::default()
            },
            TransmitFault::More(retries) => Outcome {
                flags: transmit::MORE,
                retries: retries.into(),
                ..Outcome::default()
            },
            TransmitFault::One => Outcome {
                flags: transmit::ONE,
                retries: 1,
                ..Outcome::default()
            },
            TransmitFault::Deferred => Outcome {
                flags: transmit::DEF,
                ..Outcome::default()
            },
            TransmitFault::Babble => Outcome::default(),
        }
    }
}

impl Chip {
    /// Sends what the host has handed over, until a descriptor is not the chip's.
    pub(crate) fn transmit_ring(&mut self, bus: &mut dyn Bus) {
        if self.faults.jammed {
            return;
        }
        // Once around at most, lest memory that cannot be written keeps the chip busy for ever.
        for _ in 0..self.ring_length(Ring::Transmit) {
            if self.csr[number::STATUS] & csr0::TXON == 0 || self.suspended() {
                break;
            }
            match self.transmit_next(bus) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    self.bus_failed(error);
                    break;
                }
            }
        }
    }

    /// Sends one frame; false when there is none.
    fn transmit_next(&mut self, bus: &mut dyn Bus) -> Result<bool, BusError> {
        let at = self.descriptor_address(Ring::Transmit, 0);
        let first = self.read_descriptor(bus, at)?;
        if !first.owned() {
            return Ok(false);
        }
        if first.flags & STP == 0 {
            // What is left of a chain that was given up: handed back unsent, and told of as QEMU's device does.
            let mut flags = first.flags & !OWN;
            if !self.has_link() && self.csr[number::MODE] & csr15::LOOP == 0 {
                self.write_transmit_errors(bus, &first, transmit::LCAR, 0)?;
                self.csr[number::STATUS] |= csr0::CERR;
                flags |= ERR;
            }
            self.write_flags(bus, &first, flags)?;
            self.step(Ring::Transmit);
            if self.announces(&first) {
                self.csr[number::STATUS] |= csr0::TINT;
            }
            return Ok(true);
        }
        let mut frame = Vec::new();
        let mut current = first;
        let mut pieces = 1;
        loop {
            let start = frame.len();
            frame.resize(start + current.length, 0);
            self.dma_read(bus, current.buffer, &mut frame[start..])?;
            if current.flags & ENP != 0 {
                break;
            }
            let next_at = self.descriptor_address(Ring::Transmit, 1);
            let next = self.read_descriptor(bus, next_at)?;
            // No chain is longer than the ring, and no frame that long.
            let endless = pieces == self.ring_length(Ring::Transmit) || frame.len() > ENDLESS;
            pieces += 1;
            if !next.owned() || endless {
                // The frame ends without its end: the FIFO runs dry.
                self.csr[number::FEATURES] |= csr4::TXSTRT;
                self.records.counters.unsent += 1;
                self.finish(
                    bus,
                    &current,
                    Outcome::failed(transmit::BUFF | transmit::UFLO),
                )?;
                return Ok(true);
            }
            self.write_flags(bus, &current, current.flags & !OWN)?;
            self.step(Ring::Transmit);
            current = next;
        }
        self.csr[number::FEATURES] |= csr4::TXSTRT;
        let outcome = self.send(bus, &first, &current, frame);
        self.finish(bus, &current, outcome)?;
        Ok(true)
    }

    /// Puts a frame on the wire, or back into the receiver, unless something befalls it.
    fn send(
        &mut self,
        bus: &mut dyn Bus,
        first: &Descriptor,
        last: &Descriptor,
        mut frame: Vec<u8>,
    ) -> Outcome {
        let sound = self.complete(first, last, &mut frame);
        let fault = self.faults.transmit.pop_front().flatten();
        let mut outcome = fault.map_or_else(Outcome::default, Outcome::from);
        let long = frame.len() > LONGEST || fault == Some(TransmitFault::Babble);
        if long && self.part().has_babble() {
            self.csr[number::STATUS] |= csr0::BABL;
        }
        if outcome.errors & transmit::EXDEF != 0 {
            self.csr[number::EXTENDED] |= csr5::EXDINT;
        }
        if self.forces_collisions() {
            outcome = TransmitFault::Retry.into();
        }
        if outcome.is_error() {
            self.records.counters.unsent += 1;
            return outcome;
        }
        self.activity.sent = Some(self.now);
        if self.loops_inside() {
            self.records.counters.looped += 1;
            self.loop_back(bus, &frame, sound);
            return outcome;
        }
        self.check_contention();
        if !self.has_link() {
            self.records.counters.unsent += 1;
            // Am79C970A, TMD2: LCAR. In full duplex nobody listens for the carrier but the 10BASE-T transceiver.
            if !self.full_duplex() || self.port() == Port::TwistedPair {
                outcome.errors |= transmit::LCAR;
                // Am79C970A, CSR0: CERR is set after a transmission in link fail state. The MII has no such test.
                if self.port() != Port::Mii {
                    self.csr[number::STATUS] |= csr0::CERR;
                }
            }
            return outcome;
        }
        if sound {
            self.records.counters.sent += 1;
            bus.transmit(&frame);
        } else {
            // A damaged frame, which whoever receives it throws away.
            self.records.counters.unsent += 1;
        }
        if self.loops_outside() {
            self.records.counters.looped += 1;
            self.loop_back(bus, &frame, sound);
        }
        outcome
    }

    /// Pads a frame, and takes off the FCS if the host brought it along; false if that is wrong.
    fn complete(&self, first: &Descriptor, last: &Descriptor, frame: &mut Vec<u8>) -> bool {
        let disabled = self.csr[number::MODE] & csr15::DXMTFCS != 0;
        // Am79C970A, TMD1: bit 29 is ADD_FCS in the first descriptor, but NO_FCS in the last as the ILACC has it.
        let mut adds = if self.acts_as_ilacc() {
            !disabled && last.flags & transmit::ADD_FCS == 0
        } else {
            !disabled || first.flags & transmit::ADD_FCS != 0
        };
        if self.csr[number::FEATURES] & csr4::APAD_XMT != 0 && frame.len() < SHORTEST {
            frame.resize(SHORTEST, 0);
            adds = true;
        }
        if adds {
            return true;
        }
        let body = frame.len().saturating_sub(4);
        let sound = frame.len() >= 4 && fcs::sequence(&frame[..body]) == frame[body..];
        frame.truncate(body);
        sound
    }

    /// Writes the status into the last descriptor and goes on behind it.
    fn finish(
        &mut self,
        bus: &mut dyn Bus,
        last: &Descriptor,
        outcome: Outcome,
    ) -> Result<(), BusError> {
        // ERR and DEF are the host's to clear; MORE and ONE are written as they are.
        let written = OWN | transmit::MORE | transmit::ONE;
        let mut flags = last.flags & !written | outcome.flags;
        if outcome.is_error() {
            flags |= ERR;
        }
        self.write_transmit_errors(bus, last, outcome.errors, outcome.retries)?;
        self.write_flags(bus, last, flags)?;
        self.step(Ring::Transmit);
        let underflow = outcome.errors & transmit::UFLO != 0;
        if underflow && self.csr[number::MASKS] & csr3::DXSUFLO == 0 {
            self.csr[number::STATUS] &= !csr0::TXON;
        }
        if outcome.is_error() || self.announces(last) {
            self.csr[number::STATUS] |= csr0::TINT;
        }
        Ok(())
    }

    /// Whether a frame sent well sets TINT (Am79C970A, CSR5: LTINTEN decides before TOKINTD).
    fn announces(&self, last: &Descriptor) -> bool {
        let extended = self.csr[number::EXTENDED];
        if extended & csr5::LTINTEN != 0 {
            // LTINT has the place of MORE when the host writes it.
            last.flags & transmit::MORE != 0
        } else {
            extended & csr5::TOKINTD == 0
        }
    }
}
