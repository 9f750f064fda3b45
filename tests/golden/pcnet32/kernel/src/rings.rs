// Emitted by pcnet-partition from drivers/pcnet32/src/rings.rs. Do not edit.

//! What the chip and the driver share in memory: descriptors and initialization block in the 32-bit
//! software style (section "Software interface"), and the rings made of them.

use crate::chip;
use crate::loopback::Frame;
use crate::snapshot::{SHOWN, Shown, Slot};
use crate::transmit::DEF;
use microdriver::ring::RingIndex;
use microdriver::{
    Coherent, Descriptor, Device, Field, List, MacAddress, Mapped, Received, Result, SkBuff, Slots,
    Wire,
};

/// Descriptor status: the chip's, an error, first and last buffer of a frame.
pub(crate) const OWN: u16 = 0x8000;
pub(crate) const ERR: u16 = 0x4000;
pub(crate) const STP: u16 = 0x0200;
pub(crate) const ENP: u16 = 0x0100;

/// Bytes of a receive buffer: a full frame with a VLAN tag and its checksum, and some room.
pub(crate) const BUFFER_SIZE: u32 = 1544;

/// A transmit descriptor.
#[derive(Debug)]
pub(crate) struct TxDescriptor;

impl Descriptor for TxDescriptor {
    const SIZE: usize = 16;
}

const TX_ADDRESS: Field<TxDescriptor, u32> = Field::at(0);
const TX_LENGTH: Field<TxDescriptor, u16> = Field::at(4);
const TX_STATUS: Field<TxDescriptor, u16> = Field::at(6);
const TX_ERRORS: Field<TxDescriptor, u32> = Field::at(8);

/// A receive descriptor.
#[derive(Debug)]
pub(crate) struct RxDescriptor;

impl Descriptor for RxDescriptor {
    const SIZE: usize = 16;
}

const RX_ADDRESS: Field<RxDescriptor, u32> = Field::at(0);
const RX_LENGTH: Field<RxDescriptor, u16> = Field::at(4);
const RX_STATUS: Field<RxDescriptor, u16> = Field::at(6);
const RX_COUNT: Field<RxDescriptor, u32> = Field::at(8);

/// What the chip loads when it is initialized.
#[derive(Debug)]
pub(crate) struct InitBlock;

impl Descriptor for InitBlock {
    const SIZE: usize = 28;
}

const BLOCK_MODE: Field<InitBlock, u16> = Field::at(0);
const BLOCK_LENGTHS: Field<InitBlock, u16> = Field::at(2);
const BLOCK_STATION: [Field<InitBlock, u16>; 3] = [Field::at(4), Field::at(6), Field::at(8)];
const BLOCK_FILTER: [Field<InitBlock, u16>; 4] =
    [Field::at(12), Field::at(14), Field::at(16), Field::at(18)];
const BLOCK_RX_RING: Field<InitBlock, u32> = Field::at(20);
const BLOCK_TX_RING: Field<InitBlock, u32> = Field::at(24);

/// What the initialization block says besides addresses; while the chip runs, also what these
/// registers hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Wire)]
pub(crate) struct Setup {
    /// CSR15.
    pub(crate) mode: u16,
    /// CSR8 to CSR11.
    pub(crate) hash: [u16; 4],
}

/// What the chip works on.
#[derive(Debug)]
pub(crate) struct Rings {
    pub(crate) tx: TxRing,
    pub(crate) rx: RxRing,
}

// from drivers/pcnet32/src/rings.rs:83
/// Fills the initialization block.
pub(crate) fn write_block(
    block: &mut Coherent<InitBlock>,
    setup: &Setup,
    station: MacAddress,
    rings: &Rings,
) {
    let Rings { tx, rx } = rings;
    // Both lengths as powers of two: the receive ring's in bits 7 to 4, the transmit ring's in 15 to 12.
    let lengths = tx.descriptors.count().trailing_zeros() << 12
        | rx.descriptors.count().trailing_zeros() << 4;
    let [a, b, c, d, e, f] = station.0;
    block.store(0, BLOCK_MODE, setup.mode & chip::MODE);
    block.store(0, BLOCK_LENGTHS, lengths as u16);
    for (field, bytes) in BLOCK_STATION.into_iter().zip([[a, b], [c, d], [e, f]]) {
        block.store(0, field, u16::from_le_bytes(bytes));
    }
    for (field, word) in BLOCK_FILTER.into_iter().zip(setup.hash) {
        block.store(0, field, word);
    }
    block.store(0, BLOCK_RX_RING, rx.descriptors.address());
    block.store_release(0, BLOCK_TX_RING, tx.descriptors.address());
}

