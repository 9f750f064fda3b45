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
    chip.write(&mut ram, 0x10, Width::W32, 0);
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
