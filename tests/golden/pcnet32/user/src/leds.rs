// Emitted by pcnet-partition from drivers/pcnet32/src/leds.rs. Do not edit.

//! Identifying the card by its LEDs (`ethtool -p`): BCR4 to BCR7.

use crate::Pcnet32;
use crate::chip;
use microdriver::Result;

impl Pcnet32 {
    // from drivers/pcnet32/src/leds.rs:9
    /// Sets the LEDs to the opposite of what they show otherwise, or back.
    pub(crate) fn write_leds(&self, inverted: bool) -> Result<()> {
        let leds = self.settings.lock().leds;
        let flip = if inverted { chip::LED_INVERT } else { 0 };
        let mut transaction = self.registers.transaction();
        for (index, led) in (4..).zip(leds) {
            transaction.write(chip::bcr(index), u32::from(led ^ flip));
        }
        transaction.run().map(drop)
    }
}
