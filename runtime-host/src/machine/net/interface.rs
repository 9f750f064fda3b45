//! What a user of the machine can do with an interface.

use std::sync::Arc;

use runtime_kernel::RawMii;
use runtime_wire::net::{MiiOperation, Stats64};

use super::Net;
use super::state::MTU;
use crate::machine::Errno;
use crate::machine::context::{self, Mode};
use crate::machine::device::Device;
use crate::parts::shim::lock;

/// A registered interface. Each operation is a system call: it takes RTNL as the kernel would, and
/// makes the checks that the kernel makes before it asks the driver.
#[derive(Clone, Debug)]
pub struct Interface {
    pub(crate) device: Arc<Device>,
}

impl Net {
    /// `dev_open`. Under RTNL.
    fn open(&self, device: &Arc<Device>) -> Result<(), Errno> {
        {
            let mut state = lock(&self.state);
            if state.up {
                return Ok(());
            }
            if !state.present {
                return Err(Errno::ENODEV);
            }
            if state.address[0] & 1 != 0 || state.address == [0; 6] {
                return Err(Errno::EADDRNOTAVAIL);
            }
            state.running = true;
        }
        let opened = device.call(Mode::Process, |table, state| {
            // SAFETY: registered, so attached.
            Errno::check(unsafe { (table.open)(state) })
        });
        {
            let mut state = lock(&self.state);
            if opened.is_err() {
                state.running = false;
                return opened;
            }
            state.up = true;
            state.last_transmission = device.kernel.clock.now();
        }
        self.filter_changed(device);
        self.start_watchdog(device);
        Ok(())
    }

    /// `dev_close`. Under RTNL.
    pub(super) fn close(&self, device: &Arc<Device>) {
        if !lock(&self.state).up {
            return;
        }
        lock(&self.state).running = false;
        self.deactivate();
        let kernel = &device.kernel;
        kernel
            .clock
            .cancel(device, crate::machine::clock::Alarm::Watchdog);
        kernel
            .softirqs
            .cancel_and_wait(device, crate::machine::softirq::Softirq::Watchdog);
        kernel
            .clock
            .cancel(device, crate::machine::clock::Alarm::Watchdog);
        device.call(Mode::Process, |table, state| {
            // SAFETY: registered, so attached.
            unsafe { (table.stop)(state) }
        });
    }
}

impl Interface {
    pub(super) fn net(&self) -> &Net {
        &self.device.net
    }

    /// Takes RTNL for `body`, in a system call.
    pub(super) fn configure<R>(
        &self,
        body: impl FnOnce(&Arc<Device>) -> Result<R, Errno>,
    ) -> Result<R, Errno> {
        let kernel = &self.device.kernel;
        let rtnl = context::enter(kernel, Mode::Process, || kernel.rtnl.lock());
        if self.net().name_if_registered().is_none() {
            return Err(Errno::ENODEV);
        }
        let result = body(&self.device);
        drop(rtnl);
        result
    }

    pub(super) fn present(&self) -> Result<(), Errno> {
        match lock(&self.net().state).present {
            true => Ok(()),
            false => Err(Errno::ENODEV),
        }
    }

    /// Its name, as `eth0`; empty once it is gone.
    pub fn name(&self) -> String {
        self.net().name_if_registered().unwrap_or_default()
    }

    /// `ip link set up`.
    pub fn up(&self) -> Result<(), Errno> {
        self.configure(|device| device.net.open(device))
    }

    /// `ip link set down`.
    pub fn down(&self) -> Result<(), Errno> {
        self.configure(|device| {
            device.net.close(device);
            Ok(())
        })
    }

    /// Whether it is up (`IFF_UP`).
    pub fn is_up(&self) -> bool {
        lock(&self.net().state).up
    }

    /// Whether it has a carrier (`/sys/class/net/*/carrier`).
    pub fn carrier(&self) -> bool {
        self.net().carrier()
    }

    /// Whether the transmit queue is stopped.
    pub fn queue_stopped(&self) -> bool {
        self.net().queue_stopped()
    }

    /// Its station address.
    pub fn address(&self) -> [u8; 6] {
        self.net().address()
    }

    /// `ip link set address`.
    pub fn set_address(&self, address: [u8; 6]) -> Result<(), Errno> {
        self.configure(|device| {
            self.present()?;
            if lock(&self.net().state).running {
                return Err(Errno::EBUSY);
            }
            if address[0] & 1 != 0 || address == [0; 6] {
                return Err(Errno::EADDRNOTAVAIL);
            }
            device.call(Mode::Process, |table, state| {
                // SAFETY: registered, so attached; the address has 6 bytes.
                Errno::check(unsafe { (table.set_mac_address)(state, &address) })
            })?;
            lock(&self.net().state).address = address;
            Ok(())
        })
    }

