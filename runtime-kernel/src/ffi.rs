//! The C glue (`glue/`): its functions, and mirrors of the structures that both sides see. The host
//! backend (`runtime-host`) provides the same functions to an ordinary process.

use crate::{FixedPorts, Signature, Width};
use core::ffi::{c_char, c_int, c_long, c_uint, c_ulong, c_void};
use core::sync::atomic::AtomicU16;

/// `struct md_device`: a driver instance. Only its head is mirrored.
#[doc(hidden)]
#[derive(Debug)]
#[repr(C)]
pub struct RawDevice {
    /// The driver's state, once attached.
    pub state: *const c_void,
    /// The channel to the user half, in a split driver.
    pub channel: *mut c_void,
    pub netdev: *mut c_void,
    pub io_base: c_ulong,
    pub io_size: c_ulong,
    /// Where registers are accessed in their wide form, the size of the region; 0 at first.
    pub wide_registers: AtomicU16,
}

/// `struct md_drvinfo`.
#[doc(hidden)]
#[derive(Debug)]
#[repr(C)]
pub struct RawDrvInfo {
    pub driver: [u8; 32],
    pub version: [u8; 32],
    pub firmware: [u8; 32],
    pub bus_info: [u8; 32],
}

/// `struct md_ringparam`.
#[doc(hidden)]
#[derive(Debug)]
#[repr(C)]
pub struct RawRingParam {
    pub rx_max: u32,
    pub tx_max: u32,
    pub rx: u32,
    pub rx_mini: u32,
    pub rx_jumbo: u32,
    pub tx: u32,
}

/// `struct md_link_settings`.
#[doc(hidden)]
#[derive(Debug)]
#[repr(C)]
pub struct RawLinkSettings {
    pub speed: u32,
    pub duplex: u8,
    pub port: u8,
    pub phy_address: u8,
    pub autoneg: u8,
    pub supported: u64,
    pub advertising: u64,
    pub lp_advertising: u64,
    pub transceiver: u8,
    pub mdio_support: u8,
}

/// `struct md_mii`.
#[doc(hidden)]
#[derive(Debug)]
#[repr(C)]
pub struct RawMii {
    pub phy: u16,
    pub register: u16,
    pub value_in: u16,
    pub value_out: u16,
}

/// `struct md_fixed_ports`; no bases where the driver knows no such ports.
#[doc(hidden)]
#[derive(Debug)]
#[repr(C)]
pub struct RawFixedPorts {
    pub parameter: *const u8,
    pub parameter_length: usize,
    pub bases: *const u16,
    pub base_count: u32,
    pub size: u32,
    pub signature: *const Signature,
    pub signature_count: u32,
}

impl RawFixedPorts {
    /// As the glue wants it.
    pub(crate) const fn of(fixed: Option<FixedPorts>) -> Self {
        const NOWHERE: FixedPorts = FixedPorts::new("", &[], 1, &[Signature::new(0, Width::W8, 0)]);
        let fixed = match fixed {
            Some(fixed) => fixed,
            None => NOWHERE,
        };
        Self {
            parameter: fixed.parameter().as_ptr(),
            parameter_length: fixed.parameter().len(),
            bases: fixed.bases().as_ptr(),
            base_count: fixed.bases().len() as u32,
            size: fixed.size() as u32,
            signature: fixed.signature().as_ptr(),
            signature_count: fixed.signature().len() as u32,
        }
    }
}

/// `struct md_driver`: the entry points that the glue calls. A state pointer is what attach stored.
#[doc(hidden)]
#[expect(
    missing_debug_implementations,
    reason = "function pointers have nothing to show"
)]
#[repr(C)]
pub struct DriverTable {
    pub ids: *const c_void,
    pub id_count: u32,
    pub io_bar: u32,
    pub dma_bits: u32,
    pub tx_timeout_ms: u32,
    pub split: u8,
    /// Operations that the glue may call where it is called, as they leave the work to the user half;
    /// the others it calls from a worker.
    pub set_rx_mode_defers: u8,
    pub tx_timeout_defers: u8,
    pub fixed: RawFixedPorts,

    pub attach: unsafe extern "C" fn(*mut c_void) -> c_int,
    pub detach: unsafe extern "C" fn(*mut c_void),
    pub suspend: unsafe extern "C" fn(*const c_void) -> c_int,
    pub resume: unsafe extern "C" fn(*const c_void) -> c_int,
    pub work: unsafe extern "C" fn(*const c_void, u32),
    pub timer: unsafe extern "C" fn(*const c_void, u32),

