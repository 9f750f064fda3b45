//! The interface, NAPI, socket buffers and DMA.

use std::ffi::{c_int, c_uint, c_ulong, c_void};

use runtime_kernel::RawDevice;

use super::kept;
use crate::machine::Errno;
use crate::machine::context;
use crate::machine::device::{NAPI_IN_DEVICE, NETDEV_TO_DEVICE, of_md, of_netdev};
use crate::machine::iommu::Direction;
use crate::machine::memory::Window;
use crate::machine::net::Packet;
use crate::machine::resources::Kind;
use crate::machine::softirq::Softirq;

kept! {
    md_netdev_prepare md_netdev_unprepare md_netdev_register md_netdev_running md_carrier md_set_carrier md_mtu
    md_address md_queue_start md_queue_stop md_queue_stopped md_queue_wake md_tx_disable md_trans_update
    md_netdev_detach md_netdev_attach md_napi_enable md_napi_disable md_napi_schedule_prep md_napi_schedule
    md_napi_complete md_skb_len md_skb_data md_skb_alloc md_skb_put md_skb_pad md_skb_free md_skb_consume
    md_skb_receive md_skb_timestamp md_dma_alloc md_dma_free md_dma_map md_dma_unmap md_dma_copy
    md_dma_sync_for_cpu md_dma_sync_for_device
}

/// Distance from a `net_device` to its device.
#[unsafe(no_mangle)]
static md_netdev_to_device: c_ulong = NETDEV_TO_DEVICE as c_ulong;
/// Distance from a device to its `napi_struct`.
#[unsafe(no_mangle)]
static md_napi_in_device: c_ulong = NAPI_IN_DEVICE as c_ulong;

/// An address that no mapping has.
const NO_ADDRESS: u64 = u64::MAX;

