//! Device files: a socket in a private directory for each device, and for each user half that connects
//! the threads that make its system calls. See `runtime_wire::host`.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::num::NonZeroUsize;
use std::os::fd::{AsFd as _, AsRawFd as _, OwnedFd, RawFd};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::ptr::NonNull;
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;

use nix::sys::memfd::{MFdFlags, memfd_create};
use nix::sys::mman::{MapFlags, ProtFlags, mmap, munmap};
use nix::sys::socket::{ControlMessage, MsgFlags, getsockopt, sendmsg, sockopt::PeerCredentials};
use runtime_wire::host::{DESCRIPTORS, Request};
use runtime_wire::protocol::{AREA_SIZE, SLOTS};

use crate::machine::context::Caller;
use crate::machine::device::{Device, FileHandle, release_file};
use crate::machine::kernel::Kernel;
use crate::machine::module::Module;
use crate::parts::shim::{lock, wait};
use crate::parts::wait::Signal;

/// Memory that this process and a user half map.
#[derive(Debug)]
struct Area {
    file: OwnedFd,
    memory: NonNull<u8>,
}

// SAFETY: it is memory; the driver says who uses it when.
unsafe impl Send for Area {}

/// All device files of a host.
#[derive(Debug)]
pub(crate) struct Files {
    directory: PathBuf,
    areas: Mutex<BTreeMap<usize, Area>>,
    /// Open files.
    open: Mutex<usize>,
    closed: Condvar,
}

impl Files {
    pub(crate) fn new() -> std::io::Result<Self> {
        let template = std::env::temp_dir().join("microdriver-XXXXXX");
        let directory = nix::unistd::mkdtemp(&template)?;
        Ok(Self {
            directory,
            areas: Mutex::default(),
            open: Mutex::new(0),
            closed: Condvar::new(),
        })
    }

    pub(crate) fn new_area(&self) -> Option<*mut u8> {
        let file = memfd_create("slots", MFdFlags::MFD_CLOEXEC).ok()?;
        nix::unistd::ftruncate(&file, AREA_SIZE as i64).ok()?;
        let access = ProtFlags::PROT_READ | ProtFlags::PROT_WRITE;
        let length = NonZeroUsize::new(AREA_SIZE)?;
        // SAFETY: a fresh mapping at an address of the system's choice.
        let memory = unsafe { mmap(None, length, access, MapFlags::MAP_SHARED, &file, 0) }.ok()?;
        let memory = memory.cast::<u8>();
        let address = memory.as_ptr().addr();
        lock(&self.areas).insert(address, Area { file, memory });
        Some(memory.as_ptr())
    }

    /// `false` for what is no area.
    pub(crate) fn free_area(&self, area: *mut u8) -> bool {
        let Some(area) = lock(&self.areas).remove(&area.addr()) else {
            return false;
        };
        // SAFETY: mapped by `new_area`; the driver is done with it.
        let _ = unsafe { munmap(area.memory.cast(), AREA_SIZE) };
        true
    }

    fn area_file(&self, address: usize) -> Option<OwnedFd> {
        let areas = lock(&self.areas);
        areas.get(&address)?.file.try_clone().ok()
    }

    /// How many files are open: the module cannot be unloaded meanwhile.
    pub(crate) fn open_count(&self) -> usize {
        *lock(&self.open)
    }

    /// Waits until no file is open.
    pub(crate) fn wait_closed(&self) {
        let mut open = lock(&self.open);
        while *open > 0 {
            open = wait(&self.closed, open);
        }
    }

