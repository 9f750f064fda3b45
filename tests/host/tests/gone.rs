//! Cards that go while they are used: every operation ends, says little, and leaves nothing behind.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use host_rig::{Errno, Machine, OPERATIONS, Part, SlotId, Variant, frame};

/// Of an operation on a card that is gone: virtual time.
const LONG: Duration = Duration::from_millis(1_200);

/// What operations on an interface whose card or driver goes may say.
const POSSIBLE: [Errno; 6] = [
    Errno::ENODEV,
    Errno::EOPNOTSUPP,
    Errno::ETIMEDOUT,
    Errno::ESHUTDOWN,
    Errno::EHOSTDOWN,
    Errno::EIO,
];

/// Runs every operation on two cards, and traffic, on threads of their own, while `event` happens to the
/// first card; returns once each operation was done after it.
fn meanwhile(machine: &Machine, card: SlotId, event: impl FnOnce(&Machine)) {
    let interface = machine.interface(card);
    let (stop, rounds) = (AtomicBool::new(false), AtomicBool::new(false));
    std::thread::scope(|scope| {
        let operations = scope.spawn(|| {
            loop {
                let last = stop.load(Ordering::Acquire);
                for (name, operation) in OPERATIONS {
                    if let Err(errno) = operation(&interface) {
                        assert!(POSSIBLE.contains(&errno), "{name}: {errno}");
                    }
                }
                rounds.store(true, Ordering::Release);
                if last {
                    break;
                }
            }
        });
        let traffic = scope.spawn(|| {
            while !stop.load(Ordering::Acquire) {
                let _ = interface.send(&frame(b"out"));
                machine.inject(card, &frame(b"in"));
                interface.take_received();
                std::thread::yield_now();
            }
        });
        while !rounds.load(Ordering::Acquire) {
            std::thread::yield_now();
        }
        event(machine);
        stop.store(true, Ordering::Release);
        operations.join().expect("operations end");
        traffic.join().expect("traffic ends");
    });
    machine.settle();
}

/// Two cards that are up; errors in the log are expected.
fn two(variant: Variant) -> (Machine, SlotId, SlotId) {
    let mut machine = Machine::new(variant);
    let cards = [Part::Am79C970A, Part::Am79C970A].map(|part| machine.card(part));
    machine.insmod(&[]).expect("the module loads");
    for card in cards {
        machine.interface(card).up().expect("goes up");
    }
    machine.settle();
    (machine, cards[0], cards[1])
}

