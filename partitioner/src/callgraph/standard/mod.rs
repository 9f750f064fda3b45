//! What is known of the standard library: which types it has, what their methods return, and which
//! methods of the crate its functions may call back.

mod callbacks;
mod returns;

use std::rc::Rc;

use super::reason::Reason;
use super::ty::Ty;
pub(super) use callbacks::callbacks;
pub(super) use returns::returns;

/// Types whose methods are the standard library's alone, local traits aside.
const KNOWN: &[&str] = &[
    "Option",
    "Result",
    "Vec",
    "String",
    "Cell",
    "RefCell",
    "Range",
    "RangeInclusive",
    "RangeFrom",
    "RangeTo",
    "RangeFull",
    "Duration",
    "Instant",
    "Ordering",
    "PhantomData",
    "NonNull",
    "Wrapping",
    "MaybeUninit",
    "UnsafeCell",
    "Layout",
    "Formatter",
    "Arguments",
    "Ipv4Addr",
    "Ipv6Addr",
    "IpAddr",
    "AtomicBool",
    "AtomicU8",
    "AtomicU16",
    "AtomicU32",
    "AtomicU64",
    "AtomicUsize",
    "AtomicI32",
    "AtomicI64",
    "AtomicPtr",
    "HashMap",
    "HashSet",
    "BTreeMap",
    "BTreeSet",
    "Iter",
    "TypeId",
    "fn",
    "[]",
    "()",
    "*",
    "{closure}",
    "NonZeroU8",
    "NonZeroU16",
    "NonZeroU32",
    "NonZeroU64",
    "NonZeroUsize",
    "NonZero",
    "Infallible",
    "Utf8Error",
    "FromUtf8Error",
    "Error",
    "CStr",
    "Hasher",
];

/// Types that stand for what is in them.
const POINTERS: &[&str] = &[
    "Box",
    "Rc",
    "Arc",
    "Pin",
    "ManuallyDrop",
    "Ref",
    "RefMut",
    "MutexGuard",
    "RwLockReadGuard",
    "RwLockWriteGuard",
    "Cow",
    "AssertUnwindSafe",
    "LazyLock",
    "Lazy",
];

/// Whether all methods of a type of elsewhere are known to be the standard library's.
pub(super) fn knows(name: &str) -> bool {
    KNOWN.contains(&name)
}

/// What a pointer of the standard library points to.
pub(super) fn pointee(ty: &Ty) -> Option<Ty> {
    match ty {
        Ty::Foreign(name, arguments) if POINTERS.contains(&&**name) => arguments
            .last()
            .filter(|_| &**name == "Cow")
            .or(arguments.first())
            .cloned(),
        Ty::Foreign(name, arguments) if &**name == "Vec" => Some(Ty::Slice(Rc::new(
            arguments.first().cloned().unwrap_or(Reason::Inferred.ty()),
        ))),
        Ty::Foreign(name, _) if &**name == "String" => Some(Ty::foreign("str", [])),
        _ => None,
    }
}

/// The types of a closure's parameters that a method calls.
pub(super) fn parameters(ty: &Ty, method: &str) -> Vec<Ty> {
    match ty {
        Ty::Foreign(name, _) => match (&**name, method) {
            ("Result", "map_err" | "or_else" | "unwrap_or_else" | "inspect_err") => {
                vec![ty.argument(1)]
            }
            ("Iter", "fold" | "try_fold") => vec![Reason::Inferred.ty(), ty.argument(0)],
            ("Option" | "Result" | "Iter", _) => vec![ty.argument(0), ty.argument(0)],
            _ => Vec::new(),
        },
        Ty::Slice(element) => vec![(**element).clone(), (**element).clone()],
        _ => Vec::new(),
    }
}
