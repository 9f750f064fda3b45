//! Want of memory: each request of loading and going up fails once. Every time there is a clean error,
//! nothing is left behind, and the next attempt works.

use host_rig::{Errno, Machine, Part};

host_rig::both! {
    /// Each request while the module is loaded: the card is left alone, with a line in the log.
    fn each_request_of_loading(variant) {
        let mut machine = Machine::new(variant);
        let card = machine.card(Part::Am79C970A);
        for request in 0.. {
            assert!(request < 100, "there is no end");
            machine.host().fail_requests(request, 1);
            machine.host().mark(&format!("request {request}"));
            machine.insmod(&[]).unwrap();
            let failed = machine.host().failed_requests() != 0;
            machine.host().fail_requests(0, 0);
            let taken = machine.host().interface(card).is_some();
            machine.settle();
            // A user half that could not connect says so itself.
            let ended = machine.host().device_file(card).is_some() && !machine.user_half_runs(card);
            // Checks that nothing is left.
            machine.rmmod();
            assert_eq!(taken, !failed, "request {request}");
            if !failed {
                break;
            }
            let log = machine.log_text();
            let (_, after) = log.rsplit_once("request").unwrap();
            assert!(ended || after.contains("Error"), "request {request} failed silently");
        }
        machine.ignore_errors();
        machine.insmod(&[]).unwrap();
        machine.interface(card).up().unwrap();
        machine.assert_traffic(card);
    }

    /// Each request while the interface goes up.
    fn each_request_of_going_up(variant) {
        let (machine, card) = Machine::ready(variant);
        let interface = machine.interface(card);
        let before = machine.host().leaks();
        let mut refused = 0;
        loop {
            machine.host().fail_requests(refused, 1);
            let outcome = interface.up();
            let failed = machine.host().failed_requests() != 0;
            machine.host().fail_requests(0, 0);
            machine.settle();
            if !failed {
                outcome.unwrap();
                break;
            }
            assert_eq!(outcome, Err(Errno::ENOMEM), "request {refused}");
            assert!(!interface.is_up());
            assert_eq!(machine.host().leaks(), before);
            assert_eq!(machine.chip(card, |chip| chip.csr(0) & 4), 4, "the chip is stopped");
            refused += 1;
        }
        // Two rings with their lists of packets, a buffer and its mapping for each of 32 descriptors, the
        // interrupt.
        assert_eq!(refused, 4 + 2 * 32 + 1);
        machine.assert_traffic(card);
    }

    /// The self test needs memory of its own; without it, it has failed, and the interface goes on.
    fn each_request_of_the_self_test(variant) {
        let (machine, card, interface) = Machine::up(variant);
        // From here on the kernel half remembers how many outcomes there are, and needs no memory for that.
        interface.self_test(true).unwrap();
        for request in 0.. {
            assert!(request < 100, "there is no end");
            machine.host().fail_requests(request, 1);
            let result = interface.self_test(true).unwrap();
            let failed = machine.host().failed_requests() != 0;
            machine.host().fail_requests(0, 0);
            assert_eq!(result.failed, failed, "request {request}");
            machine.assert_traffic(card);
            if !failed {
                // Rings, buffers with mappings, packets with mappings.
                assert_eq!(request, 4 + 2 * 4 + 2 * 4);
                break;
            }
        }
    }
}
