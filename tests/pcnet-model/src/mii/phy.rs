//! One transceiver behind the management interface (IEEE 802.3, clause 22; auto-negotiation: clause 28).

/// Register 0, control.
pub mod control {
    /// Resets; clears itself.
    pub const RESET: u16 = 1 << 15;
    /// What is sent comes back.
    pub const LOOPBACK: u16 = 1 << 14;
    /// 100 Mbit/s where nothing is negotiated.
    pub const SPEED_100: u16 = 1 << 13;
    /// Negotiates.
    pub const NEGOTIATE: u16 = 1 << 12;
    /// Off, but for the management interface.
    pub const POWER_DOWN: u16 = 1 << 11;
    /// Off the data lines.
    pub const ISOLATE: u16 = 1 << 10;
    /// Negotiates anew; clears itself.
    pub const RESTART: u16 = 1 << 9;
    /// Full duplex where nothing is negotiated.
    pub const FULL_DUPLEX: u16 = 1 << 8;
}

/// Register 1, status.
pub mod status {
    /// 100BASE-TX, full and half duplex; 10BASE-T, full and half duplex: bits 14 to 11.
    pub const ABILITIES: u16 = 0x7800;
    /// Negotiation is complete.
    pub const NEGOTIATED: u16 = 1 << 5;
    /// Can negotiate.
    pub const CAN_NEGOTIATE: u16 = 1 << 3;
    /// The link is up, and has been since the last read.
    pub const LINK: u16 = 1 << 2;
    /// There are registers beyond 1.
    pub const EXTENDED: u16 = 1 << 0;
}

/// Registers 4 and 5, abilities: 100BASE-TX full and half duplex, 10BASE-T full and half duplex are bits 8 to 5.
pub mod ability {
    /// The four abilities together.
    pub const ALL: u16 = 0x01e0;
    /// 100BASE-TX, full duplex.
    pub const FULL_100: u16 = 1 << 8;
    /// 100BASE-TX, half duplex.
    pub const HALF_100: u16 = 1 << 7;
    /// 10BASE-T, full duplex.
    pub const FULL_10: u16 = 1 << 6;
    /// 10BASE-T, half duplex.
    pub const HALF_10: u16 = 1 << 5;
    /// The partner has seen ours.
    pub const ACKNOWLEDGE: u16 = 1 << 14;
    /// IEEE 802.3.
    pub const SELECTOR: u16 = 1;
}

/// What a transceiver is, and what it is connected to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhyConfig {
    /// Its address, 0 to 31.
    pub address: u8,
    /// Registers 2 (upper half) and 3.
    pub id: u32,
    /// What it can do, as bits of register 4.
    pub abilities: u16,
    /// What the other end of the cable can do, as bits of register 5.
    pub partner: u16,
    /// Whether the other end negotiates. If not, `partner` holds the one mode it is set to.
    pub partner_negotiates: bool,
    /// Whether the cable is plugged.
    pub link: bool,
    /// What it is a transceiver for.
    pub medium: Medium,
    /// Nanoseconds that a negotiation takes.
    pub negotiation: u64,
}

/// The medium of a transceiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Medium {
    /// Ethernet.
    Ethernet,
    /// The phone line, on the Am79C978.
    HomePna,
}

impl PhyConfig {
    /// A 10/100 transceiver whose cable is plugged into something as able as itself.
    #[must_use]
    pub fn new(address: u8) -> PhyConfig {
        PhyConfig {
            address,
            id: 0x0000_6b75,
            abilities: ability::ALL,
            partner: ability::ALL,
            partner_negotiates: true,
            link: true,
            medium: Medium::Ethernet,
            negotiation: 0,
        }
    }

    /// The same, unplugged.
    #[must_use]
    pub fn unplugged(mut self) -> PhyConfig {
        self.link = false;
        self
    }
}

/// What two ends agreed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Agreement {
    /// 100 Mbit/s rather than 10.
    pub fast: bool,
    /// Full duplex.
    pub full_duplex: bool,
}

