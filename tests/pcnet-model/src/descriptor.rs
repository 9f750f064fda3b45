//! The layouts of transmit and receive descriptors (Am79C970A, Receive descriptors, Transmit descriptors; BCR20).
//!
//! The upper byte of flags has the same bits in every style, so both kinds are read into one form with the flags as
//! bits 31 to 16 of the 32-bit RMD1 and TMD1.

use crate::bus::{Bus, BusError};
use crate::chip::Chip;

/// Flags in common.
pub(crate) const OWN: u16 = 1 << 15;
pub(crate) const ERR: u16 = 1 << 14;
pub(crate) const STP: u16 = 1 << 9;
pub(crate) const ENP: u16 = 1 << 8;

/// Flags of receive descriptors.
pub(crate) mod receive {
    pub(crate) const FRAM: u16 = 1 << 13;
    pub(crate) const OFLO: u16 = 1 << 12;
    pub(crate) const CRC: u16 = 1 << 11;
    pub(crate) const BUFF: u16 = 1 << 10;
    /// The matches are there in the 32-bit styles only.
    pub(crate) const PAM: u16 = 1 << 6;
    pub(crate) const LAFM: u16 = 1 << 5;
    pub(crate) const BAM: u16 = 1 << 4;
}

/// Flags of transmit descriptors.
pub(crate) mod transmit {
    pub(crate) const ADD_FCS: u16 = 1 << 13;
    pub(crate) const MORE: u16 = 1 << 12;
    pub(crate) const ONE: u16 = 1 << 11;
    pub(crate) const DEF: u16 = 1 << 10;
    /// The upper half of TMD2, or TMD3 in style 0.
    pub(crate) const BUFF: u16 = 1 << 15;
    pub(crate) const UFLO: u16 = 1 << 14;
    pub(crate) const EXDEF: u16 = 1 << 13;
    pub(crate) const LCOL: u16 = 1 << 12;
    pub(crate) const LCAR: u16 = 1 << 11;
    pub(crate) const RTRY: u16 = 1 << 10;
}

/// The software style, BCR20 bits 7 to 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// Styles 0: 8 bytes, addresses of 24 bits, as the LANCE.
    Narrow,
    /// Styles 1 and 2: 16 bytes, as the ILACC and the PCnet.
    Wide,
    /// Style 3: as 2, the buffer address moved to the third word.
    Reordered,
}

impl Style {
    pub(crate) const fn of(software_style: u16) -> Style {
        match software_style & 0xff {
            1 | 2 => Style::Wide,
            3 => Style::Reordered,
            _ => Style::Narrow,
        }
    }

    /// Bytes of a descriptor.
    pub(crate) const fn size(self) -> u32 {
        match self {
            Style::Narrow => 8,
            Style::Wide | Style::Reordered => 16,
        }
    }

    /// Offset of the word that holds the buffer address.
    const fn address_word(self) -> u32 {
        match self {
            Style::Narrow | Style::Wide => 0,
            Style::Reordered => 8,
        }
    }

    /// Offset of the word that holds the message count or the transmit errors.
    const fn result_word(self) -> u32 {
        match self {
            Style::Narrow => 6,
            Style::Wide => 8,
            Style::Reordered => 0,
        }
    }
}

/// What the chip reads of a descriptor, of either kind.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Descriptor {
    /// Where it is.
    pub(crate) at: u32,
    pub(crate) flags: u16,
    pub(crate) buffer: u32,
    /// Bytes of the buffer: 1 to 4096.
    pub(crate) length: usize,
    /// The rest of the word of the flags, written back as it was.
    rest: u16,
}

impl Descriptor {
    pub(crate) fn owned(&self) -> bool {
        self.flags & OWN != 0
    }
}

/// BCNT is the two's complement of the length, in 12 bits.
fn buffer_length(count: u16) -> usize {
    0x1000 - usize::from(count & 0x0fff)
}

