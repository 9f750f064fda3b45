//! The machine, as tests see it.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use runtime_wire::pci::PciId;

use crate::machine::card::{Bus, Card, Found, Slot, SlotId, Wire};
use crate::machine::context::{self, Mode};
use crate::machine::device::Device;
use crate::machine::kernel::Kernel;
use crate::machine::log::{Level, Line};
use crate::machine::module::{Arguments, LoadError, Module, ModuleFile};
use crate::machine::net::Interface;
use crate::machine::{Errno, log, ports};
use crate::parts::shim::lock;

/// A machine with a kernel, as far as a driver sees one: slots for cards, at most one module. Many may
/// live in one process. Its threads end when it is dropped, for which no module may be loaded.
#[derive(Debug)]
pub struct Host {
    kernel: Arc<Kernel>,
}

impl Host {
    /// A machine without cards. The name is for messages.
    pub fn new(name: &str) -> std::io::Result<Self> {
        Kernel::new(name).map(|kernel| Self { kernel })
    }

    /// Puts a card into the next slot. A module that is loaded already does not look at it.
    pub fn plug(&self, card: Box<dyn Card>) -> SlotId {
        self.kernel.plug(card, None)
    }

    /// Puts a card into the next slot that is not on PCI: it answers at its ports, from `base` on, and
    /// only a driver that looks there finds it.
    pub fn plug_at(&self, base: u16, card: Box<dyn Card>) -> SlotId {
        self.kernel.plug(card, Some(base))
    }

    /// How often the processor read or wrote a port of the card in a slot.
    pub fn port_accesses(&self, slot: SlotId) -> u64 {
        self.slot(slot).accesses()
    }

    /// Gives ports to another driver, which leaves them alone.
    pub fn occupy_ports(&self, base: u16, count: u16) {
        self.kernel.ports.occupy(base, count);
    }

    fn slot(&self, slot: SlotId) -> Arc<Slot> {
        match self.kernel.slot(slot) {
            Some(slot) => slot,
            None => panic!("no slot {slot:?}"),
        }
    }

    /// Runs `body` with the card in a slot, which has to be a `C`, and its bus. `None` where the card is gone.
    pub fn with_card<C: Card, R>(
        &self,
        slot: SlotId,
        body: impl FnOnce(&mut C, &mut dyn Bus) -> R,
    ) -> Option<R> {
        self.slot(slot).with_card(&self.kernel, |card, bus| {
            let card: &mut dyn std::any::Any = card;
            match card.downcast_mut() {
                Some(card) => body(card, bus),
                None => panic!("the card in the slot is of another type"),
            }
        })
    }

    /// Connects two cards: what one transmits, the other receives.
    pub fn connect(&self, one: SlotId, other: SlotId) {
        self.slot(one).set_wire(Wire::To(other));
        self.slot(other).set_wire(Wire::To(one));
    }

    /// Has a card's frames kept, for [`Host::take_transmitted`]. That is how a slot begins.
    pub fn disconnect(&self, slot: SlotId) {
        self.slot(slot).set_wire(Wire::Captured);
    }

    /// Sends a frame to a card, from outside.
    pub fn inject(&self, slot: SlotId, frame: &[u8]) {
        self.kernel.hardware.deliver(slot, frame.to_vec());
    }

    /// The frames that an unconnected card transmitted since the last call.
    pub fn take_transmitted(&self, slot: SlotId) -> Vec<Vec<u8>> {
        self.slot(slot).take_captured()
    }

    /// Loads a module: its driver probes the cards that it knows. A card that cannot be driven is a
    /// line in the log, as in a kernel.
    pub fn insmod(&self, file: &ModuleFile, words: &[&str]) -> Result<(), LoadError> {
        let kernel = &self.kernel;
        let mut place = lock(&kernel.module);
        if place.is_some() {
            return Err(LoadError::Errno(Errno::EEXIST));
        }
        let name = &file.name;
        let arguments = match Arguments::parse(name, &file.parameters, words) {
            Ok(arguments) => arguments,
            Err((errno, text)) => {
                kernel.log.write(Level::Error, text);
                return Err(LoadError::Errno(errno));
            }
        };
        for complaint in &arguments.complaints {
            kernel.log.write(Level::Warning, complaint.clone());
        }
        kernel.reset_upcall_timeout();
        if let Some(timeout) = arguments.upcall_timeout_ms {
            kernel.upcall_timeout_ms.store(timeout, Ordering::Relaxed);
        }
        let module = Arc::new(Module::load(&file.object, name, arguments)?);
        *place = Some(module.clone());
        drop(place);
        let slots = kernel.slots();
        let on_pci = slots.into_iter().filter(|slot| module.knows(slot));
        for (number, slot) in on_pci.chain(ports::look(kernel, &module)).enumerate() {
            // The order counts those that fail too, as drivers that count in probe do.
            let _ = Device::probe(kernel, &slot, &module, number);
        }
        Ok(())
    }

