//! Bringing a driver up and taking it down again: the in-tree one, ours in one piece, or ours in
//! two halves.

use std::ffi::CStr;
use std::fs::File;
use std::path::Path;
use std::process::Child;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use nix::errno::Errno;
use nix::kmod::{DeleteModuleFlags, ModuleInitFlags, delete_module, finit_module};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::boot::Parameters;
use crate::events::Announcements;
use crate::measure::{Counters, Crossings, once};
use crate::tools;
use crate::user_profile::UserProfile;

/// How long a device may take to appear.
const APPEARS: Duration = Duration::from_secs(20);

/// The first of the user ids under which the user halves run, one a card. They mean nothing else
/// in this machine.
const FIRST_USER: u32 = 3001;

const LAUNCHER: &str = "/driver/microdriver-launch";
const USER_HALF: &str = "/driver/user-half";

/// A card and what drives it.
#[derive(Debug)]
pub(crate) struct Card {
    /// Its PCI address, or what its name is where it is not on PCI.
    pub(crate) address: String,
    /// The name of its network interface.
    pub(crate) interface: String,
    /// The counters of its crossings.
    pub(crate) crossings: Crossings,
    /// Whom its user half runs as, in a split driver.
    user: u32,
    /// The program that is its user half.
    program: String,
    /// For how many microseconds that polls, if it does.
    poll: Option<String>,
    /// Where it writes what it counted, if it is asked to.
    profile: Option<UserProfile>,
    /// What supervises the user half, in a split driver.
    launcher: Option<Child>,
}

/// A loaded driver.
#[derive(Debug)]
pub(crate) struct Driver {
    /// The cards, by name.
    pub(crate) cards: Vec<Card>,
    /// Instructions that loading the modules took, waits included.
    pub(crate) load: u64,
    modules: Vec<String>,
}

/// Is the driver of this machine a split one?
pub(crate) fn is_split(parameters: &Parameters) -> Result<bool> {
    Ok(parameters.required("variant")? == "split")
}

impl Driver {
    /// Loads the modules that the command line names, starts the user halves, and waits for the
    /// network interfaces.
    pub(crate) fn load(parameters: &Parameters) -> Result<Self> {
        Self::load_with(parameters, c"")
    }

    /// The same, with module parameters for the driver, which is the last of the modules.
    pub(crate) fn load_with(parameters: &Parameters, words: &CStr) -> Result<Self> {
        Self::load_for(parameters, words, "pci", ethernet_cards()?)
    }

    /// The same, for cards with these names on this bus, as sysfs has them.
    pub(crate) fn load_for(
        parameters: &Parameters,
        words: &CStr,
        bus: &str,
        cards: Vec<String>,
    ) -> Result<Self> {
        let files: Vec<&str> = parameters.required("modules")?.split(',').collect();
        let split = is_split(parameters)?;
        let devices = Announcements::of_devices()?;
        let mut driver = Self {
            cards: Vec::new(),
            load: 0,
            modules: Vec::new(),
        };
        for (index, file) in files.iter().enumerate() {
            let words = if index + 1 == files.len() { words } else { c"" };
            let open = File::open(file).with_context(|| format!("open {file}"))?;
            let (loaded, spent) = once(|| finit_module(&open, words, ModuleInitFlags::empty()));
            if let Err(error) = loaded {
                // Those that were loaded before it go again, so that the next try finds none.
                driver.unload()?;
                return Err(error).with_context(|| format!("load {file}"));
            }
            driver.load += spent;
            driver.modules.push(module_name(file));
        }
        for (user, address) in (FIRST_USER..).zip(cards) {
            let mut card = Card {
                crossings: Crossings::of(&address),
                interface: String::new(),
                user,
                program: parameters.get("user_half").unwrap_or(USER_HALF).to_owned(),
                poll: parameters.get("poll").map(str::to_owned),
                profile: match parameters.get("user_profiles") {
                    Some(_) => Some(UserProfile::new(user)?),
                    None => None,
                },
                launcher: None,
                address,
            };
            if split {
                let node = card.node();
                devices.wait(&format!("node {node}"), APPEARS, || {
                    Ok(Path::new(&node).exists().then_some(()))
                })?;
                card.start_launcher()?;
            }
            // One after the other, so that the first card is eth0.
            let folder = format!("/sys/bus/{bus}/devices/{}/net", card.address);
            let what = format!("network interface of {}", card.address);
            card.interface = devices.wait(&what, APPEARS, || first_entry(&folder))?;
            driver.cards.push(card);
        }
        Ok(driver)
    }

