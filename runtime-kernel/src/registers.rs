//! The device's registers. A transaction runs under the register lock, interrupts off, so the two
//! steps of an indexed access cannot be torn apart. Here each step executes at once.

use crate::ffi::{self, RawDevice};
#[cfg(feature = "instrument")]
use crate::profile::asked;
use crate::time::delay_us;
use crate::{Device, Error, Register, Result, Width};
use core::ffi::c_ulong;
use core::marker::PhantomData;
use core::sync::atomic::Ordering;
use partitioner_macros::{kernel_only, service};
use runtime_wire::register::{Place, Region};

/// Access to the registers of one device.
///
/// # Invariants
///
/// `md` is live and its region claimed as long as the driver's state, which holds this.
#[derive(Debug)]
pub struct Registers {
    md: *mut RawDevice,
    base: u16,
    size: u16,
}

// SAFETY: port accesses go through the register lock.
unsafe impl Send for Registers {}
// SAFETY: as above.
unsafe impl Sync for Registers {}

impl Registers {
    pub(crate) fn of(device: &Device) -> Self {
        let head = device.head();
        // INVARIANT: the device claimed its region before any driver code ran. Ports are 16 bits wide.
        Self {
            md: device.raw(),
            base: head.io_base as u16,
            size: head.io_size as u16,
        }
    }

    /// How much of the region the first layout has: all of it, or nothing.
    #[inline]
    fn narrow_size(&self) -> u16 {
        // SAFETY: live by the invariant.
        let wide_size = unsafe { &(*self.md).wide_registers }.load(Ordering::Relaxed);
        self.size.wrapping_sub(wide_size)
    }

    pub(crate) fn region(&self) -> Region {
        Region {
            size: self.size,
            wide: self.narrow_size() != self.size,
        }
    }

    /// Starts a transaction.
    #[inline]
    #[service]
    pub fn transaction(&self) -> Transaction<'_> {
        self.transaction_into(&mut [])
    }

    /// Starts a transaction whose [`Transaction::read_range`]s fill `into`, one after the other.
    #[inline]
    #[service]
    pub fn transaction_into<'a>(&'a self, into: &'a mut [u32]) -> Transaction<'a> {
        // SAFETY: live by the invariant.
        let flags = unsafe { ffi::md_register_lock(self.md) };
        Transaction {
            registers: self,
            base: self.base,
            narrow_size: self.narrow_size(),
            flags,
            failed: None,
            #[cfg(feature = "instrument")]
            has_result: false,
            into: into.iter_mut(),
            _not_send: PhantomData,
        }
    }
}

/// A register program under construction; in the kernel, one that executes as it is written.
#[derive(Debug)]
pub struct Transaction<'a> {
    registers: &'a Registers,
    // Read once: after each access the compiler takes all memory for changed.
    base: u16,
    narrow_size: u16,
    flags: c_ulong,
    failed: Option<Error>,
    /// It reads something or waits for it: a program without a result rides along with another message.
    #[cfg(feature = "instrument")]
    has_result: bool,
    into: core::slice::IterMut<'a, u32>,
    _not_send: PhantomData<*mut ()>,
}

/// Where the value of a read will be found.
#[derive(Clone, Copy, Debug, Default)]
pub struct Token(u32);

/// What a transaction read.
#[derive(Debug)]
pub struct Values(());

impl Values {
    /// The value that `token` stands for.
    #[inline]
    pub fn get(&self, token: Token) -> u32 {
        token.0
    }

    /// The same, for a register of at most 16 bits.
    #[inline]
    pub fn get16(&self, token: Token) -> u16 {
        token.0 as u16
    }
}

