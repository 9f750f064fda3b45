//! Both sides in step: what is done to one is done to the other, and what comes of it is compared.

use anyhow::Result;
use pcnet_model::Width;

use crate::device::Device;
use crate::difference::{Difference, Register, What};
use crate::known::{self, Known, Seen, State};
use crate::layout::{self, ENP, OWN, STP};
use crate::memory::{self, ARENA, FILLED};
use crate::model::Model;
use crate::sequence;
use crate::side::{Events, Side, Space};
use crate::step::{Demand, Outgoing, STATION, Setup, Step};

/// Offsets of the ports in the window: RDP, then RAP and BDP for each width (Am79C970A, I/O resources).
const RDP: u16 = 0x10;
const RAP: [u16; 2] = [0x12, 0x14];
const RESET: [u16; 2] = [0x14, 0x18];
const BDP: [u16; 2] = [0x16, 0x1c];

/// CSR0: bits that steps set on their own, or depend on.
const INIT: u32 = 1 << 0;
const INIT_STRT: u32 = INIT | 1 << 1;
const STOP: u16 = 1 << 2;
const TDMD: u16 = 1 << 3;
const RXON: u16 = 1 << 5;
const IENA: u16 = 1 << 6;
const TXON: u16 = 1 << 4;
/// CSR4: the ring is looked at on demand only.
const TXDPOLL: u16 = 1 << 12;
/// CSR5: suspended.
const SPND: u16 = 1 << 0;
/// CSR15: loopback.
const LOOP: u16 = 1 << 2;
/// BCR18: the ports are 32 bits wide.
const DWIO: u16 = 1 << 7;

/// CSRs that keep what they hold through all resets (Am79C970A, their sections).
const KEPT: [std::ops::RangeInclusive<u16>; 4] = [1..=2, 15..=15, 18..=47, 60..=67];

/// How many registers of each kind are read at the end of a sequence.
const CSRS: u16 = 128;
const BCRS: u16 = 32;

/// The model and the emulator's card.
#[derive(Debug)]
pub struct Session {
    model: Model,
    device: Device,
    seen: Seen,
    /// What the step that is being done came to, beside its reads: nothing, as long as both sides agree.
    found: Option<What>,
    /// The cable is plugged.
    link: bool,
    /// The chip was told that there is something to send, since it was stopped.
    demanded: bool,
    /// The last sequence ended with a difference.
    differs: bool,
    compared: Compared,
}

/// How much was compared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Compared {
    /// Sequences.
    pub sequences: u64,
    /// Steps.
    pub steps: u64,
    /// Values of registers.
    pub reads: u64,
    /// Edges of the interrupt line.
    pub edges: u64,
    /// Frames that were sent.
    pub sent: u64,
    /// Frames from the wire that the chip was listening to.
    pub received: u64,
}

impl Session {
    /// Starts the emulator.
    ///
    /// # Errors
    /// It does not start, or is not what is expected.
    pub fn start() -> Result<Self> {
        Ok(Self {
            model: Model::new(STATION),
            device: Device::start(STATION)?,
            seen: Seen::default(),
            found: None,
            link: true,
            demanded: false,
            differs: false,
            compared: Compared::default(),
        })
    }

    /// Which known differences have shown so far.
    #[must_use]
    pub fn seen(&self) -> &Seen {
        &self.seen
    }

    /// How much was compared so far.
    #[must_use]
    pub fn compared(&self) -> Compared {
        self.compared
    }

    /// Does the sequence of a known difference as if it were not known, so that it shows.
    ///
    /// # Errors
    /// The emulator fails.
    pub fn show(&mut self, known: &Known) -> Result<Option<Difference>> {
        self.seen.ignore(Some(known.id));
        let difference = self.run(&(known.shown_by)());
        self.seen.ignore(None);
        difference
    }

    /// Does a sequence on both sides, from reset and empty memory on. Ends at the first difference that is not known.
    ///
    /// # Errors
    /// The emulator fails.
    pub fn run(&mut self, steps: &[Step]) -> Result<Option<Difference>> {
        self.clear()?;
        self.compared.sequences += 1;
        let difference = self.find(steps)?;
        self.differs = difference.is_some();
        Ok(difference)
    }

