//! Ethtool requests (linux/ethtool.h), made directly.

use nix::errno::Errno;

use super::Interface;

// Commands of linux/ethtool.h.
const GDRVINFO: u32 = 0x03;
const GREGS: u32 = 0x04;
const GMSGLVL: u32 = 0x07;
const SMSGLVL: u32 = 0x08;
const NWAY_RST: u32 = 0x09;
const GLINK: u32 = 0x0a;
const GRINGPARAM: u32 = 0x10;
const SRINGPARAM: u32 = 0x11;
const TEST: u32 = 0x1a;
const GSTRINGS: u32 = 0x1b;
const GSTATS: u32 = 0x1d;
const GLINKSETTINGS: u32 = 0x4c;
const SLINKSETTINGS: u32 = 0x4d;

const TEST_OFFLINE: u32 = 1;

/// Requests by number, for [`Ethtool::plain`]: each reads and writes the words of a structure of fixed
/// size below 1 KiB, or one whose length is among the words that the caller gives.
#[derive(Debug, Clone, Copy)]
#[repr(u32)]
pub(crate) enum Plain {
    GetWakeOnLan = 0x05,
    SetWakeOnLan = 0x06,
    GetEeprom = 0x0b,
    SetEeprom = 0x0c,
    GetCoalesce = 0x0e,
    SetCoalesce = 0x0f,
    GetRings = 0x10,
    SetRings = 0x11,
    GetPause = 0x12,
    SetPause = 0x13,
    GetFlags = 0x25,
    SetFlags = 0x26,
    GetPrivateFlags = 0x27,
    SetPrivateFlags = 0x28,
    GetReceiveHash = 0x29,
    FlashDevice = 0x33,
    Reset = 0x34,
    GetSetInfo = 0x37,
    GetFeatures = 0x3a,
    SetFeatures = 0x3b,
    GetChannels = 0x3c,
    SetChannels = 0x3d,
    GetDumpFlag = 0x3f,
    GetTimeStamping = 0x41,
    GetModuleInfo = 0x42,
    GetEee = 0x44,
    SetEee = 0x45,
    GetHash = 0x46,
    GetTunable = 0x48,
    PhyStatistics = 0x4a,
    GetFec = 0x50,
    SetFec = 0x51,
}

/// Words of the buffer that all requests use: 16 KiB, more than any of them writes. Those whose
/// length the caller states (`GREGS`, `GSTRINGS`, the link modes) state less below.
const WORDS: usize = 4096;

/// Words of a register dump that are asked for.
const REGISTERS: u32 = 2048;

/// Words of `struct ethtool_link_settings` before the link modes.
const LINK_HEAD: usize = 12;

/// The ethtool requests of one interface.
#[derive(Debug)]
pub(crate) struct Ethtool<'a> {
    interface: &'a Interface,
    buffer: Box<[u32; WORDS]>,
}

impl<'a> Ethtool<'a> {
    pub(crate) fn new(interface: &'a Interface) -> Self {
        Self {
            interface,
            buffer: Box::new([0; WORDS]),
        }
    }

    fn call(&mut self, command: u32) -> Result<(), Errno> {
        self.buffer[0] = command;
        // SAFETY: the buffer is ours, and larger than any of the commands of this file writes.
        unsafe { self.interface.ethtool(self.buffer.as_mut_ptr()) }
    }

    /// A command that does not exist: what a request costs that reaches no driver.
    pub(crate) fn nothing(&mut self) -> Result<(), Errno> {
        match self.call(0xffff_ffff) {
            Err(Errno::EOPNOTSUPP) => Ok(()),
            Err(error) => Err(error),
            Ok(()) => Err(Errno::EINVAL),
        }
    }

    pub(crate) fn driver_info(&mut self) -> Result<(), Errno> {
        self.call(GDRVINFO)
    }

    pub(crate) fn message_level(&mut self) -> Result<u32, Errno> {
        self.call(GMSGLVL)?;
        Ok(self.buffer[1])
    }

    pub(crate) fn set_message_level(&mut self, level: u32) -> Result<(), Errno> {
        self.buffer[1] = level;
        self.call(SMSGLVL)
    }

    pub(crate) fn restart_negotiation(&mut self) -> Result<(), Errno> {
        self.call(NWAY_RST)
    }

    pub(crate) fn link(&mut self) -> Result<bool, Errno> {
        self.call(GLINK)?;
        Ok(self.buffer[1] != 0)
    }

