// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * Devices at fixed I/O ports, which no bus tells of. Where the driver lists such ports, and its module
 * parameter says so, each is looked at: only at bytes that say what is there, so that nothing happens
 * to what is not ours. What is found becomes a platform device, as which it has a place in sysfs and can
 * do DMA.
 */
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/mod_devicetable.h>
#include <linux/platform_device.h>

#include "glue.h"

static struct platform_device *md_found[MD_MOST_PORTS];
static struct platform_device_id md_ports_ids[MD_MOST_PORTS + 1];
static bool md_ports_registered;

static void md_ports_release(struct md_device *md)
{
	if (md->region_requested)
		release_region(md->io_base, md->io_size);
}

/* Their lines are not made to be shared. */
static const struct md_attachment md_ports_attachment = {
	.release = md_ports_release,
};

static int md_ports_claim(struct md_device *md, const struct resource *ports)
{
	int error;

	error = dma_set_mask_and_coherent(md->dev, DMA_BIT_MASK(md_the_driver->dma_bits));
	if (error)
		return error;
	if (!request_region(ports->start, resource_size(ports), KBUILD_MODNAME))
		return -EBUSY;
	md->region_requested = true;
	md->io_base = ports->start;
	md->io_size = resource_size(ports);
	return 0;
}

static int md_ports_probe(struct platform_device *platform)
{
	const struct resource *ports = platform_get_resource(platform, IORESOURCE_IO, 0);
	struct md_device *md;
	int error;

	if (!ports)
		return -ENODEV;
	md = md_device_new(&platform->dev, &md_ports_attachment);
	if (!md)
		return -ENOMEM;
	error = md_ports_claim(md, ports);
	if (error) {
		md_device_free(md);
		return error;
	}
	return md_device_start(md);
}

static MD_REMOVE_RETURNS md_ports_remove(struct platform_device *platform)
{
	md_device_remove(platform_get_drvdata(platform));
	return MD_REMOVED;
}

static struct platform_driver md_ports_driver = {
	.probe = md_ports_probe,
	.remove = md_ports_remove,
	.id_table = md_ports_ids,
	.driver = {
		.name = KBUILD_MODNAME,
		.pm = &md_pm_ops,
	},
};

static u32 md_ports_read(u16 port, u16 bytes)
{
	switch (bytes) {
	case 1:
		return inb(port);
	case 2:
		return inw(port);
	default:
		return inl(port);
	}
}

/* Whether the ports look like the driver's device. They are ours meanwhile. */
static bool md_ports_match(const struct md_fixed_ports *fixed, u16 base)
{
	const struct md_signature *signature;
	u32 i;

	for (i = 0; i < fixed->signature_count; i++) {
		signature = &fixed->signature[i];
		if (md_ports_read(base + signature->offset, signature->bytes) != signature->value)
			return false;
	}
	return true;
}

/* The name says where it is, as there is nothing else that tells them apart. */
static void md_ports_name(char *name, u16 base)
{
	snprintf(name, PLATFORM_NAME_SIZE, "ports-%04x", base);
}

/* Looks at one place; a device for what is there, or NULL. */
static struct platform_device *md_ports_look(const struct md_fixed_ports *fixed, u16 base)
{
	struct resource ports = DEFINE_RES_IO(base, fixed->size);
	struct platform_device *platform;
	char name[PLATFORM_NAME_SIZE];
	bool ours;

	if (!request_region(base, fixed->size, KBUILD_MODNAME)) {
		pr_info("ports %#06x to %#06x belong to another driver\n", base,
			base + fixed->size - 1);
		return NULL;
	}
	ours = md_ports_match(fixed, base);
	release_region(base, fixed->size);
	if (!ours)
		return NULL;
	md_ports_name(name, base);
	platform = platform_device_register_simple(name, PLATFORM_DEVID_NONE, &ports, 1);
	if (IS_ERR(platform)) {
		pr_err("no device for ports %#06x: error %ld\n", base, PTR_ERR(platform));
		return NULL;
	}
	return platform;
}

int md_ports_init(void)
{
	const struct md_fixed_ports *fixed = &md_the_driver->fixed;
	u32 i, count = min_t(u32, fixed->base_count, MD_MOST_PORTS);
	int wanted = 0, error;

	if (!count || !md_parameter_of(0, fixed->parameter, fixed->parameter_length, &wanted) ||
	    !wanted)
		return 0;
	for (i = 0; i < count; i++)
		md_ports_name(md_ports_ids[i].name, fixed->bases[i]);
	error = platform_driver_register(&md_ports_driver);
	if (error)
		return error;
	md_ports_registered = true;
	for (i = 0; i < count; i++)
		md_found[i] = md_ports_look(fixed, fixed->bases[i]);
	return 0;
}

void md_ports_exit(void)
{
	int i;

	if (!md_ports_registered)
		return;
	for (i = 0; i < MD_MOST_PORTS; i++)
		platform_device_unregister(md_found[i]);
	platform_driver_unregister(&md_ports_driver);
}
