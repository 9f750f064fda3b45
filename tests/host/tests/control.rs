//! What users set and ask for: rings, filter, ports, LEDs, levels, addresses, sleep.

use host_rig::{Errno, LinkSettings, Machine, Part, RingParam, SlotId, frame};
use pcnet_model::{Register, RegisterWrite};

fn csr(machine: &Machine, card: SlotId, index: usize) -> u16 {
    machine.chip(card, |chip| chip.csr(index))
}

/// CSR8 to CSR11.
fn hash(machine: &Machine, card: SlotId) -> [u16; 4] {
    [8, 9, 10, 11].map(|index| csr(machine, card, index))
}

host_rig::both! {
    fn who_drives_it(variant) {
        let (_machine, _, interface) = Machine::up(variant);
        let driver = interface.driver().unwrap();
        assert_eq!((driver.driver.as_str(), driver.bus_info.as_str()), ("pcnet32", "0000:00:03.0"));
        assert_eq!((driver.version.as_str(), driver.firmware.as_str()), ("", ""));
    }

    fn the_message_level_is_kept(variant) {
        let (machine, _, interface) = Machine::up(variant);
        interface.set_message_level(0x2030).unwrap();
        assert_eq!(interface.message_level().unwrap(), 0x2030);
        interface.down().unwrap();
        assert!(machine.logged("going down, status"));
        interface.up().unwrap();
        assert!(machine.logged("up: 16 transmit, 32 receive descriptors"));
        assert_eq!(interface.message_level().unwrap(), 0x2030);
    }

    /// Rounded up to what the chip can do; what it cannot is refused as the in-tree driver does.
    fn ring_sizes(variant) {
        let (machine, card, interface) = Machine::up(variant);
        let shown = interface.ring().unwrap();
        assert_eq!((shown.rx_max, shown.tx_max, shown.rx, shown.tx), (512, 512, 32, 16));
        for ((rx, tx), becomes) in [
            ((128, 64), (128, 64)),
            ((100, 50), (128, 64)),
            ((1, 1), (4, 4)),
            ((0, 0), (4, 4)),
            ((512, 512), (512, 512)),
            ((32, 16), (32, 16)),
        ] {
            interface.set_ring(RingParam { rx, tx, ..shown }).unwrap();
            let now = interface.ring().unwrap();
            assert_eq!((now.rx, now.tx), becomes, "{rx}, {tx}");
            // The lengths that the chip read are negative.
            let lengths = (csr(&machine, card, 76), csr(&machine, card, 78));
            let negative = |count: u32| (count as u16).wrapping_neg();
            assert_eq!(lengths, (negative(becomes.0), negative(becomes.1)));
            interface.send(&frame(b"on new rings")).unwrap();
            machine.settle();
            assert_eq!(machine.take_transmitted(card).len(), 1);
        }
        for wrong in [
            RingParam { rx: 1024, ..shown },
            RingParam { tx: 513, ..shown },
            RingParam { rx_mini: 4, ..shown },
            RingParam { rx_jumbo: 4, ..shown },
        ] {
            assert_eq!(interface.set_ring(wrong), Err(Errno::EINVAL), "{wrong:?}");
        }
        assert_eq!(interface.ring().unwrap(), shown);
        // While down, for the next `up`.
        interface.down().unwrap();
        interface.set_ring(RingParam { rx: 8, tx: 8, ..shown }).unwrap();
        interface.up().unwrap();
        assert_eq!(csr(&machine, card, 76), 8u16.wrapping_neg());
    }

    /// Nothing is lost that had arrived, and nothing stands still afterwards.
    fn rings_change_size_under_traffic(variant) {
        let (machine, a, b) = Machine::pair(variant);
        let (one, other) = (machine.interface(a), machine.interface(b));
        let shown = one.ring().unwrap();
        for round in 0..20u32 {
            for n in 0..8 {
                let _ = one.send(&frame(&[n; 200]));
                let _ = other.send(&frame(&[n; 200]));
            }
            let (rx, tx) = (4 << (round % 8), 4 << (round % 5));
            one.set_ring(RingParam { rx, tx, ..shown }).unwrap();
        }
        machine.settle();
        one.take_received();
        other.take_received();
        one.send(&frame(b"still")).unwrap();
        other.send(&frame(b"here")).unwrap();
        machine.settle();
        assert_eq!(one.take_received(), [frame(b"here")]);
        assert_eq!(other.take_received(), [frame(b"still")]);
    }

    fn the_filter_is_a_hash(variant) {
        let (machine, card, interface) = Machine::up(variant);
        let to = |address: [u8; 6]| {
            let mut sent = frame(b"to a group");
            sent[..6].copy_from_slice(&address);
            machine.inject(card, &sent);
            machine.settle();
            interface.take_received() == [sent]
        };
        let (nodes, systems, other) =
            ([0x33, 0x33, 0, 0, 0, 1], [1, 0, 0x5e, 0, 0, 1], [1, 0, 0x5e, 1, 2, 3]);
        assert!(!to(nodes) && !to(systems));
        interface.set_multicast(&[nodes, systems]).unwrap();
        machine.settle();
        assert_eq!(hash(&machine, card), [0, 0x0080, 0, 0x0040]);
        assert!(to(nodes) && to(systems) && !to(other));
        interface.set_all_multicast(true).unwrap();
        machine.settle();
        assert_eq!(hash(&machine, card), [0xffff; 4]);
        assert!(to(other) && !to([2, 0, 0, 0, 0, 0x77]));
        interface.set_all_multicast(false).unwrap();
        interface.set_promiscuous(true).unwrap();
        machine.settle();
        assert!(to([2, 0, 0, 0, 0, 0x77]));
        interface.set_promiscuous(false).unwrap();
        // More than are listed: every one.
        let many: Vec<[u8; 6]> = (0..65).map(|n| [0x33, 0x33, 0, 0, 1, n]).collect();
        interface.set_multicast(&many).unwrap();
        machine.settle();
        assert_eq!(hash(&machine, card), [0xffff; 4]);
        interface.set_multicast(&[]).unwrap();
        machine.settle();
        assert_eq!(hash(&machine, card), [0; 4]);
        machine.chip(card, |chip| assert_eq!(chip.violations(), []));
    }

    /// The filter changes while the chip is suspended: it is not initialized anew for that.
    fn a_new_filter_loses_no_frame(variant) {
        let (machine, card, interface) = Machine::up(variant);
        let initialized = || machine.chip(card, |chip| chip.counters().initializations);
        let before = initialized();
        interface.set_promiscuous(true).unwrap();
        interface.set_multicast(&[[0x33, 0x33, 0, 0, 0, 1]]).unwrap();
        machine.settle();
        assert_eq!(initialized(), before);
    }

    /// Those that cannot be suspended are.
    fn a_new_filter_restarts_an_am79c970(variant) {
        let mut machine = Machine::new(variant);
        let card = machine.card(Part::Am79C970);
        machine.insmod(&[]).unwrap();
        let interface = machine.interface(card);
        interface.up().unwrap();
        machine.settle();
        interface.set_multicast(&[[0x33, 0x33, 0, 0, 0, 1]]).unwrap();
        machine.settle();
        assert_eq!(hash(&machine, card), [0, 0x0080, 0, 0]);
        machine.chip(card, |chip| assert_eq!(chip.violations(), []));
    }

    /// AUI, 10BASE-T or whatever has a link; half or full duplex. Kept over down and up.
    fn the_ports_of_the_am79c970a(variant) {
        let (machine, card, interface) = Machine::up(variant);
        let shown = interface.link_settings().unwrap();
        assert_eq!((shown.speed, shown.duplex, shown.port, shown.autoneg), (10, 0, 0, 0));
        assert_eq!((shown.supported, shown.advertising), (0x180, 0));
        let registers = || machine.chip(card, |chip| {
            (chip.csr(15) & 0x0180, chip.bcr(2) & 2, chip.bcr(9) & 3)
        });
        assert_eq!(registers(), (0x0080, 0, 0));
        let set = |change: LinkSettings| {
            interface.set_link_settings(change).unwrap();
            machine.settle();
            interface.down().unwrap();
            interface.up().unwrap();
            machine.settle();
        };
        set(LinkSettings { port: 1, duplex: 1, ..shown });
        assert_eq!(registers(), (0x0000, 0, 3));
        let now = interface.link_settings().unwrap();
        assert_eq!((now.port, now.duplex), (1, 1));
        set(LinkSettings { port: 0, duplex: 1, ..shown });
        assert_eq!(registers(), (0x0080, 0, 3));
        set(LinkSettings { autoneg: 1, ..shown });
        assert_eq!(registers().1, 2);
        let now = interface.link_settings().unwrap();
        assert_eq!((now.port, now.autoneg), (0, 1));
        machine.chip(card, |chip| chip.set_link(false));
        assert_eq!(interface.link_settings().unwrap().port, 1);
        machine.chip(card, |chip| chip.set_link(true));
        set(shown);
        assert_eq!(registers(), (0x0080, 0, 0));
        machine.chip(card, |chip| assert_eq!(chip.violations(), []));
    }

    /// Twice a second, and then as they were.
    fn the_leds_identify_the_card(variant) {
        let (machine, card, interface) = Machine::up(variant);
        machine.chip(card, |chip| chip.keep_writes(1000));
        let leds = || machine.chip(card, |chip| [4, 5, 6, 7].map(|index| chip.bcr(index)));
        let before = leds();
        let start = machine.host().uptime();
        interface.identify(2).unwrap();
        assert_eq!((machine.host().uptime() - start).as_millis(), 2000);
        assert_eq!(leds(), before);
        let toggles: Vec<(u64, bool)> = machine.chip(card, |chip| {
            let led = |write: &&RegisterWrite| write.register == Register::Bcr(4);
            chip.writes().filter(led).map(|write| (write.at, write.value & 0x4000 != 0)).collect()
        });
        // On and off four times, and back.
        assert_eq!(toggles.len(), 9);
        let states: Vec<bool> = toggles.iter().map(|(_, on)| *on).collect();
        let inverted = before[0] & 0x4000 == 0;
        assert!(states.chunks_exact(2).all(|pair| pair == [inverted, !inverted]), "{states:?}");
        assert!(toggles.windows(2).take(7).all(|pair| pair[1].0 - pair[0].0 == 250_000_000));
    }

    fn addresses(variant) {
        let (machine, card, interface) = Machine::up(variant);
        let mine = [0x02, 0, 0, 0xaa, 0xbb, 0xcc];
        assert_eq!(interface.set_address(mine), Err(Errno::EBUSY));
        interface.down().unwrap();
        for wrong in [[0; 6], [0xff; 6], [1, 0, 0x5e, 0, 0, 1]] {
            assert_eq!(interface.set_address(wrong), Err(Errno::EADDRNOTAVAIL), "{wrong:?}");
        }
        interface.set_address(mine).unwrap();
        interface.up().unwrap();
        machine.settle();
        assert_eq!([12, 13, 14].map(|n| csr(&machine, card, n)), [0x0002, 0xaa00, 0xccbb]);
    }

    fn mtus(variant) {
        let (machine, card, interface) = Machine::up(variant);
        for wrong in [67, 1501] {
            assert_eq!(interface.set_mtu(wrong), Err(Errno::EINVAL), "{wrong}");
        }
        for mtu in [68, 1500] {
            interface.set_mtu(mtu).unwrap();
            assert_eq!(interface.mtu(), mtu);
        }
        // A VLAN tag comes on top.
        let tagged = frame(&[3; 1504]);
        interface.send(&tagged).unwrap();
        machine.settle();
        assert!(machine.take_transmitted(card) == [tagged]);
    }

    fn the_dump_has_its_layout(variant) {
        let (machine, card, interface) = Machine::up(variant);
        let (version, bytes) = interface.registers().unwrap();
        let word = |at: usize| u16::from_le_bytes([bytes[2 * at], bytes[2 * at + 1]]);
        assert_eq!((version, bytes.len()), (0, 272));
        // The PROM, CSRs from 8, CSR112 at 98, BCRs from 100, BCR31 at 131.
        assert_eq!(bytes[..6], interface.address());
        assert_eq!([word(8 + 88), word(8 + 89)], [0x1003, 0x0262]);
        machine.chip(card, |chip| {
            for index in [3, 4, 8, 9, 10, 11, 12, 13, 14, 15, 58, 80] {
                assert_eq!(word(8 + index), chip.csr(index), "CSR{index}");
            }
            assert_eq!([word(98), word(99)], [chip.csr(112), chip.csr(114)]);
            for index in (0..30).filter(|index| *index != 19) {
                assert_eq!(word(100 + index), chip.bcr(index), "BCR{index}");
            }
            assert_eq!(word(130), 0);
        });
        // The chip goes on, and one that is down can be looked at, too.
        interface.send(&frame(b"afterwards")).unwrap();
        machine.settle();
        assert_eq!(machine.take_transmitted(card).len(), 1);
        interface.down().unwrap();
        assert_eq!(interface.registers().unwrap().1.len(), 272);
    }

    /// What was chosen is there again after a sleep, of an interface that was up or down.
    fn sleep(variant) {
        let (machine, card, interface) = Machine::up_with(variant, &["tx_start_pt=2"]);
        interface.set_multicast(&[[0x33, 0x33, 0, 0, 0, 1]]).unwrap();
        let shown = interface.link_settings().unwrap();
        interface.set_link_settings(LinkSettings { duplex: 1, ..shown }).unwrap();
        machine.settle();
        machine.host().suspend().unwrap();
        let _ = interface.send(&frame(b"asleep"));
        machine.chip(card, |chip| {
            let address = [0x00, 0x00, 0x1a, 0x00, 0x00, 1];
            *chip = host_rig::Chip::new(host_rig::Config::new(Part::Am79C970A).with_address(address));
        });
        machine.host().resume().unwrap();
        machine.settle();
        assert!(interface.carrier());
        assert_eq!(hash(&machine, card), [0, 0x0080, 0, 0]);
        machine.chip(card, |chip| {
            assert_eq!((chip.csr(15) & 0x0180, chip.bcr(9) & 3), (0x0080, 3));
            assert_eq!(chip.csr(80) & 0x0c00, 0x0800);
            assert_eq!(chip.violations(), []);
        });
        machine.take_transmitted(card);
        interface.send(&frame(b"awake")).unwrap();
        machine.settle();
        assert_eq!(machine.take_transmitted(card), [frame(b"awake")]);
        interface.down().unwrap();
        machine.host().suspend().unwrap();
        machine.host().resume().unwrap();
        interface.up().unwrap();
        machine.settle();
        assert!(interface.carrier());
    }

    /// An interrupt that does not go away: as many rounds as the parameter says. The poll cannot be
    /// claimed, as the machine is asleep.
    fn max_interrupt_work(variant) {
        for (words, rounds) in [
            (&[][..], 2),
            (&["max_interrupt_work=1"], 1),
            (&["max_interrupt_work=7"], 7),
            (&["max_interrupt_work=0"], 2),
        ] {
            let (machine, card, interface) = Machine::up_with(variant, words);
            machine.host().suspend().unwrap();
            machine.chip(card, |chip| {
                chip.faults().stick(Register::Csr(0), 0x0080, 0);
                chip.keep_writes(1000);
            });
            let _ = interface.poll_controller();
            let masked = machine.chip(card, |chip| {
                chip.faults().stuck.clear();
                chip.writes().filter(|write| write.register == Register::Csr(3)).count()
            });
            assert_eq!(masked, rounds, "{words:?}");
            machine.host().resume().unwrap();
        }
    }
}
