//! A machine with model cards and the driver, for one test.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use nix::sys::signal::Signal;
use pcnet_model::{Chip, Config, Part};
use runtime_host::{Bus, Host, Identity, Interface, Level, Line, LoadError, SlotId};

use crate::card::{ChipCard, Through};
use crate::halves::{Halves, Variant, halves};
use crate::user_half::UserHalf;

/// Where the driver is.
const DRIVER: &str = "drivers/pcnet32";

/// A machine. Cards go in first, then the module; dropping it takes all of it down, and checks.
#[derive(Debug)]
pub struct Machine {
    host: Arc<Host>,
    halves: Halves,
    cards: Vec<SlotId>,
    user_halves: Vec<(SlotId, UserHalf)>,
    wrapper: Vec<String>,
    poll: Option<Duration>,
    loaded: bool,
    expected_errors: Vec<String>,
    expected_faults: Vec<String>,
    expected_violations: Vec<String>,
    faults: Vec<String>,
}

impl Machine {
    /// A machine without cards, with the driver of this variant at hand (built, where it has to be).
    pub fn new(variant: Variant) -> Self {
        Self::with_driver(DRIVER, variant)
    }

    /// The same with another driver: a directory below the workspace's root.
    pub fn with_driver(driver: &str, variant: Variant) -> Self {
        match halves(driver, variant) {
            Ok(halves) => Self::with_halves(halves),
            Err(error) => panic!("{error:#}"),
        }
    }

    /// The same with what was built of a driver.
    pub fn with_halves(halves: Halves) -> Self {
        let thread = std::thread::current();
        let name = thread.name().unwrap_or("machine");
        let host = Host::new(name).expect("a host needs a temporary directory");
        Self {
            host: Arc::new(host),
            halves,
            cards: Vec::new(),
            user_halves: Vec::new(),
            wrapper: Vec::new(),
            poll: poll_by_environment(),
            loaded: false,
            expected_errors: Vec::new(),
            expected_faults: Vec::new(),
            expected_violations: Vec::new(),
            faults: Vec::new(),
        }
    }

    /// A machine with one Am79C970A and the module loaded without parameters.
    pub fn ready(variant: Variant) -> (Self, SlotId) {
        let mut machine = Self::new(variant);
        let card = machine.card(Part::Am79C970A);
        machine.insmod(&[]).expect("the module loads");
        (machine, card)
    }

    /// Two cards on one wire, both up, with a link.
    pub fn pair(variant: Variant) -> (Self, SlotId, SlotId) {
        let mut machine = Self::new(variant);
        let one = machine.card(Part::Am79C970A);
        let other = machine.card(Part::Am79C970A);
        machine.connect(one, other);
        machine.insmod(&[]).expect("the module loads");
        for card in [one, other] {
            machine.interface(card).up().expect("goes up");
        }
        // The link watchdog's first look is a work item.
        machine.settle();
        (machine, one, other)
    }

    /// The variant of its driver.
    pub fn variant(&self) -> Variant {
        self.halves.variant
    }

    /// The machine below: everything that this type does not offer.
    pub fn host(&self) -> &Host {
        &self.host
    }

    /// The same, for a thread of the test.
    pub fn shared_host(&self) -> Arc<Host> {
        self.host.clone()
    }

    /// What was built of the driver.
    pub fn halves(&self) -> &Halves {
        &self.halves
    }

    /// Puts a card with this chip into the next slot. Addresses differ in the last byte: 1 for the first slot.
    pub fn card(&mut self, part: Part) -> SlotId {
        let number = u8::try_from(self.cards.len() + 1).unwrap_or(u8::MAX);
        self.card_with(Config::new(part).with_address([0x00, 0x00, 0x1a, 0x00, 0x00, number]))
    }

    /// The same with a chip configured otherwise.
    pub fn card_with(&mut self, config: Config) -> SlotId {
        self.plug(ChipCard::new(Chip::new(config)))
    }

    /// The same with another identity on the bus.
    pub fn card_as(&mut self, config: Config, identity: Identity) -> SlotId {
        let chip = Chip::new(config);
        self.plug(ChipCard { chip, identity })
    }

    /// The same with a card that is not on PCI, but set to ports from `base` on.
    pub fn card_at(&mut self, base: u16, config: Config) -> SlotId {
        let card = ChipCard::new(Chip::new(config));
        let slot = self.host.plug_at(base, Box::new(card));
        self.cards.push(slot);
        slot
    }

    fn plug(&mut self, card: ChipCard) -> SlotId {
        let slot = self.host.plug(Box::new(card));
        self.cards.push(slot);
        slot
    }

    /// Connects two cards by a wire.
    pub fn connect(&self, one: SlotId, other: SlotId) {
        self.host.connect(one, other);
    }

    /// Sends a frame to a card from outside. Does not wait.
    pub fn inject(&self, card: SlotId, frame: &[u8]) {
        self.host.inject(card, frame);
    }

    /// The frames that an unconnected card sent since the last call.
    pub fn take_transmitted(&self, card: SlotId) -> Vec<Vec<u8>> {
        self.host.take_transmitted(card)
    }

