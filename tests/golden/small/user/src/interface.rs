// Emitted by pcnet-partition from src/interface.rs. Do not edit.

//! The network interface.

use microdriver::{MacAddress, NetOperations, Result, RxFilter};

use crate::chip::Port;
use crate::state::Small;

impl NetOperations for Small {
    // from src/interface.rs:12
    /// Decides how to start, then has the kernel do it.
    fn open(&self) -> Result<()> {
        let port = self.settings.lock().port;
        self.start(port)
    }

    // from src/interface.rs:17
    fn stop(&self) -> Result<()> {
        self.running.store(0);
        Ok(())
    }

    // from src/interface.rs:46
    fn set_rx_mode(&self, filter: RxFilter) {
        let groups = filter
            .multicast
            .iter()
            .map(|address| usize::from(address.0[5]))
            .sum::<usize>();
        self.running.store(groups as u32);
    }

    // from src/interface.rs:55
    fn tx_timeout(&self, _queue: u32) {
        let _ = self.start(Port::Auto);
    }

    // from src/interface.rs:66
    fn set_mac_address(&self, _address: MacAddress) -> Result<()> {
        Ok(())
    }
}
