//! What a user asks of a card: by the tools, and by requests that the tools do not make.

use anyhow::Result;
use nix::errno::Errno;
use nix::libc::{IFF_ALLMULTI, IFF_PROMISC, IFF_UP};

use super::record::Do::{self, Call, Run};
use super::record::Recorder;
use crate::sys::{Address, Ethtool, Interface, Mii, Plain};

/// Groups of operations on a card that is up.
const GROUPS: &[(&str, &[Do])] = &[
    ("drvinfo", &[Run("ethtool -i @")]),
    (
        "link",
        &[Call("GLINK", |card| {
            Ok(Ethtool::new(card).link()?.to_string())
        })],
    ),
    ("strings", STRINGS),
    ("registers", &[Run("ethtool -d @")]),
    (
        "statistics",
        &[Run("ethtool -S @"), Run("ip -d -s link show @")],
    ),
    ("message-level", MESSAGE_LEVEL),
    ("negotiation", &[Run("ethtool -r @")]),
    ("rings", RINGS),
    (
        "self-test",
        &[
            Run("ethtool -t @ online"),
            Run("ethtool -t @ offline"),
            Run("ethtool -t @"),
        ],
    ),
    ("identify", &[Run("ethtool -p @ 1"), Run("ethtool -p @ 2")]),
    ("link-settings", LINK_SETTINGS),
    ("absent", ABSENT),
    (
        "unknown",
        &[Call("SIOCETHTOOL 0xffffffff", |card| {
            Ethtool::new(card)
                .nothing()
                .map(|()| "EOPNOTSUPP".to_owned())
        })],
    ),
    ("mii", MII),
    ("mtu", MTU),
    ("filter", FILTER),
    ("groups", GROUPS_OF_MULTICAST),
    ("queue-length", QUEUE_LENGTH),
    ("address-up", ADDRESS),
    ("up-and-down", UP_AND_DOWN),
    ("down", &[Run("ip link set @ down")]),
    ("while-down", WHILE_DOWN),
    ("address-down", ADDRESS),
    (
        "address-restored",
        &[Run("ip link set @ address 52:54:00:12:34:56")],
    ),
    ("up", &[Run("ip link set @ up"), Run("ip -d link show @")]),
];

const STRINGS: &[Do] = &[
    Call("GSTRINGS test", |card| {
        Ethtool::new(card).test_names().map(|()| String::new())
    }),
    Call("GSSET_INFO test", |card| set_count(card, 1 << 0)),
    Call("GSSET_INFO private flags", |card| set_count(card, 1 << 2)),
    Call("GSSET_INFO PHY statistics", |card| set_count(card, 1 << 7)),
];

const MESSAGE_LEVEL: &[Do] = &[
    Run("ethtool -s @ msglvl 0x3f"),
    Run("ethtool -s @ msglvl 0"),
    Run("ethtool -s @ msglvl 0xffff"),
    Run("ethtool -s @ msglvl hw off"),
    Run("ethtool -s @ msglvl 0x7"),
    Call("SMSGLVL 0xffffffff", |card| {
        Ethtool::new(card)
            .set_message_level(u32::MAX)
            .map(|()| String::new())
    }),
    Call("SMSGLVL 7", |card| {
        Ethtool::new(card)
            .set_message_level(7)
            .map(|()| String::new())
    }),
];

