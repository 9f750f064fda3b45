/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * What the C glue and the Rust half of the kernel runtime share. The structures are mirrored in
 * runtime-kernel/src/ffi/; change both together. The glue holds no policy: one function per kernel
 * API, named md_*. Functions that Rust provides are named md_rs_*.
 */
#ifndef MD_GLUE_H
#define MD_GLUE_H

#include <linux/completion.h>
#include <linux/dma-mapping.h>
#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/interrupt.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/rwsem.h>
#include <linux/slab.h>
#include <linux/timer.h>
#include <linux/vmalloc.h>
#include <linux/workqueue.h>

#include <linux/semaphore.h>

#include "api.h"
#include "compat.h"

#define MD_WORKS 4
#define MD_TIMERS 2
#define MD_CARDS 8
#define MD_MOST_PORTS 8
#define MD_MAX_MULTICAST 64
#define MD_AREA_SIZE (4 * 4 * 4096 + 4096)

struct md_pci_id {
	u32 vendor;
	u32 device;
	u32 class;
	u32 class_mask;
};

/* What is read of a device at fixed ports to recognise it: so many bytes at an offset. */
struct md_signature {
	u16 offset;
	u16 bytes;
	u32 value;
};

/* Fixed ports at which a device may be, and the module parameter that has them looked at. */
struct md_fixed_ports {
	const char *parameter;
	size_t parameter_length;
	const u16 *bases;
	u32 base_count;
	u32 size;
	const struct md_signature *signature;
	u32 signature_count;
};

struct md_device;

/*
 * What a device is attached to. Only the file that found it knows more; nothing else looks behind
 * `struct device`.
 */
struct md_attachment {
	bool is_pci;
	unsigned long irq_flags;
	/* Gives back what was claimed of it. */
	void (*release)(struct md_device *md);
};

struct md_work {
	struct delayed_work work;
	struct md_device *device;
	u32 number;
};

struct md_timer {
	struct timer_list timer;
	struct md_device *device;
	u32 number;
};

/* One driver instance: the private area of its net_device. */
struct md_device {
	/* Mirrored by ffi::DeviceHead, in this order. */
	const void *state;
	void *channel;
	struct net_device *netdev;
	unsigned long io_base;
	unsigned long io_size;
	u16 wide_registers;
	/* Only the glue's from here on. */
	struct device *dev;
	const struct md_attachment *attachment;
	/* 0 where nobody knows it yet. */
	unsigned int irq;
	/* Of a board on PCI: vendor, and device above it. */
	u32 subsystem;
	/* By the order in which cards were found, from 0. */
	unsigned int card;
	struct napi_struct napi;
	spinlock_t register_lock;
	struct md_work works[MD_WORKS];
	struct md_timer timers[MD_TIMERS];
	struct work_struct connect_work;
	struct work_struct deferred_work;
	struct work_struct rx_mode_work;
	struct work_struct tx_timeout_work;
	struct work_struct expire_work;
	struct timer_list expire_timer;
	struct dentry *view;
	struct miscdevice misc;
	char misc_name[48];
	char misc_node[48];
	bool misc_registered;
	bool netdev_registered;
	bool irq_requested;
	bool region_requested;
	/* No work is scheduled any more. */
	bool going;
};

struct md_drvinfo {
	char driver[32], version[32], firmware[32], bus_info[32];
};

struct md_ringparam {
	u32 rx_max, tx_max, rx, rx_mini, rx_jumbo, tx;
};

struct md_link_settings {
	u32 speed;
	u8 duplex, port, phy_address, autoneg;
	u64 supported, advertising, lp_advertising;
	u8 transceiver, mdio_support;
};

struct md_mii {
	u16 phy, reg, value_in, value_out;
};

enum md_mii_operation {
	MD_MII_ADDRESS,
	MD_MII_READ,
	MD_MII_WRITE,
};

struct md_stats64 {
	u64 rx_packets, tx_packets, rx_bytes, tx_bytes, rx_errors, tx_errors, rx_dropped, tx_dropped,
	    multicast, collisions, rx_length_errors, rx_over_errors, rx_crc_errors, rx_frame_errors,
	    rx_fifo_errors, rx_missed_errors, tx_aborted_errors, tx_carrier_errors, tx_fifo_errors,
	    tx_heartbeat_errors, tx_window_errors;
};

/* The driver's entry points, filled by Rust; the state is what attach stored in the device. */
struct md_driver {
	const struct md_pci_id *ids;
	u32 id_count;
	u32 io_bar;
	u32 dma_bits;
	u32 tx_timeout_ms;
	u8 split;
	/* Called at once, as they leave the work to the user half; where 0, from a worker. */
	u8 set_rx_mode_defers;
	u8 tx_timeout_defers;
	struct md_fixed_ports fixed;

