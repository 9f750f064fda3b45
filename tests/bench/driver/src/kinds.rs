//! Kinds of crossings for which ethtool has no operation: a request about the transceiver chooses one by
//! the number of the register, and the kernel half calls what that stands for.

use microdriver::{Bytes, Error, MiiReply, MiiRequest, Result, kernel_path, user_path};

use crate::Bench;

/// The most bytes that a message has room for beside its header and their count.
const LARGEST: usize = 4096 - 12 - 2;

/// What the buffers are filled with. Not on a stack of the kernel's, which has room for few of the large ones.
static PATTERN: [u8; LARGEST] = [0x5a; LARGEST];

/// How many requests ride along where several do.
const BATCH: u32 = 32;

impl Bench {
    /// The numbers are those of the agent's scenario.
    #[kernel_path]
    pub(crate) fn kind(&self, request: MiiRequest) -> Result<MiiReply> {
        match request.register {
            0 => self.four(1, 2, 3, 4),
            1 => self.small(&filled()),
            2 => self.large(&filled()),
            3 => self.outer(),
            4 => self.batch(),
            _ => Err(Error::EINVAL),
        }?;
        Ok(MiiReply::default())
    }

    /// Four integers there.
    #[user_path]
    fn four(&self, a: u32, b: u32, c: u32, d: u32) -> Result<()> {
        asked(a ^ b ^ c ^ d)
    }

    /// 64 bytes there.
    #[user_path]
    fn small(&self, bytes: &Bytes<64>) -> Result<()> {
        asked(bytes.len() as u32)
    }

    /// As many bytes there as a message has room for.
    #[user_path]
    fn large(&self, bytes: &Bytes<LARGEST>) -> Result<()> {
        asked(bytes.len() as u32)
    }

    /// Up, down and up again, each while the one before it waits.
    #[user_path]
    fn outer(&self) -> Result<()> {
        self.between()
    }

    /// In the kernel half, for the user half.
    #[kernel_path]
    fn between(&self) -> Result<()> {
        self.inner()
    }

    /// In the user half, for the kernel half, for the user half.
    #[user_path]
    fn inner(&self) -> Result<()> {
        asked(1)
    }

    /// Requests that nobody waits for, and that ride along with the reply.
    #[user_path]
    fn batch(&self) -> Result<()> {
        for value in 0..BATCH {
            self.calls.store(value);
        }
        Ok(())
    }
}

/// A buffer that is full.
fn filled<const N: usize>() -> Bytes<N> {
    let mut bytes = Bytes::new();
    bytes.extend(PATTERN.get(..N).unwrap_or(&[]));
    bytes
}

/// An operation that depends on nothing else would be asked for once only.
fn asked(value: u32) -> Result<()> {
    crate::control::asked(value);
    Ok(())
}
