// Emitted by pcnet-partition from drivers/pcnet32/src/control.rs. Do not edit.

//! Bringing the chip up and down, and changing it meanwhile. Everything that does so holds `control`,
//! and inside that `settings` until the chip runs again: who changes the settings and the running chip
//! under `settings` (the receive filter, the port) does so before or after a restart, not during one.
//!
//! While `Control::up` is true: the rings are in their place, the interrupt is requested and NAPI is
//! enabled. While it is false: nothing of that, and the chip is stopped.

use crate::Pcnet32;
use crate::chip;
use crate::counters::count;
use crate::rings::{Rings, RxRing, Setup, TxRing, write_block};
use crate::state::Control;
use microdriver::{Error, Result, dev_dbg, dev_err, kernel_path};

/// Work items: the link watchdog, every so many milliseconds, and a restart.
pub(crate) const LINK_WATCH: u32 = 0;
pub(crate) const LINK_WATCH_MS: u32 = 2_000;
pub(crate) const RESTART: u32 = 1;

/// Ring sizes: powers of two.
pub(crate) const LEAST_ENTRIES: u32 = 4;
pub(crate) const MOST_ENTRIES: u32 = 512;

/// Longest time that reading the initialization block may take, in microseconds.
pub(crate) const INIT_US: u32 = 1_000;

impl Pcnet32 {
    // from drivers/pcnet32/src/control.rs:31
    /// Brings the chip up, for an interface that is going up. What the initialization block does not
    /// set has been set.
    #[kernel_path]
    pub(crate) fn start(&self) -> Result<()> {
        let mut control = self.control.lock();
        if control.up {
            return Err(Error::EBUSY);
        }
        // Checked under the lock that `quiesce` takes: an interface that went down meanwhile stays down.
        if !self.device.is_running() {
            return Err(Error::ENETDOWN);
        }
        if !self.device.address().is_valid() {
            return Err(Error::EINVAL);
        }
        self.bring_up(&mut control)
    }

    // from drivers/pcnet32/src/control.rs:49
    /// Starts the chip anew, as the settings say now. What waits to be sent is lost. `stalled`:
    /// because nothing was sent for too long.
    #[kernel_path]
    pub(crate) fn restart(&self, stalled: bool) -> Result<()> {
        let mut control = self.control.lock();
        if !control.up {
            return Ok(());
        }
        let settings = self.settings.lock();
        let rings = self.halt_chip();
        {
            let mut traffic = self.traffic.lock();
            count(&mut traffic.tx.timeouts, u64::from(stalled));
            count(&mut traffic.tx.errors, u64::from(stalled));
            count(&mut traffic.tx.restarts, 1);
        }
        dev_dbg!(self.device, "restarting");
        self.launch(&mut control, rings, &settings.setup)
    }

    // from drivers/pcnet32/src/control.rs:68
    /// Replaces the rings by larger or smaller ones; where there is no memory, the old ones stay.
    #[kernel_path]
    pub(crate) fn resize(&self, tx_entries: u32, rx_entries: u32) -> Result<()> {
        let mut control = self.control.lock();
        if !control.up {
            return Ok(());
        }
        let rings = self.make_rings(tx_entries, rx_entries)?;
        let settings = self.settings.lock();
        drop(self.halt_chip());
        self.launch(&mut control, Some(rings), &settings.setup)
    }

    // from drivers/pcnet32/src/control.rs:80
    #[kernel_path]
    pub(crate) fn bring_up(&self, control: &mut Control) -> Result<()> {
        let settings = self.settings.lock();
        let rings = self.make_rings(settings.tx_entries, settings.rx_entries)?;
        // The chip is stopped, so what comes before it is started is another device's.
        self.device.request_irq()?;
        control.up = true;
        let started = self.launch(control, Some(rings), &settings.setup);
        if started.is_err() {
            self.bring_down(control);
        } else {
            // Under `control`, so that going down cannot come in between.
            self.device.schedule_work(LINK_WATCH, 0);
            dev_dbg!(self.device, "started");
        }
        started
    }

    // from drivers/pcnet32/src/control.rs:99
    /// Stops the chip and gives up everything: no DMA, no interrupt, no poll, no memory.
    #[kernel_path]
    pub(crate) fn bring_down(&self, control: &mut Control) {
        if !control.up {
            return;
        }
        self.device.cancel_work(LINK_WATCH);
        self.device.cancel_work(RESTART);
        let rings = self.halt_chip();
        self.device.free_irq();
        drop(rings);
        control.up = false;
        self.leave_style();
        dev_dbg!(self.device, "stopped");
    }

