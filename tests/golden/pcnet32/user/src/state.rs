// Emitted by pcnet-partition from drivers/pcnet32/src/state.rs. Do not edit.

//! The driver's state: what the two halves share, and what only the kernel has.

use crate::look::Seen;
use crate::media::Media;
use crate::part::Chip;
use crate::rings::Setup;
use microdriver::{Device, Mutex, Registers, State, Text, Wire};

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
    /// Name on the bus.
    pub(crate) bus_name: Text<32>,
    /// Module parameters.
    pub(crate) tuning: Tuning,
    /// What the user chose.
    pub(crate) settings: Mutex<Settings>,
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

// Generated: the user half's end of the crossings.
impl microdriver::split::UserHalf for Pcnet32 {
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

    fn lift_state(
        device: microdriver::Device,
        reader: &mut microdriver::wire::Reader<'_>,
    ) -> core::result::Result<Self, microdriver::wire::WireError> {
        Ok(Self {
            device,
            registers: microdriver::Registers::remote(),
            chip: microdriver::wire::Wire::lift(reader)?,
            wide: microdriver::wire::Wire::lift(reader)?,
            phys: microdriver::wire::Wire::lift(reader)?,
            bus_name: microdriver::wire::Wire::lift(reader)?,
            tuning: microdriver::wire::Wire::lift(reader)?,
            settings: microdriver::Mutex::remote(crate::split::LOCK_SETTINGS),
        })
    }

