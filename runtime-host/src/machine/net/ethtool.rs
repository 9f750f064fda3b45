//! The ethtool operations, with what the kernel's core does around them.

use std::ffi::c_int;

use runtime_kernel::{RawDrvInfo, RawLinkSettings, RawRingParam};
use runtime_wire::ethtool::{LinkSettings, PhysIdState, RingParam, StringSet};

use super::Interface;
use crate::machine::Errno;
use crate::machine::clock::MILLISECOND;
use crate::machine::context::{self, Mode};
use crate::machine::device::Device;

/// Bytes of a string (`ETH_GSTRING_LEN`).
const STRING: usize = 32;

/// `ethtool -i`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Driver {
    /// Name of the driver.
    pub driver: String,
    /// Its version; empty where it is the kernel's.
    pub version: String,
    /// Firmware.
    pub firmware: String,
    /// Name of the device on its bus.
    pub bus_info: String,
}

/// `ethtool -t`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TestResult {
    /// Whether a test failed.
    pub failed: bool,
    /// Each test's name and result.
    pub results: Vec<(String, u64)>,
}

fn text(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|&byte| byte == 0);
    String::from_utf8_lossy(bytes.get(..end.unwrap_or(bytes.len())).unwrap_or(&[])).into_owned()
}

fn set_number(set: StringSet) -> u32 {
    match set {
        StringSet::Test => 0,
        StringSet::Stats => 1,
        StringSet::Other => 2,
    }
}

impl Device {
    fn string_count(&self, set: StringSet) -> Result<usize, Errno> {
        let count = self.call(Mode::Process, |table, state| {
            // SAFETY: registered, so attached.
            unsafe { (table.get_sset_count)(state, set_number(set)) }
        });
        Ok(Errno::value(count)? as usize)
    }

    fn strings(&self, set: StringSet, count: usize) -> Vec<String> {
        let mut bytes = vec![0u8; count * STRING];
        self.call(Mode::Process, |table, state| {
            // SAFETY: registered, so attached; there is room for so many strings.
            unsafe { (table.get_strings)(state, set_number(set), bytes.as_mut_ptr(), count as u32) }
        });
        bytes.chunks(STRING).map(text).collect()
    }

    fn ring(&self) -> RingParam {
        let mut raw = RawRingParam {
            rx_max: 0,
            tx_max: 0,
            rx: 0,
            rx_mini: 0,
            rx_jumbo: 0,
            tx: 0,
        };
        let got = self.call(Mode::Process, |table, state| {
            // SAFETY: registered, so attached; the structure is the one that the entry writes.
            unsafe { (table.get_ringparam)(state, (&raw mut raw).cast()) }
        });
        if got != 0 {
            return RingParam::default();
        }
        RingParam {
            rx_max: raw.rx_max,
            tx_max: raw.tx_max,
            rx: raw.rx,
            rx_mini: raw.rx_mini,
            rx_jumbo: raw.rx_jumbo,
            tx: raw.tx,
        }
    }
}

impl Interface {
    /// An ethtool operation: under RTNL, with the device there.
    fn ethtool<R>(&self, body: impl FnOnce(&Device) -> Result<R, Errno>) -> Result<R, Errno> {
        self.configure(|device| {
            self.present()?;
            body(device)
        })
    }

    /// `ethtool -i`.
    pub fn driver(&self) -> Result<Driver, Errno> {
        self.ethtool(|device| {
            let mut raw = RawDrvInfo {
                driver: [0; 32],
                version: [0; 32],
                firmware: [0; 32],
                bus_info: [0; 32],
            };
            device.call(Mode::Process, |table, state| {
                // SAFETY: registered, so attached; the structure is the one that the entry writes.
                unsafe { (table.get_drvinfo)(state, (&raw mut raw).cast()) }
            });
            Ok(Driver {
                driver: text(&raw.driver),
                version: text(&raw.version),
                firmware: text(&raw.firmware),
                bus_info: text(&raw.bus_info),
            })
        })
    }

