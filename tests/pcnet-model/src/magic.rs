//! Magic packets (Am79C970A, Magic Packet mode; CSR5).

use crate::chip::Chip;
use crate::csr::bits::csr5;
use crate::csr::number;
use crate::descriptor::receive::{BAM, LAFM, PAM};

/// How often the address is repeated.
const REPETITIONS: usize = 16;

/// Whether the chip waits for a magic packet: suspended, MPMODE set, and MPEN set in place of the SLEEP pin.
pub(crate) fn listening(chip: &Chip) -> bool {
    let needed = csr5::SPND | csr5::MPMODE | csr5::MPEN;
    chip.csr[number::EXTENDED] & needed == needed
}

impl Chip {
    /// A frame comes while the chip listens for a magic packet only. It is never stored.
    pub(crate) fn hear_magic(&mut self, frame: &[u8]) {
        let Some(matched) = frame
            .get(..6)
            .and_then(|destination| self.accept(destination))
        else {
            return;
        };
        // MPPLBA lets the filter and broadcasts in; otherwise only the physical address counts.
        let wide = self.csr[number::EXTENDED] & csr5::MPPLBA != 0;
        let addressed = matched & PAM != 0 || wide && matched & (LAFM | BAM) != 0;
        let own: Vec<u8> = self.csr[number::PADR..number::PADR + 3]
            .iter()
            .flat_map(|word| word.to_le_bytes())
            .collect();
        let pattern = own.repeat(REPETITIONS);
        if addressed && frame.windows(pattern.len()).any(|window| window == pattern) {
            self.csr[number::EXTENDED] |= csr5::MPINT;
        }
    }
}