// The accesses are inlined in any case: only where the register is a constant does one comparison say
// both that it is inside the region and which of its two forms counts.
impl Transaction<'_> {
    /// Whether the register's first form counts, and lies inside the region.
    #[inline(always)]
    fn is_narrow(&self, register: Register) -> bool {
        let size = if register.has_wide_form() {
            self.narrow_size
        } else {
            self.registers.size
        };
        register.place(false).fits(size)
    }

    /// The same of its second form.
    #[inline(always)]
    fn is_wide(&self, register: Register) -> bool {
        let in_use = self.narrow_size != self.registers.size;
        register.has_wide_form() && in_use && register.place(true).fits(self.registers.size)
    }

    /// Selects the register; returns its data port.
    #[inline(always)]
    fn select(&self, register: Register, place: Place) -> u16 {
        if place.select != Register::DIRECT {
            let select = self.base + place.select;
            port::write(select, place.width, u32::from(register.index));
        }
        self.base + place.port
    }

    #[inline(always)]
    fn read_at(&self, register: Register, place: Place) -> u32 {
        let port = self.select(register, place);
        port::read(port, place.width) & register.width.mask()
    }

    #[inline(always)]
    fn write_at(&self, register: Register, place: Place, value: u32) {
        let port = self.select(register, place);
        port::write(port, place.width, value & register.width.mask());
    }

    /// Reads a register.
    #[inline(always)]
    pub fn read(&mut self, register: Register) -> Token {
        self.gives_result();
        Token(self.read_now(register))
    }

    #[inline(always)]
    pub(crate) fn read_now(&mut self, register: Register) -> u32 {
        if self.failed.is_some() {
            return 0;
        }
        if self.is_narrow(register) {
            self.read_at(register, register.place(false))
        } else if self.is_wide(register) {
            self.read_at(register, register.place(true))
        } else {
            self.failed = Some(Error::EINVAL);
            0
        }
    }

    #[inline(always)]
    fn gives_result(&mut self) {
        #[cfg(feature = "instrument")]
        {
            self.has_result = true;
        }
    }

    /// Reads `count` registers with ascending index (or, for ports, offset) into the buffer that the
    /// transaction was started with; fails with `ENOSPC` where that is too short.
    pub fn read_range(&mut self, first: Register, count: u16) {
        if self.into.len() < usize::from(count) {
            self.failed = self.failed.or(Some(Error::ENOSPC));
            return;
        }
        self.gives_result();
        let mut into = core::mem::take(&mut self.into);
        self.read_each(first, count, |value| {
            if let Some(place) = into.next() {
                *place = value;
            }
        });
        self.into = into;
    }

    /// Gives `take` the values of `count` registers, zeroes where the transaction fails. The first and the last
    /// are looked at: what lies between them is inside the region where these two are.
    pub(crate) fn read_each(&mut self, first: Register, count: u16, mut take: impl FnMut(u32)) {
        let Some(last) = count.checked_sub(1).map(|distance| first.nth(distance)) else {
            return;
        };
        let place = match last {
            _ if self.failed.is_some() => None,
            Some(last) if self.is_narrow(first) && self.is_narrow(last) => Some(first.place(false)),
            Some(last) if self.is_wide(first) && self.is_wide(last) => Some(first.place(true)),
            _ => None,
        };
        let Some(place) = place else {
            self.failed = self.failed.or(Some(Error::EINVAL));
            return (0..count).for_each(|_| take(0));
        };
        let (width, mask) = (place.width, first.width.mask());
        let data = self.base + place.port;
        if place.select == Register::DIRECT {
            for i in 0..count {
                take(port::read(data + i * width.bytes(), width) & mask);
            }
        } else {
            let select = self.base + place.select;
            for i in 0..count {
                port::write(select, width, u32::from(first.index + i));
                take(port::read(data, width) & mask);
            }
        }
    }

    /// Writes a register.
    #[inline(always)]
    pub fn write(&mut self, register: Register, value: u32) {
        if self.failed.is_some() {
            return;
        }
        if self.is_narrow(register) {
            self.write_at(register, register.place(false), value);
        } else if self.is_wide(register) {
            self.write_at(register, register.place(true), value);
        } else {
            self.failed = Some(Error::EINVAL);
        }
    }

    /// Reads a register, clears the bits of `clear`, sets those of `set`, writes it.
    pub fn modify(&mut self, register: Register, clear: u32, set: u32) {
        let value = self.read_now(register);
        self.write(register, value & !clear | set);
    }

    /// Reads until the bits under `mask` equal `value`; after so many microseconds the transaction
    /// fails with `ETIMEDOUT` and does nothing more.
    pub fn wait(&mut self, register: Register, mask: u32, value: u32, microseconds: u32) {
        let mut waited = 0;
        self.gives_result();
        while self.failed.is_none() && self.read_now(register) & mask != value {
            if waited >= microseconds {
                self.failed = Some(Error::ETIMEDOUT);
            }
            delay_us(WAIT_STEP_US);
            waited += WAIT_STEP_US;
        }
    }

    /// Reads a register for what the reading does to the device: nobody waits for the value.
    pub fn touch(&mut self, register: Register) {
        self.read_now(register);
    }

    /// Waits.
    pub fn delay(&mut self, microseconds: u32) {
        if self.failed.is_none() {
            delay_us(microseconds);
        }
    }

    /// The value behind a token before the transaction ends, for code that goes on by it. Only here
    /// does a read happen at once.
    #[inline]
    #[kernel_only]
    pub fn value(&self, token: Token) -> u32 {
        token.0
    }

    /// Ends the transaction.
    #[inline]
    #[service]
    pub fn run(self) -> Result<Values> {
        #[cfg(feature = "instrument")]
        if self.has_result {
            asked!(Run);
        }
        match self.failed {
            None => Ok(Values(())),
            Some(error) => Err(error),
        }
    }
}

