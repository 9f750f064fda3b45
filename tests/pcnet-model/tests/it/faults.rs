//! Each fault, as the host meets it.

use pcnet_model::{
    BusError, Delay, Event, Lost, Part, ReceiveFault, Register, TransmitFault, Width,
};

use crate::machine::{ENP, ERR, Machine, OWN, PEER, STATION, STP, frame_to};

const PART: Part = Part::Am79C970A;

fn send(machine: &mut Machine, entry: u32) {
    machine.hand_over(entry, STP | ENP, &frame_to(PEER, 100));
    machine.demand();
}

#[test]
fn pulled_card_reads_ones_and_does_nothing() {
    let mut machine = Machine::started(PART, 0);
    machine.chip.faults().gone = true;
    assert_eq!(machine.csr(0), 0xffff);
    assert_eq!(
        machine.chip.read(&mut machine.ram, 0, Width::W32),
        0xffff_ffff
    );
    send(&mut machine, 0);
    machine.arrive(&frame_to(STATION, 60));
    machine.pass(1_000_000_000);
    assert!(machine.ram.sent.is_empty());
    assert_eq!(machine.received_flags(0), OWN);
    machine.chip.faults().gone = false;
    assert_eq!(machine.csr(0) & 0x0030, 0x0030);
}

#[test]
fn pulled_card_lets_go_of_the_interrupt_line() {
    let mut machine = Machine::started(PART, 0);
    machine.arrive(&frame_to(STATION, 60));
    assert!(machine.ram.interrupt);
    machine.chip.faults().gone = true;
    machine.pass(0);
    assert!(!machine.ram.interrupt);
    machine.chip.faults().gone = false;
    machine.pass(10_000_000);
    assert!(machine.ram.interrupt, "its cause is still there");
}

#[test]
fn stuck_bits_read_wrong_and_only_that() {
    let mut machine = Machine::started(PART, 0);
    machine
        .chip
        .faults()
        .stick(Register::Csr(0), 0x0800, 0x0020);
    assert_eq!(machine.csr(0) & 0x0820, 0x0800);
    machine.arrive(&frame_to(STATION, 60));
    assert_eq!(
        machine.received_flags(0) & OWN,
        0,
        "the receiver is on for all that"
    );
}

#[test]
fn interrupts_get_lost_one_by_one_or_all() {
    let mut machine = Machine::started(PART, 0);
    machine.ram.edges.clear();
    machine.chip.faults().lost_interrupts = Lost::Next(1);
    send(&mut machine, 0);
    assert!(machine.ram.edges.is_empty());
    assert_eq!(machine.csr(0) & 0x0280, 0x0280, "the cause is there");
    machine.set_csr(0, 0x0240);
    send(&mut machine, 1);
    assert_eq!(machine.ram.edges, [true]);
    machine.set_csr(0, 0x0240);
    machine.chip.faults().lost_interrupts = Lost::All;
    send(&mut machine, 2);
    assert_eq!(machine.ram.edges, [true, false]);
}

#[test]
fn bus_that_is_not_granted_is_a_memory_error_and_tried_again() {
    let mut machine = Machine::started(PART, 0);
    machine.chip.faults().fail_reads(1, BusError::Timeout);
    send(&mut machine, 0);
    assert_eq!(machine.csr(0) & 0x8800, 0x8800, "ERR and MERR");
    assert!(machine.ram.sent.is_empty());
    machine.demand();
    assert_eq!(machine.ram.sent.len(), 1);
}

#[test]
fn aborted_transfer_stops_the_chip() {
    let mut machine = Machine::started(PART, 0);
    machine.set_csr(5, 0x0400);
    machine.chip.faults().fail_writes(1, BusError::Abort);
    machine.arrive(&frame_to(STATION, 60));
    assert_eq!(machine.csr(0) & 0x0037, 0x0004);
    assert_eq!(machine.csr(5) & 0x0800, 0x0800, "SINT");
    assert!(machine.ram.interrupt);
    assert_eq!(machine.chip.counters().aborts, 1);
}

#[test]
fn damaged_frames_have_their_flags() {
    let cases = [
        (ReceiveFault::Framing, STP | ENP | ERR | 0x2840_0000),
        (ReceiveFault::Checksum, STP | ENP | ERR | 0x0840_0000),
        (ReceiveFault::Overflow, STP | ERR | 0x1000_0000),
        (ReceiveFault::Buffer, STP | ERR | 0x0400_0000),
        (ReceiveFault::Runt(40), STP | ENP | 0x0040_0000),
        (ReceiveFault::Oversize(1530), STP | ENP | 0x0040_0000),
    ];
    for (fault, flags) in cases {
        let mut machine = Machine::started(PART, 0);
        machine.chip.faults().damage_received(1, fault);
        machine.arrive(&frame_to(STATION, 100));
        machine.arrive(&frame_to(STATION, 100));
        assert_eq!(machine.received_flags(0), flags, "{fault:?}");
        assert_eq!(
            machine.received_flags(1),
            STP | ENP | 0x0040_0000,
            "only the next one"
        );
        let length = match fault {
            ReceiveFault::Runt(length) | ReceiveFault::Oversize(length) => length,
            _ => 100,
        };
        if flags & ENP != 0 {
            assert_eq!(machine.received_length(0), length + 4, "{fault:?}");
        }
    }
}

