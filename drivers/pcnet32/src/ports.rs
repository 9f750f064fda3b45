//! Link settings of the Am79C970A, which has AUI and 10BASE-T to choose from (`ethtool`).

use crate::Pcnet32;
use crate::chip;
use crate::media::{Media, Port};
use crate::phy::{
    AUTONEG_DISABLE, AUTONEG_ENABLE, DUPLEX_FULL, DUPLEX_HALF, MODE_AUI, MODE_TP, PORT_AUI,
    PORT_TP, SPEED_10,
};
use microdriver::{LinkSettings, Result};

/// What `ethtool DEV` shows. `lit`: an LED says that there is a link on 10BASE-T, which the chip then selects.
pub(crate) fn link_settings(media: &Media, lit: bool) -> LinkSettings {
    let twisted_pair = if media.auto_select {
        lit
    } else {
        media.port == Port::TwistedPair
    };
    LinkSettings {
        speed: SPEED_10,
        duplex: if media.full_duplex {
            DUPLEX_FULL
        } else {
            DUPLEX_HALF
        },
        port: if twisted_pair { PORT_TP } else { PORT_AUI },
        autoneg: if media.auto_select {
            AUTONEG_ENABLE
        } else {
            AUTONEG_DISABLE
        },
        supported: MODE_TP | MODE_AUI,
        ..LinkSettings::default()
    }
}

impl Pcnet32 {
    /// `ethtool -s`.
    pub(crate) fn set_port_link_settings(&self, wanted: &LinkSettings) -> Result<()> {
        let mut settings = self.settings.lock();
        settings.media = media_for(wanted, &settings.media);
        settings.setup.mode = settings.setup.mode & !chip::PORT | settings.media.port_bits();
        self.write_media(&settings.media);
        // What was seen may mean something else now.
        settings.seen = None;
        Ok(())
    }
}

/// What was asked for, as the chip can do it. While it selects the port by itself, what else was
/// chosen stays as it was.
fn media_for(wanted: &LinkSettings, before: &Media) -> Media {
    let port = if wanted.port == PORT_TP {
        Port::TwistedPair
    } else {
        Port::Aui
    };
    let media = if wanted.autoneg == AUTONEG_ENABLE {
        Media {
            auto_select: true,
            ..*before
        }
    } else {
        Media::fixed(port, false, wanted.duplex == DUPLEX_FULL)
    };
    Media {
        chosen: true,
        ..media
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn automatic_selection_leaves_the_rest_as_it_was() {
        let before = Media::fixed(Port::Aui, false, true);
        let mut wanted = LinkSettings {
            autoneg: AUTONEG_ENABLE,
            port: PORT_TP,
            duplex: DUPLEX_HALF,
            ..LinkSettings::default()
        };
        let chosen = media_for(&wanted, &before);
        assert!(chosen.auto_select && chosen.port == Port::Aui && chosen.full_duplex);
        wanted.autoneg = AUTONEG_DISABLE;
        let chosen = media_for(&wanted, &chosen);
        assert!(!chosen.auto_select && chosen.port == Port::TwistedPair && !chosen.full_duplex);
    }
}
