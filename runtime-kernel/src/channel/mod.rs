//! The kernel's end of a split: the channel of one driver instance.
//!
//! A [`Channel`] lives as long as its device is bound; an [`Incarnation`](incarnation::Incarnation)
//! as long as one user half has the device file open. At most one incarnation is connected.
//! Its slots (`slot.rs`) are what calls go through. `upcall.rs` calls into it, `deadlines.rs` sees that it answers in time, `polling.rs` is for one that does not sleep, `memo.rs` remembers what need not be asked twice, `serve.rs` answers it, `programs.rs` runs its register programs, `riding.rs`
//! has what needs no crossing of its own, `file.rs` is what its system calls reach.

mod counters;
mod deadlines;
mod deferred;
mod file;
mod incarnation;
mod memo;
mod polling;
mod programs;
mod riding;
mod serve;
mod slot;
mod upcall;

pub(crate) use deferred::defer;
pub(crate) use upcall::{upcall, upcall_once};

use crate::ffi::{self, RawDevice};
use crate::memory::Shared;
use crate::split::{Carried, Downcall, Refused, RemoteAtomic, RemoteLock};
use crate::sync::{Completion, Gate, SpinLock};
use crate::wire::{WireError, Writer};
use crate::{Device, Error, Grant, Parameter, Result, log};
use core::ffi::c_void;
use core::fmt::{self, Write};
use core::sync::atomic::AtomicU64;
use counters::Counters;
use deferred::Deferred;
use incarnation::Incarnation;

/// What the channel needs of one driver: generated code and constants, without the driver's type.
pub(crate) struct Half {
    pub(crate) fingerprint: u64,
    pub(crate) upcalls: &'static [&'static str],
    pub(crate) downcalls: &'static [&'static str],
    pub(crate) grants: &'static [Grant],
    pub(crate) parameters: &'static [Parameter],
    /// What each function of the user half is given, by number.
    pub(crate) carried: &'static [Carried],
    /// Attaches the driver at the first connection, or sends the state to a later one.
    pub(crate) connected: unsafe fn(*mut RawDevice, &Channel) -> Result<()>,
    pub(crate) lock: unsafe fn(*const c_void, u16) -> Option<&'static dyn RemoteLock>,
    pub(crate) atomic: unsafe fn(*const c_void, u16) -> Option<&'static dyn RemoteAtomic>,
    pub(crate) downcall: unsafe fn(*const c_void, u16, &mut Downcall<'_>) -> Result<(), Refused>,
    pub(crate) lower_state: unsafe fn(*const c_void, &mut Writer<'_>) -> Result<(), WireError>,
}

/// Who may be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// No user half.
    Absent,
    /// One that has not got the state yet.
    Connecting,
    /// The first one, which takes part in making the state.
    Attaching,
    /// One that serves every call.
    Ready,
    /// The device is going away.
    Closed,
}

struct Current {
    phase: Phase,
    incarnation: Option<Shared<Incarnation>>,
    /// When the phase became `Absent`, in the milliseconds of [`now`].
    absent_since: u64,
    /// Incarnations so far, and why the last one that is over ended.
    count: u64,
    last_end: Option<&'static str>,
}

/// The channel of one driver instance.
pub(crate) struct Channel {
    device: *mut RawDevice,
    half: &'static Half,
    current: SpinLock<Current>,
    /// Completed while the phase is `Ready` or `Attaching`.
    ready: Completion,
    /// Inside: whoever uses the device on behalf of the user half. Closed once, when the device goes.
    gate: Gate,
    /// When the deadlines of calls are looked at, in the milliseconds of [`now`]; 0 if they are not. It is
    /// never after the first of them.
    watched: AtomicU64,
    /// When a call last set the timer for that, in the same milliseconds.
    set_at: AtomicU64,
    deferred: SpinLock<Deferred>,
    counters: Counters,
}

// SAFETY: the device pointer is used only inside the gate, or by callers that keep the device alive.
unsafe impl Send for Channel {}
// SAFETY: as above.
unsafe impl Sync for Channel {}

