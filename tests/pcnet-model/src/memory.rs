//! A machine for tests: some memory, and a record of what the chip did to the interrupt line and the wire.

use crate::bus::{Bus, BusError};

/// Memory from address 0 up.
#[derive(Debug, Clone)]
pub struct Ram {
    bytes: Vec<u8>,
    /// The level of the interrupt line.
    pub interrupt: bool,
    /// Every edge of the interrupt line, oldest first.
    pub edges: Vec<bool>,
    /// Every frame that was sent, oldest first.
    pub sent: Vec<Vec<u8>>,
    /// Every write of the bus master: address and bytes, oldest first.
    pub writes: Vec<(u32, Vec<u8>)>,
    /// What transfers beyond the memory fail with: an abort, at first.
    pub beyond: BusError,
    /// What transfers fail with; none fails while this is `None`.
    pub failing: Option<BusError>,
}

impl Ram {
    /// So many zero bytes.
    #[must_use]
    pub fn new(size: usize) -> Ram {
        Ram {
            bytes: vec![0; size],
            interrupt: false,
            edges: Vec::new(),
            sent: Vec::new(),
            writes: Vec::new(),
            beyond: BusError::Abort,
            failing: None,
        }
    }

    /// The bytes at an address, as the processor sees them.
    ///
    /// # Panics
    /// Beyond the end.
    #[must_use]
    pub fn at(&self, address: u32, length: usize) -> &[u8] {
        &self.bytes[address as usize..][..length]
    }

    /// Stores bytes, as the processor does.
    ///
    /// # Panics
    /// Beyond the end.
    pub fn store(&mut self, address: u32, bytes: &[u8]) {
        self.bytes[address as usize..][..bytes.len()].copy_from_slice(bytes);
    }

    /// A little-endian word of 32 bits.
    ///
    /// # Panics
    /// Beyond the end.
    #[must_use]
    pub fn word(&self, address: u32) -> u32 {
        u32::from_le_bytes(self.at(address, 4).try_into().expect("four bytes"))
    }

    /// Stores a little-endian word of 32 bits.
    ///
    /// # Panics
    /// Beyond the end.
    pub fn store_word(&mut self, address: u32, value: u32) {
        self.store(address, &value.to_le_bytes());
    }

    fn range(&self, address: u32, length: usize) -> Result<std::ops::Range<usize>, BusError> {
        if let Some(error) = self.failing {
            return Err(error);
        }
        let start = address as usize;
        let end = start.checked_add(length).ok_or(self.beyond)?;
        if end > self.bytes.len() {
            Err(self.beyond)
        } else {
            Ok(start..end)
        }
    }
}

impl Bus for Ram {
    fn read(&mut self, address: u32, into: &mut [u8]) -> Result<(), BusError> {
        let range = self.range(address, into.len())?;
        into.copy_from_slice(&self.bytes[range]);
        Ok(())
    }

    fn write(&mut self, address: u32, bytes: &[u8]) -> Result<(), BusError> {
        let range = self.range(address, bytes.len())?;
        self.bytes[range].copy_from_slice(bytes);
        self.writes.push((address, bytes.to_vec()));
        Ok(())
    }

    fn set_interrupt(&mut self, asserted: bool) {
        self.interrupt = asserted;
        self.edges.push(asserted);
    }

    fn transmit(&mut self, frame: &[u8]) {
        self.sent.push(frame.to_vec());
    }
}
