//! A chip in a machine, with what a driver would set up in memory.

use pcnet_model::memory::Ram;
use pcnet_model::{Chip, Config, Part, Width};

pub(crate) const STATION: [u8; 6] = [0x02, 0x11, 0x22, 0x33, 0x44, 0x55];
pub(crate) const PEER: [u8; 6] = [0x02, 0x99, 0x88, 0x77, 0x66, 0x55];
const BLOCK: u32 = 0x1000;
pub(crate) const RECEIVE_RING: u32 = 0x2000;
pub(crate) const TRANSMIT_RING: u32 = 0x3000;
const RECEIVE_BUFFERS: u32 = 0x1_0000;
pub(crate) const TRANSMIT_BUFFERS: u32 = 0x4_0000;
/// The room for each buffer.
const BUFFER: u32 = 0x800;
const ROOM: usize = 1544;

/// OWN, STP and ENP in the upper half of a descriptor's flags.
pub(crate) const OWN: u32 = 0x8000_0000;
pub(crate) const ERR: u32 = 0x4000_0000;
pub(crate) const STP: u32 = 0x0200_0000;
pub(crate) const ENP: u32 = 0x0100_0000;

/// The machine. Rings have 4 entries of style 2 unless a test says otherwise.
pub(crate) struct Machine {
    pub(crate) chip: Chip,
    pub(crate) ram: Ram,
}

impl Machine {
    pub(crate) fn new(part: Part) -> Machine {
        Machine {
            chip: Chip::new(Config::new(part)),
            ram: Ram::new(0x10_0000),
        }
    }

    /// A chip that is initialized, started and has its causes acknowledged.
    pub(crate) fn started(part: Part, mode: u16) -> Machine {
        let mut machine = Machine::new(part);
        machine.set_up(mode);
        machine.set_csr(0, 0x0001);
        machine.set_csr(0, 0x0142);
        machine
    }

    pub(crate) fn csr(&mut self, index: u16) -> u16 {
        self.chip
            .write(&mut self.ram, 0x12, Width::W16, index.into());
        self.chip.read(&mut self.ram, 0x10, Width::W16) as u16
    }

    pub(crate) fn set_csr(&mut self, index: u16, value: u16) {
        self.chip
            .write(&mut self.ram, 0x12, Width::W16, index.into());
        self.chip
            .write(&mut self.ram, 0x10, Width::W16, value.into());
    }

    pub(crate) fn bcr(&mut self, index: u16) -> u16 {
        self.chip
            .write(&mut self.ram, 0x12, Width::W16, index.into());
        self.chip.read(&mut self.ram, 0x16, Width::W16) as u16
    }

    pub(crate) fn set_bcr(&mut self, index: u16, value: u16) {
        self.chip
            .write(&mut self.ram, 0x12, Width::W16, index.into());
        self.chip
            .write(&mut self.ram, 0x16, Width::W16, value.into());
    }

    /// Time passes.
    pub(crate) fn pass(&mut self, nanoseconds: u64) {
        self.chip.advance(&mut self.ram, nanoseconds);
    }

    pub(crate) fn read_phy(&mut self, address: u8, register: u8) -> u16 {
        self.set_bcr(33, u16::from(address) << 5 | u16::from(register));
        self.bcr(34)
    }

    pub(crate) fn write_phy(&mut self, address: u8, register: u8, value: u16) {
        self.set_bcr(33, u16::from(address) << 5 | u16::from(register));
        self.set_bcr(34, value);
    }

    /// Style 2, an initialization block for rings of 4, and buffers for the receiver.
    pub(crate) fn set_up(&mut self, mode: u16) {
        self.set_bcr(20, 2);
        let mut block = Vec::new();
        block.extend((2_u32 << 28 | 2 << 20 | u32::from(mode)).to_le_bytes());
        block.extend(STATION);
        block.extend([0, 0]);
        block.extend([0; 8]);
        block.extend(RECEIVE_RING.to_le_bytes());
        block.extend(TRANSMIT_RING.to_le_bytes());
        self.ram.store(BLOCK, &block);
        for entry in 0..4 {
            self.offer(entry, ROOM);
            self.ram.store(TRANSMIT_RING + entry * 16, &[0; 16]);
        }
        self.set_csr(1, BLOCK as u16);
        self.set_csr(2, (BLOCK >> 16) as u16);
    }

    /// Gives the chip a receive buffer.
    pub(crate) fn offer(&mut self, entry: u32, room: usize) {
        let at = RECEIVE_RING + entry * 16;
        self.ram.store_word(at, RECEIVE_BUFFERS + entry * BUFFER);
        self.ram.store_word(at + 4, OWN | count(room));
        self.ram.store_word(at + 8, 0);
    }

    /// Takes a receive buffer away.
    pub(crate) fn withhold(&mut self, entry: u32) {
        self.ram.store_word(RECEIVE_RING + entry * 16 + 4, 0);
    }

    pub(crate) fn received_flags(&self, entry: u32) -> u32 {
        self.ram.word(RECEIVE_RING + entry * 16 + 4) & 0xffff_0000
    }

    /// Message count, FCS included.
    pub(crate) fn received_length(&self, entry: u32) -> usize {
        (self.ram.word(RECEIVE_RING + entry * 16 + 8) & 0xfff) as usize
    }

    pub(crate) fn received(&self, entry: u32, length: usize) -> &[u8] {
        self.ram.at(RECEIVE_BUFFERS + entry * BUFFER, length)
    }

    /// Hands over a buffer to send; `flags` are those of TMD1 next to OWN.
    pub(crate) fn hand_over(&mut self, entry: u32, flags: u32, bytes: &[u8]) {
        let at = TRANSMIT_RING + entry * 16;
        let buffer = TRANSMIT_BUFFERS + entry * BUFFER;
        self.ram.store(buffer, bytes);
        self.ram.store_word(at, buffer);
        self.ram.store_word(at + 8, 0);
        self.ram
            .store_word(at + 4, OWN | flags | count(bytes.len()));
    }

    /// TDMD, with interrupts left on.
    pub(crate) fn demand(&mut self) {
        self.set_csr(0, 0x0048);
    }

    pub(crate) fn sent_flags(&self, entry: u32) -> u32 {
        self.ram.word(TRANSMIT_RING + entry * 16 + 4) & 0xffff_0000
    }

    pub(crate) fn sent_errors(&self, entry: u32) -> u32 {
        self.ram.word(TRANSMIT_RING + entry * 16 + 8)
    }

    pub(crate) fn arrive(&mut self, frame: &[u8]) {
        self.chip.receive(&mut self.ram, frame);
    }
}

/// BCNT of a buffer, with the four ones above it.
fn count(length: usize) -> u32 {
    (length as u32).wrapping_neg() & 0xffff
}

/// A frame from the peer, of so many bytes.
pub(crate) fn frame_to(destination: [u8; 6], length: usize) -> Vec<u8> {
    let mut frame = Vec::new();
    frame.extend(destination);
    frame.extend(PEER);
    frame.extend([0x08, 0x00]);
    frame.extend((frame.len()..length).map(|index| index as u8));
    frame
}
