//! What a driver implements, as far as the user half runs it. The kernel's runtime documents the
//! operations; here each has a default, since an operation placed in the kernel is not in this crate.

use crate::wire::Wire;
use crate::{
    Device, DrvInfo, Error, LinkSettings, MacAddress, MiiReply, MiiRequest, Numbers, PhysIdState,
    RegisterDump, Result, RingParam, RxFilter, SelfTest, StringSet, Strings,
};

macro_rules! operations {
    ($($name:ident($($argument:ident: $ty:ty),*) $(-> $result:ty)?;)*) => {$(
        #[doc = concat!("See `", stringify!($name), "` of the kernel's runtime.")]
        fn $name(&self, $($argument: $ty),*) $(-> Result<$result>)? {
            $(let _ = $argument;)*
            $(Err::<$result, _>(Error::ENOSYS))?
        }
    )*};
}

/// A driver.
pub trait Driver: Sized {
    /// What `probe` finds out about the device.
    type Identity: Wire;

    /// Finds out what the device is, and decides how to drive it.
    fn probe(device: &Device) -> Result<Self::Identity> {
        let _ = device;
        Err(Error::ENOSYS)
    }
    operations! {
        work(work: u32) -> ();
    }
}

/// Operations of a network interface.
pub trait NetOperations {
    operations! {
        open() -> ();
        stop() -> ();
        set_rx_mode(filter: RxFilter);
        tx_timeout(queue: u32);
        set_mac_address(address: MacAddress) -> ();
        mii_ioctl(request: MiiRequest) -> MiiReply;
    }
}

/// The ethtool operations.
pub trait EthtoolOperations {
    operations! {
        get_drvinfo() -> DrvInfo;
        get_msglevel() -> u32;
        set_msglevel(level: u32) -> ();
        nway_reset() -> ();
        get_link() -> bool;
        get_ringparam() -> RingParam;
        set_ringparam(ring: RingParam) -> ();
        get_strings(set: StringSet) -> Strings;
        get_sset_count(set: StringSet) -> u32;
        get_ethtool_stats() -> Numbers;
        self_test(offline: bool) -> SelfTest;
        set_phys_id(state: PhysIdState) -> u32;
        get_regs_len() -> u32;
        get_regs(from: u32) -> RegisterDump;
        get_link_ksettings() -> LinkSettings;
        set_link_ksettings(settings: LinkSettings) -> ();
    }
}
