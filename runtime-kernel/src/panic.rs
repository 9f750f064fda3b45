//! A panic in the kernel is a dead machine; what little can be said is said before.

#[cfg(target_os = "none")]
#[panic_handler]
fn panic(info: &core::panic::PanicInfo<'_>) -> ! {
    let file = info.location().map_or("", |location| location.file());
    // SAFETY: a valid slice; the glue does not return.
    unsafe { crate::ffi::md_panic(file.as_ptr(), file.len()) }
}
