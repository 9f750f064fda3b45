//! The object that ran: where its symbols are, what was inlined there, and which kernel it is for.
//!
//! A module is relocatable: all of its sections start at 0, and its debug information means addresses
//! only after relocation. Each section with code gets an address of its own here, and the debug sections
//! are relocated to these.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::rc::Rc;

use gimli::{EndianRcSlice, RunTimeEndian};
use object::{
    Object as _, ObjectKind, ObjectSection, ObjectSymbol, RelocationKind, RelocationTarget,
    SectionIndex, SectionKind, SymbolKind,
};

use crate::diagnostics::{Code, Diagnostic, Outcome};
use crate::input;

/// The largest object that is read, and the largest debug section, in bytes.
const LARGEST: u64 = 512 << 20;
/// Functions inlined into each other at one place, at most.
const DEEPEST: usize = 256;

type Reader = EndianRcSlice<RunTimeEndian>;

/// An object.
pub struct Object {
    symbols: BTreeMap<String, Symbol>,
    debug: Option<addr2line::Context<Reader>>,
    /// The module's name.
    module: Option<String>,
    /// The release of the kernel that it is for, if it says.
    pub release: Option<String>,
    /// Its build id, as hexadecimal digits.
    pub build_id: Option<String>,
}

#[derive(Clone, Copy, Debug)]
struct Symbol {
    address: u64,
    size: u64,
}

impl Object {
    /// Reads an object.
    ///
    /// # Errors
    /// `MD0061`.
    pub fn read(path: &Path) -> Outcome<Object> {
        let refuse = |why: String| {
            let title = format!("cannot read the object `{}`", path.display());
            let help = "name the module that ran, or the kernel half that it was linked from";
            Diagnostic::new(Code::Object, title, help).note(why)
        };
        let bytes = input::read(path, LARGEST).map_err(|error| refuse(error.to_string()))?;
        Ok(Object::parse(&bytes).map_err(refuse)?)
    }

    /// Reads an object from memory.
    ///
    /// # Errors
    /// Why it is none.
    pub fn parse(bytes: &[u8]) -> Result<Object, String> {
        let file = object::File::parse(bytes).map_err(|error| error.to_string())?;
        let bases = bases(&file);
        let address = |section: Option<SectionIndex>, value: u64| match section {
            Some(section) if file.kind() == ObjectKind::Relocatable => bases
                .get(&section.0)
                .copied()
                .unwrap_or(0)
                .wrapping_add(value),
            _ => value,
        };
        let mut symbols = BTreeMap::new();
        for symbol in file.symbols().chain(file.dynamic_symbols()) {
            if symbol.kind() != SymbolKind::Text || symbol.is_undefined() {
                continue;
            }
            let Ok(name) = symbol.name() else { continue };
            let found = Symbol {
                address: address(symbol.section_index(), symbol.address()),
                size: symbol.size(),
            };
            symbols.entry(name.to_owned()).or_insert(found);
        }
        let modinfo = modinfo(&file);
        let value = |key: &str| modinfo.get(key).cloned();
        let build_id = file.build_id().ok().flatten();
        Ok(Object {
            symbols,
            debug: debug(&file, &bases)?,
            module: value("name"),
            release: value("vermagic")
                .and_then(|magic| magic.split_whitespace().next().map(str::to_owned)),
            build_id: build_id.map(|id| id.iter().map(|byte| format!("{byte:02x}")).collect()),
        })
    }

    /// Whether it has any debug information.
    pub fn has_debug_information(&self) -> bool {
        self.debug.is_some()
    }

    /// Whether it is what a tool calls a module, or a file: `name`, `/lib/modules/.../name.ko`.
    pub(crate) fn is_called(&self, module: &str) -> bool {
        let name = module.rsplit('/').next().unwrap_or(module);
        let name = name.split(".ko").next().unwrap_or(name);
        self.module
            .as_deref()
            .is_none_or(|own| own == name.replace('-', "_"))
    }

    /// The functions, innermost first, whose code is at an offset into a symbol: those that were inlined,
    /// and the one that has the symbol. Of a frame that called another, the offset is where that returns
    /// to. Without a symbol of that name, an address counts in an object that is not relocatable.
    pub(crate) fn frames(
        &self,
        symbol: &str,
        offset: Option<u64>,
        address: Option<u64>,
        returns: bool,
    ) -> Vec<String> {
        let Some(debug) = &self.debug else {
            return Vec::new();
        };
        let at = match (self.symbols.get(symbol), offset) {
            (Some(found), Some(offset)) if offset <= found.size => {
                found.address.wrapping_add(offset)
            }
            _ => match address {
                Some(address) if !self.symbols.contains_key(symbol) => address,
                _ => return Vec::new(),
            },
        };
        let at = at.wrapping_sub(u64::from(returns));
        let Ok(mut frames) = debug.find_frames(at).skip_all_loads() else {
            return Vec::new();
        };
        let mut names = Vec::new();
        while names.len() < DEEPEST {
            let Ok(Some(frame)) = frames.next() else {
                break;
            };
            let name = frame
                .function
                .as_ref()
                .and_then(|name| name.raw_name().ok());
            names.extend(name.map(std::borrow::Cow::into_owned));
        }
        names
    }
}