#[test]
fn failed_transmissions_have_their_flags() {
    let cases = [
        (TransmitFault::Buffer, ERR, 0xc000_0000),
        (TransmitFault::Underflow, ERR, 0x4000_0000),
        (TransmitFault::ExcessiveDeferral, 0x0400_0000, 0x2000_0000),
        (TransmitFault::LateCollision, ERR, 0x1000_0000),
        (TransmitFault::LossOfCarrier, ERR, 0x0800_0000),
        (TransmitFault::Retry, ERR, 0x0400_000f),
        (TransmitFault::More(3), 0x1000_0000, 3),
        (TransmitFault::One, 0x0800_0000, 1),
        (TransmitFault::Deferred, 0x0400_0000, 0),
        (TransmitFault::Babble, 0, 0),
    ];
    for (fault, flags, errors) in cases {
        let mut machine = Machine::started(PART, 0);
        machine.chip.faults().fail_transmitted(1, fault);
        send(&mut machine, 0);
        assert_eq!(machine.sent_flags(0), STP | ENP | flags, "{fault:?}");
        assert_eq!(machine.sent_errors(0), errors, "{fault:?}");
        assert_eq!(machine.ram.sent.is_empty(), flags == ERR, "{fault:?}");
        let stopped = matches!(fault, TransmitFault::Buffer | TransmitFault::Underflow);
        assert_eq!(machine.csr(0) & 0x0010 == 0, stopped, "{fault:?}");
        assert_eq!(
            machine.csr(0) & 0x4000 != 0,
            fault == TransmitFault::Babble,
            "{fault:?}"
        );
        assert_eq!(
            machine.csr(5) & 0x0080 != 0,
            fault == TransmitFault::ExcessiveDeferral
        );
    }
}

#[test]
fn underflow_leaves_the_transmitter_on_if_told_so() {
    let mut machine = Machine::started(PART, 0);
    machine.set_csr(3, 0x0040);
    machine
        .chip
        .faults()
        .fail_transmitted(1, TransmitFault::Underflow);
    send(&mut machine, 0);
    send(&mut machine, 1);
    assert_eq!(machine.ram.sent.len(), 1);
}

#[test]
fn jammed_transmitter_keeps_its_descriptors() {
    let mut machine = Machine::started(PART, 0);
    machine.chip.faults().jammed = true;
    send(&mut machine, 0);
    machine.pass(10_000_000_000);
    assert_eq!(machine.sent_flags(0) & OWN, OWN);
    assert!(machine.ram.sent.is_empty());
    machine.chip.faults().jammed = false;
    machine.pass(10_000_000);
    assert_eq!(machine.ram.sent.len(), 1);
}

#[test]
fn initialization_takes_its_time_or_never_ends() {
    let mut machine = Machine::new(PART);
    machine.set_up(0);
    machine.chip.faults().initialization = Delay::Nanoseconds(5_000);
    machine.set_csr(0, 0x0043);
    assert_eq!(machine.csr(0) & 0x0130, 0);
    machine.pass(4_999);
    assert_eq!(machine.csr(0) & 0x0130, 0);
    assert!(!machine.ram.interrupt);
    machine.pass(1);
    assert!(machine.ram.interrupt, "without an access");
    assert_eq!(machine.csr(0) & 0x0130, 0x0130);

    machine.set_csr(0, 0x0004);
    machine.chip.faults().initialization = Delay::Never;
    machine.set_csr(0, 0x0043);
    machine.pass(3_600_000_000_000);
    assert_eq!(machine.csr(0) & 0x0100, 0);
    machine.set_csr(0, 0x0004);
    assert_eq!(machine.csr(0), 0x0004);
}

#[test]
fn slow_reset_answers_with_zeros() {
    let mut machine = Machine::new(PART);
    machine.chip.faults().reset = Delay::Nanoseconds(1_000);
    machine.chip.read(&mut machine.ram, 0x14, Width::W16);
    assert_eq!(machine.csr(0), 0);
    machine.pass(1_000);
    assert_eq!(machine.csr(0), 0x0004);
}

#[test]
fn things_that_happen_set_their_bits() {
    let mut machine = Machine::started(PART, 0);
    machine.set_csr(4, 0);
    machine.chip.happen(&mut machine.ram, Event::Jabber);
    assert_eq!(machine.csr(4) & 0x0002, 0x0002);
    assert!(machine.ram.interrupt);
    machine.set_csr(4, 0x0002);
    assert!(!machine.ram.interrupt);
    machine
        .chip
        .happen(&mut machine.ram, Event::ReceiveCollisions(0xffff));
    machine
        .chip
        .happen(&mut machine.ram, Event::MissedFrames(0xffff));
    assert_eq!(machine.csr(4) & 0x0220, 0);
    machine
        .chip
        .happen(&mut machine.ram, Event::ReceiveCollisions(2));
    machine
        .chip
        .happen(&mut machine.ram, Event::MissedFrames(3));
    assert_eq!(machine.csr(4) & 0x0220, 0x0220, "MFCO and RCVCCO");
    assert_eq!([machine.csr(112), machine.csr(114)], [2, 1]);
    machine.chip.happen(&mut machine.ram, Event::Babble);
    machine.chip.happen(&mut machine.ram, Event::MemoryError);
    machine.chip.happen(&mut machine.ram, Event::CollisionError);
    assert_eq!(machine.csr(0) & 0xf800, 0xf800);
}
