//! Recordings with an object: what the compiler inlined counts for its function.
//!
//! The objects are made here, by the compiler that builds the tests: relocatable as a module is, and
//! linked.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use object::{Object as _, ObjectSymbol};
use partitioner::profile::Subject;
use partitioner::profile::import::{self, Options};
use partitioner::profile::object::Object;
use partitioner::source::Sources;

/// A driver's kernel half in miniature: `light` is always inlined into `version`, and `version` never.
const SOURCE: &str = r#"
#![crate_name = "small_kernel"]
#![no_std]
pub mod chip {
    #[inline(always)]
    pub fn light(x: &mut [u32; 64]) {
        for y in x.iter_mut() {
            *y = y.wrapping_mul(17).rotate_left(3);
        }
    }
    #[inline(never)]
    pub fn version(x: &mut [u32; 64], n: u32) -> u32 {
        x[3] = x[3].wrapping_add(n);
        light(x);
        x[5] ^ x[7]
    }
}
#[unsafe(no_mangle)]
pub extern "C" fn md_entry(x: &mut [u32; 64], n: u32) -> u32 {
    chip::version(x, n)
}
#[used]
#[unsafe(link_section = ".modinfo")]
static INFO: [u8; 47] = *b"name=small_md\0vermagic=6.12.0 SMP mod_unload \0\0";
"#;

fn compile(directory: &Path, arguments: &[&str], name: &str) -> PathBuf {
    let source = directory.join("half.rs");
    fs::write(&source, SOURCE).expect("written");
    let object = directory.join(name);
    let run = Command::new("rustc")
        .args([
            "--edition=2024",
            "-O",
            "-g",
            "-Ccodegen-units=1",
            "-Cpanic=abort",
        ])
        .args(arguments)
        .arg(&source)
        .arg("-o")
        .arg(&object)
        .output()
        .expect("rustc runs");
    assert!(
        run.status.success(),
        "{}",
        String::from_utf8_lossy(&run.stderr)
    );
    object
}

fn relocatable(directory: &Path) -> PathBuf {
    let arguments = [
        "--crate-type=lib",
        "--emit=obj",
        "-Crelocation-model=static",
    ];
    compile(directory, &arguments, "half.o")
}

/// The symbol of `version`, its address and its size.
fn version(path: &Path) -> (String, u64, u64) {
    let bytes = fs::read(path).expect("readable");
    let file = object::File::parse(&*bytes).expect("an object");
    let found = file
        .symbols()
        .find(|symbol| symbol.name().is_ok_and(|name| name.contains("7version")))
        .expect("it is there");
    (
        found.name().expect("text").to_owned(),
        found.address(),
        found.size(),
    )
}

fn subject() -> Subject {
    let driver = crate::common::fixture("small");
    Subject::read(&driver, &mut Sources::default()).expect("a driver")
}

/// Imports samples at every byte of `version`; returns how many `version` and `light` have.
fn sampled(object: &Path, line: impl Fn(&str, u64, u64) -> String) -> (u64, u64) {
    let (symbol, address, size) = version(object);
    let text: String = (0..size)
        .map(|offset| line(&symbol, address, offset))
        .collect();
    let object = Object::read(object).expect("an object");
    assert!(object.has_debug_information());
    let options = Options {
        kernel: Some("6.12.0".to_owned()),
        ..Options::default()
    };
    let found = import::import_from(
        text.as_bytes(),
        "samples",
        &subject(),
        Some(&object),
        &options,
    )
    .unwrap_or_else(|refusal| panic!("{:#?}", refusal.0));
    assert_eq!(found.own, size);
    let cost = |name: &str| {
        found
            .profile
            .functions
            .get(name)
            .map_or(0, |found| found.cost)
    };
    (cost("chip::version"), cost("chip::light"))
}

#[test]
fn samples_count_for_what_was_inlined() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let object = relocatable(directory.path());
    let (outer, inner) = sampled(&object, |symbol, _, offset| {
        format!(
            "a 1 [000] 1.000000: cpu-clock: ffffffffc0a00000 {symbol}+0x{offset:x} ([small_md])\n"
        )
    });
    assert!(inner > 50 && outer > 5, "{outer} {inner}");
    // Of another module, the same name is another function's.
    let (_, inner) = sampled(&object, |symbol, _, offset| {
        format!("a 1 [000] 1.000000: cpu-clock: ffffffffc0a00000 {symbol}+0x{offset:x} ([other])\n")
    });
    assert_eq!(inner, 0);
}

