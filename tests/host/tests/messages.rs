//! What the driver writes to the log, by its message level.

use host_rig::{Machine, SlotId, Variant, frame};
use pcnet_model::Delay;

/// `NETIF_MSG_HW`.
const HARDWARE: u32 = 0x2000;

fn up(variant: Variant, level: u32) -> (Machine, SlotId) {
    let (machine, card, interface) = Machine::up(variant);
    interface.set_message_level(level).unwrap();
    (machine, card)
}

host_rig::both! {
    /// Messages about the hardware come with their level, and not without.
    fn the_level_decides(variant) {
        for level in [0, HARDWARE] {
            let (machine, card) = up(variant, level);
            let interface = machine.interface(card);
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

    /// A stalled chip that does not start again is reported; once it does, `down` and `up` bring it back.
    fn a_restart_that_fails(variant) {
        let (mut machine, card) = up(variant, 0);
        machine.expect_error("timed out");
        machine.expect_error("does not read its initialization block");
        machine.expect_error("restart failed: ");
        let interface = machine.interface(card);
        machine.chip(card, |chip| {
            chip.faults().jammed = true;
            chip.faults().initialization = Delay::Never;
        });
        while !interface.queue_stopped() {
            interface.send(&frame(b"stuck")).unwrap();
            machine.settle();
        }
        machine.advance(12_000);
        assert!(machine.logged("restart failed: "));
        machine.chip(card, |chip| {
            chip.faults().jammed = false;
            chip.faults().initialization = Delay::None;
        });
        interface.down().unwrap();
        interface.up().unwrap();
        machine.settle();
        machine.assert_traffic(card);
    }
}