    /// The crossings of each card since its driver was loaded.
    pub(crate) fn crossings(&self) -> Vec<Counters> {
        self.cards
            .iter()
            .map(|card| card.crossings.read())
            .collect()
    }

    /// Ends the user halves and unloads the modules.
    pub(crate) fn unload(mut self) -> Result<()> {
        for card in &mut self.cards {
            card.end_launcher()?;
        }
        for module in self.modules.iter().rev() {
            let name = std::ffi::CString::new(module.as_str())?;
            delete_module(&name, DeleteModuleFlags::O_NONBLOCK)
                .with_context(|| format!("unload {module}"))?;
        }
        Ok(())
    }
}

/// Loads modules that stay.
pub(crate) fn load_modules(files: &str, words: &CStr) -> Result<()> {
    let files: Vec<&str> = files.split(',').collect();
    for (index, file) in files.iter().enumerate() {
        let words = if index + 1 == files.len() { words } else { c"" };
        let open = File::open(file).with_context(|| format!("open {file}"))?;
        match finit_module(&open, words, ModuleInitFlags::empty()) {
            Ok(()) | Err(Errno::EEXIST) => {}
            Err(error) => return Err(error).with_context(|| format!("load {file}")),
        }
    }
    Ok(())
}

/// Loads modules that need no card, and unloads them again.
pub(crate) fn load_and_unload(files: &str) -> Result<()> {
    for file in files.split(',').filter(|file| !file.is_empty()) {
        let open = File::open(file).with_context(|| format!("open {file}"))?;
        finit_module(&open, c"", ModuleInitFlags::empty())
            .with_context(|| format!("load {file}"))?;
        let name = std::ffi::CString::new(module_name(file))?;
        delete_module(&name, DeleteModuleFlags::O_NONBLOCK)
            .with_context(|| format!("unload {file}"))?;
    }
    Ok(())
}

fn pid_of(child: &Child) -> Result<Pid> {
    Ok(Pid::from_raw(i32::try_from(child.id())?))
}

impl Card {
    /// The device file of its user half, in a split driver.
    pub(crate) fn node(&self) -> String {
        format!("/dev/microdriver/{}", self.address)
    }

    /// Starts what supervises the user half.
    pub(crate) fn start_launcher(&mut self) -> Result<()> {
        let mut launcher = tools::command(LAUNCHER);
        if let Some(poll) = &self.poll {
            launcher.args(["--poll", poll]);
        }
        if let Some(profile) = &self.profile {
            launcher.arg("--profile").arg(profile.file());
        }
        let launcher = launcher
            .args(["--user", &self.user.to_string()])
            .args(["--device", &self.node(), &self.program])
            .spawn()
            .context("start the launcher")?;
        self.launcher = Some(launcher);
        Ok(())
    }

    /// What the user half writes on a signal, if it counts: SIGUSR2 has it count from nothing.
    pub(crate) fn user_profile(&self, signal: Signal) -> Result<Option<String>> {
        let (Some(profile), Some(launcher)) = (&self.profile, &self.launcher) else {
            return Ok(None);
        };
        profile.ask(pid_of(launcher)?, signal).map(Some)
    }

    /// Ends the user half and what supervises it, if they are there.
    pub(crate) fn end_launcher(&mut self) -> Result<()> {
        if let Some(mut launcher) = self.launcher.take() {
            kill(pid_of(&launcher)?, Signal::SIGTERM).context("end a launcher")?;
            launcher.wait().context("wait for a launcher")?;
        }
        Ok(())
    }