    /// The message level (`ethtool DEV`).
    pub fn message_level(&self) -> Result<u32, Errno> {
        self.ethtool(|device| {
            Ok(device.call(Mode::Process, |table, state| {
                // SAFETY: registered, so attached.
                unsafe { (table.get_msglevel)(state) }
            }))
        })
    }

    /// `ethtool -s DEV msglvl`. The kernel reports no error here.
    pub fn set_message_level(&self, level: u32) -> Result<(), Errno> {
        self.ethtool(|device| {
            device.call(Mode::Process, |table, state| {
                // SAFETY: registered, so attached.
                unsafe { (table.set_msglevel)(state, level) }
            });
            Ok(())
        })
    }

    /// `ethtool -r`.
    pub fn restart_autonegotiation(&self) -> Result<(), Errno> {
        self.ethtool(|device| {
            device.call(Mode::Process, |table, state| {
                // SAFETY: registered, so attached.
                Errno::check(unsafe { (table.nway_reset)(state) })
            })
        })
    }

    /// Whether the driver sees a link; the kernel does not ask while the interface is down.
    pub fn link(&self) -> Result<bool, Errno> {
        self.ethtool(|device| {
            if !device.net.is_running() {
                return Ok(false);
            }
            Ok(device.call(Mode::Process, |table, state| {
                // SAFETY: registered, so attached.
                unsafe { (table.get_link)(state) != 0 }
            }))
        })
    }

    /// `ethtool -g`.
    pub fn ring(&self) -> Result<RingParam, Errno> {
        self.ethtool(|device| Ok(device.ring()))
    }

    /// `ethtool -G`. The maxima are not looked at; the kernel compares with the driver's, and lets
    /// nothing above them through.
    pub fn set_ring(&self, ring: RingParam) -> Result<(), Errno> {
        self.ethtool(|device| {
            let limits = device.ring();
            // There are neither mini nor jumbo rings.
            if ring.rx > limits.rx_max
                || ring.tx > limits.tx_max
                || ring.rx_mini > 0
                || ring.rx_jumbo > 0
            {
                return Err(Errno::EINVAL);
            }
            let raw = RawRingParam {
                rx_max: 0,
                tx_max: 0,
                rx: ring.rx,
                rx_mini: ring.rx_mini,
                rx_jumbo: ring.rx_jumbo,
                tx: ring.tx,
            };
            device.call(Mode::Process, |table, state| {
                // SAFETY: registered, so attached; the structure is the one that the entry reads.
                Errno::check(unsafe { (table.set_ringparam)(state, (&raw const raw).cast()) })
            })
        })
    }

    /// The names of a set.
    pub fn strings(&self, set: StringSet) -> Result<Vec<String>, Errno> {
        self.ethtool(|device| {
            let count = device.string_count(set)?;
            Ok(device.strings(set, count))
        })
    }

    /// `ethtool -S`.
    pub fn ethtool_stats(&self) -> Result<Vec<(String, u64)>, Errno> {
        self.ethtool(|device| {
            let count = device.string_count(StringSet::Stats)?;
            let mut numbers = vec![0; count];
            device.call(Mode::Process, |table, state| {
                // SAFETY: registered, so attached; there is room for so many numbers.
                unsafe { (table.get_ethtool_stats)(state, numbers.as_mut_ptr(), count as u32) }
            });
            let names = device.strings(StringSet::Stats, count);
            Ok(names.into_iter().zip(numbers).collect())
        })
    }

    /// `ethtool -t`.
    pub fn self_test(&self, offline: bool) -> Result<TestResult, Errno> {
        self.ethtool(|device| {
            let count = device.string_count(StringSet::Test)?;
            let mut numbers = vec![0; count];
            let failed = device.call(Mode::Process, |table, state| {
                let offline = u32::from(offline);
                // SAFETY: registered, so attached; there is room for so many numbers.
                unsafe { (table.self_test)(state, offline, numbers.as_mut_ptr(), count as u32) }
            });
            let names = device.strings(StringSet::Test, count);
            Ok(TestResult {
                failed: failed != 0,
                results: names.into_iter().zip(numbers).collect(),
            })
        })
    }

