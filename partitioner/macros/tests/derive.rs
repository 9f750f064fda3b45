//! The derives against a small model of the wire: what is generated, without the runtime's encoding.

#![forbid(unsafe_code)]

extern crate self as microdriver;

/// The smallest wire that the derives can be compiled against.
pub mod wire {
    /// Why a message was refused.
    #[derive(Debug, PartialEq, Eq)]
    pub enum WireError {
        /// A tag or a field set that nothing was given for.
        Tag,
        /// The message ended early.
        Short,
        /// The message goes on.
        Tail,
    }
    /// Where a message is written.
    pub struct Writer<'a>(pub &'a mut Vec<u8>);
    /// Where a message is read.
    pub struct Reader<'a>(pub &'a [u8]);
    impl Reader<'_> {
        /// Whether that was all.
        pub fn finish(&self) -> Result<(), WireError> {
            match self.0 {
                [] => Ok(()),
                _ => Err(WireError::Tail),
            }
        }
    }
    /// To wire form.
    pub trait Lower {
        /// Writes the wire form.
        fn lower(&self, writer: &mut Writer<'_>) -> Result<(), WireError>;
    }
    /// From wire form.
    pub trait Wire: Lower + Sized {
        /// The largest wire form, in bytes.
        const MAX_SIZE: usize;
        /// Two types with the same layout and names have the same shape.
        const SHAPE: u64;
        /// Reads the wire form.
        fn lift(reader: &mut Reader<'_>) -> Result<Self, WireError>;
    }
    /// Field by field.
    pub trait State: Wire + Clone {
        /// The names.
        const FIELDS: &'static [&'static str];
        /// Which fields differ.
        fn dirty(&self, base: &Self) -> u64;
        /// Writes those fields.
        fn lower_fields(&self, fields: u64, writer: &mut Writer<'_>) -> Result<(), WireError>;
        /// Reads those fields.
        fn lift_fields(&mut self, fields: u64, reader: &mut Reader<'_>) -> Result<(), WireError>;
    }
    impl Lower for u8 {
        fn lower(&self, writer: &mut Writer<'_>) -> Result<(), WireError> {
            writer.0.push(*self);
            Ok(())
        }
    }
    impl Wire for u8 {
        const MAX_SIZE: usize = 1;
        const SHAPE: u64 = 1;
        fn lift(reader: &mut Reader<'_>) -> Result<Self, WireError> {
            let (first, rest) = reader.0.split_first().ok_or(WireError::Short)?;
            reader.0 = rest;
            Ok(*first)
        }
    }
    /// Shapes.
    pub mod shape {
        /// A shape from a name and parts.
        pub const fn of(name: &str, parts: &[(&str, u64)]) -> u64 {
            let mut hash = name.len() as u64;
            let mut index = 0;
            while index < parts.len() {
                hash = hash * 31 + parts[index].0.len() as u64 * 7 + parts[index].1;
                index += 1;
            }
            hash
        }
    }
}

use partitioner_macros::{State, Wire};
use wire::{Reader, State as _, Wire as _, WireError, Writer};

#[derive(Clone, Debug, PartialEq, Wire)]
enum Port {
    Auto,
    Fixed(u8),
    Pair { first: u8, second: u8 },
}

#[derive(Clone, Debug, PartialEq, Wire, State)]
struct Settings {
    level: u8,
    port: Port,
    count: u8,
}

#[derive(Clone, Debug, PartialEq, Wire)]
struct Unit;

#[derive(Clone, Debug, PartialEq, Wire)]
struct Tuple(u8, Port);

fn round<T: wire::Wire>(value: &T) -> Result<T, WireError> {
    let mut bytes = Vec::new();
    value.lower(&mut Writer(&mut bytes))?;
    assert!(bytes.len() <= T::MAX_SIZE);
    let mut reader = Reader(&bytes);
    let lifted = T::lift(&mut reader)?;
    assert!(reader.0.is_empty());
    Ok(lifted)
}

#[test]
fn every_value_comes_back() {
    for port in [
        Port::Auto,
        Port::Fixed(7),
        Port::Pair {
            first: 1,
            second: 2,
        },
    ] {
        assert_eq!(round(&port), Ok(port.clone()));
        assert_eq!(round(&Tuple(9, port.clone())), Ok(Tuple(9, port)));
    }
    assert_eq!(round(&Unit), Ok(Unit));
}

#[test]
fn sizes_are_the_largest_variant() {
    assert_eq!(Port::MAX_SIZE, 3);
    assert_eq!(Settings::MAX_SIZE, 5);
    assert_ne!(Port::SHAPE, Settings::SHAPE);
}

#[test]
fn an_unknown_variant_is_refused() {
    assert_eq!(Port::lift(&mut Reader(&[3, 0, 0])), Err(WireError::Tag));
}

#[test]
fn only_changed_fields_travel() {
    let base = Settings {
        level: 1,
        port: Port::Auto,
        count: 2,
    };
    let changed = Settings {
        level: 1,
        port: Port::Fixed(3),
        count: 2,
    };
    let dirty = changed.dirty(&base);
    assert_eq!(dirty, 0b010);
    let mut bytes = Vec::new();
    changed
        .lower_fields(dirty, &mut Writer(&mut bytes))
        .unwrap();
    assert_eq!(bytes, [1, 3]);
    let mut master = Settings {
        level: 9,
        port: Port::Auto,
        count: 8,
    };
    master.lift_fields(dirty, &mut Reader(&bytes)).unwrap();
    assert_eq!(
        master,
        Settings {
            level: 9,
            port: Port::Fixed(3),
            count: 8
        }
    );
    assert_eq!(Settings::FIELDS, ["level", "port", "count"]);
}

#[test]
fn a_refused_message_changes_nothing() {
    let mut master = Settings {
        level: 9,
        port: Port::Auto,
        count: 8,
    };
    let before = master.clone();
    assert_eq!(
        master.lift_fields(0b111, &mut Reader(&[5, 0])),
        Err(WireError::Short)
    );
    assert_eq!(
        master.lift_fields(0b1000, &mut Reader(&[5, 0, 1])),
        Err(WireError::Tag)
    );
    assert_eq!(
        master.lift_fields(0b001, &mut Reader(&[5, 0])),
        Err(WireError::Tail)
    );
    assert_eq!(master, before);
}
