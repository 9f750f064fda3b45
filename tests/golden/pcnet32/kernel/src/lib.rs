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

use counters::Faults;
use microdriver::{
    Coherent, Device, Driver, Grant, MacAddress, Mutex, Parameter, PciId, Result, SpinLock,
    dev_err, kernel_path,
};
use state::{Control, Traffic, Tuning};

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

    // stub: Pcnet32::probe runs in the user half (drivers/pcnet32/src/lib.rs:75; process context, and nothing keeps it in the kernel)
    fn probe(device: &Device) -> Result<Identity> {
        device.upcall(crate::split::UP_PROBE, &())
    }

    // from drivers/pcnet32/src/lib.rs:80
    #[kernel_path]
    fn attach(device: Device, identity: Identity) -> Result<Self> {
        let registers = device.registers();
        let mut transaction = registers.transaction();
        // Whatever ran before: from here on the chip leaves memory alone until it is started.
        transaction.read(chip::RESET);
        transaction.write(chip::BCR20, chip::STYLE_32_BIT);
        transaction.modify(chip::BCR2, 0, chip::LEDPE);
        transaction.run()?;
        // The link comes with the first look at it.
        device.set_carrier(false);
        Ok(Self {
            registers,
            chip: identity.chip,
            permanent: identity.address,
            bus_name: device.bus_name(),
            tuning: Tuning {
                copy_break: u32::try_from(device.parameter("rx_copybreak")?).unwrap_or(0),
                start_point: device.parameter("tx_start_pt")?,
            },
            settings: Mutex::new(identity.settings)?,
            control: Mutex::new(Control {
                up: false,
                asleep: false,
                watched: false,
                block: Coherent::new(&device, 1)?,
                configuration: [0; 3],
            })?,
            traffic: SpinLock::new(Traffic::default()),
            faults: SpinLock::new(Faults::default()),
            device,
        })
    }

    // from drivers/pcnet32/src/lib.rs:114
    #[kernel_path]
    fn address(&self) -> MacAddress {
        self.permanent
    }

    // from drivers/pcnet32/src/lib.rs:120
    /// The link watchdog's clock is wound here, so that it goes on whatever becomes of a look.
    #[kernel_path]
    fn work(&self, work: u32) -> Result<()> {
        if work == control::RESTART {
            dev_err!(self.device, "transmit FIFO underflow, restarting");
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

    // from drivers/pcnet32/src/lib.rs:141
    /// Before the machine sleeps: remembers what is not in the settings, and goes down.
    #[kernel_path]
    fn suspend(&self) -> Result<()> {
        let mut control = self.control.lock();
        if !control.up {
            return Ok(());
        }
        self.device.detach_interface();
        let mut transaction = self.registers.transaction();
        let tokens = chip::CONFIGURATION.map(|register| transaction.read(register));
        let values = transaction.run()?;
        control.configuration = tokens.map(|token| values.get(token));
        self.bring_down(&mut control);
        control.asleep = true;
        Ok(())
    }

    // from drivers/pcnet32/src/lib.rs:158
    /// After the machine has slept: up again, if it was up. The chip may have lost its power.
    #[kernel_path]
    fn resume(&self) -> Result<()> {
        let mut control = self.control.lock();
        if !control.asleep {
            return Ok(());
        }
        control.asleep = false;
        let mut transaction = self.registers.transaction();
        transaction.read(chip::RESET);
        for (register, value) in chip::CONFIGURATION.into_iter().zip(control.configuration) {
            transaction.write(register, value);
        }
        transaction.run()?;
        self.bring_up(&mut control)?;
        self.device.attach_interface();
        Ok(())
    }
}

mod split;
