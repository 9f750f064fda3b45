//! What the client does wrong: every field of every message, one at a time.

use anyhow::{Context, Result, bail, ensure};
use nix::errno::Errno;
use nix::sys::mman::ProtFlags;
use runtime_wire::bell;
use runtime_wire::protocol::{
    AREA_SIZE, CONNECT, DOWNCALL, DOWNCALL_REQUEST, Header, MESSAGE_SIZE, NEXT, REPLY, Service,
    Status, UPCALL_REPLY,
};
use runtime_wire::register::{MAX_BUSY_MICROSECONDS, MAX_STEPS, Register, Step, Width};
use runtime_wire::riding::{MOST_PROGRAMS, Rider};
use runtime_wire::wire::{Lower, Writer};
use std::sync::atomic::Ordering;

use super::client::Client;
use crate::sys::SplitDevice;

/// What a case does inside a call. The client must not survive a fatal one.
type Act = fn(&Client) -> Result<usize, Errno>;

/// Things that are refused without harm to their sender, before and while connected.
const BENIGN: &[&str] = &["oddities"];

/// Writes a message; returns its length.
type Write = fn(&Client) -> usize;

/// Replies with these messages.
const REPLIES: &[(&str, Write)] = &[
    ("reply-sequence", |c| {
        put_reply(c, c.sequence.wrapping_add(1), 0, 0, 0, &[])
    }),
    ("reply-status", |c| put_reply(c, c.sequence, 77, 0, 0, &[])),
    ("reply-number", |c| put_reply(c, c.sequence, 0, 9, 0, &[])),
    ("reply-length-long", |c| {
        put_reply(c, c.sequence, 0, 0, 4000, &[])
    }),
    ("reply-length-short", |c| {
        put_reply(c, c.sequence, 0, 0, 0, &[1, 2, 3])
    }),
    ("reply-no-header", |c| {
        put_reply(c, c.sequence, 0, 0, 0, &[]) - 5
    }),
    ("reply-empty-result", |c| c.reply(Status::Done.code(), &[])),
    ("reply-positive-errno", |c| {
        c.reply(Status::Done.code(), &5i32.to_le_bytes())
    }),
    ("reply-truncated", |c| {
        c.reply(Status::Done.code(), &[0, 0, 0, 0, 1])
    }),
    ("reply-tail", |c| c.reply(Status::Done.code(), &[0; 4000])),
];

/// Replies that lie there before the call, for a caller that looks: which call the message says that it is for, and
/// its payload.
const BELLS: &[(&str, u32, &[u8])] = &[
    ("bell-another-call", 7, &[0; 4]),
    ("bell-truncated", 0, &[0, 0, 0, 0, 1]),
    ("bell-tail", 0, &[0; 4000]),
];

