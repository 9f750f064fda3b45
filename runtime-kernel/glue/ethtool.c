// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* The ethtool operations: the kernel's structures to the driver's plain ones and back. */
#include "glue.h"

static const void *state_of(struct net_device *netdev)
{
	return ((struct md_device *)netdev_priv(netdev))->state;
}

static void md_get_drvinfo(struct net_device *netdev, struct ethtool_drvinfo *info)
{
	struct md_drvinfo from = {};

	md_the_driver->get_drvinfo(state_of(netdev), &from);
	strscpy(info->driver, from.driver, sizeof(info->driver));
	if (from.version[0])
		strscpy(info->version, from.version, sizeof(info->version));
	if (from.firmware[0])
		strscpy(info->fw_version, from.firmware, sizeof(info->fw_version));
	strscpy(info->bus_info, from.bus_info, sizeof(info->bus_info));
}

static u32 md_get_msglevel(struct net_device *netdev)
{
	return md_the_driver->get_msglevel(state_of(netdev));
}

static void md_set_msglevel(struct net_device *netdev, u32 level)
{
	md_the_driver->set_msglevel(state_of(netdev), level);
}

static int md_nway_reset(struct net_device *netdev)
{
	return md_the_driver->nway_reset(state_of(netdev));
}

static u32 md_get_link(struct net_device *netdev)
{
	return md_the_driver->get_link(state_of(netdev));
}

static void md_get_ringparam(struct net_device *netdev, struct ethtool_ringparam *ring,
			     struct kernel_ethtool_ringparam *kernel_ring,
			     struct netlink_ext_ack *extack)
{
	struct md_ringparam from = {};

	if (md_the_driver->get_ringparam(state_of(netdev), &from))
		return;
	ring->rx_max_pending = from.rx_max;
	ring->tx_max_pending = from.tx_max;
	ring->rx_pending = from.rx;
	ring->tx_pending = from.tx;
}

static int md_set_ringparam(struct net_device *netdev, struct ethtool_ringparam *ring,
			    struct kernel_ethtool_ringparam *kernel_ring,
			    struct netlink_ext_ack *extack)
{
	struct md_ringparam to = {
		.rx = ring->rx_pending,
		.rx_mini = ring->rx_mini_pending,
		.rx_jumbo = ring->rx_jumbo_pending,
		.tx = ring->tx_pending,
	};

	return md_the_driver->set_ringparam(state_of(netdev), &to);
}

static int md_get_sset_count(struct net_device *netdev, int set)
{
	return md_the_driver->get_sset_count(state_of(netdev), set);
}

static void md_get_strings(struct net_device *netdev, u32 set, u8 *strings)
{
	int count = md_the_driver->get_sset_count(state_of(netdev), set);

	if (count > 0)
		md_the_driver->get_strings(state_of(netdev), set, strings, count);
}

static void md_get_ethtool_stats(struct net_device *netdev, struct ethtool_stats *stats, u64 *numbers)
{
	md_the_driver->get_ethtool_stats(state_of(netdev), numbers, stats->n_stats);
}

static void md_self_test(struct net_device *netdev, struct ethtool_test *test, u64 *results)
{
	if (md_the_driver->self_test(state_of(netdev), !!(test->flags & ETH_TEST_FL_OFFLINE),
				     results, test->len))
		test->flags |= ETH_TEST_FL_FAILED;
}

static int md_set_phys_id(struct net_device *netdev, enum ethtool_phys_id_state what)
{
	return md_the_driver->set_phys_id(state_of(netdev), what);
}

static int md_get_regs_len(struct net_device *netdev)
{
	return md_the_driver->get_regs_len(state_of(netdev));
}

static void md_get_regs(struct net_device *netdev, struct ethtool_regs *regs, void *bytes)
{
	memset(bytes, 0, regs->len);
	/* The operation cannot fail, so a dump that could not be made is an empty one. */
	if (md_the_driver->get_regs(state_of(netdev), bytes, regs->len, &regs->version))
		regs->len = 0;
}

static int md_get_link_ksettings(struct net_device *netdev, struct ethtool_link_ksettings *to)
{
	struct md_link_settings from = {};
	int error = md_the_driver->get_link_ksettings(state_of(netdev), &from);

	if (error)
		return error;
	to->base.speed = from.speed;
	to->base.duplex = from.duplex;
	to->base.port = from.port;
	to->base.phy_address = from.phy_address;
	to->base.autoneg = from.autoneg;
	to->base.transceiver = from.transceiver;
	to->base.mdio_support = from.mdio_support;
	to->link_modes.supported[0] = from.supported;
	to->link_modes.advertising[0] = from.advertising;
	to->link_modes.lp_advertising[0] = from.lp_advertising;
	return 0;
}

static int md_set_link_ksettings(struct net_device *netdev,
				 const struct ethtool_link_ksettings *from)
{
	struct md_link_settings to = {
		.speed = from->base.speed,
		.duplex = from->base.duplex,
		.port = from->base.port,
		.phy_address = from->base.phy_address,
		.autoneg = from->base.autoneg,
		.transceiver = from->base.transceiver,
		.mdio_support = from->base.mdio_support,
		.supported = from->link_modes.supported[0],
		.advertising = from->link_modes.advertising[0],
		.lp_advertising = from->link_modes.lp_advertising[0],
	};

	return md_the_driver->set_link_ksettings(state_of(netdev), &to);
}

const struct ethtool_ops md_ethtool_ops = {
	.get_drvinfo = md_get_drvinfo,
	.get_msglevel = md_get_msglevel,
	.set_msglevel = md_set_msglevel,
	.nway_reset = md_nway_reset,
	.get_link = md_get_link,
	.get_ringparam = md_get_ringparam,
	.set_ringparam = md_set_ringparam,
	.get_sset_count = md_get_sset_count,
	.get_strings = md_get_strings,
	.get_ethtool_stats = md_get_ethtool_stats,
	.self_test = md_self_test,
	.set_phys_id = md_set_phys_id,
	.get_regs_len = md_get_regs_len,
	.get_regs = md_get_regs,
	.get_link_ksettings = md_get_link_ksettings,
	.set_link_ksettings = md_set_link_ksettings,
	/* Packets are stamped in software (md_skb_timestamp). */
	.get_ts_info = ethtool_op_get_ts_info,
};
