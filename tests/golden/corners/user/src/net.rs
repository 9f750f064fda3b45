// Emitted by pcnet-partition from src/net.rs. Do not edit.

//! The interface.

use microdriver::{MacAddress, NetOperations, Result, dev_info, user_path};

use crate::board::Board;
use crate::labels::Label;
use crate::tools;

impl NetOperations for Board {
    // from src/net.rs:13
    fn open(&self) -> Result<()> {
        self.reset(&Label::of(Self::SECOND), Self::SECOND);
        self.visit(&|limit| dev_info!(self.channel, "limit {limit}"));
        dev_info!(
            self.channel,
            "{} is {}",
            self.found,
            self.shared.lock().label
        );
        self.notes.lock().seen += 1;
        Ok(())
    }

    // from src/net.rs:27
    #[user_path]
    fn stop(&self) -> Result<()> {
        tools::repeat(2, || self.decide(&Label::Odd, 1))?;
        self.total.add(1);
        Ok(())
    }

    // from src/net.rs:58
    fn tx_timeout(&self, _queue: u32) {
        self.reset(&Label::Odd, 0);
    }

    // from src/net.rs:66
    fn set_mac_address(&self, address: MacAddress) -> Result<()> {
        let [first, ..] = address.0;
        self.tick(u32::from(first), false).map(drop)
    }
}

/// Private to this module, but a type that crosses has it.
pub(crate) const FIRST: usize = 3;

impl Board {
    /// Its result has a length that only this module can name.
    ///
    /// A stub: `Board::first` runs in the kernel half (src/net.rs:78; annotated `#[kernel_path]`).
    pub(crate) fn first(&self) -> [u8; FIRST] {
        self.channel.downcall(crate::split::DOWN_FIRST, &())
    }

    // from src/net.rs:85
    /// Asked for in the user half, and called by both.
    #[user_path]
    pub(crate) fn decide(&self, wanted: &Label, _: u32) -> Result<()> {
        self.shared.lock().label = *wanted;
        Ok(())
    }
}
