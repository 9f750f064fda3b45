//! What a `net_device` holds.

use std::collections::VecDeque;
use std::ffi::c_void;
use std::sync::{Arc, Condvar, Mutex, PoisonError, RwLock};

use runtime_kernel::DriverTable;
use runtime_wire::net::MAX_MULTICAST;

use super::Packet;
use crate::machine::Errno;
use crate::machine::clock::Alarm;
use crate::machine::device::Device;
use crate::machine::resources::Kind;
use crate::machine::softirq::Softirq;
use crate::machine::workqueue::Job;
use crate::parts::shim::{lock, wait};

/// Smallest and largest MTU of an Ethernet interface whose driver says nothing else.
pub(super) const MTU: std::ops::RangeInclusive<u32> = 68..=1500;

#[derive(Debug)]
pub(super) struct State {
    /// Set while it is registered.
    pub(super) name: Option<String>,
    /// How often a user half has connected.
    pub(super) connections: u64,
    /// How many open files the device has.
    pub(super) files: usize,
    pub(super) present: bool,
    /// From before `open` to before `stop`.
    pub(super) running: bool,
    /// From after `open` to after `stop` (`IFF_UP`).
    pub(super) up: bool,
    pub(super) carrier: bool,
    pub(super) mtu: u32,
    pub(super) address: [u8; 6],
    pub(super) promiscuous: u32,
    pub(super) all_multicast: u32,
    pub(super) multicast: Vec<[u8; 6]>,
    pub(super) stopped: bool,
    /// When the last packet was given to the driver, in nanoseconds.
    pub(super) last_transmission: u64,
    /// Packets that wait for the driver.
    pub(super) queue: VecDeque<Packet>,
    /// Packets that never reached the driver.
    pub(super) dropped: u64,
    pub(super) received: Vec<Vec<u8>>,
}

/// The interface of a device.
#[derive(Debug)]
pub(crate) struct Net {
    pub(super) state: Mutex<State>,
    changed: Condvar,
    /// Readers look at the interface without RTNL; who unregisters it waits for them.
    pub(super) readers: RwLock<()>,
    /// Held while the driver transmits.
    pub(super) turn: parking_lot::ReentrantMutex<()>,
}

impl Net {
    pub(crate) fn new() -> Self {
        Self {
            state: Mutex::new(State {
                name: None,
                connections: 0,
                files: 0,
                present: true,
                running: false,
                up: false,
                // A fresh net_device has one, until its driver says otherwise.
                carrier: true,
                mtu: *MTU.end(),
                address: [0; 6],
                promiscuous: 0,
                all_multicast: 0,
                multicast: Vec::new(),
                stopped: true,
                last_transmission: 0,
                queue: VecDeque::new(),
                dropped: 0,
                received: Vec::new(),
            }),
            changed: Condvar::new(),
            readers: RwLock::new(()),
            turn: parking_lot::ReentrantMutex::new(()),
        }
    }

    pub(crate) fn prepare(&self, device: &Device) {
        let resources = &device.kernel.resources;
        resources.take(Kind::Napi, std::ptr::from_ref(self).addr(), 0);
    }

    pub(crate) fn unprepare(&self, device: &Device) {
        let resources = &device.kernel.resources;
        let address = std::ptr::from_ref(self).addr();
        if resources.give_back(Kind::Napi, address).is_none() {
            crate::machine::context::bug("a NAPI context deleted that was not added");
        }
        device.kernel.softirqs.synchronize(device);
    }

    pub(crate) fn name_if_registered(&self) -> Option<String> {
        lock(&self.state).name.clone()
    }

    /// `register_netdev`.
    pub(crate) fn register(&self, device: &Device, address: [u8; 6]) -> Result<(), Errno> {
        let _rtnl = device.kernel.rtnl.lock();
        let name = device.kernel.free_interface_name();
        let mut state = lock(&self.state);
        if state.name.is_some() {
            return Err(Errno::EEXIST);
        }
        state.address = address;
        state.name = Some(name);
        let resources = &device.kernel.resources;
        resources.take(Kind::Interface, std::ptr::from_ref(self).addr(), 0);
        self.changed.notify_all();
        Ok(())
    }

    /// `unregister_netdev`, where it is registered.
    pub(crate) fn unregister(&self, device: &Arc<Device>) {
        let _rtnl = device.kernel.rtnl.lock();
        if self.name_if_registered().is_none() {
            return;
        }
        self.close(device);
        lock(&self.state).name = None;
        drop(self.readers.write().unwrap_or_else(PoisonError::into_inner));
        device.kernel.softirqs.synchronize(device);
        let resources = &device.kernel.resources;
        resources.give_back(Kind::Interface, std::ptr::from_ref(self).addr());
        self.changed.notify_all();
    }

    /// Runs `body` while the interface stays registered. As in an RCU read-side section, which does not sleep.
    pub(super) fn read<R>(&self, body: impl FnOnce() -> R) -> Result<R, Errno> {
        let _reader = self.readers.read().unwrap_or_else(PoisonError::into_inner);
        match self.name_if_registered() {
            Some(_) => Ok(body()),
            None => Err(Errno::ENODEV),
        }
    }

