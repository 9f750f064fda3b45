//! Error numbers, as the kernel returns them.

use core::fmt;

/// The driver API's result.
pub type Result<T, E = Error> = core::result::Result<T, E>;

/// A negative error number of the kernel (`-4095..=-1`), for example `-EIO`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Error(i32);

macro_rules! errors {
    ($($name:ident = $number:literal, $text:literal;)*) => {
        impl Error {
            $(#[doc = concat!("`", stringify!($name), "`: ", $text, ".")]
            pub const $name: Error = Error(-$number);)*

            /// The symbolic name, where this list has one.
            pub fn name(self) -> Option<&'static str> {
                match -self.0 { $($number => Some(stringify!($name)),)* _ => None }
            }
        }
    };
}
errors! {
    EPERM = 1, "operation not permitted";
    ENOENT = 2, "no such thing";
    EINTR = 4, "interrupted by a signal";
    EIO = 5, "input or output failed, or the user half ended during the operation";
    EAGAIN = 11, "try again";
    ENOMEM = 12, "out of memory";
    EBUSY = 16, "device or resource busy";
    ENODEV = 19, "no such device";
    EINVAL = 22, "invalid argument";
    ENOSPC = 28, "no space left";
    ERANGE = 34, "out of range";
    ENOSYS = 38, "not implemented";
    EBADMSG = 74, "malformed message";
    EOVERFLOW = 75, "value too large";
    EOPNOTSUPP = 95, "operation not supported";
    ENETDOWN = 100, "network is down";
    ESHUTDOWN = 108, "the other half has gone";
    ETIMEDOUT = 110, "deadline missed";
    EHOSTDOWN = 112, "no user half is connected";
}

impl Error {
    /// From a negative error number; `None` for anything outside `-4095..=-1`.
    pub const fn from_number(number: i32) -> Option<Self> {
        if number < 0 && number >= -4095 {
            Some(Self(number))
        } else {
            None
        }
    }

    /// The negative number.
    pub const fn number(self) -> i32 {
        self.0
    }

    /// `Ok` for zero and above, else the error; a number below -4095 becomes `EIO`.
    pub const fn check(result: i32) -> Result<i32> {
        if result >= 0 {
            Ok(result)
        } else {
            match Self::from_number(result) {
                Some(error) => Err(error),
                None => Err(Self::EIO),
            }
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "errno {}", -self.0),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}