impl Transaction<'_> {
    /// Ends the transaction as [`run`](Self::run) does, without a crossing where the function's last call did the same: the
    /// kernel half then runs the program before it calls, and what was read comes with the call. It counts for as long as
    /// the call has not accessed registers, and has not asked for anything; it is never older than the call. Reading
    /// must do no harm where the function then goes another way.
    #[inline]
    #[service(ahead)]
    pub fn run_ahead(self) -> Result<Values> {
        self.failed.map_or(Ok(Values(())), Err)
    }

    /// Ends the transaction for a caller that does not go on by its values or its outcome: where it failed (a wait
    /// in it, say), work item `otherwise` is scheduled. It needs no crossing of its own.
    #[inline]
    #[service(posted)]
    pub fn run_or_schedule(self, otherwise: u32) {
        let (failed, md) = (self.failed.is_some(), self.registers.md);
        // Opens the lock first.
        drop(self);
        if failed {
            // SAFETY: live by the invariant of the registers that the transaction was of.
            unsafe { ffi::md_schedule_work(md, otherwise, 0) };
        }
    }
}

const WAIT_STEP_US: u32 = 10;

impl Drop for Transaction<'_> {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: taken by `transaction` with these flags.
        unsafe { ffi::md_register_unlock(self.registers.md, self.flags) }
    }
}

#[cfg(target_os = "none")]
mod port {
    use super::Width;
    use core::arch::asm;

    #[inline]
    pub(super) fn read(port: u16, width: Width) -> u32 {
        match width {
            Width::W8 => {
                let value: u8;
                // SAFETY: callers pass ports of the device's own region; a read touches no memory.
                unsafe {
                    asm!("in al, dx", in("dx") port, out("al") value, options(nostack, preserves_flags))
                };
                u32::from(value)
            }
            Width::W16 => {
                let value: u16;
                // SAFETY: as above.
                unsafe {
                    asm!("in ax, dx", in("dx") port, out("ax") value, options(nostack, preserves_flags))
                };
                u32::from(value)
            }
            Width::W32 => {
                let value: u32;
                // SAFETY: as above.
                unsafe {
                    asm!("in eax, dx", in("dx") port, out("eax") value, options(nostack, preserves_flags))
                };
                value
            }
        }
    }

    #[inline]
    pub(super) fn write(port: u16, width: Width, value: u32) {
        match width {
            // SAFETY: callers pass ports of the device's own region. What the device then does to
            // memory it does to memory that a `Coherent` or `Mapped` gave it.
            Width::W8 => unsafe {
                asm!("out dx, al", in("dx") port, in("al") value as u8, options(nostack, preserves_flags))
            },
            // SAFETY: as above.
            Width::W16 => unsafe {
                asm!("out dx, ax", in("dx") port, in("ax") value as u16, options(nostack, preserves_flags))
            },
            // SAFETY: as above.
            Width::W32 => unsafe {
                asm!("out dx, eax", in("dx") port, in("eax") value, options(nostack, preserves_flags))
            },
        }
    }
}

/// Not in a kernel: the host backend has the ports.
#[cfg(not(target_os = "none"))]
mod port {
    use super::Width;
    use crate::ffi;

    #[inline]
    pub(super) fn read(port: u16, width: Width) -> u32 {
        // SAFETY: no condition; a port that nothing answers is the host's to report.
        unsafe { ffi::md_port_read(port, width.bytes().into()) }
    }

    #[inline]
    pub(super) fn write(port: u16, width: Width, value: u32) {
        // SAFETY: as above.
        unsafe { ffi::md_port_write(port, width.bytes().into(), value) }
    }
}
