//! The receive filter: what passes, what the chip's registers say, and how it is changed.

use host_rig::{Config, Interface, Machine, Part, SlotId, Variant, frame_to, statistic};
use pcnet_model::{Delay, fcs};

/// This station's address, and another one's.
const OWN: [u8; 6] = [0x00, 0x00, 0x1a, 0x00, 0x00, 0x01];
const OTHER: [u8; 6] = [0x00, 0x00, 0x1a, 0x77, 0x77, 0x77];
const BROADCAST: [u8; 6] = [0xff; 6];

fn group(number: u16) -> [u8; 6] {
    let [high, low] = number.to_be_bytes();
    [0x01, 0x00, 0x5e, 0x00, high, low]
}

/// The bit of the hash that stands for an address.
fn hash(address: [u8; 6]) -> u32 {
    // What goes on the wire is the checksum's complement.
    !u32::from_le_bytes(fcs::sequence(&address)) >> 26
}

fn passes(machine: &Machine, card: SlotId, destination: [u8; 6]) -> bool {
    let bytes = frame_to(destination, b"for whom");
    machine.inject(card, &bytes);
    machine.settle();
    let received = machine.interface(card).take_received();
    assert!(received.is_empty() || received == [bytes]);
    !received.is_empty()
}

/// CSR8 to CSR11.
fn hash_registers(machine: &Machine, card: SlotId) -> u64 {
    machine.chip(card, |chip| {
        (0..4).map(|n| u64::from(chip.csr(8 + n)) << (16 * n)).sum()
    })
}

fn promiscuous(machine: &Machine, card: SlotId) -> bool {
    machine.chip(card, |chip| chip.csr(15) & 0x8000 != 0)
}

fn starts(machine: &Machine, card: SlotId) -> u64 {
    machine.chip(card, |chip| chip.counters().initializations)
}

fn up_with(variant: Variant, part: Part) -> (Machine, SlotId, Interface) {
    let mut machine = Machine::new(variant);
    let card = machine.card_with(Config::new(part).with_address(OWN));
    machine.insmod(&[]).unwrap();
    let interface = machine.interface(card);
    interface.up().unwrap();
    machine.settle();
    (machine, card, interface)
}

/// Groups with so many different hashes at most, in the lower half of the 64.
fn some_groups(count: usize) -> Vec<[u8; 6]> {
    (0..)
        .map(group)
        .filter(|address| hash(*address) < 32)
        .take(count)
        .collect()
}

