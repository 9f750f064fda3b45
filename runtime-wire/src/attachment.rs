//! What a device is attached to: PCI, or I/O ports that are fixed, of which no bus tells.

use crate::register::Width;
use crate::wire::Wire;

/// How a device is attached to the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Wire)]
pub enum Attachment {
    /// PCI; the board's vendor and device number (subsystem), which tell boards with the same chip apart.
    Pci(u16, u16),
    /// Fixed I/O ports, from this one on.
    Ports(u16),
}

/// What a read of a device at fixed ports has to return for the device to be ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub struct Signature {
    offset: u16,
    bytes: u16,
    value: u32,
}

impl Signature {
    /// A read of that width, so many bytes behind the first port. Whatever else may be at those
    /// ports, it should not mind being read there.
    pub const fn new(offset: u16, width: Width, value: u32) -> Self {
        Self {
            offset,
            bytes: width.bytes(),
            value,
        }
    }

    /// Bytes behind the first port.
    pub const fn offset(&self) -> u16 {
        self.offset
    }

    /// Bytes of the access.
    pub const fn bytes(&self) -> u16 {
        self.bytes
    }

    /// What is read there.
    pub const fn value(&self) -> u32 {
        self.value
    }
}

/// I/O ports at which a device may be that no bus tells of. The kernel looks at them, at no other, and
/// only where a module parameter says so.
#[derive(Clone, Copy, Debug)]
pub struct FixedPorts {
    parameter: &'static str,
    bases: &'static [u16],
    size: u16,
    signature: &'static [Signature],
}

impl FixedPorts {
    /// Most places that can be looked at.
    pub const MOST: usize = 8;

    /// `bases` are the first ports of each place, `size` how many ports a device has, `signature` what
    /// it reads as. The module parameter `parameter`, an integer, has them looked at where it is not 0.
    ///
    /// # Panics
    ///
    /// (When compiling.) More places than [`FixedPorts::MOST`], ports beyond the last one, no
    /// signature, or one that is outside the device's ports.
    pub const fn new(
        parameter: &'static str,
        bases: &'static [u16],
        size: u16,
        signature: &'static [Signature],
    ) -> Self {
        assert!(bases.len() <= Self::MOST, "too many places");
        assert!(!signature.is_empty(), "anything would match");
        let mut at = 0;
        while at < bases.len() {
            assert!(
                bases[at] as u32 + size as u32 <= 0x1_0000,
                "beyond the last port"
            );
            at += 1;
        }
        let mut at = 0;
        while at < signature.len() {
            let end = signature[at].offset as u32 + signature[at].bytes as u32;
            assert!(end <= size as u32, "a signature outside the device's ports");
            at += 1;
        }
        Self {
            parameter,
            bases,
            size,
            signature,
        }
    }

    /// The module parameter that has them looked at.
    pub const fn parameter(&self) -> &'static str {
        self.parameter
    }

    /// The first port of each place.
    pub const fn bases(&self) -> &'static [u16] {
        self.bases
    }

    /// Ports of a device.
    pub const fn size(&self) -> u16 {
        self.size
    }

    /// What a device reads as.
    pub const fn signature(&self) -> &'static [Signature] {
        self.signature
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: &[Signature] = &[Signature::new(14, Width::W16, 0x5757)];

    #[test]
    fn what_cannot_be_is_refused_when_compiling() {
        let ports = FixedPorts::new("search", &[0x300, 0xffe0], 0x20, HERE);
        assert_eq!(ports.bases(), [0x300, 0xffe0]);
        let refused = |bases: &'static [u16], size, signature: &'static [Signature]| {
            std::panic::catch_unwind(|| FixedPorts::new("search", bases, size, signature)).is_err()
        };
        assert!(refused(&[0xfff0], 0x20, HERE));
        assert!(refused(&[0x300], 0x0f, HERE));
        assert!(refused(&[0x300], 0x20, &[]));
        assert!(refused(&[0x300; FixedPorts::MOST + 1], 0x20, HERE));
    }
}
