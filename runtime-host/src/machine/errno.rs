//! Error numbers.

/// A positive error number of Linux.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Errno(pub i32);

macro_rules! numbers {
    ($($name:ident = $number:literal,)*) => {
        impl Errno {
            $(#[doc = concat!("`", stringify!($name), "`")] pub const $name: Self = Self($number);)*

            /// Its name, as `EINVAL`.
            pub fn name(self) -> Option<&'static str> {
                match self.0 {
                    $($number => Some(stringify!($name)),)*
                    _ => None,
                }
            }
        }
    };
}
numbers! {
    EPERM = 1, EINTR = 4, EIO = 5, EAGAIN = 11, ENOMEM = 12, EBUSY = 16, EEXIST = 17, ENODEV = 19, EINVAL = 22,
    ENOSPC = 28, ERANGE = 34, ENOSYS = 38, EPROTO = 71, EOVERFLOW = 75, EOPNOTSUPP = 95, EADDRNOTAVAIL = 99,
    ENETDOWN = 100, ENOBUFS = 105, ESHUTDOWN = 108, ETIMEDOUT = 110, EHOSTDOWN = 112,
}

impl Errno {
    /// What a function of the kernel returns: negative for an error.
    pub(crate) fn check(result: i32) -> Result<(), Self> {
        Self::value(result).map(drop)
    }

    pub(crate) fn value(result: i32) -> Result<u32, Self> {
        u32::try_from(result).map_err(|_| Self(-result))
    }
}

impl std::fmt::Debug for Errno {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

impl std::fmt::Display for Errno {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "error {}", self.0),
        }
    }
}

impl std::error::Error for Errno {}
