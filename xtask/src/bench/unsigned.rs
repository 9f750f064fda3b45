//! Modules without the signature that a distribution's have at their end: checking it takes the kernel 60
//! million instructions at load, and ours have none.

use anyhow::{Context as _, Result};

use crate::Context;
use crate::build::Driver;

/// What a signed module ends with (linux/module_signature.h): the signature, its description, of which
/// the last four bytes are the length, and this.
const MAGIC: &[u8] = b"~Module signature appended~\n";
const DESCRIPTION: usize = 12;

/// The driver, with a copy of each module that is signed.
pub(super) fn driver(context: &Context, mut driver: Driver) -> Result<Driver> {
    let folder = context.layout.target("bench/unsigned");
    for module in &mut driver.modules {
        let bytes =
            std::fs::read(&*module).with_context(|| format!("read {}", module.display()))?;
        let unsigned = without_signature(&bytes);
        if unsigned.len() < bytes.len() {
            let name = module.file_name().context("a module without a name")?;
            let copy = folder.join(name);
            std::fs::create_dir_all(&folder)?;
            rig::fs::replace(&copy, unsigned)?;
            *module = copy;
        }
    }
    Ok(driver)
}

fn without_signature(module: &[u8]) -> &[u8] {
    let unsigned = || {
        let rest = module.strip_suffix(MAGIC)?;
        let (rest, length) = rest.split_last_chunk::<4>()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        rest.get(..rest.len().checked_sub(DESCRIPTION - 4 + length)?)
    };
    unsigned().unwrap_or(module)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_signature_is_taken_off() {
        let mut module = b"module".to_vec();
        assert_eq!(without_signature(&module), b"module");
        module.extend([0x30; 5]);
        module.extend([0; 8]);
        module.extend(5_u32.to_be_bytes());
        module.extend(MAGIC);
        assert_eq!(without_signature(&module), b"module");
        assert_eq!(without_signature(MAGIC), MAGIC);
    }
}
