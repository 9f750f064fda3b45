// Emitted by pcnet-partition from src/board/mod.rs. Do not edit.

//! The state, in a module with modules of its own.

pub(crate) mod limits;
pub(crate) mod queue;

use core::fmt;

use microdriver::{
    AtomicBool, AtomicU64, Device, MacAddress, Mutex, Result, SpinLock, State, Wire,
};

use limits::*;

pub(crate) use limits::Limits;

use self::queue::Queue;
use crate::labels::Label;

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
    /// Not read in the user half.
    pub(crate) station: MacAddress,
    pub(crate) queue: SpinLock<Queue>,
    pub(crate) shared: Mutex<Shared>,
    /// Not taken in the user half.
    pub(crate) private: Mutex<Notes>,
    pub(crate) notes: Mutex<Notes>,
    /// Not named in the user half.
    pub(crate) busy: AtomicBool,
    pub(crate) total: AtomicU64,
    pub(crate) channel: Device,
}

impl Board {
    const FIRST: u32 = 1;

    // from src/board/mod.rs:61
    pub(crate) fn new(channel: Device, found: Found) -> Result<Self> {
        Ok(Self {
            found,
            station: MacAddress([2, 0, 0, 0, 0, Self::FIRST as u8]),
            queue: SpinLock::new(Queue::new(DEPTH)),
            shared: Mutex::new(Shared::default())?,
            private: Mutex::new(Notes::default())?,
            notes: Mutex::new(Notes::default())?,
            busy: AtomicBool::new(false),
            total: AtomicU64::new(0),
            channel,
        })
    }

    // from src/board/mod.rs:88
    /// Cannot be called across, because of what it takes; but both halves can have it.
    pub(crate) fn visit(&self, visitor: &dyn Fn(u32)) {
        visitor(self.found.limits[0]);
    }

    // from src/board/mod.rs:93
    /// Sends an array whose length is private to a module.
    pub(crate) fn limits(&self, least: u32) -> Result<Limits> {
        self.queue.lock().clear();
        Ok(self.found.limits.map(|limit| limit.max(least)))
    }

    // from src/board/mod.rs:99
    /// Private to this module, and called by the dispatcher of the kernel half.
    pub(crate) fn reset(&self, mode: &Label, result: u32) {
        self.queue.lock().clear();
        self.busy.store(*mode == Label::Odd && result > 0);
        self.visit(&|limit| self.total.add(u64::from(limit)));
    }
}

impl Drop for Board {
    // from src/board/mod.rs:107
    fn drop(&mut self) {
        self.queue.lock().clear();
    }
}

impl fmt::Display for Found {
    // from src/board/mod.rs:113
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "revision {}", self.revision)
    }
}

// Generated: the kernel's end of the crossings.
impl microdriver::split::KernelHalf for Board {
    const SPLIT: bool = true;
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
    const DOWNCALLS: &'static [&'static str] = &["Board::limits", "Board::reset", "Board::first"];
    const CARRIED: &'static [microdriver::split::Carried] = &[
        // `Board::probe`: the interface.
        microdriver::split::Carried::new(0x0, 0x0, 1),
        // `Board::work`: `shared`, `private`.
        microdriver::split::Carried::new(0x3, 0x0, 0),
        // `Board::open`: `shared`, `notes`.
        microdriver::split::Carried::new(0x5, 0x0, 0),
        // `Board::stop`: `shared`, `total`.
        microdriver::split::Carried::new(0x1, 0x1, 0),
        // `Board::tx_timeout`: nothing.
        microdriver::split::Carried::new(0x0, 0x0, 0),
        // `Board::set_mac_address`: `shared`, `private`.
        microdriver::split::Carried::new(0x3, 0x0, 0),
        // `Board::decide`: `shared`.
        microdriver::split::Carried::new(0x1, 0x0, 0),
    ];
    const DEFERRED: &'static [&'static str] = &["tx_timeout"];
    const PLACEMENTS: &'static str = crate::split::PLACEMENTS;

    fn lower_state(
        &self,
        writer: &mut microdriver::wire::Writer<'_>,
    ) -> core::result::Result<(), microdriver::wire::WireError> {
        microdriver::wire::Lower::lower(&self.found, writer)?;
        Ok(())
    }

    fn lock(&self, number: u16) -> Option<&dyn microdriver::split::RemoteLock> {
        match number {
            crate::split::LOCK_SHARED => Some(&self.shared),
            crate::split::LOCK_PRIVATE => Some(&self.private),
            crate::split::LOCK_NOTES => Some(&self.notes),
            _ => None,
        }
    }

    fn atomic(&self, number: u16) -> Option<&dyn microdriver::split::RemoteAtomic> {
        match number {
            crate::split::ATOMIC_TOTAL => Some(&self.total),
            _ => None,
        }
    }

    fn downcall(
        &self,
        number: u16,
        call: &mut microdriver::split::Downcall<'_>,
    ) -> core::result::Result<(), microdriver::split::Refused> {
        match number {
            crate::split::DOWN_LIMITS => {
                let (least,) = call.arguments()?;
                let result = self.limits(least);
                call.reply(&result)
            }
            crate::split::DOWN_RESET => {
                let (mode, result_) = call.arguments()?;
                self.reset(&mode, result_);
                call.reply(&())
            }
            crate::split::DOWN_FIRST => {
                let () = call.arguments()?;
                let result = self.first();
                call.reply(&result)
            }
            _ => Err(microdriver::split::Refused::UnknownFunction),
        }
    }
}