    /// Runs `body` with the chip of a card.
    pub fn chip<R>(&self, card: SlotId, body: impl FnOnce(&mut Chip) -> R) -> R {
        self.chip_and_bus(card, |chip, _| body(chip))
    }

    /// The same with its bus, for what makes the chip act.
    pub fn chip_and_bus<R>(
        &self,
        card: SlotId,
        body: impl FnOnce(&mut Chip, &mut dyn pcnet_model::Bus) -> R,
    ) -> R {
        let with = |card: &mut ChipCard, bus: &mut dyn Bus| body(&mut card.chip, &mut Through(bus));
        match self.host.with_card(card, with) {
            Some(result) => result,
            None => panic!("the card is gone"),
        }
    }

    /// Loads the module with `name=value` words. In the split variant a user half is started for each
    /// card that the driver took. Returns once every interface is registered (or its driver gave up).
    pub fn insmod(&mut self, words: &[&str]) -> Result<(), LoadError> {
        self.load(words)?;
        for card in self.cards.clone() {
            if self.host.device_file(card).is_some() {
                self.start_user_half(card);
            }
        }
        self.settle();
        Ok(())
    }

    /// Loads the module and starts no user half.
    pub fn load(&mut self, words: &[&str]) -> Result<(), LoadError> {
        self.host.insmod(&self.halves.module, words)?;
        self.loaded = true;
        Ok(())
    }

    /// Has user halves started by a program: its words, before the user half's own.
    pub fn wrap_user_halves(&mut self, words: &[&str]) {
        self.wrapper = words.iter().map(|&word| word.to_owned()).collect();
    }

    /// Has user halves poll for so long from now on.
    pub fn poll_user_halves(&mut self, poll: Duration) {
        self.poll = Some(poll);
    }

    /// Starts a user half for a card, and waits until the driver has served its connection, or the process ended.
    pub fn start_user_half(&mut self, card: SlotId) {
        self.reap(card);
        let program = self.halves.user.clone().expect("the driver is split");
        let device = self
            .host
            .device_file(card)
            .expect("the driver has the card");
        let before = self.host.connections(card);
        let ended = Arc::new(AtomicBool::new(false));
        let (host, flag) = (Arc::downgrade(&self.host), ended.clone());
        let profile = self.variant().is_instrumented();
        let profile = profile.then(|| self.user_profile_file(card));
        let started = UserHalf::start(
            &program,
            &device,
            profile.as_deref(),
            &self.wrapper,
            self.poll,
            move || {
                flag.store(true, Ordering::Release);
                if let Some(host) = host.upgrade() {
                    host.look_again(card);
                }
            },
        );
        let user_half = started.expect("the user half starts");
        self.host
            .wait_connection(card, before, || ended.load(Ordering::Acquire));
        self.user_halves.push((card, user_half));
    }

    /// The cards with a user half.
    pub(crate) fn served_cards(&self) -> impl Iterator<Item = SlotId> {
        self.user_halves.iter().map(|(card, _)| *card)
    }

    fn user_half(&self, card: SlotId) -> &UserHalf {
        let found = self.user_halves.iter().rev().find(|(of, _)| *of == card);
        &found.expect("a user half was started for the card").1
    }

    /// The process of a card's user half.
    pub fn user_half_pid(&self, card: SlotId) -> i32 {
        self.user_half(card).pid()
    }

    /// Whether a card's user half runs (or is stopped).
    pub fn user_half_runs(&self, card: SlotId) -> bool {
        !self.user_half(card).has_ended()
    }

    /// Sends a signal to a card's user half; after SIGSTOP, it has stopped when this returns.
    pub fn signal_user_half(&self, card: SlotId, signal: Signal) {
        self.user_half(card).signal(signal);
    }

    /// Kills a card's user half (SIGKILL); see [`Machine::reap`].
    pub fn kill_user_half(&mut self, card: SlotId) {
        self.user_half(card).signal(Signal::SIGKILL);
        self.reap(card);
    }

    /// Waits until a card's user halves have ended, and the kernel has noticed.
    pub fn reap(&mut self, card: SlotId) {
        self.user_halves.retain(|(of, user_half)| {
            if *of == card {
                user_half.wait();
            }
            *of != card
        });
        self.host.wait_device_closed(card);
    }

    /// Writes the deadline for calls to the user half, in real time.
    pub fn set_upcall_timeout(&self, limit: Duration) {
        self.host.set_upcall_timeout(limit);
    }

    /// Takes the driver from all cards, waits for the user halves, unloads the module. Then checks that
    /// everything was given back.
    pub fn rmmod(&mut self) {
        for &card in &self.cards {
            let _ = self.host.unbind(card);
        }
        for (_, user_half) in self.user_halves.drain(..) {
            // One that was stopped is not told otherwise.
            user_half.signal(Signal::SIGCONT);
            user_half.wait();
        }
        self.host.wait_closed();
        self.host.rmmod().expect("nobody uses the module");
        self.loaded = false;
        let leaks = self.host.leaks();
        assert!(
            leaks.is_empty(),
            "not given back after unload:\n{}",
            leaks.join("\n")
        );
    }

