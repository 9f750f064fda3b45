//! Locks, completions, delays, memory and the log.

use std::alloc::{Layout, alloc_zeroed, dealloc};
use std::ffi::{c_int, c_long, c_ulong, c_void};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use runtime_kernel::RawDevice;

use super::kept;
use crate::machine::clock::MILLISECOND;
use crate::machine::context;
use crate::machine::device::of_md;
use crate::machine::log::Level;
use crate::machine::resources::Kind;
use crate::machine::spin::SpinLock;
use crate::parts::wait::{Completion, RwSemaphore, Semaphore, Waited};

kept! {
    md_spin_init md_spin_lock md_spin_unlock md_register_lock md_register_unlock md_semaphore_new md_semaphore_free
    md_semaphore_down md_semaphore_down_timeout md_semaphore_try_down md_semaphore_up md_rwsem_new md_rwsem_free md_rwsem_down_read
    md_rwsem_try_down_read md_rwsem_up_read md_rwsem_down_write md_rwsem_up_write md_completion_new md_completion_free md_completion_reset
    md_completion_complete md_completion_complete_all md_completion_wait_interruptible
    md_completion_wait_killable md_completion_wait
    md_milliseconds_to_jiffies md_delay_microseconds md_completion_sleep md_may_reschedule md_sleep_milliseconds md_allocate md_free md_area_new
    md_area_free md_log md_debug_enabled md_milliseconds md_nanoseconds md_processors md_relax
}

/// `-ERESTARTSYS`
const ERESTARTSYS: c_int = -512;
/// `-ETIME`
const ETIME: c_int = -62;
/// What `kmalloc` aligns to.
const ALIGNMENT: usize = 8;

const _: () = assert!(size_of::<SpinLock>() <= 80 && align_of::<SpinLock>() <= 8);

