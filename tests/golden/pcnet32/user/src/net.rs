// Emitted by pcnet-partition from drivers/pcnet32/src/net.rs. Do not edit.

//! The interface's operations.

use crate::Pcnet32;
use crate::chip;
use crate::rings::Setup;
use crate::state::{MSG_IFDOWN, MSG_IFUP, MSG_TX_ERR};
use microdriver::{
    Error, MacAddress, MiiReply, MiiRequest, NetOperations, Result, RxFilter, dev_err, dev_info,
};

impl NetOperations for Pcnet32 {
    // from drivers/pcnet32/src/net.rs:15
    fn open(&self) -> Result<()> {
        let settings = {
            let mut settings = self.settings.lock();
            // The stack sets the receive filter once the interface is up.
            settings.setup = Setup {
                mode: settings.media.port_bits(),
                hash: [0; 4],
            };
            // The first look at the link sets them up, as the media may have changed.
            settings.phys_ready = false;
            settings.clone()
        };
        self.prepare_chip(&settings)?;
        self.start()?;
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

    // from drivers/pcnet32/src/net.rs:40
    fn stop(&self) -> Result<()> {
        // What stops the chip is `quiesce`, which nothing can prevent.
        if self.settings.lock().message_level & MSG_IFDOWN != 0 {
            let status = self.chip_status()?;
            dev_info!(self.device, "going down, status {status:#06x}");
        }
        Ok(())
    }

    // from drivers/pcnet32/src/net.rs:125
    fn set_rx_mode(&self, filter: RxFilter) {
        // Nobody waits for the outcome, so it goes to the log.
        if let Err(error) = self.change_filter(&filter) {
            dev_err!(self.device, "the receive filter was not set: {error}");
        }
    }

    // from drivers/pcnet32/src/net.rs:132
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

    // from drivers/pcnet32/src/net.rs:172
    fn set_mac_address(&self, address: MacAddress) -> Result<()> {
        // The interface is down; the chip gets the address when it is started.
        if address.is_valid() {
            Ok(())
        } else {
            Err(Error::EINVAL)
        }
    }

    // from drivers/pcnet32/src/net.rs:181
    fn mii_ioctl(&self, request: MiiRequest) -> Result<MiiReply> {
        if self.chip.has_mii() {
            self.access_phy(&request)
        } else {
            Err(Error::EOPNOTSUPP)
        }
    }
}

impl Pcnet32 {
    // from drivers/pcnet32/src/net.rs:192
    /// CSR0.
    pub(crate) fn chip_status(&self) -> Result<u16> {
        let mut transaction = self.registers.transaction();
        let status = transaction.read(chip::CSR0);
        Ok(transaction.run()?.get16(status))
    }
}
