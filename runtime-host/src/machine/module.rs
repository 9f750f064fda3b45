//! A kernel half as a module: a shared object, and its parameters as the kernel parses them.

use std::ffi::{c_int, c_long, c_uint, c_ulong, c_void};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use libloading::Library;
use runtime_kernel::DriverTable;

use crate::machine::Errno;
use crate::machine::context::{self, Mode};
use crate::machine::kernel::Kernel;

/// Elements of a parameter that may be given for each card.
pub(crate) const MOST_CARDS: usize = 8;

/// A module to load: what a `.ko` file is to `insmod`.
#[derive(Clone, Debug)]
pub struct ModuleFile {
    /// Its name.
    pub name: String,
    /// The shared object: an emitted kernel crate with `microdriver::module!`.
    pub object: PathBuf,
    /// The driver's parameters.
    pub parameters: Vec<ParameterSpec>,
}

/// A parameter that a module declares.
#[derive(Clone, Debug)]
pub struct ParameterSpec {
    /// Its name.
    pub name: String,
    /// Its value where none is given.
    pub default: i32,
    /// Whether each card may have a value of its own.
    pub per_card: bool,
}

/// The functions that a kernel half exports to the glue.
#[derive(Clone, Copy)]
pub(crate) struct Exports {
    pub(crate) channel_create: unsafe extern "C" fn(*mut c_void) -> c_int,
    pub(crate) channel_connected: unsafe extern "C" fn(*mut c_void),
    pub(crate) channel_deferred: unsafe extern "C" fn(*mut c_void),
    pub(crate) channel_expire: unsafe extern "C" fn(*mut c_void),
    pub(crate) channel_overdue: unsafe extern "C" fn(*mut c_void) -> bool,
    pub(crate) channel_shutdown: unsafe extern "C" fn(*mut c_void),
    pub(crate) channel_put: unsafe extern "C" fn(*mut c_void),
    pub(crate) channel_counters: unsafe extern "C" fn(*mut c_void, *mut u8, usize) -> isize,
    pub(crate) channel_fingerprint: unsafe extern "C" fn(*mut c_void) -> u64,
    pub(crate) file_open: unsafe extern "C" fn(*mut c_void) -> *mut c_void,
    pub(crate) file_release: unsafe extern "C" fn(*mut c_void),
    pub(crate) file_area: unsafe extern "C" fn(*mut c_void) -> *mut c_void,
    pub(crate) file_ioctl: unsafe extern "C" fn(*mut c_void, c_uint, c_ulong) -> c_long,
}

/// A loaded module. Unloaded when dropped.
pub(crate) struct Module {
    pub(crate) table: &'static DriverTable,
    pub(crate) exports: Exports,
    pub(crate) name: String,
    parameters: Vec<Parameter>,
    /// Last: what the fields above point to is in it.
    _library: Library,
}

impl std::fmt::Debug for Module {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Module")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

#[derive(Clone, Debug)]
struct Parameter {
    name: String,
    default: i32,
    given: Vec<i32>,
    per_card: bool,
}

/// What loading a module changes besides the module.
#[derive(Clone, Debug, Default)]
pub(crate) struct Arguments {
    parameters: Vec<Parameter>,
    pub(crate) upcall_timeout_ms: Option<u32>,
    /// Lines for the log.
    pub(crate) complaints: Vec<String>,
}

/// Why a module was not loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoadError {
    /// What `insmod` prints, as an error number.
    Errno(Errno),
    /// The shared object is none.
    Object(String),
}

