//! What is kept out of sequences about anything else.

use super::Handling::KeptOut;
use super::Known;
use super::bits::{DLNKTST, DRX, LOOP};
use super::examples::{PLAIN, arriving, initialized, with_buffers};
use crate::difference::Register::{Bcr, Csr};
use crate::step::{Frame, Setup, Step};

pub(super) const TABLE: &[Known] = &[
    Known {
        id: "double-words",
        registers: &[],
        handling: KeptOut,
        device: "changes the width of its ports when BCR18 is written",
        data_sheet: "BCR18, DWIO: read only",
        shown_by: || vec![Step::WriteBcr(18, 0x9081)],
    },
    Known {
        id: "user-interrupt",
        registers: &[Csr(4)],
        handling: KeptOut,
        device: "sets UINT in place of UINTCMD when interrupts are enabled, not before",
        data_sheet: "CSR4, UINTCMD: sets UINT, and reads as zero",
        shown_by: || vec![Step::WriteCsr(4, 0x0080)],
    },
    Known {
        id: "reset-rings",
        registers: &[Csr(72), Csr(74), Csr(76), Csr(78)],
        handling: KeptOut,
        device: "has rings of one descriptor at address 0 after a reset",
        data_sheet: "CSR24, CSR30, CSR72, CSR74, CSR76, CSR78: unaffected by resets",
        shown_by: || [initialized(), vec![Step::SoftReset]].concat(),
    },
    Known {
        id: "running-initialization",
        registers: &[Csr(0)],
        handling: KeptOut,
        device: "looks at the mode that an initialization brings without a start",
        data_sheet: "CSR0, INIT: to be set while the chip is stopped; STRT: looks at DRX and DTX",
        shown_by: || {
            let setup = Setup {
                mode: DRX as u16,
                ..PLAIN
            };
            vec![
                Step::Setup(setup),
                Step::WriteCsr(0, 0x0002),
                Step::WriteCsr(0, 0x0001),
                Step::Frame(arriving(60)),
            ]
        },
    },
    Known {
        id: "receive-scan",
        registers: &[Csr(0)],
        handling: KeptOut,
        device: "looks further along the ring when the current descriptor is not its own",
        data_sheet: "Receive operation: the frame is missed",
        shown_by: || {
            let position = vec![
                Step::WriteCsr(0, 0x0001),
                Step::WriteCsr(0, 0x0004),
                // The third of four.
                Step::WriteCsr(72, 0xfffe),
                Step::WriteCsr(0, 0x0002),
                Step::Frame(arriving(60)),
            ];
            [
                vec![Step::Setup(Setup {
                    receive: (1, 1536),
                    ..PLAIN
                })],
                position,
            ]
            .concat()
        },
    },
    Known {
        id: "receiver-off",
        registers: &[Csr(0)],
        handling: KeptOut,
        device: "receives as soon as it is not stopped",
        data_sheet: "CSR0, RXON: the receiver is on while it is set",
        shown_by: || [initialized(), vec![Step::Frame(arriving(60))]].concat(),
    },
    Known {
        id: "quiet-registers",
        registers: &[Csr(80), Csr(82), Csr(100), Csr(114), Csr(122), Csr(124)],
        handling: KeptOut,
        device: "does not let them be written",
        data_sheet: "CSR80, CSR82, CSR100, CSR114, CSR122: can be written while the chip is stopped or suspended; \
                     CSR124: while EN124 (CSR4) is set",
        shown_by: || vec![Step::WriteCsr(80, 0)],
    },
    Known {
        id: "fcs",
        registers: &[],
        handling: KeptOut,
        device: "stores zeros for the FCS of a frame from the wire, and a wrong one in loopback",
        data_sheet: "Receive operation: the FCS is stored behind the frame",
        shown_by: || {
            let receive = vec![Step::WriteCsr(0, 0x0002), Step::Frame(arriving(60))];
            [with_buffers(), receive].concat()
        },
    },
    Known {
        id: "stripping",
        registers: &[],
        handling: KeptOut,
        device: "does not strip what it receives",
        data_sheet: "CSR4, ASTRP_RCV: a frame with a length below 46 loses its padding and its FCS",
        shown_by: || {
            let frame = Frame {
                kind: 10,
                ..arriving(60)
            };
            let start = vec![Step::WriteCsr(0, 0x0002), Step::Frame(frame)];
            [vec![Step::WriteCsr(4, 0x0400)], with_buffers(), start].concat()
        },
    },
    Known {
        id: "looped-wire",
        registers: &[],
        handling: KeptOut,
        device: "hears nothing from the wire in any loopback mode",
        data_sheet: "Loopback operation: only internal loopback shuts the network out",
        shown_by: || {
            let setup = Setup {
                mode: LOOP,
                receive: (4, 1536),
                ..PLAIN
            };
            let start = vec![Step::Setup(setup), Step::WriteCsr(0, 0x0003)];
            [start, vec![Step::Frame(arriving(60))]].concat()
        },
    },
    Known {
        id: "long-receive-chain",
        registers: &[],
        handling: KeptOut,
        device: "spreads a frame over three buffers at most",
        data_sheet: "Receive operation: over as many as it takes",
        shown_by: || {
            let setup = Setup {
                receive: (4, 20),
                ..PLAIN
            };
            let start = vec![Step::Setup(setup), Step::WriteCsr(0, 0x0003)];
            [start, vec![Step::Frame(arriving(70))]].concat()
        },
    },
    Known {
        id: "stop-and-more",
        registers: &[Csr(0)],
        handling: KeptOut,
        device: "stops first, and then does what is written along with it",
        data_sheet: "CSR0, STOP: overrides INIT and STRT that are set together with it",
        shown_by: || vec![Step::Setup(PLAIN), Step::WriteCsr(0, 0x0005)],
    },
    Known {
        id: "link-test",
        registers: &[Bcr(4)],
        handling: KeptOut,
        device: "looks at the link all the same",
        data_sheet: "CSR15, DLNKTST: the link is taken for up",
        shown_by: || vec![Step::WriteCsr(15, DLNKTST as u16), Step::Link(false)],
    },
    Known {
        id: "running-mode",
        registers: &[Csr(0)],
        handling: KeptOut,
        device: "stops receiving at once when DRX is written",
        data_sheet: "CSR15, DRX: looked at by STRT; to be written only while the chip is stopped or suspended",
        shown_by: || {
            let closed = vec![
                Step::WriteCsr(0, 0x0002),
                Step::WriteCsr(15, DRX as u16),
                Step::Frame(arriving(60)),
            ];
            [initialized(), closed].concat()
        },
    },
    Known {
        id: "runts",
        registers: &[],
        handling: KeptOut,
        device: "pads frames from the wire to 60 bytes",
        data_sheet: "CSR124, RPA: runts are rejected while it is cleared",
        shown_by: || {
            let start = vec![Step::WriteCsr(0, 0x0002), Step::Frame(arriving(59))];
            [initialized(), start].concat()
        },
    },
];
