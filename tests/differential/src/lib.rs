//! The chip model against QEMU's device, access by access.
