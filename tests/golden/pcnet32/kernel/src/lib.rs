// Emitted by pcnet-partition from drivers/pcnet32/src/lib.rs. Do not edit.

//! AMD PCnet32 Ethernet: the Am79C97x family of controllers, for PCI, and the Am79C965, for the VL bus.
//!
//! One source for both halves: no function here knows where it runs. Written from the data sheets of
//! the Am79C970A (PCnet-PCI II) and its successors.
//!
//! | file | what |
//! |---|---|
//! | `chip`, `part` | registers, their bits, what the user half may touch; the chips of the family |
//! | `probe`, `prom`, `parameters`, `board` | which chip this is and what its address is; how to start with it |
//! | `fixed` | cards on the VL bus, which tells of none |
//! | `state` | what the two halves share, and what only the kernel has |
//! | `net` | the interface's operations |
//! | `setup`, `control` | setting the chip up; bringing it up and down, and changing it meanwhile |
//! | `rings` | descriptors, rings, the initialization block |
//! | `transmit`, `receive` | the packet path |
//! | `snapshot` | the rings in the log |
//! | `filter` | the receive filter |
//! | `media`, `link` | what the chip is attached to; whether there is a link |
//! | `ports` | link settings where the chip has two ports |
//! | `mii`, `phy`, `phys` | PHYs: their registers, what they say, what users do with them |
//! | `power` | suspend and resume |
//! | `counters`, `statistics` | what is counted, and its names |
//! | `ethtool` | the ethtool operations |
//! | `dump`, `loopback`, `leds` | the register dump, the self test, the identifying LEDs |
#![no_std]
#![forbid(unsafe_code)]

mod chip;
mod control;
mod counters;
mod ethtool;
mod fixed;
mod link;
mod look;
mod loopback;
mod media;
mod mii;
mod net;
mod parameters;
mod part;
mod phy;
mod power;
mod probe;
mod receive;
mod rings;
mod setup;
mod snapshot;
mod state;
mod statistics;
mod transmit;

use counters::Faults;
use microdriver::{
    Coherent, Device, Driver, FixedPorts, Grant, MacAddress, Mutex, Parameter, PciId, Result,
    SpinLock, kernel_path,
};
use part::MOST_CONFIGURATION;
use state::{Control, Traffic};

pub use probe::Identity;
pub use state::Pcnet32;

impl Driver for Pcnet32 {
    const NAME: &'static str = "pcnet32";
    const IDS: &'static [PciId] = &[
        PciId::new(0x1022, 0x2000),
        PciId::new(0x1022, 0x2001),
        // Some boards have the vendor's number with a digit wrong; the class tells them apart.
        PciId::new(0x1023, 0x2000).with_class(0x020000, 0xffff00),
    ];
    const FIXED_PORTS: Option<FixedPorts> = Some(fixed::PORTS);
    const PARAMETERS: &'static [Parameter] = parameters::ALL;
    const GRANTS: &'static [Grant] = chip::GRANTS;
    type Identity = Identity;

    /// A stub: `Pcnet32::probe` runs in the user half (drivers/pcnet32/src/lib.rs:83; process context, and nothing keeps it in the kernel).
    fn probe(device: &Device) -> Result<Identity> {
        device.upcall(crate::split::UP_PROBE, &())
    }

    // from drivers/pcnet32/src/lib.rs:88
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
            wide: identity.wide,
            phys: identity.phys,
            permanent: identity.address,
            bus_name: probe::bus_name(&device),
            tuning: identity.tuning,
            settings: Mutex::new(identity.settings)?,
            control: Mutex::new(Control {
                up: false,
                asleep: false,
                block: Coherent::new(&device, 1)?,
                configuration: [0; MOST_CONFIGURATION],
            })?,
            traffic: SpinLock::new(Traffic::default()),
            faults: SpinLock::new(Faults::default()),
            device,
        })
    }

    // from drivers/pcnet32/src/lib.rs:120
    #[kernel_path]
    fn raise_interrupt(&self, on: bool) -> Result<()> {
        if on {
            self.initialize_only()
        } else {
            self.stop_initialized()
        }
    }

    // from drivers/pcnet32/src/lib.rs:129
    #[kernel_path]
    fn address(&self) -> MacAddress {
        self.permanent
    }

    // from drivers/pcnet32/src/lib.rs:135
    /// The link watchdog's clock is wound here, so that it goes on whatever becomes of a look.
    #[kernel_path]
    fn work(&self, work: u32) -> Result<()> {
        if work == control::RESTART {
            return self.restart(false);
        }
        {
            let control = self.control.lock();
            if !control.up {
                return Ok(());
            }
            if self.chip.senses_link() {
                self.device
                    .schedule_work(control::LINK_WATCH, control::LINK_WATCH_MS);
            }
        }
        self.watch_link()
    }

    // from drivers/pcnet32/src/lib.rs:153
    #[kernel_path]
    fn suspend(&self) -> Result<()> {
        let mut control = self.control.lock();
        if control.up {
            self.fall_asleep(&mut control);
        }
        Ok(())
    }

    // from drivers/pcnet32/src/lib.rs:162
    #[kernel_path]
    fn resume(&self) -> Result<()> {
        let mut control = self.control.lock();
        if control.asleep {
            self.wake_up(&mut control)
        } else {
            self.revive()
        }
    }
}

mod split;
