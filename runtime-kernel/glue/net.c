// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* net_device: its operations, NAPI, socket buffers and streaming DMA. */
#include <linux/mii.h>
#include <linux/sockios.h>

#include "glue.h"

static struct net_device_ops md_netdev_ops;

/* What Rust adds to a net_device or napi_struct to find its md_device, without a call. */
unsigned long md_netdev_to_device;
const unsigned long md_napi_in_device = offsetof(struct md_device, napi);
/* Where in an sk_buff it reads the length, an unsigned int, and the pointer to the bytes. */
const unsigned long md_skb_len_at = offsetof(struct sk_buff, len);
const unsigned long md_skb_data_at = offsetof(struct sk_buff, data);

static const void *state_of(struct net_device *netdev)
{
	return ((struct md_device *)netdev_priv(netdev))->state;
}

static int md_open(struct net_device *netdev)
{
	return md_the_driver->open(state_of(netdev));
}

static int md_stop(struct net_device *netdev)
{
	md_the_driver->stop(state_of(netdev));
	return 0;
}

/* The receive filter as it is now. The address lock is held. */
static u32 md_rx_filter(struct net_device *netdev, u8 (*addresses)[ETH_ALEN], u32 *count)
{
	struct netdev_hw_addr *entry;
	u32 flags = 0;

	*count = 0;
	if (netdev->flags & IFF_PROMISC)
		flags |= 1;
	if (netdev->flags & IFF_ALLMULTI || netdev_mc_count(netdev) > MD_MAX_MULTICAST)
		flags |= 2;
	else
		netdev_for_each_mc_addr(entry, netdev)
			ether_addr_copy(addresses[(*count)++], entry->addr);
	return flags;
}

/*
 * Deferrable operations are written for process context. Where they are in the user half, their stubs
 * defer them; where they are in the kernel, a worker calls them.
 */
static void md_set_rx_mode(struct net_device *netdev)
{
	u8 addresses[MD_MAX_MULTICAST][ETH_ALEN];
	struct md_device *md = netdev_priv(netdev);
	u32 flags, count;

	if (!md_the_driver->set_rx_mode_defers) {
		queue_work(system_freezable_wq, &md->rx_mode_work);
		return;
	}
	flags = md_rx_filter(netdev, addresses, &count);
	md_the_driver->set_rx_mode(md->state, flags, addresses[0], count);
}

void md_rx_mode_run(struct work_struct *work)
{
	struct md_device *md = container_of(work, struct md_device, rx_mode_work);
	u8 addresses[MD_MAX_MULTICAST][ETH_ALEN];
	u32 flags, count;

	netif_addr_lock_bh(md->netdev);
	flags = md_rx_filter(md->netdev, addresses, &count);
	netif_addr_unlock_bh(md->netdev);
	md_the_driver->set_rx_mode(md->state, flags, addresses[0], count);
}

static void md_tx_timeout(struct net_device *netdev, unsigned int queue)
{
	struct md_device *md = netdev_priv(netdev);

	if (md_the_driver->tx_timeout_defers)
		md_the_driver->tx_timeout(md->state, queue);
	else
		queue_work(system_freezable_wq, &md->tx_timeout_work);
}

void md_tx_timeout_run(struct work_struct *work)
{
	/* There is one queue. */
	md_the_driver->tx_timeout(container_of(work, struct md_device, tx_timeout_work)->state, 0);
}

static void md_get_stats64(struct net_device *netdev, struct rtnl_link_stats64 *to)
{
	struct md_stats64 from = {};

	md_the_driver->get_stats64(state_of(netdev), &from);
#define COPY(field) (to->field = from.field)
	COPY(rx_packets);
	COPY(tx_packets);
	COPY(rx_bytes);
	COPY(tx_bytes);
	COPY(rx_errors);
	COPY(tx_errors);
	COPY(rx_dropped);
	COPY(tx_dropped);
	COPY(multicast);
	COPY(collisions);
	COPY(rx_length_errors);
	COPY(rx_over_errors);
	COPY(rx_crc_errors);
	COPY(rx_frame_errors);
	COPY(rx_fifo_errors);
	COPY(rx_missed_errors);
	COPY(tx_aborted_errors);
	COPY(tx_carrier_errors);
	COPY(tx_fifo_errors);
	COPY(tx_heartbeat_errors);
	COPY(tx_window_errors);
#undef COPY
}

