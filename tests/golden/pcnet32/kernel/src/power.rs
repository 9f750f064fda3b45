// Emitted by pcnet-partition from drivers/pcnet32/src/power.rs. Do not edit.

//! Suspend and resume. The user half is frozen during both, so all of it is the kernel's.

use crate::Pcnet32;
use crate::chip;
use crate::state::Control;
use microdriver::{Result, Transaction, dev_dbg, dev_err, kernel_path};

impl Pcnet32 {
    // from drivers/pcnet32/src/power.rs:11
    /// Remembers what the settings do not say, and goes down.
    #[kernel_path]
    pub(crate) fn fall_asleep(&self, control: &mut Control) {
        self.device.detach_interface();
        {
            let mut transaction = self.registers.transaction();
            let registers = self.chip.configuration();
            for (place, register) in control.configuration.iter_mut().zip(registers) {
                let token = transaction.read(*register);
                *place = transaction.value(token);
            }
        }
        self.bring_down(control);
        control.asleep = true;
        dev_dbg!(self.device, "suspended");
    }

    // from drivers/pcnet32/src/power.rs:29
    /// Up again. The chip, and the PHYs, may have lost their power. Where the chip does not start, the
    /// interface comes back all the same, without a link, so that it can be taken down and up.
    #[kernel_path]
    pub(crate) fn wake_up(&self, control: &mut Control) -> Result<()> {
        control.asleep = false;
        {
            // The first look at the link sets them up.
            let mut settings = self.settings.lock();
            settings.phys_ready = false;
            settings.seen = None;
            settings.link_told = false;
        }
        let woken = self
            .restore_configuration(control)
            .and_then(|()| self.bring_up(control));
        if let Err(error) = woken {
            self.device.set_carrier(false);
            dev_err!(self.device, "cannot start after the sleep: {error}");
        }
        self.device.attach_interface();
        dev_dbg!(self.device, "resumed");
        woken
    }

    // from drivers/pcnet32/src/power.rs:52
    /// What `attach` and `probe` do for an interface that is down, in case that the chip lost its power.
    #[kernel_path]
    pub(crate) fn revive(&self) -> Result<()> {
        let mut transaction = self.registers.transaction();
        self.reset_in_mode(&mut transaction);
        transaction.modify(chip::BCR2, 0, chip::LEDPE);
        transaction.run().map(drop)
    }

    // from drivers/pcnet32/src/power.rs:61
    /// Resets the chip, in the I/O mode in which it was found.
    #[kernel_path]
    fn reset_in_mode(&self, transaction: &mut Transaction<'_>) {
        if self.wide {
            transaction.write(chip::WIDEN, 0);
        }
        transaction.read(chip::RESET);
    }

    // from drivers/pcnet32/src/power.rs:69
    #[kernel_path]
    fn restore_configuration(&self, control: &Control) -> Result<()> {
        let mut transaction = self.registers.transaction();
        self.reset_in_mode(&mut transaction);
        if self.chip.senses_link() {
            // CSR124 is among them. What CSR4 holds otherwise comes with the start.
            transaction.write(chip::CSR4, chip::OPEN_CSR124);
        }
        let registers = self.chip.configuration();
        for (register, value) in registers.iter().zip(control.configuration) {
            transaction.write(*register, value);
        }
        transaction.run().map(drop)
    }
}
