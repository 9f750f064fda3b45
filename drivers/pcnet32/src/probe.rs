//! Finding out which chip this is and what its address is, and how to start with it.

use core::fmt::Write;

use crate::board;
use crate::chip;
use crate::media::Media;
use crate::mii;
use crate::parameters;
use crate::part::Chip;
use crate::prom;
use crate::rings::Setup;
use crate::state::{Link, MSG_PROBE, Settings, Tuning};
use microdriver::{
    Attachment, Device, Error, MacAddress, Registers, Result, Text, Wire, dev_dbg, dev_err,
    dev_info, dev_warn,
};

/// What probing finds out, and decides.
#[derive(Clone, Debug, PartialEq, Wire)]
pub struct Identity {
    /// The chip.
    pub chip: Chip,
    /// The permanent address; all zeroes where the chip has none that is valid.
    pub address: MacAddress,
    /// It is in double-word I/O mode.
    pub(crate) wide: bool,
    /// Addresses at which a PHY answered, a bit each.
    pub(crate) phys: u32,
    pub(crate) tuning: Tuning,
    /// What holds until the user chooses otherwise.
    pub(crate) settings: Settings,
}

/// What the chip says of itself after a reset.
#[derive(Clone, Copy, Debug)]
struct Card {
    status: u16,
    selected: u16,
    part: u32,
    registers: [u16; 3],
    leds: [u16; 4],
}

/// Resets the chip and identifies it.
pub(crate) fn identify(device: &Device) -> Result<Identity> {
    let registers = device.registers();
    let (card, wide) = find_card(device, &registers)?;
    let on_pci = matches!(device.attachment(), Attachment::Pci(..));
    let Some(chip) = chip_of(card.part, on_pci) else {
        dev_err!(*device, "unknown chip {:#010x}", card.part);
        return Err(Error::ENODEV);
    };
    let prom = prom::read(&registers, wide)?;
    let address = choose_address(device, &card, &prom);
    let mut given = parameters::read(device)?;
    let verbose = given.message_level & MSG_PROBE != 0;
    if verbose {
        dev_info!(*device, "{}, address {}", chip.part_name(), address);
    }
    let phys = if chip.has_mii() {
        find_phys(device, &registers, chip, verbose)?
    } else {
        0
    };
    given.tuning.home = board::home_wires(device, chip)?;
    let media = board::first_media(device, chip, &address, phys)?;
    Ok(Identity {
        chip,
        address,
        wide,
        phys,
        tuning: given.tuning,
        settings: Settings {
            leds: card.leds,
            ..first_settings(given.message_level, media, phys)
        },
    })
}

/// Where the card is, as users know it: its name on the bus, or, on the VL bus, its first port.
pub(crate) fn bus_name(device: &Device) -> Text<32> {
    let Attachment::Ports(base) = device.attachment() else {
        return device.bus_name();
    };
    let mut name = Text::default();
    // There is room.
    let _ = write!(name, "VLB {base:#x}");
    name
}

/// Finds the chip, and out which I/O mode it is in: word, as after power-up, or double-word, where
/// firmware or an earlier driver chose that. Only another loss of power ends it.
fn find_card(device: &Device, registers: &Registers) -> Result<(Card, bool)> {
    for wide in [false, true] {
        device.use_wide_registers(wide);
        let card = read_card(registers)?;
        if answers(&card) {
            dev_dbg!(*device, "double-word I/O: {wide}");
            return Ok((card, wide));
        }
    }
    device.use_wide_registers(false);
    dev_err!(*device, "no chip answers, to word or double-word accesses");
    Err(Error::ENODEV)
}

/// The settings of a card that was just found.
fn first_settings(message_level: u32, media: Media, phys: u32) -> Settings {
    Settings {
        message_level,
        tx_entries: 16,
        rx_entries: 32,
        media,
        setup: Setup::default(),
        seen: None,
        link: Link::default(),
        link_told: false,
        phy: mii::addresses(phys).next().unwrap_or(0),
        phys_ready: false,
        link_losses: 0,
        phy_changes: 0,
        leds: [0; 4],
    }
}

