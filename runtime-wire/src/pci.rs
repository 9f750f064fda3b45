//! PCI identities and module parameters.

/// A vendor and device number that the driver handles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub struct PciId {
    /// Vendor number.
    pub vendor: u32,
    /// Device number.
    pub device: u32,
}

impl PciId {
    /// The pair.
    pub const fn new(vendor: u32, device: u32) -> Self {
        Self { vendor, device }
    }
}

/// A module parameter with an integer value, read-only after load.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// Name on the command line.
    pub name: &'static str,
    /// Value where none is given.
    pub default: i32,
    /// What `modinfo` says of it.
    pub description: &'static str,
}

impl Parameter {
    /// An integer parameter.
    pub const fn int(name: &'static str, default: i32, description: &'static str) -> Self {
        Self {
            name,
            default,
            description,
        }
    }
}
