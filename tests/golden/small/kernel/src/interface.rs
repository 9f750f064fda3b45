// Emitted by pcnet-partition from src/interface.rs. Do not edit.

//! The network interface.

use microdriver::{
    IrqReturn, MacAddress, NetOperations, NetdevTx, Result, RxFilter, SkBuff, Stats64, kernel_path,
};

use crate::chip;
use crate::state::Small;

impl NetOperations for Small {
    /// Decides how to start, then has the kernel do it.
    ///
    /// A stub: `Small::open` runs in the user half (src/interface.rs:12; process context, and nothing keeps it in the kernel).
    fn open(&self) -> Result<()> {
        self.device.upcall(crate::split::UP_OPEN, &())
    }

    /// A stub: `Small::stop` runs in the user half (src/interface.rs:17; process context, and nothing keeps it in the kernel).
    fn stop(&self) -> Result<()> {
        self.device.upcall(crate::split::UP_STOP, &())
    }

    // from src/interface.rs:22
    fn quiesce(&self) {
        self.device.stop_queue();
    }

    // from src/interface.rs:27
    #[kernel_path]
    fn start_xmit(&self, skb: SkBuff) -> NetdevTx {
        let mut counters = self.counters.lock();
        counters.packets += 1;
        drop(skb);
        NetdevTx::Ok
    }

    // from src/interface.rs:34
    fn interrupt(&self) -> IrqReturn {
        // Read once: reading clears it.
        match chip::acknowledge(&self.registers) {
            0 | 0xffff => IrqReturn::None,
            _ => IrqReturn::Handled,
        }
    }

    // from src/interface.rs:42
    fn poll(&self, _budget: u32) -> u32 {
        0
    }

    /// A stub: `Small::set_rx_mode` runs in the user half (src/interface.rs:46; deferred: the kernel does not wait for it).
    fn set_rx_mode(&self, filter: RxFilter) {
        self.device.defer(crate::split::UP_SET_RX_MODE, &(filter,));
    }

    /// A stub: `Small::tx_timeout` runs in the user half (src/interface.rs:55; deferred: the kernel does not wait for it).
    fn tx_timeout(&self, queue: u32) {
        self.device.defer(crate::split::UP_TX_TIMEOUT, &(queue,));
    }

    // from src/interface.rs:59
    fn get_stats64(&self) -> Stats64 {
        Stats64 {
            tx_packets: self.counters.lock().packets,
            ..Stats64::default()
        }
    }

    /// A stub: `Small::set_mac_address` runs in the user half (src/interface.rs:66; process context, and nothing keeps it in the kernel).
    fn set_mac_address(&self, address: MacAddress) -> Result<()> {
        self.device
            .upcall_once(crate::split::UP_SET_MAC_ADDRESS, &(address,))
    }
}
