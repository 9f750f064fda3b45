//! Values that differ, with nothing else coming of it.

use super::Handling::Explained;
use super::Known;
use super::examples::{demanded, initialized, sending, sent, stopped};
use crate::difference::Register::{self, Bcr, Csr};
use crate::step::Step;

pub(super) const TABLE: &[Known] = &[
    Known {
        id: "ring-counters",
        registers: &[Csr(72), Csr(74), Csr(76), Csr(78)],
        handling: Explained(|_, device| u32::from((device as u16).wrapping_neg())),
        device: "holds the lengths of the rings as they are, and counts down",
        data_sheet: "CSR76, CSR78: the two's complement of the length; CSR72, CSR74: counted in two's complement",
        shown_by: initialized,
    },
    Known {
        id: "ring-bases",
        registers: &[Csr(24), Csr(25), Csr(30), Csr(31)],
        handling: Explained(|model, device| if device == 0 { model } else { device }),
        device: "leaves these registers alone, and does not look at them",
        data_sheet: "CSR24, CSR30: the base addresses of the rings, set by the initialization",
        shown_by: initialized,
    },
    Known {
        id: "ring-codes",
        registers: &[Csr(6)],
        handling: Explained(|model, device| if device == 0 { model } else { device }),
        device: "forgets them in a reset",
        data_sheet: "CSR6: copies of TLEN and RLEN, unaffected by resets",
        shown_by: || [initialized(), vec![Step::SoftReset]].concat(),
    },
    Known {
        id: "stopped-transmitter",
        registers: &[Csr(0)],
        handling: Explained(|model, device| without(device, 0x0010, model & 0x0012 == 0)),
        device: "shows TXON from a stop to the next start",
        data_sheet: "CSR0, TXON: cleared by setting STOP",
        shown_by: stopped,
    },
    Known {
        id: "error-summary",
        registers: &[Csr(0)],
        handling: Explained(|model, device| without(device, 0x8000, model & 0x8000 == 0)),
        device: "keeps ERR set when the errors are cleared",
        data_sheet: "CSR0, ERR: the OR of BABL, CERR, MISS and MERR",
        shown_by: || {
            let unplugged = [initialized(), vec![Step::Link(false)]].concat();
            [&unplugged[..], &sending(0), &[Step::WriteCsr(0, 0x2000)]].concat()
        },
    },
    Known {
        id: "demand",
        registers: &[Csr(0)],
        handling: Explained(|model, device| like(device, 0x0008, model, model & 0x0010 != 0)),
        device: "clears TDMD at another moment",
        data_sheet: "CSR0, TDMD: cleared by the chip, it does not say when",
        shown_by: demanded,
    },
    Known {
        id: "transmission-began",
        registers: &[Csr(4)],
        handling: Explained(|model, device| like(device, 0x0008, model, model & 0x0008 != 0)),
        device: "never sets TXSTRT",
        data_sheet: "CSR4, TXSTRT: set whenever the transmission of a frame begins",
        shown_by: sent,
    },
    Known {
        id: "leds",
        registers: &[Bcr(4), Bcr(5), Bcr(6), Bcr(7)],
        handling: Explained(|model, device| like(device, 0x8000, model, model & 0x013f != 0)),
        device: "shows nothing but the link on its LEDs",
        data_sheet: "BCR4 to BCR7: LEDOUT is the OR of all that is enabled",
        shown_by: || vec![Step::WriteBcr(9, 0x0001), Step::WriteBcr(4, 0x0100)],
    },
    Known {
        id: "poll-timer",
        registers: &[Csr(46)],
        handling: Explained(|model, _| model),
        device: "counts from another moment",
        data_sheet: "CSR46: the count of the poll timer",
        shown_by: || {
            let write = vec![
                Step::WriteCsr(0, 0x0002),
                Step::WriteCsr(46, 1),
                Step::Elapse,
            ];
            [initialized(), write].concat()
        },
    },
    Known {
        id: "descriptor-copies",
        registers: COPIES,
        handling: Explained(|model, _| model),
        device: "shows the descriptor that it looked at last, and nothing if that was not its own",
        data_sheet: "CSR18 to CSR45, CSR62, CSR63: copies of descriptors, of a moment that the chip chooses; \
                     only to be accessed while it is stopped or suspended",
        shown_by: initialized,
    },
];

/// What the chip last saw of descriptors: addresses, counts, states (Am79C970A, CSR18 to CSR45, CSR62, CSR63). Nothing
/// depends on them.
const COPIES: &[Register] = &[
    Csr(18),
    Csr(19),
    Csr(20),
    Csr(21),
    Csr(22),
    Csr(23),
    Csr(26),
    Csr(27),
    Csr(28),
    Csr(29),
    Csr(32),
    Csr(33),
    Csr(34),
    Csr(35),
    Csr(36),
    Csr(37),
    Csr(38),
    Csr(39),
    Csr(40),
    Csr(41),
    Csr(42),
    Csr(43),
    Csr(44),
    Csr(45),
    Csr(62),
    Csr(63),
];

/// The value without some bits, on a condition.
fn without(value: u32, bits: u32, condition: bool) -> u32 {
    if condition { value & !bits } else { value }
}

/// The value with some bits of another, on a condition.
fn like(value: u32, bits: u32, other: u32, condition: bool) -> u32 {
    if condition {
        value & !bits | other & bits
    } else {
        value
    }
}
