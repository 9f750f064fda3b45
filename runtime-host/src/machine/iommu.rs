//! A card's view of memory: 32-bit bus addresses, each valid from its mapping to its unmapping, in one
//! direction. Streaming mappings go through bounce buffers, as on machines whose devices reach little
//! memory: so a missing sync shows as wrong bytes, and the card's accesses never race with the processor's.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use crate::machine::card::DmaFault;
use crate::machine::memory::{Pages, Window};
use crate::machine::resources::Faults;
use crate::parts::shim::lock;

const PAGE: u32 = 4096;
/// Low addresses stay free: a card that was given no address finds nothing there.
const FIRST: u32 = 0x0010_0000;

/// Which way a streaming mapping goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    ToDevice,
    FromDevice,
}

#[derive(Debug)]
enum Backing {
    Coherent(Pages),
    Streaming {
        direction: Direction,
        processor: Window,
        bounce: Vec<u8>,
    },
}

#[derive(Debug)]
struct Mapping {
    size: u32,
    backing: Backing,
}

#[derive(Debug)]
struct State {
    live: BTreeMap<u32, Mapping>,
    next: u32,
}

/// The mappings of one card.
#[derive(Debug)]
pub(crate) struct Iommu {
    state: Mutex<State>,
    faults: Arc<Faults>,
}

impl Iommu {
    pub(crate) fn new(faults: Arc<Faults>) -> Self {
        Self {
            state: Mutex::new(State {
                live: BTreeMap::new(),
                next: FIRST,
            }),
            faults,
        }
    }

    /// Coherent memory, zeroed: where the processor finds it, and the card.
    pub(crate) fn allocate(&self, size: usize) -> Option<(*mut u8, u32)> {
        let pages = Pages::new(size)?;
        let memory = pages.as_ptr();
        let address = lock(&self.state).add(0, size, Backing::Coherent(pages))?;
        Some((memory, address))
    }

    /// Takes coherent memory back; the text says what is wrong.
    pub(crate) fn free(&self, memory: *mut u8, size: usize, address: u64) -> Result<(), String> {
        let mut state = lock(&self.state);
        match find_start(&state, address) {
            Some((start, mapping)) => match &mapping.backing {
                Backing::Coherent(pages)
                    if pages.as_ptr() == memory && mapping.size as usize == size =>
                {
                    state.live.remove(&start);
                    Ok(())
                }
                Backing::Coherent(_) => Err(format!(
                    "coherent memory at {address:#x} freed with another size or address"
                )),
                Backing::Streaming { .. } => Err(format!(
                    "a streaming mapping at {address:#x} freed as coherent memory"
                )),
            },
            None => Err(format!(
                "coherent memory at {address:#x} freed that is not allocated"
            )),
        }
    }

    /// Maps the processor's memory at `processor`.
    pub(crate) fn map(&self, processor: Window, direction: Direction) -> Option<u32> {
        let low = (processor.address() as u32) % PAGE;
        let size = processor.size();
        // Both ways, so that what the card does not write stays as it was.
        let bounce = processor.copy_out();
        let backing = Backing::Streaming {
            direction,
            processor,
            bounce,
        };
        lock(&self.state).add(low, size, backing)
    }

    /// Unmaps it; what the card wrote goes to the processor's memory.
    pub(crate) fn unmap(
        &self,
        address: u64,
        size: usize,
        direction: Direction,
    ) -> Result<(), String> {
        let mut state = lock(&self.state);
        let Some((start, mapping)) = find_start(&state, address) else {
            return Err(format!("address {address:#x} unmapped that is not mapped"));
        };
        let Backing::Streaming {
            direction: mapped, ..
        } = &mapping.backing
        else {
            return Err(format!(
                "coherent memory at {address:#x} unmapped as a streaming mapping"
            ));
        };
        if *mapped != direction || mapping.size as usize != size {
            return Err(format!(
                "address {address:#x} unmapped with {size} bytes, {direction:?}; it was mapped with {} bytes, {mapped:?}",
                mapping.size
            ));
        }
        if let Some(Mapping {
            backing:
                Backing::Streaming {
                    mut processor,
                    bounce,
                    ..
                },
            ..
        }) = state.live.remove(&start)
            && direction == Direction::FromDevice
        {
            processor.copy_in(&bounce);
        }
        Ok(())
    }

