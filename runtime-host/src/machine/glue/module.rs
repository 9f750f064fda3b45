//! Work items, timers, interrupts, parameters, ports.

use std::ffi::{c_char, c_int, c_ulong};
use std::sync::atomic::Ordering;
use std::time::Duration;

use runtime_kernel::RawDevice;

use super::kept;
use crate::machine::Errno;
use crate::machine::card::Found;
use crate::machine::clock::Alarm;
use crate::machine::context;
use crate::machine::device::{TIMERS, WORKS, of_md};
use crate::machine::ports;
use crate::machine::resources::Kind;
use crate::machine::workqueue::Job;

kept! {
    md_upcall_timeout md_schedule_work md_cancel_work md_arm_timer md_disarm_timer md_schedule_connect
    md_schedule_deferred md_schedule_expire md_cancel_expire md_request_irq md_free_irq md_irq_known md_irq_search
    md_irq_found md_bus_name md_on_pci md_subsystem md_parameter
    md_port_read md_port_write
}

#[unsafe(no_mangle)]
extern "C" fn md_upcall_timeout() -> u32 {
    context::kernel().upcall_timeout_ms.load(Ordering::Relaxed)
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_schedule_work(md: *mut RawDevice, number: u32, milliseconds: u32) {
    // SAFETY: the contract.
    let device = unsafe { of_md(md) };
    if device.going.load(Ordering::SeqCst) {
        return;
    }
    let (kernel, number) = (&device.kernel, number % WORKS);
    kernel.work.cancel(device, Job::Work(number));
    if milliseconds == 0 {
        kernel.clock.cancel(device, Alarm::Work(number));
        kernel.work.queue(kernel, device, Job::Work(number));
    } else {
        kernel.clock.set(device, Alarm::Work(number), milliseconds);
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_cancel_work(md: *mut RawDevice, number: u32) {
    // SAFETY: the contract.
    let device = unsafe { of_md(md) };
    let (kernel, number) = (&device.kernel, number % WORKS);
    kernel.clock.cancel(device, Alarm::Work(number));
    kernel.work.cancel(device, Job::Work(number));
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_arm_timer(md: *mut RawDevice, number: u32, milliseconds: u32) {
    // SAFETY: the contract.
    let device = unsafe { of_md(md) };
    let alarm = Alarm::Timer(number % TIMERS);
    // A timer is never due at once: the earliest is the next tick.
    device.kernel.clock.set(device, alarm, milliseconds.max(1));
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_disarm_timer(md: *mut RawDevice, number: u32) {
    context::not_in_hard_interrupt("del_timer_sync");
    // SAFETY: the contract.
    unsafe { of_md(md) }.disarm_timer(number % TIMERS);
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_schedule_connect(md: *mut RawDevice) {
    // SAFETY: the contract.
    let device = unsafe { of_md(md) };
    device
        .kernel
        .work
        .queue(&device.kernel, device, Job::Connect);
    device.net.connected();
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_schedule_deferred(md: *mut RawDevice) {
    // SAFETY: the contract.
    let device = unsafe { of_md(md) };
    device
        .kernel
        .work
        .queue(&device.kernel, device, Job::Deferred);
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_schedule_expire(md: *mut RawDevice, milliseconds: u32) {
    // SAFETY: the contract.
    let device = unsafe { of_md(md) };
    let limit = Duration::from_millis(milliseconds.into());
    device.kernel.work.expire_in(device, limit);
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_cancel_expire(md: *mut RawDevice) {
    // SAFETY: the contract.
    let device = unsafe { of_md(md) };
    device.kernel.work.cancel(device, Job::Overdue);
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_request_irq(md: *mut RawDevice) -> c_int {
    context::might_sleep("request_irq");
    // SAFETY: the contract.
    let device = unsafe { of_md(md) };
    if device.kernel.failures.next() {
        return -Errno::ENOMEM.0;
    }
    if !device.irq_known() {
        context::bug("request_irq before anyone knows the line");
    }
    if !device.slot.line.request() {
        context::bug("request_irq twice");
    }
    device.kernel.resources.take(Kind::Interrupt, md.addr(), 0);
    0
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_free_irq(md: *mut RawDevice) {
    context::might_sleep("free_irq");
    // SAFETY: the contract.
    let device = unsafe { of_md(md) };
    // As the glue: nothing without one.
    if device
        .kernel
        .resources
        .give_back(Kind::Interrupt, md.addr())
        .is_some()
    {
        device.slot.line.free();
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_irq_known(md: *const RawDevice) -> bool {
    // SAFETY: the contract.
    unsafe { of_md(md) }.irq_known()
}

#[unsafe(no_mangle)]
extern "C" fn md_irq_search() -> c_ulong {
    context::might_sleep("probe_irq_on");
    let kernel = context::kernel();
    kernel.ports.search(&kernel);
    0
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_irq_found(md: *mut RawDevice, _watched: c_ulong) -> c_int {
    context::might_sleep("probe_irq_off");
    // SAFETY: the contract.
    let device = unsafe { of_md(md) };
    match device.kernel.ports.found(&device.kernel) {
        Some(slot) if slot == device.slot.id => {
            device.set_irq_known();
            0
        }
        _ => -Errno::ENODEV.0,
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_bus_name(md: *const RawDevice) -> *const c_char {
    // SAFETY: the contract. The slot outlives the device.
    unsafe { of_md(md) }.slot.bus_name.as_ptr()
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_on_pci(md: *const RawDevice) -> bool {
    // SAFETY: the contract.
    matches!(unsafe { of_md(md) }.slot.found, Found::OnPci(_))
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_subsystem(md: *const RawDevice) -> u32 {
    // SAFETY: the contract.
    let Found::OnPci(identity) = unsafe { of_md(md) }.slot.found else {
        context::bug("the board's number is asked of a device that is not on PCI");
    };
    u32::from(identity.subsystem_vendor) | u32::from(identity.subsystem_device) << 16
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_parameter(
    md: *const RawDevice,
    name: *const u8,
    length: usize,
    value: *mut c_int,
) -> bool {
    // SAFETY: the contract: a name of so many bytes.
    let (device, name) = unsafe { (of_md(md), std::slice::from_raw_parts(name, length)) };
    let Ok(name) = std::str::from_utf8(name) else {
        return false;
    };
    match device.module.parameter(name, device.number) {
        Some(found) => {
            // SAFETY: the contract: a place for the value.
            unsafe { value.write(found) };
            true
        }
        None => false,
    }
}

#[unsafe(no_mangle)]
extern "C" fn md_port_read(port: u16, bytes: u32) -> u32 {
    let kernel = context::kernel();
    if kernel.slot_at(port).is_none() {
        kernel
            .faults
            .record(format!("read of port {port:#x}, where no card is"));
    }
    ports::read(&kernel, port, bytes)
}

#[unsafe(no_mangle)]
extern "C" fn md_port_write(port: u16, bytes: u32, value: u32) {
    let kernel = context::kernel();
    let Some((slot, offset)) = kernel.slot_at(port) else {
        kernel
            .faults
            .record(format!("write to port {port:#x}, where no card is"));
        return;
    };
    slot.access(&kernel, |card, bus| card.write(bus, offset, bytes, value));
}
