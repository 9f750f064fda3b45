//! The ethtool operations: one for each kind of crossing.

use core::sync::atomic::{AtomicU32, Ordering};

use microdriver::{
    Bytes, DrvInfo, EthtoolOperations, RegisterDump, Result, RingParam, Text, kernel_path,
};

use crate::Bench;

/// Counted in the user half alone: an operation that depends on nothing would be asked for once only.
static ASKED: AtomicU32 = AtomicU32::new(0);

/// Takes a number, so that what was given is looked at.
pub(crate) fn asked(value: u32) {
    ASKED.fetch_add(value, Ordering::Relaxed);
}

impl EthtoolOperations for Bench {
    fn get_drvinfo(&self) -> Result<DrvInfo> {
        Ok(DrvInfo {
            driver: Text::new("bench"),
            ..DrvInfo::default()
        })
    }

    /// Nothing there, nothing back.
    fn nway_reset(&self) -> Result<()> {
        asked(1);
        Ok(())
    }

    /// A truth value back, and a call into the kernel half on the way.
    fn get_link(&self) -> Result<bool> {
        self.note(1);
        Ok(true)
    }

    /// A number back, read under a lock.
    fn get_msglevel(&self) -> Result<u32> {
        Ok(self.settings.lock().level)
    }

    /// A number there, written under a lock.
    fn set_msglevel(&self, level: u32) -> Result<()> {
        self.settings.lock().level = level;
        Ok(())
    }

    /// Six numbers back.
    fn get_ringparam(&self) -> Result<RingParam> {
        asked(1);
        Ok(RingParam {
            rx_max: 8,
            tx_max: 8,
            rx: 8,
            tx: 8,
            ..RingParam::default()
        })
    }

    #[kernel_path]
    fn get_regs_len(&self) -> Result<u32> {
        Ok(RegisterDump::ROOM as u32)
    }

    /// A kibibyte back.
    fn get_regs(&self, _from: u32) -> Result<RegisterDump> {
        asked(1);
        let bytes = Bytes::from_slice(&[0x5a; RegisterDump::ROOM]).unwrap_or_default();
        Ok(RegisterDump { version: 0, bytes })
    }
}

impl Bench {
    /// What the user half calls in the kernel half.
    #[kernel_path]
    fn note(&self, value: u32) {
        self.calls.store(value);
    }
}
