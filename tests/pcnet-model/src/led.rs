//! The LEDs (Am79C970A, BCR4 to BCR7).

use crate::bcr::number::LINK_LED;
use crate::chip::Chip;
use crate::magic;

/// The OR of the enabled signals; read only.
const LEDOUT: u16 = 1 << 15;
/// The pin is active high, which turns a LED over that is wired for the other.
const LEDPOL: u16 = 1 << 14;
/// The pin is off.
const LEDDIS: u16 = 1 << 13;
/// 100 Mbit/s (Am79C971 and later).
const E100: u16 = 1 << 12;
/// Magic packet mode.
const MPSE: u16 = 1 << 9;
/// Link in full duplex.
const FDLSE: u16 = 1 << 8;
/// Pulses last long enough to be seen.
const PSE: u16 = 1 << 7;
/// Link.
const LNKSE: u16 = 1 << 6;
/// A frame for this station is received; with bit 2, any frame.
const RCVME: u16 = 1 << 5;
/// A frame is sent.
const XMTE: u16 = 1 << 4;
/// A frame is received.
const RCVE: u16 = 1 << 2;

/// How long a stretched pulse lasts, in nanoseconds; the data sheet speaks of 26 to 78 ms.
const PULSE: u64 = 52_000_000;

impl Chip {
    /// BCR4 to BCR7 with LEDOUT, which shows the signals themselves, not the pulses that PSE stretches.
    pub(crate) fn led_value(&self, index: usize) -> u16 {
        let setting = self.bcr[index];
        let out = if self.led_signals(setting) { LEDOUT } else { 0 };
        setting & !LEDOUT | out
    }

    fn led_signals(&self, setting: u16) -> bool {
        let link = self.shown_link();
        let fast = self.agreement().is_some_and(|agreement| agreement.fast);
        setting & LNKSE != 0 && link
            || setting & FDLSE != 0 && link && self.full_duplex()
            || setting & E100 != 0 && self.part().has_mii() && link && fast
            || setting & MPSE != 0 && magic::listening(self)
    }

    /// Whether LED `index`, 0 to 3, is lit on a board that wires it the usual way.
    ///
    /// # Panics
    /// Beyond 3.
    #[must_use]
    pub fn led(&self, index: usize) -> bool {
        assert!(index < 4, "there are four LEDs");
        let setting = self.bcr[LINK_LED + index];
        if setting & LEDDIS != 0 {
            return false;
        }
        let since =
            |last: Option<u64>| last.is_some_and(|at| setting & PSE != 0 && self.now - at < PULSE);
        let active = setting & XMTE != 0 && since(self.activity.sent)
            || setting & (RCVE | RCVME) != 0 && since(self.activity.received);
        let on = active || self.led_signals(setting);
        on != (setting & LEDPOL != 0)
    }
}

/// When the LEDs had something to show last.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Activity {
    pub(crate) sent: Option<u64>,
    pub(crate) received: Option<u64>,
}
