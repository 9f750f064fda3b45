//! Registers: each access goes to both sides.

use super::*;

impl Session {
    pub(super) fn wide(&self) -> usize {
        usize::from(self.model.bcr(18) & DWIO != 0)
    }

    pub(super) fn width(&self) -> Width {
        [Width::W16, Width::W32][self.wide()]
    }

    /// The register that an access of the window would reach, where it is known which.
    pub(super) fn register(&mut self, offset: u16, width: Width) -> Result<Register> {
        let wide = self.wide();
        let selected =
            self.model
                .read(Space::Ports, RAP[wide], [Width::W16, Width::W32][wide])? as u16;
        Ok(match offset {
            _ if width != self.width() => Register::Window(offset),
            RDP => Register::Csr(selected),
            _ if offset == BDP[wide] => Register::Bcr(selected),
            _ => Register::Window(offset),
        })
    }

    pub(super) fn read(&mut self, space: Space, offset: u16, width: Width) -> Result<()> {
        let register = self.register(offset, width)?;
        let resets = offset == RESET[self.wide()] && width == self.width();
        let model = self.model.read(space, offset, width)?;
        let device = self.device.read(space, offset, width)?;
        if resets {
            self.after_reset()?;
        }
        self.compared.reads += 1;
        if model == device || self.seen.explain(register, model, device) {
            return Ok(());
        }
        if self.found.is_none() {
            self.found = Some(What::Read {
                register,
                model,
                device,
            });
        }
        Ok(())
    }

    pub(super) fn write(
        &mut self,
        space: Space,
        offset: u16,
        width: Width,
        value: u32,
    ) -> Result<()> {
        let register = self.register(offset, width)?;
        if self.strays(register, value) {
            return Ok(());
        }
        let state = self.state();
        let Some((model, device)) = self.seen.written(register, value, state) else {
            return Ok(());
        };
        if register == Register::Csr(0) {
            self.demanded |= model & u32::from(TDMD) != 0;
            self.demanded &= model & u32::from(STOP) == 0;
        }
        let initializes = register == Register::Csr(0) && model & INIT_STRT == INIT;
        if initializes && self.seen.holds("stopped-demand") {
            // The device would send what is there before it is started.
            let ring = ARENA + u32::from(memory::TRANSMIT_RING);
            self.store(ring, &[0; 16 * FILLED as usize])?;
        }
        let style = self.style();
        self.model.write(space, offset, width, model)?;
        self.device.write(space, offset, width, device)?;
        if self.style() != style {
            self.forget()?;
        }
        if register == Register::Csr(72) && self.seen.holds("receive-scan") {
            self.forget()?;
        }
        if let Register::Csr(index @ (76 | 78)) = register {
            // The counter of a ring of another length begins anew.
            self.write_csr(index - 4, value as u16)?;
            self.select(index)?;
        }
        Ok(())
    }

    /// Clears the block and the rings: what was a descriptor in one style is none in another.
    pub(super) fn forget(&mut self) -> Result<()> {
        let used = memory::BLOCK..memory::TRANSMIT_RING + 16 * FILLED;
        self.store(ARENA + u32::from(used.start), &vec![0; used.len()])
    }

    /// Whether a write would be of no sense: a ring is changed while it is in use, or its counter gets a value that is
    /// not in the ring.
    pub(super) fn strays(&self, register: Register, value: u32) -> bool {
        let Register::Csr(index @ (72 | 74 | 76 | 78)) = register else {
            return false;
        };
        if self.model.csr(0) & STOP == 0 {
            return true;
        }
        if let 76 | 78 = index {
            return false;
        }
        let length = self.model.csr(usize::from(index) + 4);
        (value as u16).wrapping_sub(length) >= length.wrapping_neg()
    }

    /// Reads one of the ports, in the width that they have now.
    pub(super) fn port(&mut self, offset: u16) -> Result<()> {
        self.read(Space::Ports, offset, self.width())
    }

    pub(super) fn select(&mut self, index: u16) -> Result<()> {
        self.write(Space::Ports, RAP[self.wide()], self.width(), index.into())
    }

    pub(super) fn write_csr(&mut self, index: u16, value: u16) -> Result<()> {
        self.select(index)?;
        self.write(Space::Ports, RDP, self.width(), value.into())
    }

    pub(super) fn write_bcr(&mut self, index: u16, value: u16) -> Result<()> {
        self.select(index)?;
        self.write(Space::Ports, BDP[self.wide()], self.width(), value.into())
    }
}
