//! What the driver writes to the log, by its message level.

use host_rig::Machine;

/// `NETIF_MSG_HW`.
const HARDWARE: u32 = 0x2000;

host_rig::both! {
    /// Messages about the hardware come with their level, and not without.
    fn the_level_decides(variant) {
        for level in [0, HARDWARE] {
            let (machine, card, interface) = Machine::up(variant);
            interface.set_message_level(level).unwrap();
            interface.set_promiscuous(true).unwrap();
            machine.settle();
            assert!(!interface.self_test(true).unwrap().failed);
            machine.chip(card, |chip| chip.faults().jammed = true);
            assert!(interface.self_test(true).unwrap().failed);
            machine.chip(card, |chip| chip.faults().jammed = false);
            for text in ["promiscuous mode", "loopback test passed", "loopback test failed"] {
                assert_eq!(machine.logged(text), level != 0, "{text} at {level:#x}");
            }
        }
    }
}