/// What is asked for: receive, mini, jumbo, transmit.
const RINGS: &[Do] = &[
    Run("ethtool -g @"),
    Call("SRINGPARAM rx 0, tx 0", |card| rings(card, [0, 0, 0, 0])),
    Call("SRINGPARAM rx 3, tx 3", |card| rings(card, [3, 0, 0, 3])),
    Call("SRINGPARAM rx 4, tx 4", |card| rings(card, [4, 0, 0, 4])),
    Call("SRINGPARAM rx 5, tx 5", |card| rings(card, [5, 0, 0, 5])),
    Call("SRINGPARAM rx 512, tx 512", |card| {
        rings(card, [512, 0, 0, 512])
    }),
    Call("SRINGPARAM rx 513, tx 16", |card| {
        rings(card, [513, 0, 0, 16])
    }),
    Call("SRINGPARAM rx 32, tx 513", |card| {
        rings(card, [32, 0, 0, 513])
    }),
    Call("SRINGPARAM rx 32, tx 4294967295", |card| {
        rings(card, [32, 0, 0, u32::MAX])
    }),
    Call("SRINGPARAM mini 16", |card| rings(card, [32, 16, 0, 16])),
    Call("SRINGPARAM jumbo 16", |card| rings(card, [32, 0, 16, 16])),
    Run("ethtool -G @ rx 100 tx 50"),
    Run("ethtool -G @ rx 1 tx 1"),
    Run("ethtool -G @ rx 0"),
    Run("ethtool -G @ rx 1024"),
    Run("ethtool -G @ rx-mini 16"),
    Run("ethtool -G @ rx-jumbo 16"),
    Run("ethtool -G @ tx 64"),
    Run("ethtool -g @"),
    Run("ethtool -G @ rx 32 tx 16"),
];

const HALF: u8 = 0;
const FULL: u8 = 1;
const TP: u8 = 0;
const AUI: u8 = 1;
const MII_PORT: u8 = 2;
const FIBRE: u8 = 3;
const BNC: u8 = 4;

const LINK_SETTINGS: &[Do] = &[
    Run("ethtool @"),
    Call("SLINKSETTINGS as read", |card| {
        let mut tool = Ethtool::new(card);
        tool.link_settings()?;
        tool.set_link_settings().map(|()| String::new())
    }),
    Call("SLINKSETTINGS 10 half TP", |card| {
        settings(card, 10, HALF, TP, 0)
    }),
    Call("SLINKSETTINGS 10 full TP", |card| {
        settings(card, 10, FULL, TP, 0)
    }),
    Call("SLINKSETTINGS 100 full TP", |card| {
        settings(card, 100, FULL, TP, 0)
    }),
    Call("SLINKSETTINGS 1000 full TP", |card| {
        settings(card, 1000, FULL, TP, 0)
    }),
    Call("SLINKSETTINGS 10 half AUI", |card| {
        settings(card, 10, HALF, AUI, 0)
    }),
    Call("SLINKSETTINGS 10 full AUI", |card| {
        settings(card, 10, FULL, AUI, 0)
    }),
    Call("SLINKSETTINGS 10 half MII", |card| {
        settings(card, 10, HALF, MII_PORT, 0)
    }),
    Call("SLINKSETTINGS 10 half FIBRE", |card| {
        settings(card, 10, HALF, FIBRE, 0)
    }),
    Call("SLINKSETTINGS 10 half BNC", |card| {
        settings(card, 10, HALF, BNC, 0)
    }),
    Call("SLINKSETTINGS 10 duplex 7", |card| {
        settings(card, 10, 7, TP, 0)
    }),
    Call("SLINKSETTINGS automatic", |card| {
        settings(card, 10, HALF, TP, 1)
    }),
    Call("SLINKSETTINGS automatic 7", |card| {
        settings(card, 10, HALF, TP, 7)
    }),
    Run("ethtool @"),
    Run("ethtool -s @ speed 100"),
    Run("ethtool -s @ speed 10 duplex half"),
    Run("ethtool -s @ autoneg on"),
    Run("ethtool -s @ port mii"),
    Run("ethtool -s @ port bnc"),
    Run("ethtool -s @ port aui"),
    Run("ethtool @"),
    Run("ethtool -s @ port tp autoneg off duplex full"),
    Run("ethtool -s @ port tp autoneg off duplex half"),
    Run("ethtool @"),
];

