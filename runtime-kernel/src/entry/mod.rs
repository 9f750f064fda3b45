//! The entry points that the C glue calls, one set for each driver type.
//!
//! Safety of all of them rests on the glue's side of the contract: a state pointer is what `attach`
//! stored, is passed only between a successful `attach` and `detach`, and out-pointers are valid.

mod ethtool;
mod net;
mod view;

use crate::channel::{self, Channel, Half};
use crate::ffi::{self, DriverTable, RawDevice, RawFixedPorts};
use crate::memory::Owned;
use crate::split::{Downcall, KernelHalf, Refused, RemoteAtomic, RemoteLock};
use crate::wire::{WireError, Writer};
use crate::{Device, Driver, Error, Result, dev_err, sleep_ms};
use core::ffi::{c_int, c_void};
use core::marker::PhantomData;

/// Exports the entry points of driver `$driver` to the glue. Once, in the crate of the module.
#[macro_export]
macro_rules! module {
    ($driver:ty) => {
        static DRIVER: $crate::DriverTable = $crate::driver_table::<$driver>();

        #[unsafe(no_mangle)]
        extern "C" fn md_rs_driver() -> &'static $crate::DriverTable {
            &DRIVER
        }

        /// # Safety
        ///
        /// The argument is a device that was just probed.
        #[unsafe(no_mangle)]
        unsafe extern "C" fn md_rs_channel_create(
            md: *mut ::core::ffi::c_void,
        ) -> ::core::ffi::c_int {
            // SAFETY: the caller's promise.
            unsafe { $crate::create_channel::<$driver>(md) }
        }
    };
}

pub(crate) struct Entry<D>(PhantomData<D>);

fn errno(result: Result<()>) -> c_int {
    result.map_or_else(Error::number, |()| 0)
}

/// # Safety
///
/// `state` is what `attach` stored for a `D`, and lives during `'a`.
unsafe fn state<'a, D>(state: *const c_void) -> &'a D {
    // SAFETY: the caller's promise.
    unsafe { &*state.cast::<D>() }
}

/// Whether a list has a name. For constants, where there is no iterator.
const fn is_in(list: &[&str], name: &str) -> bool {
    let mut index = 0;
    while index < list.len() {
        if same(list[index].as_bytes(), name.as_bytes()) {
            return true;
        }
        index += 1;
    }
    false
}

const fn same(one: &[u8], other: &[u8]) -> bool {
    let mut index = 0;
    while index < one.len() && index < other.len() && one[index] == other[index] {
        index += 1;
    }
    index == one.len() && index == other.len()
}

/// The table for the glue.
#[doc(hidden)]
pub const fn driver_table<D: Driver + KernelHalf>() -> DriverTable {
    DriverTable {
        ids: D::IDS.as_ptr().cast(),
        id_count: D::IDS.len() as u32,
        io_bar: D::IO_REGION,
        dma_bits: D::DMA_BITS,
        tx_timeout_ms: D::TX_TIMEOUT_MS,
        split: D::SPLIT as u8,
        set_rx_mode_defers: is_in(D::DEFERRED, "set_rx_mode") as u8,
        tx_timeout_defers: is_in(D::DEFERRED, "tx_timeout") as u8,
        fixed: RawFixedPorts::of(D::FIXED_PORTS),
        attach: Entry::<D>::attach,
        detach: Entry::<D>::detach,
        suspend: Entry::<D>::suspend,
        resume: Entry::<D>::resume,
        work: Entry::<D>::work,
        timer: Entry::<D>::timer,
        open: Entry::<D>::open,
        stop: Entry::<D>::stop,
        start_xmit: Entry::<D>::start_xmit,
        interrupt: Entry::<D>::interrupt,
        poll: Entry::<D>::poll,
        set_rx_mode: Entry::<D>::set_rx_mode,
        tx_timeout: Entry::<D>::tx_timeout,
        get_stats64: Entry::<D>::get_stats64,
        set_mac_address: Entry::<D>::set_mac_address,
        mii_ioctl: Entry::<D>::mii_ioctl,
        get_drvinfo: Entry::<D>::get_drvinfo,
        get_msglevel: Entry::<D>::get_msglevel,
        set_msglevel: Entry::<D>::set_msglevel,
        nway_reset: Entry::<D>::nway_reset,
        get_link: Entry::<D>::get_link,
        get_ringparam: Entry::<D>::get_ringparam,
        set_ringparam: Entry::<D>::set_ringparam,
        get_sset_count: Entry::<D>::get_sset_count,
        get_strings: Entry::<D>::get_strings,
        get_ethtool_stats: Entry::<D>::get_ethtool_stats,
        self_test: Entry::<D>::self_test,
        set_phys_id: Entry::<D>::set_phys_id,
        get_regs_len: Entry::<D>::get_regs_len,
        get_regs: Entry::<D>::get_regs,
        get_link_ksettings: Entry::<D>::get_link_ksettings,
        set_link_ksettings: Entry::<D>::set_link_ksettings,
        view: Entry::<D>::view,
        profile: Entry::<D>::PROFILE,
        start_profile: Entry::<D>::START_PROFILE,
    }
}