impl Channel {
    fn new(device: *mut RawDevice, half: &'static Half) -> Result<Self> {
        Ok(Self {
            device,
            half,
            current: SpinLock::new(Current {
                phase: Phase::Absent,
                incarnation: None,
                absent_since: now(),
                count: 0,
                last_end: None,
            }),
            ready: Completion::new()?,
            gate: Gate::new()?,
            watched: AtomicU64::new(0),
            set_at: AtomicU64::new(0),
            deferred: SpinLock::new(Deferred::new()?),
            counters: Counters::new(half)?,
        })
    }

    /// The channel of a live device.
    fn of(device: &Device) -> Option<&Channel> {
        // SAFETY: the device owns a reference from creation until after its driver's state is gone.
        unsafe { Shared::<Channel>::borrow_raw(device.head().channel) }
    }

    /// The driver's state, null before attach. Inside the gate, or from the device's own work.
    fn state(&self) -> *const c_void {
        // SAFETY: the device is alive there.
        unsafe { (*self.device).state }
    }

    /// Runs `body` with the device, unless it is going away.
    fn with_device<R>(&self, body: impl FnOnce(&Device) -> R) -> Option<R> {
        self.gate.enter(|| {
            if self.current.lock().phase == Phase::Closed {
                return None;
            }
            // SAFETY: not closed, and `shutdown` waits for us before the device goes.
            unsafe { Device::from_raw(self.device) }.map(|device| body(&device))
        })
    }

    /// The same, unless it would have to wait: the device is going away then, too. For those who may be inside.
    fn with_device_now<R>(&self, body: impl FnOnce(&Device) -> R) -> Option<R> {
        let inside = || {
            if self.current.lock().phase == Phase::Closed {
                return None;
            }
            // SAFETY: not closed, and `shutdown` waits for us before the device goes.
            unsafe { Device::from_raw(self.device) }.map(|device| body(&device))
        };
        self.gate.enter_now(inside).flatten()
    }

    /// Moves on to `phase`, where it is still `incarnation` that is connected.
    fn advance(&self, phase: Phase) {
        let mut current = self.current.lock();
        if current.incarnation.is_some() && current.phase != Phase::Closed {
            current.phase = phase;
            self.ready.complete_all();
        }
    }

    /// Ends an incarnation, once: its callers get an error, its locks are opened, its process is
    /// killed unless it left by itself. Inside the gate, or where the device is alive anyway.
    fn end(&self, incarnation: &Shared<Incarnation>, reason: &'static str, kill: bool) {
        let mut current = self.current.lock();
        if !incarnation.end(|lock| self.open_lock(lock)) {
            return;
        }
        if current
            .incarnation
            .as_ref()
            .is_some_and(|connected| connected.is(incarnation))
        {
            current.incarnation = None;
            if current.phase != Phase::Closed {
                current.phase = Phase::Absent;
                current.absent_since = now();
            }
            current.last_end = Some(reason);
            self.ready.reset();
        }
        drop(current);
        // SAFETY: the device is alive, by the condition above.
        if let Some(device) = unsafe { Device::from_raw(self.device) } {
            let pid = incarnation.process();
            log::write(
                &device,
                log::Level::Warning,
                format_args!("user half (process {pid}) ended: {reason}"),
            );
        }
        // Last: whoever sees that the process is gone finds the reason in the log.
        if kill {
            incarnation.kill();
        }
    }

    /// Opens a lock that an incarnation held.
    fn open_lock(&self, number: u16) {
        // SAFETY: the state exists, since the lock was taken in it, and lives (see `end`).
        let lock = unsafe { (self.half.lock)(self.state(), number) };
        if let Some(lock) = lock {
            // SAFETY: held by the incarnation, on whose behalf we act, once.
            unsafe { lock.release() };
        }
    }

    /// Takes the device away from the channel: ends the incarnation, waits for calls under way.
    fn shutdown(&self) {
        let incarnation = {
            let mut current = self.current.lock();
            current.phase = Phase::Closed;
            current.incarnation.clone()
        };
        if let Some(incarnation) = incarnation {
            self.end(&incarnation, "the device is going away", false);
        }
        // Whoever waits for a user half need not wait any longer.
        self.ready.complete_all();
        self.gate.close(|| ());
    }

