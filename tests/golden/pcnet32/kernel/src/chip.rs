// Emitted by pcnet-partition from drivers/pcnet32/src/chip.rs. Do not edit.

//! The registers (section "Register summary") and their bits, and what the user half may touch.

use microdriver::{Grant, Register, Width};

/// Offsets of the ports in word I/O mode (WIO) and in double-word I/O mode (DWIO). The register
/// address port: both data ports select through it.
const RAP: u16 = 0x12;
const RAP_WIDE: u16 = 0x14;
/// The data port of the control and status registers.
const RDP: u16 = 0x10;
/// The data port of the bus configuration registers.
const BDP: u16 = 0x16;
const BDP_WIDE: u16 = 0x1c;
/// The reset port.
const RESETS: u16 = 0x14;
const RESETS_WIDE: u16 = 0x18;

// from drivers/pcnet32/src/chip.rs:19
/// Control and status register `index`.
pub(crate) const fn csr(index: u16) -> Register {
    Register::indexed(RAP, RDP, Width::W16, index).or_wide(RAP_WIDE, RDP)
}

// from drivers/pcnet32/src/chip.rs:24
/// Bus configuration register `index`.
pub(crate) const fn bcr(index: u16) -> Register {
    Register::indexed(RAP, BDP, Width::W16, index).or_wide(RAP_WIDE, BDP_WIDE)
}

/// The address PROM: 8 words, or 4 double words, as the mode has it.
pub(crate) const PROM_WORDS: Register = Register::port(0, Width::W16);
pub(crate) const PROM_DOUBLE_WORDS: Register = Register::port(0, Width::W32);
/// What the register address port holds.
pub(crate) const SELECTED: Register = Register::port(RAP, Width::W16).or_wide_port(RAP_WIDE);
/// Reading this resets the chip (S_RESET), which leaves it stopped.
pub(crate) const RESET: Register = Register::port(RESETS, Width::W16).or_wide_port(RESETS_WIDE);
/// A write of this puts a chip that has just had power into double-word I/O mode.
pub(crate) const WIDEN: Register = Register::port(RDP, Width::W32);

/// Status.
pub(crate) const CSR0: Register = csr(0);
/// Address of the initialization block, low and high half.
pub(crate) const CSR1: Register = csr(1);
pub(crate) const CSR2: Register = csr(2);
/// Interrupt masks.
pub(crate) const CSR3: Register = csr(3);
/// Features.
pub(crate) const CSR4: Register = csr(4);
/// Extended control.
pub(crate) const CSR5: Register = csr(5);
/// Logical address filter, the first of four.
pub(crate) const CSR8: Register = csr(8);
/// Mode.
pub(crate) const CSR15: Register = csr(15);
/// FIFO thresholds.
pub(crate) const CSR80: Register = csr(80);
/// Frames missed for want of a descriptor; 16 bits that wrap.
pub(crate) const CSR112: Register = csr(112);
/// Test and general purpose serial interface.
pub(crate) const CSR124: Register = csr(124);

/// Miscellaneous configuration.
pub(crate) const BCR2: Register = bcr(2);
/// Link status LED, the first of four.
pub(crate) const BCR4: Register = bcr(4);
/// Full duplex.
pub(crate) const BCR9: Register = bcr(9);
/// Burst and bus control.
pub(crate) const BCR18: Register = bcr(18);
/// Software style.
pub(crate) const BCR20: Register = bcr(20);
/// Size of the chip's own memory, and where its receive part begins, both in pages of 512 bytes.
pub(crate) const BCR25: Register = bcr(25);
pub(crate) const BCR26: Register = bcr(26);
/// How the chip manages its PHY.
pub(crate) const BCR32: Register = bcr(32);
/// Which register of which PHY BCR34 stands for.
pub(crate) const BCR33: Register = bcr(33);
pub(crate) const BCR34: Register = bcr(34);
/// Which of its PHYs the Am79C978 uses.
pub(crate) const BCR49: Register = bcr(49);

/// What every register reads as when the card is gone; CSR0 never has all its bits set.
pub(crate) const GONE: u32 = 0xffff;
/// CSR0: commands, and causes of interrupts, which writing a one clears.
pub(crate) const INIT: u32 = 0x0001;
pub(crate) const STRT: u32 = 0x0002;
pub(crate) const STOP: u32 = 0x0004;
pub(crate) const TDMD: u32 = 0x0008;
pub(crate) const IENA: u32 = 0x0040;
pub(crate) const INTR: u32 = 0x0080;
pub(crate) const IDON: u32 = 0x0100;
pub(crate) const MERR: u32 = 0x0800;
pub(crate) const MISS: u32 = 0x1000;
pub(crate) const BABL: u32 = 0x4000;
/// Every cause, BABL to IDON.
pub(crate) const CAUSES: u32 = 0x7f00;