    fn find(&mut self, steps: &[Step]) -> Result<Option<Difference>> {
        for (number, step) in steps.iter().enumerate() {
            self.compared.steps += 1;
            self.step(step)?;
            self.settle()?;
            if let Some(what) = self.compare()? {
                let step = Some(number);
                return Ok(Some(Difference { step, what }));
            }
        }
        let what = match self.sweep()? {
            None => self.compare_everything()?,
            found => found,
        };
        Ok(what.map(|what| Difference { step: None, what }))
    }

    fn clear(&mut self) -> Result<()> {
        self.link = true;
        let Self { model, device, .. } = self;
        model.set_link(true)?;
        device.set_link(true)?;
        self.reset()?;
        for index in KEPT.into_iter().flatten() {
            self.write_csr(index, 0)?;
        }
        self.select(0)?;
        self.clear_memory()
    }

    fn clear_memory(&mut self) -> Result<()> {
        if std::mem::take(&mut self.differs) {
            // Then the model does not know what the device has written.
            for range in memory::whole() {
                self.store(range.start, &vec![0; range.len()])?;
            }
        }
        for (address, length) in self.model.take_dirty() {
            self.store(address, &vec![0; length])?;
        }
        // What this has made dirty is clean.
        drop(self.model.take_dirty());
        Ok(())
    }

    fn reset(&mut self) -> Result<()> {
        self.found = None;
        let Self { model, device, .. } = self;
        model.reset()?;
        device.reset()?;
        // How the line goes down with a whole machine is not the chip's.
        drop((model.events()?, device.events()?));
        self.after_reset()
    }

    /// Brings the rings together again, which one side forgets.
    fn after_reset(&mut self) -> Result<()> {
        self.demanded = false;
        self.forget()?;
        if self.seen.holds("reset-rings") {
            for index in [76, 78] {
                self.write_csr(index, 1_u16.wrapping_neg())?;
            }
            for index in known::BASES {
                self.select(index)?;
                self.model.write(Space::Ports, RDP, self.width(), 0)?;
            }
            self.select(0)?;
        }
        Ok(())
    }

    fn step(&mut self, step: &Step) -> Result<()> {
        match *step {
            Step::Read(space, offset, width) => self.read(space, offset, width),
            Step::Write(space, offset, width, value) => self.write(space, offset, width, value),
            Step::ReadCsr(index) => {
                self.select(index)?;
                self.port(RDP)
            }
            Step::WriteCsr(index, value) => self.write_csr(index, value),
            Step::ReadBcr(index) => {
                self.select(index)?;
                self.port(BDP[self.wide()])
            }
            Step::WriteBcr(index, value) => self.write_bcr(index, value),
            Step::Setup(ref setup) => self.set_up(setup),
            Step::Send(ref frames, demand) => self.send(frames, demand),
            Step::Refill(count, size) => self.refill(count, size),
            Step::Poke(offset, value) => {
                self.store(ARENA + u32::from(offset), &value.to_le_bytes())
            }
            Step::Frame(frame) => {
                let bytes = frame.bytes(self.seen.fcs(sequence::RECEIVED));
                let loops = self.model.csr(15) & LOOP != 0 && self.seen.holds("looped-wire");
                if self.seen.hears_nothing(self.model.csr(15)) {
                    self.model.elapse()?;
                } else {
                    self.model.receive(&bytes)?;
                }
                if self.hears() && !loops {
                    self.compared.received += 1;
                    self.device.receive(&bytes)
                } else {
                    self.device.elapse()
                }
            }
            Step::Elapse => {
                self.model.elapse()?;
                self.device.elapse()
            }
            Step::Link(false) if !self.seen.may_unplug(self.model.csr(5)) => Ok(()),
            Step::Link(up) => {
                self.link = up;
                self.model.set_link(up)?;
                self.device.set_link(up)
            }
            Step::SoftReset => self.port(RESET[self.wide()]),
            Step::HardReset => self.reset(),
        }
    }

    /// Whether a frame from the wire would get to the card at once.
    ///
    /// The emulator drops it where the cable is pulled, and keeps it for a chip that does not listen, to deliver it
    /// later, as no wire does.
    fn hears(&self) -> bool {
        let status = self.model.csr(0);
        let off = status & RXON == 0 && self.seen.holds("receiver-off");
        self.link && !off && status & STOP == 0 && self.model.csr(5) & SPND == 0
    }

