//! Control operations: what each costs in crossings, and in time.

use std::time::Instant;

use host_rig::{Errno, Interface, Machine, RingParam, SlotId};
use serde_json::{Value, json};

/// How often each is done.
const TIMES: u32 = 20;

/// What a person types, and does it.
type Operation = (&'static str, fn(&Interface) -> Result<(), Errno>);

const OPERATIONS: &[Operation] = &[
    ("ethtool -i", |card| card.driver().map(drop)),
    ("ethtool eth0", |card| card.link_settings().map(drop)),
    ("ethtool -g", |card| card.ring().map(drop)),
    ("ethtool -G tx 64 rx 128", |card| {
        let ring = RingParam {
            tx: 64,
            rx: 128,
            ..card.ring()?
        };
        card.set_ring(ring)
    }),
    ("ethtool -S", |card| card.ethtool_stats().map(drop)),
    ("ethtool -d", |card| card.registers().map(drop)),
    ("ethtool -t offline", |card| {
        match card.self_test(true)?.failed {
            false => Ok(()),
            true => Err(Errno::EIO),
        }
    }),
    ("ip link set promisc on, off", |card| {
        card.set_promiscuous(true)?;
        card.set_promiscuous(false)
    }),
    ("ip link set down, up", |card| {
        card.down()?;
        card.up()
    }),
];

/// All of them, on a card that is up.
pub(crate) fn all(machine: &Machine, card: SlotId) -> Vec<Value> {
    let crossed = || -> u64 {
        let counts = machine.crossings(card);
        let of = |name| counts.get(name).copied().unwrap_or(0);
        of("upcalls") + of("downcalls")
    };
    let interface = machine.interface(card);
    let one = |&(name, operation): &Operation| {
        machine.settle();
        let (before, start) = (crossed(), Instant::now());
        let mut result = Ok(());
        for _ in 0..TIMES {
            result = result.and(operation(&interface));
        }
        let elapsed = start.elapsed();
        // What it left to a worker belongs to it.
        machine.settle();
        json!({
            "name": name,
            "result": result.map_or_else(|error| error.to_string(), |()| "ok".to_owned()),
            "crossings": (crossed() - before) as f64 / f64::from(TIMES),
            "microseconds": elapsed.as_secs_f64() * 1e6 / f64::from(TIMES),
        })
    };
    let done = OPERATIONS.iter().map(one).collect();
    // The link watchdog has its look, as after any time up.
    machine.advance(2_000);
    done
}
