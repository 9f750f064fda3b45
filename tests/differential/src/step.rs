//! What a sequence is made of, and how it is printed.

use std::fmt;

use pcnet_model::Width;

use crate::sequence;
use crate::side::Space;

/// One step. What depends on the state of the chip (the width of accesses, the next descriptor) is taken from the model
/// when the step is done, so that a sequence keeps its sense when steps before it are left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Reads the window at any offset.
    Read(Space, u16, Width),
    /// Writes to the window at any offset.
    Write(Space, u16, Width, u32),
    /// Reads a control and status register.
    ReadCsr(u16),
    /// Writes a control and status register.
    WriteCsr(u16, u16),
    /// Reads a bus configuration register.
    ReadBcr(u16),
    /// Writes a bus configuration register.
    WriteBcr(u16, u16),
    /// Stops the chip, puts a block and rings into memory and tells the chip where; does not initialize it.
    Setup(Setup),
    /// Puts frames into the transmit ring, from the current descriptor on.
    Send(Vec<Outgoing>, Demand),
    /// Gives so many receive descriptors (from the current one on) to the chip, with buffers of this size.
    Refill(u16, u16),
    /// Stores a word in the arena.
    Poke(u16, u16),
    /// A frame from the wire.
    Frame(Frame),
    /// Time passes.
    Elapse,
    /// Plugs or pulls the cable.
    Link(bool),
    /// Reads the reset register.
    SoftReset,
    /// Resets the machine.
    HardReset,
}

/// Whether the chip is told at once that there is something to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Demand {
    /// TDMD is written.
    Now,
    /// The chip has to find out.
    Poll,
}

/// The initialization block and the rings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setup {
    /// SWSTYLE of BCR20.
    pub style: u8,
    /// MODE.
    pub mode: u16,
    /// RLEN and TLEN: logarithms to the base 2.
    pub lengths: (u8, u8),
    /// PADR.
    pub address: [u8; 6],
    /// LADRF.
    pub filter: u64,
    /// So many receive descriptors belong to the chip, with buffers of this size.
    pub receive: (u16, u16),
}

/// Whom a frame is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Destination {
    /// The station.
    Own,
    /// Everybody.
    Broadcast,
    /// A group.
    Group(u8),
    /// Another station.
    Other,
}

/// A frame from the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame {
    /// Whom it is for.
    pub to: Destination,
    /// Its length without FCS.
    pub length: u16,
    /// Its type or length field.
    pub kind: u16,
    /// What the rest is made of.
    pub seed: u8,
}

/// A frame in the transmit ring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// The frame as a whole: what lies in the buffers.
    pub frame: Frame,
    /// Its pieces but the last: so many bytes each.
    pub pieces: Vec<u16>,
    /// Flags for its descriptors beside OWN, STP and ENP: those of bits 31 to 16 of the 32-bit TMD1.
    pub flags: u16,
}

impl Destination {
    /// The address.
    #[must_use]
    pub fn address(self) -> [u8; 6] {
        match self {
            Destination::Own => STATION,
            Destination::Broadcast => [0xff; 6],
            Destination::Group(number) => [0x01, 0x00, 0x5e, 0x00, 0x00, number],
            Destination::Other => [0x52, 0x54, 0x00, 0x12, 0x34, 0x99],
        }
    }
}

/// The address of the card.
pub const STATION: [u8; 6] = [0x52, 0x54, 0x00, 0x12, 0x34, 0x56];

impl Frame {
    /// The bytes, without FCS; with the last four of them made for one.
    #[must_use]
    pub fn bytes(&self, fcs: Option<[u8; 4]>) -> Vec<u8> {
        let mut bytes = self.to.address().to_vec();
        bytes.extend([0x52, 0x54, 0x00, 0xaa, 0xbb, 0xcc]);
        bytes.extend(self.kind.to_be_bytes());
        let pattern = |at: u16| self.seed.wrapping_add((at as u8).wrapping_mul(7));
        bytes.extend((0..self.length).map(pattern));
        bytes.truncate(usize::from(self.length));
        if let Some(fcs) = fcs {
            sequence::force(&mut bytes, fcs);
        }
        bytes
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Step::Read(space, offset, width) => {
                write!(f, "read {} bytes at {offset:#04x} ({space})", width.bytes())
            }
            Step::Write(space, offset, width, value) => {
                let digits = 2 + 2 * width.bytes();
                write!(f, "write {value:#0digits$x} at {offset:#04x} ({space})")
            }
            Step::ReadCsr(index) => write!(f, "read CSR{index}"),
            Step::WriteCsr(index, value) => write!(f, "write CSR{index} = {value:#06x}"),
            Step::ReadBcr(index) => write!(f, "read BCR{index}"),
            Step::WriteBcr(index, value) => write!(f, "write BCR{index} = {value:#06x}"),
            Step::Setup(setup) => write!(f, "set up {setup}"),
            Step::Send(frames, demand) => {
                let demand = match demand {
                    Demand::Now => "and demand it",
                    Demand::Poll => "and leave it there",
                };
                write!(f, "transmit")?;
                for frame in frames {
                    write!(f, " [{frame}]")?;
                }
                write!(f, " {demand}")
            }
            Step::Refill(count, size) => {
                write!(
                    f,
                    "refill {count} receive descriptors with {size} bytes each"
                )
            }
            Step::Poke(offset, value) => write!(f, "store {value:#06x} at arena + {offset:#06x}"),
            Step::Frame(frame) => write!(f, "frame from the wire: {frame}"),
            Step::Elapse => write!(f, "let time pass"),
            Step::Link(up) => write!(f, "link {}", if *up { "up" } else { "down" }),
            Step::SoftReset => write!(f, "read the reset register"),
            Step::HardReset => write!(f, "reset the machine"),
        }
    }
}

impl fmt::Display for Space {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Space::Ports => "ports",
            Space::Memory => "memory",
        })
    }
}

impl fmt::Display for Setup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "style {}, mode {:#06x}, rings 2^{} and 2^{}, address {:02x?}, filter {:#018x}, {} receive buffers of {} bytes",
            self.style,
            self.mode,
            self.lengths.0,
            self.lengths.1,
            self.address,
            self.filter,
            self.receive.0,
            self.receive.1
        )
    }
}

impl fmt::Display for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?}, {} bytes, type {:#06x}, seed {}",
            self.to, self.length, self.kind, self.seed
        )
    }
}

impl fmt::Display for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.frame)?;
        if !self.pieces.is_empty() {
            write!(f, ", pieces {:?} and the rest", self.pieces)?;
        }
        if self.flags != 0 {
            write!(f, ", flags {:#06x}", self.flags)?;
        }
        Ok(())
    }
}