    /// What crossed between the halves so far, by name, as the device's `crossings` file says. Empty for
    /// an unsplit driver.
    pub fn crossings(&self, card: SlotId) -> BTreeMap<String, u64> {
        let (text, _) = self.host.crossings(card).unwrap_or_default();
        text.lines()
            .filter_map(|line| {
                let (name, count) = line.split_once(' ')?;
                Some((name.to_owned(), count.parse().ok()?))
            })
            .collect()
    }

    /// The interface of a card.
    pub fn interface(&self, card: SlotId) -> Interface {
        match self.host.interface(card) {
            Some(interface) => interface,
            None => panic!("the card has no interface; the log:\n{}", self.log_text()),
        }
    }

    /// Lets so many milliseconds of virtual time pass: timers, work items and the chips' clocks run, in
    /// order, and have run when this returns.
    pub fn advance(&self, milliseconds: u64) {
        self.host.advance(milliseconds);
    }

    /// Waits until everything that was started has come to its end, at this moment of virtual time.
    pub fn settle(&self) {
        self.host.settle();
    }

    /// The kernel log.
    pub fn log(&self) -> Vec<Line> {
        self.host.log()
    }

    /// The same as text.
    pub fn log_text(&self) -> String {
        let lines = self.log();
        let lines: Vec<String> = lines
            .iter()
            .map(|line| format!("{:?}: {}", line.level, line.text))
            .collect();
        lines.join("\n")
    }

    /// Whether a line of the log has this text.
    pub fn logged(&self, text: &str) -> bool {
        self.log().iter().any(|line| line.text.contains(text))
    }

    /// Lines with this text may be, and have to be, among the log's errors.
    pub fn expect_error(&mut self, text: &str) {
        self.expected_errors.push(text.to_owned());
    }

    /// Errors in the log so far are fine, whatever they say: for tests in which things happen in any order.
    pub fn ignore_errors(&mut self) {
        let errors = self.log().into_iter();
        let errors = errors.filter(|line| line.level == Level::Error);
        self.expected_errors.extend(errors.map(|line| line.text));
    }

    /// Faults with this text may be, and have to be, on record.
    pub fn expect_fault(&mut self, text: &str) {
        self.expected_faults.push(text.to_owned());
    }

    /// Accesses that the data sheet forbids, with this text, may be, and have to be, on the chips' record.
    pub fn expect_violation(&mut self, text: &str) {
        self.expected_violations.push(text.to_owned());
    }

    /// What was done to the chips that their data sheets forbid.
    pub fn violations(&self) -> Vec<String> {
        let of = |card: &SlotId| {
            let list = |card: &mut ChipCard, _: &mut dyn Bus| {
                let violations = card.chip.violations().iter();
                violations.map(ToString::to_string).collect::<Vec<_>>()
            };
            // A card that was pulled out took its record with it.
            self.host.with_card(*card, list).unwrap_or_default()
        };
        self.cards.iter().flat_map(of).collect()
    }

    /// Faults so far: what the driver or a card did wrong.
    pub fn faults(&mut self) -> &[String] {
        self.faults.extend(self.host.take_faults());
        &self.faults
    }

    /// Checks the log and the faults; what dropping does, too.
    pub fn check(&mut self) {
        let errors: Vec<String> = self
            .log()
            .into_iter()
            .filter(|line| line.level == Level::Error)
            .map(|line| line.text)
            .collect();
        compare("an error in the log", &errors, &self.expected_errors);
        self.faults();
        compare("a fault", &self.faults, &self.expected_faults);
        let violations = self.violations();
        compare(
            "an access that the data sheet forbids",
            &violations,
            &self.expected_violations,
        );
    }
}

/// How long user halves poll by the environment, which is for running all tests so.
fn poll_by_environment() -> Option<Duration> {
    let value = std::env::var("HOST_RIG_POLL").ok()?;
    let microseconds = value
        .parse()
        .expect("HOST_RIG_POLL is a number of microseconds");
    Some(Duration::from_micros(microseconds))
}

fn compare(what: &str, seen: &[String], expected: &[String]) {
    for text in seen {
        let known = expected.iter().any(|pattern| text.contains(pattern));
        assert!(known, "{what} that was not expected: {text}");
    }
    for pattern in expected {
        let came = seen.iter().any(|text| text.contains(pattern));
        assert!(came, "{what} that was expected did not come: {pattern}");
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the log of the machine that failed:\n{}", self.log_text());
            // What is left of the processes must not keep the machine's threads.
            for (_, user_half) in &self.user_halves {
                user_half.signal(Signal::SIGKILL);
            }
        }
        if self.loaded {
            self.rmmod();
        }
        if !std::thread::panicking() {
            self.check();
        }
    }
}

/// A broadcast frame with this payload, padded to the shortest length that goes on a wire.
pub fn frame(payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![0xff; 6];
    frame.extend([0x00, 0x00, 0x1a, 0x00, 0x00, 0xfe]);
    // A type that nobody uses.
    frame.extend([0x88, 0xb5]);
    frame.extend(payload);
    if frame.len() < 60 {
        frame.resize(60, 0);
    }
    frame
}
