//! The driver instance, as seen from outside the kernel.

use crate::connection::request;
use crate::riding;
use crate::wire::{Lower, Wire, Writer};
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
        riding::post(Service::UseWideRegisters, 0, |w| wide.lower(w));
    }

    /// A module parameter's value for this card; `EINVAL` where the driver declares none of that name.
    pub fn parameter(&self, name: &str) -> Result<i32> {
        riding::parameter(name).map_or_else(
            || {
                let lower = |w: &mut Writer<'_>| Text::<32>::new(name).lower(w);
                request(Service::Parameter, 0, lower, Wire::lift)
            },
            Ok,
        )
    }

    /// Name on the bus, as `0000:00:03.0`, or what stands for one.
    pub fn bus_name(&self) -> Text<32> {
        riding::place().map_or_else(|| ask(Service::BusName), |place| place.name)
    }

    /// What the device is attached to.
    pub fn attachment(&self) -> Attachment {
        riding::place().map_or_else(|| ask(Service::Attachment), |place| place.attachment)
    }

    /// Whether there is a carrier.
    pub fn carrier(&self) -> bool {
        riding::interface().map_or_else(|| ask(Service::Carrier), |of| of.carrier)
    }

    /// Tells the stack that the carrier came or went.
    pub fn set_carrier(&self, on: bool) {
        riding::post(Service::SetCarrier, 0, |w| on.lower(w));
        riding::change_carrier(on);
    }

    /// Whether the interface is up (from before `open` to before `stop`).
    pub fn is_running(&self) -> bool {
        riding::interface().map_or_else(|| ask(Service::Running), |of| of.running)
    }

    /// The interface's MTU in bytes.
    pub fn mtu(&self) -> u32 {
        riding::interface().map_or_else(|| ask(Service::Mtu), |of| of.mtu)
    }

    /// The interface's current address.
    pub fn address(&self) -> MacAddress {
        riding::interface().map_or_else(|| ask(Service::Address), |of| of.address)
    }

    /// Has `Driver::work` called with `work` (0 to 3) in so many milliseconds, replacing a pending call.
    pub fn schedule_work(&self, work: u32, milliseconds: u32) {
        riding::post(Service::ScheduleWork, work as u16, |w| {
            milliseconds.lower(w)
        });
    }

    /// Takes a pending call of `work` back; one under way goes on.
    pub fn cancel_work(&self, work: u32) {
        riding::post(Service::CancelWork, work as u16, |_| Ok(()));
    }

    /// Calls a function of the kernel half.
    #[doc(hidden)]
    pub fn downcall<A: Lower, R: Wire>(&self, number: u16, arguments: &A) -> R {
        request(Service::Call, number, |w| arguments.lower(w), R::lift)
    }
}

/// Asks what did not come with the call.
fn ask<R: Wire>(service: Service) -> R {
    request(service, 0, |_| Ok(()), R::lift)
}