// from drivers/pcnet32/src/rings.rs:107
/// The length field of a descriptor: the two's complement, its four upper bits ones.
fn negative(length: u32) -> u16 {
    length.wrapping_neg() as u16 | 0xf000
}

/// Packets on their way out. A slot and its descriptor are filled before OWN is set, and emptied
/// after the chip cleared it.
#[derive(Debug)]
pub(crate) struct TxRing {
    descriptors: Coherent<TxDescriptor>,
    packets: Slots<Mapped>,
    index: RingIndex,
    /// The queue was stopped because the ring was full.
    pub(crate) held: bool,
}

/// A packet that left the ring.
#[derive(Debug)]
pub(crate) struct Sent {
    pub(crate) packet: Mapped,
    pub(crate) status: u16,
    /// Why it failed or waited, where it did.
    pub(crate) errors: u32,
}

impl TxRing {
    // from drivers/pcnet32/src/rings.rs:133
    /// An empty ring.
    pub(crate) fn new(device: &Device, count: u32) -> Result<Self> {
        Ok(Self {
            descriptors: Coherent::new(device, count)?,
            packets: Slots::new(count)?,
            index: RingIndex::default(),
            held: false,
        })
    }

    // from drivers/pcnet32/src/rings.rs:143
    /// Drops what was not sent; the chip must be stopped. Not with interrupts off.
    pub(crate) fn forget_packets(&mut self) {
        for i in 0..self.descriptors.count() {
            self.descriptors.store(i, TX_STATUS, 0);
            drop(self.packets.take(i));
        }
        self.index = RingIndex::default();
        self.held = false;
    }

    // from drivers/pcnet32/src/rings.rs:154
    /// Free descriptors.
    #[inline]
    pub(crate) fn room(&self) -> u32 {
        self.descriptors.count().wrapping_sub(self.index.used())
    }

    // from drivers/pcnet32/src/rings.rs:159
    /// How many packets the chip has, and the descriptors from the oldest one's on.
    pub(crate) fn show(&self) -> (u32, u32, Shown) {
        let at = self.index.consumed;
        let mut slots = List::new();
        for i in (at..).take(SHOWN.min(self.descriptors.count() as usize)) {
            slots.push(Slot {
                status: self.descriptors.load(i, TX_STATUS),
                length: self.descriptors.load(i, TX_LENGTH),
                result: self.descriptors.load(i, TX_ERRORS),
            });
        }
        (self.index.used(), at % self.descriptors.count(), slots)
    }

    // from drivers/pcnet32/src/rings.rs:174
    /// Gives a packet to the chip. There is room.
    #[inline]
    pub(crate) fn submit(&mut self, packet: Mapped) {
        let at = self.index.produced;
        self.descriptors.store(at, TX_ADDRESS, packet.address());
        self.descriptors
            .store(at, TX_LENGTH, negative(packet.length()));
        self.descriptors.store(at, TX_ERRORS, 0);
        drop(self.packets.put(at, packet));
        // The chip may take the descriptor from here on.
        self.descriptors
            .store_release(at, TX_STATUS, OWN | STP | ENP);
        self.index.produce();
    }

    // from drivers/pcnet32/src/rings.rs:189
    /// Takes the oldest packet back, once the chip is done with it.
    #[inline]
    pub(crate) fn reclaim(&mut self) -> Option<Sent> {
        if self.index.used() == 0 {
            return None;
        }
        let at = self.index.consumed;
        let status = self.descriptors.load_acquire(at, TX_STATUS);
        if status & OWN != 0 {
            return None;
        }
        let packet = self.packets.take(at)?;
        // Besides why it failed, the word tells a long wait from a short one.
        let errors = if status & (ERR | DEF) == 0 {
            0
        } else {
            self.descriptors.load(at, TX_ERRORS)
        };
        self.index.consume();
        Some(Sent {
            packet,
            status,
            errors,
        })
    }
}

