//! How a driver instance comes and goes, in the order of the glue.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::{Device, TIMERS, WORKS};
use crate::machine::Errno;
use crate::machine::card::Slot;
use crate::machine::clock::Alarm;
use crate::machine::context::{self, Mode};
use crate::machine::file::DeviceFile;
use crate::machine::kernel::Kernel;
use crate::machine::log::Level;
use crate::machine::module::Module;
use crate::machine::resources::Kind;
use crate::machine::softirq::Softirq;
use crate::machine::workqueue::Job;
use crate::parts::shim::lock;

impl Device {
    /// Binds the driver to the card in `slot`, as the PCI core does.
    pub(crate) fn probe(
        kernel: &Arc<Kernel>,
        slot: &Arc<Slot>,
        module: &Arc<Module>,
        number: usize,
    ) -> Result<Arc<Self>, Errno> {
        let device = Self::new(kernel, slot, module, number);
        slot.bind(Some(device.clone()));
        let probed = context::enter(kernel, Mode::Process, || device.probe_inside());
        if let Err(errno) = probed {
            device.cancel_all();
            slot.bind(None);
            device.free();
            let text = format!(
                "{}: probe of {} failed with error {}",
                module.name,
                slot.name(),
                errno.0
            );
            kernel.log.write(Level::Error, text);
            return Err(errno);
        }
        if module.is_split() {
            device.log(
                Level::Info,
                &format!("waiting for the user half at {}", device.name()),
            );
        }
        Ok(device)
    }

    fn probe_inside(self: &Arc<Self>) -> Result<(), Errno> {
        if !self.module.is_split() {
            // SAFETY: a fresh device.
            return Errno::check(unsafe { (self.table().attach)(self.md()) });
        }
        // SAFETY: a fresh device.
        Errno::check(unsafe { (self.module.exports.channel_create)(self.md()) })?;
        match DeviceFile::open(self) {
            Ok(file) => {
                *lock(&self.file) = Some(file);
                Ok(())
            }
            Err(error) => {
                self.log(Level::Error, &format!("no device file: {error}"));
                // SAFETY: made above, used by nobody.
                unsafe {
                    (self.module.exports.channel_shutdown)(self.md());
                    (self.module.exports.channel_put)(self.channel());
                }
                Err(Errno::EIO)
            }
        }
    }

    /// Unbinds the driver, as the glue's `remove` does, in its order.
    pub(crate) fn remove(self: &Arc<Self>) {
        let file = lock(&self.file).take();
        if let Some(file) = file {
            file.close();
        }
        context::enter(&self.kernel, Mode::Process, || {
            let exports = &self.module.exports;
            self.net.unregister(self);
            if !self.channel().is_null() {
                // SAFETY: a live channel.
                unsafe { (exports.channel_shutdown)(self.md()) };
            }
            self.kernel.work.cancel_and_wait(self, Job::Connect);
            // A connection that was being served may have registered it meanwhile.
            self.net.unregister(self);
            self.cancel_all();
            if !self.state().is_null() {
                // SAFETY: attached; nothing runs any more.
                unsafe { (self.table().detach)(self.md()) };
            }
            if !self.channel().is_null() {
                // SAFETY: the device's own reference, given back once.
                unsafe { (exports.channel_put)(self.channel()) };
            }
        });
        if self
            .kernel
            .resources
            .give_back(Kind::Interrupt, self.raw.md().addr())
            .is_some()
        {
            context::bug("the driver is detached with its interrupt requested");
        }
        self.slot.bind(None);
        self.free();
    }

    fn cancel_all(self: &Arc<Self>) {
        let kernel = &self.kernel;
        context::enter(kernel, Mode::Process, || {
            for job in [Job::RxMode, Job::TxTimeout] {
                kernel.work.cancel_and_wait(self, job);
            }
            // One that runs now may still schedule another, which was cancelled before; one that begins later
            // may not. So the second round finds all that is left.
            self.going.store(true, Ordering::SeqCst);
            for _ in 0..2 {
                for number in 0..WORKS {
                    kernel.clock.cancel(self, Alarm::Work(number));
                    kernel.work.cancel_and_wait(self, Job::Work(number));
                    // One that ran may have scheduled itself again.
                    kernel.clock.cancel(self, Alarm::Work(number));
                }
                for number in 0..TIMERS {
                    self.disarm_timer(number);
                }
            }
            // After the works, any of which may leave a call to the first of these.
            for job in [Job::Deferred, Job::Overdue, Job::Expire] {
                kernel.work.cancel_and_wait(self, job);
            }
        });
    }

    pub(crate) fn disarm_timer(self: &Arc<Self>, number: u32) {
        self.kernel.clock.cancel(self, Alarm::Timer(number));
        self.kernel
            .softirqs
            .cancel_and_wait(self, Softirq::Timer(number));
        self.kernel.clock.cancel(self, Alarm::Timer(number));
    }
}