host_rig::both! {
    /// Frames to this station and to all, and to nobody else.
    fn what_is_for_others_does_not_pass(variant) {
        let (machine, card, interface) = Machine::up(variant);
        assert!(passes(&machine, card, OWN) && passes(&machine, card, BROADCAST));
        assert!(!passes(&machine, card, OTHER) && !passes(&machine, card, group(1)));
        assert_eq!(machine.chip(card, |chip| chip.counters().filtered), 2);
        assert_eq!(interface.stats().unwrap().rx_packets, 2);
    }

    fn promiscuous_takes_all(variant) {
        let (machine, card, interface) = Machine::up(variant);
        let before = starts(&machine, card);
        interface.set_promiscuous(true).unwrap();
        machine.settle();
        assert!(promiscuous(&machine, card));
        assert!([OWN, BROADCAST, OTHER, group(1)].iter().all(|to| passes(&machine, card, *to)));
        interface.set_promiscuous(false).unwrap();
        machine.settle();
        assert!(!promiscuous(&machine, card));
        assert!(passes(&machine, card, OWN) && !passes(&machine, card, OTHER));
        assert_eq!(starts(&machine, card), before, "the chip is suspended for it, not restarted");
    }

    fn all_multicast_takes_all_groups(variant) {
        let (machine, card, interface) = Machine::up(variant);
        interface.set_all_multicast(true).unwrap();
        machine.settle();
        assert_eq!(hash_registers(&machine, card), u64::MAX);
        assert!((0..200).all(|n| passes(&machine, card, group(n))));
        assert!(!passes(&machine, card, OTHER));
        interface.set_all_multicast(false).unwrap();
        machine.settle();
        assert_eq!(hash_registers(&machine, card), 0);
        assert!(!passes(&machine, card, group(1)));
    }

    /// Each of the 64 bits of the hash, by a group of its own.
    fn the_hash_lets_its_groups_pass(variant) {
        let (machine, card, interface) = Machine::up(variant);
        for bit in 0..64 {
            let address = (0..).map(group).find(|address| hash(*address) == bit).unwrap();
            interface.set_multicast(&[address]).unwrap();
            machine.settle();
            assert_eq!(hash_registers(&machine, card), 1 << bit);
            assert!(passes(&machine, card, address));
            let other = (0..).map(group).find(|other| hash(*other) == (bit + 1) % 64).unwrap();
            assert!(!passes(&machine, card, other), "bit {bit}");
        }
        assert_eq!(statistic(&interface, "restarts"), 0);
    }

    /// The lists grow to 64 groups; with one more, every group passes.
    fn more_groups_than_bits(variant) {
        let (machine, card, interface) = Machine::up(variant);
        let groups = some_groups(65);
        for count in [1, 2, 10, 63, 64] {
            interface.set_multicast(&groups[..count]).unwrap();
            machine.settle();
            let bits = groups[..count].iter().fold(0, |bits, one| bits | 1 << hash(*one));
            assert_eq!(hash_registers(&machine, card), bits, "{count} groups");
            assert!(groups[..count].iter().all(|one| passes(&machine, card, *one)));
        }
        let stranger = (0..).map(group).find(|one| hash(*one) >= 32).unwrap();
        assert!(!passes(&machine, card, stranger));
        interface.set_multicast(&groups).unwrap();
        machine.settle();
        assert_eq!(hash_registers(&machine, card), u64::MAX);
        assert!(passes(&machine, card, stranger));
        interface.set_multicast(&[]).unwrap();
        machine.settle();
        assert_eq!(hash_registers(&machine, card), 0);
    }

    /// What is chosen while the interface is down holds once it is up, and over everything that starts
    /// the chip again.
    fn the_filter_stays(variant) {
        let (machine, card) = Machine::ready(variant);
        let interface = machine.interface(card);
        interface.set_multicast(&[group(1), group(2)]).unwrap();
        interface.set_promiscuous(true).unwrap();
        let wanted = 1 << hash(group(1)) | 1 << hash(group(2));
        let check = |when: &str| {
            machine.settle();
            assert_eq!(hash_registers(&machine, card), wanted, "{when}");
            assert!(promiscuous(&machine, card), "{when}");
        };
        interface.up().unwrap();
        check("up");
        interface.down().unwrap();
        interface.up().unwrap();
        check("down and up");
        let mut ring = interface.ring().unwrap();
        ring.rx = 64;
        interface.set_ring(ring).unwrap();
        check("after another ring size");
        assert!(!interface.self_test(true).unwrap().failed);
        check("after the self test");
        machine.host().suspend().unwrap();
        machine.host().resume().unwrap();
        check("after a sleep");
        assert!(passes(&machine, card, OTHER));
    }

    /// A chip that never says that it is suspended is started again, which sets the filter too.
    fn a_chip_that_does_not_rest_is_restarted(variant) {
        let (machine, card, interface) = Machine::up(variant);
        machine.chip(card, |chip| chip.faults().suspend = Delay::Never);
        let before = starts(&machine, card);
        interface.set_promiscuous(true).unwrap();
        machine.settle();
        assert!(promiscuous(&machine, card) && passes(&machine, card, OTHER));
        assert_eq!(starts(&machine, card), before + 1);
        assert_eq!(statistic(&interface, "restarts"), 1);
        machine.chip(card, |chip| chip.faults().suspend = Delay::None);
        interface.set_promiscuous(false).unwrap();
        machine.settle();
        assert!(!promiscuous(&machine, card) && !passes(&machine, card, OTHER));
        assert_eq!(starts(&machine, card), before + 1);
        machine.assert_traffic(card);
    }

    /// One that takes its time is waited for: two frames at 10 Mbit/s are 2.5 ms.
    fn a_chip_that_takes_its_time_is_waited_for(variant) {
        let (machine, card, interface) = Machine::up(variant);
        machine.chip(card, |chip| chip.faults().suspend = Delay::Nanoseconds(2_500_000));
        interface.set_all_multicast(true).unwrap();
        machine.settle();
        assert_eq!(hash_registers(&machine, card), u64::MAX);
        assert_eq!(statistic(&interface, "restarts"), 0);
        machine.assert_traffic(card);
    }

    /// The Am79C970 cannot be suspended.
    fn the_am79c970_is_restarted(variant) {
        let (machine, card, interface) = up_with(variant, Part::Am79C970);
        let before = starts(&machine, card);
        interface.set_multicast(&[group(7)]).unwrap();
        machine.settle();
        assert_eq!(hash_registers(&machine, card), 1 << hash(group(7)));
        assert_eq!(starts(&machine, card), before + 1);
        assert!(passes(&machine, card, group(7)) && passes(&machine, card, OWN));
    }

    /// The filter changes while the chip is suspended: it is not initialized anew for that.
    fn a_new_filter_loses_no_frame(variant) {
        let (machine, card, interface) = Machine::up(variant);
        let before = starts(&machine, card);
        interface.set_promiscuous(true).unwrap();
        interface.set_multicast(&[[0x33, 0x33, 0, 0, 0, 1]]).unwrap();
        machine.settle();
        assert_eq!(starts(&machine, card), before);
    }
}
