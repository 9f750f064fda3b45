//! Blocks, rings and frames, in the memory of both sides.

use super::*;

impl Session {
    pub(super) fn store(&mut self, address: u32, bytes: &[u8]) -> Result<()> {
        self.model.store(address, bytes)?;
        self.device.store(address, bytes)
    }

    pub(super) fn style(&self) -> u8 {
        (self.model.bcr(20) & 0xff) as u8
    }

    pub(super) fn set_up(&mut self, setup: &Setup) -> Result<()> {
        self.write_csr(0, STOP)?;
        self.write_bcr(20, setup.style.into())?;
        let style = self.style();
        let mode = setup.mode & !(self.seen.kept_out_of_mode() as u16);
        let setup = &Setup {
            style,
            mode,
            ..*setup
        };
        self.store(ARENA + u32::from(memory::BLOCK), &layout::block(setup))?;
        let address = ARENA + u32::from(memory::BLOCK);
        self.write_csr(1, address as u16)?;
        self.write_csr(2, (address >> 16) as u16)?;
        if self.seen.holds("receive-scan") {
            // The rings begin anew.
            for index in [72, 74] {
                self.write_csr(index, self.model.csr(usize::from(index) + 4))?;
            }
            self.forget()?;
            self.store(ARENA + u32::from(memory::BLOCK), &layout::block(setup))?;
        }
        let (count, size) = setup.receive;
        self.fill(0, count.min(FILLED).min(self.seen.in_a_row(size)), size)
    }

    /// Where the chip is in a ring, and how long the ring is: from a pair of the registers RCVRC and RCVRL, XMTRC and
    /// XMTRL. The counter starts as the negative length, and goes up (Am79C970A, CSR72, CSR74, CSR76, CSR78).
    pub(super) fn position(&self, counter: usize, length: usize) -> (u16, u16) {
        let (counter, length) = (self.model.csr(counter), self.model.csr(length));
        let entries = length.wrapping_neg().max(1);
        (counter.wrapping_sub(length) % entries, entries)
    }

    pub(super) fn refill(&mut self, count: u16, size: u16) -> Result<()> {
        let (first, length) = self.position(72, 76);
        for ahead in 0..count.min(length).min(FILLED).min(self.seen.in_a_row(size)) {
            let slot = ((u32::from(first) + u32::from(ahead)) % u32::from(length)) as u16;
            self.fill(slot, 1, size)?;
        }
        Ok(())
    }

    /// Gives receive descriptors to the chip.
    pub(super) fn fill(&mut self, first: u16, count: u16, size: u16) -> Result<()> {
        for slot in first..first.saturating_add(count) {
            let descriptor =
                layout::descriptor(self.style(), OWN, memory::receive_buffer(slot), size);
            self.put(memory::RECEIVE_RING, slot, &descriptor)?;
        }
        Ok(())
    }

    /// Stores a descriptor, if there is room for it.
    pub(super) fn put(&mut self, ring: u16, slot: u16, descriptor: &[u8]) -> Result<()> {
        if slot < FILLED {
            let offset = u32::from(ring) + u32::from(slot * layout::size(self.style()));
            self.store(ARENA + offset, descriptor)?;
        }
        Ok(())
    }

    pub(super) fn send(&mut self, frames: &[Outgoing], demand: Demand) -> Result<()> {
        let mode = self.model.csr(15);
        if self.seen.unsent(self.state(), demand) {
            return Ok(());
        }
        let (first, length) = self.position(74, 78);
        let mut used = 0;
        for outgoing in frames {
            let frame = self.seen.sent(outgoing.frame, mode);
            let bytes = frame.bytes(self.seen.fcs(sequence::LOOPED));
            let one = self.seen.in_one_piece(self.state());
            let pieces = split(&bytes, if one { &[] } else { &outgoing.pieces });
            // A frame that has no room is left out as a whole.
            let count = pieces.len() as u16;
            let filled = FILLED.saturating_sub(first.saturating_add(used));
            if count > length - used || (length > FILLED && count > filled) {
                break;
            }
            let slots = (0..count).map(|ahead| {
                let slot = u32::from(first) + u32::from(used + ahead);
                (slot % u32::from(length)) as u16
            });
            self.chain(&pieces, slots, outgoing.flags)?;
            used += count;
        }
        match demand {
            Demand::Now => self.write_csr(0, self.model.csr(0) & IENA | TDMD),
            Demand::Poll => Ok(()),
        }
    }

    /// Puts the pieces of a frame into descriptors.
    pub(super) fn chain(
        &mut self,
        pieces: &[&[u8]],
        slots: impl Iterator<Item = u16>,
        flags: u16,
    ) -> Result<()> {
        let style = self.style();
        let mut flags = OWN | STP | self.seen.transmit_flags(flags, style);
        for (number, (piece, slot)) in pieces.iter().zip(slots).enumerate() {
            let end = if number + 1 == pieces.len() { ENP } else { 0 };
            let flags = std::mem::replace(&mut flags, OWN) | end;
            let buffer = memory::transmit_buffer(slot);
            self.store(buffer, piece)?;
            let descriptor = layout::descriptor(style, flags, buffer, u16::try_from(piece.len())?);
            self.put(memory::TRANSMIT_RING, slot, &descriptor)?;
        }
        Ok(())
    }

    /// Lets the chip find what it would find by itself.
    ///
    /// When it looks at its ring is its own business, and the two sides may do so at different accesses: so time passes
    /// before the next one.
    pub(super) fn settle(&mut self) -> Result<()> {
        let running = self.model.csr(0) & TXON != 0 && self.model.csr(5) & SPND == 0;
        if !running || self.model.csr(4) & TXDPOLL != 0 {
            return Ok(());
        }
        let (slot, _) = self.position(74, 78);
        let base = u32::from(self.model.csr(30)) | u32::from(self.model.csr(31)) << 16;
        // The byte with OWN has the same place in every style.
        let offset = u32::from(slot) * u32::from(layout::size(self.style()));
        let owner = offset + if self.style() == 0 { 3 } else { 7 };
        let mut byte = [0];
        self.model.read_memory(base.wrapping_add(owner), &mut byte);
        if byte[0] & (OWN >> 8) as u8 != 0 {
            self.step(&Step::Elapse)?;
        }
        Ok(())
    }
}

/// A frame in pieces of these lengths, and the rest. None is empty.
fn split<'a>(mut frame: &'a [u8], lengths: &[u16]) -> Vec<&'a [u8]> {
    let mut pieces = Vec::new();
    for &length in lengths {
        let Some((piece, rest)) = frame.split_at_checked(length.into()) else {
            break;
        };
        if rest.is_empty() {
            break;
        }
        pieces.push(piece);
        frame = rest;
    }
    pieces.push(frame);
    pieces
}