    fn count(&self, change: isize) {
        let mut open = lock(&self.open);
        *open = open.saturating_add_signed(change);
        self.closed.notify_all();
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

/// The device file of one device, until closed.
#[derive(Debug)]
pub(crate) struct DeviceFile {
    path: PathBuf,
    /// Whether it may be opened; held while it is.
    registered: Arc<Mutex<bool>>,
    listener: JoinHandle<()>,
}

impl DeviceFile {
    pub(crate) fn open(device: &Arc<Device>) -> std::io::Result<Self> {
        let path = device.kernel.files.directory.join(device.name());
        let _ = std::fs::remove_file(&path);
        let socket = UnixListener::bind(&path)?;
        let registered = Arc::new(Mutex::new(true));
        let (own, may_open) = (device.clone(), registered.clone());
        let listener = device.kernel.spawn("device file", move || {
            while let Ok((stream, _)) = socket.accept() {
                let registered = lock(&may_open);
                if !*registered {
                    return;
                }
                // Where it fails, the program finds its connection closed.
                let _ = OpenFile::start(&own, stream);
            }
        });
        Ok(Self {
            path,
            registered,
            listener,
        })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Nobody can open it any more; what is open stays open.
    pub(crate) fn close(self) {
        *lock(&self.registered) = false;
        // Wakes the thread.
        let _ = UnixStream::connect(&self.path);
        let _ = self.listener.join();
        let _ = std::fs::remove_file(&self.path);
    }
}

/// What the threads of an open file share. They outlive the device.
struct OpenFile {
    kernel: Arc<Kernel>,
    module: Arc<Module>,
    device: Arc<Device>,
    handle: FileHandle,
    caller: Caller,
}

impl OpenFile {
    /// Opens the file for who connected, and starts its threads.
    fn start(device: &Arc<Device>, stream: UnixStream) -> nix::Result<()> {
        let credentials = getsockopt(&stream, PeerCredentials)?;
        let signal = Arc::new(Signal::default());
        let caller = Caller {
            signal: Some(signal),
            process: credentials.pid(),
        };
        let handle = device
            .open_file(&caller)
            .map_err(|errno| nix::Error::from_raw(errno.0))?;
        let kernel = device.kernel.clone();
        kernel.files.count(1);
        device.net.count_files(1);
        let file = Arc::new(Self {
            kernel: kernel.clone(),
            module: device.module.clone(),
            device: device.clone(),
            handle,
            caller,
        });
        let slots = match file.greet(&stream) {
            Ok(slots) => slots,
            Err(error) => {
                file.release();
                return Err(error);
            }
        };
        let own = file.clone();
        kernel.spawn("file", move || {
            own.serve_all(stream, slots);
        });
        Ok(())
    }

    /// Sends the area and the slots' sockets; returns our ends of those.
    fn greet(&self, stream: &UnixStream) -> nix::Result<Vec<UnixStream>> {
        let area = self.device.file_area(self.handle);
        let area = self
            .kernel
            .files
            .area_file(area)
            .ok_or(nix::Error::ENOMEM)?;
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..SLOTS {
            let (one, other) = UnixStream::pair().map_err(|error| match error.raw_os_error() {
                Some(number) => nix::Error::from_raw(number),
                None => nix::Error::EIO,
            })?;
            ours.push(one);
            theirs.push(other);
        }
        let mut descriptors: Vec<RawFd> = vec![area.as_raw_fd()];
        descriptors.extend(theirs.iter().map(|socket| socket.as_fd().as_raw_fd()));
        assert_eq!(descriptors.len(), DESCRIPTORS);
        let control = [ControlMessage::ScmRights(&descriptors)];
        let greeting = [std::io::IoSlice::new(&[0])];
        sendmsg::<()>(
            stream.as_raw_fd(),
            &greeting,
            &control,
            MsgFlags::MSG_NOSIGNAL,
            None,
        )?;
        Ok(ours)
    }

    /// Serves the first socket, while a thread for each slot serves that; to the end of the process.
    fn serve_all(self: &Arc<Self>, stream: UnixStream, slots: Vec<UnixStream>) {
        let threads: Vec<_> = slots
            .into_iter()
            .map(|socket| {
                let own = self.clone();
                self.kernel
                    .spawn("system calls", move || own.serve(&socket))
            })
            .collect();
        self.serve(&stream);
        // The process is gone, as far as this file goes: its system calls end.
        if let Some(signal) = &self.caller.signal {
            signal.raise();
        }
        for thread in threads {
            let _ = thread.join();
        }
        self.release();
    }

    fn release(&self) {
        release_file(&self.kernel, &self.module, &self.caller, self.handle);
        self.device.net.count_files(-1);
        self.kernel.files.count(-1);
    }

    /// Serves one socket until its other end is closed.
    fn serve(&self, mut socket: &UnixStream) {
        let mut request = [0; Request::SIZE];
        while socket.read_exact(&mut request).is_ok() {
            let Request { command, argument } = Request::from_bytes(request);
            let answer = self
                .device
                .ioctl(self.handle, &self.caller, command, argument);
            if socket.write_all(&answer.to_ne_bytes()).is_err() {
                return;
            }
        }
    }
}