    /// A user half has connected.
    pub(crate) fn connected(&self) {
        lock(&self.state).connections += 1;
        self.changed.notify_all();
    }

    /// How often one has.
    pub(crate) fn connections(&self) -> u64 {
        lock(&self.state).connections
    }

    /// Waits until one connects after so many, or until `given_up` (asked whenever [`Net::look_again`] is called).
    pub(crate) fn wait_connection(&self, after: u64, given_up: impl Fn() -> bool) -> bool {
        let mut state = lock(&self.state);
        while state.connections <= after {
            if given_up() {
                return false;
            }
            state = wait(&self.changed, state);
        }
        true
    }

    pub(crate) fn count_files(&self, change: isize) {
        let mut state = lock(&self.state);
        state.files = state.files.saturating_add_signed(change);
        self.changed.notify_all();
    }

    /// Waits until the device has no open file.
    pub(crate) fn wait_closed(&self) {
        let mut state = lock(&self.state);
        while state.files > 0 {
            state = wait(&self.changed, state);
        }
    }

    pub(crate) fn look_again(&self) {
        let state = lock(&self.state);
        self.changed.notify_all();
        drop(state);
    }

    pub(crate) fn is_running(&self) -> bool {
        lock(&self.state).running
    }

    pub(crate) fn carrier(&self) -> bool {
        lock(&self.state).carrier
    }

    pub(crate) fn set_carrier(&self, device: &Arc<Device>, on: bool) {
        let wakes = {
            let mut state = lock(&self.state);
            let changes = std::mem::replace(&mut state.carrier, on) != on;
            changes && on && state.up
        };
        if wakes {
            self.start_watchdog(device);
        }
    }

    pub(crate) fn mtu(&self) -> u32 {
        lock(&self.state).mtu
    }

    pub(crate) fn address(&self) -> [u8; 6] {
        lock(&self.state).address
    }

    pub(crate) fn start_queue(&self) {
        lock(&self.state).stopped = false;
    }

    pub(crate) fn stop_queue(&self) {
        lock(&self.state).stopped = true;
    }

    pub(crate) fn queue_stopped(&self) -> bool {
        lock(&self.state).stopped
    }

    pub(crate) fn wake_queue(&self, device: &Arc<Device>) {
        let wakes = {
            let mut state = lock(&self.state);
            std::mem::replace(&mut state.stopped, false) && !state.queue.is_empty()
        };
        if wakes {
            let kernel = &device.kernel;
            kernel.softirqs.raise(kernel, device, Softirq::Transmit);
        }
    }

    pub(crate) fn touch_watchdog(&self, device: &Device) {
        lock(&self.state).last_transmission = device.kernel.clock.now();
    }

    /// `netif_device_detach`.
    pub(crate) fn detach(&self) {
        let mut state = lock(&self.state);
        if std::mem::replace(&mut state.present, false) && state.running {
            state.stopped = true;
        }
    }

    /// `netif_device_attach`.
    pub(crate) fn attach(&self, device: &Arc<Device>) {
        let comes_back = {
            let mut state = lock(&self.state);
            !std::mem::replace(&mut state.present, true) && state.running
        };
        if comes_back {
            self.wake_queue(device);
            self.start_watchdog(device);
        }
    }

    pub(super) fn start_watchdog(&self, device: &Arc<Device>) {
        let timeout = device.table().tx_timeout_ms;
        if timeout > 0 {
            device.kernel.clock.set(device, Alarm::Watchdog, timeout);
        }
    }

    pub(crate) fn receive(&self, bytes: &[u8]) {
        lock(&self.state).received.push(bytes.to_vec());
    }

    /// The receive filter as the driver gets it: flags and addresses.
    fn filter(&self) -> (u32, Vec<[u8; 6]>) {
        let state = lock(&self.state);
        let mut flags = u32::from(state.promiscuous > 0);
        let mut addresses = Vec::new();
        if state.all_multicast > 0 || state.multicast.len() > MAX_MULTICAST {
            flags |= 2;
        } else {
            addresses.clone_from(&state.multicast);
        }
        (flags, addresses)
    }

    /// # Safety
    ///
    /// `state` is attached.
    pub(crate) unsafe fn call_set_rx_mode(&self, table: &DriverTable, state: *const c_void) {
        let (flags, addresses) = self.filter();
        let count = addresses.len() as u32;
        // SAFETY: the caller's promise; so many addresses are there.
        unsafe { (table.set_rx_mode)(state, flags, addresses.as_ptr(), count) }
    }

    /// Tells the driver about the receive filter; one that handles it in the kernel hears of it in a worker.
    pub(super) fn filter_changed(&self, device: &Arc<Device>) {
        {
            let state = lock(&self.state);
            if !state.up || !state.present {
                return;
            }
        }
        let kernel = &device.kernel;
        if device.module.table.set_rx_mode_defers == 0 {
            kernel.work.queue(kernel, device, Job::RxMode);
            return;
        }
        device.call(
            crate::machine::context::Mode::BottomHalvesOff,
            |table, state| {
                // SAFETY: attached, since the interface is up.
                unsafe { self.call_set_rx_mode(table, state) }
            },
        );
    }
}