#[test]
fn addresses_count_in_what_is_linked() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let arguments = [
        "--crate-type=cdylib",
        "-Clink-arg=-nostdlib",
        "-Cpanic=abort",
        "--cfg=linked",
    ];
    fs::write(directory.path().join("half.rs"), SOURCE).expect("written");
    let source = format!(
        "{SOURCE}\n#[panic_handler]\nfn panic(_: &core::panic::PanicInfo<'_>) -> ! {{ loop {{}} }}\n"
    );
    let object = directory.path().join("half.so");
    let file = directory.path().join("linked.rs");
    fs::write(&file, source).expect("written");
    let run = Command::new("rustc")
        .args(["--edition=2024", "-O", "-g", "-Ccodegen-units=1"])
        .args(arguments)
        .arg(&file)
        .arg("-o")
        .arg(&object)
        .output()
        .expect("rustc runs");
    assert!(
        run.status.success(),
        "{}",
        String::from_utf8_lossy(&run.stderr)
    );
    let (outer, inner) = sampled(&object, |_, address, offset| {
        format!(
            "a 1 [000] 1.000000: cpu-clock: {:x} [unknown] ([small_md])\n",
            address + offset
        )
    });
    assert!(inner > 50 && outer > 5, "{outer} {inner}");
}

#[test]
fn the_object_names_its_kernel() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = relocatable(directory.path());
    let object = Object::read(&path).expect("an object");
    assert_eq!(object.release.as_deref(), Some("6.12.0"));
    assert_eq!(object.build_id, None);
    let (symbol, _, _) = version(&path);
    let text = format!("@[{symbol}]: 3\n");
    let import = |kernel: Option<&str>, build_id: Option<&str>| {
        let options = Options {
            kernel: kernel.map(str::to_owned),
            build_id: build_id.map(str::to_owned),
            ..Options::default()
        };
        import::import_from(text.as_bytes(), "map", &subject(), Some(&object), &options)
    };
    assert_eq!(
        import(None, None).expect("it says so").profile.kernel,
        "6.12.0"
    );
    let refusal = import(Some("6.1.0"), None).expect_err("another kernel");
    assert_eq!(refusal.0[0].code.id(), "MD0059");
    assert_eq!(
        refusal.0[0].notes,
        ["`--kernel` says 6.1.0, the object says 6.12.0"]
    );
    let refusal = import(None, Some("abcd")).expect_err("another build");
    assert!(refusal.0[0].notes[0].contains("its build id is none"));
}

/// What is cut off or damaged anywhere is an object or an error.
#[test]
fn damaged_objects_do_no_harm() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = relocatable(directory.path());
    let bytes = fs::read(&path).expect("readable");
    for text in [&b""[..], b"\x7fELF", b"MZ", b"text", b"!<arch>\n"] {
        assert!(Object::parse(text).is_err());
    }
    let (symbol, _, size) = version(&path);
    let subject = subject();
    let mut seed = 1_u64;
    let mut random = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        seed >> 33
    };
    let mut read = 0;
    for round in 0..100_usize {
        let mut damaged = bytes.clone();
        if round % 4 == 0 {
            damaged.truncate(round * bytes.len() / 100);
        }
        for _ in 0..=(round % 7) {
            if damaged.is_empty() {
                break;
            }
            let at = (random() as usize) % damaged.len();
            damaged[at] = random() as u8;
        }
        let Ok(object) = Object::parse(&damaged) else {
            continue;
        };
        read += 1;
        let text: String = (0..size)
            .step_by(5)
            .map(|offset| format!("a 1 [000] 1.000000: x: 0 {symbol}+0x{offset:x} (m)\n"))
            .collect();
        let options = Options::default();
        let _ = import::import_from(
            text.as_bytes(),
            "samples",
            &subject,
            Some(&object),
            &options,
        );
    }
    assert!(read > 5, "some damage is bearable: {read}");
}
