//! What is cut off, too long, no recording, or one of something else.

use super::*;

#[test]
fn what_is_cut_off_is_said() {
    // In the middle of the count: what is left of it is another number.
    let text = "@[OPEN]: 12\n@[START]: 77";
    let found = imported(text);
    assert_eq!(activity(&found), ["Small::open 12 0"]);
    let cut = (
        "last line without an end: the file was cut off there",
        1,
        &[2][..],
    );
    assert_eq!(warnings(&found), [cut]);
    let found = imported("@[OPEN]: 12\n@[\n    START+1\n");
    assert_eq!(warnings(&found), [("stacks without an end", 1, &[2][..])]);
    let found = imported("@[\n    START+1\n@[OPEN]: 12\n");
    assert_eq!(activity(&found), ["Small::open 12 0"]);
    assert_eq!(warnings(&found), [("stacks without an end", 1, &[1][..])]);
}

#[test]
fn what_is_no_recording_is_refused() {
    for (text, why) in [
        (&b""[..], "it is empty"),
        (b" \n\n", "it is empty"),
        (b"hello\nworld\n", "it starts with `hello`"),
        (b"PERFILE2\x01\x00", "print it with `perf script`"),
        (b"\x17\x08\x44tracing", "print it with `trace-cmd report`"),
        (b"\x7fELF\x02", "give that to `--object`"),
        (b"\x1f\x8b\x08", "it is compressed"),
        (b"a\0b", "it is no text"),
        (b"# tracer: function\n", "of 1 lines, 0 were not understood"),
        (
            b"# tracer: function\nx\ny\nz\n",
            "of 4 lines, 3 were not understood",
        ),
    ] {
        let refusal =
            import_from(text, "a file", &subject(), None, &options()).expect_err("no recording");
        assert_eq!(refusal.0[0].code, Code::Recording);
        assert!(refusal.0[0].notes[0].contains(why), "{:?}", refusal.0[0]);
    }
}

#[test]
fn a_line_of_fifty_megabytes_is_a_warning() {
    let start = with_symbols("@[OPEN]: 12\n");
    let long = Read::take(std::io::repeat(b'@'), 50_000_000);
    let whole = Read::chain(Read::chain(start.as_bytes(), long), &b"\n"[..]);
    let found = import_from(whole, "a file", &subject(), None, &options()).expect("a map");
    assert_eq!(
        warnings(&found),
        [("lines that are too long, or no text", 1, &[2][..])]
    );
    let only = Read::take(std::io::repeat(b'@'), 50_000_000);
    assert!(import_from(only, "a file", &subject(), None, &options()).is_err());
}

#[test]
fn the_kernel_is_named_once() {
    let mut options = options();
    options.kernel = Some("6.1.0".to_owned());
    let refused = try_import(CHAINS, &options).expect_err("another kernel");
    assert_eq!(refused.code, Code::RecordingKernel);
    assert_eq!(
        refused.notes,
        ["the recording says 6.12.0, `--kernel` says 6.1.0"]
    );
    let refused = try_import("@[OPEN]: 12\n", &Options::default()).expect_err("no kernel");
    assert_eq!(refused.code, Code::RecordingKernel);
    let found = try_import(CHAINS, &Options::default()).expect("it says so itself");
    assert_eq!(found.profile.kernel, "6.12.0");
}

#[test]
fn a_recording_of_something_else_is_refused() {
    let refused = try_import("@[netif_rx]: 12\n", &options()).expect_err("nothing");
    assert_eq!(refused.code, Code::RecordingEmpty);
    assert!(refused.notes[0].contains("`Small::open`"), "{refused:?}");
}
