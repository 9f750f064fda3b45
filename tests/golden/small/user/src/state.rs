// Emitted by pcnet-partition from src/state.rs. Do not edit.

//! The driver's state, and how it is made.

use microdriver::{
    AtomicU32, Device, Driver, Mutex, Registers, Result, State, Wire, dev_info, user_path,
};

use crate::chip::{self, Identity, Port};

/// What control operations change.
#[derive(Clone, Debug, PartialEq, Wire, State)]
pub struct Settings {
    /// Messages that are logged.
    pub level: u32,
    /// The connector.
    pub port: Port,
}

/// The driver's state.
#[derive(Debug)]
pub struct Small {
    /// The device.
    pub(crate) device: Device,
    pub(crate) registers: Registers,
    pub(crate) identity: Identity,
    /// Settings, changed under RTNL.
    pub(crate) settings: Mutex<Settings>,
    pub(crate) running: AtomicU32,
}

impl Driver for Small {
    type Identity = Identity;

    // from src/state.rs:53
    fn probe(device: &Device) -> Result<Identity> {
        let version = chip::version(&device.registers())?;
        dev_info!(device, "version {version:#x}");
        Ok(Identity {
            version,
            port: Port::Auto,
        })
    }
}

impl Small {
    /// Starts the chip.
    ///
    /// A stub: `Small::start` runs in the kernel half (src/state.rs:84; touches `Device::start_queue`, which only the kernel has).
    pub(crate) fn start(&self, port: Port) -> Result<()> {
        self.device.downcall(crate::split::DOWN_START, &(port,))
    }

    // from src/state.rs:92
    /// Chooses a connector.
    #[user_path]
    pub(crate) fn choose(&self, wanted: &Port) -> Result<Port> {
        let mut settings = self.settings.lock();
        settings.port = *wanted;
        Ok(settings.port)
    }
}

// Generated: the user half's end of the crossings.
impl microdriver::split::UserHalf for Small {
    const FINGERPRINT: u64 = crate::split::FINGERPRINT;
    const UPCALLS: &'static [&'static str] = &[
        "Small::get_drvinfo",
        "Small::get_msglevel",
        "Small::set_msglevel",
        "Small::get_link",
        "Small::set_phys_id",
        "Small::open",
        "Small::stop",
        "Small::set_rx_mode",
        "Small::tx_timeout",
        "Small::set_mac_address",
        "Small::probe",
    ];

    fn lift_state(
        device: microdriver::Device,
        reader: &mut microdriver::wire::Reader<'_>,
    ) -> core::result::Result<Self, microdriver::wire::WireError> {
        Ok(Self {
            device,
            registers: microdriver::Registers::remote(),
            identity: microdriver::wire::Wire::lift(reader)?,
            settings: microdriver::Mutex::remote(crate::split::LOCK_SETTINGS),
            running: microdriver::AtomicU32::remote(crate::split::ATOMIC_RUNNING),
        })
    }

    fn upcall(
        state: Option<&Self>,
        device: &microdriver::Device,
        number: u16,
        call: &mut microdriver::split::Upcall<'_>,
    ) -> core::result::Result<(), microdriver::split::Refused> {
        match number {
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
            crate::split::UP_SET_PHYS_ID => {
                let this = state.ok_or(microdriver::split::Refused::NoState)?;
                let (state_,) = call.arguments()?;
                let result = <Self as microdriver::EthtoolOperations>::set_phys_id(this, state_);
                call.reply(&result)
            }
            crate::split::UP_OPEN => {
                let this = state.ok_or(microdriver::split::Refused::NoState)?;
                let () = call.arguments()?;
                let result = <Self as microdriver::NetOperations>::open(this);
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
            crate::split::UP_PROBE => {
                let () = call.arguments()?;
                let result = <Self as microdriver::Driver>::probe(device);
                call.reply(&result)
            }
            _ => Err(microdriver::split::Refused::UnknownFunction),
        }
    }
}