    /// What was called, and how often.
    pub(crate) fn write_crossings(&self, to: &mut impl Write) -> fmt::Result {
        self.counters.write(self.half, to)
    }

    /// Which user half there is, and what became of the last one.
    pub(crate) fn write_incarnation(&self, to: &mut impl Write) -> fmt::Result {
        let (phase, incarnation, count, last_end) = {
            let current = self.current.lock();
            let incarnation = current.incarnation.clone();
            (current.phase, incarnation, current.count, current.last_end)
        };
        let phase = match phase {
            Phase::Absent => "absent",
            Phase::Connecting => "connecting",
            Phase::Attaching => "attaching",
            Phase::Ready => "ready",
            Phase::Closed => "closed",
        };
        writeln!(to, "phase {phase}")?;
        match incarnation {
            Some(incarnation) => writeln!(to, "process {}", incarnation.process())?,
            None => writeln!(to, "process none")?,
        }
        writeln!(to, "incarnations {count}")?;
        writeln!(to, "last-end {}", last_end.unwrap_or("none"))
    }

    pub(crate) fn attaching(&self) {
        self.advance(Phase::Attaching);
    }

    /// Sends the state to the connected user half; every call may come after that.
    pub(crate) fn send_state(&self) -> Result<()> {
        let incarnation = self
            .current
            .lock()
            .incarnation
            .clone()
            .ok_or(Error::EHOSTDOWN)?;
        upcall::call(
            self,
            &incarnation,
            runtime_wire::protocol::UPCALL_STATE,
            None,
            // SAFETY: called by the device's own work, after the state was stored.
            |writer| unsafe { (self.half.lower_state)(self.state(), writer) },
            |_| Ok(()),
        )?;
        self.advance(Phase::Ready);
        deferred::retry(self);
        Ok(())
    }
}

/// Milliseconds of a clock that only goes forward.
fn now() -> u64 {
    // SAFETY: no condition.
    unsafe { ffi::md_milliseconds() }
}

fn timeout_ms() -> u32 {
    // SAFETY: no condition.
    unsafe { ffi::md_upcall_timeout() }.clamp(10, 60_000)
}

/// Makes the channel of a device that was just probed.
///
/// # Safety
///
/// `md` is live and has no channel.
pub(crate) unsafe fn create(md: *mut RawDevice, half: &'static Half) -> Result<()> {
    let channel = Shared::new(Channel::new(md, half)?)?;
    // SAFETY: live, and nobody else uses it yet.
    unsafe { (*md).channel = channel.into_raw() };
    Ok(())
}

/// A user half has connected. Called by the device's work.
#[unsafe(no_mangle)]
unsafe extern "C" fn md_rs_channel_connected(md: *mut RawDevice) {
    // SAFETY: the glue cancels this work before the device goes.
    let Some(channel) = (unsafe { Shared::<Channel>::borrow_raw((*md).channel) }) else {
        return;
    };
    // SAFETY: as above.
    let result = unsafe { (channel.half.connected)(md, channel) };
    // SAFETY: as above.
    if let (Err(error), Some(device)) = (result, unsafe { Device::from_raw(md) }) {
        crate::dev_err!(
            device,
            "the user half connected, but start-up failed: {error}"
        );
    }
}

/// See [`Channel::shutdown`].
#[unsafe(no_mangle)]
unsafe extern "C" fn md_rs_channel_shutdown(md: *mut RawDevice) {
    // SAFETY: the glue calls this while removing a live device.
    if let Some(channel) = unsafe { Shared::<Channel>::borrow_raw((*md).channel) } {
        channel.shutdown();
    }
}

/// Gives the device's reference back.
#[unsafe(no_mangle)]
unsafe extern "C" fn md_rs_channel_put(channel: *mut c_void) {
    // SAFETY: the glue gives up the reference that `create` stored.
    drop(unsafe { Shared::<Channel>::from_raw(channel) });
}
