//! What a driver implements, and the context in which the kernel calls each operation.
//!
//! `#[root(process)]`: may sleep. `#[root(atomic)]`: may not. `deferrable`: returns nothing and may
//! run a little later, so the user half can take it. `kernel`: stays in the kernel in every plan.

use crate::wire::Wire;
use crate::{
    Device, DrvInfo, Error, FixedPorts, Grant, LinkSettings, MacAddress, MiiReply, MiiRequest,
    Numbers, Parameter, PciId, PhysIdState, RegisterDump, Result, RingParam, RxFilter, SelfTest,
    SkBuff, Stats64, StringSet, Strings,
};
use partitioner_macros::{kernel_only, root};

/// A driver. The type that implements it is the driver's state: one value for each device,
/// made by `attach`, dropped when the device goes. Its plain fields do not change after that.
pub trait Driver: NetOperations + EthtoolOperations + Send + Sync + Sized + 'static {
    /// Name of the driver.
    const NAME: &'static str;
    /// The devices on PCI that it drives.
    const IDS: &'static [PciId];
    /// The I/O port region (BAR) that holds the registers.
    const IO_REGION: u32 = 0;
    /// Where else devices may be: ports of which no bus tells.
    const FIXED_PORTS: Option<FixedPorts> = None;
    /// Width of the device's DMA addresses in bits.
    const DMA_BITS: u32 = 32;
    /// Module parameters; literals, because the build reads them from the source.
    const PARAMETERS: &'static [Parameter] = &[];
    /// The registers that the user half may touch. Never those that hold addresses for DMA.
    const GRANTS: &'static [Grant] = &[];
    /// Milliseconds without a completed transmission after which `tx_timeout` is called.
    const TX_TIMEOUT_MS: u32 = 5_000;
    /// What `probe` finds out about the device.
    type Identity: Wire;

    /// Finds out what the device is, and decides how to drive it.
    #[root(process)]
    fn probe(device: &Device) -> Result<Self::Identity>;
    /// Makes the state. The interface is registered right after.
    #[root(process, kernel)]
    fn attach(device: Device, identity: Self::Identity) -> Result<Self>;
    /// Has a device interrupt that does nothing yet, until it is called with `false`: so that the kernel
    /// finds its interrupt line, where no bus tells which that is. Right after `attach`, before the
    /// interface is registered. What it writes has reached the device when it returns.
    #[root(process, kernel)]
    fn raise_interrupt(&self, on: bool) -> Result<()> {
        let _ = on;
        Err(Error::ENODEV)
    }
    /// The interface's permanent address.
    #[root(process, kernel)]
    fn address(&self) -> MacAddress;
    /// Work item `work` is due (see `Device::schedule_work`).
    #[root(process)]
    fn work(&self, work: u32) -> Result<()> {
        let _ = work;
        Ok(())
    }
    /// Timer `timer` is due (see `Device::arm_timer`). In softirq context.
    #[root(atomic)]
    #[kernel_only]
    fn timer(&self, timer: u32) {
        let _ = timer;
    }
    /// Before the machine sleeps. The user half is frozen already.
    #[root(process, kernel)]
    fn suspend(&self) -> Result<()> {
        Ok(())
    }
    /// After the machine has slept. The user half is still frozen.
    #[root(process, kernel)]
    fn resume(&self) -> Result<()> {
        Ok(())
    }
}

/// What became of a packet given to `start_xmit`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
#[kernel_only]
pub enum NetdevTx {
    /// Taken (sent, or dropped and counted).
    Ok = 0,
}

/// Whether an interrupt came from the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
#[kernel_only]
pub enum IrqReturn {
    /// Another device's.
    None = 0,
    /// Ours.
    Handled = 1,
}