    fn set_phys_id(&self, state: PhysIdState) -> Result<u32, Errno> {
        self.ethtool(|device| {
            let number = match state {
                PhysIdState::Inactive => 0,
                PhysIdState::Active => 1,
                PhysIdState::On => 2,
                PhysIdState::Off => 3,
            };
            Errno::value(device.call(Mode::Process, |table, state| {
                // SAFETY: registered, so attached.
                unsafe { (table.set_phys_id)(state, number) }
            }))
        })
    }

    /// `ethtool -p DEV SECONDS`: so long (of virtual time) the LED blinks, by the driver or, where that
    /// gives a rate, by the kernel: on and off so many times a second. Other operations may come in between.
    pub fn identify(&self, seconds: u32) -> Result<(), Errno> {
        let kernel = &self.device.kernel;
        let rate = self.set_phys_id(PhysIdState::Active)?;
        if rate == 0 {
            kernel.pass(u64::from(seconds) * 1000 * MILLISECOND);
        }
        let half = 1000 * MILLISECOND / (2 * u64::from(rate.max(1)));
        for _ in 0..u64::from(seconds) * u64::from(rate) {
            for state in [PhysIdState::On, PhysIdState::Off] {
                self.set_phys_id(state)?;
                context::enter(kernel, Mode::Process, || kernel.pass(half));
            }
        }
        self.set_phys_id(PhysIdState::Inactive).map(drop)
    }

    /// `ethtool -d`: the dump's version and bytes.
    pub fn registers(&self) -> Result<(u32, Vec<u8>), Errno> {
        self.ethtool(|device| {
            let length = device.call(Mode::Process, |table, state| {
                // SAFETY: registered, so attached.
                unsafe { (table.get_regs_len)(state) }
            });
            let length = Errno::value(length)?;
            let (mut version, mut bytes) = (0, vec![0; length as usize]);
            let read: c_int = device.call(Mode::Process, |table, state| {
                // SAFETY: registered, so attached; there is room for so many bytes.
                unsafe { (table.get_regs)(state, bytes.as_mut_ptr(), length, &raw mut version) }
            });
            // The kernel's operation returns nothing, so the glue makes the dump an empty one.
            if read != 0 {
                bytes.clear();
            }
            Ok((version, bytes))
        })
    }

    /// `ethtool DEV`.
    pub fn link_settings(&self) -> Result<LinkSettings, Errno> {
        self.ethtool(|device| {
            let mut raw = RawLinkSettings {
                speed: 0,
                duplex: 0,
                port: 0,
                phy_address: 0,
                autoneg: 0,
                supported: 0,
                advertising: 0,
                lp_advertising: 0,
                transceiver: 0,
                mdio_support: 0,
            };
            device.call(Mode::Process, |table, state| {
                // SAFETY: registered, so attached; the structure is the one that the entry writes.
                Errno::check(unsafe { (table.get_link_ksettings)(state, (&raw mut raw).cast()) })
            })?;
            Ok(LinkSettings {
                speed: raw.speed,
                duplex: raw.duplex,
                port: raw.port,
                phy_address: raw.phy_address,
                autoneg: raw.autoneg,
                supported: raw.supported,
                advertising: raw.advertising,
                lp_advertising: raw.lp_advertising,
                transceiver: raw.transceiver,
                mdio_support: raw.mdio_support,
            })
        })
    }

    /// `ethtool -s`.
    pub fn set_link_settings(&self, settings: LinkSettings) -> Result<(), Errno> {
        self.ethtool(|device| {
            let raw = RawLinkSettings {
                speed: settings.speed,
                duplex: settings.duplex,
                port: settings.port,
                phy_address: settings.phy_address,
                autoneg: settings.autoneg,
                supported: settings.supported,
                advertising: settings.advertising,
                lp_advertising: settings.lp_advertising,
                transceiver: settings.transceiver,
                mdio_support: settings.mdio_support,
            };
            device.call(Mode::Process, |table, state| {
                // SAFETY: registered, so attached; the structure is the one that the entry reads.
                Errno::check(unsafe { (table.set_link_ksettings)(state, (&raw const raw).cast()) })
            })
        })
    }
}
