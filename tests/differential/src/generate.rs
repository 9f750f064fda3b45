//! Random sequences: mostly what drivers do, and around it what they should not.
//!
//! Left out, because there is nothing to compare: accesses that are not aligned (Am79C970A, I/O resources: not
//! supported), and addresses whose upper half is not among [`UPPER_HALVES`] (they lead to other devices).

use pcnet_model::Width;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::Union;

use crate::known::{COUNTERS, KEPT_OUT_OF_MODE};
use crate::side::Space;
use crate::step::{Demand, Destination, Frame, Outgoing, STATION, Setup, Step};

/// What the upper half of an address may be: the arena and what is behind it, the lowest memory, and nothing at all.
const UPPER_HALVES: [u16; 4] = [0x0020, 0x0021, 0x0000, 0x0090];

/// CSRs with the upper half of an address (Am79C970A, the sections of CSR2 and CSR16 to CSR85).
const UPPER: &[u16] = &[2, 17, 19, 21, 23, 27, 29, 33, 35, 37, 39, 61, 65, 85];
/// CSRs that matter most.
const COMMON: &[u16] = &[0, 3, 4, 5, 15, 58, 112, 114, 124];

/// A sequence: usually one that sets the chip up first.
pub(crate) fn sequences() -> impl Strategy<Value = Vec<Step>> {
    let start = prop_oneof![
        8 => (setup(), start()).prop_map(|(setup, start)| {
            vec![Step::Setup(setup), Step::WriteCsr(0, start)]
        }),
        // As drivers do it that wait for the initialization first.
        3 => (setup(), any::<u16>()).prop_map(|(setup, features)| {
            vec![
                Step::Setup(setup),
                Step::WriteCsr(4, features & 0x1d15),
                Step::WriteCsr(0, 0x0001),
                Step::WriteCsr(0, 0x0142),
            ]
        }),
        2 => Just(Vec::new()),
    ];
    (start, vec(step(), 0..28)).prop_map(|(start, rest)| [start, rest].concat())
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => csr_number().prop_map(Step::ReadCsr),
        12 => csr_write(),
        6 => command().prop_map(|value| Step::WriteCsr(0, value)),
        3 => (0_u16..34).prop_map(Step::ReadBcr),
        5 => bcr_write(),
        3 => window_read(),
        3 => window_write(),
        2 => setup().prop_map(Step::Setup),
        10 => send(),
        10 => frame().prop_map(Step::Frame),
        4 => (1_u16..8, buffer_size()).prop_map(|(count, size)| Step::Refill(count, size)),
        2 => poke(),
        3 => Just(Step::Elapse),
        1 => any::<bool>().prop_map(Step::Link),
        1 => Just(Step::SoftReset),
        1 => Just(Step::HardReset),
    ]
}

fn pick<T: Clone + std::fmt::Debug + 'static>(from: &[T]) -> impl Strategy<Value = T> + use<T> {
    proptest::sample::select(from.to_vec())
}

fn csr_number() -> impl Strategy<Value = u16> {
    prop_oneof![3 => pick(COMMON), 3 => 0_u16..128]
}

/// What is written to CSR0 to make the chip run.
fn start() -> impl Strategy<Value = u16> {
    pick(&[0x0003, 0x0043, 0x0041, 0x0001, 0x0002])
}

/// Commands and acknowledgements of CSR0.
fn command() -> impl Strategy<Value = u16> {
    prop_oneof![
        3 => pick(&[0x0001, 0x0002, 0x0003, 0x0004, 0x0008, 0x0040, 0x0042, 0x0043, 0x0048, 0x0000]),
        3 => any::<u16>().prop_map(|value| value & 0x7f00 | 0x0040),
        1 => any::<u16>(),
    ]
}

fn upper_half() -> impl Strategy<Value = u16> {
    prop_oneof![8 => Just(UPPER_HALVES[0]), 1 => pick(&UPPER_HALVES)]
}

/// A value for a CSR, made of the bits that it has a use for and, now and then, of any.
fn csr_write() -> impl Strategy<Value = Step> {
    let bits = |index: u16, mask: u16| {
        any::<u16>()
            .prop_map(move |value| Step::WriteCsr(index, value & mask))
            .boxed()
    };
    let upper = (pick(UPPER), upper_half()).prop_map(|(index, value)| Step::WriteCsr(index, value));
    let counters = (
        pick(&COUNTERS),
        prop_oneof![4 => 0xfff0_u16..=0xffff, 1 => any::<u16>()],
    )
        .prop_map(|(index, value)| Step::WriteCsr(index, value));
    let others: Vec<u16> = (1..128)
        .filter(|index| !UPPER.contains(index) && !COUNTERS.contains(index))
        .collect();
    let any_of =
        (pick(&others), any::<u16>()).prop_map(|(index, value)| Step::WriteCsr(index, value));
    prop_oneof![
        3 => bits(3, 0x5f40),
        3 => bits(4, 0xbfff),
        // Suspend, resume, and the enables.
        2 => pick(&[0x0000, 0x0001]).prop_map(|value| Step::WriteCsr(5, value)),
        2 => bits(5, 0xcfff),
        2 => mode().prop_map(|value| Step::WriteCsr(15, value)),
        1 => (0_u16..5).prop_map(|value| Step::WriteCsr(58, value)),
        2 => bits(124, 0x0018),
        1 => upper,
        1 => counters,
        3 => any_of,
    ]
}