    /// Shows the processor what the card wrote to the first `size` bytes.
    pub(crate) fn sync_for_processor(&self, address: u64, size: usize) -> Result<(), String> {
        let mut state = lock(&self.state);
        let start = u32::try_from(address).ok();
        match start.and_then(|start| state.live.get_mut(&start)) {
            Some(Mapping {
                backing:
                    Backing::Streaming {
                        direction: Direction::FromDevice,
                        processor,
                        bounce,
                    },
                ..
            }) => match bounce.get(..size) {
                Some(bytes) => {
                    processor.copy_in(bytes);
                    Ok(())
                }
                None => Err(format!(
                    "{size} bytes at {address:#x} synced, more than are mapped"
                )),
            },
            _ => Err(format!(
                "address {address:#x} synced that is not mapped from the device"
            )),
        }
    }

    /// Whether `size` bytes at `address` may go back to the card.
    pub(crate) fn sync_for_device(&self, address: u64, size: usize) -> Result<(), String> {
        let state = lock(&self.state);
        match find_start(&state, address) {
            Some((_, mapping)) if mapping.size as usize >= size => Ok(()),
            _ => Err(format!(
                "{size} bytes at {address:#x} synced that are not mapped"
            )),
        }
    }

    /// The card reads.
    pub(crate) fn read(&self, address: u32, into: &mut [u8]) -> Result<(), DmaFault> {
        let mut state = lock(&self.state);
        let size = into.len();
        let outcome =
            state
                .at(address, size)
                .and_then(|(offset, mapping)| match &mapping.backing {
                    Backing::Coherent(pages) => {
                        pages.read(offset, into);
                        Ok(())
                    }
                    Backing::Streaming {
                        direction: Direction::FromDevice,
                        ..
                    } => Err("is mapped for writing only"),
                    Backing::Streaming { bounce, .. } => {
                        match bounce.get(offset..offset + size) {
                            Some(bytes) => into.copy_from_slice(bytes),
                            None => return Err("ends before that"),
                        }
                        Ok(())
                    }
                });
        outcome.map_err(|why| self.fault("reads", address, size, why))
    }

    /// The card writes.
    pub(crate) fn write(&self, address: u32, bytes: &[u8]) -> Result<(), DmaFault> {
        let mut state = lock(&self.state);
        let size = bytes.len();
        let outcome =
            state
                .at(address, size)
                .and_then(|(offset, mapping)| match &mut mapping.backing {
                    Backing::Coherent(pages) => {
                        pages.write(offset, bytes);
                        Ok(())
                    }
                    Backing::Streaming {
                        direction: Direction::ToDevice,
                        ..
                    } => Err("is mapped for reading only"),
                    Backing::Streaming { bounce, .. } => {
                        match bounce.get_mut(offset..offset + size) {
                            Some(place) => place.copy_from_slice(bytes),
                            None => return Err("ends before that"),
                        }
                        Ok(())
                    }
                });
        outcome.map_err(|why| self.fault("writes", address, size, why))
    }

    fn fault(&self, what: &str, address: u32, size: usize, why: &str) -> DmaFault {
        self.faults.record(format!(
            "IOMMU: the card {what} {size} bytes at {address:#x}, which {why}"
        ));
        DmaFault
    }
}

fn find_start(state: &State, address: u64) -> Option<(u32, &Mapping)> {
    let start = u32::try_from(address).ok()?;
    Some((start, state.live.get(&start)?))
}

impl State {
    /// Finds room, with a page between mappings: an access that runs over the end hits nothing.
    fn add(&mut self, low: u32, size: usize, backing: Backing) -> Option<u32> {
        let size = u32::try_from(size).ok()?;
        let span = low.checked_add(size)?.checked_add(2 * PAGE)? / PAGE * PAGE;
        // Addresses are used again as late as possible, so that a stale one is found out.
        for _ in 0..2 {
            while let Some(end) = self.next.checked_add(span) {
                let clash = self.live.range(..end).next_back();
                match clash.map(|(start, mapping)| start + mapping.size) {
                    Some(used) if used > self.next => {
                        self.next = used.checked_add(2 * PAGE)? / PAGE * PAGE;
                    }
                    _ => {
                        let start = self.next + low;
                        self.next = end;
                        self.live.insert(start, Mapping { size, backing });
                        return Some(start);
                    }
                }
            }
            self.next = FIRST;
        }
        None
    }