    pub open: unsafe extern "C" fn(*const c_void) -> c_int,
    pub stop: unsafe extern "C" fn(*const c_void),
    pub start_xmit: unsafe extern "C" fn(*mut c_void, *mut c_void) -> c_int,
    pub interrupt: unsafe extern "C" fn(c_int, *mut c_void) -> c_int,
    pub poll: unsafe extern "C" fn(*mut c_void, c_int) -> c_int,
    pub set_rx_mode: unsafe extern "C" fn(*const c_void, u32, *const [u8; 6], u32),
    pub tx_timeout: unsafe extern "C" fn(*const c_void, u32),
    pub get_stats64: unsafe extern "C" fn(*const c_void, *mut c_void),
    pub set_mac_address: unsafe extern "C" fn(*const c_void, *const [u8; 6]) -> c_int,
    pub mii_ioctl: unsafe extern "C" fn(*const c_void, u32, *mut c_void) -> c_int,

    pub get_drvinfo: unsafe extern "C" fn(*const c_void, *mut c_void),
    pub get_msglevel: unsafe extern "C" fn(*const c_void) -> u32,
    pub set_msglevel: unsafe extern "C" fn(*const c_void, u32),
    pub nway_reset: unsafe extern "C" fn(*const c_void) -> c_int,
    pub get_link: unsafe extern "C" fn(*const c_void) -> u32,
    pub get_ringparam: unsafe extern "C" fn(*const c_void, *mut c_void) -> c_int,
    pub set_ringparam: unsafe extern "C" fn(*const c_void, *const c_void) -> c_int,
    pub get_sset_count: unsafe extern "C" fn(*const c_void, u32) -> c_int,
    pub get_strings: unsafe extern "C" fn(*const c_void, u32, *mut u8, u32),
    pub get_ethtool_stats: unsafe extern "C" fn(*const c_void, *mut u64, u32),
    pub self_test: unsafe extern "C" fn(*const c_void, u32, *mut u64, u32) -> c_int,
    pub set_phys_id: unsafe extern "C" fn(*const c_void, u32) -> c_int,
    pub get_regs_len: unsafe extern "C" fn(*const c_void) -> c_int,
    pub get_regs: unsafe extern "C" fn(*const c_void, *mut u8, u32, *mut u32) -> c_int,
    pub get_link_ksettings: unsafe extern "C" fn(*const c_void, *mut c_void) -> c_int,
    pub set_link_ksettings: unsafe extern "C" fn(*const c_void, *const c_void) -> c_int,

    /// A text about the split of a device (`enum md_view`) to a buffer of so many bytes, as far as it
    /// fits; returns how long it is.
    pub view: unsafe extern "C" fn(*mut c_void, u32, *mut u8, usize) -> usize,
    /// Of a module that counts what it does: the profile, written as by `view`.
    pub profile: Option<unsafe extern "C" fn(*mut u8, usize) -> usize>,
    /// Starts a recording, under a name of so many bytes.
    pub start_profile: Option<unsafe extern "C" fn(*const u8, usize) -> c_int>,
}

// SAFETY: the table is immutable; its pointers are to functions and to `'static` constants.
unsafe impl Sync for DriverTable {}

/// Directions of a mapping, as the glue wants them.
pub(crate) const TO_DEVICE: c_int = 1;
pub(crate) const FROM_DEVICE: c_int = 2;