/// An address for each section with code, if the file has none.
fn bases(file: &object::File<'_>) -> BTreeMap<usize, u64> {
    // 0 stays free: it stands for code that the linker dropped.
    let mut next = 0x1_0000_u64;
    let mut bases = BTreeMap::new();
    if file.kind() != ObjectKind::Relocatable {
        return bases;
    }
    for section in file.sections() {
        if section.kind() == SectionKind::Text {
            bases.insert(section.index().0, next);
            next = next.saturating_add(section.size()).saturating_add(0x1_0000) & !0xffff;
        }
    }
    bases
}

/// What `modinfo` prints: `key=value`, each ended by a zero.
fn modinfo(file: &object::File<'_>) -> BTreeMap<String, String> {
    let data = file
        .section_by_name(".modinfo")
        .and_then(|section| section.data().ok())
        .unwrap_or(&[]);
    data.split(|byte| *byte == 0)
        .filter_map(|entry| std::str::from_utf8(entry).ok()?.split_once('='))
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect()
}

fn debug(
    file: &object::File<'_>,
    bases: &BTreeMap<usize, u64>,
) -> Result<Option<addr2line::Context<Reader>>, String> {
    if file.section_by_name(".debug_info").is_none() {
        return Ok(None);
    }
    let endian = if file.is_little_endian() {
        RunTimeEndian::Little
    } else {
        RunTimeEndian::Big
    };
    let load = |id: gimli::SectionId| -> Result<Reader, String> {
        let data = match file.section_by_name(id.name()) {
            Some(section) => relocated(file, &section, bases)?,
            None => Vec::new(),
        };
        Ok(EndianRcSlice::new(Rc::from(data), endian))
    };
    let dwarf = gimli::Dwarf::load(load)?;
    addr2line::Context::from_dwarf(dwarf)
        .map(Some)
        .map_err(|error| format!("its debug information is broken: {error}"))
}

/// The bytes of a debug section with addresses in them.
fn relocated(
    file: &object::File<'_>,
    section: &object::Section<'_, '_>,
    bases: &BTreeMap<usize, u64>,
) -> Result<Vec<u8>, String> {
    let broken = |error: object::Error| format!("its debug information is broken: {error}");
    let compressed = section.compressed_data().map_err(broken)?;
    if compressed.uncompressed_size > LARGEST {
        return Err(format!("a debug section has more than {LARGEST} bytes"));
    }
    let mut data = compressed.decompress().map_err(broken)?.into_owned();
    if file.kind() != ObjectKind::Relocatable {
        return Ok(data);
    }
    for (at, relocation) in section.relocations() {
        let base = match relocation.target() {
            RelocationTarget::Symbol(symbol) => {
                let Ok(symbol) = file.symbol_by_index(symbol) else {
                    continue;
                };
                let base = symbol.section_index().and_then(|index| bases.get(&index.0));
                base.copied().unwrap_or(0).wrapping_add(symbol.address())
            }
            RelocationTarget::Section(index) => bases.get(&index.0).copied().unwrap_or(0),
            _ => continue,
        };
        if relocation.kind() != RelocationKind::Absolute {
            continue;
        }
        let width = usize::from(relocation.size() / 8);
        let field = usize::try_from(at)
            .ok()
            .and_then(|at| data.get_mut(at..at.checked_add(width)?));
        let Some(field) = field else { continue };
        let mut value = base.wrapping_add_signed(relocation.addend());
        if relocation.has_implicit_addend() {
            let mut old = [0; 8];
            if let Some(old) = old.get_mut(..width) {
                old.copy_from_slice(field);
            }
            value = value.wrapping_add(u64::from_le_bytes(old));
        }
        if let Some(bytes) = value.to_le_bytes().get(..width) {
            field.copy_from_slice(bytes);
        }
    }
    Ok(data)
}

impl fmt::Debug for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Object")
            .field("symbols", &self.symbols.len())
            .field("module", &self.module)
            .field("release", &self.release)
            .finish_non_exhaustive()
    }
}