/// Operations that the in-tree driver does not have.
const ABSENT: &[Do] = &[
    Run("ethtool -a @"),
    Run("ethtool -A @ rx on"),
    Run("ethtool -c @"),
    Run("ethtool -C @ rx-usecs 10"),
    Run("ethtool -e @"),
    Run("ethtool -k @"),
    Run("ethtool -K @ gro off"),
    Run("ethtool -K @ gro on"),
    Run("ethtool -K @ tx on"),
    Run("ethtool -K @ rx off"),
    Run("ethtool -l @"),
    Run("ethtool -L @ combined 2"),
    Run("ethtool -m @"),
    Run("ethtool -n @"),
    Run("ethtool -P @"),
    Run("ethtool -T @"),
    Run("ethtool -w @"),
    Run("ethtool -x @"),
    Run("ethtool --show-eee @"),
    Run("ethtool --set-eee @ eee on"),
    Run("ethtool --show-fec @"),
    Run("ethtool --show-priv-flags @"),
    Run("ethtool --phy-statistics @"),
    Run("ethtool --reset @ mac"),
    Run("ethtool -s @ wol g"),
    Run("ethtool -s @ sopass 00:11:22:33:44:55"),
    Run("ethtool --get-tunable @ rx-copybreak"),
    Call("GWOL", |card| plain(card, Plain::GetWakeOnLan, &[], 4)),
    Call("SWOL", |card| plain(card, Plain::SetWakeOnLan, &[0, 1], 0)),
    Call("GEEPROM", |card| {
        plain(card, Plain::GetEeprom, &[0, 0, 16], 0)
    }),
    Call("SEEPROM", |card| {
        plain(card, Plain::SetEeprom, &[0, 0, 16], 0)
    }),
    Call("GCOALESCE", |card| plain(card, Plain::GetCoalesce, &[], 8)),
    Call("SCOALESCE", |card| {
        plain(card, Plain::SetCoalesce, &[10], 0)
    }),
    Call("GPAUSEPARAM", |card| plain(card, Plain::GetPause, &[], 3)),
    Call("SPAUSEPARAM", |card| {
        plain(card, Plain::SetPause, &[0, 1, 1], 0)
    }),
    Call("GFLAGS", |card| plain(card, Plain::GetFlags, &[], 1)),
    Call("SFLAGS", |card| plain(card, Plain::SetFlags, &[1 << 15], 0)),
    Call("GPFLAGS", |card| {
        plain(card, Plain::GetPrivateFlags, &[], 1)
    }),
    Call("SPFLAGS", |card| {
        plain(card, Plain::SetPrivateFlags, &[1], 0)
    }),
    Call("GRXFH", |card| plain(card, Plain::GetReceiveHash, &[1], 0)),
    Call("FLASHDEV", |card| plain(card, Plain::FlashDevice, &[], 0)),
    Call("RESET", |card| plain(card, Plain::Reset, &[1], 0)),
    Call("GFEATURES", |card| {
        plain(card, Plain::GetFeatures, &[4], 17)
    }),
    Call("SFEATURES nothing", |card| {
        plain(card, Plain::SetFeatures, &[2, 0, 0, 0, 0], 0)
    }),
    Call("GCHANNELS", |card| plain(card, Plain::GetChannels, &[], 8)),
    Call("SCHANNELS", |card| {
        plain(card, Plain::SetChannels, &[0, 0, 0, 0, 0, 0, 0, 1], 0)
    }),
    Call("GET_DUMP_FLAG", |card| {
        plain(card, Plain::GetDumpFlag, &[], 3)
    }),
    Call("GET_TS_INFO", |card| {
        plain(card, Plain::GetTimeStamping, &[], 10)
    }),
    Call("GMODULEINFO", |card| {
        plain(card, Plain::GetModuleInfo, &[], 2)
    }),
    Call("GEEE", |card| plain(card, Plain::GetEee, &[], 9)),
    Call("SEEE", |card| {
        plain(card, Plain::SetEee, &[0, 0, 0, 0, 1], 0)
    }),
    Call("GRSSH", |card| plain(card, Plain::GetHash, &[], 3)),
    Call("GTUNABLE", |card| {
        plain(card, Plain::GetTunable, &[1, 3, 4], 0)
    }),
    Call("GPHYSTATS", |card| {
        plain(card, Plain::PhyStatistics, &[], 0)
    }),
    Call("GFECPARAM", |card| plain(card, Plain::GetFec, &[], 2)),
    Call("SFECPARAM", |card| plain(card, Plain::SetFec, &[0, 2], 0)),
];