    /// Waits until what supervises the user half ends by itself; gives its exit status.
    pub(crate) fn wait_for_launcher(&mut self, deadline: Duration) -> Result<Option<i32>> {
        let launcher = self.launcher.as_mut().context("no launcher runs")?;
        let started = Instant::now();
        loop {
            if let Some(status) = launcher.try_wait()? {
                self.launcher = None;
                return Ok(status.code());
            }
            ensure!(
                started.elapsed() < deadline,
                "the launcher of {} still runs",
                self.address
            );
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// The process that is the user half now.
    pub(crate) fn user_half(&self) -> Result<Pid> {
        let Some(launcher) = &self.launcher else {
            bail!("a driver in one piece has no user half");
        };
        let parent = pid_of(launcher)?;
        for entry in std::fs::read_dir("/proc")? {
            let name = entry?.file_name();
            let Some(pid) = name.to_str().and_then(|name| name.parse().ok()) else {
                continue;
            };
            let pid = Pid::from_raw(pid);
            // A process may end while we look at it.
            let Ok(exe) = std::fs::read_link(format!("/proc/{pid}/exe")) else {
                continue;
            };
            if exe == Path::new(&self.program) && descends_from(pid, parent) {
                return Ok(pid);
            }
        }
        bail!("no process runs {} for {}", self.program, self.address);
    }

    /// Stops the user half, and waits until all of its threads have noticed.
    pub(crate) fn stop_user_half(&self) -> Result<()> {
        let pid = self.user_half()?;
        kill(pid, Signal::SIGSTOP).context("stop the user half")?;
        let started = Instant::now();
        for thread in std::fs::read_dir(format!("/proc/{pid}/task"))? {
            let stat = thread?.path().join("stat");
            // The state follows the name, which is in parentheses.
            while !std::fs::read_to_string(&stat)?.contains(") T ") {
                ensure!(started.elapsed() < APPEARS, "the user half does not stop");
                std::thread::yield_now();
            }
        }
        Ok(())
    }

    /// Sends a signal to the user half.
    pub(crate) fn signal_user_half(&self, signal: Signal) -> Result<()> {
        let pid = self.user_half()?;
        kill(pid, signal).with_context(|| format!("send {signal} to the user half"))
    }
}

fn descends_from(pid: Pid, ancestor: Pid) -> bool {
    let mut pid = pid;
    while pid.as_raw() > 1 {
        if pid == ancestor {
            return true;
        }
        match status_field(pid, "PPid").and_then(|text| text.parse().ok()) {
            Some(parent) => pid = Pid::from_raw(parent),
            None => return false,
        }
    }
    false
}

/// A field of `/proc/<pid>/status`.
pub(crate) fn status_field(pid: Pid, field: &str) -> Option<String> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    status.lines().find_map(|line| {
        let value = line.strip_prefix(field)?.strip_prefix(':')?;
        Some(value.trim().to_owned())
    })
}

/// The PCI addresses of the network cards.
pub(crate) fn ethernet_cards() -> Result<Vec<String>> {
    const ETHERNET: &str = "0x020000";
    let mut addresses = Vec::new();
    for entry in std::fs::read_dir("/sys/bus/pci/devices")? {
        let entry = entry?;
        let class = std::fs::read_to_string(entry.path().join("class"))?;
        if class.trim() == ETHERNET {
            addresses.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    addresses.sort();
    Ok(addresses)
}

fn first_entry(folder: &str) -> Result<Option<String>> {
    match std::fs::read_dir(folder) {
        Ok(mut entries) => match entries.next() {
            Some(entry) => Ok(Some(entry?.file_name().to_string_lossy().into_owned())),
            None => Ok(None),
        },
        Err(error) if error.raw_os_error() == Some(Errno::ENOENT as i32) => Ok(None),
        Err(error) => Err(error).with_context(|| format!("read {folder}")),
    }
}

/// The name under which the kernel knows the module in a file.
fn module_name(file: &str) -> String {
    let stem = Path::new(file).file_stem().unwrap_or_default();
    stem.to_string_lossy().replace('-', "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dashes_are_not_in_names() {
        assert_eq!(module_name("/modules/a-b.ko"), "a_b");
    }

    #[test]
    fn own_status_is_read() {
        let pid = Pid::this();
        assert_eq!(status_field(pid, "Pid"), Some(pid.to_string()));
        assert!(descends_from(pid, Pid::parent()));
    }
}
