// Emitted by pcnet-partition from drivers/pcnet32/src/lib.rs. Do not edit.

//! AMD PCnet32 Ethernet: the Am79C97x family of PCI controllers.
//!
//! One source for both halves: no function here knows where it runs. Written from the data sheets of
//! the Am79C970A (PCnet-PCI II) and its successors.
//!
//! | file | what |
//! |---|---|
//! | `chip` | registers, their bits, the chips of the family, what the user half may touch |
//! | `probe` | which chip this is and what its address is |
//! | `state` | what the two halves share, and what only the kernel has |
//! | `net` | the interface's operations |
//! | `control` | bringing the chip up and down, and changing it meanwhile |
//! | `rings` | descriptors, rings, the initialization block |
//! | `transmit`, `receive` | the packet path |
//! | `filter`, `link` | the receive filter; whether there is a link, and what it is made of |
//! | `counters`, `statistics` | what is counted, and its names |
//! | `ethtool`, `dump`, `loopback` | the ethtool operations, the register dump, the self test |
#![no_std]
#![forbid(unsafe_code)]

mod chip;
mod control;
mod counters;
mod ethtool;
mod link;
mod loopback;
mod net;
mod probe;
mod receive;
mod rings;
mod state;
mod transmit;

use microdriver::{Device, Driver, Grant, MacAddress, Parameter, PciId, Result, kernel_path};

pub use probe::Identity;
pub use state::Pcnet32;

impl Driver for Pcnet32 {
    const NAME: &'static str = "pcnet32";
    const IDS: &'static [PciId] = &[PciId::new(0x1022, 0x2000), PciId::new(0x1022, 0x2001)];
    const PARAMETERS: &'static [Parameter] = &[
        Parameter::int(
            "debug",
            -1,
            "how many kinds of messages to log, lowest NETIF_MSG bit first",
        ),
        Parameter::int(
            "max_interrupt_work",
            2,
            "accepted and ignored: an interrupt only starts the poll",
        ),
        Parameter::int(
            "rx_copybreak",
            200,
            "received frames up to this length are copied",
        ),
        Parameter::int(
            "tx_start_pt",
            -1,
            "bytes in the FIFO that start a transmission: 0 to 3",
        ),
    ];
    const GRANTS: &'static [Grant] = chip::GRANTS;
    type Identity = Identity;

    // stub: Pcnet32::probe runs in the user half (drivers/pcnet32/src/lib.rs:70; process context, and nothing keeps it in the kernel)
    fn probe(device: &Device) -> Result<Identity> {
        device.upcall(crate::split::UP_PROBE, &())
    }

    // from drivers/pcnet32/src/lib.rs:75
    #[kernel_path]
    fn attach(device: Device, identity: Identity) -> Result<Self> {
        Self::assemble(device, identity)
    }

    // from drivers/pcnet32/src/lib.rs:80
    #[kernel_path]
    fn address(&self) -> MacAddress {
        self.identity.address
    }

    // from drivers/pcnet32/src/lib.rs:86
    /// The link watchdog's clock is wound here, so that it goes on whatever becomes of a look.
    #[kernel_path]
    fn work(&self, work: u32) -> Result<()> {
        if work == control::RESTART {
            return self.restart(false);
        }
        let first = {
            let mut control = self.control.lock();
            if !control.up {
                return Ok(());
            }
            self.device
                .schedule_work(control::LINK_WATCH, control::LINK_WATCH_MS);
            let first = !control.watched;
            control.watched = true;
            first
        };
        self.watch_link(first)
    }

    // from drivers/pcnet32/src/lib.rs:105
    #[kernel_path]
    fn suspend(&self) -> Result<()> {
        self.sleep_chip()
    }

    // from drivers/pcnet32/src/lib.rs:110
    #[kernel_path]
    fn resume(&self) -> Result<()> {
        self.wake_chip()
    }
}

mod split;
