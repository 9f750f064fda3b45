// Emitted by pcnet-partition from src/tools.rs. Do not edit.

//! Helpers, and the ethtool operations.

use microdriver::{DrvInfo, EthtoolOperations, Result, Text};

use crate::board::Board;

/// Names, looked up by number.
static NAMES: [fn(u32) -> u32; 2] = [double, half];

// from src/tools.rs:13
fn double(number: u32) -> u32 {
    number * 2
}

// from src/tools.rs:17
fn half(number: u32) -> u32 {
    number / 2
}

// from src/tools.rs:22
/// Calls something so many times.
pub(crate) fn repeat<T>(times: u32, action: impl Fn() -> Result<T>) -> Result<()> {
    for _ in 0..times {
        action()?;
    }
    Ok(())
}

impl EthtoolOperations for Board {
    // from src/tools.rs:30
    fn get_drvinfo(&self) -> Result<DrvInfo> {
        Ok(DrvInfo {
            driver: Text::new("corners"),
            ..DrvInfo::default()
        })
    }

    // from src/tools.rs:37
    fn get_link(&self) -> Result<bool> {
        let number = NAMES.iter().fold(1, |number, function| function(number));
        Ok(number > u32::from(self.first()[0]) && self.limits(number)? != [0; 2])
    }
}
