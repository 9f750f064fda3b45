//! The host backend's stand-in for the character device: what goes over its socket.
//!
//! A program that connects to the device's socket first gets one byte, and with it (`SCM_RIGHTS`) the
//! file behind the slot area and one connected socket for each slot. From then on it sends requests:
//! those of [`crate::protocol`] with their `ioctl` numbers, `CONNECT` on the first socket and the rest on
//! their slot's. Each is answered once, in order, in the byte order of the machine. Closing the first
//! socket closes the device.

use crate::protocol::SLOTS;

/// Descriptors that the first message carries: the area's, then the slots' by number.
pub const DESCRIPTORS: usize = 1 + SLOTS;

/// What a program sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
    /// An `ioctl` number.
    pub command: u32,
    /// Its argument.
    pub argument: u64,
}

impl Request {
    /// Bytes of a request.
    pub const SIZE: usize = 12;

    /// As sent.
    pub fn bytes(self) -> [u8; Self::SIZE] {
        let mut bytes = [0; Self::SIZE];
        let (command, argument) = bytes.split_at_mut(4);
        command.copy_from_slice(&self.command.to_ne_bytes());
        argument.copy_from_slice(&self.argument.to_ne_bytes());
        bytes
    }

    /// From what was received.
    pub fn from_bytes(bytes: [u8; Self::SIZE]) -> Self {
        let [a, b, c, d, argument @ ..] = bytes;
        Self {
            command: u32::from_ne_bytes([a, b, c, d]),
            argument: u64::from_ne_bytes(argument),
        }
    }
}

/// A system call's result: a value, or a positive error number.
pub fn answer_of(bytes: [u8; 8]) -> Result<u64, i32> {
    let value = i64::from_ne_bytes(bytes);
    match u64::try_from(value) {
        Ok(value) => Ok(value),
        Err(_) => Err(i32::try_from(value.unsigned_abs()).unwrap_or(i32::MAX)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_and_answers_come_back() {
        let request = Request {
            command: 0x6d02,
            argument: u64::MAX - 1,
        };
        assert_eq!(Request::from_bytes(request.bytes()), request);
        assert_eq!(answer_of(4096i64.to_ne_bytes()), Ok(4096));
        assert_eq!(answer_of((-19i64).to_ne_bytes()), Err(19));
    }
}
