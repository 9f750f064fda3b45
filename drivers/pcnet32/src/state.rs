//! The driver's state: what the two halves share, and what only the kernel has.

use crate::counters::{Faults, RxCounters, TxCounters};
use crate::look::Seen;
use crate::media::Media;
use crate::part::{Chip, MOST_CONFIGURATION};
use crate::rings::{InitBlock, Rings, Setup};
use microdriver::{Coherent, Device, MacAddress, Mutex, Registers, SpinLock, State, Text, Wire};

/// `NETIF_MSG_*`: what the driver logs.
pub(crate) const MSG_DRV: u32 = 0x0001;
pub(crate) const MSG_PROBE: u32 = 0x0002;
pub(crate) const MSG_LINK: u32 = 0x0004;
pub(crate) const MSG_IFDOWN: u32 = 0x0010;
pub(crate) const MSG_IFUP: u32 = 0x0020;
/// What goes wrong in sending.
pub(crate) const MSG_TX_ERR: u32 = 0x0080;
pub(crate) const MSG_HW: u32 = 0x2000;
/// Driver, probe, link.
pub(crate) const MSG_DEFAULT: u32 = 0x0007;

/// One device.
#[derive(Debug)]
pub struct Pcnet32 {
    pub(crate) device: Device,
    pub(crate) registers: Registers,
    pub(crate) chip: Chip,
    /// It is in double-word I/O mode.
    pub(crate) wide: bool,
    /// Addresses at which a PHY answered, a bit each.
    pub(crate) phys: u32,
    /// The permanent address.
    pub(crate) permanent: MacAddress,
    /// Name on the bus.
    pub(crate) bus_name: Text<32>,
    /// Module parameters.
    pub(crate) tuning: Tuning,
    /// What the user chose.
    pub(crate) settings: Mutex<Settings>,
    /// Whether the chip runs, and how: taken by whatever starts, stops or restarts it.
    pub(crate) control: Mutex<Control>,
    pub(crate) traffic: SpinLock<Traffic>,
    pub(crate) faults: SpinLock<Faults>,
}

/// Module parameters that are used after `attach`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Wire)]
pub(crate) struct Tuning {
    /// Frames up to this length are copied.
    pub(crate) copy_break: u32,
    /// Most rounds of an interrupt.
    pub(crate) interrupt_rounds: u32,
    /// Transmit start point, as given.
    pub(crate) start_point: i32,
    /// The Am79C978 uses its PHY for telephone wires.
    pub(crate) home: bool,
}

/// What the link watchdog sees.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Wire)]
pub(crate) struct Link {
    /// The card is there.
    pub(crate) answers: bool,
    /// There is a link, or no way to tell.
    pub(crate) up: bool,
    /// 100 Mbit/s, and full duplex, where a PHY says.
    pub(crate) fast: bool,
    pub(crate) full_duplex: bool,
}

/// What can be chosen, and is kept over down and up.
#[derive(Clone, Debug, PartialEq, State, Wire)]
pub(crate) struct Settings {
    /// `NETIF_MSG_*` bits.
    pub(crate) message_level: u32,
    /// Descriptors of the transmit ring.
    pub(crate) tx_entries: u32,
    /// Descriptors of the receive ring.
    pub(crate) rx_entries: u32,
    pub(crate) media: Media,
    /// The same and the receive filter, as the chip has it.
    pub(crate) setup: Setup,
    /// What the link watchdog saw last, if it need not look anew, and what that meant.
    pub(crate) seen: Option<Seen>,
    pub(crate) link: Link,
    /// The stack was told of that, after the start.
    pub(crate) link_told: bool,
    /// Address of the PHY in use.
    pub(crate) phy: u8,
    /// The PHYs are set up. A loss of power does away with that.
    pub(crate) phys_ready: bool,
    /// How often the link was lost, and another PHY taken.
    pub(crate) link_losses: u64,
    pub(crate) phy_changes: u64,
    /// BCR4 to BCR7 as they were found: nobody else changes them.
    pub(crate) leds: [u16; 4],
}

/// Whether the chip runs, and how. The kernel's alone: everything that could harm it depends on this.
#[derive(Debug)]
pub(crate) struct Control {
    /// The rings exist, the interrupt is ours, NAPI is enabled.
    pub(crate) up: bool,
    /// It was so before the machine went to sleep.
    pub(crate) asleep: bool,
    /// What the chip reads when it is started.
    pub(crate) block: Coherent<InitBlock>,
    /// What `Chip::configuration` lists, as it was before the machine went to sleep.
    pub(crate) configuration: [u32; MOST_CONFIGURATION],
}

/// Packets that are taken off a ring under one hold of the lock; they are handed on after it.
pub(crate) const BATCH: usize = 4;

/// The packet path. There are rings while the interface is up and the chip is not being restarted.
#[derive(Debug, Default)]
pub(crate) struct Traffic {
    pub(crate) rings: Option<Rings>,
    pub(crate) tx: TxCounters,
    pub(crate) rx: RxCounters,
}