    /// Its MTU in bytes.
    pub fn mtu(&self) -> u32 {
        self.net().mtu()
    }

    /// `ip link set mtu`.
    pub fn set_mtu(&self, mtu: u32) -> Result<(), Errno> {
        self.configure(|_| {
            if !MTU.contains(&mtu) {
                return Err(Errno::EINVAL);
            }
            self.present()?;
            lock(&self.net().state).mtu = mtu;
            Ok(())
        })
    }

    /// `ip link set promisc`.
    pub fn set_promiscuous(&self, on: bool) -> Result<(), Errno> {
        self.set_filter(|state| state.promiscuous = on.into())
    }

    /// `ip link set allmulticast`.
    pub fn set_all_multicast(&self, on: bool) -> Result<(), Errno> {
        self.set_filter(|state| state.all_multicast = on.into())
    }

    /// Replaces the multicast addresses (`ip maddress`).
    pub fn set_multicast(&self, addresses: &[[u8; 6]]) -> Result<(), Errno> {
        self.set_filter(|state| state.multicast = addresses.to_vec())
    }

    fn set_filter(&self, change: impl FnOnce(&mut super::state::State)) -> Result<(), Errno> {
        self.configure(|device| {
            change(&mut lock(&self.net().state));
            device.net.filter_changed(device);
            Ok(())
        })
    }

    /// Sends a frame: destination, source, type, payload; no checksum. Does not wait until it is sent.
    /// `ENETDOWN` while the interface is not up, `ENOBUFS` where 1,000 frames wait already.
    pub fn send(&self, frame: &[u8]) -> Result<(), Errno> {
        self.net().send(&self.device, frame, Mode::BottomHalvesOff)
    }

    /// The same as netconsole does it: with interrupts off.
    pub fn send_with_interrupts_off(&self, frame: &[u8]) -> Result<(), Errno> {
        self.net().send(&self.device, frame, Mode::HardInterrupt)
    }

    /// The frames received since the last call.
    pub fn take_received(&self) -> Vec<Vec<u8>> {
        std::mem::take(&mut lock(&self.net().state).received)
    }

    /// Frames that wait for the driver.
    pub fn waiting(&self) -> usize {
        lock(&self.net().state).queue.len()
    }

    /// Frames that the stack dropped before they reached the driver.
    pub fn dropped(&self) -> u64 {
        lock(&self.net().state).dropped
    }

    /// `ip -s -s link`: the driver's counters.
    pub fn stats(&self) -> Result<Stats64, Errno> {
        let mut stats = Stats64::default();
        self.net().read(|| {
            self.device.call(Mode::Rcu, |table, state| {
                // SAFETY: registered, so attached; the structure is the one that the entry writes.
                unsafe { (table.get_stats64)(state, (&raw mut stats).cast()) }
            });
        })?;
        Ok(stats)
    }

    /// The MII ioctls. `phy` is not looked at for [`MiiOperation::Address`]. Returns the PHY's address
    /// and what was read.
    pub fn mii(
        &self,
        operation: MiiOperation,
        phy: u16,
        register: u16,
        value: u16,
    ) -> Result<(u16, u16), Errno> {
        self.configure(|device| {
            self.present()?;
            let mut mii = RawMii {
                phy,
                register,
                value_in: value,
                value_out: 0,
            };
            let number = match operation {
                MiiOperation::Address => 0,
                MiiOperation::Read => 1,
                MiiOperation::Write => 2,
            };
            device.call(Mode::Process, |table, state| {
                // SAFETY: registered, so attached; the structure is the one that the entry reads and writes.
                Errno::check(unsafe { (table.mii_ioctl)(state, number, (&raw mut mii).cast()) })
            })?;
            Ok((mii.phy, mii.value_out))
        })
    }

    /// What netconsole does while the interface is up: runs the handler with the interrupt off.
    pub fn poll_controller(&self) -> Result<(), Errno> {
        let (device, line) = (&self.device, &self.device.slot.line);
        self.net().read(|| {
            if !self.net().is_running() {
                return Err(Errno::ENETDOWN);
            }
            line.disable();
            // As netpoll calls it: with interrupts off.
            context::enter(&device.kernel, Mode::HardInterrupt, || {
                device.call_interrupt()
            });
            line.enable();
            Ok(())
        })?
    }
}