    /// Unloads the module, removing its devices. `EAGAIN` while a user half has a device open: a
    /// module cannot go then. `ENODEV` without a module.
    pub fn rmmod(&self) -> Result<(), Errno> {
        let kernel = &self.kernel;
        let mut place = lock(&kernel.module);
        if place.is_none() {
            return Err(Errno::ENODEV);
        }
        if kernel.files.open_count() > 0 {
            return Err(Errno::EAGAIN);
        }
        for slot in kernel.slots() {
            if let Some(device) = slot.device() {
                device.remove();
            }
        }
        *place = None;
        Ok(())
    }

    /// Takes the driver from one card (`unbind` in sysfs). User halves are told that it is gone.
    pub fn unbind(&self, slot: SlotId) -> Result<(), Errno> {
        let device = self.slot(slot).device().ok_or(Errno::ENODEV)?;
        device.remove();
        Ok(())
    }

    /// Takes the card out without notice, and then the driver from it.
    pub fn pull_out(&self, slot: SlotId) {
        let slot = self.slot(slot);
        slot.vanish();
        if let Some(device) = slot.device() {
            device.remove();
        }
    }

    /// Takes the card out; the driver is not told.
    pub fn vanish(&self, slot: SlotId) {
        self.slot(slot).vanish();
    }

    /// Waits until no user half has the device of a slot open, and what that led to is done.
    pub fn wait_device_closed(&self, slot: SlotId) {
        if let Some(device) = self.slot(slot).device() {
            device.net.wait_closed();
        }
        self.settle();
    }

    /// Waits until no user half has a device open.
    pub fn wait_closed(&self) {
        self.kernel.files.wait_closed();
    }

    /// The device file of a split driver's device.
    pub fn device_file(&self, slot: SlotId) -> Option<PathBuf> {
        let device = self.slot(slot).device()?;
        let file = lock(&device.file);
        file.as_ref().map(|file| file.path().to_owned())
    }

    /// The interface of the card in a slot, where its driver registered one.
    pub fn interface(&self, slot: SlotId) -> Option<Interface> {
        let device = self.slot(slot).device()?;
        device.net.name_if_registered()?;
        Some(Interface { device })
    }

    /// How often a user half has connected to the device of a slot.
    pub fn connections(&self, slot: SlotId) -> u64 {
        let device = self.slot(slot).device();
        device.map_or(0, |device| device.net.connections())
    }

    /// Waits until a user half connects that is not among the first `after`, and is served: the driver
    /// has its interface then, or has said in the log why not. `given_up` is asked again after each
    /// [`Host::look_again`]; `false` where it says so, or without a device.
    pub fn wait_connection(&self, slot: SlotId, after: u64, given_up: impl Fn() -> bool) -> bool {
        let Some(device) = self.slot(slot).device() else {
            return false;
        };
        let connected = device.net.wait_connection(after, given_up);
        if connected {
            // What serves a connection is a work item.
            self.settle();
        }
        connected
    }

    /// Has [`Host::wait_connection`] ask whether to go on.
    pub fn look_again(&self, slot: SlotId) {
        if let Some(device) = self.slot(slot).device() {
            device.net.look_again();
        }
    }

    /// The crossings of a split driver's device, and its fingerprint.
    pub fn crossings(&self, slot: SlotId) -> Option<(String, u64)> {
        self.slot(slot).device()?.crossings()
    }

    /// What debugfs shows of a card's driver: `placements` and, of a split one, `crossings` and
    /// `incarnation`.
    pub fn view(&self, slot: SlotId, file: &str) -> Option<String> {
        let device = self.slot(slot).device()?;
        let which = ["placements", "crossings", "incarnation"];
        let which = which.iter().position(|name| *name == file)?;
        if which > 0 && !device.module.is_split() {
            return None;
        }
        Some(device.view(which as u32))
    }

    fn module(&self) -> Option<Arc<Module>> {
        lock(&self.kernel.module).clone()
    }

    /// The profile of the loaded module, as debugfs shows it, if it counts what it does.
    pub fn profile(&self) -> Option<String> {
        self.module()?.profile(&self.kernel)
    }

    /// Starts a recording under a name, by writing that to the file.
    pub fn start_profile(&self, name: &str) -> Result<(), Errno> {
        let module = self.module().ok_or(Errno::ENODEV)?;
        module.start_profile(&self.kernel, name)
    }