/// Makes the channel to the user half.
///
/// # Safety
///
/// `md` is a device that was just probed.
#[doc(hidden)]
pub unsafe fn create_channel<D: Driver + KernelHalf>(md: *mut c_void) -> c_int {
    // SAFETY: the caller's promise.
    errno(unsafe { channel::create(md.cast(), Entry::<D>::HALF) })
}

impl<D: Driver + KernelHalf> Entry<D> {
    const HALF: &'static Half = &Half {
        fingerprint: D::FINGERPRINT,
        upcalls: D::UPCALLS,
        downcalls: D::DOWNCALLS,
        grants: D::GRANTS,
        parameters: D::PARAMETERS,
        carried: D::CARRIED,
        connected: Self::connected,
        lock: Self::lock,
        atomic: Self::atomic,
        downcall: Self::downcall,
        lower_state: Self::lower_state,
    };

    unsafe extern "C" fn attach(md: *mut c_void) -> c_int {
        // SAFETY: the glue passes a live device.
        errno(unsafe { attach::<D>(md.cast(), || Ok(())) })
    }

    unsafe extern "C" fn detach(md: *mut c_void) {
        let md = md.cast::<RawDevice>();
        // SAFETY: the glue passes a live device whose interface is unregistered and idle.
        unsafe {
            let raw = (*md).state.cast_mut().cast::<D>();
            state::<D>(raw.cast()).quiesce();
            ffi::md_netdev_unprepare(md);
            (*md).state = core::ptr::null();
            drop(Owned::from_raw(raw));
        }
    }

    unsafe extern "C" fn suspend(raw: *const c_void) -> c_int {
        // SAFETY: the glue's contract.
        errno(unsafe { state::<D>(raw) }.suspend())
    }

    unsafe extern "C" fn resume(raw: *const c_void) -> c_int {
        // SAFETY: the glue's contract.
        errno(unsafe { state::<D>(raw) }.resume())
    }

    unsafe extern "C" fn work(raw: *const c_void, number: u32) {
        // SAFETY: the glue's contract. An error is the driver's to report; nobody waits for it here.
        let _ = unsafe { state::<D>(raw) }.work(number);
    }

    unsafe extern "C" fn timer(raw: *const c_void, number: u32) {
        // SAFETY: the glue's contract; only the state's own handle arms a timer.
        unsafe { state::<D>(raw) }.timer(number);
    }

    unsafe fn connected(md: *mut RawDevice, channel: &Channel) -> Result<()> {
        // SAFETY: live, and only this work writes the state.
        if !unsafe { (*md).state }.is_null() {
            return channel.send_state();
        }
        channel.attaching();
        // SAFETY: as above.
        unsafe { attach::<D>(md, || channel.send_state()) }
    }

    unsafe fn lock(raw: *const c_void, number: u16) -> Option<&'static dyn RemoteLock> {
        // SAFETY: the caller keeps the state alive while it uses the result.
        unsafe { state::<D>(raw) }.lock(number)
    }

    unsafe fn atomic(raw: *const c_void, number: u16) -> Option<&'static dyn RemoteAtomic> {
        // SAFETY: as above.
        unsafe { state::<D>(raw) }.atomic(number)
    }

    unsafe fn downcall(
        raw: *const c_void,
        number: u16,
        call: &mut Downcall<'_>,
    ) -> Result<(), Refused> {
        // SAFETY: the caller keeps the state alive.
        unsafe { state::<D>(raw) }.downcall(number, call)
    }

    unsafe fn lower_state(raw: *const c_void, writer: &mut Writer<'_>) -> Result<(), WireError> {
        // SAFETY: the caller keeps the state alive.
        unsafe { state::<D>(raw) }.lower_state(writer)
    }
}