    fn state(&self) -> State {
        State {
            status: self.model.csr(0),
            features: self.model.csr(4),
            mode: self.model.csr(15),
            suspended: self.model.csr(5) & SPND != 0,
            wide: self.wide() != 0,
            link: self.link,
            demanded: self.demanded,
        }
    }

    fn wide(&self) -> usize {
        usize::from(self.model.bcr(18) & DWIO != 0)
    }

    fn width(&self) -> Width {
        [Width::W16, Width::W32][self.wide()]
    }

    /// The register that an access of the window would reach, where it is known which.
    fn register(&mut self, offset: u16, width: Width) -> Result<Register> {
        let wide = self.wide();
        let selected =
            self.model
                .read(Space::Ports, RAP[wide], [Width::W16, Width::W32][wide])? as u16;
        Ok(match offset {
            _ if width != self.width() => Register::Window(offset),
            RDP => Register::Csr(selected),
            _ if offset == BDP[wide] => Register::Bcr(selected),
            _ => Register::Window(offset),
        })
    }

    fn read(&mut self, space: Space, offset: u16, width: Width) -> Result<()> {
        let register = self.register(offset, width)?;
        let resets = offset == RESET[self.wide()] && width == self.width();
        let model = self.model.read(space, offset, width)?;
        let device = self.device.read(space, offset, width)?;
        if resets {
            self.after_reset()?;
        }
        self.compared.reads += 1;
        if model == device || self.seen.explain(register, model, device) {
            return Ok(());
        }
        if self.found.is_none() {
            self.found = Some(What::Read {
                register,
                model,
                device,
            });
        }
        Ok(())
    }

    fn write(&mut self, space: Space, offset: u16, width: Width, value: u32) -> Result<()> {
        let register = self.register(offset, width)?;
        if self.strays(register, value) {
            return Ok(());
        }
        let state = self.state();
        let Some((model, device)) = self.seen.written(register, value, state) else {
            return Ok(());
        };
        if register == Register::Csr(0) {
            self.demanded |= model & u32::from(TDMD) != 0;
            self.demanded &= model & u32::from(STOP) == 0;
        }
        let initializes = register == Register::Csr(0) && model & INIT_STRT == INIT;
        if initializes && self.seen.holds("stopped-demand") {
            // The device would send what is there before it is started.
            let ring = ARENA + u32::from(memory::TRANSMIT_RING);
            self.store(ring, &[0; 16 * FILLED as usize])?;
        }
        let style = self.style();
        self.model.write(space, offset, width, model)?;
        self.device.write(space, offset, width, device)?;
        if self.style() != style {
            self.forget()?;
        }
        if register == Register::Csr(72) && self.seen.holds("receive-scan") {
            self.forget()?;
        }
        if let Register::Csr(index @ (76 | 78)) = register {
            // The counter of a ring of another length begins anew.
            self.write_csr(index - 4, value as u16)?;
            self.select(index)?;
        }
        Ok(())
    }

    /// Clears the block and the rings: what was a descriptor in one style is none in another.
    fn forget(&mut self) -> Result<()> {
        let used = memory::BLOCK..memory::TRANSMIT_RING + 16 * FILLED;
        self.store(ARENA + u32::from(used.start), &vec![0; used.len()])
    }

    /// Whether a write would be of no sense: a ring is changed while it is in use, or its counter gets a value that is
    /// not in the ring.
    fn strays(&self, register: Register, value: u32) -> bool {
        let Register::Csr(index @ (72 | 74 | 76 | 78)) = register else {
            return false;
        };
        if self.model.csr(0) & STOP == 0 {
            return true;
        }
        if let 76 | 78 = index {
            return false;
        }
        let length = self.model.csr(usize::from(index) + 4);
        (value as u16).wrapping_sub(length) >= length.wrapping_neg()
    }

    /// Reads one of the ports, in the width that they have now.
    fn port(&mut self, offset: u16) -> Result<()> {
        self.read(Space::Ports, offset, self.width())
    }

    fn select(&mut self, index: u16) -> Result<()> {
        self.write(Space::Ports, RAP[self.wide()], self.width(), index.into())
    }

    fn write_csr(&mut self, index: u16, value: u16) -> Result<()> {
        self.select(index)?;
        self.write(Space::Ports, RDP, self.width(), value.into())
    }

