//! A card in a slot of the host: what the model of one implements, and what it may use.

use std::any::Any;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use crate::machine::device::Device;
use crate::machine::iommu::Iommu;
use crate::machine::kernel::Kernel;
use crate::parts::interrupt::Line;
use crate::parts::shim::lock;

/// What PCI says of a card.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// PCI vendor number.
    pub vendor: u16,
    /// PCI device number.
    pub device: u16,
    /// PCI class code, 24 bits.
    pub class: u32,
    /// Subsystem vendor number.
    pub subsystem_vendor: u16,
    /// Subsystem device number.
    pub subsystem_device: u16,
}

/// A DMA access that the IOMMU did not let through. It is on record already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DmaFault;

/// What a card can do to the machine.
pub trait Bus {
    /// Reads memory at a bus address.
    fn read(&mut self, address: u32, into: &mut [u8]) -> Result<(), DmaFault>;
    /// Writes memory at a bus address; 1, 2, 4 or 8 bytes at an aligned address in one access.
    fn write(&mut self, address: u32, bytes: &[u8]) -> Result<(), DmaFault>;
    /// Asserts the interrupt line, or lets it go.
    fn set_interrupt(&mut self, asserted: bool);
    /// Puts a frame on the wire, without its checksum.
    fn transmit(&mut self, frame: &[u8]);
}

/// A model of a card. It has no threads and no clock of its own: it acts when it is called.
pub trait Card: Any + Send {
    /// What PCI says of it, where it is on PCI.
    fn identity(&self) -> Identity;
    /// Bytes of its I/O region, a power of two.
    fn io_size(&self) -> u16;
    /// The processor reads `bytes` (1, 2 or 4) at an offset in the I/O region.
    fn read(&mut self, bus: &mut dyn Bus, offset: u16, bytes: u32) -> u32;
    /// The processor writes there.
    fn write(&mut self, bus: &mut dyn Bus, offset: u16, bytes: u32, value: u32);
    /// A frame arrives, without its checksum.
    fn receive(&mut self, bus: &mut dyn Bus, frame: &[u8]);
    /// Time passes.
    fn advance(&mut self, bus: &mut dyn Bus, nanoseconds: u64);
}

/// Number of a slot, in the order in which the bus is searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SlotId(pub usize);

/// Where transmitted frames go.
#[derive(Clone, Debug, Default)]
pub(crate) enum Wire {
    /// Kept until somebody asks.
    #[default]
    Captured,
    /// To the card in another slot.
    To(SlotId),
}

/// How the machine knows of the card in a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// PCI says that it is there, and what it is.
    OnPci(Identity),
    /// Nothing does; it answers at its ports.
    AtPorts,
}

/// A slot and the card in it.
pub(crate) struct Slot {
    pub(crate) id: SlotId,
    pub(crate) found: Found,
    /// As `0000:00:03.0`, or `ports-0300`.
    pub(crate) bus_name: std::ffi::CString,
    pub(crate) io_base: u16,
    pub(crate) io_size: u16,
    pub(crate) line: Line,
    pub(crate) iommu: Iommu,
    card: Mutex<Inserted>,
    wire: Mutex<Wire>,
    captured: Mutex<Vec<Vec<u8>>>,
    device: Mutex<Option<Arc<Device>>>,
    /// Times that the processor read or wrote its ports.
    accesses: AtomicU64,
}

struct Inserted {
    card: Box<dyn Card>,
    /// Up to when it knows that time has passed, in nanoseconds.
    time: u64,
    /// Taken out without notice: reads are all ones.
    gone: bool,
}

impl std::fmt::Debug for Slot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Slot")
            .field("bus_name", &self.bus_name)
            .finish_non_exhaustive()
    }
}

/// First I/O port of the first slot, and the distance between slots.
const IO_BASE: u16 = 0xc000;
const IO_STEP: u16 = 0x100;
/// Number of the first slot on its bus: real ones start behind the bridges.
const FIRST_SLOT: usize = 3;

