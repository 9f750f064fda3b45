// Emitted by pcnet-partition from src/state.rs. Do not edit.

//! The driver's state, and how it is made.

use microdriver::{
    AtomicU32, Device, Driver, Grant, MacAddress, Mutex, Parameter, PciId, Registers, Result,
    SpinLock, State, Wire, dev_info, user_path,
};

use crate::chip::{self, GRANTS, Identity, Port};

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

    // from src/state.rs:53
    fn probe(device: &Device) -> Result<Identity> {
        let version = chip::version(&device.registers())?;
        dev_info!(device, "version {version:#x}");
        Ok(Identity {
            version,
            port: Port::Auto,
        })
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

    // from src/state.rs:92
    /// Chooses a connector.
    #[user_path]
    pub(crate) fn choose(&self, wanted: &Port) -> Result<Port> {
        let mut settings = self.settings.lock();
        settings.port = *wanted;
        Ok(settings.port)
    }
}

// Generated: the kernel's end of the crossings.
impl microdriver::split::KernelHalf for Small {
    const SPLIT: bool = false;
    const FINGERPRINT: u64 = crate::split::FINGERPRINT;
    const UPCALLS: &'static [&'static str] = &[];
    const DOWNCALLS: &'static [&'static str] = &[];
    const PLACEMENTS: &'static str = crate::split::PLACEMENTS;

    fn lower_state(
        &self,
        _: &mut microdriver::wire::Writer<'_>,
    ) -> core::result::Result<(), microdriver::wire::WireError> {
        Ok(())
    }

    fn lock(&self, _: u16) -> Option<&dyn microdriver::split::RemoteLock> {
        None
    }

    fn atomic(&self, _: u16) -> Option<&dyn microdriver::split::RemoteAtomic> {
        None
    }

    fn downcall(
        &self,
        _: u16,
        _: &mut microdriver::split::Downcall<'_>,
    ) -> core::result::Result<(), microdriver::split::Refused> {
        Err(microdriver::split::Refused::UnknownFunction)
    }
}
