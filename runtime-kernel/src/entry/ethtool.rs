//! The ethtool operations.

use super::{Entry, errno, state};
use crate::ffi::{RawDrvInfo, RawLinkSettings, RawRingParam};
use crate::split::KernelHalf;
use crate::{
    Driver, Error, LinkSettings, PhysIdState, RegisterDump, Result, RingParam, StringSet, Text,
};
use core::ffi::{c_int, c_void};

/// Copies a text, and a NUL where there is room; the place is zeroed.
fn put_text(to: &mut [u8; 32], text: &Text<32>) {
    let bytes = text.as_bytes();
    // The last byte stays NUL.
    let length = bytes.len().min(to.len() - 1);
    if let (Some(to), Some(from)) = (to.get_mut(..length), bytes.get(..length)) {
        to.copy_from_slice(from);
    }
}

fn string_set(set: u32) -> StringSet {
    match set {
        0 => StringSet::Test,
        1 => StringSet::Stats,
        _ => StringSet::Other,
    }
}

impl<D: Driver + KernelHalf> Entry<D> {
    pub(super) unsafe extern "C" fn get_drvinfo(raw: *const c_void, info: *mut c_void) {
        // SAFETY: the glue's contract.
        let (driver, to) = unsafe { (state::<D>(raw), &mut *info.cast::<RawDrvInfo>()) };
        if let Ok(from) = driver.get_drvinfo() {
            put_text(&mut to.driver, &from.driver);
            put_text(&mut to.version, &from.version);
            put_text(&mut to.firmware, &from.firmware);
            put_text(&mut to.bus_info, &from.bus_info);
        }
    }

    pub(super) unsafe extern "C" fn get_msglevel(raw: *const c_void) -> u32 {
        // SAFETY: the glue's contract.
        unsafe { state::<D>(raw) }.get_msglevel().unwrap_or(0)
    }

    pub(super) unsafe extern "C" fn set_msglevel(raw: *const c_void, level: u32) {
        // SAFETY: the glue's contract. The kernel's operation returns nothing.
        let _ = unsafe { state::<D>(raw) }.set_msglevel(level);
    }

    pub(super) unsafe extern "C" fn nway_reset(raw: *const c_void) -> c_int {
        // SAFETY: the glue's contract.
        errno(unsafe { state::<D>(raw) }.nway_reset())
    }

    pub(super) unsafe extern "C" fn get_link(raw: *const c_void) -> u32 {
        // SAFETY: the glue's contract.
        u32::from(unsafe { state::<D>(raw) }.get_link().unwrap_or(false))
    }

    pub(super) unsafe extern "C" fn get_ringparam(raw: *const c_void, ring: *mut c_void) -> c_int {
        // SAFETY: the glue's contract.
        let result = unsafe { state::<D>(raw) }.get_ringparam();
        errno(result.map(|ring_param| {
            let RingParam {
                rx_max,
                tx_max,
                rx,
                rx_mini,
                rx_jumbo,
                tx,
            } = ring_param;
            // SAFETY: the glue's contract.
            unsafe {
                ring.cast::<RawRingParam>().write(RawRingParam {
                    rx_max,
                    tx_max,
                    rx,
                    rx_mini,
                    rx_jumbo,
                    tx,
                })
            }
        }))
    }

    pub(super) unsafe extern "C" fn set_ringparam(
        raw: *const c_void,
        ring: *const c_void,
    ) -> c_int {
        // SAFETY: the glue's contract.
        let (driver, from) = unsafe { (state::<D>(raw), &*ring.cast::<RawRingParam>()) };
        errno(driver.set_ringparam(RingParam {
            rx_max: from.rx_max,
            tx_max: from.tx_max,
            rx: from.rx,
            rx_mini: from.rx_mini,
            rx_jumbo: from.rx_jumbo,
            tx: from.tx,
        }))
    }

    pub(super) unsafe extern "C" fn get_sset_count(raw: *const c_void, set: u32) -> c_int {
        // SAFETY: the glue's contract.
        let result = unsafe { state::<D>(raw) }.get_sset_count(string_set(set));
        result.map_or_else(Error::number, |count| count.min(4096) as c_int)
    }

    pub(super) unsafe extern "C" fn get_strings(
        raw: *const c_void,
        set: u32,
        strings: *mut u8,
        count: u32,
    ) {
        // SAFETY: the glue's contract.
        let Ok(names) = unsafe { state::<D>(raw) }.get_strings(string_set(set)) else {
            return;
        };
        for (i, name) in names.iter().take(count as usize).enumerate() {
            // SAFETY: the glue passes room for `count` strings of 32 bytes.
            let place = unsafe { &mut *strings.add(i * 32).cast::<[u8; 32]>() };
            *place = [0; 32];
            put_text(place, name);
        }
    }

    pub(super) unsafe extern "C" fn get_ethtool_stats(
        raw: *const c_void,
        numbers: *mut u64,
        count: u32,
    ) {
        // SAFETY: the glue's contract.
        let from = unsafe { state::<D>(raw) }
            .get_ethtool_stats()
            .unwrap_or_default();
        for i in 0..count as usize {
            // SAFETY: the glue passes room for `count` numbers.
            unsafe { numbers.add(i).write(from.get(i).copied().unwrap_or(0)) };
        }
    }

