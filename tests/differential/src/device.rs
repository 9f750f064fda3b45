//! The emulator's card, driven over qtest.

use std::io::{ErrorKind, Read};
use std::os::unix::fs::FileExt;

use anyhow::{Context, Result, bail};
use pcnet_model::Width;
use serde_json::json;

use crate::emulator::{Emulator, SLOT};
use crate::side::{Events, Side, Space};

/// Where the card's windows are put.
const PORTS: u32 = 0xc000;
const MEMORY: u32 = 0xe000_0000;
/// The input of the interrupt controller that the card's pin is led to.
const LINE: u32 = 11;
/// The input of the timer.
const TIMER_LINE: u32 = 0;
/// How long [`Side::elapse`] takes on the machine's clock, in ticks of its timer (1.193182 MHz): 3 ms. The chip looks
/// at its rings at least every 65,536 clocks of 30 ns, which is 2 ms.
const TICKS: u32 = 3580;

/// The card of an emulator.
#[derive(Debug)]
pub(crate) struct Device {
    emulator: Emulator,
    /// What of the next frame that was sent has come so far.
    partial: Vec<u8>,
}

impl Device {
    pub(crate) fn start(address: [u8; 6]) -> Result<Self> {
        let mut device = Self {
            emulator: Emulator::start(address)?,
            partial: Vec::new(),
        };
        device.configure()?;
        Ok(device)
    }

    /// Opens the card's windows, lets it master the bus, and leads its interrupt pin to the controller.
    fn configure(&mut self) -> Result<()> {
        self.write_configuration(SLOT, 0x10, PORTS)?;
        self.write_configuration(SLOT, 0x14, MEMORY)?;
        self.write_configuration(SLOT, 0x04, 0x7)?;
        // The four interrupt pins of the bus, in the bridge of slot 1 (Intel 82371SB, PIRQRC).
        self.write_configuration(1, 0x60, LINE * 0x0101_0101)?;
        // Edges on the way here are nobody's.
        self.emulator.qtest.take_edges();
        Ok(())
    }

    fn write_configuration(&mut self, slot: u32, register: u32, value: u32) -> Result<()> {
        let qtest = &mut self.emulator.qtest;
        let address = 1 << 31 | slot << 11 | register;
        qtest.command(&format!("outl 0xcf8 {address:#x}"))?;
        qtest.command(&format!("outl 0xcfc {value:#x}"))
    }

    /// Lets the machine run until its timer has expired, once.
    fn run(&mut self) -> Result<()> {
        self.read(Space::Ports, 0x12, Width::W16)?;
        let Emulator { qtest, monitor, .. } = &mut self.emulator;
        // One shot of the timer's channel 0, low byte first (Intel 8254, mode 0).
        qtest.command("outb 0x43 0x30")?;
        qtest.command(&format!("outb 0x40 {:#x}", TICKS & 0xff))?;
        qtest.command(&format!("outb 0x40 {:#x}", TICKS >> 8))?;
        monitor.execute("cont", &json!({}))?;
        qtest.wait_for(TIMER_LINE)?;
        monitor.execute("stop", &json!({}))?;
        // A chip whose timer was not set looks at its rings when it is accessed.
        self.read(Space::Ports, 0x12, Width::W16)?;
        Ok(())
    }

    /// Waits until the emulator has taken the frame off the wire.
    fn wait_for_arrival(&mut self, frame: &[u8]) -> Result<()> {
        let mut length = [0; 4];
        let stream = &mut self.emulator.arrived;
        stream
            .read_exact(&mut length)
            .context("wait for a frame to arrive")?;
        let mut arrived = vec![0; u32::from_be_bytes(length) as usize];
        stream.read_exact(&mut arrived)?;
        if arrived != frame {
            bail!("another frame arrived than the one that was sent");
        }
        Ok(())
    }

