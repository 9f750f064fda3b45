// Emitted by pcnet-partition from src/interface.rs. Do not edit.

//! The network interface.

use microdriver::{
    IrqReturn, MacAddress, NetOperations, NetdevTx, Result, RxFilter, SkBuff, Stats64, kernel_path,
};

use crate::chip::{self, Port};
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

    // from src/interface.rs:59
    fn get_stats64(&self) -> Stats64 {
        Stats64 {
            tx_packets: self.counters.lock().packets,
            ..Stats64::default()
        }
    }

    // from src/interface.rs:66
    fn set_mac_address(&self, _address: MacAddress) -> Result<()> {
        Ok(())
    }
}
