//! The bits of the control and status registers, by register (Am79C970A, the section of each register).

/// CSR0: status and control.
pub mod csr0 {
    /// Starts reading the initialization block.
    pub const INIT: u16 = 1 << 0;
    /// Starts transmitter and receiver.
    pub const STRT: u16 = 1 << 1;
    /// Stops all activity.
    pub const STOP: u16 = 1 << 2;
    /// Looks at the transmit ring now.
    pub const TDMD: u16 = 1 << 3;
    /// The transmitter is on.
    pub const TXON: u16 = 1 << 4;
    /// The receiver is on.
    pub const RXON: u16 = 1 << 5;
    /// Causes reach the interrupt line.
    pub const IENA: u16 = 1 << 6;
    /// An unmasked cause is pending.
    pub const INTR: u16 = 1 << 7;
    /// The initialization block was read.
    pub const IDON: u16 = 1 << 8;
    /// A frame was sent, or given up.
    pub const TINT: u16 = 1 << 9;
    /// A frame was received.
    pub const RINT: u16 = 1 << 10;
    /// The bus was not granted in time.
    pub const MERR: u16 = 1 << 11;
    /// A frame was lost for want of a receive descriptor.
    pub const MISS: u16 = 1 << 12;
    /// The collision test signal did not come.
    pub const CERR: u16 = 1 << 13;
    /// A frame longer than the longest was sent.
    pub const BABL: u16 = 1 << 14;
    /// BABL, CERR, MISS or MERR.
    pub const ERR: u16 = 1 << 15;
    /// What writing a one clears.
    pub const CAUSES: u16 = BABL | CERR | MISS | MERR | RINT | TINT | IDON;
}

/// CSR3: interrupt masks and deferral control.
pub mod csr3 {
    /// Masks BABL.
    pub const BABLM: u16 = 1 << 14;
    /// Masks MISS.
    pub const MISSM: u16 = 1 << 12;
    /// Masks MERR.
    pub const MERRM: u16 = 1 << 11;
    /// Masks RINT.
    pub const RINTM: u16 = 1 << 10;
    /// Masks TINT.
    pub const TINTM: u16 = 1 << 9;
    /// Masks IDON.
    pub const IDONM: u16 = 1 << 8;
    /// An underflow does not stop the transmitter.
    pub const DXSUFLO: u16 = 1 << 6;
    /// Look-ahead packet processing.
    pub const LAPPEN: u16 = 1 << 5;
    /// Two part deferral is off.
    pub const DXMT2PD: u16 = 1 << 4;
    /// The modified back-off algorithm.
    pub const EMBA: u16 = 1 << 3;
    /// Bytes are swapped on the way to and from the FIFOs.
    pub const BSWP: u16 = 1 << 2;
}

/// CSR4: test and features control.
pub mod csr4 {
    /// Gives access to CSR124.
    pub const EN124: u16 = 1 << 15;
    /// Bursts are not cut short.
    pub const DMAPLUS: u16 = 1 << 14;
    /// The bus activity timer is on.
    pub const TIMER: u16 = 1 << 13;
    /// The transmit ring is looked at on demand only.
    pub const TXDPOLL: u16 = 1 << 12;
    /// Short frames are padded.
    pub const APAD_XMT: u16 = 1 << 11;
    /// Padding is stripped.
    pub const ASTRP_RCV: u16 = 1 << 10;
    /// The missed frame counter wrapped.
    pub const MFCO: u16 = 1 << 9;
    /// Masks MFCO.
    pub const MFCOM: u16 = 1 << 8;
    /// Raises UINT.
    pub const UINTCMD: u16 = 1 << 7;
    /// The interrupt the host asked for.
    pub const UINT: u16 = 1 << 6;
    /// The receive collision counter wrapped.
    pub const RCVCCO: u16 = 1 << 5;
    /// Masks RCVCCO.
    pub const RCVCCOM: u16 = 1 << 4;
    /// A transmission began.
    pub const TXSTRT: u16 = 1 << 3;
    /// Masks TXSTRT.
    pub const TXSTRTM: u16 = 1 << 2;
    /// The transceiver found the transmitter jabbering.
    pub const JAB: u16 = 1 << 1;
    /// Masks JAB.
    pub const JABM: u16 = 1 << 0;
    /// What writing a one clears.
    pub const CAUSES: u16 = MFCO | UINT | RCVCCO | TXSTRT | JAB;
}

