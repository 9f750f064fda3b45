//! Which devices are the driver's, by their numbers on the bus.

use host_rig::{Config, Machine, Part, frame};
use runtime_host::Identity;

const AMD: Identity = Identity {
    vendor: 0x1022,
    device: 0x2000,
    class: 0x02_0000,
    subsystem_vendor: 0,
    subsystem_device: 0,
};

host_rig::both! {
    /// The Am79C978 has a number of its own, for HomePNA; others of AMD's are other devices.
    fn the_numbers_of_amd(variant) {
        for (device, driven) in [(0x2000, true), (0x2001, true), (0x2002, false), (0x2040, false)] {
            let mut machine = Machine::new(variant);
            let card = machine.card_as(Config::new(Part::Am79C978), Identity { device, ..AMD });
            machine.insmod(&[]).expect("the module loads");
            assert_eq!(machine.host().interface(card).is_some(), driven, "{device:#06x}");
            if driven {
                let interface = machine.interface(card);
                interface.up().expect("goes up");
                machine.settle();
                interface.send(&frame(b"out")).expect("is taken");
                machine.settle();
                assert_eq!(machine.take_transmitted(card).len(), 1, "{device:#06x}");
            }
        }
    }
}
