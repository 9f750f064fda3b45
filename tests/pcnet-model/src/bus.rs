//! What the chip sees of the machine.

/// The machine around the chip: memory, the interrupt line and the wire.
///
/// No method may call back into the chip that called it.
pub trait Bus {
    /// Reads memory as a bus master. A word of a descriptor is one call of 2 or 4 bytes.
    ///
    /// # Errors
    /// Whatever ends the transfer on a real bus; `into` is then not looked at.
    fn read(&mut self, address: u32, into: &mut [u8]) -> Result<(), BusError>;

    /// Writes memory as a bus master. A word of a descriptor is one call of 2 or 4 bytes.
    ///
    /// # Errors
    /// Whatever ends the transfer on a real bus.
    fn write(&mut self, address: u32, bytes: &[u8]) -> Result<(), BusError>;

    /// The level of INTA#, told when it changes.
    fn set_interrupt(&mut self, asserted: bool);

    /// A whole frame onto the wire, without its frame check sequence.
    fn transmit(&mut self, frame: &[u8]);
}

/// How a transfer of the bus master failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BusError {
    /// The bus was not granted in time: MERR, and the chip tries again later (Am79C970A, CSR0: MERR).
    Timeout,
    /// Nobody answered, or the target aborted: the chip stops and sets SINT (Am79C970A, CSR5: SINT).
    Abort,
}

/// The width of a register access.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Width {
    /// A byte.
    W8,
    /// 16 bits.
    W16,
    /// 32 bits.
    W32,
}

impl Width {
    /// A value of this width with all bits set: what an access reads that nothing answers.
    #[must_use]
    pub const fn ones(self) -> u32 {
        match self {
            Width::W8 => 0xff,
            Width::W16 => 0xffff,
            Width::W32 => 0xffff_ffff,
        }
    }

    /// In bytes.
    #[must_use]
    pub const fn bytes(self) -> usize {
        match self {
            Width::W8 => 1,
            Width::W16 => 2,
            Width::W32 => 4,
        }
    }
}
