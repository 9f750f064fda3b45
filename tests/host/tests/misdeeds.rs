//! A driver that breaks the rules is found out: what stops a machine ends the process, with a report;
//! the rest is on record. The fixture's parameter says what it does.

use std::os::unix::process::ExitStatusExt as _;
use std::process::Command;

use host_rig::{Halves, Machine, Part, SlotId, frame};

const MISDEED: &str = "HOST_RIG_MISDEED";
/// SIGABRT
const ABORTED: i32 = 6;

/// The fixture loaded with its parameter, its interface not up yet.
fn machine(deed: &str) -> (Machine, SlotId) {
    let halves = Halves::handwritten("tests/fixtures/misdeeds", "Misdeeds", &[("misdeed", 0)]);
    let mut machine = Machine::with_halves(halves.expect("the fixture builds"));
    let card = machine.card(Part::Am79C970A);
    machine.insmod(&[&format!("misdeed={deed}")]).unwrap();
    (machine, card)
}

/// In a process of its own: does what the environment says, and should not come back.
#[test]
#[ignore = "run by the tests below, in a process of its own"]
fn child() {
    let deed = std::env::var(MISDEED).expect("which misdeed");
    let (machine, card) = machine(&deed);
    let interface = machine.interface(card);
    interface.up().unwrap();
    machine.advance(1_000);
    interface.send(&frame(b"out")).unwrap();
    interface.stats().unwrap();
    interface.poll_controller().unwrap();
    drop(machine);
}

/// Runs the child; returns what it wrote, and whether it aborted.
fn run(deed: i32) -> (String, bool) {
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child", "--ignored", "--nocapture"])
        .env(MISDEED, deed.to_string())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&child.stderr).into_owned();
    (text, child.status.signal() == Some(ABORTED))
}

#[test]
fn what_stops_a_machine_ends_the_process() {
    let atomic =
        |function: &str| format!("sleeping function called from atomic context: {function}");
    let cases = [
        (1, atomic("msleep")),
        (2, "a spin lock taken by the thread that holds it".into()),
        (3, atomic("dma_alloc_coherent")),
        (4, "dma_free_coherent with interrupts off".into()),
        (5, atomic("down")),
        (8, "spin locks released out of order".into()),
        (9, "napi_enable of an enabled context".into()),
        (10, "netif_tx_disable called from start_xmit".into()),
        (11, "skb_over_panic".into()),
        (12, atomic("free_irq")),
        (13, "detached with its interrupt requested".into()),
        (15, atomic("msleep")),
        (17, "poll completed and returned its whole budget".into()),
        (18, "nothing here goes well".into()),
        (19, "del_timer_sync called from a hard interrupt".into()),
        (20, "returned with a spin lock held".into()),
    ];
    for (deed, message) in cases {
        let (text, aborted) = run(deed);
        assert!(
            aborted && text.contains(&message),
            "misdeed {deed} came through:\n{text}"
        );
    }
    // The same without a misdeed: it is that, and not the way, which ends it.
    let (text, aborted) = run(0);
    assert!(!aborted && !text.contains("BUG"), "{text}");
}

#[test]
fn contexts_are_named() {
    for (deed, context) in [
        (1, "in a task, 1 spin locks held"),
        (3, "in a softirq"),
        (5, "in a hard interrupt"),
        (15, "in an RCU read-side section"),
    ] {
        let (text, _) = run(deed);
        assert!(text.contains(context), "misdeed {deed}:\n{text}");
    }
}

#[test]
fn a_dump_has_a_bound_and_so_have_its_pieces() {
    let (good, card) = machine("0");
    let (version, bytes) = good.interface(card).registers().unwrap();
    assert_eq!(version, 1, "the first piece's");
    let right = (0..8192).map(|at: u32| (at % 251) as u8);
    assert!(bytes.iter().copied().eq(right), "{} bytes", bytes.len());
    // Who sends many short pieces keeps the kernel busy: the dump is an empty one.
    let (bad, card) = machine("21");
    assert!(bad.interface(card).registers().unwrap().1.is_empty());
}

#[test]
fn what_is_not_given_back_is_listed() {
    let (mut machine, card) = machine("7");
    machine.interface(card).up().unwrap();
    let unload = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| machine.rmmod()));
    let message = *unload.expect_err("a leak").downcast::<String>().unwrap();
    assert!(message.contains("Coherent at"), "{message}");
}

#[test]
fn a_poll_that_stalls_is_on_record() {
    let (mut machine, card) = machine("6");
    machine.interface(card).up().unwrap();
    machine.settle();
    machine.expect_fault("did less than its budget and did not complete");
}

#[test]
fn an_interrupt_that_nobody_handles_is_given_up() {
    let (mut machine, card) = machine("16");
    machine.interface(card).up().unwrap();
    machine.chip_and_bus(card, |_, bus| bus.set_interrupt(true));
    machine.settle();
    machine.expect_fault("nobody cared");
    machine.expect_error("nobody cared");
}

#[test]
fn dma_after_the_memory_is_gone_is_a_fault() {
    let (mut machine, card) = machine("14");
    machine.interface(card).up().unwrap();
    let log = machine.log();
    let address = log
        .last()
        .and_then(|line| line.text.rsplit(' ').next()?.parse().ok());
    let address = address.expect("the driver logs the address");
    machine.chip_and_bus(card, |_, bus| {
        assert!(bus.read(address, &mut [0; 4]).is_err());
        assert!(bus.write(address, &[0; 4]).is_err());
    });
    machine.expect_fault("the card reads 4 bytes");
    machine.expect_fault("the card writes 4 bytes");
}
