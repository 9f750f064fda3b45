//! The I/O window in its two modes.

use pcnet_model::{Chip, Config, Part, Width, memory::Ram};

#[test]
fn prom_holds_the_address_and_a_checksum() {
    let mut ram = Ram::new(0);
    let mut chip =
        Chip::new(Config::new(Part::Am79C970A).with_address([0x52, 0x54, 0, 0x12, 0x34, 0x56]));
    let bytes: Vec<u32> = (0..16)
        .map(|offset| chip.read(&mut ram, offset, Width::W8))
        .collect();
    assert_eq!(
        bytes,
        [
            0x52, 0x54, 0, 0x12, 0x34, 0x56, 0, 0, 0, 0x11, 0, 0, 0x01, 0x02, 0x57, 0x57
        ]
    );
    assert_eq!(chip.read(&mut ram, 0, Width::W16), 0x5452);
}

#[test]
fn double_word_write_switches_for_good() {
    let mut ram = Ram::new(0);
    let mut chip = Chip::new(Config::new(Part::Am79C970A));
    assert_eq!(chip.read(&mut ram, 0x10, Width::W32), 0xffff_ffff);
    chip.write(&mut ram, 0x14, Width::W32, 88);
    assert_eq!(
        chip.read(&mut ram, 0x12, Width::W16),
        0,
        "a double word elsewhere does nothing"
    );
    chip.write(&mut ram, 0x10, Width::W32, 0x0040);
    assert_eq!(chip.csr(0), 0x0004, "and writes nothing");
    chip.write(&mut ram, 0x14, Width::W32, 88);
    assert_eq!(chip.read(&mut ram, 0x10, Width::W32), 0x0262_1003);
    assert_eq!(chip.read(&mut ram, 0x10, Width::W16), 0xffff);
    chip.read(&mut ram, 0x18, Width::W32);
    chip.write(&mut ram, 0x14, Width::W32, 18);
    assert_eq!(
        chip.read(&mut ram, 0x1c, Width::W32) & 0x80,
        0x80,
        "S_RESET leaves DWIO"
    );
    chip.hard_reset(&mut ram);
    assert_eq!(chip.read(&mut ram, 0x10, Width::W16), 0x0004);
}

#[test]
fn prom_is_written_only_when_enabled() {
    let mut ram = Ram::new(0);
    let mut chip = Chip::new(Config::new(Part::Am79C970A));
    let before = chip.read(&mut ram, 2, Width::W16);
    chip.write(&mut ram, 2, Width::W16, 0xbeef);
    assert_eq!(chip.read(&mut ram, 2, Width::W16), before);
    chip.write(&mut ram, 0x12, Width::W16, 2);
    chip.write(&mut ram, 0x16, Width::W16, 0x0102);
    chip.write(&mut ram, 2, Width::W16, 0xbeef);
    assert_eq!(chip.read(&mut ram, 2, Width::W16), 0xbeef);
}

/// CSRs as the host finds them after power-up, where they are not zero.
#[test]
fn power_up_leaves_known_values() {
    let mut ram = Ram::new(0);
    let mut chip = Chip::new(Config::new(Part::Am79C970A));
    let mut found = Vec::new();
    for (port, count) in [(0x10, 128), (0x16, 50)] {
        for index in 0..count {
            chip.write(&mut ram, 0x12, Width::W16, index);
            let value = chip.read(&mut ram, port, Width::W16);
            if value != 0 {
                found.push((port, index, value));
            }
        }
    }
    let csrs = [
        (0, 0x0004),
        (4, 0x0115),
        (13, 0x181a),
        (14, 0x6e51),
        (58, 0x0200),
        (80, 0x1410),
        (88, 0x1003),
        (89, 0x0262),
        (100, 0x0200),
        (103, 0x0105),
    ];
    let bcrs = [
        (0, 0x0005),
        (1, 0x0005),
        (2, 0x0002),
        (4, 0x80c0),
        (5, 0x0084),
        (6, 0x0088),
        (7, 0x0090),
        (18, 0x9001),
        (19, 0x0002),
        (20, 0x0200),
        (22, 0xff06),
    ];
    let csrs = csrs.map(|(index, value)| (0x10, index, value));
    let bcrs = bcrs.map(|(index, value)| (0x16, index, value));
    assert_eq!(found, [&csrs[..], &bcrs[..]].concat());
}

/// Of each CSR, the bits that the host can set while the chip is stopped.
#[test]
fn writable_bits_are_those_of_the_data_sheet() {
    let mut ram = Ram::new(0);
    let mut chip = Chip::new(Config::new(Part::Am79C970A));
    let mut writable = |index: u32| {
        chip.write(&mut ram, 0x12, Width::W16, index);
        chip.write(&mut ram, 0x10, Width::W16, 0xffff);
        let ones = chip.read(&mut ram, 0x10, Width::W16);
        chip.write(&mut ram, 0x10, Width::W16, 0);
        ones & !chip.read(&mut ram, 0x10, Width::W16)
    };
    for index in [
        1, 2, 8, 11, 12, 14, 15, 16, 17, 18, 24, 30, 46, 47, 72, 74, 76, 78, 82, 100, 112, 114,
    ] {
        assert_eq!(writable(index), 0xffff, "CSR{index}");
    }
    for index in [6, 7, 48, 57, 68, 88, 89, 94, 120] {
        assert_eq!(writable(index), 0, "CSR{index}");
    }
    assert_eq!(writable(80), 0x3fff);
    assert_eq!(writable(122), 0x0001);
    assert_eq!(writable(124), 0, "EN124 is off");
    chip.write(&mut ram, 0x12, Width::W16, 4);
    chip.write(&mut ram, 0x10, Width::W16, 0x8115);
    chip.write(&mut ram, 0x12, Width::W16, 124);
    chip.write(&mut ram, 0x10, Width::W16, 0xffff);
    assert_eq!(chip.read(&mut ram, 0x10, Width::W16), 0x0018);
}

#[test]
fn software_style_decides_the_rest_of_its_register() {
    let mut ram = Ram::new(0);
    let mut chip = Chip::new(Config::new(Part::Am79C970A));
    for (style, value) in [
        (0, 0x0200),
        (1, 0x0101),
        (2, 0x0302),
        (3, 0x0303),
        (4, 0x0200),
    ] {
        chip.write(&mut ram, 0x12, Width::W16, 20);
        chip.write(&mut ram, 0x16, Width::W16, style);
        assert_eq!(chip.bcr(20), value);
        assert_eq!(chip.csr(58), value, "CSR58 is the same register");
        chip.write(&mut ram, 0x12, Width::W16, 58);
        chip.write(&mut ram, 0x10, Width::W16, 0);
        assert_eq!(chip.bcr(20), 0x0200);
    }
}

#[test]
fn hard_reset_takes_everything_back() {
    let mut ram = Ram::new(0);
    let mut chip = Chip::new(Config::new(Part::Am79C970A));
    chip.write(&mut ram, 0x12, Width::W16, 4);
    chip.write(&mut ram, 0x10, Width::W16, 0x0080);
    chip.write(&mut ram, 0x12, Width::W16, 0);
    chip.write(&mut ram, 0x10, Width::W16, 0x0042);
    assert!(ram.interrupt);
    chip.hard_reset(&mut ram);
    assert!(!ram.interrupt);
    assert_eq!(chip.read(&mut ram, 0x12, Width::W16), 0);
    assert_eq!(chip.csr(0), 0x0004);
}
