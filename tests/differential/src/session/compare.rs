//! What differs between the sides.

use super::*;

impl Session {
    /// What differs after a step.
    pub(super) fn compare(&mut self) -> Result<Option<What>> {
        if let Some(what) = self.found.take() {
            return Ok(Some(what));
        }
        let (mut model, device) = (self.model.events()?, self.device.events()?);
        if device.frames.is_empty() && self.seen.sends_nothing(self.model.csr(15)) {
            model.frames.clear();
        }
        self.compared.edges += device.edges.len() as u64;
        self.compared.sent += device.frames.len() as u64;
        if let Some(what) = differing_events(model, device) {
            return Ok(Some(what));
        }
        self.compare_memory(memory::COMPARED)
    }

    pub(super) fn compare_memory(&mut self, range: std::ops::Range<u32>) -> Result<Option<What>> {
        let mut device = vec![0; range.len()];
        self.device.load(range.start, &mut device)?;
        let model = &self.model.memory()[range.start as usize..range.end as usize];
        let found = memory::first_difference(model, &device);
        Ok(found.map(|(at, model, device)| What::Memory {
            address: range.start + at as u32,
            model,
            device,
        }))
    }

    /// Reads all registers, those that nobody asked for during the sequence too.
    pub(super) fn sweep(&mut self) -> Result<Option<What>> {
        for index in 0..CSRS {
            self.step(&Step::ReadCsr(index))?;
        }
        for index in 0..BCRS {
            self.step(&Step::ReadBcr(index))?;
        }
        self.compare()
    }

    pub(super) fn compare_everything(&mut self) -> Result<Option<What>> {
        for range in memory::whole() {
            if let Some(what) = self.compare_memory(range)? {
                return Ok(Some(what));
            }
        }
        Ok(None)
    }
}

fn differing_events(model: Events, device: Events) -> Option<What> {
    if model.edges != device.edges {
        return Some(What::Edges {
            model: model.edges,
            device: device.edges,
        });
    }
    (model.frames != device.frames).then_some(What::Frames {
        model: model.frames,
        device: device.frames,
    })
}
