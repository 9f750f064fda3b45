//! The frame check sequence (IEEE 802.3, 3.2.9), which also hashes addresses for the logical address filter.

/// The remainder register after `bytes`, least significant bit first, before the final complement.
pub(crate) fn remainder(bytes: &[u8]) -> u32 {
    let mut crc = 0xffff_ffff_u32;
    for &byte in bytes {
        crc ^= u32::from(byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 {
                (crc >> 1) ^ 0xedb8_8320
            } else {
                crc >> 1
            };
        }
    }
    crc
}

/// The four bytes that follow `frame` on the wire.
#[must_use]
pub fn sequence(frame: &[u8]) -> [u8; 4] {
    (!remainder(frame)).to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_value_is_the_published_one() {
        assert_eq!(!remainder(b"123456789"), 0xcbf4_3926);
        assert_eq!(sequence(b"123456789"), [0x26, 0x39, 0xf4, 0xcb]);
    }
}
