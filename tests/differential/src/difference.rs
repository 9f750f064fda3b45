//! How the two sides differ.

use std::fmt;

/// A register that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Register {
    /// A control and status register.
    Csr(u16),
    /// A bus configuration register.
    Bcr(u16),
    /// Whatever is at this offset of the window.
    Window(u16),
}

/// The first difference of a sequence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The step that showed it, or `None` for what was compared after the last one.
    pub step: Option<usize>,
    /// What differs.
    pub what: What,
}

/// What differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// The value of a register.
    Read {
        /// Which one.
        register: Register,
        /// As the model has it.
        model: u32,
        /// As the device has it.
        device: u32,
    },
    /// Changes of the interrupt line.
    Edges {
        /// As the model has it.
        model: Vec<bool>,
        /// As the device has it.
        device: Vec<bool>,
    },
    /// Frames that were sent.
    Frames {
        /// As the model has it.
        model: Vec<Vec<u8>>,
        /// As the device has it.
        device: Vec<Vec<u8>>,
    },
    /// Memory.
    Memory {
        /// Where it differs first.
        address: u32,
        /// The bytes there, as the model has them.
        model: Vec<u8>,
        /// As the device has them.
        device: Vec<u8>,
    },
}

impl fmt::Display for Register {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Register::Csr(index) => write!(f, "CSR{index}"),
            Register::Bcr(index) => write!(f, "BCR{index}"),
            Register::Window(offset) => write!(f, "the window at {offset:#04x}"),
        }
    }
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            What::Read {
                register,
                model,
                device,
            } => write!(f, "{register}: model {model:#06x}, device {device:#06x}"),
            What::Edges { model, device } => {
                let shown = |edges: &[bool]| {
                    let words: Vec<&str> = edges
                        .iter()
                        .map(|&up| if up { "up" } else { "down" })
                        .collect();
                    words.join(" ")
                };
                let (model, device) = (shown(model), shown(device));
                write!(f, "interrupt line: model [{model}], device [{device}]")
            }
            What::Frames { model, device } => {
                let shown = |frames: &[Vec<u8>]| {
                    let words: Vec<String> = frames.iter().map(|frame| brief(frame)).collect();
                    words.join(", ")
                };
                let (model, device) = (shown(model), shown(device));
                write!(f, "frames sent: model [{model}], device [{device}]")
            }
            What::Memory {
                address,
                model,
                device,
            } => write!(
                f,
                "memory at {address:#010x}: model {model:02x?}, device {device:02x?}"
            ),
        }
    }
}

fn brief(frame: &[u8]) -> String {
    let start: String = frame
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("{} bytes {start}…", frame.len())
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.step {
            Some(number) => write!(f, "after step {}: {}", number + 1, self.what),
            None => write!(f, "in the end: {}", self.what),
        }
    }
}
