//! The functions that a kernel half imports, in files named after those of the C glue. Each turns
//! pointers into what they point to and calls the rest of this crate.
//!
//! Safety of all of them rests on the kernel runtime's side of the contract, as in C: a device pointer
//! is what the driver was given, and its device is not removed; a pointer to anything else is what the
//! function of that kind returned, and not given back. What can be checked, is.

mod chardev;
mod module;
mod net;
mod profile;
mod sync;

use std::ffi::c_void;

/// Keeps every function in the program: nothing in it calls them, and a linker drops what nobody calls.
pub(crate) fn keep() {
    let kept: [&[*const c_void]; 5] = [
        module::KEPT,
        chardev::KEPT,
        net::KEPT,
        profile::KEPT,
        sync::KEPT,
    ];
    std::hint::black_box(kept);
}

/// Addresses of functions, in a constant.
macro_rules! kept {
    ($($name:ident)*) => {
        pub(super) const KEPT: &[*const std::ffi::c_void] = &[$($name as *const std::ffi::c_void),*];
    };
}
pub(crate) use kept;