/// CSR3: no interrupt but through here.
pub(crate) const MASK_ALL: u32 = 0x5f00;
pub(crate) const MASK_NONE: u32 = 0;

/// CSR4: short frames are padded on transmission; the counters' and the jabber interrupts are off.
pub(crate) const FEATURES: u32 = 0x0915;

/// CSR4: CSR124 can be written.
pub(crate) const OPEN_CSR124: u32 = 0x8000;

/// CSR5: suspend, and, read back, suspended.
pub(crate) const SPND: u32 = 0x0001;

/// CSR15: promiscuous; the port; internal loopback.
pub(crate) const PROMISCUOUS: u16 = 0x8000;
pub(crate) const PORT: u16 = 0x0180;
pub(crate) const INTERNAL_LOOPBACK: u16 = 0x0044;
/// CSR15: what of it the driver ever sets.
pub(crate) const MODE: u16 = PROMISCUOUS | PORT | INTERNAL_LOOPBACK;

/// CSR80: transmit start point, 2 bits.
pub(crate) const START_POINT: u32 = 0x0c00;

/// CSR124: the general purpose serial interface takes the place of the port's pins.
pub(crate) const SERIAL_PINS: u32 = 0x0010;

/// BCR2: the LED registers can be written.
pub(crate) const LEDPE: u32 = 0x1000;
/// BCR2: the chip selects the port by itself.
pub(crate) const ASEL: u32 = 0x0002;
/// BCR9: full duplex, and on AUI too.
pub(crate) const FULL_DUPLEX: u32 = 0x0001;
pub(crate) const FULL_DUPLEX_AUI: u32 = 0x0002;
/// BCR18: bursts in both directions; a frame is sent once the chip has all of it.
pub(crate) const BURSTS: u32 = 0x0060;
pub(crate) const WHOLE_FRAMES: u32 = 0x0800;
/// BCR20: descriptors and initialization block of 32 bits (style 2), or of 16 as after power-up.
pub(crate) const STYLE_32_BIT: u32 = 2;
pub(crate) const STYLE_16_BIT: u32 = 0;
/// BCR32: internal loopback before the PHY; 100 Mbit/s, full duplex and negotiation, as the chip sets
/// its PHY up; and that it does not do so by itself.
pub(crate) const PHY_LOOPBACK: u32 = 0x0002;
pub(crate) const PHY_100: u32 = 0x0008;
pub(crate) const PHY_FULL_DUPLEX: u32 = 0x0010;
pub(crate) const PHY_NEGOTIATE: u32 = 0x0020;
pub(crate) const PHY_BY_HAND: u32 = 0x0080;
/// BCR32: the last four.
pub(crate) const PHY_MANAGEMENT: u32 = PHY_100 | PHY_FULL_DUPLEX | PHY_NEGOTIATE | PHY_BY_HAND;
/// BCR49: which PHY: 10BASE-T, or the one for telephone wires.
pub(crate) const PHY_SELECT: u32 = 0x0003;

/// What configuration and diagnostics need. Not among it: the commands of CSR0, and everything that
/// holds an address or says how memory is laid out (CSR1, CSR2, CSR16 to CSR47, CSR58, BCR20).
/// BCR30 is left out because reading it hangs the Am79C976.
pub(crate) const GRANTS: &[Grant] = &[
    Grant::read(PROM_WORDS, 14),
    Grant::read(PROM_DOUBLE_WORDS, 12),
    Grant::read(SELECTED, RAP),
    Grant::read(RESET, RESETS),
    Grant::read(CSR0, 114),
    Grant::read(bcr(0), 29),
    Grant::read(bcr(31), 35),
    Grant::write_bits(CSR4, OPEN_CSR124),
    Grant::write_bits(CSR5, SPND),
    Grant::write(CSR8, 11),
    Grant::write_bits(CSR15, MODE as u32),
    Grant::write_bits(CSR80, START_POINT),
    Grant::write_bits(CSR124, SERIAL_PINS),
    Grant::write_bits(BCR2, ASEL),
    Grant::write(BCR4, 7),
    Grant::write_bits(BCR9, FULL_DUPLEX | FULL_DUPLEX_AUI),
    Grant::write_bits(BCR18, BURSTS | WHOLE_FRAMES),
    Grant::write(BCR25, 26),
    Grant::write_bits(BCR32, PHY_MANAGEMENT),
    Grant::write(BCR33, 34),
    Grant::write_bits(BCR49, PHY_SELECT),
];