#[unsafe(no_mangle)]
unsafe extern "C" fn md_spin_init(lock: *mut c_void) {
    // SAFETY: the contract: 80 bytes, aligned to 8.
    unsafe { lock.cast::<SpinLock>().write(SpinLock::new()) }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_spin_lock(lock: *mut c_void) -> c_ulong {
    // SAFETY: the contract: initialised.
    unsafe { &*lock.cast::<SpinLock>() }.lock()
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_spin_unlock(lock: *mut c_void, flags: c_ulong) {
    // SAFETY: the contract: initialised.
    unsafe { &*lock.cast::<SpinLock>() }.unlock(flags);
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_register_lock(md: *mut RawDevice) -> c_ulong {
    // SAFETY: the contract.
    unsafe { of_md(md) }.register_lock.lock()
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_register_unlock(md: *mut RawDevice, flags: c_ulong) {
    // SAFETY: the contract.
    unsafe { of_md(md) }.register_lock.unlock(flags);
}

/// Boxes a value for the driver, on the books; null where there is no memory.
fn give<T>(kind: Kind, value: T) -> *mut c_void {
    context::might_sleep("kzalloc");
    if context::kernel().failures.next() {
        return std::ptr::null_mut();
    }
    let raw = Box::into_raw(Box::new(value));
    let resources = &context::kernel().resources;
    resources.take(kind, raw.addr(), size_of::<T>());
    raw.cast()
}

/// # Safety
///
/// `raw` is null, or from `give` with this type and kind; that it is, and was not taken back, is checked.
unsafe fn take_back<T>(kind: Kind, raw: *mut c_void) {
    if raw.is_null() {
        return;
    }
    let resources = &context::kernel().resources;
    if resources.give_back(kind, raw.addr()).is_none() {
        context::bug(&format!("{kind:?} freed that is not allocated"));
    }
    // SAFETY: on the books until just now, so from `give`.
    drop(unsafe { Box::from_raw(raw.cast::<T>()) });
}

/// # Safety
///
/// `raw` is from `give` with this type, and not taken back while the result is used.
unsafe fn borrow<'a, T>(raw: *mut c_void) -> &'a T {
    // SAFETY: the caller's promise.
    unsafe { &*raw.cast::<T>() }
}

#[unsafe(no_mangle)]
extern "C" fn md_semaphore_new() -> *mut c_void {
    give(Kind::Semaphore, Semaphore::new(1))
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_semaphore_free(semaphore: *mut c_void) {
    // SAFETY: the contract.
    unsafe { take_back::<Semaphore>(Kind::Semaphore, semaphore) }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_semaphore_down(semaphore: *mut c_void) {
    context::might_sleep("down");
    // SAFETY: the contract.
    unsafe { borrow::<Semaphore>(semaphore) }.down();
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_semaphore_down_timeout(semaphore: *mut c_void, milliseconds: u32) -> c_int {
    context::might_sleep("down_timeout");
    let limit = Duration::from_millis(milliseconds.into());
    // SAFETY: the contract.
    match unsafe { borrow::<Semaphore>(semaphore) }.down_within(limit) {
        true => 0,
        false => ETIME,
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_semaphore_try_down(semaphore: *mut c_void) -> bool {
    // SAFETY: the contract.
    unsafe { borrow::<Semaphore>(semaphore) }.down_within(Duration::ZERO)
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_semaphore_up(semaphore: *mut c_void) {
    // SAFETY: the contract.
    unsafe { borrow::<Semaphore>(semaphore) }.up();
}

#[unsafe(no_mangle)]
extern "C" fn md_rwsem_new() -> *mut c_void {
    give(Kind::RwSemaphore, RwSemaphore::default())
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_rwsem_free(rwsem: *mut c_void) {
    // SAFETY: the contract.
    unsafe { take_back::<RwSemaphore>(Kind::RwSemaphore, rwsem) }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_rwsem_down_read(rwsem: *mut c_void) {
    context::might_sleep("down_read");
    // SAFETY: the contract.
    unsafe { borrow::<RwSemaphore>(rwsem) }.down_read();
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_rwsem_try_down_read(rwsem: *mut c_void) -> bool {
    // SAFETY: the contract.
    unsafe { borrow::<RwSemaphore>(rwsem) }.try_down_read()
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_rwsem_up_read(rwsem: *mut c_void) {
    // SAFETY: the contract.
    if !unsafe { borrow::<RwSemaphore>(rwsem) }.up_read() {
        context::bug("up_read of a semaphore that no reader holds");
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_rwsem_down_write(rwsem: *mut c_void) {
    context::might_sleep("down_write");
    // SAFETY: the contract.
    unsafe { borrow::<RwSemaphore>(rwsem) }.down_write();
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_rwsem_up_write(rwsem: *mut c_void) {
    // SAFETY: the contract.
    if !unsafe { borrow::<RwSemaphore>(rwsem) }.up_write() {
        context::bug("up_write of a semaphore that no writer holds");
    }
}

#[unsafe(no_mangle)]
extern "C" fn md_completion_new() -> *mut c_void {
    give(Kind::Completion, Completion::default())
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_completion_free(completion: *mut c_void) {
    // SAFETY: the contract.
    unsafe { take_back::<Completion>(Kind::Completion, completion) }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_completion_reset(completion: *mut c_void) {
    // SAFETY: the contract.
    unsafe { borrow::<Completion>(completion) }.reset();
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_completion_complete(completion: *mut c_void) {
    // SAFETY: the contract.
    unsafe { borrow::<Completion>(completion) }.complete();
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_completion_complete_all(completion: *mut c_void) {
    // SAFETY: the contract.
    unsafe { borrow::<Completion>(completion) }.complete_all();
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_completion_wait_interruptible(completion: *mut c_void) -> c_int {
    context::might_sleep("wait_for_completion_interruptible");
    let signal = context::signal();
    // SAFETY: the contract.
    let completion = unsafe { borrow::<Completion>(completion) };
    match completion.wait(signal.as_deref(), None) {
        Waited::Done => 0,
        Waited::Signal | Waited::TimedOut => ERESTARTSYS,
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_completion_wait_killable(completion: *mut c_void) -> c_int {
    // The host's signals kill.
    // SAFETY: the contract.
    unsafe { md_completion_wait_interruptible(completion) }
}

/// A jiffy is a millisecond here; the time is real, since it is about what a process does.
#[unsafe(no_mangle)]
unsafe extern "C" fn md_completion_wait(completion: *mut c_void, jiffies: c_ulong) -> c_long {
    context::might_sleep("wait_for_completion_killable_timeout");
    let signal = context::signal();
    let limit = Duration::from_millis(jiffies);
    let start = Instant::now();
    // SAFETY: the contract.
    let completion = unsafe { borrow::<Completion>(completion) };
    match completion.wait(signal.as_deref(), Some(limit)) {
        Waited::Done => {
            let left = limit.saturating_sub(start.elapsed()).as_millis();
            c_long::try_from(left).unwrap_or(c_long::MAX).max(1)
        }
        Waited::TimedOut => 0,
        Waited::Signal => ERESTARTSYS.into(),
    }
}

#[unsafe(no_mangle)]
extern "C" fn md_milliseconds_to_jiffies(milliseconds: u32) -> c_ulong {
    milliseconds.into()
}

#[unsafe(no_mangle)]
extern "C" fn md_delay_microseconds(microseconds: u32) {
    context::kernel().pass(u64::from(microseconds) * 1000);
}

/// The time is the clock's that the device goes by; the event is not waited for.
#[unsafe(no_mangle)]
unsafe extern "C" fn md_completion_sleep(_: *mut c_void, milliseconds: u32) {
    md_sleep_milliseconds(milliseconds);
}

#[unsafe(no_mangle)]
extern "C" fn md_may_reschedule() {
    context::might_sleep("cond_resched");
}

#[unsafe(no_mangle)]
extern "C" fn md_sleep_milliseconds(milliseconds: u32) {
    context::might_sleep("msleep");
    context::kernel().pass(u64::from(milliseconds) * MILLISECOND);
}

#[unsafe(no_mangle)]
extern "C" fn md_allocate(size: usize) -> *mut u8 {
    context::might_sleep("kvzalloc");
    if context::kernel().failures.next() {
        return std::ptr::null_mut();
    }
    let Ok(layout) = Layout::from_size_align(size.max(1), ALIGNMENT) else {
        return std::ptr::null_mut();
    };
    // SAFETY: the size is not zero.
    let memory = unsafe { alloc_zeroed(layout) };
    if !memory.is_null() {
        let resources = &context::kernel().resources;
        resources.take(Kind::Memory, memory.addr(), layout.size());
    }
    memory
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_free(memory: *mut u8) {
    if memory.is_null() {
        return;
    }
    let size = context::kernel()
        .resources
        .give_back(Kind::Memory, memory.addr());
    let layout = size.and_then(|size| Layout::from_size_align(size, ALIGNMENT).ok());
    let Some(layout) = layout else {
        context::bug("memory freed that is not allocated");
    };
    // SAFETY: on the books with this size until just now.
    unsafe { dealloc(memory, layout) }
}

#[unsafe(no_mangle)]
extern "C" fn md_area_new() -> *mut u8 {
    context::might_sleep("vmalloc_user");
    let kernel = context::kernel();
    if kernel.failures.next() {
        return std::ptr::null_mut();
    }
    match kernel.files.new_area() {
        Some(memory) => {
            kernel.resources.take(Kind::Area, memory.addr(), 0);
            memory
        }
        None => std::ptr::null_mut(),
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_area_free(area: *mut u8) {
    context::might_sleep("vfree");
    let kernel = context::kernel();
    let known = kernel.resources.give_back(Kind::Area, area.addr());
    if known.is_none() || !kernel.files.free_area(area) {
        context::bug("an area freed that is not allocated");
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_log(md: *const RawDevice, level: c_int, text: *const u8, length: usize) {
    // SAFETY: the contract: a text of so many bytes.
    let (device, text) = unsafe { (of_md(md), std::slice::from_raw_parts(text, length)) };
    let level = match level {
        0 => Level::Error,
        1 => Level::Warning,
        2 => Level::Info,
        _ => Level::Debug,
    };
    device.log(level, &String::from_utf8_lossy(text));
}

/// Debug lines are on: whoever reads this log debugs.
#[unsafe(no_mangle)]
extern "C" fn md_debug_enabled(_md: *const RawDevice) -> bool {
    true
}

/// Of the clock on which waits for other processes end, which is not the machine's own.
/// Real time, as [`md_milliseconds`]: it is for how long a process takes.
#[unsafe(no_mangle)]
extern "C" fn md_nanoseconds() -> u64 {
    static START: OnceLock<Instant> = OnceLock::new();
    let since = START.get_or_init(Instant::now).elapsed();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}

#[unsafe(no_mangle)]
extern "C" fn md_processors() -> u32 {
    let processors = std::thread::available_parallelism();
    processors.map_or(1, |count| u32::try_from(count.get()).unwrap_or(u32::MAX))
}

#[unsafe(no_mangle)]
extern "C" fn md_relax() -> bool {
    std::hint::spin_loop();
    true
}

#[unsafe(no_mangle)]
extern "C" fn md_milliseconds() -> u64 {
    static START: OnceLock<Instant> = OnceLock::new();
    let passed = START.get_or_init(Instant::now).elapsed().as_millis();
    u64::try_from(passed).unwrap_or(u64::MAX)
}