/// CSR5: extended control and interrupts.
pub mod csr5 {
    /// A frame sent well does not set TINT.
    pub const TOKINTD: u16 = 1 << 15;
    /// The LTINT bit of a descriptor decides on TINT.
    pub const LTINTEN: u16 = 1 << 14;
    /// A bus master transfer was aborted.
    pub const SINT: u16 = 1 << 11;
    /// Enables SINT.
    pub const SINTE: u16 = 1 << 10;
    /// The chip left sleep.
    pub const SLPINT: u16 = 1 << 9;
    /// Enables SLPINT.
    pub const SLPINTE: u16 = 1 << 8;
    /// The transmitter deferred for too long.
    pub const EXDINT: u16 = 1 << 7;
    /// Enables EXDINT.
    pub const EXDINTE: u16 = 1 << 6;
    /// A magic packet may be addressed to the logical address filter.
    pub const MPPLBA: u16 = 1 << 5;
    /// A magic packet came.
    pub const MPINT: u16 = 1 << 4;
    /// Enables MPINT.
    pub const MPINTE: u16 = 1 << 3;
    /// Magic packet mode begins with SPND or the SLEEP pin.
    pub const MPEN: u16 = 1 << 2;
    /// Magic packet mode.
    pub const MPMODE: u16 = 1 << 1;
    /// Suspend; read back, suspended.
    pub const SPND: u16 = 1 << 0;
    /// What writing a one clears.
    pub const CAUSES: u16 = SINT | SLPINT | EXDINT | MPINT;
}

/// CSR15: mode.
pub mod csr15 {
    /// Receives everything.
    pub const PROM: u16 = 1 << 15;
    /// Receives no broadcast.
    pub const DRCVBC: u16 = 1 << 14;
    /// Receives nothing by physical address.
    pub const DRCVPA: u16 = 1 << 13;
    /// Takes the link for up.
    pub const DLNKTST: u16 = 1 << 12;
    /// Does not correct polarity.
    pub const DAPC: u16 = 1 << 11;
    /// Loopback bypasses the Manchester encoder.
    pub const MENDECL: u16 = 1 << 10;
    /// Low receive threshold, or transmit mode select on the AUI.
    pub const LRT: u16 = 1 << 9;
    /// The port: 0 is the AUI, 1 10BASE-T, 2 GPSI, 3 the MII.
    pub const PORTSEL: u16 = 3 << 7;
    /// Loopback inside the chip.
    pub const INTL: u16 = 1 << 6;
    /// One attempt only.
    pub const DRTY: u16 = 1 << 5;
    /// Forces a collision.
    pub const FCOLL: u16 = 1 << 4;
    /// No FCS is made.
    pub const DXMTFCS: u16 = 1 << 3;
    /// Loopback.
    pub const LOOP: u16 = 1 << 2;
    /// No transmitter.
    pub const DTX: u16 = 1 << 1;
    /// No receiver.
    pub const DRX: u16 = 1 << 0;
}

/// CSR7: extended control and interrupts, of parts with an MII (Am79C971, CSR7).
pub mod csr7 {
    /// A management read found nobody.
    pub const MREINT: u16 = 1 << 9;
    /// What writing a one clears: STINT, MREINT, MAPINT, MCCINT, MCCIINT and MIIPDTINT.
    pub const CAUSES: u16 = 0x0aaa;
}
