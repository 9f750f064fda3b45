//! Drivers end to end on the host backend, with no virtual machine.