/// A transceiver.
#[derive(Clone, Debug)]
pub struct Phy {
    config: PhyConfig,
    control: u16,
    advertised: u16,
    /// Whether the cable is plugged at present.
    plugged: bool,
    /// The link was down since register 1 was read last.
    was_down: bool,
    /// When a negotiation ends.
    negotiating: Option<u64>,
    /// The period of flapping, and when the cable changes next.
    flapping: Option<(u64, u64)>,
    now: u64,
    resets: u64,
}

impl Phy {
    pub(crate) fn new(config: PhyConfig) -> Phy {
        let mut phy = Phy {
            control: 0,
            advertised: 0,
            plugged: config.link,
            was_down: false,
            negotiating: None,
            flapping: None,
            now: 0,
            resets: 0,
            config,
        };
        phy.reset();
        phy.resets = 0;
        phy
    }

    /// Its address.
    #[must_use]
    pub fn address(&self) -> u8 {
        self.config.address
    }

    pub(crate) fn medium(&self) -> Medium {
        self.config.medium
    }

    /// How often it was reset since power-up.
    #[must_use]
    pub fn resets(&self) -> u64 {
        self.resets
    }

    /// Plugs or pulls its cable.
    pub fn set_link(&mut self, plugged: bool) {
        if plugged && !self.plugged {
            self.negotiate();
        }
        self.plugged = plugged;
        self.was_down |= !plugged;
    }

    /// Changes what the other end can do (bits of register 5), and whether it negotiates; the link comes up anew.
    pub fn set_partner(&mut self, abilities: u16, negotiates: bool) {
        self.config.partner = abilities;
        self.config.partner_negotiates = negotiates;
        self.was_down = true;
        self.negotiate();
    }

    /// The cable is plugged and pulled by turns, every `period` nanoseconds; `None` ends that and leaves it as it is.
    pub fn flap(&mut self, period: Option<u64>) {
        self.flapping =
            period.map(|period| (period.max(1), self.now.saturating_add(period.max(1))));
    }

    /// Whether it drives the data lines towards the chip.
    #[must_use]
    pub fn is_attached(&self) -> bool {
        self.control & (control::ISOLATE | control::POWER_DOWN) == 0
    }

    /// Whether it returns what is sent.
    #[must_use]
    pub fn loops(&self) -> bool {
        self.is_attached() && self.control & control::LOOPBACK != 0
    }

    /// Whether the link is up at this moment.
    #[must_use]
    pub fn has_link(&self) -> bool {
        self.agreement().is_some()
    }

    /// What the link runs at; `None` without link.
    #[must_use]
    pub fn agreement(&self) -> Option<Agreement> {
        if !self.plugged || self.negotiating.is_some() || self.control & control::POWER_DOWN != 0 {
            return None;
        }
        if self.config.medium == Medium::HomePna {
            return Some(Agreement {
                fast: false,
                full_duplex: false,
            });
        }
        let common = if self.control & control::NEGOTIATE != 0 {
            self.negotiated()
        } else {
            self.forced()
        };
        let best = [
            ability::FULL_100,
            ability::HALF_100,
            ability::FULL_10,
            ability::HALF_10,
        ]
        .into_iter()
        .find(|mode| common & mode != 0)?;
        Some(Agreement {
            fast: best & (ability::FULL_100 | ability::HALF_100) != 0,
            full_duplex: best & (ability::FULL_100 | ability::FULL_10) != 0,
        })
    }

    /// The modes in common; a partner that does not negotiate is taken for half duplex (clause 28, parallel detection).
    fn negotiated(&self) -> u16 {
        let heard = if self.config.partner_negotiates {
            self.config.partner
        } else {
            halved(self.config.partner)
        };
        self.advertised & heard & ability::ALL
    }

    /// The mode that is set, where the other end runs at that speed.
    fn forced(&self) -> u16 {
        let fast = self.control & control::SPEED_100 != 0;
        let speed = if fast {
            ability::FULL_100 | ability::HALF_100
        } else {
            ability::FULL_10 | ability::HALF_10
        };
        let duplex = if self.control & control::FULL_DUPLEX != 0 {
            ability::FULL_100 | ability::FULL_10
        } else {
            ability::HALF_100 | ability::HALF_10
        };
        if self.config.partner & speed == 0 {
            0
        } else {
            speed & duplex & self.config.abilities
        }
    }

