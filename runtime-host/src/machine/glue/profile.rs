//! What modules that count what they do ask for.

use std::ffi::c_char;

use super::kept;
use crate::machine::context;

kept! {
    md_profile_context md_profile_release
}

#[unsafe(no_mangle)]
extern "C" fn md_profile_context() -> u64 {
    context::number()
}

#[unsafe(no_mangle)]
extern "C" fn md_profile_release() -> *const c_char {
    c"host".as_ptr()
}