/// Makes downcalls that must be refused.
const DOWNCALLS: &[(&str, Act)] = &[
    ("service-unknown", |c| c.downcall(999, 0, &[])),
    ("function-unknown", |c| {
        c.downcall(Service::Call.code(), 60_000, &[])
    }),
    ("function-arguments", |c| {
        c.downcall(Service::Call.code(), 0, &[0xff; 3000])
    }),
    ("number-where-none", |c| {
        c.downcall(Service::Carrier.code(), 3, &[])
    }),
    ("request-sequence", |c| {
        request(c, c.sequence.wrapping_sub(1), 0)
    }),
    ("request-length", |c| request(c, c.sequence, 40)),
    ("request-no-header", |c| c.device.request(DOWNCALL, 4 << 8)),
    ("lock-unknown", |c| {
        c.downcall(Service::Lock.code(), 999, &[])
    }),
    ("lock-twice", |c| {
        c.downcall(Service::Lock.code(), 0, &[])?;
        c.downcall(Service::Lock.code(), 0, &[])
    }),
    ("lock-arguments", |c| {
        c.downcall(Service::Lock.code(), 0, &[1])
    }),
    ("unlock-not-held", |c| {
        c.downcall(Service::Unlock.code(), 0, &0u64.to_le_bytes())
    }),
    ("unlock-unknown-fields", |c| {
        c.downcall(Service::Lock.code(), 0, &[])?;
        c.downcall(Service::Unlock.code(), 0, &(1u64 << 63).to_le_bytes())
    }),
    ("unlock-truncated", |c| {
        c.downcall(Service::Lock.code(), 0, &[])?;
        c.downcall(Service::Unlock.code(), 0, &1u64.to_le_bytes())
    }),
    ("unlock-tail", |c| {
        c.downcall(Service::Lock.code(), 0, &[])?;
        let mut payload = 0u64.to_le_bytes().to_vec();
        payload.push(0);
        c.downcall(Service::Unlock.code(), 0, &payload)
    }),
    ("reply-while-locked", |c| {
        c.downcall(Service::Lock.code(), 0, &[])?;
        let reply = c.reply(Status::Refused.code(), &[]);
        c.device.request(NEXT, (reply as u64) << 8)
    }),
    ("atomic-unknown", |c| {
        c.downcall(Service::AtomicLoad.code(), 999, &[])
    }),
    ("bool-two", |c| {
        c.downcall(Service::SetCarrier.code(), 0, &[2])
    }),
    ("bool-missing", |c| {
        c.downcall(Service::SetCarrier.code(), 0, &[])
    }),
    ("bool-tail", |c| {
        c.downcall(Service::SetCarrier.code(), 0, &[1, 1])
    }),
    ("work-unknown", |c| {
        c.downcall(Service::ScheduleWork.code(), 7, &[0; 4])
    }),
    ("log-level", |c| {
        c.downcall(Service::Log.code(), 0, &[9, 1, 0, b'x'])
    }),
    ("log-control-characters", |c| {
        c.downcall(Service::Log.code(), 0, &[2, 2, 0, b'\n', b'x'])
    }),
    ("log-not-text", |c| {
        c.downcall(Service::Log.code(), 0, &[2, 1, 0, 0xff])
    }),
    ("log-too-long", |c| {
        c.downcall(Service::Log.code(), 0, &[2, 0xff, 0xff, b'x'])
    }),
    ("registers-dma-address", |c| {
        program(c, &[Step::Write(control(1), 0)])
    }),
    ("registers-modify-dma-address", |c| {
        program(c, &[Step::Modify(control(2), 0, 1)])
    }),
    ("registers-data-port", |c| {
        program(c, &[Step::Write(Register::port(0x10, Width::W16), 0)])
    }),
    ("registers-select-port", |c| {
        program(c, &[Step::Write(Register::port(0x12, Width::W16), 1)])
    }),
    ("registers-wide", |c| {
        program(c, &[Step::Read(Register::port(0x10, Width::W32))])
    }),
    ("registers-wide-form", |c| {
        program(c, &[Step::Read(control(0).or_wide(0x14, 0x1c))])
    }),
    ("registers-layout-after-probe", |c| {
        c.downcall(Service::UseWideRegisters.code(), 0, &[1])
    }),
    ("registers-outside", |c| {
        program(c, &[Step::Read(Register::port(0x400, Width::W16))])
    }),
    ("registers-range", |c| {
        program(c, &[Step::ReadRange(control(0), u16::MAX)])
    }),
    ("registers-too-many", |c| {
        program(c, &[Step::Read(control(0)); MAX_STEPS + 1])
    }),
    ("registers-too-long", |c| {
        program(c, &[Step::Delay(MAX_BUSY_MICROSECONDS + 1)])
    }),
    ("registers-count", |c| {
        c.downcall(Service::Registers.code(), 0, &[200, 0])
    }),
    ("registers-tail", |c| {
        c.downcall(Service::Registers.code(), 0, &[0, 0, 1])
    }),
    ("registers-ahead-not-granted", |c| {
        let payload = steps(&[Step::Read(control(200))]);
        c.downcall(Service::RegistersAhead.code(), 0, &payload)
    }),
    ("registers-ahead-too-many", |c| {
        let payload = steps(&[Step::Read(control(0))]);
        c.downcall(
            Service::RegistersAhead.code(),
            MOST_PROGRAMS as u16,
            &payload,
        )
    }),
    ("registers-step-unknown", |c| {
        c.downcall(Service::Registers.code(), 0, &[1, 0, 99])
    }),
];