const MII: &[Do] = &[
    Call("SIOCGMIIPHY", |card| mii(card, Mii::GetPhy, [0; 4])),
    Call("SIOCGMIIREG 1", |card| mii(card, Mii::Read, [0, 1, 0, 0])),
    Call("SIOCGMIIREG PHY 31", |card| {
        mii(card, Mii::Read, [31, 31, 0, 0])
    }),
    Call("SIOCSMIIREG 0", |card| {
        mii(card, Mii::Write, [0, 0, 0x1000, 0])
    }),
];

const MTU: &[Do] = &[
    Run("ip link set @ mtu 0"),
    Run("ip link set @ mtu 67"),
    Run("ip link set @ mtu 68"),
    Run("ip link set @ mtu 576"),
    Run("ip link set @ mtu 1501"),
    Run("ip link set @ mtu 9000"),
    Call("SIOCSIFMTU -1", |card| {
        card.set_mtu(-1).map(|()| String::new())
    }),
    Call("SIOCSIFMTU 1499", |card| {
        card.set_mtu(1499).map(|()| String::new())
    }),
    Run("ip link set @ mtu 1500"),
];

const FILTER: &[Do] = &[
    Run("ip link set @ promisc on"),
    Run("ip -d link show @"),
    Run("ip link set @ promisc off"),
    Run("ip link set @ allmulticast on"),
    Run("ip link set @ allmulticast off"),
    Run("ip link set @ multicast off"),
    Run("ip link set @ multicast on"),
    Call("promiscuous, all multicast", |card| {
        flags(card, IFF_PROMISC | IFF_ALLMULTI, true)
    }),
    Call("neither", |card| {
        flags(card, IFF_PROMISC | IFF_ALLMULTI, false)
    }),
];

const GROUPS_OF_MULTICAST: &[Do] = &[
    Run("ip maddress add 33:33:00:00:00:99 dev @"),
    Run("ip maddress show dev @"),
    Run("ip maddress delete 33:33:00:00:00:99 dev @"),
    Run("ip maddress delete 33:33:00:00:00:98 dev @"),
    Run("ip maddress add 02:00:00:00:00:01 dev @"),
    Call("a group", |card| groups(card, 0, 1, true)),
    Call("10 groups", |card| groups(card, 1, 10, true)),
    Call("all but one gone", |card| groups(card, 1, 10, false)),
    Call("64 groups", |card| groups(card, 1, 64, true)),
    Call("65 groups", |card| groups(card, 64, 65, true)),
    Call("64 groups again", |card| groups(card, 64, 65, false)),
    Call("no group", |card| groups(card, 0, 64, false)),
];

const QUEUE_LENGTH: &[Do] = &[
    Run("ip link set @ txqueuelen 10"),
    Call("SIOCSIFTXQLEN -1", |card| {
        card.set_queue_length(-1).map(|()| String::new())
    }),
    Run("ip link set @ txqueuelen 1000"),
];

const ADDRESS: &[Do] = &[
    Call("SIOCSIFHWADDR group", |card| {
        address(card, [1, 0, 0, 0, 0x53, 2])
    }),
    Call("SIOCSIFHWADDR zero", |card| address(card, [0; 6])),
    Call("SIOCSIFHWADDR broadcast", |card| address(card, [0xff; 6])),
    Call("SIOCSIFHWADDR another", |card| {
        address(card, [2, 0, 0, 0, 0x53, 2])
    }),
    Run("ip link set @ address 02:00:00:00:53:03"),
    Run("ip link set @ address 01:00:00:00:53:03"),
    Run("ip link show @"),
];