fn bcr_write() -> impl Strategy<Value = Step> {
    let numbers: Vec<u16> = (0..34).collect();
    prop_oneof![
        2 => (0_u16..5).prop_map(|value| Step::WriteBcr(20, value)),
        1 => any::<u16>().prop_map(|value| Step::WriteBcr(2, value & 0x0102)),
        1 => (4_u16..8, any::<u16>()).prop_map(|(index, value)| Step::WriteBcr(index, value)),
        2 => (pick(&numbers), any::<u16>()).prop_map(|(index, value)| Step::WriteBcr(index, value)),
    ]
}

fn mode() -> impl Strategy<Value = u16> {
    prop_oneof![
        6 => Just(0),
        // Internal and external loopback, with and without FCS.
        4 => pick(&[0x0004, 0x0044, 0x8004, 0x8044, 0x4044]),
        // One filter off, one engine off.
        3 => pick(&[0x8000, 0x4000, 0x2000, 0x0001]),
        1 => any::<u16>().prop_map(|mode| mode & !KEPT_OUT_OF_MODE),
    ]
}

fn buffer_size() -> impl Strategy<Value = u16> {
    prop_oneof![4 => Just(1536_u16), 2 => 60_u16..1536, 1 => 1_u16..60]
}

fn setup() -> impl Strategy<Value = Setup> {
    let length = || prop_oneof![6 => 0_u8..5, 1 => 0_u8..9];
    let address = prop_oneof![4 => Just(STATION), 1 => any::<[u8; 6]>()];
    let filter = prop_oneof![1 => Just(0), 1 => Just(u64::MAX), 2 => any::<u64>()];
    (
        pick(&[0_u8, 0, 0, 1, 2, 2, 2, 2, 3, 3]),
        mode(),
        (length(), length()),
        address,
        filter,
        (0_u16..=16, buffer_size()),
    )
        .prop_map(|(style, mode, lengths, address, filter, receive)| Setup {
            style,
            mode,
            // Three bits each in style 0.
            lengths: if style == 0 {
                (lengths.0 & 7, lengths.1 & 7)
            } else {
                lengths
            },
            address,
            filter,
            receive,
        })
}

fn frame() -> impl Strategy<Value = Frame> {
    let to = prop_oneof![
        4 => Just(Destination::Own),
        2 => Just(Destination::Broadcast),
        3 => (0_u8..16).prop_map(Destination::Group),
        1 => Just(Destination::Other),
    ];
    let length = prop_oneof![
        4 => 60_u16..70,
        4 => 70_u16..400,
        2 => 1400_u16..1515,
        1 => 1515_u16..1532,
    ];
    // A type, or a length with room for padding behind.
    let kind = prop_oneof![2 => Just(0x0800), 1 => 0_u16..60];
    (to, length, kind, any::<u8>()).prop_map(|(to, length, kind, seed)| Frame {
        to,
        length,
        kind,
        seed,
    })
}

fn send() -> impl Strategy<Value = Step> {
    let flags = prop_oneof![
        4 => Just(0),
        // ADD_FCS or NO_FCS, MORE, ONE, DEF.
        1 => any::<u16>().prop_map(|flags| flags & 0x3c00),
    ];
    let pieces = prop_oneof![4 => Just(Vec::new()), 1 => vec(1_u16..200, 1..3)];
    let length = prop_oneof![4 => Just(None), 1 => (14_u16..60).prop_map(Some)];
    let frame = (frame(), length).prop_map(|(frame, short)| Frame {
        length: short.unwrap_or(frame.length),
        ..frame
    });
    let outgoing = (frame, pieces, flags).prop_map(|(frame, pieces, flags)| Outgoing {
        frame,
        pieces,
        flags,
    });
    let demand = prop_oneof![4 => Just(Demand::Now), 1 => Just(Demand::Poll)];
    (vec(outgoing, 1..4), demand).prop_map(|(frames, demand)| Step::Send(frames, demand))
}

/// Words here and there in the block. Descriptors are left alone: bits that have to be ones have to be ones.
fn poke() -> impl Strategy<Value = Step> {
    let value = prop_oneof![2 => upper_half(), 1 => Just(0), 1 => any::<u16>()];
    (0_u16..14, value).prop_map(|(word, value)| match word {
        0 => Step::Poke(0, value & !KEPT_OUT_OF_MODE),
        // Lengths of rings that have room.
        1 => Step::Poke(2, value & !0x7070),
        _ => Step::Poke(2 * word, value),
    })
}

fn space() -> impl Strategy<Value = Space> {
    pick(&[Space::Ports, Space::Memory])
}

/// A place of the window, and a width that it is aligned to.
fn place() -> impl Strategy<Value = (u16, Width)> {
    (0_u16..32, pick(&[Width::W8, Width::W16, Width::W32]))
        .prop_map(|(offset, width)| (offset & !(width.bytes() as u16 - 1), width))
}

fn window_read() -> impl Strategy<Value = Step> {
    (space(), place()).prop_map(|(space, (offset, width))| Step::Read(space, offset, width))
}

/// Writes to the window. What they hit depends on the register that is selected, which may be one with an address.
fn window_write() -> impl Strategy<Value = Step> {
    let value = Union::new_weighted(vec![
        (2, upper_half().prop_map(u32::from).boxed()),
        (1, pick(&[0_u32, 1, 4, 0x48, 0x58, 20]).boxed()),
    ]);
    (space(), place(), value).prop_map(|(space, (offset, width), value)| {
        Step::Write(space, offset, width, value & width.ones())
    })
}