/// Buffers for packets to come in.
#[derive(Debug)]
pub(crate) struct RxRing {
    descriptors: Coherent<RxDescriptor>,
    buffers: Slots<Received>,
    next: u32,
}

impl RxRing {
    // from drivers/pcnet32/src/rings.rs:224
    /// A ring full of empty buffers; the chip gets them from [`RxRing::offer_buffers`].
    pub(crate) fn new(device: &Device, count: u32) -> Result<Self> {
        let mut ring = Self {
            descriptors: Coherent::new(device, count)?,
            buffers: Slots::new(count)?,
            next: 0,
        };
        for i in 0..count {
            drop(ring.buffers.put(i, Received::new(device, BUFFER_SIZE)?));
        }
        Ok(ring)
    }

    // from drivers/pcnet32/src/rings.rs:237
    /// Gives every buffer to the chip, which must be stopped.
    pub(crate) fn offer_buffers(&mut self) {
        self.next = 0;
        for i in 0..self.descriptors.count() {
            if let Some(buffer) = self.buffers.get(i) {
                self.descriptors.store(i, RX_ADDRESS, buffer.address());
                self.give_back();
            }
        }
        self.next = 0;
    }

    // from drivers/pcnet32/src/rings.rs:249
    /// The descriptors from the next one on.
    pub(crate) fn show(&self) -> (u32, Shown) {
        let at = self.next;
        let mut slots = List::new();
        for i in (at..).take(SHOWN.min(self.descriptors.count() as usize)) {
            slots.push(Slot {
                status: self.descriptors.load(i, RX_STATUS),
                length: self.descriptors.load(i, RX_LENGTH),
                result: self.descriptors.load(i, RX_COUNT),
            });
        }
        (at % self.descriptors.count(), slots)
    }

    // from drivers/pcnet32/src/rings.rs:264
    /// Status of the next descriptor, once the chip has filled it.
    #[inline]
    pub(crate) fn arrived(&self) -> Option<u16> {
        let status = self.descriptors.load_acquire(self.next, RX_STATUS);
        if status & OWN == 0 {
            Some(status)
        } else {
            None
        }
    }

    // from drivers/pcnet32/src/rings.rs:275
    /// Bytes of the frame in the next descriptor, its checksum not counted.
    #[inline]
    pub(crate) fn frame_length(&self) -> u32 {
        // The count includes the 4 bytes of the checksum.
        (self.descriptors.load(self.next, RX_COUNT) & 0x0fff).saturating_sub(4)
    }

    // from drivers/pcnet32/src/rings.rs:282
    /// A short frame out of the next descriptor, which goes back to the chip. Empty where it has an
    /// error or is too long.
    pub(crate) fn take_frame(&mut self) -> Option<Frame> {
        let status = self.arrived()?;
        let length = self.frame_length();
        let good = status & (ERR | STP | ENP) == STP | ENP;
        let frame = match self.buffers.get_mut(self.next) {
            Some(buffer) if good => buffer.peek(length, Frame::from_slice),
            _ => None,
        };
        self.give_back();
        Some(frame.unwrap_or_default())
    }

    // from drivers/pcnet32/src/rings.rs:296
    /// A packet with a copy of the next buffer's first bytes, if there is memory for it.
    #[inline]
    pub(crate) fn copy_frame(&mut self, length: u32) -> Option<SkBuff> {
        self.buffers.get_mut(self.next)?.copy(length).ok()
    }

    // from drivers/pcnet32/src/rings.rs:302
    /// Takes the next buffer, with a frame in it, and leaves a fresh one.
    #[inline]
    pub(crate) fn exchange_buffer(&mut self, length: u32, fresh: Received) -> Option<SkBuff> {
        self.descriptors
            .store(self.next, RX_ADDRESS, fresh.address());
        Some(self.buffers.put(self.next, fresh)?.unmap(length))
    }

    // from drivers/pcnet32/src/rings.rs:310
    /// Gives the next descriptor, which has a buffer's address, back to the chip, and goes on.
    #[inline]
    pub(crate) fn give_back(&mut self) {
        let at = self.next;
        // Documented as untouched by the chip, but some revisions of the Am79C965 clear it.
        self.descriptors.store(at, RX_LENGTH, negative(BUFFER_SIZE));
        self.descriptors.store_release(at, RX_STATUS, OWN);
        self.next = at.wrapping_add(1);
    }
}
