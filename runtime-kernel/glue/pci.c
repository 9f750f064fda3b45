// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Devices on PCI: the bus tells which there are, and what is theirs. */
#include <linux/pci.h>

#include "glue.h"

/* Only for devices that were found here. */
static struct pci_dev *md_pci_device(struct md_device *md)
{
	return to_pci_dev(md->dev);
}

static void md_pci_release(struct md_device *md)
{
	struct pci_dev *pci = md_pci_device(md);

	if (md->region_requested)
		pci_release_region(pci, md_the_driver->io_bar);
	pci_disable_device(pci);
}

static const struct md_attachment md_pci_attachment = {
	.is_pci = true,
	.irq_flags = IRQF_SHARED,
	.release = md_pci_release,
};

static int md_pci_claim(struct md_device *md)
{
	struct pci_dev *pci = md_pci_device(md);
	int bar = md_the_driver->io_bar, error;

	error = dma_set_mask_and_coherent(&pci->dev, DMA_BIT_MASK(md_the_driver->dma_bits));
	if (error)
		return error;
	if (!(pci_resource_flags(pci, bar) & IORESOURCE_IO))
		return -ENODEV;
	error = pci_request_region(pci, bar, KBUILD_MODNAME);
	if (error)
		return error;
	md->region_requested = true;
	md->io_base = pci_resource_start(pci, bar);
	md->io_size = pci_resource_len(pci, bar);
	md->irq = pci->irq;
	md->subsystem = pci->subsystem_vendor | (u32)pci->subsystem_device << 16;
	pci_set_master(pci);
	return 0;
}

static int md_pci_probe(struct pci_dev *pci, const struct pci_device_id *id)
{
	struct md_device *md;
	int error;

	error = pci_enable_device(pci);
	if (error)
		return error;
	md = md_device_new(&pci->dev, &md_pci_attachment);
	if (!md) {
		pci_disable_device(pci);
		return -ENOMEM;
	}
	error = md_pci_claim(md);
	if (error) {
		md_device_free(md);
		return error;
	}
	return md_device_start(md);
}

static void md_pci_remove(struct pci_dev *pci)
{
	md_device_remove(pci_get_drvdata(pci));
}

static struct pci_driver md_pci_driver = {
	.name = KBUILD_MODNAME,
	.probe = md_pci_probe,
	.remove = md_pci_remove,
	.driver.pm = &md_pm_ops,
};

int md_pci_init(void)
{
	struct pci_device_id *table;
	int error;
	u32 i;

	/* The table ends with an empty entry. */
	table = kcalloc(md_the_driver->id_count + 1, sizeof(*table), GFP_KERNEL);
	if (!table)
		return -ENOMEM;
	for (i = 0; i < md_the_driver->id_count; i++) {
		table[i].vendor = md_the_driver->ids[i].vendor;
		table[i].device = md_the_driver->ids[i].device;
		table[i].subvendor = PCI_ANY_ID;
		table[i].subdevice = PCI_ANY_ID;
		table[i].class = md_the_driver->ids[i].class;
		table[i].class_mask = md_the_driver->ids[i].class_mask;
	}
	md_pci_driver.id_table = table;
	error = pci_register_driver(&md_pci_driver);
	if (error)
		kfree(table);
	return error;
}

void md_pci_exit(void)
{
	pci_unregister_driver(&md_pci_driver);
	kfree(md_pci_driver.id_table);
}