/// What rides along with a downcall, and must not.
const RIDERS: &[(&str, Act)] = &[
    ("rider-truncated", |c| c.ride(&[0, 0, 0])),
    ("rider-length", |c| {
        c.ride(&[Service::CancelWork.code() as u8, 0, 0, 0, 9, 0])
    }),
    ("rider-unknown", |c| c.ride(&rider(999, 0, &[]))),
    ("rider-that-waits", |c| {
        c.ride(&rider(Service::Lock.code(), 0, &[]))
    }),
    ("rider-that-calls", |c| {
        c.ride(&rider(Service::Call.code(), 0, &[]))
    }),
    ("rider-program-with-a-result", |c| {
        let payload = steps(&[Step::Read(control(0))]);
        c.ride(&rider(Service::Registers.code(), 0, &payload))
    }),
    ("rider-program-that-fails", |c| {
        let payload = steps(&[Step::Wait(control(0), 0, 1, 1)]);
        c.ride(&rider(Service::Registers.code(), 0, &payload))
    }),
    ("rider-program-not-granted", |c| {
        let payload = steps(&[Step::Write(control(1), 0)]);
        c.ride(&rider(Service::Registers.code(), 0, &payload))
    }),
    ("rider-program-ahead", |c| {
        let payload = steps(&[Step::Read(control(0))]);
        c.ride(&rider(Service::RegistersAhead.code(), 0, &payload))
    }),
    ("rider-program-or-no-work", |c| {
        let payload = steps(&[Step::Touch(control(0))]);
        c.ride(&rider(Service::RegistersOrWork.code(), 4, &payload))
    }),
    ("rider-program-or-work-with-a-result", |c| {
        let payload = steps(&[Step::Read(control(0))]);
        c.ride(&rider(Service::RegistersOrWork.code(), 0, &payload))
    }),
    ("rider-program-or-work-not-granted", |c| {
        let payload = steps(&[Step::Write(control(1), 0)]);
        c.ride(&rider(Service::RegistersOrWork.code(), 0, &payload))
    }),
    ("rider-unlock-not-held", |c| c.ride(&unlock(0, &[]))),
    ("rider-atomic-unknown", |c| {
        c.ride(&rider(Service::AtomicStore.code(), 999, &[0; 8]))
    }),
    // The first one is fine.
    ("rider-second-is-wrong", |c| {
        let mut riders = rider(Service::CancelWork.code(), 0, &[]);
        riders.extend(rider(Service::SetCarrier.code(), 0, &[2]));
        c.ride(&riders)
    }),
];

/// Inside a call that was lent lock 0.
const LENT: &[(&str, Act)] = &[
    ("lent-taken-again", |c| {
        c.downcall(Service::Lock.code(), 0, &[])
    }),
    ("lent-given-back-twice", |c| {
        c.ride(&[unlock(0, &[]), unlock(0, &[])].concat())
    }),
    ("lent-unknown-fields", |c| c.ride(&unlock(1 << 63, &[]))),
    ("lent-truncated", |c| c.ride(&unlock(1, &[]))),
    ("lent-tail", |c| c.ride(&unlock(0, &[0]))),
];

/// A request that rides along.
fn rider(code: u16, number: u16, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0; MESSAGE_SIZE];
    let mut writer = Writer::new(&mut bytes);
    let lowered = Rider::lower(code, number, &mut writer, |writer| writer.bytes(payload));
    assert!(lowered.is_ok(), "a rider fits a message");
    let length = writer.length();
    bytes.truncate(length);
    bytes
}

/// One that gives lock 0 back, with these fields changed.
fn unlock(fields: u64, values: &[u8]) -> Vec<u8> {
    let payload = [&fields.to_le_bytes(), values].concat();
    rider(Service::Unlock.code(), 0, &payload)
}

fn acts() -> impl Iterator<Item = &'static (&'static str, Act)> {
    DOWNCALLS.iter().chain(RIDERS).chain(LENT)
}

/// Whether the case wants a call that is lent a lock.
pub(super) fn wants_lock(name: &str) -> bool {
    LENT.iter().any(|(other, _)| *other == name)
}

pub(super) fn names() -> impl Iterator<Item = &'static str> {
    let replies = REPLIES.iter().map(|(name, _)| *name);
    BENIGN
        .iter()
        .copied()
        .chain(replies)
        .chain(acts().map(|(name, _)| *name))
        .chain(BELLS.iter().map(|(name, ..)| *name))
}

/// Whether it is the caller that refuses, and not a system call of the client.
pub(super) fn is_found_out_by_caller(name: &str) -> bool {
    BELLS.iter().any(|(other, ..)| *other == name)
}

pub(super) fn is_fatal(name: &str) -> bool {
    !BENIGN.contains(&name)
}

