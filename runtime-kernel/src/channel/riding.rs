//! What rides along with messages, so that it needs no crossing of its own: to the user half, what a call
//! of it is known to need, locks lent among it; from it, requests whose answer nobody waits for.

use super::Channel;
use super::counters::Counters;
use super::incarnation::{bits, open_all};
use super::serve::serve;
use crate::split::Refused;
use crate::wire::{Lower, Reader, WireError, Writer};
use crate::{Device, Text, ffi};
use runtime_wire::protocol::Service;
use runtime_wire::riding::{Carried, Interface, Item, Kind, Parameter, Place, Rider};

/// The locks that a call of the user half has, a bit each by number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Locks {
    /// All of them.
    pub(super) held: u64,
    /// Those that it was lent: when it replies, it has them no more.
    pub(super) lent: u64,
}

impl Channel {
    /// What function `number` of the user half is given.
    pub(super) fn carried(&self, number: u16) -> Carried {
        let of = self.half.carried.get(usize::from(number));
        of.copied().unwrap_or_default()
    }

    /// How often what is behind the locks that function `number` is given has changed, all together: the same
    /// again means that nothing has. Where the device is alive.
    pub(super) fn versions(&self, number: u16) -> u64 {
        let state = self.state();
        if state.is_null() {
            return 0;
        }
        bits(self.carried(number).locks)
            // SAFETY: attached, and alive.
            .filter_map(|(number, _)| unsafe { (self.half.lock)(state, number) })
            .fold(0, |all, lock| all.wrapping_add(lock.version()))
    }
}

/// Appends what a call is given, as long as there is room; lends it the locks that nobody has. Inside the
/// gate, or where the device is alive anyway.
pub(super) fn carry(
    channel: &Channel,
    device: &Device,
    carried: Carried,
    locks: &mut Locks,
    writer: &mut Writer<'_>,
) {
    if carried.is_none() {
        return;
    }
    let state = channel.state();
    if !state.is_null() {
        for (number, bit) in bits(carried.locks & !locks.held) {
            // SAFETY: attached, and alive.
            let lock = unsafe { (channel.half.lock)(state, number) };
            let Some(lock) = lock.filter(|lock| lock.acquire_now()) else {
                continue;
            };
            locks.held |= bit;
            // SAFETY: held, since just now.
            let lower = |writer: &mut Writer<'_>| unsafe { lock.lower(writer) };
            if Item::lower(Kind::Lock, number, writer, lower).is_ok() {
                locks.lent |= bit;
            } else {
                locks.held &= !bit;
                // SAFETY: held until here.
                unsafe { lock.release() };
            }
        }
        for (number, _) in bits(carried.atomics) {
            // SAFETY: attached, and alive.
            if let Some(atomic) = unsafe { (channel.half.atomic)(state, number) } {
                let lower = |writer: &mut Writer<'_>| atomic.load_remote().lower(writer);
                // What there is no room for is asked for.
                let _ = Item::lower(Kind::Atomic, number, writer, lower);
            }
        }
    }
    let _ = about(channel, device, carried.about, writer);
}

fn about(
    channel: &Channel,
    device: &Device,
    about: u8,
    writer: &mut Writer<'_>,
) -> Result<(), WireError> {
    if about & Carried::INTERFACE != 0 {
        let interface = Interface {
            carrier: device.carrier(),
            running: device.is_running(),
            mtu: device.mtu(),
            address: device.address(),
        };
        Item::lower(Kind::Interface, 0, writer, |w| interface.lower(w))?;
    }
    if about & Carried::PLACE != 0 {
        let place = Place {
            attachment: device.attachment(),
            name: device.bus_name(),
        };
        Item::lower(Kind::Place, 0, writer, |w| place.lower(w))?;
    }
    if about & Carried::PARAMETERS != 0 {
        for of in channel.half.parameters {
            if let Ok(value) = device.parameter(of.name) {
                let name = Text::new(of.name);
                let parameter = Parameter { name, value };
                Item::lower(Kind::Parameter, 0, writer, |w| parameter.lower(w))?;
            }
        }
    }
    Ok(())
}

/// Does what rides along with a message of the user half, in order. Inside the gate.
pub(super) fn ride(
    channel: &Channel,
    device: &Device,
    riders: &[u8],
    locks: &mut Locks,
) -> Result<(), Refused> {
    let mut reader = Reader::new(riders);
    while reader.finish().is_err() {
        let rider = Rider::lift(&mut reader)?;
        let service = Service::from_code(rider.code).filter(|service| service.rides());
        let service = service.ok_or(Refused::Protocol("a request that cannot ride along"))?;
        Counters::count(&channel.counters.posted);
        // The old value of an atomic, or how a program ended: a longer answer is one that is waited for.
        let mut answer = [0; 8];
        serve(
            channel,
            device,
            (service, rider.number),
            rider.payload,
            Writer::new(&mut answer),
            locks,
        )?;
        if service == Service::Registers && answer != [0; 8] {
            return Err(Refused::Protocol(
                "a register program that rides along, and fails",
            ));
        }
        // SAFETY: no condition but process context, and no lock that spins.
        unsafe { ffi::md_may_reschedule() };
    }
    Ok(())
}

/// Ends what a call had: does what rides along with its reply, and opens the locks that it was lent.
pub(super) fn settle(
    channel: &Channel,
    device: &Device,
    riders: &[u8],
    mut locks: Locks,
) -> Result<(), Refused> {
    let done = ride(channel, device, riders, &mut locks);
    open_all(locks.held, &mut |lock| channel.open_lock(lock));
    done?;
    if locks.held & !locks.lent != 0 {
        return Err(Refused::Protocol("a reply while holding a lock"));
    }
    Ok(())
}