static int md_set_mac_address(struct net_device *netdev, void *address)
{
	struct sockaddr *sa = address;
	int error = eth_prepare_mac_addr_change(netdev, address);

	if (error)
		return error;
	error = md_the_driver->set_mac_address(state_of(netdev), sa->sa_data);
	if (!error)
		eth_commit_mac_addr_change(netdev, address);
	return error;
}

static int md_eth_ioctl(struct net_device *netdev, struct ifreq *request, int command)
{
	struct mii_ioctl_data *data = if_mii(request);
	struct md_mii mii = {
		.phy = data->phy_id,
		.reg = data->reg_num,
		.value_in = data->val_in,
		.value_out = data->val_out,
	};
	u32 operation;
	int error;

	switch (command) {
	case SIOCGMIIPHY:
		operation = MD_MII_ADDRESS;
		break;
	case SIOCGMIIREG:
		operation = MD_MII_READ;
		break;
	case SIOCSMIIREG:
		operation = MD_MII_WRITE;
		break;
	default:
		return -EOPNOTSUPP;
	}
	error = md_the_driver->mii_ioctl(state_of(netdev), operation, &mii);
	if (error)
		return error;
	data->phy_id = mii.phy;
	data->val_out = mii.value_out;
	return 0;
}

#ifdef CONFIG_NET_POLL_CONTROLLER
static void md_poll_controller(struct net_device *netdev)
{
	struct md_device *md = netdev_priv(netdev);

	disable_irq(md->irq);
	md_the_driver->interrupt(md->irq, md);
	enable_irq(md->irq);
}
#endif

const struct net_device_ops *md_net_init(const struct md_driver *driver)
{
	/* The packet path's entries are the driver's own: no trampoline. */
	md_netdev_ops.ndo_start_xmit = driver->start_xmit;
	md_netdev_ops.ndo_open = md_open;
	md_netdev_ops.ndo_stop = md_stop;
	md_netdev_ops.ndo_set_rx_mode = md_set_rx_mode;
	md_netdev_ops.ndo_tx_timeout = md_tx_timeout;
	md_netdev_ops.ndo_get_stats64 = md_get_stats64;
	md_netdev_ops.ndo_set_mac_address = md_set_mac_address;
	md_netdev_ops.ndo_validate_addr = eth_validate_addr;
	md_netdev_ops.ndo_eth_ioctl = md_eth_ioctl;
#ifdef CONFIG_NET_POLL_CONTROLLER
	md_netdev_ops.ndo_poll_controller = md_poll_controller;
#endif
	return &md_netdev_ops;
}

void md_netdev_prepare(struct md_device *md)
{
	struct net_device *netdev = md->netdev;

	md_netdev_to_device = (unsigned long)md - (unsigned long)netdev;
	netdev->netdev_ops = &md_netdev_ops;
	netdev->ethtool_ops = &md_ethtool_ops;
	netdev->watchdog_timeo = msecs_to_jiffies(md_the_driver->tx_timeout_ms);
	netif_napi_add(netdev, &md->napi, md_the_driver->poll);
}

void md_netdev_unprepare(struct md_device *md)
{
	netif_napi_del(&md->napi);
}

int md_netdev_register(struct md_device *md, const u8 *address)
{
	int error;

	eth_hw_addr_set(md->netdev, address);
	error = register_netdev(md->netdev);
	md->netdev_registered = !error;
	return error;
}

bool md_netdev_running(const struct md_device *md)
{
	return netif_running(md->netdev);
}

bool md_carrier(const struct md_device *md)
{
	return netif_carrier_ok(md->netdev);
}

void md_set_carrier(struct md_device *md, bool on)
{
	if (on)
		netif_carrier_on(md->netdev);
	else
		netif_carrier_off(md->netdev);
}

u32 md_mtu(const struct md_device *md)
{
	return READ_ONCE(md->netdev->mtu);
}

void md_address(const struct md_device *md, u8 *address)
{
	ether_addr_copy(address, md->netdev->dev_addr);
}

void md_queue_start(struct net_device *netdev)
{
	netif_start_queue(netdev);
}

void md_queue_stop(struct net_device *netdev)
{
	netif_stop_queue(netdev);
}

bool md_queue_stopped(const struct net_device *netdev)
{
	return netif_queue_stopped(netdev);
}

