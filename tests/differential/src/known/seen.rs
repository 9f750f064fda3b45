//! How the known differences are applied.

use std::collections::BTreeMap;

use super::Handling::Explained;
use super::all;
use super::bits::{
    APAD_XMT, ASEL, ASTRP_RCV, AUIFD, BASES, COUNTERS, DLNKTST, DRX, DTX, DWIO, DXMTFCS, FCOLL,
    INIT, INTL, LOOP, LTINTEN, STOP, STRT, TDMD, TOKINTD, TXDPOLL, TXON, TXSTRTM, UINTCMD,
};
use crate::difference::Register::{self, Bcr, Csr};
use crate::step::{Demand, Frame};

/// What is kept out depends on the state of the chip: some of its registers, and what else matters.
#[derive(Debug, Clone, Copy)]
pub(crate) struct State {
    /// CSR0.
    pub(crate) status: u16,
    /// CSR4.
    pub(crate) features: u16,
    /// CSR15.
    pub(crate) mode: u16,
    /// CSR5: SPND.
    pub(crate) suspended: bool,
    /// BCR18: DWIO.
    pub(crate) wide: bool,
    /// The cable is plugged.
    pub(crate) link: bool,
    /// TDMD was written since the chip was stopped.
    pub(crate) demanded: bool,
}

/// How often each of [`all`] has shown.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    counts: BTreeMap<&'static str, u64>,
    /// The one that is taken for unknown.
    ignored: Option<&'static str>,
}

impl Seen {
    /// Takes one of them for unknown, to see that it is still there.
    pub(crate) fn ignore(&mut self, id: Option<&'static str>) {
        self.ignored = id;
    }

    /// Whether something is kept out.
    pub(crate) fn holds(&self, id: &str) -> bool {
        self.ignored != Some(id)
    }

    /// Whether a known difference explains what was read; counts it if so.
    pub(crate) fn explain(&mut self, register: Register, model: u32, device: u32) -> bool {
        let mut adjusted = device;
        let mut shown = Vec::new();
        for known in all().filter(|known| known.registers.contains(&register)) {
            let Explained(adjust) = known.handling else {
                continue;
            };
            let before = adjusted;
            if before != model && self.holds(known.id) {
                adjusted = adjust(model, before);
            }
            if adjusted != before {
                shown.push(known.id);
            }
        }
        if adjusted != model {
            return false;
        }
        for id in shown {
            *self.counts.entry(id).or_default() += 1;
        }
        true
    }

    /// What is written to each side in place of `value`: to the model, and to the device. Nothing, if nothing could be
    /// compared.
    pub(crate) fn written(
        &self,
        register: Register,
        value: u32,
        state: State,
    ) -> Option<(u32, u32)> {
        let same = |value| Some((value, value));
        match register {
            Csr(0) => same(value & !self.kept_out_of_commands(value, state)),
            Csr(index) if BASES.contains(&index) && self.holds("ring-bases") => None,
            // The same length, as each side holds it.
            Csr(index) if COUNTERS.contains(&index) && self.holds("ring-counters") => {
                Some((value, u32::from((value as u16).wrapping_neg())))
            }
            Csr(80 | 82 | 100 | 114 | 122 | 124) if self.holds("quiet-registers") => None,
            Bcr(18) if self.holds("double-words") => {
                let width = if state.wide { DWIO } else { 0 };
                same(value & !DWIO | width)
            }
            Bcr(9) if self.holds("full-duplex-aui") => same(value & !AUIFD),
            Bcr(2) if self.holds("port-selection") => same(value | ASEL),
            Csr(15) => {
                let running = state.status & STOP == 0 && self.holds("running-mode");
                let fixed = if running { DRX } else { 0 };
                same(value & !self.kept_out_of_mode() & !fixed | u32::from(state.mode) & fixed)
            }
            Csr(5) => {
                let mut value = value;
                if self.holds("last-transmit-interrupt") {
                    value &= !LTINTEN;
                }
                if !state.link && self.holds("failed-transmit-interrupt") {
                    value &= !TOKINTD;
                }
                same(value)
            }
            Csr(4) => {
                let mut value = value;
                if self.holds("transmission-interrupt") {
                    value |= TXSTRTM;
                }
                let polls = state.features & TXDPOLL == 0;
                if state.demanded && polls && self.holds("lasting-demand") {
                    value &= !u32::from(TXDPOLL);
                }
                if self.holds("padding") {
                    value &= !APAD_XMT;
                }
                if self.holds("stripping") {
                    value &= !ASTRP_RCV;
                }
                if self.holds("user-interrupt") {
                    value &= !UINTCMD;
                }
                same(value)
            }
            _ => same(value),
        }
    }