/// Operations of a network interface. Process-context ones are called under RTNL.
pub trait NetOperations {
    /// Brings the interface up.
    #[root(process)]
    fn open(&self) -> Result<()>;
    /// Before the interface goes down: what the chip should be told.
    #[root(process)]
    fn stop(&self) -> Result<()>;
    /// After `stop`, whether or not it could run: no DMA, no interrupt, no memory held. May sleep.
    #[root(process, kernel)]
    fn quiesce(&self);
    /// Sends a packet. Bottom halves are off; interrupts too, under netconsole.
    #[root(atomic)]
    #[kernel_only]
    fn start_xmit(&self, skb: SkBuff) -> NetdevTx;
    /// The interrupt line was raised, maybe by another device.
    #[root(atomic)]
    #[kernel_only]
    fn interrupt(&self) -> IrqReturn;
    /// NAPI poll in softirq context: handles at most `budget` received packets, returns how many.
    #[root(atomic)]
    #[kernel_only]
    fn poll(&self, budget: u32) -> u32;
    /// The receive filter changed. Bottom halves are off, the address lock is held.
    #[root(atomic, deferrable)]
    fn set_rx_mode(&self, filter: RxFilter);
    /// Nothing was transmitted for too long. Bottom halves are off.
    #[root(atomic, deferrable)]
    fn tx_timeout(&self, queue: u32);
    /// The counters, under RCU.
    #[root(atomic)]
    #[kernel_only]
    fn get_stats64(&self) -> Stats64;
    /// A new station address, valid and not in use while running.
    #[root(process)]
    fn set_mac_address(&self, address: MacAddress) -> Result<()>;
    /// A program reads or writes a register of a PHY (`mii-tool`).
    #[root(process)]
    fn mii_ioctl(&self, request: MiiRequest) -> Result<MiiReply> {
        let _ = request;
        Err(Error::EOPNOTSUPP)
    }
}

/// The ethtool operations, all under RTNL.
pub trait EthtoolOperations {
    /// `ethtool -i`.
    #[root(process)]
    fn get_drvinfo(&self) -> Result<DrvInfo>;
    /// Which messages the driver logs (`NETIF_MSG_*` bits).
    #[root(process)]
    fn get_msglevel(&self) -> Result<u32> {
        Ok(0)
    }
    /// Sets what `get_msglevel` returns.
    #[root(process)]
    fn set_msglevel(&self, level: u32) -> Result<()> {
        let _ = level;
        Err(Error::EOPNOTSUPP)
    }
    /// `ethtool -r`.
    #[root(process)]
    fn nway_reset(&self) -> Result<()> {
        Err(Error::EOPNOTSUPP)
    }
    /// Whether the link is up.
    #[root(process)]
    fn get_link(&self) -> Result<bool>;
    /// `ethtool -g`.
    #[root(process)]
    fn get_ringparam(&self) -> Result<RingParam> {
        Err(Error::EOPNOTSUPP)
    }
    /// `ethtool -G`.
    #[root(process)]
    fn set_ringparam(&self, ring: RingParam) -> Result<()> {
        let _ = ring;
        Err(Error::EOPNOTSUPP)
    }
    /// The names in a set.
    #[root(process)]
    fn get_strings(&self, set: StringSet) -> Result<Strings> {
        let _ = set;
        Err(Error::EOPNOTSUPP)
    }
    /// How many names a set has.
    #[root(process)]
    fn get_sset_count(&self, set: StringSet) -> Result<u32> {
        let _ = set;
        Err(Error::EOPNOTSUPP)
    }
    /// `ethtool -S`.
    #[root(process)]
    fn get_ethtool_stats(&self) -> Result<Numbers> {
        Err(Error::EOPNOTSUPP)
    }
    /// `ethtool -t`.
    #[root(process)]
    fn self_test(&self, offline: bool) -> Result<SelfTest> {
        let _ = offline;
        Err(Error::EOPNOTSUPP)
    }
    /// `ethtool -p`.
    #[root(process)]
    fn set_phys_id(&self, state: PhysIdState) -> Result<u32> {
        let _ = state;
        Err(Error::EOPNOTSUPP)
    }
    /// Bytes of a register dump; [`RegisterDump::MOST`] at most.
    #[root(process)]
    fn get_regs_len(&self) -> Result<u32> {
        Err(Error::EOPNOTSUPP)
    }
    /// `ethtool -d`: the piece of the dump that begins at byte `from`. Called for one piece after the
    /// other until the dump is whole; each but the last has at least [`RegisterDump::LEAST`] bytes.
    #[root(process)]
    fn get_regs(&self, from: u32) -> Result<RegisterDump> {
        let _ = from;
        Err(Error::EOPNOTSUPP)
    }
    /// `ethtool DEV`.
    #[root(process)]
    fn get_link_ksettings(&self) -> Result<LinkSettings> {
        Err(Error::EOPNOTSUPP)
    }
    /// `ethtool -s`.
    #[root(process)]
    fn set_link_ksettings(&self, settings: LinkSettings) -> Result<()> {
        let _ = settings;
        Err(Error::EOPNOTSUPP)
    }
}
