//! Register programs that are run ahead of calls: what they cost, and that what was read is what holds.

use host_rig::{Config, Interface, Machine, OPERATIONS, Part, SlotId, Variant};
use pcnet_model::PhyConfig;

/// Crossings while `action` runs.
fn crossings(machine: &Machine, card: SlotId, action: impl FnOnce()) -> u64 {
    let count = || {
        let counters = machine.crossings(card);
        counters["upcalls"] + counters["downcalls"]
    };
    let before = count();
    action();
    count() - before
}

/// A card with these PHYs, its interface up.
fn up(part: Part, phys: Vec<PhyConfig>) -> (Machine, SlotId, Interface) {
    let mut machine = Machine::new(Variant::Split);
    let card = machine.card_with(Config::new(part).with_phys(phys));
    machine.insmod(&[]).expect("the module loads");
    let interface = machine.interface(card);
    interface.up().expect("goes up");
    machine.settle();
    (machine, card, interface)
}

/// Once it is known what each one reads. The kernel's core makes several calls for some.
#[test]
fn each_operation_crosses_once() {
    for (part, phys) in [
        (Part::Am79C970A, vec![]),
        (Part::Am79C972, vec![PhyConfig::new(5)]),
    ] {
        let (machine, card, interface) = up(part, phys);
        for (name, operation) in OPERATIONS {
            let calls = match *name {
                // Asks first what is set, and has a look at the link, which may find the settings in use.
                "set link settings" => 5,
                // For each blink, and the link is watched meanwhile.
                "identify" => 9,
                _ => 1,
            };
            let run = || match operation(&interface) {
                Ok(()) | Err(host_rig::Errno::EOPNOTSUPP) => machine.settle(),
                Err(error) => panic!("{name}: {error}"),
            };
            run();
            let again = crossings(&machine, card, run);
            assert!(again <= calls, "{name} of {part:?}: {again} crossings");
        }
    }
}

#[test]
fn what_is_read_ahead_is_what_holds() {
    let (machine, card, interface) = up(Part::Am79C972, vec![PhyConfig::new(5)]);
    assert!(interface.link().unwrap());
    for plugged in [false, true, false] {
        machine.chip(card, |chip| {
            chip.phy_mut(5).expect("there is one").set_link(plugged);
        });
        let asked = crossings(&machine, card, || {
            assert_eq!(interface.link(), Ok(plugged));
        });
        assert_eq!(asked, 1);
    }
}

/// The program is another one when another PHY is used: what was read ahead is no answer to it.
#[test]
fn another_program_is_asked_for() {
    let phys = [2, 9].map(PhyConfig::new).to_vec();
    let (machine, card, interface) = up(Part::Am79C972, phys);
    let look = || {
        let mut up = false;
        let asked = crossings(&machine, card, || up = interface.link().unwrap());
        (up, asked)
    };
    assert_eq!(look(), (true, 2));
    assert_eq!(look(), (true, 1));
    machine.chip(card, |chip| {
        chip.phy_mut(2).expect("there is one").set_link(false);
    });
    machine.advance(2_100);
    assert!(machine.logged("using PHY 9 instead of 2"));
    assert_eq!(look(), (true, 2));
    assert_eq!(look(), (true, 1));
}

/// What an incarnation wanted is over with it.
#[test]
fn the_next_one_is_asked_anew() {
    let (mut machine, card, interface) = up(Part::Am79C970A, vec![]);
    interface.registers().unwrap();
    let count = |machine: &Machine| machine.crossings(card)["ahead"];
    let before = count(&machine);
    interface.registers().unwrap();
    assert_eq!(count(&machine), before + 1);
    machine.kill_user_half(card);
    machine.start_user_half(card);
    let before = count(&machine);
    interface.registers().unwrap();
    assert_eq!(count(&machine), before);
    interface.registers().unwrap();
    assert_eq!(count(&machine), before + 1);
}

/// The watchdog looks without the user half, as long as there is nothing new to see.
#[test]
fn a_look_that_finds_nothing_new_does_not_cross() {
    for (part, phys) in [
        (Part::Am79C970A, vec![]),
        (Part::Am79C972, vec![PhyConfig::new(5)]),
    ] {
        let (machine, card, interface) = up(part, phys);
        machine.advance(2_100);
        let looks = crossings(&machine, card, || machine.advance(60_000));
        assert_eq!(looks, 0, "{part:?}");
        assert!(interface.carrier());
    }
}
