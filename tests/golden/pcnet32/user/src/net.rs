// Emitted by pcnet-partition from drivers/pcnet32/src/net.rs. Do not edit.

//! The interface's operations.

use crate::Pcnet32;
use crate::chip;
use crate::state::{MSG_IFDOWN, MSG_TX_ERR};
use microdriver::{
    Error, MacAddress, MiiReply, MiiRequest, NetOperations, Result, RxFilter, dev_err, dev_info,
};

impl NetOperations for Pcnet32 {
    // from drivers/pcnet32/src/net.rs:23
    fn stop(&self) -> Result<()> {
        // What stops the chip is `quiesce`, which nothing can prevent.
        if self.settings.lock().message_level & MSG_IFDOWN != 0 {
            let status = self.chip_status()?;
            dev_info!(self.device, "going down, status {status:#06x}");
        }
        Ok(())
    }

    // from drivers/pcnet32/src/net.rs:107
    fn set_rx_mode(&self, filter: RxFilter) {
        self.change_filter(&filter);
    }

    // from drivers/pcnet32/src/net.rs:111
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

    // from drivers/pcnet32/src/net.rs:151
    fn set_mac_address(&self, address: MacAddress) -> Result<()> {
        // The interface is down; the chip gets the address when it is started.
        if address.is_valid() {
            Ok(())
        } else {
            Err(Error::EINVAL)
        }
    }

    // from drivers/pcnet32/src/net.rs:160
    fn mii_ioctl(&self, request: MiiRequest) -> Result<MiiReply> {
        if self.chip.has_mii() {
            self.access_phy(&request)
        } else {
            Err(Error::EOPNOTSUPP)
        }
    }
}

impl Pcnet32 {
    // from drivers/pcnet32/src/net.rs:171
    /// CSR0.
    pub(crate) fn chip_status(&self) -> Result<u16> {
        let mut transaction = self.registers.transaction();
        let status = transaction.read(chip::CSR0);
        Ok(transaction.run_ahead()?.get16(status))
    }
}