host_rig::both! {
    /// Each operation by itself, with the interface up and with it down: in bounded time, with an error
    /// where it needed the card, and a log that does not flood.
    fn each_operation_on_a_card_that_is_gone(variant) {
        let needs_the_card = BTreeMap::from([
            ("restart negotiation", Errno::EOPNOTSUPP),
            ("MII", Errno::EOPNOTSUPP),
            ("set ring sizes", Errno::ENODEV),
        ]);
        for up in [true, false] {
            let (mut machine, card, interface) = Machine::up(variant);
            machine.expect_error("the card does not answer");
            machine.chip(card, |chip| chip.faults().gone = true);
            machine.advance(4_100);
            if up {
                assert!(!interface.carrier());
            } else {
                interface.down().unwrap();
            }
            for (name, operation) in OPERATIONS {
                let before = machine.log().len();
                let since = machine.host().uptime();
                let outcome = operation(&interface);
                machine.settle();
                let took = machine.host().uptime() - since;
                assert!(took <= LONG, "{name} took {took:?}");
                let mut expected = needs_the_card.get(name).copied().map_or(Ok(()), Err);
                if !up && *name == "set ring sizes" {
                    // They are for the next time it goes up.
                    expected = Ok(());
                }
                assert_eq!(outcome, expected, "{name}, up: {up}");
                let lines = machine.log().len() - before;
                assert!(lines <= 5, "{name}: {lines} lines");
            }
            assert!(up || interface.self_test(true).unwrap().failed);
            let before = machine.log().len();
            machine.advance(600_000);
            assert!(machine.log().len() <= before + 5, "{}", machine.log_text());
            interface.down().unwrap();
            assert_eq!(interface.up(), Err(Errno::ENODEV));
            machine.rmmod();
        }
    }

    /// The handler of a card that is gone takes no interrupt for its own, however many come.
    fn no_interrupt_is_ours(variant) {
        let (mut machine, card, interface) = Machine::up(variant);
        machine.expect_error("the card does not answer");
        machine.chip(card, |chip| chip.faults().gone = true);
        for _ in 0..200 {
            assert_eq!(machine.host().interrupt_by_another(card), Some(false));
        }
        for _ in 0..100 {
            let _ = interface.send(&frame(b"into the void"));
        }
        machine.advance(30_000);
        assert!(machine.take_transmitted(card).is_empty());
        assert_eq!(interface.stats().unwrap().tx_packets, 0);
        interface.down().unwrap();
    }

    /// Reads are all ones from one moment to the next, in the middle of whatever is done.
    fn vanishes_during_operations(variant) {
        for _ in 0..3 {
            let (mut machine, card, other) = two(variant);
            meanwhile(&machine, card, |machine| machine.host().vanish(card));
            machine.advance(10_000);
            assert!(!machine.interface(card).carrier());
            machine.assert_traffic(other);
            machine.interface(card).down().unwrap();
            assert_eq!(machine.interface(card).up(), Err(Errno::ENODEV));
            // Each of several may have found it gone; none has to.
            machine.ignore_errors();
            machine.rmmod();
        }
    }

    /// The card is pulled out, and the bus takes the driver from it.
    fn pulled_out_during_operations(variant) {
        for _ in 0..3 {
            let (mut machine, card, other) = two(variant);
            meanwhile(&machine, card, |machine| machine.host().pull_out(card));
            assert!(machine.host().interface(card).is_none());
            machine.assert_traffic(other);
            machine.ignore_errors();
            machine.rmmod();
        }
    }

    /// The driver is taken from a card that is there (`unbind` in sysfs).
    fn unbound_during_operations(variant) {
        for _ in 0..3 {
            let (mut machine, card, other) = two(variant);
            meanwhile(&machine, card, |machine| machine.host().unbind(card).expect("is bound"));
            assert!(machine.host().interface(card).is_none());
            assert_eq!(machine.chip(card, |chip| chip.csr(0) & 4), 4, "the chip is stopped");
            machine.assert_traffic(other);
            machine.ignore_errors();
            machine.rmmod();
        }
    }

    /// Pulled out while it ran: one line, no carrier, no loop, and everything can be taken down.
    fn a_card_that_is_gone(variant) {
        let (mut machine, card, interface) = Machine::up(variant);
        machine.expect_error("the card does not answer");
        machine.host().vanish(card);
        for _ in 0..4 {
            let _ = interface.send(&frame(b"into the void"));
        }
        machine.advance(60_000);
        assert!(!interface.carrier() && !interface.link().unwrap());
        let lines = machine.log();
        let told = lines.iter().filter(|line| line.text.contains("does not answer")).count();
        assert_eq!(told, 1, "{}", machine.log_text());
        interface.registers().unwrap();
        assert!(interface.self_test(true).unwrap().failed);
        let mut ring = interface.ring().unwrap();
        ring.tx = 64;
        assert_eq!(interface.set_ring(ring), Err(Errno::ENODEV));
        interface.set_promiscuous(true).unwrap();
        machine.settle();
        interface.down().unwrap();
        assert_eq!(interface.up(), Err(Errno::ENODEV));
        assert_eq!(interface.stats().unwrap().rx_missed_errors, 0);
    }

    fn a_card_that_was_gone_for_a_while(variant) {
        let (mut machine, card, interface) = Machine::up(variant);
        machine.expect_error("the card does not answer");
        machine.chip(card, |chip| chip.faults().gone = true);
        machine.advance(5_000);
        assert!(!interface.carrier());
        interface.down().unwrap();
        machine.chip(card, |chip| chip.faults().gone = false);
        interface.up().unwrap();
        machine.settle();
        assert!(interface.carrier());
        machine.assert_traffic(card);
    }
}
