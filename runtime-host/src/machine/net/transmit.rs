//! The way out: a queue in front of the driver, and the watchdog over it.

use std::sync::Arc;

use super::{Net, Packet};
use crate::machine::Errno;
use crate::machine::clock::MILLISECOND;
use crate::machine::context::{self, Mode};
use crate::machine::device::Device;
use crate::machine::kernel::Kernel;
use crate::machine::log::Level;
use crate::machine::workqueue::Job;
use crate::parts::shim::lock;

/// Packets that wait at most (`DEFAULT_TX_QUEUE_LEN`).
const QUEUE_LENGTH: usize = 1000;

impl Net {
    /// Sends a frame as a program does: `ENETDOWN` while the interface is not up, `ENOBUFS` where the
    /// queue is full. Without a carrier it is lost.
    pub(crate) fn send(&self, device: &Arc<Device>, frame: &[u8], mode: Mode) -> Result<(), Errno> {
        {
            let mut state = lock(&self.state);
            if !state.up {
                return Err(Errno::ENETDOWN);
            }
            if !state.carrier {
                state.dropped += 1;
                return Ok(());
            }
            if state.queue.len() >= QUEUE_LENGTH {
                state.dropped += 1;
                return Err(Errno::ENOBUFS);
            }
            state.queue.push_back(Packet::new(frame));
        }
        self.run_queue(&device.kernel, device, mode);
        Ok(())
    }

    /// Gives the driver what waits, as long as it takes it.
    pub(crate) fn run_queue(&self, kernel: &Arc<Kernel>, device: &Arc<Device>, mode: Mode) {
        context::enter(kernel, mode, || {
            // The queue's own lock, but not one that turns interrupts off: so no context change.
            loop {
                let _turn = self.turn.lock();
                let packet = {
                    let mut state = lock(&self.state);
                    // One that is detached has its queue stopped, and is asked no more than that.
                    if state.stopped || !state.up {
                        return;
                    }
                    state.last_transmission = kernel.clock.now();
                    state.queue.pop_front()
                };
                let Some(packet) = packet else { return };
                let taken = device.call_start_xmit(packet.into_raw(kernel));
                if taken != 0 {
                    context::bug(&format!("start_xmit returned {taken}"));
                }
            }
        });
    }

    /// `netif_tx_disable`: stops the queue and waits for a transmission under way.
    pub(crate) fn disable(&self) {
        if self.turn.is_owned_by_current_thread() {
            context::bug("netif_tx_disable called from start_xmit");
        }
        let _turn = self.turn.lock();
        lock(&self.state).stopped = true;
    }

    /// No packet is given to the driver any more, and none is when this returns.
    pub(super) fn deactivate(&self) {
        let _turn = self.turn.lock();
        let mut state = lock(&self.state);
        state.up = false;
        state.dropped += state.queue.len() as u64;
        state.queue.clear();
    }

    /// The watchdog's look, in a timer.
    pub(crate) fn watch(&self, kernel: &Arc<Kernel>, device: &Arc<Device>) {
        let timeout = u64::from(device.table().tx_timeout_ms) * MILLISECOND;
        let stuck = {
            let state = lock(&self.state);
            if !state.up || !state.present || !state.carrier {
                return;
            }
            state.stopped && kernel.clock.now() >= state.last_transmission + timeout
        };
        if stuck {
            device.log(
                Level::Warning,
                "NETDEV WATCHDOG: transmit queue 0 timed out",
            );
            if device.module.table.tx_timeout_defers != 0 {
                device.call(Mode::Softirq, |table, state| {
                    // SAFETY: attached, since the interface is up.
                    unsafe { (table.tx_timeout)(state, 0) }
                });
            } else {
                kernel.work.queue(kernel, device, Job::TxTimeout);
            }
        }
        self.start_watchdog(device);
    }
}
