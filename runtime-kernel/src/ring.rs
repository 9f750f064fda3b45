//! Index arithmetic of descriptor rings: free-running producer and consumer counts.

use partitioner_macros::kernel_only;

/// How far the producer and the consumer of a ring are. The counts run freely and wrap; a ring
/// position is a count modulo the ring's size.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[kernel_only]
pub struct RingIndex {
    /// Entries ever produced.
    pub produced: u32,
    /// Entries ever consumed.
    pub consumed: u32,
}

impl RingIndex {
    /// Entries that are produced and not yet consumed.
    #[inline]
    pub fn used(&self) -> u32 {
        self.produced.wrapping_sub(self.consumed)
    }

    /// Counts one produced.
    #[inline]
    pub fn produce(&mut self) {
        self.produced = self.produced.wrapping_add(1);
    }

    /// Counts one consumed.
    #[inline]
    pub fn consume(&mut self) {
        self.consumed = self.consumed.wrapping_add(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_wrap() {
        let mut index = RingIndex {
            produced: u32::MAX,
            consumed: u32::MAX,
        };
        index.produce();
        assert_eq!((index.used(), index.produced), (1, 0));
        index.consume();
        assert_eq!(index.used(), 0);
    }
}