impl std::fmt::Display for LoadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Errno(errno) => errno.fmt(f),
            Self::Object(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for LoadError {}

impl Arguments {
    /// Parses `name=value` words as the kernel's moduleparam does: an unknown name is ignored with a
    /// warning, a value that does not parse keeps the module from loading.
    pub(crate) fn parse(
        module: &str,
        specs: &[ParameterSpec],
        words: &[&str],
    ) -> Result<Self, (Errno, String)> {
        let mut arguments = Self {
            parameters: specs
                .iter()
                .map(|spec| Parameter {
                    name: spec.name.clone(),
                    default: spec.default,
                    given: Vec::new(),
                    per_card: spec.per_card,
                })
                .collect(),
            ..Self::default()
        };
        for word in words {
            let (name, value) = match word.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (*word, None),
            };
            // Dashes and underscores are the same to the kernel.
            let name = name.replace('-', "_");
            let refuse = |errno: Errno| {
                let value = value.unwrap_or("");
                let text = format!("{module}: `{value}' invalid for parameter `{name}'");
                (errno, text)
            };
            if name == "upcall_timeout_ms" {
                let number = value.ok_or(Errno::EINVAL).and_then(parse_unsigned);
                arguments.upcall_timeout_ms = Some(number.map_err(refuse)?);
                continue;
            }
            let Some(parameter) = arguments
                .parameters
                .iter_mut()
                .find(|known| known.name == name)
            else {
                let text = format!("{module}: unknown parameter '{name}' ignored");
                arguments.complaints.push(text);
                continue;
            };
            let value = value.ok_or_else(|| refuse(Errno::EINVAL))?;
            if !parameter.per_card {
                parameter.given = vec![parse_int(value).map_err(refuse)?];
                continue;
            }
            let values: Vec<&str> = value.split(',').collect();
            if values.len() > MOST_CARDS {
                return Err((
                    Errno::EINVAL,
                    format!("{module}: {name}: can only take {MOST_CARDS} arguments"),
                ));
            }
            let values: Result<_, _> = values.into_iter().map(parse_int).collect();
            parameter.given = values.map_err(refuse)?;
        }
        Ok(arguments)
    }
}

/// Sign and magnitude of an integer as `kstrtoint` takes it: decimal, 0x…, or 0… for octal; a line
/// break may follow.
fn magnitude(text: &str) -> Result<(bool, u64), Errno> {
    let text = text.strip_suffix('\n').unwrap_or(text);
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (digits, radix) = match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(hex) if hex.starts_with(|c: char| c.is_ascii_hexdigit()) => (hex, 16),
        _ if text.len() > 1 && text.starts_with('0') => (&text[1..], 8),
        _ => (text, 10),
    };
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
        return Err(Errno::EINVAL);
    }
    let value = u64::from_str_radix(digits, radix).map_err(|_| Errno::ERANGE)?;
    Ok((negative, value))
}

fn parse_int(text: &str) -> Result<i32, Errno> {
    let (negative, value) = magnitude(text)?;
    let value = i64::try_from(value).map_err(|_| Errno::ERANGE)?;
    i32::try_from(if negative { -value } else { value }).map_err(|_| Errno::ERANGE)
}

fn parse_unsigned(text: &str) -> Result<u32, Errno> {
    match magnitude(text)? {
        (true, _) => Err(Errno::EINVAL),
        (false, value) => u32::try_from(value).map_err(|_| Errno::ERANGE),
    }
}

impl Module {
    /// Loads the object.
    pub(crate) fn load(object: &Path, name: &str, arguments: Arguments) -> Result<Self, LoadError> {
        crate::machine::glue::keep();
        let bad =
            |error: libloading::Error| LoadError::Object(format!("{}: {error}", object.display()));
        // SAFETY: a kernel half has no initialisers; the functions of the glue are in this program.
        let library = unsafe { Library::new(object) }.map_err(bad)?;
        if std::env::var_os("RUNTIME_HOST_KEEP").is_some() {
            // A second handle, which nobody closes: what counts lines writes them when the program ends.
            // SAFETY: as above.
            std::mem::forget(unsafe { Library::new(object) }.map_err(bad)?);
        }
        macro_rules! export {
            ($name:literal) => {
                // SAFETY: `microdriver::module!` and the kernel runtime define it with this type.
                *unsafe { library.get($name) }.map_err(bad)?
            };
        }
        let driver: extern "C" fn() -> &'static DriverTable = export!(b"md_rs_driver");
        let exports = Exports {
            channel_create: export!(b"md_rs_channel_create"),
            channel_connected: export!(b"md_rs_channel_connected"),
            channel_deferred: export!(b"md_rs_channel_deferred"),
            channel_expire: export!(b"md_rs_channel_expire"),
            channel_overdue: export!(b"md_rs_channel_overdue"),
            channel_shutdown: export!(b"md_rs_channel_shutdown"),
            channel_put: export!(b"md_rs_channel_put"),
            channel_counters: export!(b"md_rs_channel_counters"),
            channel_fingerprint: export!(b"md_rs_channel_fingerprint"),
            file_open: export!(b"md_rs_file_open"),
            file_release: export!(b"md_rs_file_release"),
            file_area: export!(b"md_rs_file_area"),
            file_ioctl: export!(b"md_rs_file_ioctl"),
        };
        Ok(Self {
            table: driver(),
            exports,
            name: name.to_owned(),
            parameters: arguments.parameters,
            _library: library,
        })
    }

