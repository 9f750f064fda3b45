//! Registers: where they are, in either layout of a device's ports. `program` is what is done with them,
//! `grant` what the user half may do, `budget` how a program of the user half is checked.
//!
//! A program is a list of steps that the kernel runs under the register lock in one go. An indexed
//! register (a select port and a data port) is one step, so two halves cannot interleave its parts.

mod budget;
mod grant;
mod program;

pub use budget::{Budget, Region, Violation};
pub use grant::Grant;
pub use program::{MAX_BUSY_MICROSECONDS, MAX_RESULTS, MAX_STEPS, Step};

use crate::wire::Wire;

/// Width of a register access.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Wire)]
pub enum Width {
    /// 8 bits.
    W8,
    /// 16 bits.
    W16,
    /// 32 bits.
    W32,
}

impl Width {
    /// Bytes that an access of this width covers.
    pub const fn bytes(self) -> u16 {
        match self {
            Width::W8 => 1,
            Width::W16 => 2,
            Width::W32 => 4,
        }
    }

    /// The bits of a value that a register of this width has.
    pub const fn mask(self) -> u32 {
        match self {
            Width::W8 => 0xff,
            Width::W16 => 0xffff,
            Width::W32 => u32::MAX,
        }
    }
}

/// A device register: an offset in the device's I/O region, or an index written to a select port
/// first. All offsets are in bytes.
///
/// Some devices have a second layout of their ports, in which every access is 32 bits wide. A
/// register may have a form in it (`or_wide`); which of the two is used is decided once for each
/// device (`Device::use_wide_registers`), and the register stays the same one to whoever names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Wire)]
pub struct Register {
    /// Offset of the port that selects `index`; [`Register::DIRECT`] where there is none.
    pub select: u16,
    /// The index, for an indexed register.
    pub index: u16,
    /// Offset of the port that carries the value.
    pub port: u16,
    /// Width of the data port, and of the select port. In the wide layout too a register has no
    /// bits beyond it: they are written as 0, and what is read there is dropped.
    pub width: Width,
    /// `select` in the wide layout.
    wide_select: u16,
    /// `port` in the wide layout; [`NOT_WIDE`] where the register has no form of its own there.
    wide_port: u16,
}

/// See [`Register::wide_port`].
const NOT_WIDE: u16 = u16::MAX;

/// Where a register is, in one of the two layouts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Offset of the select port, or [`Register::DIRECT`].
    pub select: u16,
    /// Offset of the data port.
    pub port: u16,
    /// Width of the accesses.
    pub width: Width,
}

impl Place {
    /// Whether all ports lie within a region of `size` bytes.
    #[inline]
    pub const fn fits(&self, size: u16) -> bool {
        let end = self.port as u32 + self.width.bytes() as u32;
        let select_end = self.select as u32 + self.width.bytes() as u32;
        end <= size as u32 && (self.select == Register::DIRECT || select_end <= size as u32)
    }
}

impl Register {
    /// `select` of a register without index.
    pub const DIRECT: u16 = u16::MAX;

    /// A port at `offset`.
    #[inline]
    pub const fn port(offset: u16, width: Width) -> Self {
        Self::indexed(Self::DIRECT, offset, width, 0)
    }

    /// Register `index` behind the select port and the data port.
    #[inline]
    pub const fn indexed(select: u16, port: u16, width: Width, index: u16) -> Self {
        Self {
            select,
            index,
            port,
            width,
            wide_select: Self::DIRECT,
            wide_port: NOT_WIDE,
        }
    }

    /// The same indexed register, with its select port and data port in the wide layout.
    #[inline]
    pub const fn or_wide(self, select: u16, port: u16) -> Self {
        Self {
            wide_select: select,
            wide_port: port,
            ..self
        }
    }

    /// The same port, with its offset in the wide layout.
    #[inline]
    pub const fn or_wide_port(self, offset: u16) -> Self {
        self.or_wide(Self::DIRECT, offset)
    }

    /// Whether the register is elsewhere in the wide layout.
    #[inline]
    pub const fn has_wide_form(&self) -> bool {
        self.wide_port != NOT_WIDE
    }

    /// Where the register is in a layout.
    #[inline]
    pub const fn place(&self, wide: bool) -> Place {
        if wide && self.has_wide_form() {
            Place {
                select: self.wide_select,
                port: self.wide_port,
                width: Width::W32,
            }
        } else {
            Place {
                select: self.select,
                port: self.port,
                width: self.width,
            }
        }
    }
}

impl Register {
    /// The register `count` indices (or, for a direct port, that many widths) further on. In the wide
    /// layout ports lie 4 bytes apart.
    pub fn nth(&self, count: u16) -> Option<Self> {
        let mut register = *self;
        if self.select == Self::DIRECT {
            register.port = self
                .port
                .checked_add(count.checked_mul(self.width.bytes())?)?;
            if self.has_wide_form() {
                let distance = count.checked_mul(Width::W32.bytes())?;
                register.wide_port = self.wide_port.checked_add(distance)?;
            }
        } else {
            register.index = self.index.checked_add(count)?;
        }
        Some(register)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONTROL: Register = Register::indexed(0x12, 0x10, Width::W16, 0).or_wide(0x14, 0x10);
    const NUMBER: Register = Register::indexed(0x12, 0x16, Width::W16, 0);
    const PORTS: Register = Register::port(0, Width::W16).or_wide_port(0);

    #[test]
    fn a_register_is_the_same_in_both_layouts() {
        let place = |register: Register, wide| {
            let Place {
                select,
                port,
                width,
            } = register.place(wide);
            (select, port, width)
        };
        let five = CONTROL.nth(5).unwrap();
        assert_eq!(place(five, false), (0x12, 0x10, Width::W16));
        assert_eq!(place(five, true), (0x14, 0x10, Width::W32));
        assert_eq!(place(NUMBER, true), place(NUMBER, false));
        let third = PORTS.nth(2).unwrap();
        assert_eq!(place(third, false), (Register::DIRECT, 4, Width::W16));
        assert_eq!(place(third, true), (Register::DIRECT, 8, Width::W32));
    }
}
