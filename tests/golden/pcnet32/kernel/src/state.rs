// Emitted by pcnet-partition from drivers/pcnet32/src/state.rs. Do not edit.

//! The driver's state: what the two halves share, and what only the kernel has.

use crate::counters::{Faults, RxCounters, TxCounters};
use crate::look::Seen;
use crate::media::Media;
use crate::part::{Chip, MOST_CONFIGURATION};
use crate::rings::{InitBlock, Rings, Setup};
use microdriver::{Coherent, Device, MacAddress, Mutex, Registers, SpinLock, State, Text, Wire};

/// `NETIF_MSG_*`: what the driver logs.
pub(crate) const MSG_DRV: u32 = 0x0001;
pub(crate) const MSG_HW: u32 = 0x2000;

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

// Generated: the kernel's end of the crossings.
impl microdriver::split::KernelHalf for Pcnet32 {
    const SPLIT: bool = true;
    const FINGERPRINT: u64 = crate::split::FINGERPRINT;
    const UPCALLS: &'static [&'static str] = &[
        "Pcnet32::probe",
        "Pcnet32::get_drvinfo",
        "Pcnet32::get_msglevel",
        "Pcnet32::set_msglevel",
        "Pcnet32::get_link",
        "Pcnet32::nway_reset",
        "Pcnet32::get_ringparam",
        "Pcnet32::get_strings",
        "Pcnet32::get_sset_count",
        "Pcnet32::set_phys_id",
        "Pcnet32::get_regs_len",
        "Pcnet32::get_regs",
        "Pcnet32::set_link_ksettings",
        "Pcnet32::show_link",
        "Pcnet32::set_up_phys",
        "Pcnet32::follow_link",
        "Pcnet32::test_frames",
        "Pcnet32::stop",
        "Pcnet32::set_rx_mode",
        "Pcnet32::tx_timeout",
        "Pcnet32::set_mac_address",
        "Pcnet32::mii_ioctl",
        "Pcnet32::prepare_chip",
    ];
    const DOWNCALLS: &'static [&'static str] = &["Pcnet32::restart", "Pcnet32::take_snapshot"];
    const CARRIED: &'static [microdriver::split::Carried] = &[
        // `Pcnet32::probe`: where it is, parameters.
        microdriver::split::Carried::new(0x0, 0x0, 6),
        // `Pcnet32::get_drvinfo`: nothing.
        microdriver::split::Carried::new(0x0, 0x0, 0),
        // `Pcnet32::get_msglevel`: `settings`.
        microdriver::split::Carried::new(0x1, 0x0, 0),
        // `Pcnet32::set_msglevel`: `settings`.
        microdriver::split::Carried::new(0x1, 0x0, 0),
        // `Pcnet32::get_link`: `settings`, what its register programs read.
        microdriver::split::Carried::new(0x1, 0x0, 8),
        // `Pcnet32::nway_reset`: `settings`, what its register programs read.
        microdriver::split::Carried::new(0x1, 0x0, 8),
        // `Pcnet32::get_ringparam`: `settings`.
        microdriver::split::Carried::new(0x1, 0x0, 0),
        // `Pcnet32::get_strings`: nothing.
        microdriver::split::Carried::new(0x0, 0x0, 0),
        // `Pcnet32::get_sset_count`: nothing.
        microdriver::split::Carried::new(0x0, 0x0, 0),
        // `Pcnet32::set_phys_id`: `settings`.
        microdriver::split::Carried::new(0x1, 0x0, 0),
        // `Pcnet32::get_regs_len`: nothing.
        microdriver::split::Carried::new(0x0, 0x0, 0),
        // `Pcnet32::get_regs`: the interface, what its register programs read.
        microdriver::split::Carried::new(0x0, 0x0, 9),
        // `Pcnet32::set_link_ksettings`: `settings`.
        microdriver::split::Carried::new(0x1, 0x0, 0),
        // `Pcnet32::show_link`: nothing.
        microdriver::split::Carried::new(0x0, 0x0, 0),
        // `Pcnet32::set_up_phys`: `settings`.
        microdriver::split::Carried::new(0x1, 0x0, 0),
        // `Pcnet32::follow_link`: `settings`.
        microdriver::split::Carried::new(0x1, 0x0, 0),
        // `Pcnet32::test_frames`: nothing.
        microdriver::split::Carried::new(0x0, 0x0, 0),
        // `Pcnet32::stop`: `settings`, what its register programs read.
        microdriver::split::Carried::new(0x1, 0x0, 8),
        // `Pcnet32::set_rx_mode`: `settings`.
        microdriver::split::Carried::new(0x1, 0x0, 0),
        // `Pcnet32::tx_timeout`: `settings`, what its register programs read.
        microdriver::split::Carried::new(0x1, 0x0, 8),
        // `Pcnet32::set_mac_address`: nothing.
        microdriver::split::Carried::new(0x0, 0x0, 0),
        // `Pcnet32::mii_ioctl`: `settings`, what its register programs read.
        microdriver::split::Carried::new(0x1, 0x0, 8),
        // `Pcnet32::prepare_chip`: `settings`.
        microdriver::split::Carried::new(0x1, 0x0, 0),
    ];
    const DEFERRED: &'static [&'static str] = &["set_rx_mode", "tx_timeout"];
    const PLACEMENTS: &'static str = crate::split::PLACEMENTS;

    fn lower_state(
        &self,
        writer: &mut microdriver::wire::Writer<'_>,
    ) -> core::result::Result<(), microdriver::wire::WireError> {
        microdriver::wire::Lower::lower(&self.chip, writer)?;
        microdriver::wire::Lower::lower(&self.wide, writer)?;
        microdriver::wire::Lower::lower(&self.phys, writer)?;
        microdriver::wire::Lower::lower(&self.bus_name, writer)?;
        microdriver::wire::Lower::lower(&self.tuning, writer)?;
        Ok(())
    }

    fn lock(&self, number: u16) -> Option<&dyn microdriver::split::RemoteLock> {
        match number {
            crate::split::LOCK_SETTINGS => Some(&self.settings),
            _ => None,
        }
    }

    fn atomic(&self, _: u16) -> Option<&dyn microdriver::split::RemoteAtomic> {
        None
    }

    fn downcall(
        &self,
        number: u16,
        call: &mut microdriver::split::Downcall<'_>,
    ) -> core::result::Result<(), microdriver::split::Refused> {
        match number {
            crate::split::DOWN_RESTART => {
                let (stalled,) = call.arguments()?;
                let result = self.restart(stalled);
                call.reply(&result)
            }
            crate::split::DOWN_TAKE_SNAPSHOT => {
                let () = call.arguments()?;
                let result = self.take_snapshot();
                call.reply(&result)
            }
            _ => Err(microdriver::split::Refused::UnknownFunction),
        }
    }
}