    /// Commands that are left out of a write of CSR0.
    fn kept_out_of_commands(&self, value: u32, state: State) -> u32 {
        let stopped = state.status & STOP != 0;
        let cases = [
            (
                "stop-and-more",
                value & u32::from(STOP) != 0,
                INIT | STRT | TDMD,
            ),
            (
                "stopped-demand",
                state.status & TXON == 0 && value & STRT == 0,
                TDMD,
            ),
            ("running-initialization", !stopped, INIT),
            ("suspended-transmitter", state.suspended, INIT | STRT | TDMD),
        ];
        cases
            .into_iter()
            .filter(|&(id, applies, _)| applies && self.holds(id))
            .fold(0, |all, (_, _, bits)| all | bits)
    }

    /// Bits that are left out of the mode.
    pub(crate) fn kept_out_of_mode(&self) -> u32 {
        let bits = [
            ("own-fcs", DXMTFCS),
            ("transmitter-off", DTX),
            ("forced-collisions", FCOLL),
            ("link-test", DLNKTST),
        ];
        bits.into_iter()
            .filter(|(id, _)| self.holds(id))
            .fold(0, |all, (_, bit)| all | bit)
    }

    /// Whether frames that only the model sends are left out, in this mode.
    pub(crate) fn sends_nothing(&self, mode: u16) -> bool {
        mode & (LOOP | INTL) == LOOP && self.holds("external-loopback")
    }

    /// Whether the cable may be pulled, with this in CSR5.
    pub(crate) fn may_unplug(&self, extended: u16) -> bool {
        u32::from(extended) & TOKINTD == 0 || !self.holds("failed-transmit-interrupt")
    }

    /// What FCS a frame has to have.
    pub(crate) fn fcs(&self, same: [u8; 4]) -> Option<[u8; 4]> {
        self.holds("fcs").then_some(same)
    }

    /// Whether frames from the wire reach nobody in this mode.
    pub(crate) fn hears_nothing(&self, mode: u16) -> bool {
        mode & (LOOP | INTL) == LOOP && self.holds("looped-wire")
    }

    /// How many receive descriptors in a row may have a buffer of this size.
    pub(crate) fn in_a_row(&self, size: u16) -> u16 {
        // Two of them, and one that has room for whatever is left.
        let small = size < 1536 && self.holds("long-receive-chain");
        if small { 2 } else { u16::MAX }
    }

    /// A frame as it is put into the transmit ring.
    pub(crate) fn sent(&self, frame: Frame, mode: u16) -> Frame {
        let short = mode & LOOP != 0 && self.holds("looped-runts");
        let least = if short { 60 } else { 0 };
        let most = if self.holds("babble") { 1514 } else { u16::MAX };
        Frame {
            length: frame.length.clamp(least, most),
            ..frame
        }
    }

    /// Whether nothing is put into the transmit ring.
    pub(crate) fn unsent(&self, state: State, demand: Demand) -> bool {
        let lazy = state.suspended || state.features & TXDPOLL != 0 && demand == Demand::Poll;
        state.status & TXON == 0 && self.holds("stopped-demand")
            || state.mode & LOOP != 0 && !state.link && self.holds("looped-without-link")
            || lazy && state.demanded && self.holds("lasting-demand")
    }

    /// Whether a frame goes into one descriptor whatever its pieces.
    pub(crate) fn in_one_piece(&self, state: State) -> bool {
        !state.link && self.holds("chain-without-link")
    }

    /// The flags of a transmit descriptor.
    pub(crate) fn transmit_flags(&self, flags: u16, style: u8) -> u16 {
        // NO_FCS of the ILACC, ADD_FCS elsewhere.
        let fcs = style == 1 && self.holds("own-fcs");
        let result = self.holds("transmit-result");
        flags & if fcs { !0x2000 } else { !0 } & if result { !0x1800 } else { !0 }
    }

    /// How often a difference has shown.
    #[must_use]
    pub fn count(&self, id: &str) -> u64 {
        self.counts.get(id).copied().unwrap_or(0)
    }
}
