// Emitted by pcnet-partition from drivers/pcnet32/src/probe.rs. Do not edit.

//! Finding out which chip this is and what its address is, and how to start with it.

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
    Attachment, Device, Error, MacAddress, Registers, Result, Wire, dev_dbg, dev_err, dev_info,
    dev_warn,
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

// from drivers/pcnet32/src/probe.rs:46
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

// from drivers/pcnet32/src/probe.rs:94
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

// from drivers/pcnet32/src/probe.rs:109
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

// from drivers/pcnet32/src/probe.rs:128
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

// from drivers/pcnet32/src/probe.rs:152
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

// from drivers/pcnet32/src/probe.rs:181
/// Whether a chip understood the accesses: reset leaves nothing but STOP in CSR0, and
/// the address port reads back what was written.
fn answers(card: &Card) -> bool {
    u32::from(card.status) == chip::STOP && card.selected == 88
}

// from drivers/pcnet32/src/probe.rs:186
/// The chip with this identity; AMD's manufacturer code is in bits 11 to 1, bit 0 is one.
fn chip_of(identity: u32, on_pci: bool) -> Option<Chip> {
    if identity & 0xfff != 0x003 {
        return None;
    }
    Chip::from_part((identity >> 12) as u16, on_pci)
}

// from drivers/pcnet32/src/probe.rs:194
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

// from drivers/pcnet32/src/probe.rs:218
/// CSR12 to CSR14 hold the address, first byte lowest.
fn address_in_registers(registers: [u16; 3]) -> MacAddress {
    let [a, b, c] = registers.map(u16::to_le_bytes);
    MacAddress([a[0], a[1], b[0], b[1], c[0], c[1]])
}
