//! What many tests say.

use pcnet_model::Part;
use runtime_host::{Errno, Interface, MiiOperation, RingParam, SlotId, StringSet};

use crate::halves::Variant;
use crate::machine::{Machine, frame};

impl Machine {
    /// A machine with one Am79C970A whose interface is up, and has a carrier.
    pub fn up(variant: Variant) -> (Self, SlotId, Interface) {
        Self::up_with(variant, &[])
    }

    /// The same with module parameters, as `name=value`.
    pub fn up_with(variant: Variant, words: &[&str]) -> (Self, SlotId, Interface) {
        let mut machine = Self::new(variant);
        let card = machine.card(Part::Am79C970A);
        machine.insmod(words).expect("the module loads");
        let interface = machine.interface(card);
        interface.up().expect("goes up");
        machine.settle();
        assert!(interface.carrier(), "the twisted pair is connected");
        (machine, card, interface)
    }

    /// Asserts that an interface that is up with a dead chip comes back with `down` and `up`.
    #[track_caller]
    pub fn assert_revival(&self, card: SlotId) {
        let interface = self.interface(card);
        assert!(interface.is_up() && !interface.carrier());
        interface.down().expect("goes down");
        interface.up().expect("goes up");
        self.settle();
        assert!(interface.carrier());
        self.assert_traffic(card);
    }

    /// Asserts that one frame goes out and another one comes in, unchanged, on an unconnected card.
    #[track_caller]
    pub fn assert_traffic(&self, card: SlotId) {
        let interface = self.interface(card);
        self.settle();
        interface.take_received();
        self.take_transmitted(card);
        let (out, into) = (frame(b"out, for sure"), frame(b"and in"));
        interface.send(&out).expect("is up");
        self.inject(card, &into);
        self.settle();
        let (sent, received) = (self.take_transmitted(card), interface.take_received());
        assert!(
            sent == [out] && received == [into],
            "one frame each way: {} went out, {} came in",
            sent.len(),
            received.len()
        );
    }
}

/// A broadcast frame of so many bytes (14 at least, 60 on a wire), without its checksum.
pub fn frame_of(length: usize) -> Vec<u8> {
    let mut frame = frame(&[]);
    frame.truncate(14);
    let payload = (frame.len()..length).map(|at| at.wrapping_mul(31) as u8);
    frame.extend(payload);
    frame
}

/// A frame to this station.
pub fn frame_to(station: [u8; 6], payload: &[u8]) -> Vec<u8> {
    let mut frame = frame(payload);
    if let Some(destination) = frame.first_chunk_mut() {
        *destination = station;
    }
    frame
}

/// One of the numbers of `ethtool -S`.
#[track_caller]
pub fn statistic(interface: &Interface, name: &str) -> u64 {
    let all = interface.ethtool_stats().expect("there are some");
    let found = all.into_iter().find(|(known, _)| known == name);
    match found {
        Some((_, value)) => value,
        None => panic!("no statistic {name}"),
    }
}

/// Something that a user does with an interface, by name.
pub type Operation = (&'static str, fn(&Interface) -> Result<(), Errno>);

/// Each control operation once, but for up and down. The result is only whether it worked.
pub const OPERATIONS: &[Operation] = &[
    ("driver", |interface| interface.driver().map(drop)),
    ("message level", |interface| {
        interface.message_level().map(drop)
    }),
    ("set message level", |interface| {
        interface.set_message_level(7)
    }),
    ("restart negotiation", Interface::restart_autonegotiation),
    ("link", |interface| interface.link().map(drop)),
    ("ring sizes", |interface| interface.ring().map(drop)),
    ("set ring sizes", |interface| {
        interface.set_ring(RingParam {
            tx: 16,
            rx: 32,
            ..RingParam::default()
        })
    }),
    ("test names", |interface| {
        interface.strings(StringSet::Test).map(drop)
    }),
    ("statistics", |interface| {
        interface.ethtool_stats().map(drop)
    }),
    ("self test", |interface| interface.self_test(true).map(drop)),
    ("online test", |interface| {
        interface.self_test(false).map(drop)
    }),
    ("identify", |interface| interface.identify(1)),
    ("registers", |interface| interface.registers().map(drop)),
    ("link settings", |interface| {
        interface.link_settings().map(drop)
    }),
    ("set link settings", |interface| {
        let settings = interface.link_settings()?;
        interface.set_link_settings(settings)
    }),
    ("counters", |interface| interface.stats().map(drop)),
    ("MII", |interface| {
        interface.mii(MiiOperation::Address, 0, 0, 0).map(drop)
    }),
    ("MTU", |interface| interface.set_mtu(1500)),
    ("promiscuous", |interface| interface.set_promiscuous(true)),
    ("not promiscuous", |interface| {
        interface.set_promiscuous(false)
    }),
    ("all multicast", |interface| {
        interface.set_all_multicast(true)
    }),
    ("not all multicast", |interface| {
        interface.set_all_multicast(false)
    }),
    ("groups", |interface| {
        interface.set_multicast(&[[1, 0, 0x5e, 0, 0, 1]])
    }),
];
