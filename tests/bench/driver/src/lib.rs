//! A driver that does next to nothing: what an operation takes is what it takes to get there and back.
//!
//! It takes a network card, and leaves the chip alone.

#![no_std]
#![forbid(unsafe_code)]

mod control;
mod interface;
mod kinds;

use microdriver::{
    AtomicU32, Device, Driver, Grant, MacAddress, Mutex, Parameter, PciId, Result, State, Wire,
};

/// What the lock protects.
#[derive(Clone, Debug, PartialEq, Wire, State)]
pub struct Settings {
    /// Messages that are logged.
    pub level: u32,
}

/// Nothing is found out.
#[derive(Clone, Copy, Debug, Wire)]
pub struct Identity {
    /// As a type has to have something.
    pub nothing: u32,
}

/// The driver's state.
#[derive(Debug)]
pub struct Bench {
    pub(crate) device: Device,
    pub(crate) settings: Mutex<Settings>,
    pub(crate) calls: AtomicU32,
}

impl Driver for Bench {
    const NAME: &'static str = "bench";
    const IDS: &'static [PciId] = &[PciId::new(0x1022, 0x2000)];
    const PARAMETERS: &'static [Parameter] = &[];
    const GRANTS: &'static [Grant] = &[];

    type Identity = Identity;

    fn probe(_device: &Device) -> Result<Identity> {
        Ok(Identity { nothing: 0 })
    }

    fn attach(device: Device, _identity: Identity) -> Result<Self> {
        Ok(Bench {
            device,
            settings: Mutex::new(Settings { level: 0 })?,
            calls: AtomicU32::new(0),
        })
    }

    fn address(&self) -> MacAddress {
        MacAddress([2, 0, 0, 0, 0x53, 2])
    }
}
