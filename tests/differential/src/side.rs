//! What the two sides of a comparison have in common.

use anyhow::Result;
use pcnet_model::Width;

/// Where a register is accessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Space {
    /// Through the first window, with port accesses.
    Ports,
    /// Through the second window, with memory accesses.
    Memory,
}

/// What a card did that nobody asked for with a read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Events {
    /// Changes of the interrupt line: did it go up?
    pub(crate) edges: Vec<bool>,
    /// Frames that were sent, without FCS.
    pub(crate) frames: Vec<Vec<u8>>,
}

/// A card in a machine that stands still between any two calls.
pub(crate) trait Side {
    /// Resets the machine, and makes the card accessible again.
    fn reset(&mut self) -> Result<()>;
    /// Reads a register.
    fn read(&mut self, space: Space, offset: u16, width: Width) -> Result<u32>;
    /// Writes a register.
    fn write(&mut self, space: Space, offset: u16, width: Width, value: u32) -> Result<()>;
    /// A frame comes from the wire, and time passes.
    fn receive(&mut self, frame: &[u8]) -> Result<()>;
    /// Time passes: long enough for the chip to look at its rings.
    fn elapse(&mut self) -> Result<()>;
    /// Plugs or pulls the cable.
    fn set_link(&mut self, up: bool) -> Result<()>;
    /// Stores bytes in memory, as the processor does.
    fn store(&mut self, address: u32, bytes: &[u8]) -> Result<()>;
    /// Reads memory.
    fn load(&mut self, address: u32, into: &mut [u8]) -> Result<()>;
    /// What happened since the last call.
    fn events(&mut self) -> Result<Events>;
}