impl Chip {
    pub(crate) fn read_descriptor(
        &mut self,
        bus: &mut dyn Bus,
        at: u32,
    ) -> Result<Descriptor, BusError> {
        let style = self.style();
        if style == Style::Narrow {
            let flags = self.read_word(bus, at.wrapping_add(2))?;
            let low = self.read_word(bus, at)?;
            let count = self.read_word(bus, at.wrapping_add(4))?;
            let buffer = self.full_address(u32::from(low) | u32::from(flags & 0xff) << 16);
            self.check_descriptor(at, flags, count);
            return Ok(Descriptor {
                at,
                flags: flags & 0xff00,
                buffer,
                length: buffer_length(count),
                rest: flags & 0xff,
            });
        }
        let word = self.read_double(bus, at.wrapping_add(4))?;
        let buffer = self.read_double(bus, at.wrapping_add(style.address_word()))?;
        let rest = word as u16;
        self.check_descriptor(at, (word >> 16) as u16, rest);
        Ok(Descriptor {
            at,
            flags: (word >> 16) as u16,
            buffer,
            length: buffer_length(rest),
            rest,
        })
    }

    /// Writes the flags back; clearing OWN in them hands the descriptor to the host, so this comes last.
    pub(crate) fn write_flags(
        &mut self,
        bus: &mut dyn Bus,
        of: &Descriptor,
        flags: u16,
    ) -> Result<(), BusError> {
        if self.style() == Style::Narrow {
            // The matches of the 32-bit styles have no place here: the low byte is the buffer's address.
            return self.dma_write(
                bus,
                of.at.wrapping_add(2),
                &(flags & 0xff00 | of.rest).to_le_bytes(),
            );
        }
        let word = u32::from(flags) << 16 | u32::from(of.rest);
        self.dma_write(bus, of.at.wrapping_add(4), &word.to_le_bytes())
    }

    /// Whether the software style is the ILACC's.
    pub(crate) fn acts_as_ilacc(&self) -> bool {
        self.bcr[crate::bcr::number::SOFTWARE_STYLE] & 0xff == 1
    }

    /// Clears the length of a buffer, as some chips do.
    pub(crate) fn clear_length(
        &mut self,
        bus: &mut dyn Bus,
        of: &mut Descriptor,
    ) -> Result<(), BusError> {
        if self.style() == Style::Narrow {
            return self.dma_write(bus, of.at.wrapping_add(4), &[0, 0]);
        }
        // In the wide styles the length shares its word with the flags, which are written next.
        of.rest = 0;
        Ok(())
    }

    /// Writes the message count of a receive descriptor.
    pub(crate) fn write_message_count(
        &mut self,
        bus: &mut dyn Bus,
        of: &Descriptor,
        count: usize,
    ) -> Result<(), BusError> {
        let count = (count & 0x0fff) as u16;
        let at = of.at.wrapping_add(self.style().result_word());
        match self.style() {
            Style::Narrow => self.dma_write(bus, at, &count.to_le_bytes()),
            Style::Wide | Style::Reordered => {
                // RPC; the collisions of RCC are not modelled.
                let word = u32::from(self.runts) << 16 | u32::from(count);
                self.dma_write(bus, at, &word.to_le_bytes())
            }
        }
    }

    /// Writes the errors of a transmit descriptor, and the number of retries where there is a place for it.
    pub(crate) fn write_transmit_errors(
        &mut self,
        bus: &mut dyn Bus,
        of: &Descriptor,
        errors: u16,
        retries: u16,
    ) -> Result<(), BusError> {
        let at = of.at.wrapping_add(self.style().result_word());
        match self.style() {
            Style::Narrow => self.dma_write(bus, at, &errors.to_le_bytes()),
            Style::Wide | Style::Reordered => self.dma_write(
                bus,
                at,
                &(u32::from(errors) << 16 | u32::from(retries & 0xf)).to_le_bytes(),
            ),
        }
    }
}