    // from drivers/pcnet32/src/control.rs:115
    /// Back to the software style after power-up, for whatever drives the chip next: a boot loader, say.
    #[kernel_path]
    pub(crate) fn leave_style(&self) {
        let mut transaction = self.registers.transaction();
        transaction.write(chip::BCR20, chip::STYLE_16_BIT);
        let _ = transaction.run();
    }

    // from drivers/pcnet32/src/control.rs:123
    /// Rings of so many descriptors.
    #[kernel_path]
    pub(crate) fn make_rings(&self, tx_entries: u32, rx_entries: u32) -> Result<Rings> {
        let possible = LEAST_ENTRIES..=MOST_ENTRIES;
        if !possible.contains(&tx_entries) || !possible.contains(&rx_entries) {
            return Err(Error::EINVAL);
        }
        Ok(Rings {
            tx: TxRing::new(&self.device, tx_entries)?,
            rx: RxRing::new(&self.device, rx_entries)?,
        })
    }

    // from drivers/pcnet32/src/control.rs:136
    /// Stops everything that uses the rings. To be followed by [`Self::launch`], or by going down.
    #[kernel_path]
    pub(crate) fn halt_chip(&self) -> Option<Rings> {
        // The poll first, as it may start the queue again.
        self.device.disable_napi();
        self.device.disable_transmit();
        self.stop_chip()
    }

    // from drivers/pcnet32/src/control.rs:145
    /// Stops the chip: it touches neither memory nor the interrupt line any more. NAPI is disabled.
    #[kernel_path]
    pub(crate) fn stop_chip(&self) -> Option<Rings> {
        {
            let mut faults = self.faults.lock();
            let mut transaction = self.registers.transaction();
            let missed = transaction.read(chip::CSR112);
            transaction.write(chip::CSR0, chip::STOP);
            if let Ok(values) = transaction.run() {
                faults.see_missed(values.get16(missed));
            }
        }
        self.traffic.lock().rings.take()
    }

    // from drivers/pcnet32/src/control.rs:161
    /// Starts the chip, and then the stack. NAPI is enabled in any case, as `Control::up` says; without
    /// the chip there is no carrier, so that the stack does not wait for packets to be sent.
    #[kernel_path]
    pub(crate) fn launch(
        &self,
        control: &mut Control,
        rings: Option<Rings>,
        setup: &Setup,
    ) -> Result<()> {
        // Before the chip is started: an interrupt that cannot claim the poll stays masked.
        self.device.enable_napi();
        let armed = rings
            .ok_or(Error::EIO)
            .and_then(|rings| self.arm(control, rings, setup, chip::MASK_NONE));
        if armed.is_err() {
            self.device.set_carrier(false);
            return armed;
        }
        self.device.touch_watchdog();
        self.device.wake_queue();
        Ok(())
    }

    // from drivers/pcnet32/src/control.rs:184
    /// Empties the rings, puts them in their place, and starts the chip on them (section
    /// "Initialization").
    #[kernel_path]
    pub(crate) fn arm(
        &self,
        control: &mut Control,
        mut rings: Rings,
        setup: &Setup,
        masks: u32,
    ) -> Result<()> {
        rings.tx.forget_packets();
        rings.rx.offer_buffers();
        write_block(&mut control.block, setup, self.device.address(), &rings);
        let block = control.block.address();
        // What was there (nothing) is dropped after the lock: DMA memory is not freed under it.
        let before = self.traffic.lock().rings.replace(rings);
        drop(before);
        let mut faults = self.faults.lock();
        let mut transaction = self.registers.transaction();
        let status = transaction.read(chip::CSR0);
        if transaction.value(status) == chip::GONE {
            drop(transaction);
            drop(faults);
            dev_err!(self.device, "the card does not answer");
            return Err(Error::ENODEV);
        }
        transaction.write(chip::BCR20, chip::STYLE_32_BIT);
        transaction.write(chip::CSR1, block & 0xffff);
        transaction.write(chip::CSR2, block >> 16);
        transaction.write(chip::CSR3, masks);
        transaction.write(chip::CSR4, chip::FEATURES);
        // Resets and, on some chips, stops clear it.
        let missed = transaction.read(chip::CSR112);
        transaction.write(chip::CSR0, chip::INIT);
        transaction.wait(chip::CSR0, chip::IDON, chip::IDON, INIT_US);
        transaction.write(chip::CSR0, chip::IENA | chip::IDON | chip::STRT);
        let started = transaction
            .run()
            .map(|values| faults.missed_seen = values.get16(missed));
        drop(faults);
        if started.is_err() {
            dev_err!(
                self.device,
                "the chip does not read its initialization block"
            );
        }
        started
    }
}
