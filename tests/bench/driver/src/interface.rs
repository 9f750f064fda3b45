//! The network interface, which carries nothing.

use microdriver::{
    IrqReturn, MacAddress, MiiReply, MiiRequest, NetOperations, NetdevTx, Result, RxFilter, SkBuff,
    Stats64, kernel_path, user_path,
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

    /// The kernel does not wait for it: a worker makes the call.
    #[user_path]
    fn set_rx_mode(&self, _filter: RxFilter) {
        crate::control::asked(1);
    }

    fn tx_timeout(&self, _queue: u32) {}

    fn get_stats64(&self) -> Stats64 {
        Stats64::default()
    }

    fn set_mac_address(&self, _address: MacAddress) -> Result<()> {
        Ok(())
    }
    #[kernel_path]
    fn mii_ioctl(&self, request: MiiRequest) -> Result<MiiReply> {
        self.kind(request)
    }
}