void md_queue_wake(struct net_device *netdev)
{
	netif_wake_queue(netdev);
}

void md_tx_disable(struct net_device *netdev)
{
	netif_tx_disable(netdev);
}

void md_trans_update(struct net_device *netdev)
{
	netif_trans_update(netdev);
}

void md_netdev_detach(struct net_device *netdev)
{
	netif_device_detach(netdev);
}

void md_netdev_attach(struct net_device *netdev)
{
	netif_device_attach(netdev);
}

void md_napi_enable(struct md_device *md)
{
	napi_enable(&md->napi);
}

void md_napi_disable(struct md_device *md)
{
	napi_disable(&md->napi);
}

MD_HOT bool md_napi_schedule_prep(struct md_device *md)
{
	return napi_schedule_prep(&md->napi);
}

MD_HOT void md_napi_schedule(struct md_device *md)
{
	__napi_schedule(&md->napi);
}

MD_HOT bool md_napi_complete(struct md_device *md, int done)
{
	return napi_complete_done(&md->napi, done);
}

/* Socket buffers. */
MD_HOT struct sk_buff *md_skb_alloc(struct net_device *netdev, unsigned int length)
{
	return netdev_alloc_skb_ip_align(netdev, length);
}

MD_HOT void *md_skb_put(struct sk_buff *skb, unsigned int length)
{
	return skb_put(skb, length);
}

/* Frees the buffer when it fails. */
int md_skb_pad(struct sk_buff *skb, unsigned int length)
{
	return skb_put_padto(skb, length);
}

MD_HOT void md_skb_free(struct sk_buff *skb)
{
	dev_kfree_skb_any(skb);
}

MD_HOT void md_skb_consume(struct sk_buff *skb, int budget)
{
	napi_consume_skb(skb, budget);
}

MD_HOT void md_skb_receive(struct net_device *netdev, struct sk_buff *skb)
{
	skb->protocol = eth_type_trans(skb, netdev);
	netif_receive_skb(skb);
}

void md_skb_timestamp(struct sk_buff *skb)
{
	skb_tx_timestamp(skb);
}

/* DMA. An address of all ones stands for failure. Directions are those that Rust passes. */
static_assert(DMA_TO_DEVICE == 1 && DMA_FROM_DEVICE == 2);

void *md_dma_alloc(struct md_device *md, size_t size, u64 *address)
{
	dma_addr_t bus;
	void *memory = dma_alloc_coherent(md->dev, size, &bus, GFP_KERNEL);

	*address = memory ? bus : ~0ull;
	return memory;
}

void md_dma_free(struct md_device *md, size_t size, void *memory, u64 address)
{
	dma_free_coherent(md->dev, size, memory, address);
}

MD_HOT u64 md_dma_map(struct md_device *md, void *memory, size_t size, int direction)
{
	/* A packet's bytes, and so never what dma_map_single() would look for: vmalloc()'s. */
	dma_addr_t address = dma_map_page(md->dev, virt_to_page(memory), offset_in_page(memory), size,
					  direction);

	return dma_mapping_error(md->dev, address) ? ~0ull : address;
}

MD_HOT void md_dma_unmap(struct md_device *md, u64 address, size_t size, int direction)
{
	dma_unmap_single(md->dev, address, size, direction);
}

MD_HOT void md_dma_sync_for_cpu(struct md_device *md, u64 address, size_t size)
{
	dma_sync_single_for_cpu(md->dev, address, size, DMA_FROM_DEVICE);
}

/* All that a short packet takes, in one call of it. */
MD_HOT struct sk_buff *md_dma_copy(struct md_device *md, const void *from, u64 address, unsigned int length)
{
	struct sk_buff *skb = netdev_alloc_skb_ip_align(md->netdev, length);

	if (likely(skb)) {
		dma_sync_single_for_cpu(md->dev, address, length, DMA_FROM_DEVICE);
		/* It was allocated with that much room. */
		__skb_put_data(skb, from, length);
		dma_sync_single_for_device(md->dev, address, length, DMA_FROM_DEVICE);
	}
	return skb;
}

MD_HOT void md_dma_sync_for_device(struct md_device *md, u64 address, size_t size)
{
	dma_sync_single_for_device(md->dev, address, size, DMA_FROM_DEVICE);
}
