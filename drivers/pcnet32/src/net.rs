//! The interface's operations.

use crate::Pcnet32;
use crate::chip;
use crate::control;
use crate::counters::{count, kernel_names};
use crate::state::{Configuration, MSG_IFDOWN, MSG_IFUP};
use microdriver::{
    Error, IrqReturn, MacAddress, Mapped, NetOperations, NetdevTx, Result, RxFilter, SkBuff,
    Stats64, dev_err, dev_info, kernel_path,
};

impl NetOperations for Pcnet32 {
    fn open(&self) -> Result<()> {
        let settings = self.settings.lock().clone();
        let configuration = Configuration {
            tx_entries: settings.tx_entries,
            rx_entries: settings.rx_entries,
            media: settings.media,
        };
        self.start(configuration)?;
        if settings.message_level & MSG_IFUP != 0 {
            dev_info!(
                self.device,
                "up: {} transmit, {} receive descriptors",
                settings.tx_entries,
                settings.rx_entries
            );
        }
        Ok(())
    }

    fn stop(&self) -> Result<()> {
        // What stops the chip is `quiesce`, which nothing can prevent.
        if self.settings.lock().message_level & MSG_IFDOWN != 0 {
            let status = self.chip_status()?;
            dev_info!(self.device, "going down, status {status:#06x}");
        }
        Ok(())
    }

    #[kernel_path]
    fn quiesce(&self) {
        self.stop_all();
    }

    #[kernel_path]
    fn start_xmit(&self, skb: SkBuff) -> NetdevTx {
        match Mapped::new(&self.device, skb) {
            Ok(packet) => self.send_packet(packet),
            Err(_) => self.count_dropped(),
        }
        NetdevTx::Ok
    }

    #[kernel_path]
    fn interrupt(&self) -> IrqReturn {
        let status = control::read_one(&self.registers, chip::CSR0);
        // All ones: the card is gone. No INTR: another device on the same line, or us before the
        // chip was started.
        if status == 0xffff || status & chip::INTR == 0 {
            return IrqReturn::None;
        }
        // Acknowledge and mask. CSR3 and not IENA alone, because `start_xmit` sets that again.
        let mut transaction = self.registers.transaction();
        transaction.write(chip::CSR0, status & chip::CAUSES);
        transaction.write(chip::CSR3, chip::MASK_ALL);
        let _ = transaction.run();
        if status & (chip::BABL | chip::MISS | chip::MERR) != 0 {
            self.count_faults(status);
        }
        // When the poll runs already, the claim makes it run again; and it unmasks.
        if self.device.napi_claim() {
            self.device.napi_schedule();
        }
        IrqReturn::Handled
    }

    #[kernel_path]
    fn poll(&self, budget: u32) -> u32 {
        let done = self.receive_packets(budget);
        self.finish_transmissions(budget);
        if done < budget && self.device.napi_complete(done) {
            let mut transaction = self.registers.transaction();
            transaction.write(chip::CSR3, chip::MASK_NONE);
            transaction.write(chip::CSR0, chip::IENA);
            let _ = transaction.run();
        }
        done
    }

    fn set_rx_mode(&self, filter: RxFilter) {
        // Nothing to tell the stack: an interface that does not get what it wants is restarted, and
        // what fails there fails in the log.
        if let Err(error) = self.change_filter(&filter) {
            dev_err!(self.device, "the receive filter was not set: {error}");
        }
    }

    fn tx_timeout(&self, queue: u32) {
        let status = self.chip_status().unwrap_or(0xffff);
        dev_err!(
            self.device,
            "transmit queue {queue} timed out, status {status:#06x}, restarting"
        );
        if let Err(error) = self.restart_stalled() {
            dev_err!(self.device, "restart failed: {error}");
        }
    }

    #[kernel_path]
    fn get_stats64(&self) -> Stats64 {
        kernel_names(&self.gather_counters())
    }

    fn set_mac_address(&self, address: MacAddress) -> Result<()> {
        // The interface is down; the chip gets the address when it is started.
        if address.is_valid() {
            Ok(())
        } else {
            Err(Error::EINVAL)
        }
    }
}

impl Pcnet32 {
    /// CSR0.
    pub(crate) fn chip_status(&self) -> Result<u16> {
        let mut transaction = self.registers.transaction();
        let status = transaction.read(chip::CSR0);
        Ok(transaction.run()?.get16(status))
    }

    #[kernel_path]
    fn count_faults(&self, status: u32) {
        let mut faults = self.faults.lock();
        if status & chip::BABL != 0 {
            count(&mut faults.babbles, 1);
        }
        if status & chip::MISS != 0 {
            count(&mut faults.miss_events, 1);
        }
        if status & chip::MERR != 0 {
            count(&mut faults.memory_errors, 1);
        }
        drop(faults);
        if status & chip::MERR != 0 {
            dev_err!(self.device, "memory error, status {status:#06x}");
        }
    }
}