    /// A management read.
    pub fn read(&mut self, register: u8) -> u16 {
        let value = self.peek(register);
        if register == 1 {
            // While the link stays down the latch does too.
            self.was_down = !self.has_link();
        }
        value
    }

    /// What a management read would yield, without the latched link going with it.
    #[must_use]
    pub fn peek(&self, register: u8) -> u16 {
        match register {
            0 => self.control,
            1 => self.status(),
            2 => (self.config.id >> 16) as u16,
            3 => self.config.id as u16,
            4 => self.advertised,
            5 => self.heard(),
            // Register 6: the partner can negotiate.
            6 => u16::from(self.plugged && self.config.partner_negotiates),
            _ => 0,
        }
    }

    fn status(&self) -> u16 {
        let mut value = (self.config.abilities & ability::ALL) << 6 & status::ABILITIES;
        value |= status::EXTENDED;
        if self.config.abilities != 0 {
            value |= status::CAN_NEGOTIATE;
        }
        if self.has_link() && !self.was_down {
            value |= status::LINK;
        }
        if self.has_link() && self.control & control::NEGOTIATE != 0 {
            value |= status::NEGOTIATED;
        }
        value
    }

    fn heard(&self) -> u16 {
        if !self.plugged || self.negotiating.is_some() || self.control & control::NEGOTIATE == 0 {
            return 0;
        }
        if self.config.partner_negotiates {
            self.config.partner & ability::ALL | ability::ACKNOWLEDGE | ability::SELECTOR
        } else {
            halved(self.config.partner)
        }
    }

    /// A management write.
    pub fn write(&mut self, register: u8, value: u16) {
        match register {
            0 if value & control::RESET != 0 => self.reset(),
            0 => {
                let before = self.control;
                self.control = value & !(control::RESET | control::RESTART);
                let changed = before ^ self.control;
                let renegotiates = value & control::RESTART != 0 && value & control::NEGOTIATE != 0;
                let mode = control::NEGOTIATE
                    | control::SPEED_100
                    | control::FULL_DUPLEX
                    | control::POWER_DOWN;
                if renegotiates || changed & mode != 0 {
                    self.was_down = true;
                    self.negotiate();
                }
            }
            4 => self.advertised = value,
            _ => {}
        }
    }

    pub(crate) fn reset(&mut self) {
        self.resets += 1;
        self.control = if self.config.abilities != 0 {
            control::NEGOTIATE
        } else {
            0
        };
        if self.config.abilities & (ability::FULL_100 | ability::HALF_100) != 0 {
            self.control |= control::SPEED_100;
        }
        self.advertised = self.config.abilities & ability::ALL | ability::SELECTOR;
        // Clause 22: link status latches low.
        self.was_down = !self.plugged;
        self.negotiate();
    }

    fn negotiate(&mut self) {
        self.negotiating = if self.config.negotiation == 0 || self.control & control::NEGOTIATE == 0
        {
            None
        } else {
            self.was_down = true;
            Some(self.now.saturating_add(self.config.negotiation))
        };
    }

    pub(crate) fn next_event(&self) -> Option<u64> {
        let flap = self.flapping.map(|(_, at)| at);
        [flap, self.negotiating].into_iter().flatten().min()
    }

    pub(crate) fn run_until(&mut self, now: u64) {
        self.now = now;
        if self.negotiating.is_some_and(|at| at <= now) {
            self.negotiating = None;
        }
        if let Some((period, at)) = self.flapping.filter(|&(_, at)| at <= now) {
            self.flapping = Some((period, at.saturating_add(period)));
            self.set_link(!self.plugged);
        }
    }
}

/// The half duplex mode of each speed among `abilities`.
const fn halved(abilities: u16) -> u16 {
    let mut heard = 0;
    if abilities & (ability::FULL_100 | ability::HALF_100) != 0 {
        heard |= ability::HALF_100;
    }
    if abilities & (ability::FULL_10 | ability::HALF_10) != 0 {
        heard |= ability::HALF_10;
    }
    heard
}