const UP_AND_DOWN: &[Do] = &[
    Call("up", |card| flags(card, IFF_UP, true)),
    Call("down", |card| flags(card, IFF_UP, false)),
    Call("down", |card| flags(card, IFF_UP, false)),
    Call("up", |card| flags(card, IFF_UP, true)),
    Call("10 times", |card| {
        for _ in 0..10 {
            flags(card, IFF_UP, false)?;
            flags(card, IFF_UP, true)?;
        }
        Ok(String::new())
    }),
];

const WHILE_DOWN: &[Do] = &[
    Run("ip -d link show @"),
    Run("ethtool @"),
    Run("ethtool -i @"),
    Run("ethtool -g @"),
    Run("ethtool -d @"),
    Run("ethtool -S @"),
    Run("ethtool -r @"),
    Run("ethtool -p @ 1"),
    Run("ethtool -t @ online"),
    Run("ethtool -t @ offline"),
    Run("ethtool -G @ rx 64 tx 32"),
    Run("ethtool -G @ rx 32 tx 16"),
    Run("ethtool -s @ port aui"),
    Run("ethtool -s @ port tp autoneg off duplex half"),
    Run("ethtool -s @ msglvl 0x3f"),
    Run("ethtool -s @ msglvl 0x7"),
    Run("ip link set @ promisc on"),
    Run("ip link set @ promisc off"),
    Run("ip link set @ allmulticast on"),
    Run("ip link set @ allmulticast off"),
    Run("ip maddress add 33:33:00:00:00:99 dev @"),
    Run("ip maddress delete 33:33:00:00:00:99 dev @"),
    Run("ip link set @ mtu 1400"),
    Run("ip link set @ mtu 67"),
    Run("ip link set @ mtu 1500"),
    Call("SIOCGMIIPHY", |card| mii(card, Mii::GetPhy, [0; 4])),
    Call("SLINKSETTINGS 100 full MII", |card| {
        settings(card, 100, FULL, MII_PORT, 0)
    }),
    Run("ethtool -s @ port tp autoneg off duplex half"),
];

fn set_count(card: &Interface, set: u32) -> Result<String, Errno> {
    // Reserved, the mask's two halves, a count.
    plain(card, Plain::GetSetInfo, &[0, set, 0], 4)
}

fn rings(card: &Interface, [receive, mini, jumbo, transmit]: [u32; 4]) -> Result<String, Errno> {
    // Four limits, which are not read, and what is asked for.
    let words = [0, 0, 0, 0, receive, mini, jumbo, transmit];
    plain(card, Plain::SetRings, &words, 0)
}

fn settings(
    card: &Interface,
    speed: u32,
    duplex: u8,
    port: u8,
    autoneg: u8,
) -> Result<String, Errno> {
    Ethtool::new(card).set_link(speed, duplex, port, autoneg)?;
    Ok(String::new())
}

fn plain(card: &Interface, request: Plain, words: &[u32], count: usize) -> Result<String, Errno> {
    Ok(format!(
        "{:?}",
        Ethtool::new(card).plain(request, words, count)?
    ))
}

fn mii(card: &Interface, request: Mii, words: [u16; 4]) -> Result<String, Errno> {
    Ok(format!("{:?}", card.mii(request, words)?))
}

fn flags(card: &Interface, flags: i32, on: bool) -> Result<String, Errno> {
    card.set_flags(flags, on).map(|()| String::new())
}

fn address(card: &Interface, address: Address) -> Result<String, Errno> {
    card.set_address(address).map(|()| String::new())
}

/// Adds groups or removes them, by number.
fn groups(card: &Interface, first: u8, after: u8, add: bool) -> Result<String, Errno> {
    for number in first..after {
        card.multicast([0x01, 0x00, 0x5e, 0x90, 0x20, number], add)?;
    }
    Ok(String::new())
}

/// Does them all, in an order in which each group finds the card in a known state.
pub(super) fn run(record: &mut Recorder) -> Result<()> {
    for (group, operations) in GROUPS {
        record.group(group, operations)?;
    }
    Ok(())
}
