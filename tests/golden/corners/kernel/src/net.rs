// Emitted by pcnet-partition from src/net.rs. Do not edit.

//! The interface.

use microdriver::{
    IrqReturn, MacAddress, NetOperations, NetdevTx, Result, RxFilter, SkBuff, Stats64, dev_dbg,
    kernel_path,
};

use crate::board::Board;
use crate::labels::Label;
use crate::tools;

impl NetOperations for Board {
    /// A stub: `Board::open` runs in the user half (src/net.rs:13; process context, and nothing keeps it in the kernel).
    fn open(&self) -> Result<()> {
        self.channel.upcall(crate::split::UP_OPEN, &())
    }

    /// A stub: `Board::stop` runs in the user half (src/net.rs:27; annotated `#[user_path]`).
    fn stop(&self) -> Result<()> {
        self.channel.upcall(crate::split::UP_STOP, &())
    }

    // from src/net.rs:33
    fn quiesce(&self) {
        if let Err(error) = self.decide(&Label::None, 3) {
            dev_dbg!(self.channel, "not decided: {error:?}");
        }
    }

    // from src/net.rs:39
    fn start_xmit(&self, skb: SkBuff) -> NetdevTx {
        self.queue.lock().push(skb);
        NetdevTx::Ok
    }

    // from src/net.rs:44
    fn interrupt(&self) -> IrqReturn {
        IrqReturn::None
    }

    // from src/net.rs:48
    fn poll(&self, budget: u32) -> u32 {
        budget.min(tools::LARGEST)
    }

    // Kept in the kernel, though it could be deferred.
    // from src/net.rs:54
    #[kernel_path]
    fn set_rx_mode(&self, _filter: RxFilter) {
        self.busy.store(true);
    }

    /// A stub: `Board::tx_timeout` runs in the user half (src/net.rs:58; deferred: the kernel does not wait for it).
    fn tx_timeout(&self, queue: u32) {
        self.channel.defer(crate::split::UP_TX_TIMEOUT, &(queue,));
    }

    // from src/net.rs:62
    fn get_stats64(&self) -> Stats64 {
        Stats64::default()
    }

    /// A stub: `Board::set_mac_address` runs in the user half (src/net.rs:66; process context, and nothing keeps it in the kernel).
    fn set_mac_address(&self, address: MacAddress) -> Result<()> {
        self.channel
            .upcall(crate::split::UP_SET_MAC_ADDRESS, &(address,))
    }
}

/// Private to this module, but a type that crosses has it.
pub(crate) const FIRST: usize = 3;

impl Board {
    // from src/net.rs:78
    /// Its result has a length that only this module can name.
    #[kernel_path]
    pub(crate) fn first(&self) -> [u8; FIRST] {
        let [a, b, c, ..] = self.station.0;
        [a, b, c]
    }

    /// Asked for in the user half, and called by both.
    ///
    /// A stub: `Board::decide` runs in the user half (src/net.rs:85; annotated `#[user_path]`).
    fn decide(&self, wanted: &Label, argument_1: u32) -> Result<()> {
        self.channel
            .upcall(crate::split::UP_DECIDE, &(wanted, argument_1))
    }
}