/// Asks at every address for a PHY.
fn find_phys(device: &Device, registers: &Registers, chip: Chip, verbose: bool) -> Result<u32> {
    let mut found = 0;
    for some in (0..mii::PHYS).step_by(mii::SOME) {
        for (phy, maker) in (some..).zip(mii::makers(registers, some)?) {
            let Some((first, second)) = maker else {
                continue;
            };
            if phy == mii::PHYS - 1 && chip.has_phantom_phy() {
                continue;
            }
            found |= 1 << phy;
            if verbose {
                dev_info!(*device, "PHY {first:04x}:{second:04x} at address {phy}");
            }
        }
    }
    if let Some(first) = mii::addresses(found).next() {
        mii::select(registers, first)?;
    }
    dev_dbg!(*device, "PHYs at addresses {found:#010x}");
    Ok(found)
}

/// Everything that identifies a card, in one transaction.
fn read_card(registers: &Registers) -> Result<Card> {
    let mut leds = [0; 4];
    let mut transaction = registers.transaction_into(&mut leds);
    transaction.touch(chip::RESET);
    let status = transaction.read(chip::CSR0);
    // Right after this access the address port still holds 88.
    let low = transaction.read(chip::CSR88);
    let selected = transaction.read(chip::SELECTED);
    let high = transaction.read(chip::CSR89);
    let first = transaction.read(chip::CSR12);
    let second = transaction.read(chip::csr(13));
    let third = transaction.read(chip::csr(14));
    transaction.read_range(chip::BCR4, 4);
    let values = transaction.run()?;
    Ok(Card {
        status: values.get16(status),
        selected: values.get16(selected),
        part: values.get(low) | values.get(high) << 16,
        registers: [
            values.get16(first),
            values.get16(second),
            values.get16(third),
        ],
        leds: leds.map(|led| led as u16),
    })
}

/// Whether a chip understood the accesses: reset leaves nothing but STOP in CSR0, and
/// the address port reads back what was written.
fn answers(card: &Card) -> bool {
    u32::from(card.status) == chip::STOP && card.selected == 88
}

/// The chip with this identity; AMD's manufacturer code is in bits 11 to 1, bit 0 is one.
fn chip_of(identity: u32, on_pci: bool) -> Option<Chip> {
    if identity & 0xfff != 0x003 {
        return None;
    }
    Chip::from_part((identity >> 12) as u16, on_pci)
}

/// The PROM is what the maker programmed; the registers may hold what some earlier driver left.
fn choose_address(device: &Device, card: &Card, prom: &[u8; prom::BYTES]) -> MacAddress {
    let &[a, b, c, d, e, f, ..] = prom;
    let prom = MacAddress([a, b, c, d, e, f]);
    let registers = address_in_registers(card.registers);
    if prom.is_valid() {
        if prom != registers {
            dev_warn!(
                *device,
                "address in the registers is {registers}, using the PROM's"
            );
        }
        return prom;
    }
    if registers.is_valid() {
        return registers;
    }
    dev_warn!(
        *device,
        "no valid address: set one before the interface can go up"
    );
    MacAddress::default()
}

/// CSR12 to CSR14 hold the address, first byte lowest.
fn address_in_registers(registers: [u16; 3]) -> MacAddress {
    let [a, b, c] = registers.map(u16::to_le_bytes);
    MacAddress([a[0], a[1], b[0], b[1], c[0], c[1]])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chips_by_their_identity() {
        for on_pci in [false, true] {
            assert_eq!(chip_of(0x0262_1003, on_pci), Some(Chip::Am79C970A));
            assert_eq!(chip_of(0x1262_5003, on_pci), Some(Chip::Am79C973));
            assert_eq!(chip_of(0x0262_1005, on_pci), None);
            assert_eq!(chip_of(0x0262_2003, on_pci), None);
            assert_eq!(chip_of(0xffff_ffff, on_pci), None);
        }
        assert_eq!(chip_of(0x0243_0003, true), Some(Chip::Am79C970));
        assert_eq!(chip_of(0x0243_0003, false), Some(Chip::Am79C965));
    }

    #[test]
    fn a_chip_answers_with_stop_and_its_address_port() {
        let card = Card {
            status: 4,
            selected: 88,
            part: 0,
            registers: [0; 3],
            leds: [0; 4],
        };
        assert!(answers(&card));
        assert!(!answers(&Card {
            status: 0xffff,
            ..card
        }));
        assert!(!answers(&Card {
            selected: 0xffff,
            ..card
        }));
    }

    #[test]
    fn the_address_is_low_byte_first() {
        let address = address_in_registers([0x5452, 0x1200, 0x5634]);
        assert_eq!(address, MacAddress([0x52, 0x54, 0x00, 0x12, 0x34, 0x56]));
    }
}
