//! The public face of the model.

use crate::bus::{Bus, Width};
use crate::faults::Faults;
use crate::inspect::{Counters, Records};
use crate::led::Activity;
use crate::mii::{self, Phy, PhyConfig};
use crate::part::Part;
use crate::time::Timers;
use crate::{bcr, csr};

/// Which chip, and what is around it on the board.
#[derive(Clone, Debug)]
pub struct Config {
    /// The chip.
    pub part: Part,
    /// The station address in the address PROM.
    pub address: [u8; 6],
    /// The transceivers on the MII, if the part has one.
    pub phys: Vec<PhyConfig>,
    /// Whether the twisted pair of the chip's own 10BASE-T transceiver is connected. Boards with an MII do without.
    pub twisted_pair: bool,
    /// Whether a working transceiver is on the AUI or GPSI port.
    pub aui: bool,
}

impl Config {
    /// The usual board with this chip: a valid address, link up, and where the part has an MII a PHY at 1 (the
    /// Am79C978 has its 10BASE-T PHY there and HomePNA at 2).
    #[must_use]
    pub fn new(part: Part) -> Config {
        Config {
            part,
            address: [0x00, 0x00, 0x1a, 0x18, 0x51, 0x6e],
            phys: mii::usual_phys(part),
            twisted_pair: !part.has_mii(),
            aui: false,
        }
    }

    /// The same with another station address.
    #[must_use]
    pub fn with_address(mut self, address: [u8; 6]) -> Config {
        self.address = address;
        self
    }

    /// The same with other transceivers.
    #[must_use]
    pub fn with_phys(mut self, phys: Vec<PhyConfig>) -> Config {
        self.phys = phys;
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
    /// Whether the chip's own 10BASE-T transceiver has a link.
    pub(crate) twisted_pair: bool,
    pub(crate) phys: Vec<Phy>,
    /// The level of INTA#.
    pub(crate) line: bool,
    /// What the bus was told of it; differs while interrupts get lost.
    pub(crate) told: bool,
    /// Nanoseconds since power-up.
    pub(crate) now: u64,
    pub(crate) timers: Timers,
    pub(crate) activity: Activity,
    /// Runts since the last good frame (Am79C970A, RMD2: RPC).
    pub(crate) runts: u8,
    /// The host read what must not be read; nothing answers any more.
    pub(crate) hung: bool,
    pub(crate) faults: Faults,
    pub(crate) records: Records,
}

impl Chip {
    /// A chip after power-up and reading its EEPROM.
    #[must_use]
    pub fn new(config: Config) -> Chip {
        let mut chip = Chip {
            aprom: board_prom(config.address),
            rap: 0,
            dwio: false,
            csr: [0; csr::COUNT],
            bcr: [0; bcr::COUNT],
            twisted_pair: config.twisted_pair,
            phys: mii::all_phys(config.part, &config.phys),
            config,
            line: false,
            told: false,
            now: 0,
            timers: Timers::default(),
            activity: Activity::default(),
            runts: 0,
            hung: false,
            faults: Faults::default(),
            records: Records::default(),
        };
        chip.power_up();
        chip.records.counters = Counters::default();
        chip
    }

    /// An access of the host to the 32 bytes of the I/O window. What nothing answers reads as all ones.
    pub fn read(&mut self, bus: &mut dyn Bus, offset: u16, width: Width) -> u32 {
        if self.is_dead(bus) {
            return width.ones();
        }
        self.read_register(bus, offset, width)
    }

    /// An access of the host to the 32 bytes of the I/O window. Bits of `value` beyond `width` are ignored.
    pub fn write(&mut self, bus: &mut dyn Bus, offset: u16, width: Width, value: u32) {
        if !self.is_dead(bus) {
            self.write_register(bus, offset, width, value & width.ones());
        }
    }

    /// A frame from the wire, without its frame check sequence.
    pub fn receive(&mut self, bus: &mut dyn Bus, frame: &[u8]) {
        if !self.is_dead(bus) {
            self.hear(bus, frame);
            self.update_interrupt(bus);
        }
    }

    /// Time passes: the chip looks at its rings, and whatever takes time gets done.
    pub fn advance(&mut self, bus: &mut dyn Bus, nanoseconds: u64) {
        let until = self.now.saturating_add(nanoseconds);
        if self.is_dead(bus) {
            self.now = until;
            return;
        }
        self.run_until(bus, until);
    }

    /// Whether nothing answers any more. A card that was pulled does not hold the interrupt line either.
    fn is_dead(&mut self, bus: &mut dyn Bus) -> bool {
        if self.faults.gone {
            self.line = false;
            if std::mem::take(&mut self.told) {
                bus.set_interrupt(false);
            }
        }
        self.faults.gone || self.hung
    }

    /// H_RESET: the RST# pin (Am79C970A, Reset).
    pub fn hard_reset(&mut self, bus: &mut dyn Bus) {
        self.power_up();
        self.update_interrupt(bus);
    }

    /// Plugs or pulls all cables: the twisted pair if the board has it, and that of every transceiver. For one of several transceivers see
    /// [`Chip::phy_mut`].
    pub fn set_link(&mut self, up: bool) {
        self.twisted_pair = up && self.config.twisted_pair;
        for phy in self
            .phys
            .iter_mut()
            .filter(|phy| phy.address() != mii::PHANTOM)
        {
            phy.set_link(up);
        }
    }

    /// What is broken.
    pub fn faults(&mut self) -> &mut Faults {
        &mut self.faults
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