    fn upcall(
        state: Option<&Self>,
        device: &microdriver::Device,
        number: u16,
        call: &mut microdriver::split::Upcall<'_>,
    ) -> core::result::Result<(), microdriver::split::Refused> {
        match number {
            crate::split::UP_PROBE => {
                let () = call.arguments()?;
                let result = <Self as microdriver::Driver>::probe(device);
                call.reply(&result)
            }
            crate::split::UP_GET_DRVINFO => {
                let this = state.ok_or(microdriver::split::Refused::NoState)?;
                let () = call.arguments()?;
                let result = <Self as microdriver::EthtoolOperations>::get_drvinfo(this);
                call.reply(&result)
            }
            crate::split::UP_GET_MSGLEVEL => {
                let this = state.ok_or(microdriver::split::Refused::NoState)?;
                let () = call.arguments()?;
                let result = <Self as microdriver::EthtoolOperations>::get_msglevel(this);
                call.reply(&result)
            }
            crate::split::UP_SET_MSGLEVEL => {
                let this = state.ok_or(microdriver::split::Refused::NoState)?;
                let (level,) = call.arguments()?;
                let result = <Self as microdriver::EthtoolOperations>::set_msglevel(this, level);
                call.reply(&result)
            }
            crate::split::UP_GET_LINK => {
                let this = state.ok_or(microdriver::split::Refused::NoState)?;
                let () = call.arguments()?;
                let result = <Self as microdriver::EthtoolOperations>::get_link(this);
                call.reply(&result)
            }
            crate::split::UP_NWAY_RESET => {
                let this = state.ok_or(microdriver::split::Refused::NoState)?;
                let () = call.arguments()?;
                let result = <Self as microdriver::EthtoolOperations>::nway_reset(this);
                call.reply(&result)
            }
            crate::split::UP_GET_RINGPARAM => {
                let this = state.ok_or(microdriver::split::Refused::NoState)?;
                let () = call.arguments()?;
                let result = <Self as microdriver::EthtoolOperations>::get_ringparam(this);
                call.reply(&result)
            }
            crate::split::UP_GET_STRINGS => {
                let this = state.ok_or(microdriver::split::Refused::NoState)?;
                let (set,) = call.arguments()?;
                let result = <Self as microdriver::EthtoolOperations>::get_strings(this, set);
                call.reply(&result)
            }
            crate::split::UP_GET_SSET_COUNT => {
                let this = state.ok_or(microdriver::split::Refused::NoState)?;
                let (set,) = call.arguments()?;
                let result = <Self as microdriver::EthtoolOperations>::get_sset_count(this, set);
                call.reply(&result)
            }
            crate::split::UP_SET_PHYS_ID => {
                let this = state.ok_or(microdriver::split::Refused::NoState)?;
                let (state_,) = call.arguments()?;
                let result = <Self as microdriver::EthtoolOperations>::set_phys_id(this, state_);
                call.reply(&result)
            }
            crate::split::UP_GET_REGS_LEN => {
                let this = state.ok_or(microdriver::split::Refused::NoState)?;
                let () = call.arguments()?;
                let result = <Self as microdriver::EthtoolOperations>::get_regs_len(this);
                call.reply(&result)
            }
            crate::split::UP_GET_REGS => {
                let this = state.ok_or(microdriver::split::Refused::NoState)?;
                let (from,) = call.arguments()?;
                let result = <Self as microdriver::EthtoolOperations>::get_regs(this, from);
                call.reply(&result)
            }
            crate::split::UP_SET_LINK_KSETTINGS => {
                let this = state.ok_or(microdriver::split::Refused::NoState)?;
                let (wanted,) = call.arguments()?;
                let result =
                    <Self as microdriver::EthtoolOperations>::set_link_ksettings(this, wanted);
                call.reply(&result)
            }
            crate::split::UP_SHOW_LINK => {
                let this = state.ok_or(microdriver::split::Refused::NoState)?;
                let (seen, media, phy) = call.arguments()?;
                let result = this.show_link(seen, media, phy);
                call.reply(&result)
            }
            crate::split::UP_SET_UP_PHYS => {
                let this = state.ok_or(microdriver::split::Refused::NoState)?;
                let () = call.arguments()?;
                let result = this.set_up_phys();
                call.reply(&result)
            }
            crate::split::UP_FOLLOW_LINK => {
                let this = state.ok_or(microdriver::split::Refused::NoState)?;
                let (seen,) = call.arguments()?;
                let result = this.follow_link(seen);
                call.reply(&result)
            }
            crate::split::UP_TEST_FRAMES => {
                let this = state.ok_or(microdriver::split::Refused::NoState)?;
                let (address,) = call.arguments()?;
                let result = this.test_frames(address);
                call.reply(&result)
            }
            crate::split::UP_STOP => {
                let this = state.ok_or(microdriver::split::Refused::NoState)?;
                let () = call.arguments()?;
                let result = <Self as microdriver::NetOperations>::stop(this);
                call.reply(&result)
            }
            crate::split::UP_SET_RX_MODE => {
                let this = state.ok_or(microdriver::split::Refused::NoState)?;
                let (filter,) = call.arguments()?;
                <Self as microdriver::NetOperations>::set_rx_mode(this, filter);
                call.reply(&())
            }
            crate::split::UP_TX_TIMEOUT => {
                let this = state.ok_or(microdriver::split::Refused::NoState)?;
                let (queue,) = call.arguments()?;
                <Self as microdriver::NetOperations>::tx_timeout(this, queue);
                call.reply(&())
            }
            crate::split::UP_SET_MAC_ADDRESS => {
                let this = state.ok_or(microdriver::split::Refused::NoState)?;
                let (address,) = call.arguments()?;
                let result = <Self as microdriver::NetOperations>::set_mac_address(this, address);
                call.reply(&result)
            }
            crate::split::UP_MII_IOCTL => {
                let this = state.ok_or(microdriver::split::Refused::NoState)?;
                let (request,) = call.arguments()?;
                let result = <Self as microdriver::NetOperations>::mii_ioctl(this, request);
                call.reply(&result)
            }
            crate::split::UP_PREPARE_CHIP => {
                let this = state.ok_or(microdriver::split::Refused::NoState)?;
                let (seen,) = call.arguments()?;
                let result = this.prepare_chip(seen);
                call.reply(&result)
            }
            _ => Err(microdriver::split::Refused::UnknownFunction),
        }
    }
}
