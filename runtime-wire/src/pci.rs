//! PCI identities and module parameters.

/// A kind of device that the driver handles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub struct PciId {
    /// Vendor number.
    pub vendor: u32,
    /// Device number.
    pub device: u32,
    /// Class code: base class, subclass and interface, 8 bits each, from the high byte down.
    pub class: u32,
    /// The bits of the class code that have to be as in `class`; 0 for any class.
    pub class_mask: u32,
}

impl PciId {
    /// The vendor's device, of whatever class.
    pub const fn new(vendor: u32, device: u32) -> Self {
        Self {
            vendor,
            device,
            class: 0,
            class_mask: 0,
        }
    }

    /// The same, where the device's class code equals `class` under `mask`.
    pub const fn with_class(self, class: u32, mask: u32) -> Self {
        Self {
            class,
            class_mask: mask,
            ..self
        }
    }
}

/// Cards for which a [`Parameter::per_card`] can have a value.
pub const MAX_CARDS: usize = 8;

/// A module parameter with an integer value, read-only after load.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// Name on the command line.
    pub name: &'static str,
    /// Value where none is given.
    pub default: i32,
    /// What `modinfo` says of it.
    pub description: &'static str,
    /// Whether each card has a value of its own.
    pub per_card: bool,
}

impl Parameter {
    /// An integer parameter, the same for every card.
    pub const fn int(name: &'static str, default: i32, description: &'static str) -> Self {
        Self {
            name,
            default,
            description,
            per_card: false,
        }
    }

    /// A list of integers, one for each card in the order in which they are found; the default for
    /// those not in the list, and from the ninth on.
    pub const fn per_card(name: &'static str, default: i32, description: &'static str) -> Self {
        Self {
            name,
            default,
            description,
            per_card: true,
        }
    }
}
