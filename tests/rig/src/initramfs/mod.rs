//! The root file system of a machine: tools of the host with their shared libraries, kernel
//! modules, the guest agent as `/init`.

mod cpio;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::fs;
use crate::problem::problem;
use crate::process::{Task, find_program};

/// Applets of busybox that get a name of their own.
const APPLETS: &[&str] = &[
    "cat", "dmesg", "grep", "kill", "ls", "mount", "ping", "ps", "sh", "sleep", "umount",
];

#[derive(Debug, Clone, PartialEq, Eq)]
enum Node {
    Directory,
    File { source: PathBuf, executable: bool },
    Text(String),
    Symlink(String),
    CharacterDevice(u32, u32),
}

/// An image in the making. Paths inside it are absolute.
///
/// It is not compressed: unpacking would be done by the emulated processor.
#[derive(Debug, Clone, Default)]
pub struct Image {
    nodes: BTreeMap<String, Node>,
}

impl Image {
    /// An image with `init` as what the kernel starts, a shell, and the folders to mount on.
    ///
    /// # Errors
    /// busybox is not there.
    pub fn new(init: &Path) -> Result<Self> {
        let mut image = Self::default();
        for folder in [
            "/proc", "/sys", "/dev", "/tmp", "/run", "/etc", "/root", "/var",
        ] {
            image.insert(folder, Node::Directory);
        }
        image.insert("/var/run", Node::Symlink("/run".to_owned()));
        // The console of /init, before devtmpfs is mounted.
        image.insert("/dev/console", Node::CharacterDevice(5, 1));
        image.text(
            "/etc/passwd",
            "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n",
        );
        image.text("/etc/group", "root:x:0:\nnogroup:x:65534:\n");
        image.text("/etc/hosts", "127.0.0.1 localhost\n");
        image.file("/init", init, true);
        image.tool("busybox")?;
        for applet in APPLETS {
            image.insert(&format!("/bin/{applet}"), Node::Symlink("busybox".into()));
        }
        Ok(image)
    }

    /// Adds a program of the host as `/bin/<name>`, with its shared libraries.
    ///
    /// # Errors
    /// It is not there, or one of its libraries is not.
    pub fn tool(&mut self, name: &str) -> Result<()> {
        let program = find_program(name).ok_or_else(|| {
            problem(
                format!("program `{name}` is not there"),
                "install the package that has it; the job's package check lists them",
            )
        })?;
        self.file(&format!("/bin/{name}"), &program, true);
        for library in libraries(&program)? {
            let place = library.display().to_string();
            self.file(&place, &library, true);
        }
        Ok(())
    }

    /// Adds a file of the host.
    pub fn file(&mut self, place: &str, source: &Path, executable: bool) {
        let source = source.to_path_buf();
        self.insert(place, Node::File { source, executable });
    }

    /// Adds a file with this text.
    pub fn text(&mut self, place: &str, text: &str) {
        self.insert(place, Node::Text(text.to_owned()));
    }

    fn insert(&mut self, place: &str, node: Node) {
        let place = place.trim_start_matches('/');
        let mut end = 0;
        while let Some(slash) = place[end..].find('/') {
            end += slash;
            self.nodes
                .entry(place[..end].to_owned())
                .or_insert(Node::Directory);
            end += 1;
        }
        self.nodes.insert(place.to_owned(), node);
    }

    /// Writes the image.
    ///
    /// # Errors
    /// A file cannot be read, or the image cannot be written.
    pub fn write(&self, path: &Path) -> Result<()> {
        fs::replace_with(path, |out| {
            let mut archive = cpio::Archive::new(out);
            // The order of the map puts a folder before what is in it.
            for (place, node) in &self.nodes {
                match node {
                    Node::Directory => archive.directory(place)?,
                    Node::File { source, executable } => {
                        let data = std::fs::read(source)
                            .with_context(|| format!("read {}", source.display()))?;
                        archive.file(place, *executable, &data)?;
                    }
                    Node::Text(text) => archive.file(place, false, text.as_bytes())?,
                    Node::Symlink(to) => archive.symlink(place, to)?,
                    Node::CharacterDevice(major, minor) => {
                        archive.character_device(place, (*major, *minor))?;
                    }
                }
            }
            archive.finish()?;
            Ok(())
        })
    }
}

/// The shared libraries of a program, the loader included; none if it is static.
fn libraries(program: &Path) -> Result<Vec<PathBuf>> {
    let listed = Task::new("ldd", format!("list libraries of {}", program.display()))
        .arg(program)
        .run_any_status()?;
    if !listed.status.success() {
        // ldd says so on its standard error, with status 1.
        if listed.stderr.contains("not a dynamic executable") {
            return Ok(Vec::new());
        }
        bail!("{}: {}", program.display(), listed.stderr.trim());
    }
    parse_ldd(&listed.stdout).with_context(|| format!("libraries of {}", program.display()))
}

/// `name => /path (address)`, or `/path (address)` for the loader, or a name without a file for
/// what the kernel provides.
fn parse_ldd(listed: &str) -> Result<Vec<PathBuf>> {
    let mut libraries = Vec::new();
    for line in listed.lines() {
        let line = line.trim();
        if line.ends_with("=> not found") {
            bail!("{line}");
        }
        let file = line.split_once("=> ").map_or(line, |(_, file)| file);
        if file.starts_with('/') {
            let path = file.split_once(" (").map_or(file, |(path, _)| path);
            libraries.push(PathBuf::from(path));
        }
    }
    Ok(libraries)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libraries_are_read() {
        let listed = "\tlinux-vdso.so.1 (0x00007f)\n\tlibc.so.6 => /lib/x/libc.so.6 (0x00)\n\
                      \t/lib64/ld-linux-x86-64.so.2 (0x00)\n";
        let expected = ["/lib/x/libc.so.6", "/lib64/ld-linux-x86-64.so.2"].map(PathBuf::from);
        assert_eq!(parse_ldd(listed).unwrap(), expected);
        assert!(parse_ldd("\tlibx.so => not found\n").is_err());
    }

    #[test]
    fn folders_are_made_on_the_way() {
        let mut image = Image::default();
        image.text("/a/b/c", "text");
        let places: Vec<&str> = image.nodes.keys().map(String::as_str).collect();
        assert_eq!(places, ["a", "a/b", "a/b/c"]);
        assert_eq!(image.nodes["a/b"], Node::Directory);
    }
}
