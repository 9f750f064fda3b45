//! Network interface operations.

use super::{Entry, errno, state};
use crate::ffi::{self, RawDevice, RawMii};
use crate::split::KernelHalf;
use crate::{
    Driver, IrqReturn, List, MAX_MULTICAST, MacAddress, MiiOperation, MiiRequest, NetdevTx,
    RxFilter, SkBuff, Stats64,
};
use core::ffi::{c_int, c_void};

impl<D: Driver + KernelHalf> Entry<D> {
    pub(super) unsafe extern "C" fn open(raw: *const c_void) -> c_int {
        // SAFETY: the glue's contract.
        let driver = unsafe { state::<D>(raw) };
        let result = driver.open();
        if result.is_err() {
            driver.quiesce();
        }
        errno(result)
    }

    pub(super) unsafe extern "C" fn stop(raw: *const c_void) {
        // SAFETY: the glue's contract.
        let driver = unsafe { state::<D>(raw) };
        // The interface goes down whatever the user half says; `quiesce` sees to it.
        let _ = driver.stop();
        driver.quiesce();
    }

    pub(super) unsafe extern "C" fn start_xmit(skb: *mut c_void, netdev: *mut c_void) -> c_int {
        // SAFETY: `netdev` is a device's; its private area is at this distance; the packet is ours now.
        unsafe {
            let md = netdev
                .byte_add(ffi::md_netdev_to_device as usize)
                .cast::<RawDevice>();
            match SkBuff::from_raw(skb) {
                Some(skb) => state::<D>((*md).state).start_xmit(skb) as c_int,
                None => NetdevTx::Ok as c_int,
            }
        }
    }

    pub(super) unsafe extern "C" fn interrupt(_irq: c_int, md: *mut c_void) -> c_int {
        // SAFETY: the glue requests the interrupt with the device as its argument.
        let raw = unsafe { (*md.cast::<RawDevice>()).state };
        if raw.is_null() {
            return IrqReturn::None as c_int;
        }
        // SAFETY: the state stays until the interrupt is released.
        unsafe { state::<D>(raw) }.interrupt() as c_int
    }

    pub(super) unsafe extern "C" fn poll(napi: *mut c_void, budget: c_int) -> c_int {
        // SAFETY: the glue registered the `napi_struct` inside the device.
        unsafe {
            let md = napi
                .byte_sub(ffi::md_napi_in_device as usize)
                .cast::<RawDevice>();
            state::<D>((*md).state).poll(budget as u32) as c_int
        }
    }

    pub(super) unsafe extern "C" fn set_rx_mode(
        raw: *const c_void,
        flags: u32,
        addresses: *const [u8; 6],
        count: u32,
    ) {
        let mut multicast = List::<MacAddress, MAX_MULTICAST>::new();
        for i in 0..count as usize {
            // SAFETY: the glue passes `count` addresses.
            multicast.push(MacAddress(unsafe { *addresses.add(i) }));
        }
        let filter = RxFilter {
            promiscuous: flags & 1 != 0,
            all_multicast: flags & 2 != 0,
            multicast,
        };
        // SAFETY: the glue's contract.
        unsafe { state::<D>(raw) }.set_rx_mode(filter);
    }

    pub(super) unsafe extern "C" fn tx_timeout(raw: *const c_void, queue: u32) {
        // SAFETY: the glue's contract.
        unsafe { state::<D>(raw) }.tx_timeout(queue);
    }

    pub(super) unsafe extern "C" fn get_stats64(raw: *const c_void, stats: *mut c_void) {
        // SAFETY: the glue's contract; its structure has the layout of `Stats64`.
        unsafe { stats.cast::<Stats64>().write(state::<D>(raw).get_stats64()) }
    }

    pub(super) unsafe extern "C" fn set_mac_address(
        raw: *const c_void,
        address: *const [u8; 6],
    ) -> c_int {
        // SAFETY: the glue's contract.
        unsafe { errno(state::<D>(raw).set_mac_address(MacAddress(*address))) }
    }

    pub(super) unsafe extern "C" fn mii_ioctl(
        raw: *const c_void,
        operation: u32,
        mii: *mut c_void,
    ) -> c_int {
        // SAFETY: the glue's contract.
        let (driver, mii) = unsafe { (state::<D>(raw), &mut *mii.cast::<RawMii>()) };
        let operation = match operation {
            0 => MiiOperation::Address,
            1 => MiiOperation::Read,
            _ => MiiOperation::Write,
        };
        let result = driver.mii_ioctl(MiiRequest {
            operation,
            phy: mii.phy,
            register: mii.register,
            value: mii.value_in,
        });
        errno(result.map(|reply| {
            mii.phy = reply.phy;
            if operation != MiiOperation::Write {
                mii.value_out = reply.value;
            }
        }))
    }
}
