//! The bits of registers that the known differences are about (Am79C970A, the sections of the registers).

/// CSRs that count entries of a ring, in two's complement in the model (Am79C970A, CSR72, CSR74, CSR76, CSR78).
pub(crate) const COUNTERS: [u16; 4] = [72, 74, 76, 78];
/// CSRs with the base of a ring (Am79C970A, CSR24, CSR25, CSR30, CSR31).
pub(crate) const BASES: [u16; 4] = [24, 25, 30, 31];

/// CSR0: initialize, start, stopped, transmit demand.
pub(crate) const INIT: u32 = 1 << 0;
pub(crate) const STRT: u32 = 1 << 1;
pub(crate) const STOP: u16 = 1 << 2;
pub(crate) const TXON: u16 = 1 << 4;
pub(crate) const TDMD: u32 = 1 << 3;
/// CSR15: loopback, which is internal with the other one.
pub(crate) const LOOP: u16 = 1 << 2;
pub(crate) const INTL: u16 = 1 << 6;
/// CSR15: everything is received; the host makes the FCS.
pub(crate) const PROM: u16 = 1 << 15;
pub(crate) const DXMTFCS: u32 = 1 << 3;
/// BCR9: full duplex on the AUI.
pub(crate) const AUIFD: u32 = 1 << 1;
/// BCR18: the ports are 32 bits wide.
pub(crate) const DWIO: u32 = 1 << 7;
/// BCR2: the port is chosen by the chip.
pub(crate) const ASEL: u32 = 1 << 1;
/// CSR15: no receiver; no transmitter; collisions; the link is taken for up.
pub(crate) const DRX: u32 = 1 << 0;
pub(crate) const DTX: u32 = 1 << 1;
pub(crate) const FCOLL: u32 = 1 << 4;
pub(crate) const DLNKTST: u32 = 1 << 12;
/// What known differences keep out of the mode.
pub(crate) const KEPT_OUT_OF_MODE: u16 = (DXMTFCS | DTX | FCOLL | DLNKTST) as u16;
/// CSR5: descriptors say whether there is an interrupt.
pub(crate) const LTINTEN: u32 = 1 << 14;
/// CSR5: no interrupt for a frame that was sent well.
pub(crate) const TOKINTD: u32 = 1 << 15;
/// CSR4: TXSTRT causes no interrupt.
pub(crate) const TXSTRTM: u32 = 1 << 2;
/// CSR4: frames from the wire lose padding.
pub(crate) const ASTRP_RCV: u32 = 1 << 10;
/// CSR4: short frames are padded.
pub(crate) const APAD_XMT: u32 = 1 << 11;
/// CSR4: the transmit ring is looked at on demand only.
pub(crate) const TXDPOLL: u16 = 1 << 12;
/// CSR4: an interrupt for the host's own purposes.
pub(crate) const UINTCMD: u32 = 1 << 7;
