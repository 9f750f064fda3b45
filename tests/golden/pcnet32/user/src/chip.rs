// Emitted by pcnet-partition from drivers/pcnet32/src/chip.rs. Do not edit.

//! The registers (section "Register summary"), their bits, and the chips of the family.

use microdriver::{Register, Width, Wire};

/// Offset of the register address port in word I/O mode; both data ports select through it.
const RAP: u16 = 0x12;
/// Offset of the data port of the control and status registers.
const RDP: u16 = 0x10;
/// Offset of the data port of the bus configuration registers.
const BDP: u16 = 0x16;

// from drivers/pcnet32/src/chip.rs:13
/// Control and status register `index`.
pub(crate) const fn csr(index: u16) -> Register {
    Register::indexed(RAP, RDP, Width::W16, index)
}

// from drivers/pcnet32/src/chip.rs:18
/// Bus configuration register `index`.
pub(crate) const fn bcr(index: u16) -> Register {
    Register::indexed(RAP, BDP, Width::W16, index)
}

/// The address PROM: 16 bytes.
pub(crate) const PROM_BYTES: Register = Register::port(0, Width::W8);
/// The same, as 8 words.
pub(crate) const PROM_WORDS: Register = Register::port(0, Width::W16);
/// What the register address port holds.
pub(crate) const SELECTED: Register = Register::port(RAP, Width::W16);
/// Reading this resets the chip (S_RESET), which leaves it stopped.
pub(crate) const RESET: Register = Register::port(0x14, Width::W16);

/// Status.
pub(crate) const CSR0: Register = csr(0);
/// Extended control.
pub(crate) const CSR5: Register = csr(5);
/// Station address, the first of three.
pub(crate) const CSR12: Register = csr(12);
/// Mode.
pub(crate) const CSR15: Register = csr(15);
/// FIFO thresholds.
pub(crate) const CSR80: Register = csr(80);
/// Chip identity, low and high half.
pub(crate) const CSR88: Register = csr(88);
pub(crate) const CSR89: Register = csr(89);
/// Frames missed for want of a descriptor; 16 bits that wrap.
pub(crate) const CSR112: Register = csr(112);
/// Receive collision count.
pub(crate) const CSR114: Register = csr(114);

/// Miscellaneous configuration.
pub(crate) const BCR2: Register = bcr(2);
/// Link status LED, the first of four.
pub(crate) const BCR4: Register = bcr(4);
/// Full duplex.
pub(crate) const BCR9: Register = bcr(9);

pub(crate) const STOP: u32 = 0x0004;

/// CSR5: suspend, and, read back, suspended.
pub(crate) const SPND: u32 = 0x0001;

/// CSR15: promiscuous; the port (01 is 10BASE-T and 00 AUI); internal loopback.
pub(crate) const PROMISCUOUS: u16 = 0x8000;
pub(crate) const PORT: u16 = 0x0180;
pub(crate) const PORT_TWISTED_PAIR: u16 = 0x0080;
pub(crate) const INTERNAL_LOOPBACK: u16 = 0x0044;
/// CSR15: what of it the driver ever sets.
pub(crate) const MODE: u16 = PROMISCUOUS | PORT | INTERNAL_LOOPBACK;

/// CSR80: transmit start point, 2 bits.
pub(crate) const START_POINT: u32 = 0x0c00;
pub(crate) const START_POINT_SHIFT: u32 = 10;

/// BCR2: the chip selects the port by itself.
pub(crate) const ASEL: u32 = 0x0002;
/// BCR4 without a link: the two enable bits that reset leaves, and no status bit.
pub(crate) const NO_LINK: u16 = 0x00c0;
/// BCR4 to BCR7: the LED's output, inverted.
pub(crate) const LED_INVERT: u16 = 0x4000;
/// BCR9: full duplex, on AUI too.
pub(crate) const FULL_DUPLEX: u32 = 0x0003;

/// A chip of the family, as CSR88 and CSR89 name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Wire)]
pub enum Chip {
    /// PCnet-PCI
    Am79C970,
    /// PCnet-32, for the VL bus and for PCI
    Am79C965,
    /// PCnet-PCI II
    Am79C970A,
    /// PCnet-FAST
    Am79C971,
    /// PCnet-FAST+
    Am79C972,
    /// PCnet-FAST III
    Am79C973,
    /// PCnet-Home
    Am79C978,
    /// PCnet-FAST III with alert functions
    Am79C975,
    /// PCnet-PRO
    Am79C976,
}

impl Chip {
    // from drivers/pcnet32/src/chip.rs:165
    /// The chip with this part number (CSR88 and CSR89, bits 27 to 12).
    pub(crate) fn from_part(part: u16) -> Option<Self> {
        Some(match part {
            0x2420 => Chip::Am79C970,
            0x2430 => Chip::Am79C965,
            0x2621 => Chip::Am79C970A,
            0x2623 => Chip::Am79C971,
            0x2624 => Chip::Am79C972,
            0x2625 => Chip::Am79C973,
            0x2626 => Chip::Am79C978,
            0x2627 => Chip::Am79C975,
            0x2628 => Chip::Am79C976,
            _ => return None,
        })
    }

    // from drivers/pcnet32/src/chip.rs:181
    /// Its name in print.
    pub(crate) fn part_name(self) -> &'static str {
        match self {
            Chip::Am79C970 => "PCnet/PCI 79C970",
            Chip::Am79C965 => "PCnet/32 79C965",
            Chip::Am79C970A => "PCnet/PCI II 79C970A",
            Chip::Am79C971 => "PCnet/FAST 79C971",
            Chip::Am79C972 => "PCnet/FAST+ 79C972",
            Chip::Am79C973 => "PCnet/FAST III 79C973",
            Chip::Am79C978 => "PCnet/Home 79C978",
            Chip::Am79C975 => "PCnet/FAST III 79C975",
            Chip::Am79C976 => "PCnet/PRO 79C976",
        }
    }

    // from drivers/pcnet32/src/chip.rs:196
    /// Whether it has the link LED and full duplex: all since the Am79C970A.
    pub(crate) fn senses_link(self) -> bool {
        !matches!(self, Chip::Am79C970 | Chip::Am79C965)
    }

    // from drivers/pcnet32/src/chip.rs:201
    /// Whether it has AUI and 10BASE-T to choose from, and no MII.
    pub(crate) fn has_two_ports(self) -> bool {
        self == Chip::Am79C970A
    }
}
