//! The interface's operations.

use crate::Pcnet32;
use crate::chip;
use crate::control;
use crate::counters::{Counters, count};
use crate::look::{in_use, look};
use crate::state::{BATCH, MSG_IFDOWN, MSG_TX_ERR};
use microdriver::{
    Batch, Error, IrqReturn, MacAddress, Mapped, MiiReply, MiiRequest, NetOperations, NetdevTx,
    Result, RxFilter, SkBuff, Stats64, dev_err, dev_info, kernel_path,
};

impl NetOperations for Pcnet32 {
    #[kernel_path]
    fn open(&self) -> Result<()> {
        let phy = self.settings.lock().phy;
        let seen = look(&self.registers, in_use(self.phys, phy))?;
        self.prepare_chip(seen)?;
        self.start()
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
        let mut control = self.control.lock();
        control.asleep = false;
        self.bring_down(&mut control);
    }

    #[kernel_path]
    fn start_xmit(&self, skb: SkBuff) -> NetdevTx {
        let Ok(packet) = Mapped::new(&self.device, skb) else {
            count(&mut self.traffic.lock().tx.dropped, 1);
            return NetdevTx::Ok;
        };
        let refused = self.traffic.lock().enqueue(&self.device, packet);
        if refused.is_none() {
            // Have the chip look at the ring now instead of at its next round, 1.6 ms away.
            let mut transaction = self.registers.transaction();
            transaction.write(chip::CSR0, chip::IENA | chip::TDMD);
            let _ = transaction.run();
        }
        NetdevTx::Ok
    }

    #[kernel_path]
    fn interrupt(&self) -> IrqReturn {
        if !self.acknowledge() {
            return IrqReturn::None;
        }
        if self.device.napi_claim() {
            self.device.napi_schedule();
        } else {
            self.interrupt_again();
        }
        IrqReturn::Handled
    }

    #[kernel_path]
    fn poll(&self, budget: u32) -> u32 {
        let mut done = 0;
        let mut underflow = false;
        let mut arrived = Batch::<_, BATCH>::new();
        let mut finished = Batch::<_, BATCH>::new();
        loop {
            let limit = budget.wrapping_sub(done).min(BATCH as u32);
            let received = {
                let mut traffic = self.traffic.lock();
                let copy_break = self.tuning.copy_break;
                let received = traffic.take_packets(&self.device, copy_break, limit, &mut arrived);
                traffic.collect(&self.device, &mut finished, &mut underflow);
                received
            };
            let sent = finished.len();
            for packet in arrived.drain() {
                packet.receive(&self.device);
            }
            for packet in finished.drain() {
                packet.consume(budget);
            }
            done += received;
            if received < BATCH as u32 && sent < BATCH {
                break;
            }
        }
        if underflow {
            self.restart_for_underflow();
        }
        if done < budget && self.device.napi_complete(done) {
            let mut transaction = self.registers.transaction();
            transaction.write(chip::CSR3, chip::MASK_NONE);
            transaction.write(chip::CSR0, chip::IENA);
            let _ = transaction.run();
        }
        done
    }

    fn set_rx_mode(&self, filter: RxFilter) {
        self.change_filter(&filter);
    }

    fn tx_timeout(&self, queue: u32) {
        let status = self.chip_status().unwrap_or(0xffff);
        dev_err!(
            self.device,
            "transmit queue {queue} timed out, status {status:#06x}, restarting"
        );
        if self.settings.lock().message_level & MSG_TX_ERR != 0 {
            self.log_rings();
        }
        if let Err(error) = self.restart(true) {
            dev_err!(self.device, "restart failed: {error}");
        }
    }

    #[kernel_path]
    fn get_stats64(&self) -> Stats64 {
        let Counters { tx, rx, faults } = self.gather_counters();
        Stats64 {
            rx_packets: rx.packets,
            tx_packets: tx.packets,
            rx_bytes: rx.bytes,
            tx_bytes: tx.bytes,
            rx_errors: rx.errors.wrapping_add(faults.miss_events),
            tx_errors: tx.errors.wrapping_add(faults.babbles),
            rx_dropped: rx.dropped,
            tx_dropped: tx.dropped,
            collisions: tx.collisions,
            rx_over_errors: rx.overrun,
            rx_crc_errors: rx.checksum,
            rx_frame_errors: rx.frame,
            rx_fifo_errors: rx.fifo,
            rx_missed_errors: faults.missed,
            tx_aborted_errors: tx.aborted,
            tx_carrier_errors: tx.carrier,
            tx_fifo_errors: tx.fifo,
            tx_window_errors: tx.window,
            ..Stats64::default()
        }
    }

    fn set_mac_address(&self, address: MacAddress) -> Result<()> {
        // The interface is down; the chip gets the address when it is started.
        if address.is_valid() {
            Ok(())
        } else {
            Err(Error::EINVAL)
        }
    }

    fn mii_ioctl(&self, request: MiiRequest) -> Result<MiiReply> {
        if self.chip.has_mii() {
            self.access_phy(&request)
        } else {
            Err(Error::EOPNOTSUPP)
        }
    }
}

impl Pcnet32 {
    /// CSR0.
    pub(crate) fn chip_status(&self) -> Result<u16> {
        let mut transaction = self.registers.transaction();
        let status = transaction.read(chip::CSR0);
        Ok(transaction.run_ahead()?.get16(status))
    }

    /// Takes note of what the chip interrupts for, and masks its interrupts; whether it did interrupt.
    #[kernel_path]
    #[inline(always)]
    fn acknowledge(&self) -> bool {
        let mut transaction = self.registers.transaction();
        let status = transaction.read(chip::CSR0);
        let status = transaction.value(status);
        // All ones: the card is gone. No INTR: another device on the same line, or us before the
        // chip was started, or what there was has been seen to.
        if status == chip::GONE || status & chip::INTR == 0 {
            return false;
        }
        // CSR3 and not IENA alone, because `start_xmit` sets that again.
        transaction.write(chip::CSR0, status & chip::CAUSES);
        transaction.write(chip::CSR3, chip::MASK_ALL);
        let _ = transaction.run();
        if status & (chip::BABL | chip::MISS | chip::MERR) != 0 {
            self.count_faults(status);
        }
        true
    }

    /// The poll runs already: the claim makes it run again, and it unmasks. Further rounds, for what
    /// came meanwhile.
    #[kernel_path]
    #[cold]
    fn interrupt_again(&self) {
        for _ in 1..self.tuning.interrupt_rounds {
            if !self.acknowledge() {
                return;
            }
            if self.device.napi_claim() {
                self.device.napi_schedule();
                return;
            }
        }
    }

    /// The chip has stopped its transmitter.
    #[kernel_path]
    #[cold]
    fn restart_for_underflow(&self) {
        dev_err!(self.device, "transmit FIFO underflow, restarting");
        self.device.stop_queue();
        self.device.schedule_work(control::RESTART, 0);
    }

    #[kernel_path]
    #[cold]
    fn count_faults(&self, status: u32) {
        {
            let mut faults = self.faults.lock();
            count(&mut faults.babbles, u64::from(status & chip::BABL != 0));
            count(&mut faults.miss_events, u64::from(status & chip::MISS != 0));
            count(
                &mut faults.memory_errors,
                u64::from(status & chip::MERR != 0),
            );
        }
        if status & chip::MERR != 0 {
            dev_err!(self.device, "memory error, status {status:#06x}");
        }
    }
}
