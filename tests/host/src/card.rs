//! The chip model as a card of the host.

use pcnet_model::{Bus as ChipBus, BusError, Chip, Part, Width};
use runtime_host::{Bus, Card, Identity};

/// Vendor number of AMD.
const AMD: u16 = 0x1022;
/// The family's device number; the Am79C978's is its own.
const LANCE: u16 = 0x2000;
const HOME: u16 = 0x2001;
/// An Ethernet controller.
const ETHERNET: u32 = 0x02_0000;
/// Bytes of the I/O region.
const IO_SIZE: u16 = 0x20;

/// A chip in a slot.
pub(crate) struct ChipCard {
    pub(crate) chip: Chip,
    pub(crate) identity: Identity,
}

impl ChipCard {
    pub(crate) fn new(chip: Chip) -> Self {
        let device = match chip.part() {
            Part::Am79C978 => HOME,
            _ => LANCE,
        };
        Self {
            chip,
            identity: Identity {
                vendor: AMD,
                device,
                class: ETHERNET,
                subsystem_vendor: AMD,
                subsystem_device: LANCE,
            },
        }
    }
}

/// The bus of a slot, as the chip knows it.
pub(crate) struct Through<'a>(pub(crate) &'a mut dyn Bus);

impl ChipBus for Through<'_> {
    fn read(&mut self, address: u32, into: &mut [u8]) -> Result<(), BusError> {
        self.0.read(address, into).map_err(|_| BusError::Abort)
    }

    fn write(&mut self, address: u32, bytes: &[u8]) -> Result<(), BusError> {
        self.0.write(address, bytes).map_err(|_| BusError::Abort)
    }

    fn set_interrupt(&mut self, asserted: bool) {
        self.0.set_interrupt(asserted);
    }

    fn transmit(&mut self, frame: &[u8]) {
        self.0.transmit(frame);
    }
}

fn width(bytes: u32) -> Width {
    match bytes {
        1 => Width::W8,
        2 => Width::W16,
        _ => Width::W32,
    }
}

impl Card for ChipCard {
    fn identity(&self) -> Identity {
        self.identity
    }

    fn io_size(&self) -> u16 {
        IO_SIZE
    }

    fn read(&mut self, bus: &mut dyn Bus, offset: u16, bytes: u32) -> u32 {
        self.chip.read(&mut Through(bus), offset, width(bytes))
    }

    fn write(&mut self, bus: &mut dyn Bus, offset: u16, bytes: u32, value: u32) {
        self.chip
            .write(&mut Through(bus), offset, width(bytes), value);
    }

    fn receive(&mut self, bus: &mut dyn Bus, frame: &[u8]) {
        self.chip.receive(&mut Through(bus), frame);
    }

    fn advance(&mut self, bus: &mut dyn Bus, nanoseconds: u64) {
        self.chip.advance(&mut Through(bus), nanoseconds);
    }
}
