//! The "newc" archive that the kernel unpacks as its first root file system
//! (Documentation/driver-api/early-userspace/buffer-format.rst).

use std::io::{self, Write};

const DIRECTORY: u32 = 0o040_000;
const REGULAR: u32 = 0o100_000;
const SYMLINK: u32 = 0o120_000;
const CHARACTER: u32 = 0o020_000;

/// Writes an archive. The same entries give the same bytes: no times, no owners, no inode numbers
/// of the host.
#[derive(Debug)]
pub(super) struct Archive<W> {
    out: W,
    entries: u32,
}

struct Entry<'a> {
    name: &'a str,
    mode: u32,
    device: (u32, u32),
    data: &'a [u8],
}

impl<W: Write> Archive<W> {
    pub(super) fn new(out: W) -> Self {
        Self { out, entries: 0 }
    }

    pub(super) fn directory(&mut self, name: &str) -> io::Result<()> {
        self.entry(&Entry {
            name,
            mode: DIRECTORY | 0o755,
            device: (0, 0),
            data: &[],
        })
    }

    pub(super) fn file(&mut self, name: &str, executable: bool, data: &[u8]) -> io::Result<()> {
        let permissions = if executable { 0o755 } else { 0o644 };
        self.entry(&Entry {
            name,
            mode: REGULAR | permissions,
            device: (0, 0),
            data,
        })
    }

    pub(super) fn symlink(&mut self, name: &str, to: &str) -> io::Result<()> {
        self.entry(&Entry {
            name,
            mode: SYMLINK | 0o777,
            device: (0, 0),
            data: to.as_bytes(),
        })
    }

    pub(super) fn character_device(&mut self, name: &str, device: (u32, u32)) -> io::Result<()> {
        self.entry(&Entry {
            name,
            mode: CHARACTER | 0o600,
            device,
            data: &[],
        })
    }

    pub(super) fn finish(mut self) -> io::Result<()> {
        self.entry(&Entry {
            name: "TRAILER!!!",
            mode: 0,
            device: (0, 0),
            data: &[],
        })?;
        self.out.flush()
    }

    fn entry(&mut self, entry: &Entry<'_>) -> io::Result<()> {
        self.entries += 1;
        let too_big = |_| io::Error::new(io::ErrorKind::InvalidInput, "too big for this format");
        let fields = [
            self.entries,
            entry.mode,
            0, // uid
            0, // gid
            1, // links
            0, // time of change
            u32::try_from(entry.data.len()).map_err(too_big)?,
            0, // device of the host, two fields
            0,
            entry.device.0,
            entry.device.1,
            u32::try_from(entry.name.len() + 1).map_err(too_big)?,
            0, // no checksum in this variant
        ];
        let mut header = String::from("070701");
        for field in fields {
            header.push_str(&format!("{field:08x}"));
        }
        self.out.write_all(header.as_bytes())?;
        self.out.write_all(entry.name.as_bytes())?;
        self.out.write_all(&[0])?;
        self.pad(header.len() + entry.name.len() + 1)?;
        self.out.write_all(entry.data)?;
        self.pad(entry.data.len())
    }

    /// Everything is aligned to four bytes.
    fn pad(&mut self, written: usize) -> io::Result<()> {
        self.out.write_all(&[0; 3][..written.wrapping_neg() % 4])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_aligned_and_readable() {
        let mut bytes = Vec::new();
        let mut archive = Archive::new(&mut bytes);
        archive.directory("d").unwrap();
        archive.file("d/f", true, b"hello").unwrap();
        archive.symlink("l", "d/f").unwrap();
        archive.finish().unwrap();
        assert_eq!(bytes.len() % 4, 0);
        let text = String::from_utf8_lossy(&bytes);
        assert_eq!(text.matches("070701").count(), 4);
        assert!(text.starts_with("0707010000000100004"));
        assert!(text.contains("hello"));
        assert!(text.contains("TRAILER!!!"));
    }
}
