//! The network interface, which carries nothing.

use microdriver::{
    IrqReturn, MacAddress, NetOperations, NetdevTx, Result, RxFilter, SkBuff, Stats64,
};

use crate::Bench;

impl NetOperations for Bench {
    fn open(&self) -> Result<()> {
        Ok(())
    }

    fn stop(&self) -> Result<()> {
        Ok(())
    }

    fn quiesce(&self) {
        self.device.stop_queue();
    }

    fn start_xmit(&self, skb: SkBuff) -> NetdevTx {
        drop(skb);
        NetdevTx::Ok
    }

    fn interrupt(&self) -> IrqReturn {
        IrqReturn::None
    }

    fn poll(&self, _budget: u32) -> u32 {
        0
    }

    fn set_rx_mode(&self, _filter: RxFilter) {}

    fn tx_timeout(&self, _queue: u32) {}

    fn get_stats64(&self) -> Stats64 {
        Stats64::default()
    }

    fn set_mac_address(&self, _address: MacAddress) -> Result<()> {
        Ok(())
    }
}