#[unsafe(no_mangle)]
unsafe extern "C" fn md_netdev_prepare(md: *mut RawDevice) {
    // SAFETY: the contract.
    let device = unsafe { of_md(md) };
    device.net.prepare(device);
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_netdev_unprepare(md: *mut RawDevice) {
    context::might_sleep("netif_napi_del");
    // SAFETY: the contract.
    let device = unsafe { of_md(md) };
    device.net.unprepare(device);
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_netdev_register(md: *mut RawDevice, address: *const [u8; 6]) -> c_int {
    context::might_sleep("register_netdev");
    // SAFETY: the contract.
    let (device, address) = unsafe { (of_md(md), *address) };
    if device.kernel.failures.next() {
        return -Errno::ENOMEM.0;
    }
    match device.net.register(device, address) {
        Ok(()) => 0,
        Err(errno) => -errno.0,
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_netdev_running(md: *const RawDevice) -> bool {
    // SAFETY: the contract.
    unsafe { of_md(md) }.net.is_running()
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_carrier(md: *const RawDevice) -> bool {
    // SAFETY: the contract.
    unsafe { of_md(md) }.net.carrier()
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_set_carrier(md: *mut RawDevice, on: bool) {
    // SAFETY: the contract.
    let device = unsafe { of_md(md) };
    device.net.set_carrier(device, on);
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_mtu(md: *const RawDevice) -> u32 {
    // SAFETY: the contract.
    unsafe { of_md(md) }.net.mtu()
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_address(md: *const RawDevice, address: *mut [u8; 6]) {
    // SAFETY: the contract.
    unsafe { address.write(of_md(md).net.address()) }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_queue_start(netdev: *mut c_void) {
    // SAFETY: the contract.
    unsafe { of_netdev(netdev) }.net.start_queue();
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_queue_stop(netdev: *mut c_void) {
    // SAFETY: the contract.
    unsafe { of_netdev(netdev) }.net.stop_queue();
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_queue_stopped(netdev: *const c_void) -> bool {
    // SAFETY: the contract.
    unsafe { of_netdev(netdev) }.net.queue_stopped()
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_queue_wake(netdev: *mut c_void) {
    // SAFETY: the contract.
    let device = unsafe { of_netdev(netdev) };
    device.net.wake_queue(device);
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_tx_disable(netdev: *mut c_void) {
    // SAFETY: the contract.
    unsafe { of_netdev(netdev) }.net.disable();
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_trans_update(netdev: *mut c_void) {
    // SAFETY: the contract.
    let device = unsafe { of_netdev(netdev) };
    device.net.touch_watchdog(device);
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_netdev_detach(netdev: *mut c_void) {
    // SAFETY: the contract.
    unsafe { of_netdev(netdev) }.net.detach();
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_netdev_attach(netdev: *mut c_void) {
    // SAFETY: the contract.
    let device = unsafe { of_netdev(netdev) };
    device.net.attach(device);
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_napi_enable(md: *mut RawDevice) {
    // SAFETY: the contract.
    if unsafe { of_md(md) }.napi.enable().is_err() {
        context::bug("napi_enable of an enabled context");
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_napi_disable(md: *mut RawDevice) {
    context::might_sleep("napi_disable");
    // SAFETY: the contract.
    unsafe { of_md(md) }.napi.disable();
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_napi_schedule_prep(md: *mut RawDevice) -> bool {
    // SAFETY: the contract.
    unsafe { of_md(md) }.napi.claim()
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_napi_schedule(md: *mut RawDevice) {
    // SAFETY: the contract.
    let device = unsafe { of_md(md) };
    if !device.napi.is_owned() {
        context::bug("a poll scheduled that nobody claimed");
    }
    let kernel = &device.kernel;
    kernel.softirqs.raise(kernel, device, Softirq::Poll);
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_napi_complete(md: *mut RawDevice, _done: c_int) -> bool {
    // SAFETY: the contract.
    let device = unsafe { of_md(md) };
    device.set_completed();
    match device.napi.complete() {
        Ok(true) => true,
        Ok(false) => {
            let kernel = &device.kernel;
            kernel.softirqs.raise(kernel, device, Softirq::Poll);
            false
        }
        Err(_) => context::bug("a poll completed that nobody owns"),
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_skb_len(skb: *const c_void) -> c_uint {
    // SAFETY: the contract.
    unsafe { Packet::borrow_raw(skb.cast_mut()) }.length() as c_uint
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_skb_data(skb: *const c_void) -> *mut u8 {
    // SAFETY: the contract.
    unsafe { Packet::borrow_raw(skb.cast_mut()) }.data()
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_skb_alloc(netdev: *mut c_void, length: c_uint) -> *mut c_void {
    // SAFETY: the contract.
    let device = unsafe { of_netdev(netdev) };
    if device.kernel.failures.next() {
        return std::ptr::null_mut();
    }
    Packet::with_room(length as usize).into_raw(&device.kernel)
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_skb_put(skb: *mut c_void, length: c_uint) -> *mut u8 {
    // SAFETY: the contract.
    unsafe { Packet::borrow_raw(skb) }.put(length as usize)
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_skb_pad(skb: *mut c_void, length: c_uint) -> c_int {
    // SAFETY: the contract.
    unsafe { Packet::borrow_raw(skb) }.pad(length as usize);
    0
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_skb_free(skb: *mut c_void) {
    // SAFETY: the contract.
    drop(unsafe { Packet::from_raw(&context::kernel(), skb) });
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_skb_consume(skb: *mut c_void, _budget: c_int) {
    // SAFETY: the contract.
    drop(unsafe { Packet::from_raw(&context::kernel(), skb) });
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_skb_receive(netdev: *mut c_void, skb: *mut c_void) {
    // SAFETY: the contract.
    let (device, packet) =
        unsafe { (of_netdev(netdev), Packet::from_raw(&context::kernel(), skb)) };
    device.net.receive(packet.bytes());
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_skb_timestamp(skb: *mut c_void) {
    // Nobody asked for one; but it has to be a packet.
    // SAFETY: the contract.
    unsafe { Packet::borrow_raw(skb) }.length();
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_dma_alloc(md: *mut RawDevice, size: usize, address: *mut u64) -> *mut u8 {
    context::might_sleep("dma_alloc_coherent");
    // SAFETY: the contract.
    let device = unsafe { of_md(md) };
    let fails = device.kernel.failures.next();
    let allocated = (!fails).then(|| device.slot.iommu.allocate(size));
    let (memory, bus) = match allocated.flatten() {
        Some((memory, bus)) => (memory, bus.into()),
        None => (std::ptr::null_mut(), NO_ADDRESS),
    };
    if bus != NO_ADDRESS {
        let resources = &device.kernel.resources;
        resources.take(Kind::Coherent, memory.addr(), size);
    }
    // SAFETY: the contract.
    unsafe { address.write(bus) };
    memory
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_dma_free(md: *mut RawDevice, size: usize, memory: *mut u8, address: u64) {
    if context::interrupts_off() {
        context::bug("dma_free_coherent with interrupts off");
    }
    // SAFETY: the contract.
    let device = unsafe { of_md(md) };
    let resources = &device.kernel.resources;
    resources.give_back(Kind::Coherent, memory.addr());
    if let Err(what) = device.slot.iommu.free(memory, size, address) {
        device.kernel.faults.record(format!("IOMMU: {what}"));
    }
}

/// As `dma_data_direction`: 1 to the device, 2 from it.
fn of(direction: c_int) -> Direction {
    match direction {
        1 => Direction::ToDevice,
        2 => Direction::FromDevice,
        _ => context::bug("a mapping in no direction"),
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_dma_map(
    md: *mut RawDevice,
    memory: *mut u8,
    size: usize,
    direction: c_int,
) -> u64 {
    // SAFETY: the contract: the memory is the device's until it is unmapped or synced.
    let (device, window) = unsafe { (of_md(md), Window::new(memory, size)) };
    let window = window.filter(|_| !device.kernel.failures.next());
    let mapped = window.and_then(|window| device.slot.iommu.map(window, of(direction)));
    let Some(address) = mapped else {
        return NO_ADDRESS;
    };
    // Each card has addresses of its own.
    let key = device.slot.id.0 << 32 | address as usize;
    device.kernel.resources.take(Kind::Mapping, key, size);
    address.into()
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_dma_unmap(md: *mut RawDevice, address: u64, size: usize, direction: c_int) {
    // SAFETY: the contract.
    let device = unsafe { of_md(md) };
    let key = device.slot.id.0 << 32 | address as usize;
    device.kernel.resources.give_back(Kind::Mapping, key);
    let unmapped = device.slot.iommu.unmap(address, size, of(direction));
    if let Err(what) = unmapped {
        device.kernel.faults.record(format!("IOMMU: {what}"));
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_dma_copy(
    md: *mut RawDevice,
    from: *const u8,
    address: u64,
    length: c_uint,
) -> *mut c_void {
    // SAFETY: the contract.
    let device = unsafe { of_md(md) };
    if device.kernel.failures.next() {
        return std::ptr::null_mut();
    }
    let packet = Packet::with_room(length as usize);
    let skb = packet.into_raw(&device.kernel);
    // SAFETY: the contract; the packet was just made, with that much room.
    unsafe {
        md_dma_sync_for_cpu(md, address, length as usize);
        std::ptr::copy_nonoverlapping(from, md_skb_put(skb, length), length as usize);
        md_dma_sync_for_device(md, address, length as usize);
    }
    skb
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_dma_sync_for_cpu(md: *mut RawDevice, address: u64, size: usize) {
    // SAFETY: the contract.
    let device = unsafe { of_md(md) };
    if let Err(what) = device.slot.iommu.sync_for_processor(address, size) {
        device.kernel.faults.record(format!("IOMMU: {what}"));
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_dma_sync_for_device(md: *mut RawDevice, address: u64, size: usize) {
    // SAFETY: the contract.
    let device = unsafe { of_md(md) };
    if let Err(what) = device.slot.iommu.sync_for_device(address, size) {
        device.kernel.faults.record(format!("IOMMU: {what}"));
    }
}
