//! Whatever a host does, the model goes on: no panic, no endless loop, and its promises kept.

use pcnet_model::memory::Ram;
use pcnet_model::{Bus, BusError, Chip, Config, Event, Part, Width};

/// A generator of numbers, the same every time (Marsaglia, Xorshift RNGs, 2003).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }
}

/// Memory that is there twice, so that all addresses lead somewhere, and that may refuse to be written.
struct Everywhere {
    ram: Ram,
    read_only: bool,
    edges: Vec<bool>,
}

impl Bus for Everywhere {
    fn read(&mut self, address: u32, into: &mut [u8]) -> Result<(), BusError> {
        self.ram.read(address % 0x1000, into)
    }

    fn write(&mut self, address: u32, bytes: &[u8]) -> Result<(), BusError> {
        if self.read_only {
            Ok(())
        } else {
            self.ram.write(address % 0x1000, bytes)
        }
    }

    fn set_interrupt(&mut self, asserted: bool) {
        self.edges.push(asserted);
    }

    fn transmit(&mut self, frame: &[u8]) {
        assert!(!frame.is_empty(), "no frame is empty");
    }
}

fn act(numbers: &mut Numbers, chip: &mut Chip, bus: &mut Everywhere) {
    let value = numbers.next() as u32;
    match numbers.below(12) {
        0 => {
            let frame = vec![value as u8; numbers.below(1700) as usize];
            chip.receive(bus, &frame);
        }
        1 => chip.advance(bus, numbers.below(5_000_000)),
        2 => chip.set_link(value & 1 == 0),
        3 => {
            let address = numbers.below(0x1000) as u32;
            // Descriptors and blocks come of this; the ends of chains too.
            bus.ram
                .store(address & !3, &(value | 0x8000_f000).to_le_bytes());
        }
        4 => chip.happen(bus, Event::MissedFrames(value as u16)),
        5 => bus.read_only = value & 7 == 0,
        6 => {
            let offset = numbers.below(0x20) as u16;
            let width = [Width::W8, Width::W16, Width::W32][numbers.below(3) as usize];
            let read = chip.read(bus, offset, width);
            assert_eq!(read & !width.ones(), 0);
        }
        7 if value & 0x3f == 0 => chip.hard_reset(bus),
        _ => {
            // Either mode may be on; one of the two pairs does something.
            let index = numbers.below(128) as u32;
            let value = if numbers.below(2) == 0 {
                value
            } else {
                numbers.below(0x50) as u32
            };
            for (select, width) in [(0x12, Width::W16), (0x14, Width::W32)] {
                let select_register = if numbers.below(3) == 0 { 0 } else { index };
                chip.write(bus, select, width, select_register);
                let data = match (numbers.below(3), width) {
                    (0, Width::W16) => 0x16,
                    (0, _) => 0x1c,
                    _ => 0x10,
                };
                // Double words come late, as there is no way back.
                if width == Width::W16 || value & 0xff == 0 {
                    chip.write(bus, data, width, value);
                }
            }
        }
    }
}

#[test]
fn nothing_a_host_does_ends_the_model() {
    for part in Part::ALL {
        let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15 + part as u64);
        for _ in 0..6 {
            let mut chip = Chip::new(Config::new(part));
            let mut ram = Ram::new(0x3000);
            for address in 0..0x0800 {
                ram.store_word(address * 4, numbers.next() as u32 | 0xf000);
            }
            let mut bus = Everywhere {
                ram,
                read_only: false,
                edges: Vec::new(),
            };
            for _ in 0..2_000 {
                act(&mut numbers, &mut chip, &mut bus);
                // Only as long as something moves is the log worth keeping.
                bus.ram.writes.clear();
                let interrupt = bus.edges.last().copied().unwrap_or(false);
                let status = chip.csr(0);
                assert_eq!(
                    interrupt,
                    status & 0x00c0 == 0x00c0,
                    "{part:?}: the line is INTR and IENA"
                );
                assert!(
                    status & 0x0004 == 0 || status & 0x0033 == 0,
                    "{part:?}: stopped is stopped"
                );
            }
            assert!(
                bus.edges.windows(2).all(|pair| pair[0] != pair[1]),
                "edges alternate"
            );
        }
    }
}
