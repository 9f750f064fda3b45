//! What is kept out of sequences about transmission and loopback.

use super::Handling::KeptOut;
use super::Known;
use super::bits::{FCOLL, INTL, LOOP, LTINTEN, PROM, TOKINTD};
use super::examples::{PLAIN, initialized, sending, sent, short, transmitting};
use crate::difference::Register::Csr;
use crate::memory::TRANSMIT_RING;
use crate::step::{Demand, Setup, Step};

pub(super) const TABLE: &[Known] = &[
    Known {
        id: "transmit-result",
        registers: &[],
        handling: KeptOut,
        device: "leaves MORE and ONE as they are",
        data_sheet: "TMD1, MORE, ONE: written by the chip",
        shown_by: || [&initialized()[..], &sending(0x0800)].concat(),
    },
    Known {
        id: "stopped-demand",
        registers: &[],
        handling: KeptOut,
        device: "sends while it is and after an initialization before the start",
        data_sheet: "CSR0, STOP: all activity ends; STRT: begins it",
        shown_by: || {
            let [start, send] = sending(0);
            [initialized(), vec![start, Step::WriteCsr(0, 0x0004), send]].concat()
        },
    },
    Known {
        id: "transmission-interrupt",
        registers: &[],
        handling: KeptOut,
        device: "never sets TXSTRT, so that it causes no interrupt either",
        data_sheet: "CSR4, TXSTRTM: while it is cleared, TXSTRT causes an interrupt",
        shown_by: || [vec![Step::WriteCsr(4, 0)], sent()].concat(),
    },
    Known {
        id: "suspended-transmitter",
        registers: &[],
        handling: KeptOut,
        device: "sends on demand while it is suspended, and when it is initialized or started then",
        data_sheet: "CSR5, SPND: nothing new is begun on the network",
        shown_by: || {
            let [_, send] = sending(0);
            let suspend = vec![Step::WriteCsr(0, 0x0002), Step::WriteCsr(5, 0x0001), send];
            [initialized(), suspend].concat()
        },
    },
    Known {
        id: "external-loopback",
        registers: &[],
        handling: KeptOut,
        device: "puts nothing on the wire in any loopback mode",
        data_sheet: "CSR15, LOOP and INTL: external loopback sends on the network",
        shown_by: || {
            let setup = Setup {
                mode: LOOP,
                ..PLAIN
            };
            let start = [Step::Setup(setup), Step::WriteCsr(0, 0x0001)];
            [&start[..], &sending(0)].concat()
        },
    },
    Known {
        id: "own-fcs",
        registers: &[],
        handling: KeptOut,
        device: "makes the FCS of a frame whatever the host says",
        data_sheet: "CSR15, DXMTFCS; TMD1, NO_FCS: the host brings the FCS along, as the last four bytes",
        shown_by: || {
            let setup = Setup {
                mode: 0x0008,
                ..PLAIN
            };
            let start = [Step::Setup(setup), Step::WriteCsr(0, 0x0001)];
            [&start[..], &sending(0)].concat()
        },
    },
    Known {
        id: "looped-runts",
        registers: &[],
        handling: KeptOut,
        device: "pads short frames to 60 bytes in loopback",
        data_sheet: "Loopback operation: runts are received",
        shown_by: || {
            let setup = Setup {
                mode: LOOP | INTL | PROM,
                receive: (4, 1536),
                ..PLAIN
            };
            let start = [Step::Setup(setup), Step::WriteCsr(0, 0x0001)];
            [&start[..], &short(0)].concat()
        },
    },
    Known {
        id: "unfinished-chain",
        registers: &[],
        handling: KeptOut,
        device: "marks the first descriptor of a chain that has no end",
        data_sheet: "TMD1, ERR: set in the descriptor that was the current one at the error",
        shown_by: || {
            let ring = TRANSMIT_RING;
            let chain = vec![
                Step::Poke(ring + 6, 0x8200),
                Step::Poke(ring + 16 + 6, 0x8000),
                Step::WriteCsr(0, 0x000a),
            ];
            [initialized(), chain].concat()
        },
    },
    Known {
        id: "transmitter-off",
        registers: &[Csr(0)],
        handling: KeptOut,
        device: "has its transmitter on after it was whatever the mode",
        data_sheet: "CSR15, DTX: TXON is not set",
        shown_by: || {
            let setup = Setup {
                mode: 0x0002,
                ..PLAIN
            };
            vec![
                Step::WriteCsr(0, 0x0002),
                Step::Setup(setup),
                Step::WriteCsr(0, 0x0003),
            ]
        },
    },
    Known {
        id: "babble",
        registers: &[Csr(0)],
        handling: KeptOut,
        device: "never sets BABL",
        data_sheet: "CSR0, BABL: the frame is longer than the longest that is allowed",
        shown_by: || [&initialized()[..], &transmitting(0, 1519)].concat(),
    },
    Known {
        id: "looped-without-link",
        registers: &[],
        handling: KeptOut,
        device: "loops nothing back without a link",
        data_sheet: "Loopback operation: internal loopback does not involve the network",
        shown_by: || {
            let setup = Setup {
                mode: LOOP | INTL | PROM,
                receive: (4, 1536),
                ..PLAIN
            };
            let start = [
                Step::Setup(setup),
                Step::WriteCsr(0, 0x0001),
                Step::Link(false),
            ];
            [&start[..], &sending(0)].concat()
        },
    },
    Known {
        id: "chain-without-link",
        registers: &[],
        handling: KeptOut,
        device: "marks every descriptor of a frame that is lost for want of a link",
        data_sheet: "TMD1, ERR: set in the descriptor that was the current one at the error",
        shown_by: || {
            let [start, send] = transmitting(0, 60);
            let Step::Send(mut frames, demand) = send else {
                return Vec::new();
            };
            frames[0].pieces = vec![20];
            let rest = vec![start, Step::Link(false), Step::Send(frames, demand)];
            [initialized(), rest].concat()
        },
    },
    Known {
        id: "full-duplex-aui",
        registers: &[],
        handling: KeptOut,
        device: "misses the carrier in full duplex too",
        data_sheet: "TMD2, LCAR: not set in full duplex on the AUI; BCR9, AUIFD",
        shown_by: || {
            let aui = [Step::WriteBcr(9, 0x0003), Step::Link(false)];
            [&aui[..], &initialized(), &sending(0)].concat()
        },
    },
    Known {
        id: "port-selection",
        registers: &[],
        handling: KeptOut,
        device: "has one port, whatever ASEL and PORTSEL say",
        data_sheet: "BCR2, ASEL; CSR15, PORTSEL: without automatic selection, 0 is the AUI",
        shown_by: || [&[Step::WriteBcr(2, 0)], &initialized()[..], &sending(0)].concat(),
    },
    Known {
        id: "lasting-demand",
        registers: &[],
        handling: KeptOut,
        device: "keeps TDMD while it polls, and then sends what was not with TXDPOLL or SPND set",
        data_sheet: "CSR4, TXDPOLL: the ring is looked at on demand only; CSR0, TDMD: cleared by the chip",
        shown_by: || {
            let [start, send] = sending(0);
            let Step::Send(frames, _) = send.clone() else {
                return Vec::new();
            };
            let later = vec![
                start,
                send,
                Step::WriteCsr(5, 0x0001),
                Step::Send(frames, Demand::Poll),
                Step::Elapse,
            ];
            [initialized(), later].concat()
        },
    },
    Known {
        id: "forced-collisions",
        registers: &[],
        handling: KeptOut,
        device: "knows no collisions",
        data_sheet: "CSR15, FCOLL: a collision is forced in internal loopback",
        shown_by: || {
            let setup = Setup {
                mode: LOOP | INTL | FCOLL as u16,
                ..PLAIN
            };
            let start = [Step::Setup(setup), Step::WriteCsr(0, 0x0001)];
            [&start[..], &sending(0)].concat()
        },
    },
    Known {
        id: "last-transmit-interrupt",
        registers: &[Csr(0)],
        handling: KeptOut,
        device: "sets TINT for every frame unless TOKINTD is set",
        data_sheet: "CSR5, LTINTEN; TMD1, LTINT: TINT is set for the frames that LTINT marks",
        shown_by: || {
            [
                &[Step::WriteCsr(5, LTINTEN as u16)],
                &initialized()[..],
                &sending(0),
            ]
            .concat()
        },
    },
    Known {
        id: "failed-transmit-interrupt",
        registers: &[Csr(0)],
        handling: KeptOut,
        device: "sets no TINT with TOKINTD set for a frame that is lost either",
        data_sheet: "CSR5, TOKINTD: no TINT for frames that were sent without an error",
        shown_by: || {
            let quiet = [Step::Link(false), Step::WriteCsr(5, TOKINTD as u16)];
            [&quiet[..], &initialized(), &sending(0)].concat()
        },
    },
    Known {
        id: "padding",
        registers: &[],
        handling: KeptOut,
        device: "does not pad what it sends",
        data_sheet: "CSR4, APAD_XMT: short frames are padded",
        shown_by: || [&[Step::WriteCsr(4, 0x0800)], &initialized()[..], &short(0)].concat(),
    },
];