/// What the case does before it connects.
pub(super) fn before(client: &mut Client, case: &str) -> Result<()> {
    if !BENIGN.contains(&case) {
        return Ok(());
    }
    let read = ProtFlags::PROT_READ;
    let device = &mut client.device;
    expect("wait unconnected", device.request(NEXT, 0), Errno::EINVAL)?;
    expect(
        "downcall unconnected",
        device.request(DOWNCALL, 12 << 8),
        Errno::EBUSY,
    )?;
    expect("unknown request", device.request(99, 0), Errno::ENOTTY)?;
    expect("slot 200", device.request(NEXT, 200), Errno::EINVAL)?;
    let too_long = (MESSAGE_SIZE as u64 + 1) << 8;
    expect(
        "a message beyond its slot",
        device.request(NEXT, too_long),
        Errno::EINVAL,
    )?;
    expect(
        "fingerprint",
        device.request(CONNECT, client.fingerprint ^ 1),
        Errno::EPROTO,
    )?;
    expect("map too little", device.map(4096, read), Errno::EINVAL)?;
    expect(
        "map too much",
        device.map(AREA_SIZE + 4096, read),
        Errno::EINVAL,
    )?;
    expect(
        "map executable",
        device.map(AREA_SIZE, read | ProtFlags::PROT_EXEC),
        Errno::EPERM,
    )
}

/// What the case does before it waits for the call, when it has so many bytes of reply to the last one; what is left of that.
pub(super) fn ring(client: &Client, case: &str, reply: usize) -> Result<usize> {
    let Some((_, off, payload)) = BELLS.iter().find(|(name, ..)| *name == case) else {
        return Ok(reply);
    };
    client.device.request(REPLY, (reply as u64) << 8)?;
    let sequence = client.sequence.wrapping_add(1);
    let length = put_reply(
        client,
        sequence.wrapping_add(*off),
        0,
        0,
        payload.len() as u16,
        payload,
    );
    let words = client.device.bell(0).context("nothing is mapped")?;
    words.polls.store(bell::NOW, Ordering::SeqCst);
    words
        .replied
        .store(bell::replied(sequence, length), Ordering::SeqCst);
    // That has been taken.
    Ok(0)
}

/// What the case does inside a call.
pub(super) fn misbehave(client: &Client, case: &str) -> Result<()> {
    if BENIGN.contains(&case) {
        expect(
            "connect again",
            client.device.request(CONNECT, client.fingerprint),
            Errno::EBUSY,
        )?;
        let other = SplitDevice::open(&client.node)?;
        expect(
            "a second user half",
            other.request(CONNECT, client.fingerprint),
            Errno::EBUSY,
        )?;
        return Ok(());
    }
    let outcome = match REPLIES.iter().find(|(name, _)| *name == case) {
        Some((_, reply)) => client.device.request(NEXT, (reply(client) as u64) << 8),
        None => match acts().find(|(name, _)| *name == case) {
            Some((_, act)) => act(client),
            None => bail!("no such case"),
        },
    };
    bail!("the kernel took it: {outcome:?}")
}

fn expect<T: std::fmt::Debug>(what: &str, outcome: Result<T, Errno>, errno: Errno) -> Result<()> {
    ensure!(
        outcome.as_ref().err() == Some(&errno),
        "{what}: {outcome:?} instead of {errno}"
    );
    Ok(())
}

fn put_reply(
    client: &Client,
    sequence: u32,
    code: u16,
    number: u16,
    length: u16,
    payload: &[u8],
) -> usize {
    client.put(
        UPCALL_REPLY,
        Header {
            sequence,
            code,
            number,
            length,
            riders: 0,
        },
        payload,
    )
}

fn request(client: &Client, sequence: u32, length: u16) -> Result<usize, Errno> {
    let header = Header {
        sequence,
        code: Service::Carrier.code(),
        number: 0,
        length,
        riders: 0,
    };
    let length = client.put(DOWNCALL_REQUEST, header, &[]);
    client.device.request(DOWNCALL, (length as u64) << 8)
}

/// Register `index` behind the chip's two ports, as its driver grants it (or not).
fn control(index: u16) -> Register {
    Register::indexed(0x12, 0x10, Width::W16, index).or_wide(0x14, 0x10)
}

fn program(client: &Client, steps: &[Step]) -> Result<usize, Errno> {
    client.downcall(Service::Registers.code(), 0, &self::steps(steps))
}

/// A register program's wire form.
fn steps(steps: &[Step]) -> Vec<u8> {
    let mut payload = vec![0; MESSAGE_SIZE];
    let mut writer = Writer::new(&mut payload);
    let lowered = (steps.len() as u16)
        .lower(&mut writer)
        .and_then(|()| steps.iter().try_for_each(|step| step.lower(&mut writer)));
    assert!(lowered.is_ok(), "the program fits a message");
    let length = writer.length();
    payload.truncate(length);
    payload
}
