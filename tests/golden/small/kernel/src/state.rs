// Emitted by pcnet-partition from src/state.rs. Do not edit.

//! The driver's state, and how it is made.

use microdriver::{
    AtomicU32, Device, Driver, Grant, MacAddress, Mutex, Parameter, PciId, Registers, Result,
    SpinLock, State, Wire,
};

use crate::chip::{GRANTS, Identity, Port};

/// What control operations change.
#[derive(Clone, Debug, PartialEq, Wire, State)]
pub struct Settings {
    /// Messages that are logged.
    pub level: u32,
    /// The connector.
    pub port: Port,
}

/// Counted on the packet path.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) packets: u64,
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
    // Never leaves the kernel.
    pub(crate) counters: SpinLock<Counters>,
    pub(crate) running: AtomicU32,
}

impl Driver for Small {
    const NAME: &'static str = "small";
    const IDS: &'static [PciId] = &[
        PciId::new(0x1234, 0x0001),
        PciId::new(0x1234, 0x0002).with_class(0x02_0000, 0xff_0000),
    ];
    const PARAMETERS: &'static [Parameter] = &[
        Parameter::int("debug", -1, "messages that are logged"),
        Parameter::per_card("media", 0, "the connector"),
    ];
    const GRANTS: &'static [Grant] = GRANTS;

    type Identity = Identity;

    /// A stub: `Small::probe` runs in the user half (src/state.rs:53; process context, and nothing keeps it in the kernel).
    fn probe(device: &Device) -> Result<Identity> {
        device.upcall(crate::split::UP_PROBE, &())
    }

    // from src/state.rs:62
    fn attach(device: Device, identity: Identity) -> Result<Self> {
        let settings = Settings {
            level: device.parameter("debug")?.unsigned_abs(),
            port: identity.port,
        };
        Ok(Small {
            registers: device.registers(),
            identity,
            settings: Mutex::new(settings)?,
            counters: SpinLock::new(Counters::default()),
            running: AtomicU32::new(0),
            device,
        })
    }

    // from src/state.rs:77
    fn address(&self) -> MacAddress {
        MacAddress([2, 0, 0, 0, 0, 1])
    }
}

impl Small {
    // from src/state.rs:84
    /// Starts the chip.
    pub(crate) fn start(&self, port: Port) -> Result<()> {
        self.device.start_queue();
        self.running.store(u32::from(port.number()));
        Ok(())
    }
}

// Generated: the kernel's end of the crossings.
impl microdriver::split::KernelHalf for Small {
    const SPLIT: bool = true;
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
    const DOWNCALLS: &'static [&'static str] = &["Small::start"];
    const CARRIED: &'static [microdriver::split::Carried] = &[
        // `Small::get_drvinfo`: where it is.
        microdriver::split::Carried::new(0x0, 0x0, 2),
        // `Small::get_msglevel`: `settings`.
        microdriver::split::Carried::new(0x1, 0x0, 0),
        // `Small::set_msglevel`: `settings`.
        microdriver::split::Carried::new(0x1, 0x0, 0),
        // `Small::get_link`: `settings`, the interface.
        microdriver::split::Carried::new(0x1, 0x0, 1),
        // `Small::set_phys_id`: nothing.
        microdriver::split::Carried::new(0x0, 0x0, 0),
        // `Small::open`: `settings`.
        microdriver::split::Carried::new(0x1, 0x0, 0),
        // `Small::stop`: `running`.
        microdriver::split::Carried::new(0x0, 0x1, 0),
        // `Small::set_rx_mode`: `running`.
        microdriver::split::Carried::new(0x0, 0x1, 0),
    ];
    const DEFERRED: &'static [&'static str] = &["set_rx_mode", "tx_timeout"];
    const PLACEMENTS: &'static str = crate::split::PLACEMENTS;

    fn lower_state(
        &self,
        writer: &mut microdriver::wire::Writer<'_>,
    ) -> core::result::Result<(), microdriver::wire::WireError> {
        microdriver::wire::Lower::lower(&self.identity, writer)?;
        Ok(())
    }

    fn lock(&self, number: u16) -> Option<&dyn microdriver::split::RemoteLock> {
        match number {
            crate::split::LOCK_SETTINGS => Some(&self.settings),
            _ => None,
        }
    }

    fn atomic(&self, number: u16) -> Option<&dyn microdriver::split::RemoteAtomic> {
        match number {
            crate::split::ATOMIC_RUNNING => Some(&self.running),
            _ => None,
        }
    }

    fn downcall(
        &self,
        number: u16,
        call: &mut microdriver::split::Downcall<'_>,
    ) -> core::result::Result<(), microdriver::split::Refused> {
        match number {
            crate::split::DOWN_START => {
                let (port,) = call.arguments()?;
                let result = self.start(port);
                call.reply(&result)
            }
            _ => Err(microdriver::split::Refused::UnknownFunction),
        }
    }
}