	int (*attach)(struct md_device *md);
	void (*detach)(struct md_device *md);
	int (*suspend)(const void *state);
	int (*resume)(const void *state);
	void (*work)(const void *state, u32 number);
	void (*timer)(const void *state, u32 number);

	int (*open)(const void *state);
	void (*stop)(const void *state);
	netdev_tx_t (*start_xmit)(struct sk_buff *skb, struct net_device *netdev);
	irqreturn_t (*interrupt)(int irq, void *md);
	int (*poll)(struct napi_struct *napi, int budget);
	void (*set_rx_mode)(const void *state, u32 flags, const u8 *addresses, u32 count);
	void (*tx_timeout)(const void *state, u32 queue);
	void (*get_stats64)(const void *state, struct md_stats64 *stats);
	int (*set_mac_address)(const void *state, const u8 *address);
	int (*mii_ioctl)(const void *state, u32 operation, struct md_mii *mii);

	void (*get_drvinfo)(const void *state, struct md_drvinfo *info);
	u32 (*get_msglevel)(const void *state);
	void (*set_msglevel)(const void *state, u32 level);
	int (*nway_reset)(const void *state);
	u32 (*get_link)(const void *state);
	int (*get_ringparam)(const void *state, struct md_ringparam *ring);
	int (*set_ringparam)(const void *state, const struct md_ringparam *ring);
	int (*get_sset_count)(const void *state, u32 set);
	void (*get_strings)(const void *state, u32 set, u8 *strings, u32 count);
	void (*get_ethtool_stats)(const void *state, u64 *numbers, u32 count);
	int (*self_test)(const void *state, u32 offline, u64 *results, u32 count);
	int (*set_phys_id)(const void *state, u32 what);
	int (*get_regs_len)(const void *state);
	int (*get_regs)(const void *state, u8 *bytes, u32 length, u32 *version);
	int (*get_link_ksettings)(const void *state, struct md_link_settings *settings);
	int (*set_link_ksettings)(const void *state, const struct md_link_settings *settings);

	/* Writes what fits, returns how long the text is. */
	size_t (*view)(struct md_device *md, u32 which, char *buffer, size_t size);
	/* Both null in a module that does not count what it does. */
	size_t (*profile)(char *buffer, size_t size);
	int (*start_profile)(const char *name, size_t length);
};

enum md_view {
	MD_VIEW_PLACEMENTS,
	MD_VIEW_CROSSINGS,
	MD_VIEW_INCARNATION,
};

/* One value for all cards, or MD_CARDS values and what the cards beyond them get. */
struct md_parameter {
	const char *name;
	const int *values;
	unsigned int count;
	int fallback;
};

/* Generated for each driver (parameters.c). */
extern const struct md_parameter md_parameters[];
extern const unsigned int md_parameter_count;

/* Provided by Rust. */
const struct md_driver *md_rs_driver(void);
int md_rs_channel_create(struct md_device *md);
void md_rs_channel_connected(struct md_device *md);
void md_rs_channel_deferred(struct md_device *md);
void md_rs_channel_expire(struct md_device *md);
bool md_rs_channel_overdue(struct md_device *md);
void md_rs_channel_shutdown(struct md_device *md);
void md_rs_channel_get(void *channel);
void md_rs_channel_put(void *channel);
u64 md_rs_channel_fingerprint(void *channel);
ssize_t md_rs_channel_counters(void *channel, char *page, size_t size);
void *md_rs_file_open(void *channel);
void md_rs_file_release(void *file);
void *md_rs_file_area(void *file);
long md_rs_file_ioctl(void *file, unsigned int command, unsigned long argument);

/* Between the glue's own files. */
extern const struct md_driver *md_the_driver;
extern const struct net_device_ops *md_net_init(const struct md_driver *driver);
extern const struct ethtool_ops md_ethtool_ops;
extern const struct dev_pm_ops md_pm_ops;
struct md_device *md_device_new(struct device *dev, const struct md_attachment *attachment);
int md_device_start(struct md_device *md);
void md_device_free(struct md_device *md);
void md_device_remove(struct md_device *md);
int md_pci_init(void);
void md_pci_exit(void);
int md_ports_init(void);
void md_ports_exit(void);
bool md_parameter_of(unsigned int card, const char *name, size_t length, int *value);
void md_rx_mode_run(struct work_struct *work);
void md_tx_timeout_run(struct work_struct *work);
struct dentry *md_view_directory(const char *name);
void md_profile_create(void);
void md_profile_remove(void);
void md_view_create(struct md_device *md);
void md_view_remove(struct md_device *md);
int md_chardev_register(struct md_device *md);
void md_chardev_deregister(struct md_device *md);

#endif
