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
