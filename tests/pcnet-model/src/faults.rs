//! Faults that a test can cause: what real cards, cables and buses do on a bad day.
//!
//! All of them are off in a new chip, and stay as set across resets of the chip, as a broken card would.

use std::collections::VecDeque;

use crate::bus::{Bus, BusError};
use crate::chip::Chip;
use crate::csr::bits::{csr0, csr4};
use crate::csr::number;
use crate::inspect::Register;

/// How long something takes that a sound chip does at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Delay {
    /// At once.
    #[default]
    None,
    /// So many nanoseconds.
    Nanoseconds(u64),
    /// It does not happen.
    Never,
}

impl Delay {
    /// When it is over, counted from `now`: `None` is never.
    pub(crate) fn end(self, now: u64) -> Option<u64> {
        match self {
            Delay::None => Some(now),
            Delay::Nanoseconds(nanoseconds) => Some(now.saturating_add(nanoseconds)),
            Delay::Never => None,
        }
    }
}

/// What is wrong with a received frame (Am79C970A, RMD1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReceiveFault {
    /// FRAM, and CRC with it: not a whole number of bytes.
    Framing,
    /// OFLO: the FIFO ran over; the frame has no end.
    Overflow,
    /// CRC: damaged on the way.
    Checksum,
    /// BUFF: no next buffer in time; the frame has no end.
    Buffer,
    /// Cut to so many bytes (without FCS), and handed over although it is a runt.
    Runt(usize),
    /// Stretched to so many bytes (without FCS).
    Oversize(usize),
}

/// What goes wrong with a frame to send (Am79C970A, TMD1 and TMD2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransmitFault {
    /// BUFF and UFLO: no next buffer in time. The transmitter stops, unless DXSUFLO is set.
    Buffer,
    /// UFLO: the FIFO ran dry. The transmitter stops, unless DXSUFLO is set.
    Underflow,
    /// EXDEF: sent after too long a wait, which is no error; sets EXDINT.
    ExcessiveDeferral,
    /// LCOL: given up.
    LateCollision,
    /// LCAR: given up.
    LossOfCarrier,
    /// RTRY: given up after 16 attempts.
    Retry,
    /// MORE: sent after so many retries, two or more.
    More(u8),
    /// ONE: sent after one retry.
    One,
    /// DEF: sent after a wait.
    Deferred,
    /// Sent, and taken for longer than the longest frame: BABL.
    Babble,
}

/// Bits of a register that read as they like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StuckBits {
    /// The register.
    pub register: Register,
    /// These read as ones.
    pub ones: u16,
    /// These read as zeros.
    pub zeros: u16,
}

/// How many interrupts get lost on their way to the processor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lost {
    /// None.
    #[default]
    None,
    /// The next so many edges.
    Next(u32),
    /// All.
    All,
}

/// Transfers of the bus master that fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FailingTransfers {
    /// How many are still to fail.
    pub left: u32,
    /// With what.
    pub error: BusError,
}

/// What is broken at present. Tests set the fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    /// The card was pulled: reads yield ones, writes go nowhere, nothing is sent, received or signalled.
    pub gone: bool,
    /// Bits that read wrong.
    pub stuck: Vec<StuckBits>,
    /// Interrupts that get lost.
    pub lost_interrupts: Lost,
    /// Reads of memory that fail.
    pub failing_reads: Option<FailingTransfers>,
    /// Writes of memory that fail.
    pub failing_writes: Option<FailingTransfers>,
    /// The fates of the next frames from the wire that pass the address filter, one each; `None` is a good one.
    pub receive: VecDeque<Option<ReceiveFault>>,
    /// The fates of the next frames to be sent, one each; `None` is a good one.
    pub transmit: VecDeque<Option<TransmitFault>>,
    /// The transmitter never gets to send: descriptors stay the chip's.
    pub jammed: bool,
    /// The time from INIT to IDON.
    pub initialization: Delay,
    /// The time a soft reset takes. Until then registers read as zeros and ignore writes.
    pub reset: Delay,
    /// The time from setting SPND to reading it back.
    pub suspend: Delay,
}

impl Faults {
    /// The next `count` frames from the wire arrive so.
    pub fn damage_received(&mut self, count: usize, fault: ReceiveFault) {
        self.receive.extend(std::iter::repeat_n(Some(fault), count));
    }

