// Emitted by pcnet-partition from drivers/pcnet32/src/look.rs. Do not edit.

//! Looking at the link: what the chip's registers say of it, or its PHY's. The kernel half looks, and has the user
//! half say what that means where it is something new; questions are answered where the plan says.

use crate::chip;
use crate::mii;
use crate::phy::Phy;
use microdriver::{Registers, Result, Wire};

/// What registers say of the link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Wire)]
pub(crate) struct Seen {
    /// The card is not there.
    pub(crate) gone: bool,
    /// BCR4, the link status LED, where there is no PHY.
    led: u16,
    /// The PHY in use.
    pub(crate) phy: Phy,
}

// from drivers/pcnet32/src/look.rs:32
/// Looks, at the PHY in use where there is one. Its link bit is read twice: it keeps saying that the link was lost
/// until it has been read once (clause 22, "latching low").
pub(crate) fn look(registers: &Registers, phy: Option<u8>) -> Result<Seen> {
    let mut transaction = registers.transaction();
    let status = transaction.read(chip::CSR0);
    let mut seen = Seen::default();
    if let Some(phy) = phy {
        let control = mii::read(&mut transaction, phy, mii::CONTROL);
        mii::read(&mut transaction, phy, mii::STATUS);
        let phy_status = mii::read(&mut transaction, phy, mii::STATUS);
        let advertised = mii::read(&mut transaction, phy, mii::ADVERTISED);
        let partner = mii::read(&mut transaction, phy, mii::PARTNER);
        let values = transaction.run_ahead()?;
        seen.gone = values.get(status) == chip::GONE;
        seen.phy = Phy {
            control: values.get16(control),
            status: values.get16(phy_status),
            advertised: values.get16(advertised),
            partner: values.get16(partner),
        };
    } else {
        let led = transaction.read(chip::BCR4);
        let values = transaction.run_ahead()?;
        seen.gone = values.get(status) == chip::GONE;
        seen.led = values.get16(led);
    }
    Ok(seen)
}

// from drivers/pcnet32/src/look.rs:60
/// The PHY that is in use, if there are any.
pub(crate) fn in_use(phys: u32, chosen: u8) -> Option<u8> {
    (phys != 0).then_some(chosen)
}

// from drivers/pcnet32/src/look.rs:65
/// Whether there are PHYs to choose from.
pub(crate) fn several(phys: u32) -> bool {
    phys.count_ones() > 1
}
