// Emitted by pcnet-partition from drivers/pcnet32/src/board.rs. Do not edit.

//! What the board, the parameters for each card and the address say of the medium to start with.

use crate::media::{Media, Port};
use crate::part::Chip;
use microdriver::{Attachment, Device, MacAddress, Result, dev_info, dev_warn};

/// Boards of Allied Telesyn with a fibre transceiver, which negotiates nothing (subsystem numbers of
/// the PCI ID database): AT-2700FX, AT-2701FX.
const ALLIED_TELESYN: u16 = 0x1259;
const FIBRE_BOARDS: [u16; 2] = [0x2701, 0x2703];

/// Who makes boards for T1 and E1 lines: the first half of their addresses.
const SERIAL_LINES: [u8; 3] = [0x00, 0xe0, 0x75];

// from drivers/pcnet32/src/board.rs:16
/// The medium to start with.
pub(crate) fn first_media(
    device: &Device,
    chip: Chip,
    address: &MacAddress,
    phys: u32,
) -> Result<Media> {
    if address.0.starts_with(&SERIAL_LINES) {
        dev_info!(*device, "board for T1 or E1 lines: serial interface");
        return Ok(Media::fixed(Port::Serial, false, true));
    }
    let asked = asked_media(device, chip)?;
    let media = with_duplex(device, chip, asked)?;
    if media.auto_select && is_fibre_board(device.attachment()) {
        dev_info!(*device, "fibre board: 100 Mbit/s, full duplex");
        return Ok(Media::fixed(Port::Mii, true, true));
    }
    Ok(on_phys(media, phys))
}

// from drivers/pcnet32/src/board.rs:36
/// Whether the Am79C978 is to use telephone wires.
pub(crate) fn home_wires(device: &Device, chip: Chip) -> Result<bool> {
    let home = device.parameter("homepna")? != 0;
    if chip == Chip::Am79C978 {
        let medium = if home { "HomePNA, 1" } else { "10BASE-T, 10" };
        dev_info!(*device, "{medium} Mbit/s");
        return Ok(home);
    }
    if home {
        dev_warn!(*device, "homepna has no effect on this chip");
    }
    Ok(false)
}

// from drivers/pcnet32/src/board.rs:50
/// What the parameter `options` asks for.
fn asked_media(device: &Device, chip: Chip) -> Result<Media> {
    let option = device.parameter("options")?;
    if chip.has_two_ports() {
        // Under automatic selection that chip does not say whether there is a link.
        if option != 0 {
            dev_warn!(
                *device,
                "options={option} has no effect on this chip: choose with ethtool"
            );
        }
        return Ok(Media::fixed(Port::TwistedPair, false, false));
    }
    let media = Media::from_option(option).filter(|media| media.suits(chip));
    if media.is_none() {
        dev_warn!(
            *device,
            "options={option} is no medium of this chip, using 0: automatic selection"
        );
    }
    Ok(media.unwrap_or(Media::AUTOMATIC))
}

// from drivers/pcnet32/src/board.rs:73
/// The same with what the parameter `full_duplex` says, which counts where nothing is negotiated.
fn with_duplex(device: &Device, chip: Chip, media: Media) -> Result<Media> {
    if device.parameter("full_duplex")? == 0 {
        return Ok(media);
    }
    if media.auto_select || !chip.senses_link() {
        let reason = if media.auto_select {
            "with automatic selection"
        } else {
            "on this chip"
        };
        dev_warn!(*device, "full_duplex has no effect {reason}");
        return Ok(media);
    }
    Ok(Media {
        full_duplex: true,
        ..media
    })
}

// from drivers/pcnet32/src/board.rs:93
/// The same on a card with such PHYs: of several the driver chooses, so the port is theirs.
fn on_phys(media: Media, phys: u32) -> Media {
    if phys.count_ones() > 1 {
        Media {
            port: Port::Mii,
            ..media
        }
    } else {
        media
    }
}

// from drivers/pcnet32/src/board.rs:104
fn is_fibre_board(attachment: Attachment) -> bool {
    matches!(attachment, Attachment::Pci(ALLIED_TELESYN, board) if FIBRE_BOARDS.contains(&board))
}
