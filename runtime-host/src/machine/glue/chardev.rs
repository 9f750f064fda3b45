//! The process behind an open device file.

use std::ffi::{c_int, c_void};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::kept;
use crate::machine::context;
use crate::machine::resources::Kind;

kept! { md_task_get md_task_number md_task_kill md_task_put }

/// A reference to a process.
#[derive(Debug)]
pub(crate) struct TaskRef {
    process: i32,
}

#[unsafe(no_mangle)]
extern "C" fn md_task_get() -> *mut c_void {
    let task = TaskRef {
        process: context::process(),
    };
    let raw = Box::into_raw(Box::new(task));
    context::kernel().resources.take(Kind::Task, raw.addr(), 0);
    raw.cast()
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_task_number(task: *mut c_void) -> c_int {
    // SAFETY: the contract.
    unsafe { (*task.cast::<TaskRef>()).process }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_task_kill(task: *mut c_void) {
    // SAFETY: the contract.
    let process = unsafe { (*task.cast::<TaskRef>()).process };
    // It may have ended by itself: then there is nothing to do. 0 would be this process's group.
    if process > 1 {
        let _ = kill(Pid::from_raw(process), Signal::SIGKILL);
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn md_task_put(task: *mut c_void) {
    if context::kernel()
        .resources
        .give_back(Kind::Task, task.addr())
        .is_none()
    {
        context::bug("a task given up that is not held");
    }
    // SAFETY: the contract: from `md_task_get`, given back once.
    drop(unsafe { Box::from_raw(task.cast::<TaskRef>()) });
}
