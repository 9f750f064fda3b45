//! Both sides in step: what is done to one is done to the other, and what comes of it is compared.

mod access;
mod compare;
mod rings;

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
}