    /// The mapping around an access, and where in it that begins.
    fn at(&mut self, address: u32, size: usize) -> Result<(usize, &mut Mapping), &'static str> {
        let (start, mapping) = self
            .live
            .range_mut(..=address)
            .next_back()
            .ok_or("is not mapped")?;
        let offset = (address - start) as usize;
        let end = mapping.size as usize;
        if offset >= end {
            Err("is not mapped")
        } else if offset + size > end {
            Err("ends before that")
        } else {
            Ok((offset, mapping))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(memory: &mut [u8]) -> Window {
        // SAFETY: the tests keep the memory until they are done with the mapping, and do not touch it
        // while a method of the window runs.
        unsafe { Window::new(memory.as_mut_ptr(), memory.len()) }.expect("not null")
    }

    fn iommu() -> Iommu {
        Iommu::new(Arc::default())
    }

    #[test]
    fn a_card_reaches_only_what_is_mapped() {
        let iommu = iommu();
        let (memory, bus) = iommu.allocate(100).expect("room");
        assert_eq!(iommu.write(bus + 96, &[1, 2, 3, 4]), Ok(()));
        let mut word = [0; 4];
        assert_eq!(iommu.read(bus + 96, &mut word), Ok(()));
        assert_eq!(word, [1, 2, 3, 4]);
        for (address, size) in [
            (bus - 1, 1),
            (bus + 97, 4),
            (bus + 100, 1),
            (0, 4),
            (u32::MAX, 1),
        ] {
            assert_eq!(
                iommu.read(address, &mut vec![0; size]),
                Err(DmaFault),
                "{address:#x}"
            );
            assert_eq!(
                iommu.write(address, &vec![0; size]),
                Err(DmaFault),
                "{address:#x}"
            );
        }
        assert_eq!(iommu.faults.take().len(), 10);
        assert_eq!(iommu.free(memory, 100, bus.into()), Ok(()));
        assert_eq!(iommu.read(bus, &mut word), Err(DmaFault));
    }

    #[test]
    fn a_mapping_has_one_direction_and_shows_the_card_s_bytes_when_it_is_asked() {
        let iommu = iommu();
        let mut memory = vec![7; 16];
        let out = iommu
            .map(window(&mut memory), Direction::ToDevice)
            .expect("room");
        assert_eq!(iommu.write(out, &[0]), Err(DmaFault));
        assert_eq!(iommu.unmap(out.into(), 16, Direction::ToDevice), Ok(()));

        let into = iommu
            .map(window(&mut memory), Direction::FromDevice)
            .expect("room");
        assert_ne!(into, out, "an address is not used again at once");
        assert_eq!(iommu.read(into, &mut [0]), Err(DmaFault));
        assert_eq!(iommu.write(into + 1, &[1, 2, 3]), Ok(()));
        assert_eq!(memory[..4], [7, 7, 7, 7], "not before a sync");
        assert_eq!(iommu.sync_for_processor(into.into(), 2), Ok(()));
        assert_eq!(memory[..4], [7, 1, 7, 7]);
        assert_eq!(iommu.unmap(into.into(), 16, Direction::FromDevice), Ok(()));
        assert_eq!(memory[..5], [7, 1, 2, 3, 7]);
    }

    #[test]
    fn what_is_given_back_has_to_be_what_was_taken() {
        let iommu = iommu();
        let mut memory = vec![0; 16];
        let mapped = iommu
            .map(window(&mut memory), Direction::ToDevice)
            .expect("room");
        let address = u64::from(mapped);
        assert!(iommu.unmap(address, 15, Direction::ToDevice).is_err());
        assert!(iommu.unmap(address, 16, Direction::FromDevice).is_err());
        assert!(iommu.unmap(address + 1, 15, Direction::ToDevice).is_err());
        assert!(iommu.sync_for_processor(address, 1).is_err());
        assert!(iommu.free(memory.as_mut_ptr(), 16, address).is_err());
        assert_eq!(iommu.unmap(address, 16, Direction::ToDevice), Ok(()));
        assert!(
            iommu.unmap(address, 16, Direction::ToDevice).is_err(),
            "twice"
        );
        let (coherent, bus) = iommu.allocate(8).expect("room");
        assert!(iommu.free(coherent, 4, bus.into()).is_err());
        assert!(iommu.unmap(bus.into(), 8, Direction::FromDevice).is_err());
        assert_eq!(iommu.free(coherent, 8, bus.into()), Ok(()));
        assert!(iommu.free(coherent, 8, bus.into()).is_err(), "twice");
    }

    #[test]
    fn addresses_come_round_past_what_is_live() {
        let iommu = iommu();
        let (_, kept) = iommu.allocate(PAGE as usize).expect("room");
        lock(&iommu.state).next = u32::MAX - PAGE;
        let (_, next) = iommu.allocate(PAGE as usize).expect("room after a round");
        assert!(next >= kept + 2 * PAGE, "{next:#x} after {kept:#x}");
    }
}
