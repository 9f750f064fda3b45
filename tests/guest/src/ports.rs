//! The I/O ports of a card, behind its driver's back: to mark places in the emulator's trace of its
//! registers, and to reset its chip.

use std::fs::File;
use std::os::unix::fs::FileExt;

use anyhow::{Context, Result};

/// Reading this port resets the chip, in word I/O mode (Am79C970A, section "I/O Resources").
const RESET: u64 = 0x14;

/// A mark is this byte of the address PROM, read twice: no driver does that, and a read changes nothing.
/// Three bytes follow, whose places are the digits of the mark's number.
const MARK: u64 = 15;

/// The ports of one card.
#[derive(Debug)]
pub(crate) struct Ports(File);

impl Ports {
    /// Opens the ports of the card at a PCI address. They answer from when its driver has enabled it.
    pub(crate) fn open(address: &str) -> Result<Self> {
        let path = format!("/sys/bus/pci/devices/{address}/resource0");
        let file = File::options().read(true).open(&path);
        Ok(Self(file.with_context(|| format!("open {path}"))?))
    }

    /// Leaves a mark in the trace.
    pub(crate) fn mark(&self, number: usize) -> Result<()> {
        let digits = [number >> 8 & 0xf, number >> 4 & 0xf, number & 0xf];
        for place in [MARK, MARK].into_iter().chain(digits.map(|d| d as u64)) {
            let mut byte = [0];
            self.0
                .read_exact_at(&mut byte, place)
                .context("read a port")?;
        }
        Ok(())
    }

    /// Resets the chip as software may (section "S_RESET"), which leaves it stopped, and its driver
    /// without a notice. Setting STOP would do for a real chip; the emulator's goes on to send.
    pub(crate) fn reset_chip(&self) -> Result<()> {
        let mut word = [0; 2];
        self.0
            .read_exact_at(&mut word, RESET)
            .context("read a port")
    }
}
