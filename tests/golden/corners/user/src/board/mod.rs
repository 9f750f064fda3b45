// Emitted by pcnet-partition from src/board/mod.rs. Do not edit.

//! The state, in a module with modules of its own.

pub(crate) mod limits;

use core::fmt;

use microdriver::{AtomicU64, Device, Error, Mutex, Result, State, Wire};

pub(crate) use limits::{LIMIT, Limits};

use crate::labels::{Label, Named as _};

/// What probing found out.
#[derive(Clone, Copy, Debug, PartialEq, Wire)]
pub struct Found {
    pub(crate) revision: u16,
    pub(crate) limits: [u32; 2],
}

/// Changed by both halves.
#[derive(Clone, Debug, Default, PartialEq, Wire, State)]
pub(crate) struct Shared {
    pub(crate) ticks: u32,
    pub(crate) label: Label,
}

/// Only the user half needs it.
#[derive(Clone, Debug, Default, PartialEq, Wire, State)]
pub(crate) struct Notes {
    pub(crate) seen: u32,
}

/// The driver's state.
#[derive(Debug)]
pub struct Board {
    pub(crate) found: Found,
    pub(crate) shared: Mutex<Shared>,
    /// Not taken in the user half.
    pub(crate) private: Mutex<Notes>,
    pub(crate) notes: Mutex<Notes>,
    pub(crate) total: AtomicU64,
    pub(crate) channel: Device,
}

impl Board {
    const FIRST: u32 = 1;
    /// Named in the user half only.
    pub(crate) const SECOND: u32 = Self::FIRST + 1;

    // Two arguments, one behind a reference, none of them named as the dispatcher's own.
    // from src/board/mod.rs:76
    pub(super) fn tick(&self, number: u32, _call: bool) -> Result<u32> {
        let mut shared = self.shared.lock();
        shared.ticks += number;
        shared.label = Label::of(shared.ticks);
        self.private.lock().seen += 1;
        if shared.label.name() == "none" {
            return Err(Error::EINVAL);
        }
        Ok(shared.ticks)
    }

    // from src/board/mod.rs:88
    /// Cannot be called across, because of what it takes; but both halves can have it.
    pub(crate) fn visit(&self, visitor: &dyn Fn(u32)) {
        visitor(self.found.limits[0]);
    }

    /// Sends an array whose length is private to a module.
    ///
    /// A stub: `Board::limits` runs in the kernel half (src/board/mod.rs:93; touches `Queue`, which holds `SkBuff` of the kernel).
    pub(crate) fn limits(&self, least: u32) -> Result<Limits> {
        self.channel.downcall(crate::split::DOWN_LIMITS, &(least,))
    }

    /// Private to this module, and called by the dispatcher of the kernel half.
    ///
    /// A stub: `Board::reset` runs in the kernel half (src/board/mod.rs:99; touches `Queue`, which holds `SkBuff` of the kernel).
    pub(crate) fn reset(&self, mode: &Label, result: u32) {
        self.channel
            .downcall(crate::split::DOWN_RESET, &(mode, result))
    }
}

impl fmt::Display for Found {
    // from src/board/mod.rs:113
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "revision {}", self.revision)
    }
}

// from src/board/mod.rs:119
/// What the device says; a helper with the device.
pub(crate) fn revision(device: &Device) -> Result<u16> {
    u16::try_from(device.mtu()).map_err(|_| Error::EIO)
}

// Generated: the user half's end of the crossings.
impl microdriver::split::UserHalf for Board {
    const FINGERPRINT: u64 = crate::split::FINGERPRINT;
    const UPCALLS: &'static [&'static str] = &[
        "Board::probe",
        "Board::work",
        "Board::open",
        "Board::stop",
        "Board::tx_timeout",
        "Board::set_mac_address",
        "Board::decide",
        "Board::get_drvinfo",
        "Board::get_link",
    ];

    fn lift_state(
        device: microdriver::Device,
        reader: &mut microdriver::wire::Reader<'_>,
    ) -> core::result::Result<Self, microdriver::wire::WireError> {
        Ok(Self {
            found: microdriver::wire::Wire::lift(reader)?,
            shared: microdriver::Mutex::remote(crate::split::LOCK_SHARED),
            private: microdriver::Mutex::remote(crate::split::LOCK_PRIVATE),
            notes: microdriver::Mutex::remote(crate::split::LOCK_NOTES),
            total: microdriver::AtomicU64::remote(crate::split::ATOMIC_TOTAL),
            channel: device,
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
            crate::split::UP_WORK => {
                let this = state.ok_or(microdriver::split::Refused::NoState)?;
                let (work,) = call.arguments()?;
                let result = <Self as microdriver::Driver>::work(this, work);
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
            crate::split::UP_DECIDE => {
                let this = state.ok_or(microdriver::split::Refused::NoState)?;
                let (wanted, argument_1) = call.arguments()?;
                let result = this.decide(&wanted, argument_1);
                call.reply(&result)
            }
            crate::split::UP_GET_DRVINFO => {
                let this = state.ok_or(microdriver::split::Refused::NoState)?;
                let () = call.arguments()?;
                let result = <Self as microdriver::EthtoolOperations>::get_drvinfo(this);
                call.reply(&result)
            }
            crate::split::UP_GET_LINK => {
                let this = state.ok_or(microdriver::split::Refused::NoState)?;
                let () = call.arguments()?;
                let result = <Self as microdriver::EthtoolOperations>::get_link(this);
                call.reply(&result)
            }
            _ => Err(microdriver::split::Refused::UnknownFunction),
        }
    }
}
