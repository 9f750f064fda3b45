//! Without a kernel half: what would go to it is read back.

use super::*;

#[derive(Clone, Debug, PartialEq, crate::Wire, crate::State)]
struct Settings {
    level: u32,
    port: u8,
}

const NUMBER: u16 = 3;
const FIRST: Settings = Settings { level: 1, port: 2 };

/// A call that is lent the lock, with that behind it.
fn lend() {
    let mut bytes = [0; 64];
    let mut writer = Writer::new(&mut bytes);
    Item::lower(Kind::Lock, NUMBER, &mut writer, |w| FIRST.lower(w)).unwrap();
    begin(writer.written()).unwrap();
}

/// Takes the lock, changes what is behind it, opens it.
fn change(body: impl FnOnce(&mut Settings)) {
    let (before, mut now) = lock::<Settings>(NUMBER).expect("it is lent");
    body(&mut now);
    assert!(unlock(NUMBER, &now, now.dirty(&before)));
}

/// What goes with a message: services, numbers and payloads.
fn sent(last: bool) -> Vec<(Service, u16, Vec<u8>)> {
    let mut bytes = vec![0; MOST];
    let mut writer = Writer::new(&mut bytes);
    send(&mut writer, last).expect("there is room");
    let mut reader = Reader::new(writer.written());
    let mut riders = Vec::new();
    while reader.finish().is_err() {
        let rider = Rider::lift(&mut reader).unwrap();
        let service = Service::from_code(rider.code).unwrap();
        riders.push((service, rider.number, rider.payload.to_vec()));
    }
    riders
}

/// That the lock comes back, with these fields and their bytes.
fn given_back(fields: u64, values: &[u8]) -> (Service, u16, Vec<u8>) {
    let payload = [&fields.to_le_bytes(), values].concat();
    (Service::Unlock, NUMBER, payload)
}

#[test]
fn changes_go_back_once_and_together() {
    lend();
    change(|settings| settings.level = 7);
    change(|settings| {
        assert_eq!(settings.level, 7, "what this half changed before");
        settings.port = 9;
    });
    assert!(sent(false).is_empty(), "the lock is still lent");
    assert_eq!(sent(true), [given_back(0b11, &[7, 0, 0, 0, 9])]);
}

#[test]
fn what_is_as_it_was_does_not_go_back() {
    lend();
    change(|settings| settings.level = 7);
    change(|settings| settings.level = FIRST.level);
    assert!(sent(true).is_empty());
}

#[test]
fn a_lock_is_given_back_before_a_wait_unless_a_guard_holds_it() {
    lend();
    let (_, now) = lock::<Settings>(NUMBER).expect("it is lent");
    give_back();
    assert!(sent(false).is_empty());
    assert!(lock::<Settings>(NUMBER).is_none(), "it is taken");
    assert!(unlock(NUMBER, &now, 0));
    give_back();
    assert_eq!(sent(false), [given_back(0, &[])]);
    assert!(lock::<Settings>(NUMBER).is_none(), "it is gone");
}

#[test]
fn a_panic_takes_back_its_own_change_alone() {
    lend();
    change(|settings| settings.level = 7);
    lock::<Settings>(NUMBER).expect("it is lent");
    assert!(unlock_unchanged(NUMBER));
    assert_eq!(sent(true), [given_back(0b01, &[7, 0, 0, 0])]);
}

#[test]
fn what_has_no_room_waits_for_the_next_message_in_order() {
    begin(&[]).unwrap();
    post(Service::CancelWork, 1, |_| Ok(()));
    post(Service::CancelWork, 2, |_| Ok(()));
    let mut bytes = [0; 10];
    let mut writer = Writer::new(&mut bytes);
    assert!(send(&mut writer, false).is_err());
    assert_eq!(writer.length(), 0);
    let numbers: Vec<u16> = sent(false).iter().map(|(_, number, _)| *number).collect();
    assert_eq!(numbers, [1, 2]);
    assert!(sent(false).is_empty(), "once");
}

#[test]
fn another_call_knows_nothing_of_the_last() {
    lend();
    post(Service::CancelWork, 1, |_| Ok(()));
    begin(&[]).unwrap();
    assert!(lock::<Settings>(NUMBER).is_none() && sent(true).is_empty());
}

/// A call with which comes what a program read.
fn begin_with_program(index: u16) {
    let mut bytes = [0; 64];
    let mut writer = Writer::new(&mut bytes);
    Item::lower(Kind::Program, index, &mut writer, |w| {
        (PROGRAM.len() as u16).lower(w)?;
        w.bytes(PROGRAM)?;
        w.bytes(ANSWER)
    })
    .unwrap();
    begin(writer.written()).unwrap();
}

const PROGRAM: &[u8] = b"program";
const ANSWER: &[u8] = b"answer";

fn ask(bytes: &[u8]) -> Program {
    program(|w| w.bytes(bytes))
}

#[test]
fn what_was_read_ahead_answers_the_same_program_in_the_same_place() {
    begin_with_program(1);
    assert_eq!(ask(PROGRAM), Program::Next(0), "the second is known");
    assert_eq!(ask(PROGRAM), Program::Ran(ANSWER.to_vec()));
    assert_eq!(ask(PROGRAM), Program::Next(2));
    for other in [&b"progra"[..], b"programm", b"progrom", b""] {
        begin_with_program(0);
        assert_eq!(ask(other), Program::Next(0), "{other:?}");
    }
    begin(&[]).unwrap();
    assert_eq!(ask(PROGRAM), Program::Next(0), "another call");
}

/// Registers may read otherwise after the call has written some; not after it has changed the carrier.
#[test]
fn what_was_read_ahead_counts_until_something_is_done() {
    begin_with_program(0);
    post(Service::SetCarrier, 0, |w| true.lower(w));
    assert_eq!(ask(PROGRAM), Program::Ran(ANSWER.to_vec()));
    for service in [Service::Registers, Service::RegistersOrWork] {
        begin_with_program(0);
        post(service, 0, |w| w.bytes(PROGRAM));
        assert_eq!(ask(PROGRAM), Program::Next(0), "{service:?}");
    }
}

#[test]
fn there_is_an_end_to_what_is_run_ahead() {
    begin(&[]).unwrap();
    for index in 0..MOST_PROGRAMS {
        assert_eq!(ask(PROGRAM), Program::Next(index as u16));
    }
    assert_eq!(ask(PROGRAM), Program::TooMany);
}
