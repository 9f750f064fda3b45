//! Which frames are for this station (Am79C970A, Address matching).

use crate::chip::Chip;
use crate::csr::bits::csr15;
use crate::csr::number;
use crate::descriptor::receive;
use crate::fcs;

const BROADCAST: [u8; 6] = [0xff; 6];

impl Chip {
    /// The match flags of a frame to `destination` (none in promiscuous mode, if only that accepts it), or `None`
    /// for a frame that is not for this station.
    pub(crate) fn accept(&self, destination: &[u8]) -> Option<u16> {
        let mode = self.csr[number::MODE];
        let found = self.matches(destination, mode);
        if mode & csr15::PROM != 0 {
            // A match is told of where it is what let the frame in, as on QEMU's device.
            return Some(0);
        }
        if found == 0 && mode & csr15::PROM == 0 {
            None
        } else {
            Some(found)
        }
    }

    fn matches(&self, destination: &[u8], mode: u16) -> u16 {
        if destination == BROADCAST && mode & csr15::DRCVBC == 0 {
            return receive::BAM;
        }
        if destination.first().is_some_and(|&first| first & 1 == 1) {
            return if self.hash_matches(destination) {
                receive::LAFM
            } else {
                0
            };
        }
        let own = self.csr[number::PADR..number::PADR + 3]
            .iter()
            .flat_map(|word| word.to_le_bytes());
        if mode & csr15::DRCVPA == 0 && own.eq(destination.iter().copied()) {
            receive::PAM
        } else {
            0
        }
    }

    /// The upper six bits of the remainder select one of the 64 bits of LADRF.
    fn hash_matches(&self, destination: &[u8]) -> bool {
        let bit = (fcs::remainder(destination) >> 26) as usize;
        self.csr[number::LADRF + bit / 16] >> (bit % 16) & 1 == 1
    }
}