    fn sent(&mut self) -> Result<Vec<Vec<u8>>> {
        let mut chunk = [0; 4096];
        loop {
            match self.emulator.sent.read(&mut chunk) {
                Ok(0) => bail!("the emulator ended"),
                Ok(count) => self.partial.extend(&chunk[..count]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => return Err(error).context("read what was sent"),
            }
        }
        let mut frames = Vec::new();
        while let Some((length, rest)) = self.partial.split_first_chunk::<4>() {
            let length = u32::from_be_bytes(*length) as usize;
            let Some(frame) = rest.get(..length) else {
                break;
            };
            frames.push(frame.to_vec());
            self.partial.drain(..4 + length);
        }
        Ok(frames)
    }
}

impl Side for Device {
    fn reset(&mut self) -> Result<()> {
        // First that of the chip, in either width, so that its interrupt line goes down where that is seen. The
        // controller is not told when the whole machine is reset.
        self.read(Space::Ports, 0x14, Width::W16)?;
        self.read(Space::Ports, 0x18, Width::W32)?;
        self.emulator
            .monitor
            .execute_until("system_reset", "RESET")?;
        // Edges of the reset are forgotten on the way: how the machine around the card goes down is not the card's.
        self.configure()
    }

    fn read(&mut self, space: Space, offset: u16, width: Width) -> Result<u32> {
        let offset = u32::from(offset);
        let command = match (space, width) {
            (Space::Ports, Width::W8) => format!("inb {:#x}", PORTS + offset),
            (Space::Ports, Width::W16) => format!("inw {:#x}", PORTS + offset),
            (Space::Ports, Width::W32) => format!("inl {:#x}", PORTS + offset),
            (Space::Memory, Width::W8) => format!("readb {:#x}", MEMORY + offset),
            (Space::Memory, Width::W16) => format!("readw {:#x}", MEMORY + offset),
            (Space::Memory, Width::W32) => format!("readl {:#x}", MEMORY + offset),
        };
        self.emulator.qtest.number(&command)
    }

    fn write(&mut self, space: Space, offset: u16, width: Width, value: u32) -> Result<()> {
        let offset = u32::from(offset);
        let (verb, address) = match (space, width) {
            (Space::Ports, Width::W8) => ("outb", PORTS),
            (Space::Ports, Width::W16) => ("outw", PORTS),
            (Space::Ports, Width::W32) => ("outl", PORTS),
            (Space::Memory, Width::W8) => ("writeb", MEMORY),
            (Space::Memory, Width::W16) => ("writew", MEMORY),
            (Space::Memory, Width::W32) => ("writel", MEMORY),
        };
        let command = format!("{verb} {:#x} {value:#x}", address + offset);
        self.emulator.qtest.command(&command)
    }

    fn receive(&mut self, frame: &[u8]) -> Result<()> {
        self.emulator
            .wire
            .send(frame)
            .context("put a frame on the wire")?;
        // The emulator has it, and keeps it until the machine runs: then the card gets it before any timer expires.
        self.wait_for_arrival(frame)?;
        self.run()
    }

    fn elapse(&mut self) -> Result<()> {
        self.run()
    }

    fn set_link(&mut self, up: bool) -> Result<()> {
        let arguments = json!({ "name": "net", "up": up });
        self.emulator.monitor.execute("set_link", &arguments)?;
        Ok(())
    }

    fn store(&mut self, address: u32, bytes: &[u8]) -> Result<()> {
        self.emulator
            .memory
            .write_all_at(bytes, u64::from(address))?;
        Ok(())
    }

    fn load(&mut self, address: u32, into: &mut [u8]) -> Result<()> {
        self.emulator
            .memory
            .read_exact_at(into, u64::from(address))?;
        Ok(())
    }

    fn events(&mut self) -> Result<Events> {
        // Whatever the last command caused was reported before this one is answered.
        self.emulator.qtest.command("inb 0x61")?;
        let edges = self.emulator.qtest.take_edges();
        Ok(Events {
            edges: edges
                .iter()
                .filter(|edge| edge.line == LINE)
                .map(|edge| edge.raised)
                .collect(),
            frames: self.sent()?,
        })
    }
}