    fn write_bcr(&mut self, index: u16, value: u16) -> Result<()> {
        self.select(index)?;
        self.write(Space::Ports, BDP[self.wide()], self.width(), value.into())
    }

    fn store(&mut self, address: u32, bytes: &[u8]) -> Result<()> {
        self.model.store(address, bytes)?;
        self.device.store(address, bytes)
    }

    fn style(&self) -> u8 {
        (self.model.bcr(20) & 0xff) as u8
    }

    fn set_up(&mut self, setup: &Setup) -> Result<()> {
        self.write_csr(0, STOP)?;
        self.write_bcr(20, setup.style.into())?;
        let style = self.style();
        let mode = setup.mode & !(self.seen.kept_out_of_mode() as u16);
        let setup = &Setup {
            style,
            mode,
            ..*setup
        };
        self.store(ARENA + u32::from(memory::BLOCK), &layout::block(setup))?;
        let address = ARENA + u32::from(memory::BLOCK);
        self.write_csr(1, address as u16)?;
        self.write_csr(2, (address >> 16) as u16)?;
        if self.seen.holds("receive-scan") {
            // The rings begin anew.
            for index in [72, 74] {
                self.write_csr(index, self.model.csr(usize::from(index) + 4))?;
            }
            self.forget()?;
            self.store(ARENA + u32::from(memory::BLOCK), &layout::block(setup))?;
        }
        let (count, size) = setup.receive;
        self.fill(0, count.min(FILLED).min(self.seen.in_a_row(size)), size)
    }

    /// Where the chip is in a ring, and how long the ring is: from a pair of the registers RCVRC and RCVRL, XMTRC and
    /// XMTRL. The counter starts as the negative length, and goes up (Am79C970A, CSR72, CSR74, CSR76, CSR78).
    fn position(&self, counter: usize, length: usize) -> (u16, u16) {
        let (counter, length) = (self.model.csr(counter), self.model.csr(length));
        let entries = length.wrapping_neg().max(1);
        (counter.wrapping_sub(length) % entries, entries)
    }

    fn refill(&mut self, count: u16, size: u16) -> Result<()> {
        let (first, length) = self.position(72, 76);
        for ahead in 0..count.min(length).min(FILLED).min(self.seen.in_a_row(size)) {
            let slot = ((u32::from(first) + u32::from(ahead)) % u32::from(length)) as u16;
            self.fill(slot, 1, size)?;
        }
        Ok(())
    }

    /// Gives receive descriptors to the chip.
    fn fill(&mut self, first: u16, count: u16, size: u16) -> Result<()> {
        for slot in first..first.saturating_add(count) {
            let descriptor =
                layout::descriptor(self.style(), OWN, memory::receive_buffer(slot), size);
            self.put(memory::RECEIVE_RING, slot, &descriptor)?;
        }
        Ok(())
    }

    /// Stores a descriptor, if there is room for it.
    fn put(&mut self, ring: u16, slot: u16, descriptor: &[u8]) -> Result<()> {
        if slot < FILLED {
            let offset = u32::from(ring) + u32::from(slot * layout::size(self.style()));
            self.store(ARENA + offset, descriptor)?;
        }
        Ok(())
    }

    fn send(&mut self, frames: &[Outgoing], demand: Demand) -> Result<()> {
        let mode = self.model.csr(15);
        if self.seen.unsent(self.state(), demand) {
            return Ok(());
        }
        let (first, length) = self.position(74, 78);
        let mut used = 0;
        for outgoing in frames {
            let frame = self.seen.sent(outgoing.frame, mode);
            let bytes = frame.bytes(self.seen.fcs(sequence::LOOPED));
            let one = self.seen.in_one_piece(self.state());
            let pieces = split(&bytes, if one { &[] } else { &outgoing.pieces });
            // A frame that has no room is left out as a whole.
            let count = pieces.len() as u16;
            let filled = FILLED.saturating_sub(first.saturating_add(used));
            if count > length - used || (length > FILLED && count > filled) {
                break;
            }
            let slots = (0..count).map(|ahead| {
                let slot = u32::from(first) + u32::from(used + ahead);
                (slot % u32::from(length)) as u16
            });
            self.chain(&pieces, slots, outgoing.flags)?;
            used += count;
        }
        match demand {
            Demand::Now => self.write_csr(0, self.model.csr(0) & IENA | TDMD),
            Demand::Poll => Ok(()),
        }
    }

