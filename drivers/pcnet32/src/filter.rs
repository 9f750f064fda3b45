//! The receive filter: a hash of 64 bits for multicast addresses, or everything (section "Address
//! matching").

use crate::Pcnet32;
use crate::chip;
use crate::control::RESTART;
use crate::rings::Setup;
use crate::state::MSG_HW;
use microdriver::{MacAddress, RxFilter, dev_dbg, dev_info};

/// Longest time that the chip takes to finish the frames under way, in microseconds: two full frames
/// at 10 Mbit/s, and some.
pub(crate) const SUSPEND_US: u32 = 3_000;

/// What the interface wants, as the chip can do it: CSR8 to CSR11.
fn wanted_hash(wish: &RxFilter) -> [u16; 4] {
    if wish.all_multicast {
        [0xffff; 4]
    } else {
        hash_all(&wish.multicast)
    }
}

/// The mode with what the interface wants.
fn wanted_mode(wish: &RxFilter, mode: u16) -> u16 {
    if wish.promiscuous {
        mode | chip::PROMISCUOUS
    } else {
        mode & !chip::PROMISCUOUS
    }
}

/// The bits of these addresses.
fn hash_all(addresses: &[MacAddress]) -> [u16; 4] {
    let mut bits = 0u64;
    for address in addresses {
        bits |= 1 << hash_of(address);
    }
    [0, 16, 32, 48].map(|shift| (bits >> shift) as u16)
}

/// The chip's hash of an address: the upper 6 bits of its CRC-32.
fn hash_of(address: &MacAddress) -> u32 {
    address
        .0
        .iter()
        .fold(u32::MAX, |crc, byte| crc_byte(crc ^ u32::from(*byte)))
        >> 26
}

/// Eight steps of the Ethernet checksum, bit 0 first.
fn crc_byte(crc: u32) -> u32 {
    (0..8).fold(crc, |crc, _| {
        if crc & 1 == 0 {
            crc >> 1
        } else {
            crc >> 1 ^ 0xedb8_8320
        }
    })
}

impl Pcnet32 {
    /// Sets the filter without losing a frame where the chip can be suspended, else with a restart.
    pub(crate) fn change_filter(&self, wish: &RxFilter) {
        // Held until it is written: a restart meanwhile sees either filter, whole.
        let mut settings = self.settings.lock();
        if wish.promiscuous && settings.message_level & MSG_HW != 0 {
            dev_info!(self.device, "promiscuous mode");
        }
        settings.setup.hash = wanted_hash(wish);
        settings.setup.mode = wanted_mode(wish, settings.setup.mode);
        dev_dbg!(
            self.device,
            "filter {:04x?}, mode {:#06x}",
            settings.setup.hash,
            settings.setup.mode
        );
        if self.chip.can_suspend() {
            self.write_setup(&settings.setup);
        } else {
            self.device.schedule_work(RESTART, 0);
        }
    }

    /// CSR8 to CSR11 and CSR15 can be written only while the chip is stopped or suspended. A chip that
    /// does not come to rest is restarted, which has the same effect.
    pub(crate) fn write_setup(&self, setup: &Setup) {
        let mut transaction = self.registers.transaction();
        transaction.modify(chip::CSR5, 0, chip::SPND);
        transaction.wait(chip::CSR5, chip::SPND, chip::SPND, SUSPEND_US);
        for (index, word) in (8..).zip(setup.hash) {
            transaction.write(chip::csr(index), u32::from(word));
        }
        transaction.modify(chip::CSR15, u32::from(chip::MODE), u32::from(setup.mode));
        transaction.modify(chip::CSR5, chip::SPND, 0);
        transaction.run_or_schedule(RESTART);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use microdriver::List;

    const ALL_NODES: MacAddress = MacAddress([0x33, 0x33, 0, 0, 0, 1]);
    const ALL_SYSTEMS: MacAddress = MacAddress([0x01, 0x00, 0x5e, 0, 0, 1]);

    #[test]
    fn hashes_are_the_upper_bits_of_the_checksum() {
        assert_eq!(hash_of(&ALL_NODES), 23);
        assert_eq!(hash_of(&ALL_SYSTEMS), 54);
    }

    #[test]
    fn the_filter_is_what_the_interface_wants() {
        let mut wish = RxFilter {
            multicast: List::from_slice(&[ALL_NODES, ALL_SYSTEMS]).unwrap(),
            ..RxFilter::default()
        };
        // As the chip shows it with these two groups.
        assert_eq!(wanted_hash(&wish), [0x0000, 0x0080, 0x0000, 0x0040]);
        wish.all_multicast = true;
        assert_eq!(wanted_hash(&wish), [0xffff; 4]);
        let port = chip::PORT_TWISTED_PAIR;
        assert_eq!(wanted_mode(&wish, port | chip::PROMISCUOUS), port);
        wish.promiscuous = true;
        assert_eq!(wanted_mode(&wish, port), port | chip::PROMISCUOUS);
    }
}