    /// Writes the module's deadline for calls to the user half (`upcall_timeout_ms`).
    pub fn set_upcall_timeout(&self, limit: Duration) {
        let milliseconds = u32::try_from(limit.as_millis()).unwrap_or(u32::MAX);
        let timeout = &self.kernel.upcall_timeout_ms;
        timeout.store(milliseconds, Ordering::Relaxed);
    }

    /// Lets so many milliseconds of virtual time pass; what becomes due has run when this returns.
    pub fn advance(&self, milliseconds: u64) {
        self.kernel.advance(milliseconds);
    }

    /// Waits until nothing goes on: no frame under way, no interrupt, softirq or work item.
    pub fn settle(&self) {
        self.kernel.activity.wait_idle();
    }

    /// Virtual time since the machine was made.
    pub fn uptime(&self) -> Duration {
        Duration::from_nanos(self.kernel.clock.now())
    }

    /// Suspends: work stops, then each device goes to sleep. On an error the others wake up again.
    pub fn suspend(&self) -> Result<(), Errno> {
        self.kernel.work.freeze();
        let mut asleep: Vec<Arc<Device>> = Vec::new();
        for slot in self.kernel.slots().into_iter().rev() {
            let Some(device) = slot.device() else {
                continue;
            };
            if let Err(errno) = device.power(false) {
                for device in asleep.iter().rev() {
                    let _ = device.power(true);
                }
                self.kernel.work.thaw(&self.kernel);
                return Err(errno);
            }
            asleep.push(device);
        }
        Ok(())
    }

    /// Resumes; the first error, where there is one, after all devices were tried.
    pub fn resume(&self) -> Result<(), Errno> {
        let mut result = Ok(());
        for slot in self.kernel.slots() {
            if let Some(device) = slot.device() {
                result = result.and(device.power(true));
            }
        }
        self.kernel.work.thaw(&self.kernel);
        result
    }

    /// The kernel log so far.
    pub fn log(&self) -> Vec<Line> {
        self.kernel.log.lines()
    }

    /// Adds a line to the log, to find one's way in it.
    pub fn mark(&self, text: &str) {
        self.kernel.log.write(log::Level::Info, text.to_owned());
    }

    /// Has requests of the driver fail as they would without memory: for memory, locks, packets, DMA
    /// mappings, the interrupt, the registration of its interface. The next `skip` succeed, then `count` fail.
    pub fn fail_requests(&self, skip: u64, count: u64) {
        self.kernel.failures.plan(skip, count);
    }

    /// How many requests failed since [`Host::fail_requests`].
    pub fn failed_requests(&self) -> u64 {
        self.kernel.failures.failed()
    }

    /// Another card on the line of this one interrupts: the driver's handler runs. Whether it took the
    /// interrupt for its own; `None` where the driver has no interrupt.
    pub fn interrupt_by_another(&self, slot: SlotId) -> Option<bool> {
        let slot = self.slot(slot);
        let device = slot.device()?;
        if !slot.line.is_requested() {
            return None;
        }
        // The line runs one handler at a time.
        slot.line.disable();
        let kernel = &self.kernel;
        let taken = context::enter(kernel, Mode::HardInterrupt, || device.call_interrupt());
        slot.line.enable();
        Some(taken)
    }

    /// What the driver took and did not give back. Without a module it should be nothing.
    pub fn leaks(&self) -> Vec<String> {
        self.kernel.resources.list()
    }

    /// What the driver or a card did wrong since the last call: DMA outside a mapping, an interrupt
    /// that nobody handled, an access to a port without a card.
    pub fn take_faults(&self) -> Vec<String> {
        self.kernel.faults.take()
    }

    /// Runs `body` as the kernel would run a system call on another processor. For tests of the host.
    #[doc(hidden)]
    pub fn in_task<R>(&self, body: impl FnOnce() -> R) -> R {
        context::enter(&self.kernel, Mode::Process, body)
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        let loaded = lock(&self.kernel.module).is_some();
        if loaded && self.rmmod().is_err() {
            // Its threads would run code that is gone: what is left is leaked, loudly.
            eprintln!("host {}: dropped with a module in use", self.kernel.name);
            return;
        }
        self.kernel.end();
    }
}

impl Module {
    /// Whether the driver's table has the card.
    fn knows(&self, slot: &Slot) -> bool {
        let Found::OnPci(identity) = slot.found else {
            return false;
        };
        let ids = self.table.ids.cast::<PciId>();
        (0..self.table.id_count as usize).any(|i| {
            // SAFETY: the table has so many entries.
            let id = unsafe { &*ids.add(i) };
            id.vendor == identity.vendor.into()
                && id.device == identity.device.into()
                && (identity.class ^ id.class) & id.class_mask == 0
        })
    }
}
