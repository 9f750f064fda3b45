//! Recordings of instrumented drivers: of the kernel half and of the process of each user half.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use nix::sys::signal::Signal;
use partitioner::profile::{Activity, Profile};
use partitioner::source::Sources;
use runtime_host::SlotId;

use crate::Machine;

impl Machine {
    /// Has all halves count from nothing, under this name.
    pub fn start_recording(&self, name: &str) {
        self.host().start_profile(name).expect("it counts");
        for card in self.served_cards() {
            let text = self.user_profile(card, Signal::SIGUSR2);
            assert!(read(&text).functions.is_empty(), "{text}");
        }
    }

    /// What all halves counted: the kernel half, and the user half of each card.
    pub fn recorded(&self) -> Vec<Profile> {
        let kernel = self.host().profile().expect("it counts");
        let users = self.served_cards();
        let users = users.map(|card| read(&self.user_profile(card, Signal::SIGUSR1)));
        std::iter::once(read(&kernel)).chain(users).collect()
    }

    /// What a user half writes on a signal.
    pub fn user_profile(&self, card: SlotId, signal: Signal) -> String {
        let file = self.user_profile_file(card);
        let _ = std::fs::remove_file(&file);
        self.signal_user_half(card, signal);
        loop {
            // It comes in one step.
            if let Ok(text) = std::fs::read_to_string(&file) {
                return text;
            }
            assert!(self.user_half_runs(card), "the user half ended");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// Where a user half writes its profile.
    pub(crate) fn user_profile_file(&self, card: SlotId) -> PathBuf {
        let device = self.host().device_file(card);
        let mut path = device.expect("the driver has the card").into_os_string();
        path.push(".profile");
        path.into()
    }
}

/// The functions of a profile, without what depends on the time of the day.
pub fn counts(profile: &Profile) -> BTreeMap<String, Activity> {
    let mut functions = profile.functions.clone();
    for activity in functions.values_mut() {
        activity.cost = 0;
        activity.callee_costs.clear();
    }
    functions
}

/// As the partitioner reads it.
fn read(text: &str) -> Profile {
    Profile::parse("recorded.json", text, &mut Sources::default())
        .unwrap_or_else(|refusal| panic!("{:?}: {text}", refusal.0))
}