impl Slot {
    /// A slot on PCI or, with `ports`, for a card that is set to them.
    pub(crate) fn new(
        kernel: &Kernel,
        id: SlotId,
        card: Box<dyn Card>,
        ports: Option<u16>,
    ) -> Self {
        let number = u16::try_from(id.0).unwrap_or(u16::MAX);
        let (found, name, io_base) = match ports {
            None => (
                Found::OnPci(card.identity()),
                format!("0000:00:{:02x}.0", id.0 + FIRST_SLOT),
                IO_BASE + number * IO_STEP,
            ),
            Some(base) => (Found::AtPorts, format!("ports-{base:04x}"), base),
        };
        Self {
            id,
            found,
            bus_name: std::ffi::CString::new(name).unwrap_or_default(),
            io_base,
            io_size: card.io_size(),
            line: Line::new(kernel.activity.clone()),
            iommu: Iommu::new(kernel.faults.clone()),
            card: Mutex::new(Inserted {
                card,
                time: kernel.clock.now(),
                gone: false,
            }),
            wire: Mutex::default(),
            captured: Mutex::default(),
            device: Mutex::default(),
            accesses: AtomicU64::new(0),
        }
    }

    pub(crate) fn name(&self) -> &str {
        self.bus_name.to_str().unwrap_or_default()
    }

    /// Runs `body` with the card, which first learns what time it is. `None` for a card that is gone.
    pub(crate) fn with_card<R>(
        self: &Arc<Self>,
        kernel: &Kernel,
        body: impl FnOnce(&mut dyn Card, &mut dyn Bus) -> R,
    ) -> Option<R> {
        let mut inserted = lock(&self.card);
        if inserted.gone {
            return None;
        }
        let mut bus = SlotBus { slot: self, kernel };
        let now = kernel.clock.now();
        let passed = now.saturating_sub(inserted.time);
        if passed > 0 {
            inserted.time = now;
            inserted.card.advance(&mut bus, passed);
        }
        Some(body(inserted.card.as_mut(), &mut bus))
    }

    /// As [`Slot::with_card`], for an access of the processor.
    pub(crate) fn access<R>(
        self: &Arc<Self>,
        kernel: &Kernel,
        body: impl FnOnce(&mut dyn Card, &mut dyn Bus) -> R,
    ) -> Option<R> {
        self.accesses.fetch_add(1, Ordering::Relaxed);
        self.with_card(kernel, body)
    }

    pub(crate) fn accesses(&self) -> u64 {
        self.accesses.load(Ordering::Relaxed)
    }

    /// The driver instance that is bound to it.
    pub(crate) fn device(&self) -> Option<Arc<Device>> {
        lock(&self.device).clone()
    }

    pub(crate) fn bind(&self, device: Option<Arc<Device>>) {
        *lock(&self.device) = device;
    }

    /// Takes the card out without notice.
    pub(crate) fn vanish(&self) {
        lock(&self.card).gone = true;
        self.line.set(false);
    }

    pub(crate) fn set_wire(&self, wire: Wire) {
        *lock(&self.wire) = wire;
    }

    pub(crate) fn take_captured(&self) -> Vec<Vec<u8>> {
        std::mem::take(&mut *lock(&self.captured))
    }
}

struct SlotBus<'a> {
    slot: &'a Arc<Slot>,
    kernel: &'a Kernel,
}

impl Bus for SlotBus<'_> {
    fn read(&mut self, address: u32, into: &mut [u8]) -> Result<(), DmaFault> {
        self.slot.iommu.read(address, into)
    }

    fn write(&mut self, address: u32, bytes: &[u8]) -> Result<(), DmaFault> {
        self.slot.iommu.write(address, bytes)
    }

    fn set_interrupt(&mut self, asserted: bool) {
        self.slot.line.set(asserted);
    }

    fn transmit(&mut self, frame: &[u8]) {
        match *lock(&self.slot.wire) {
            Wire::Captured => lock(&self.slot.captured).push(frame.to_vec()),
            Wire::To(slot) => self.kernel.hardware.deliver(slot, frame.to_vec()),
        }
    }
}
