// Emitted by pcnet-partition from src/ethtool.rs. Do not edit.

//! The ethtool operations.

use core::fmt::Write;

use microdriver::{DrvInfo, EthtoolOperations, PhysIdState, Result, Text};

use crate::chip::{self, Port};
use crate::state::Small;

const VERSION: &str = "1.0";

impl EthtoolOperations for Small {
    // from src/ethtool.rs:13
    fn get_drvinfo(&self) -> Result<DrvInfo> {
        let mut firmware = Text::default();
        // It fits: a version has four digits.
        let _ = write!(firmware, "{:#06x}", self.identity.version);
        Ok(DrvInfo {
            driver: Text::new("small"),
            version: Text::new(VERSION),
            firmware,
            bus_info: self.device.bus_name(),
        })
    }

    // from src/ethtool.rs:25
    fn get_msglevel(&self) -> Result<u32> {
        Ok(self.settings.lock().level)
    }

    // from src/ethtool.rs:29
    fn set_msglevel(&self, level: u32) -> Result<()> {
        self.settings.lock().level = level;
        Ok(())
    }

    // from src/ethtool.rs:34
    fn get_link(&self) -> Result<bool> {
        Ok(self.device.carrier() && self.choose(&Port::Fixed(1))? != Port::Auto)
    }

    // from src/ethtool.rs:38
    fn set_phys_id(&self, state: PhysIdState) -> Result<u32> {
        let on = matches!(state, PhysIdState::Active | PhysIdState::On);
        chip::light(&self.registers, on)?;
        Ok(2)
    }
}
