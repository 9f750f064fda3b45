//! The emulator as a process: its arguments, its sockets, its end.

use std::fs::File;
use std::os::unix::net::{UnixDatagram, UnixListener, UnixStream};
use std::path::Path;
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use rig::process::{Finished, Task};
use rig::qmp::Control;
use serde_json::json;

use crate::memory;
use crate::qtest::Qtest;

/// The emulator's program.
pub const PROGRAM: &str = "qemu-system-x86_64";

/// It is killed after this time, whatever happens.
const DEADLINE: Duration = Duration::from_secs(1800);

/// The slot of the card, which is also its number on the PCI bus.
pub(crate) const SLOT: u32 = 3;

/// Sockets on which the emulator calls us.
const SOCKETS: [&str; 4] = ["qtest", "monitor", "arrived", "sent"];

/// A running emulator. Dropping it ends it.
#[derive(Debug)]
pub(crate) struct Emulator {
    /// Accesses to the machine.
    pub(crate) qtest: Qtest,
    /// Control of the machine.
    pub(crate) monitor: Control,
    /// Where frames for the card are put, one a datagram.
    pub(crate) wire: UnixDatagram,
    /// Each frame for the card, once the emulator has it: the length in four bytes, big endian, and the frame.
    pub(crate) arrived: UnixStream,
    /// Each frame that the card sent, in the same form.
    pub(crate) sent: UnixStream,
    /// The machine's memory.
    pub(crate) memory: File,
    process: Option<JoinHandle<Result<Finished>>>,
    // After the process in this list, so that it goes last.
    _folder: tempfile::TempDir,
}

impl Emulator {
    /// Starts a machine that stands still, with one card of this address.
    pub(crate) fn start(address: [u8; 6]) -> Result<Self> {
        // The system's folder, as the path of a socket has to be short.
        let folder = tempfile::tempdir().context("create a folder for sockets")?;
        let path = |name: &str| folder.path().join(name);
        std::fs::write(path("firmware"), parked()).context("write the firmware")?;
        let memory = File::options()
            .create_new(true)
            .read(true)
            .write(true)
            .open(path("memory"))
            .context("create the machine's memory")?;
        memory.set_len(u64::from(memory::SIZE))?;
        let listeners = SOCKETS.map(|name| UnixListener::bind(path(name)));
        let task = Task::new(PROGRAM, "run the emulator")
            .args(arguments(folder.path(), address))
            .deadline(DEADLINE);
        let sockets = SOCKETS.map(path);
        let process = std::thread::spawn(move || {
            let ended = task.run();
            // Nobody has to wait any more for an emulator that has not come.
            for socket in sockets {
                drop(UnixStream::connect(socket));
            }
            ended
        });
        let mut streams = Vec::new();
        for listener in listeners {
            let (stream, _) = listener.context("make a socket")?.accept()?;
            streams.push(stream);
        }
        let connect = || -> Result<_> {
            let mut streams = streams.into_iter();
            let mut next = || streams.next().context("a socket is missing");
            let qtest = Qtest::new(next()?, "ioapic")?;
            let monitor = Control::new(next()?)?;
            let (arrived, sent) = (next()?, next()?);
            sent.set_nonblocking(true)?;
            arrived.set_read_timeout(Some(Duration::from_secs(30)))?;
            let wire = UnixDatagram::unbound()?;
            wire.connect(folder.path().join("wire"))?;
            Ok((qtest, monitor, wire, arrived, sent))
        };
        match connect() {
            Ok((qtest, monitor, wire, arrived, sent)) => Ok(Self {
                qtest,
                monitor,
                wire,
                arrived,
                sent,
                memory,
                process: Some(process),
                _folder: folder,
            }),
            // What the process says is more telling than a lost connection.
            Err(error) => Err(join(process).err().unwrap_or(error)),
        }
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        // It may have ended already: that came out as an error of whoever talked to it.
        let _ = self.monitor.execute("quit", &json!({}));
        if let Some(process) = self.process.take() {
            drop(join(process));
        }
    }
}

fn join(process: JoinHandle<Result<Finished>>) -> Result<Finished> {
    process
        .join()
        .unwrap_or_else(|_| bail!("lost track of the emulator"))
        .map_err(|error| anyhow!("{error:#}"))
}

/// 64 KiB that end at the top of the address space, where the processor begins: `cli`, `hlt`, and back to the `hlt`.
fn parked() -> Vec<u8> {
    let mut firmware = vec![0; 0x1_0000];
    firmware[0xfff0..0xfff4].copy_from_slice(&[0xfa, 0xf4, 0xeb, 0xfd]);
    firmware
}

/// All arguments; `@` stands for the folder with the sockets.
const ARGUMENTS: &[&str] = &[
    "-nodefaults -no-user-config -display none -monitor none",
    // Nothing runs before it is told to, and then time goes from one timer to the next at once.
    "-S -accel tcg -icount shift=0,sleep=off -rtc clock=vm",
    "-machine pc,memory-backend=memory,hpet=off -bios @/firmware",
    "-qtest unix:@/qtest -qtest-log /dev/null -qmp unix:@/monitor",
    // Nobody is at the other end of the wire: what is sent is taken off before it gets there.
    "-netdev dgram,id=net,local.type=unix,local.path=@/wire,remote.type=unix,remote.path=@/none",
    "-chardev socket,id=arrived,path=@/arrived -chardev socket,id=sent,path=@/sent",
    "-object filter-mirror,id=on-arrival,netdev=net,queue=tx,outdev=arrived",
    "-object filter-redirector,id=on-sending,netdev=net,queue=rx,outdev=sent",
];

fn arguments(folder: &Path, address: [u8; 6]) -> Vec<String> {
    // A comma within a value is written twice.
    let folder = folder.display().to_string().replace(',', ",,");
    let address = address.map(|byte| format!("{byte:02x}")).join(":");
    let size = memory::SIZE;
    let mut arguments: Vec<String> = ARGUMENTS
        .iter()
        .flat_map(|words| words.split(' '))
        .map(|word| word.replace('@', &folder))
        .collect();
    let memory =
        format!("memory-backend-file,id=memory,share=on,size={size}B,mem-path={folder}/memory");
    let card = format!("pcnet,netdev=net,mac={address},addr={SLOT},romfile=");
    for words in [
        ["-m", &format!("{size}B")],
        ["-object", &memory],
        ["-device", &card],
    ] {
        arguments.extend(words.map(str::to_owned));
    }
    arguments
}