    /// Puts the pieces of a frame into descriptors.
    fn chain(
        &mut self,
        pieces: &[&[u8]],
        slots: impl Iterator<Item = u16>,
        flags: u16,
    ) -> Result<()> {
        let style = self.style();
        let mut flags = OWN | STP | self.seen.transmit_flags(flags, style);
        for (number, (piece, slot)) in pieces.iter().zip(slots).enumerate() {
            let end = if number + 1 == pieces.len() { ENP } else { 0 };
            let flags = std::mem::replace(&mut flags, OWN) | end;
            let buffer = memory::transmit_buffer(slot);
            self.store(buffer, piece)?;
            let descriptor = layout::descriptor(style, flags, buffer, u16::try_from(piece.len())?);
            self.put(memory::TRANSMIT_RING, slot, &descriptor)?;
        }
        Ok(())
    }

    /// Lets the chip find what it would find by itself.
    ///
    /// When it looks at its ring is its own business, and the two sides may do so at different accesses: so time passes
    /// before the next one.
    fn settle(&mut self) -> Result<()> {
        let running = self.model.csr(0) & TXON != 0 && self.model.csr(5) & SPND == 0;
        if !running || self.model.csr(4) & TXDPOLL != 0 {
            return Ok(());
        }
        let (slot, _) = self.position(74, 78);
        let base = u32::from(self.model.csr(30)) | u32::from(self.model.csr(31)) << 16;
        // The byte with OWN has the same place in every style.
        let offset = u32::from(slot) * u32::from(layout::size(self.style()));
        let owner = offset + if self.style() == 0 { 3 } else { 7 };
        let mut byte = [0];
        self.model.read_memory(base.wrapping_add(owner), &mut byte);
        if byte[0] & (OWN >> 8) as u8 != 0 {
            self.step(&Step::Elapse)?;
        }
        Ok(())
    }

    /// What differs after a step.
    fn compare(&mut self) -> Result<Option<What>> {
        if let Some(what) = self.found.take() {
            return Ok(Some(what));
        }
        let (mut model, device) = (self.model.events()?, self.device.events()?);
        if device.frames.is_empty() && self.seen.sends_nothing(self.model.csr(15)) {
            model.frames.clear();
        }
        self.compared.edges += device.edges.len() as u64;
        self.compared.sent += device.frames.len() as u64;
        if let Some(what) = differing_events(model, device) {
            return Ok(Some(what));
        }
        self.compare_memory(memory::COMPARED)
    }

    fn compare_memory(&mut self, range: std::ops::Range<u32>) -> Result<Option<What>> {
        let mut device = vec![0; range.len()];
        self.device.load(range.start, &mut device)?;
        let model = &self.model.memory()[range.start as usize..range.end as usize];
        let found = memory::first_difference(model, &device);
        Ok(found.map(|(at, model, device)| What::Memory {
            address: range.start + at as u32,
            model,
            device,
        }))
    }

    /// Reads all registers, those that nobody asked for during the sequence too.
    fn sweep(&mut self) -> Result<Option<What>> {
        for index in 0..CSRS {
            self.step(&Step::ReadCsr(index))?;
        }
        for index in 0..BCRS {
            self.step(&Step::ReadBcr(index))?;
        }
        self.compare()
    }

    fn compare_everything(&mut self) -> Result<Option<What>> {
        for range in memory::whole() {
            if let Some(what) = self.compare_memory(range)? {
                return Ok(Some(what));
            }
        }
        Ok(None)
    }
}

/// A frame in pieces of these lengths, and the rest. None is empty.
fn split<'a>(mut frame: &'a [u8], lengths: &[u16]) -> Vec<&'a [u8]> {
    let mut pieces = Vec::new();
    for &length in lengths {
        let Some((piece, rest)) = frame.split_at_checked(length.into()) else {
            break;
        };
        if rest.is_empty() {
            break;
        }
        pieces.push(piece);
        frame = rest;
    }
    pieces.push(frame);
    pieces
}

fn differing_events(model: Events, device: Events) -> Option<What> {
    if model.edges != device.edges {
        return Some(What::Edges {
            model: model.edges,
            device: device.edges,
        });
    }
    (model.frames != device.frames).then_some(What::Frames {
        model: model.frames,
        device: device.frames,
    })
}
