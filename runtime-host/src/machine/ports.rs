//! What is at I/O ports: who owns those that no bus gives out, what a driver finds when it looks there,
//! and which interrupt line a card at such ports has.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use runtime_kernel::RawFixedPorts;

use crate::machine::card::{Found, Slot, SlotId};
use crate::machine::context::{self, Mode};
use crate::machine::kernel::Kernel;
use crate::machine::log::Level;
use crate::machine::module::Module;
use crate::parts::shim::lock;

/// The machine's ports.
#[derive(Debug, Default)]
pub(crate) struct Ports {
    /// First and last of those of other drivers.
    occupied: Mutex<Vec<(u16, u16)>>,
    /// Somebody searches for an interrupt line: one at a time.
    searching: AtomicBool,
}

impl Ports {
    pub(crate) fn occupy(&self, base: u16, count: u16) {
        let last = base.saturating_add(count.saturating_sub(1));
        lock(&self.occupied).push((base, last));
    }

    fn is_occupied(&self, base: u16, last: u16) -> bool {
        let occupied = lock(&self.occupied);
        let mut ranges = occupied.iter();
        ranges.any(|&(from, to)| from <= last && base <= to)
    }

    /// Watches the lines that have no handler.
    pub(crate) fn search(&self, kernel: &Kernel) {
        if self.searching.swap(true, Ordering::Relaxed) {
            context::bug("a search for an interrupt line that was not ended");
        }
        for slot in kernel.slots() {
            slot.line.watch();
        }
    }

    /// Ends that. The slot whose line was asserted meanwhile, where there is exactly one.
    pub(crate) fn found(&self, kernel: &Kernel) -> Option<SlotId> {
        if !self.searching.swap(false, Ordering::Relaxed) {
            context::bug("a search for an interrupt line is ended that nobody began");
        }
        let slots = kernel.slots();
        let mut rose = slots.iter().filter(|slot| slot.line.rose());
        match (rose.next(), rose.next()) {
            (Some(slot), None) => Some(slot.id),
            _ => None,
        }
    }
}

/// What a port reads that nothing answers.
fn ones(bytes: u32) -> u32 {
    match bytes {
        1 => 0xff,
        2 => 0xffff,
        _ => u32::MAX,
    }
}

/// Reads a port.
pub(crate) fn read(kernel: &Arc<Kernel>, port: u16, bytes: u32) -> u32 {
    let answer = kernel
        .slot_at(port)
        .and_then(|(slot, offset)| slot.access(kernel, |card, bus| card.read(bus, offset, bytes)));
    answer.unwrap_or(ones(bytes))
}

/// Looks where the driver of a module lists ports, if its parameter says so, as the glue does.
pub(crate) fn look(kernel: &Arc<Kernel>, module: &Module) -> Vec<Arc<Slot>> {
    let fixed = &module.table.fixed;
    // SAFETY: what the driver's table points to lives as long as the module, in these lengths.
    let (parameter, bases) = unsafe {
        (
            std::slice::from_raw_parts(fixed.parameter, fixed.parameter_length),
            std::slice::from_raw_parts(fixed.bases, fixed.base_count as usize),
        )
    };
    let parameter = std::str::from_utf8(parameter).unwrap_or_default();
    if !matches!(module.parameter(parameter, 0), Some(wanted) if wanted != 0) {
        return Vec::new();
    }
    let look = |&base: &u16| look_at(kernel, fixed, base);
    bases.iter().filter_map(look).collect()
}

fn look_at(kernel: &Arc<Kernel>, fixed: &RawFixedPorts, base: u16) -> Option<Arc<Slot>> {
    let last = base.wrapping_add(fixed.size.wrapping_sub(1) as u16);
    if kernel.ports.is_occupied(base, last) {
        let text = format!("ports {base:#06x} to {last:#06x} belong to another driver");
        kernel.log.write(Level::Info, text);
        return None;
    }
    // SAFETY: as in `look`.
    let signature =
        unsafe { std::slice::from_raw_parts(fixed.signature, fixed.signature_count as usize) };
    let matches = context::enter(kernel, Mode::Process, || {
        signature.iter().all(|part| {
            let port = base.wrapping_add(part.offset());
            read(kernel, port, part.bytes().into()) == part.value()
        })
    });
    let (slot, offset) = kernel.slot_at(base)?;
    let is_card = slot.found == Found::AtPorts && offset == 0;
    (matches && is_card).then_some(slot)
}