    /// The next `count` frames to be sent end so.
    pub fn fail_transmitted(&mut self, count: usize, fault: TransmitFault) {
        self.transmit
            .extend(std::iter::repeat_n(Some(fault), count));
    }

    /// The next `left` reads of memory fail.
    pub fn fail_reads(&mut self, left: u32, error: BusError) {
        self.failing_reads = Some(FailingTransfers { left, error });
    }

    /// The next `left` writes of memory fail.
    pub fn fail_writes(&mut self, left: u32, error: BusError) {
        self.failing_writes = Some(FailingTransfers { left, error });
    }

    /// These bits of a register read as ones and zeros from now on.
    pub fn stick(&mut self, register: Register, ones: u16, zeros: u16) {
        self.stuck.push(StuckBits {
            register,
            ones,
            zeros,
        });
    }

    /// What a read of a register yields where its value is `value`.
    pub(crate) fn seen(&self, register: Register, value: u16) -> u16 {
        self.stuck
            .iter()
            .filter(|stuck| stuck.register == register)
            .fold(value, |value, stuck| (value | stuck.ones) & !stuck.zeros)
    }

    /// Whether this rising edge gets lost.
    pub(crate) fn loses_edge(&mut self) -> bool {
        match &mut self.lost_interrupts {
            Lost::None | Lost::Next(0) => false,
            Lost::Next(left) => {
                *left -= 1;
                true
            }
            Lost::All => true,
        }
    }
}

/// Something that happens to the chip by itself, rarely.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The transceiver finds the transmitter jabbering: JAB (Am79C970A, CSR4).
    Jabber,
    /// So many collisions while receiving: CSR114 counts, and sets RCVCCO when it wraps.
    ReceiveCollisions(u16),
    /// So many frames missed: MISS, CSR112 counts, and sets MFCO when it wraps.
    MissedFrames(u16),
    /// A transmission longer than the longest: BABL, where the part has it.
    Babble,
    /// The bus is not granted: MERR.
    MemoryError,
    /// No heartbeat of the transceiver: CERR.
    CollisionError,
}

impl Chip {
    /// Makes something happen.
    pub fn happen(&mut self, bus: &mut dyn Bus, event: Event) {
        match event {
            Event::Jabber => self.csr[number::FEATURES] |= csr4::JAB,
            Event::ReceiveCollisions(count) => {
                self.count_up(number::COLLISIONS, count, csr4::RCVCCO)
            }
            Event::MissedFrames(count) => {
                self.csr[number::STATUS] |= csr0::MISS;
                self.count_up(number::MISSED, count, csr4::MFCO);
            }
            Event::Babble if self.part().has_babble() => self.csr[number::STATUS] |= csr0::BABL,
            Event::Babble => {}
            Event::MemoryError => self.csr[number::STATUS] |= csr0::MERR,
            Event::CollisionError => self.csr[number::STATUS] |= csr0::CERR,
        }
        self.update_interrupt(bus);
    }

    /// A counter goes up; `overflow` of CSR4 is set when it wraps.
    pub(crate) fn count_up(&mut self, register: usize, count: u16, overflow: u16) {
        let (sum, wrapped) = self.csr[register].overflowing_add(count);
        self.csr[register] = sum;
        if wrapped {
            self.csr[number::FEATURES] |= overflow;
        }
    }

    /// A read of memory by the chip.
    pub(crate) fn dma_read(
        &mut self,
        bus: &mut dyn Bus,
        address: u32,
        into: &mut [u8],
    ) -> Result<(), BusError> {
        fails(&mut self.faults.failing_reads)?;
        bus.read(address, into)
    }

    /// A write of memory by the chip.
    pub(crate) fn dma_write(
        &mut self,
        bus: &mut dyn Bus,
        address: u32,
        bytes: &[u8],
    ) -> Result<(), BusError> {
        fails(&mut self.faults.failing_writes)?;
        bus.write(address, bytes)
    }
}

fn fails(transfers: &mut Option<FailingTransfers>) -> Result<(), BusError> {
    match transfers {
        Some(transfers) if transfers.left > 0 => {
            transfers.left -= 1;
            Err(transfers.error)
        }
        _ => Ok(()),
    }
}