    /// The sizes of the receive and the transmit ring.
    pub(crate) fn rings(&mut self) -> Result<(u32, u32), Errno> {
        self.call(GRINGPARAM)?;
        Ok((self.buffer[5], self.buffer[8]))
    }

    pub(crate) fn set_rings(&mut self, receive: u32, transmit: u32) -> Result<(), Errno> {
        self.call(GRINGPARAM)?;
        self.buffer[5] = receive;
        self.buffer[8] = transmit;
        self.call(SRINGPARAM)
    }

    pub(crate) fn registers(&mut self) -> Result<(), Errno> {
        self.buffer[2] = REGISTERS * 4;
        self.call(GREGS)
    }

    /// The names of the self tests.
    pub(crate) fn test_names(&mut self) -> Result<(), Errno> {
        self.buffer[1] = 0; // ETH_SS_TEST
        self.buffer[2] = 0;
        self.call(GSTRINGS)
    }

    /// The driver's own statistics.
    pub(crate) fn statistics(&mut self) -> Result<(), Errno> {
        self.buffer[1] = 0;
        self.call(GSTATS)
    }

    /// Runs the offline self test; did it pass?
    pub(crate) fn self_test(&mut self) -> Result<bool, Errno> {
        self.buffer[1] = TEST_OFFLINE;
        self.buffer[2] = 0;
        self.buffer[3] = 0;
        self.call(TEST)?;
        Ok(self.buffer[1] & 2 == 0) // ETH_TEST_FL_FAILED
    }

    /// Reads the link settings, as two calls: the first one asks for the length of the masks,
    /// which the kernel gives as a negative number.
    pub(crate) fn link_settings(&mut self) -> Result<(), Errno> {
        self.buffer[..LINK_HEAD].fill(0);
        self.call(GLINKSETTINGS)?;
        let words = self.mask_words().wrapping_neg();
        self.set_mask_words(words);
        self.call(GLINKSETTINGS)
    }

    /// Writes back the link settings that were read last.
    pub(crate) fn set_link_settings(&mut self) -> Result<(), Errno> {
        self.call(SLINKSETTINGS)
    }

    /// Any of these requests, with the words that follow the command's number; gives what then stands
    /// in `count` words.
    pub(crate) fn plain(
        &mut self,
        request: Plain,
        words: &[u32],
        count: usize,
    ) -> Result<Vec<u32>, Errno> {
        self.buffer[..256].fill(0);
        self.buffer[1..=words.len()].copy_from_slice(words);
        self.call(request as u32)?;
        Ok(self.buffer[1..=count].to_vec())
    }

    /// The register dump, in words of 16 bits.
    pub(crate) fn register_words(&mut self) -> Result<Vec<u16>, Errno> {
        self.registers()?;
        let bytes = (self.buffer[2] / 4) as usize;
        let words = self.buffer[3..3 + bytes].iter();
        Ok(words.flat_map(|&w| [w as u16, (w >> 16) as u16]).collect())
    }

    /// The link settings that were read last: speed, duplex, port, autonegotiation, and the masks of
    /// what is supported, advertised, and the partner's.
    pub(crate) fn link_words(&self) -> (u32, [u8; 3], Vec<u32>) {
        let [duplex, port, _, autoneg] = self.buffer[2].to_ne_bytes();
        let masks = 3 * usize::from(self.mask_words().unsigned_abs());
        let masks = &self.buffer[LINK_HEAD..LINK_HEAD + masks];
        (self.buffer[1], [duplex, port, autoneg], masks.to_vec())
    }

    /// Writes link settings: those that were read last, but for these.
    pub(crate) fn set_link(
        &mut self,
        speed: u32,
        duplex: u8,
        port: u8,
        autoneg: u8,
    ) -> Result<(), Errno> {
        self.link_settings()?;
        let [_, _, address, _] = self.buffer[2].to_ne_bytes();
        self.buffer[1] = speed;
        self.buffer[2] = u32::from_ne_bytes([duplex, port, address, autoneg]);
        self.set_link_settings()
    }

    /// `link_mode_masks_nwords` is the byte at offset 15 of the structure.
    fn mask_words(&self) -> i8 {
        self.buffer[3].to_ne_bytes()[3] as i8
    }

    fn set_mask_words(&mut self, words: i8) {
        let mut bytes = self.buffer[3].to_ne_bytes();
        bytes[3] = words as u8;
        self.buffer[3] = u32::from_ne_bytes(bytes);
    }
}
