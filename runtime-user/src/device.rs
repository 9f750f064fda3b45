//! The driver instance, as seen from outside the kernel.

use crate::connection::request;
use crate::wire::{Lower, Wire};
use crate::{Attachment, MacAddress, Registers, Result, Text};
use runtime_wire::protocol::Service;

/// Handle to the driver instance that this process serves.
#[derive(Debug)]
pub struct Device(());

impl Device {
    pub(crate) fn new() -> Self {
        Self(())
    }

    /// The device's registers.
    pub fn registers(&self) -> Registers {
        Registers::remote()
    }

    /// From here on, registers that have a wide form are accessed in it, in both halves and whoever
    /// has the handle; or in their other form again. Part of finding out what the device is: the
    /// kernel takes it during `Driver::probe` only.
    pub fn use_wide_registers(&self, wide: bool) {
        request(Service::UseWideRegisters, 0, |w| wide.lower(w), |_| Ok(()));
    }

    /// A module parameter's value for this card; `EINVAL` where the driver declares none of that name.
    pub fn parameter(&self, name: &str) -> Result<i32> {
        request(
            Service::Parameter,
            0,
            |w| Text::<32>::new(name).lower(w),
            Wire::lift,
        )
    }

    /// Name on the bus, as `0000:00:03.0`, or what stands for one.
    pub fn bus_name(&self) -> Text<32> {
        request(Service::BusName, 0, |_| Ok(()), Wire::lift)
    }

    /// What the device is attached to.
    pub fn attachment(&self) -> Attachment {
        request(Service::Attachment, 0, |_| Ok(()), Wire::lift)
    }

    /// Whether there is a carrier.
    pub fn carrier(&self) -> bool {
        request(Service::Carrier, 0, |_| Ok(()), Wire::lift)
    }

    /// Tells the stack that the carrier came or went.
    pub fn set_carrier(&self, on: bool) {
        request(Service::SetCarrier, 0, |w| on.lower(w), |_| Ok(()));
    }

    /// Whether the interface is up (from before `open` to before `stop`).
    pub fn is_running(&self) -> bool {
        request(Service::Running, 0, |_| Ok(()), Wire::lift)
    }

    /// The interface's MTU in bytes.
    pub fn mtu(&self) -> u32 {
        request(Service::Mtu, 0, |_| Ok(()), Wire::lift)
    }

    /// The interface's current address.
    pub fn address(&self) -> MacAddress {
        request(Service::Address, 0, |_| Ok(()), Wire::lift)
    }

    /// Has `Driver::work` called with `work` (0 to 3) in so many milliseconds, replacing a pending call.
    pub fn schedule_work(&self, work: u32, milliseconds: u32) {
        request(
            Service::ScheduleWork,
            work as u16,
            |w| milliseconds.lower(w),
            |_| Ok(()),
        );
    }

    /// Takes a pending call of `work` back; one under way goes on.
    pub fn cancel_work(&self, work: u32) {
        request(Service::CancelWork, work as u16, |_| Ok(()), |_| Ok(()));
    }

    /// Calls a function of the kernel half.
    #[doc(hidden)]
    pub fn downcall<A: Lower, R: Wire>(&self, number: u16, arguments: &A) -> R {
        request(Service::Call, number, |w| arguments.lower(w), R::lift)
    }
}