    pub(super) unsafe extern "C" fn self_test(
        raw: *const c_void,
        offline: u32,
        results: *mut u64,
        count: u32,
    ) -> c_int {
        // SAFETY: the glue's contract.
        let outcome = unsafe { state::<D>(raw) }.self_test(offline != 0);
        let failed = outcome.as_ref().map_or(true, |outcome| outcome.failed);
        for i in 0..count as usize {
            let value = match &outcome {
                Ok(outcome) => outcome.results.get(i).copied().unwrap_or(0),
                // A test that could not run has not passed.
                Err(_) => 1,
            };
            // SAFETY: the glue passes room for `count` numbers.
            unsafe { results.add(i).write(value) };
        }
        c_int::from(failed)
    }

    pub(super) unsafe extern "C" fn set_phys_id(raw: *const c_void, what: u32) -> c_int {
        // Numbers of `enum ethtool_phys_id_state`.
        let what = match what {
            0 => PhysIdState::Inactive,
            1 => PhysIdState::Active,
            2 => PhysIdState::On,
            _ => PhysIdState::Off,
        };
        // SAFETY: the glue's contract.
        let result = unsafe { state::<D>(raw) }.set_phys_id(what);
        result.map_or_else(Error::number, |rate| rate.min(100) as c_int)
    }

    pub(super) unsafe extern "C" fn get_regs_len(raw: *const c_void) -> c_int {
        // SAFETY: the glue's contract.
        unsafe { state::<D>(raw) }
            .get_regs_len()
            .map_or_else(Error::number, |length| {
                length.min(RegisterDump::MOST as u32) as c_int
            })
    }

    pub(super) unsafe extern "C" fn get_regs(
        raw: *const c_void,
        bytes: *mut u8,
        length: u32,
        version: *mut u32,
    ) -> c_int {
        // SAFETY: the glue's contract.
        let driver = unsafe { state::<D>(raw) };
        let mut done = 0;
        while done < length {
            // SAFETY: the glue passes room for `length` bytes, and for the version.
            let piece = unsafe { copy_piece(driver, bytes, done, length, version) };
            match piece {
                Ok(count) => done += count,
                Err(error) => return error.number(),
            }
        }
        0
    }

    pub(super) unsafe extern "C" fn get_link_ksettings(
        raw: *const c_void,
        settings: *mut c_void,
    ) -> c_int {
        // SAFETY: the glue's contract.
        let result = unsafe { state::<D>(raw) }.get_link_ksettings();
        errno(result.map(|from| {
            let LinkSettings {
                speed,
                duplex,
                port,
                phy_address,
                autoneg,
                supported,
                advertising,
                lp_advertising,
                transceiver,
                mdio_support,
            } = from;
            let to = RawLinkSettings {
                speed,
                duplex,
                port,
                phy_address,
                autoneg,
                supported,
                advertising,
                lp_advertising,
                transceiver,
                mdio_support,
            };
            // SAFETY: the glue's contract.
            unsafe { settings.cast::<RawLinkSettings>().write(to) }
        }))
    }

    pub(super) unsafe extern "C" fn set_link_ksettings(
        raw: *const c_void,
        settings: *const c_void,
    ) -> c_int {
        // SAFETY: the glue's contract.
        let (driver, from) = unsafe { (state::<D>(raw), &*settings.cast::<RawLinkSettings>()) };
        let &RawLinkSettings {
            speed,
            duplex,
            port,
            phy_address,
            autoneg,
            supported,
            advertising,
            lp_advertising,
            transceiver,
            mdio_support,
        } = from;
        errno(driver.set_link_ksettings(LinkSettings {
            speed,
            duplex,
            port,
            phy_address,
            autoneg,
            supported,
            advertising,
            lp_advertising,
            transceiver,
            mdio_support,
        }))
    }
}

/// Has the driver make the piece of its register dump from `done` on, and copies it to its place among
/// `length` bytes; returns how long it is. By itself, since a piece takes much of the stack. A piece that
/// is too short is an error: a user half says how many there are, but not that there are thousands.
///
/// # Safety
///
/// There is room for `length` bytes at `bytes`, `done` is less, and there is a place at `version`.
#[inline(never)]
unsafe fn copy_piece<D: Driver>(
    driver: &D,
    bytes: *mut u8,
    done: u32,
    length: u32,
    version: *mut u32,
) -> Result<u32> {
    let dump = driver.get_regs(done)?;
    let left = length.wrapping_sub(done) as usize;
    let count = dump.bytes.len().min(left);
    if count < left && count < RegisterDump::LEAST {
        return Err(Error::EIO);
    }
    // SAFETY: `count` bytes at most are left behind `done`, by the caller's promise.
    unsafe {
        let place = bytes.add(done as usize);
        core::ptr::copy_nonoverlapping(dump.bytes.as_slice().as_ptr(), place, count);
        if done == 0 {
            version.write(dump.version);
        }
    }
    Ok(count as u32)
}