unsafe extern "C" {
    // module.c
    pub(crate) fn md_upcall_timeout() -> u32;
    pub(crate) fn md_parameter(
        md: *const RawDevice,
        name: *const u8,
        length: usize,
        value: *mut c_int,
    ) -> bool;

    // device.c
    pub(crate) fn md_schedule_work(md: *mut RawDevice, number: u32, milliseconds: u32);
    pub(crate) fn md_cancel_work(md: *mut RawDevice, number: u32);
    pub(crate) fn md_arm_timer(md: *mut RawDevice, number: u32, milliseconds: u32);
    pub(crate) fn md_disarm_timer(md: *mut RawDevice, number: u32);
    pub(crate) fn md_schedule_connect(md: *mut RawDevice);
    pub(crate) fn md_schedule_deferred(md: *mut RawDevice);
    pub(crate) fn md_cancel_expire(md: *mut RawDevice);
    pub(crate) fn md_schedule_expire(md: *mut RawDevice, milliseconds: u32);
    pub(crate) fn md_request_irq(md: *mut RawDevice) -> c_int;
    pub(crate) fn md_free_irq(md: *mut RawDevice);
    pub(crate) fn md_bus_name(md: *const RawDevice) -> *const c_char;
    pub(crate) fn md_irq_known(md: *const RawDevice) -> bool;
    pub(crate) fn md_irq_search() -> c_ulong;
    pub(crate) fn md_irq_found(md: *mut RawDevice, watched: c_ulong) -> c_int;
    pub(crate) fn md_on_pci(md: *const RawDevice) -> bool;
    pub(crate) fn md_subsystem(md: *const RawDevice) -> u32;

    // chardev.c
    pub(crate) fn md_task_get() -> *mut c_void;
    pub(crate) fn md_task_number(task: *mut c_void) -> c_int;
    pub(crate) fn md_task_kill(task: *mut c_void);
    pub(crate) fn md_task_put(task: *mut c_void);

    // net.c
    pub(crate) static md_netdev_to_device: c_ulong;
    pub(crate) static md_napi_in_device: c_ulong;
    #[cfg(target_os = "none")]
    pub(crate) static md_skb_len_at: c_ulong;
    #[cfg(target_os = "none")]
    pub(crate) static md_skb_data_at: c_ulong;
    pub(crate) fn md_netdev_prepare(md: *mut RawDevice);
    pub(crate) fn md_netdev_unprepare(md: *mut RawDevice);
    pub(crate) fn md_netdev_register(md: *mut RawDevice, address: *const [u8; 6]) -> c_int;
    pub(crate) fn md_netdev_running(md: *const RawDevice) -> bool;
    pub(crate) fn md_carrier(md: *const RawDevice) -> bool;
    pub(crate) fn md_set_carrier(md: *mut RawDevice, on: bool);
    pub(crate) fn md_mtu(md: *const RawDevice) -> u32;
    pub(crate) fn md_address(md: *const RawDevice, address: *mut [u8; 6]);
    pub(crate) fn md_queue_start(netdev: *mut c_void);
    pub(crate) fn md_queue_stop(netdev: *mut c_void);
    pub(crate) fn md_queue_stopped(netdev: *const c_void) -> bool;
    pub(crate) fn md_queue_wake(netdev: *mut c_void);
    pub(crate) fn md_tx_disable(netdev: *mut c_void);
    pub(crate) fn md_trans_update(netdev: *mut c_void);
    pub(crate) fn md_netdev_detach(netdev: *mut c_void);
    pub(crate) fn md_netdev_attach(netdev: *mut c_void);
    pub(crate) fn md_napi_enable(md: *mut RawDevice);
    pub(crate) fn md_napi_disable(md: *mut RawDevice);
    pub(crate) fn md_napi_schedule_prep(md: *mut RawDevice) -> bool;
    pub(crate) fn md_napi_schedule(md: *mut RawDevice);
    pub(crate) fn md_napi_complete(md: *mut RawDevice, done: c_int) -> bool;
    pub(crate) fn md_skb_alloc(netdev: *mut c_void, length: c_uint) -> *mut c_void;
    pub(crate) fn md_skb_put(skb: *mut c_void, length: c_uint) -> *mut u8;
    pub(crate) fn md_skb_pad(skb: *mut c_void, length: c_uint) -> c_int;
    pub(crate) fn md_skb_free(skb: *mut c_void);
    pub(crate) fn md_skb_consume(skb: *mut c_void, budget: c_int);
    pub(crate) fn md_skb_receive(netdev: *mut c_void, skb: *mut c_void);
    pub(crate) fn md_skb_timestamp(skb: *mut c_void);
    pub(crate) fn md_dma_alloc(md: *mut RawDevice, size: usize, address: *mut u64) -> *mut u8;
    pub(crate) fn md_dma_free(md: *mut RawDevice, size: usize, memory: *mut u8, address: u64);
    pub(crate) fn md_dma_map(
        md: *mut RawDevice,
        memory: *mut u8,
        size: usize,
        direction: c_int,
    ) -> u64;
    pub(crate) fn md_dma_unmap(md: *mut RawDevice, address: u64, size: usize, direction: c_int);
    pub(crate) fn md_dma_copy(
        md: *mut RawDevice,
        from: *const u8,
        address: u64,
        length: c_uint,
    ) -> *mut c_void;
    pub(crate) fn md_dma_sync_for_cpu(md: *mut RawDevice, address: u64, size: usize);
    pub(crate) fn md_dma_sync_for_device(md: *mut RawDevice, address: u64, size: usize);

    // sync.c
    pub(crate) fn md_spin_init(lock: *mut c_void);
    pub(crate) fn md_spin_lock(lock: *mut c_void) -> c_ulong;
    pub(crate) fn md_spin_unlock(lock: *mut c_void, flags: c_ulong);
    pub(crate) fn md_register_lock(md: *mut RawDevice) -> c_ulong;
    pub(crate) fn md_register_unlock(md: *mut RawDevice, flags: c_ulong);
    pub(crate) fn md_semaphore_new() -> *mut c_void;
    pub(crate) fn md_semaphore_free(semaphore: *mut c_void);
    pub(crate) fn md_semaphore_down(semaphore: *mut c_void);
    pub(crate) fn md_semaphore_down_timeout(semaphore: *mut c_void, milliseconds: u32) -> c_int;
    pub(crate) fn md_semaphore_try_down(semaphore: *mut c_void) -> bool;
    pub(crate) fn md_semaphore_up(semaphore: *mut c_void);
    pub(crate) fn md_rwsem_new() -> *mut c_void;
    pub(crate) fn md_rwsem_free(rwsem: *mut c_void);
    pub(crate) fn md_rwsem_down_read(rwsem: *mut c_void);
    pub(crate) fn md_rwsem_try_down_read(rwsem: *mut c_void) -> bool;
    pub(crate) fn md_rwsem_up_read(rwsem: *mut c_void);
    pub(crate) fn md_rwsem_down_write(rwsem: *mut c_void);
    pub(crate) fn md_rwsem_up_write(rwsem: *mut c_void);
    pub(crate) fn md_completion_new() -> *mut c_void;
    pub(crate) fn md_completion_free(completion: *mut c_void);
    pub(crate) fn md_completion_reset(completion: *mut c_void);
    pub(crate) fn md_completion_complete(completion: *mut c_void);
    pub(crate) fn md_completion_complete_all(completion: *mut c_void);
    pub(crate) fn md_completion_wait_interruptible(completion: *mut c_void) -> c_int;
    pub(crate) fn md_completion_wait_killable(completion: *mut c_void) -> c_int;
    pub(crate) fn md_completion_wait(completion: *mut c_void, jiffies: c_ulong) -> c_long;
    pub(crate) fn md_nanoseconds() -> u64;
    pub(crate) fn md_processors() -> u32;
    pub(crate) fn md_relax() -> bool;
    pub(crate) fn md_milliseconds_to_jiffies(milliseconds: u32) -> c_ulong;
    pub(crate) fn md_milliseconds() -> u64;
    pub(crate) fn md_delay_microseconds(microseconds: u32);
    pub(crate) fn md_completion_sleep(completion: *mut c_void, milliseconds: u32);
    pub(crate) fn md_may_reschedule();
    pub(crate) fn md_sleep_milliseconds(milliseconds: u32);
    pub(crate) fn md_allocate(size: usize) -> *mut u8;
    pub(crate) fn md_free(memory: *mut u8);
    pub(crate) fn md_area_new() -> *mut u8;
    pub(crate) fn md_area_free(area: *mut u8);
    pub(crate) fn md_debug_enabled(md: *const RawDevice) -> bool;
    pub(crate) fn md_log(md: *const RawDevice, level: c_int, text: *const u8, length: usize);
    #[cfg(target_os = "none")]
    pub(crate) fn md_panic(text: *const u8, length: usize) -> !;

    // profile.c
    #[cfg(feature = "instrument")]
    pub(crate) fn md_profile_context() -> u64;
    pub(crate) fn md_profile_release() -> *const c_char;

    // The host backend's, in place of instructions that an ordinary process may not execute, and of a
    // layout that it does not have.
    #[cfg(not(target_os = "none"))]
    pub(crate) fn md_port_read(port: u16, bytes: u32) -> u32;
    #[cfg(not(target_os = "none"))]
    pub(crate) fn md_port_write(port: u16, bytes: u32, value: u32);
    #[cfg(not(target_os = "none"))]
    pub(crate) fn md_skb_len(skb: *const c_void) -> c_uint;
    #[cfg(not(target_os = "none"))]
    pub(crate) fn md_skb_data(skb: *const c_void) -> *mut u8;
}
