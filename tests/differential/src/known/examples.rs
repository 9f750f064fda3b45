//! Sequences that known differences show in.

use crate::step::{Demand, Destination, Frame, Outgoing, STATION, Setup, Step};

/// A block and rings that a driver could use.
pub(crate) const PLAIN: Setup = Setup {
    style: 2,
    mode: 0,
    lengths: (2, 2),
    address: STATION,
    filter: 0,
    receive: (0, 1536),
};

pub(crate) fn with_buffers() -> Vec<Step> {
    let setup = Setup {
        receive: (4, 1536),
        ..PLAIN
    };
    vec![Step::Setup(setup), Step::WriteCsr(0, 0x0001)]
}

pub(crate) fn initialized() -> Vec<Step> {
    vec![Step::Setup(PLAIN), Step::WriteCsr(0, 0x0001)]
}

pub(crate) fn stopped() -> Vec<Step> {
    vec![Step::WriteCsr(0, 0x0002), Step::WriteCsr(0, 0x0004)]
}

pub(crate) fn demanded() -> Vec<Step> {
    [
        &[Step::WriteCsr(4, 0x1000)],
        &initialized()[..],
        &sending(0),
    ]
    .concat()
}

pub(crate) fn sent() -> Vec<Step> {
    [&initialized()[..], &sending(0)].concat()
}

pub(crate) fn arriving(length: u16) -> Frame {
    Frame {
        to: Destination::Own,
        length,
        kind: 0x0800,
        seed: 0,
    }
}

pub(crate) fn sending(flags: u16) -> [Step; 2] {
    transmitting(flags, 60)
}

pub(crate) fn short(flags: u16) -> [Step; 2] {
    transmitting(flags, 20)
}

pub(crate) fn transmitting(flags: u16, length: u16) -> [Step; 2] {
    let frame = Frame {
        to: Destination::Other,
        length,
        kind: 0x0800,
        seed: 0,
    };
    let outgoing = Outgoing {
        frame,
        pieces: Vec::new(),
        flags,
    };
    [
        Step::WriteCsr(0, 0x0002),
        Step::Send(vec![outgoing], Demand::Now),
    ]
}