/// How long an interrupt may take to be noticed, in milliseconds.
const INTERRUPT_MS: u32 = 2;

/// Finds the interrupt line of a device whose bus did not tell it: by having it interrupt.
///
/// # Safety
///
/// `md` is live, and `driver` the state that was made for it.
unsafe fn find_interrupt<D: Driver>(md: *mut RawDevice, device: &Device, driver: &D) -> Result<()> {
    // SAFETY: live by the caller's promise.
    if unsafe { ffi::md_irq_known(md) } {
        return Ok(());
    }
    // SAFETY: in process context, and followed by its counterpart below.
    let watched = unsafe { ffi::md_irq_search() };
    let raised = driver.raise_interrupt(true);
    // No event tells of a line that is watched.
    sleep_ms(INTERRUPT_MS);
    let lowered = driver.raise_interrupt(false);
    // SAFETY: live; what the search returned.
    let found = Error::check(unsafe { ffi::md_irq_found(md, watched) });
    let outcome = raised.and(lowered).and(found).map(drop);
    if let Err(error) = outcome {
        dev_err!(*device, "no interrupt line was found: {error}");
    }
    outcome
}

/// Probes, makes the state, tells whom it concerns, registers the interface.
///
/// # Safety
///
/// `md` is live and has no state.
unsafe fn attach<D: Driver + KernelHalf>(
    md: *mut RawDevice,
    made: impl FnOnce() -> Result<()>,
) -> Result<()> {
    // SAFETY: live until after the state is dropped. The second handle is the state's own.
    let (device, own) = unsafe { (Device::from_raw(md), Device::from_raw(md)) };
    let (device, own) = (device.ok_or(Error::ENODEV)?, own.ok_or(Error::ENODEV)?);
    let identity = D::probe(&device)?;
    let driver = Owned::new(D::attach(own, identity)?)?;
    // SAFETY: live, as above.
    unsafe { find_interrupt(md, &device, &*driver) }?;
    let driver = driver.into_raw();
    // SAFETY: just made; it stays where it is until `detach`.
    let address = unsafe { &*driver }.address();
    // SAFETY: nobody reads the head's state before the interface is registered.
    unsafe {
        (*md).state = driver.cast();
        ffi::md_netdev_prepare(md);
    }
    // SAFETY: live; the address is 6 bytes.
    let registered = made()
        .and_then(|()| Error::check(unsafe { ffi::md_netdev_register(md, &address.0) }).map(drop));
    if let Err(error) = registered {
        dev_err!(device, "cannot register the interface: {error}");
        // SAFETY: the interface is not registered, so nobody uses the state.
        unsafe {
            ffi::md_netdev_unprepare(md);
            (*md).state = core::ptr::null();
            drop(Owned::from_raw(driver));
        }
        return Err(error);
    }
    Ok(())
}