    pub(crate) fn is_split(&self) -> bool {
        self.table.split != 0
    }

    /// What it counted, if it counts.
    pub(crate) fn profile(&self, kernel: &Arc<Kernel>) -> Option<String> {
        let profile = self.table.profile?;
        let mut page = vec![0; 1 << 18];
        context::enter(kernel, Mode::Process, || {
            // SAFETY: the page has that size.
            let length = unsafe { profile(page.as_mut_ptr(), page.len()) };
            assert!(length <= page.len(), "a profile of {length} bytes");
            page.truncate(length);
        });
        Some(String::from_utf8_lossy(&page).into_owned())
    }

    /// Has it count from nothing.
    pub(crate) fn start_profile(&self, kernel: &Arc<Kernel>, name: &str) -> Result<(), Errno> {
        let start = self.table.start_profile.ok_or(Errno::ENODEV)?;
        context::enter(kernel, Mode::Process, || {
            // SAFETY: the name has so many bytes.
            Errno::check(unsafe { start(name.as_ptr(), name.len()) })
        })
    }

    /// A parameter's value for the card that was found as number `card`.
    pub(crate) fn parameter(&self, name: &str, card: usize) -> Option<i32> {
        let parameter = self.parameters.iter().find(|known| known.name == name)?;
        let place = if parameter.per_card { card } else { 0 };
        Some(
            parameter
                .given
                .get(place)
                .copied()
                .unwrap_or(parameter.default),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn specs() -> Vec<ParameterSpec> {
        vec![
            ParameterSpec {
                name: "debug".into(),
                default: -1,
                per_card: false,
            },
            ParameterSpec {
                name: "options".into(),
                default: 9,
                per_card: true,
            },
        ]
    }

    #[test]
    fn numbers_are_those_of_the_kernel() {
        for (text, value) in [
            ("12", 12),
            ("-0x10", -16),
            ("010", 8),
            ("0", 0),
            ("7\n", 7),
            ("+3", 3),
        ] {
            assert_eq!(parse_int(text), Ok(value), "{text:?}");
        }
        for text in ["", "-", "0x", "1x", "09", " 1", "1 "] {
            assert_eq!(parse_int(text), Err(Errno::EINVAL), "{text:?}");
        }
        assert_eq!(parse_int("2147483648"), Err(Errno::ERANGE));
        assert_eq!(parse_int("-2147483648"), Ok(i32::MIN));
        assert_eq!(parse_unsigned("-1"), Err(Errno::EINVAL));
    }

    #[test]
    fn words_are_parsed() {
        let good = Arguments::parse("m", &specs(), &["debug=4", "options=1,2", "colour=red"]);
        let good = good.expect("parses");
        assert_eq!(good.parameters[0].given, [4]);
        assert_eq!(good.parameters[1].given, [1, 2]);
        assert_eq!(good.complaints, ["m: unknown parameter 'colour' ignored"]);
        for bad in [
            "debug",
            "debug=",
            "debug=x",
            "options=1,,2",
            "options=1,2,3,4,5,6,7,8,9",
        ] {
            let refused = Arguments::parse("m", &specs(), &[bad]);
            assert_eq!(refused.expect_err(bad).0, Errno::EINVAL);
        }
    }
}
