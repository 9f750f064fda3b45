//! The public face of the model.

use crate::bus::{Bus, Width};
use crate::part::Part;
use crate::{bcr, csr};

/// Which chip, and what is around it on the board.
#[derive(Clone, Debug)]
pub struct Config {
    /// The chip.
    pub part: Part,
    /// The station address in the address PROM.
    pub address: [u8; 6],
}

impl Config {
    /// The usual board with this chip: a valid address, link up.
    #[must_use]
    pub fn new(part: Part) -> Config {
        Config {
            part,
            address: [0x00, 0x00, 0x1a, 0x18, 0x51, 0x6e],
        }
    }

    /// The same with another station address.
    #[must_use]
    pub fn with_address(mut self, address: [u8; 6]) -> Config {
        self.address = address;
        self
    }
}

/// A chip of the family, powered up.
#[derive(Clone, Debug)]
pub struct Chip {
    pub(crate) config: Config,
    /// The address PROM (Am79C970A, APROM).
    pub(crate) aprom: [u8; 16],
    /// The register address port: what RDP and BDP select.
    pub(crate) rap: u16,
    /// Double-word I/O, entered by a 32-bit write to offset 0x10, left by a hard reset only.
    pub(crate) dwio: bool,
    pub(crate) csr: [u16; csr::COUNT],
    pub(crate) bcr: [u16; bcr::COUNT],
    /// The link of the network port.
    pub(crate) link: bool,
    /// What INTA# was last told to be.
    pub(crate) line: bool,
    /// Nanoseconds since power-up.
    pub(crate) now: u64,
    /// When the rings are looked at next without being asked.
    pub(crate) next_poll: Option<u64>,
}

impl Chip {
    /// A chip after power-up and reading its EEPROM.
    #[must_use]
    pub fn new(config: Config) -> Chip {
        let mut chip = Chip {
            aprom: board_prom(config.address),
            config,
            rap: 0,
            dwio: false,
            csr: [0; csr::COUNT],
            bcr: [0; bcr::COUNT],
            link: true,
            line: false,
            now: 0,
            next_poll: None,
        };
        chip.power_up();
        chip
    }

    /// An access of the host to the 32 bytes of the I/O window. What nothing answers reads as all ones.
    pub fn read(&mut self, bus: &mut dyn Bus, offset: u16, width: Width) -> u32 {
        self.read_register(bus, offset, width)
    }

    /// An access of the host to the 32 bytes of the I/O window. Bits of `value` beyond `width` are ignored.
    pub fn write(&mut self, bus: &mut dyn Bus, offset: u16, width: Width, value: u32) {
        self.write_register(bus, offset, width, value & width.ones());
    }

    /// A frame from the wire, without its frame check sequence.
    pub fn receive(&mut self, bus: &mut dyn Bus, frame: &[u8]) {
        self.receive_frame(bus, frame);
        self.update_interrupt(bus);
    }

    /// Time passes: the chip looks at its rings, and whatever takes time gets done.
    pub fn advance(&mut self, bus: &mut dyn Bus, nanoseconds: u64) {
        let until = self.now.saturating_add(nanoseconds);
        while let Some(at) = self.next_poll.filter(|&at| at <= until) {
            self.now = at.max(self.now);
            self.poll(bus);
            self.update_interrupt(bus);
        }
        self.now = until;
    }

    /// H_RESET: the RST# pin (Am79C970A, Reset).
    pub fn hard_reset(&mut self, bus: &mut dyn Bus) {
        self.power_up();
        self.update_interrupt(bus);
    }

    /// Plugs or pulls the cable of the network port.
    pub fn set_link(&mut self, up: bool) {
        self.link = up;
    }

    /// The chip.
    #[must_use]
    pub fn part(&self) -> Part {
        self.config.part
    }

    /// A control and status register, as a read would yield it but without disturbing anything.
    #[must_use]
    pub fn csr(&self, index: usize) -> u16 {
        self.csr_value(index)
    }

    /// A bus configuration register, as a read would yield it but without disturbing anything.
    #[must_use]
    pub fn bcr(&self, index: usize) -> u16 {
        self.bcr_value(index)
    }

    /// Nanoseconds since power-up.
    #[must_use]
    pub fn now(&self) -> u64 {
        self.now
    }
}

/// The address PROM of a board (Am79C970A, Address PROM): address, hardware id 0x11 in byte 9, "WW" in the last two,
/// the 16-bit sum of the rest in bytes 12 and 13.
fn board_prom(address: [u8; 6]) -> [u8; 16] {
    let mut prom = [0; 16];
    prom[..6].copy_from_slice(&address);
    prom[9] = 0x11;
    prom[14] = 0x57;
    prom[15] = 0x57;
    let sum: u16 = prom.iter().map(|&byte| u16::from(byte)).sum();
    prom[12..14].copy_from_slice(&sum.to_le_bytes());
    prom
}
