//! The process that takes the user half's place.

use std::io::Write;
use std::process::exit;

use anyhow::{Context, Result, bail};
use nix::errno::Errno;
use nix::sys::mman::ProtFlags;
use runtime_wire::protocol::{
    AREA_SIZE, CONNECT, DOWNCALL, DOWNCALL_REQUEST, HEADER_SIZE, Header, NEXT, Service, Status,
    UPCALL_REPLY, UPCALL_REQUEST, UPCALL_STATE,
};
use runtime_wire::wire::{Lower, Reader, Wire, Writer};

use super::cases;
use crate::sys::SplitDevice;

/// The first argument that makes this program the client.
pub(crate) const WORD: &str = "hostile-client";

/// A connected client with the call that it serves.
pub(super) struct Client {
    pub(super) device: SplitDevice,
    pub(super) sequence: u32,
    pub(super) fingerprint: u64,
    pub(super) node: String,
}

/// Runs the client: address of the card, name of the case.
pub(crate) fn main(arguments: &[String]) -> ! {
    let outcome = match arguments {
        [address, case] => run(address, case),
        _ => Err(anyhow::anyhow!("called wrongly")),
    };
    match outcome {
        Ok(()) => exit(0),
        Err(error) => {
            eprintln!("hostile client: {error:#}");
            exit(1)
        }
    }
}

fn run(address: &str, case: &str) -> Result<()> {
    let text =
        std::fs::read_to_string(format!("/sys/class/misc/microdriver-{address}/fingerprint"))?;
    let digits = text.trim().trim_start_matches("0x");
    let fingerprint = u64::from_str_radix(digits, 16).context("the fingerprint is no number")?;
    let node = format!("/dev/microdriver/{address}");
    let mut client = Client {
        device: SplitDevice::open(&node)?,
        sequence: 0,
        fingerprint,
        node,
    };
    cases::before(&mut client, case)?;
    client
        .device
        .request(CONNECT, fingerprint)
        .context("connect")?;
    client
        .device
        .map(AREA_SIZE, ProtFlags::PROT_READ | ProtFlags::PROT_WRITE)
        .context("map")?;
    // The state comes first; after that the process is a user half like any other.
    let number = client.next(0)?;
    if number != UPCALL_STATE {
        bail!("the first call is {number}, not the state");
    }
    let reply = client.reply(Status::Done.code(), &[]);
    // Before whoever waits for us makes its call.
    let reply = cases::ring(&client, case, reply)?;
    std::io::stdout().write_all(b"r")?;
    std::io::stdout().flush()?;
    client.next(reply)?;
    cases::misbehave(&client, case)?;
    // Still here, as it ought to be after a harmless oddity. The call ends with this process.
    Ok(())
}

impl Client {
    /// Replies with so many bytes and waits for a call; returns its number.
    pub(super) fn next(&mut self, reply: usize) -> Result<u16> {
        self.device
            .request(NEXT, (reply as u64) << 8)
            .context("wait for a call")?;
        let message = self.device.read(0, UPCALL_REQUEST);
        let header = Header::lift(&mut Reader::new(&message))
            .ok()
            .context("no header")?;
        self.sequence = header.sequence;
        Ok(header.code)
    }

    /// Writes a reply; returns its length.
    pub(super) fn reply(&self, code: u16, payload: &[u8]) -> usize {
        let header = Header {
            sequence: self.sequence,
            code,
            number: 0,
            length: payload.len() as u16,
            riders: 0,
        };
        self.put(UPCALL_REPLY, header, payload)
    }

    /// Writes a message with any header; returns its length.
    pub(super) fn put(&self, message: usize, header: Header, payload: &[u8]) -> usize {
        let mut bytes = vec![0; HEADER_SIZE];
        let lowered = header.lower(&mut Writer::new(&mut bytes));
        assert!(lowered.is_ok(), "a header has its size");
        bytes.extend_from_slice(payload);
        self.device.write(0, message, &bytes);
        bytes.len()
    }

    /// Makes a downcall that is nothing by itself, with these bytes riding along.
    pub(super) fn ride(&self, riders: &[u8]) -> Result<usize, Errno> {
        let header = Header {
            sequence: self.sequence,
            code: Service::Post.code(),
            number: 0,
            length: 0,
            riders: riders.len() as u16,
        };
        let length = self.put(DOWNCALL_REQUEST, header, riders);
        self.device.request(DOWNCALL, (length as u64) << 8)
    }

    /// Makes a downcall.
    pub(super) fn downcall(&self, code: u16, number: u16, payload: &[u8]) -> Result<usize, Errno> {
        let header = Header {
            sequence: self.sequence,
            code,
            number,
            length: payload.len() as u16,
            riders: 0,
        };
        let length = self.put(DOWNCALL_REQUEST, header, payload);
        self.device.request(DOWNCALL, (length as u64) << 8)
    }
}
