//! The ethtool operations.

use crate::Pcnet32;
use microdriver::{DrvInfo, EthtoolOperations, Result, Text, user_path};

impl EthtoolOperations for Pcnet32 {
    #[user_path]
    fn get_drvinfo(&self) -> Result<DrvInfo> {
        Ok(DrvInfo { driver: Text::new("pcnet32"), bus_info: self.bus_name, ..DrvInfo::default() })
    }

    #[user_path]
    fn get_msglevel(&self) -> Result<u32> {
        Ok(self.settings.lock().message_level)
    }

    #[user_path]
    fn set_msglevel(&self, level: u32) -> Result<()> {
        self.settings.lock().message_level = level;
        Ok(())
    }

    #[user_path]
    fn get_link(&self) -> Result<bool> {
        let media = self.settings.lock().media;
        self.link_of(&media)
    }
}
