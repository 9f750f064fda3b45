// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Module entry, PCI driver, work items and module parameters. */
#include "glue.h"

const struct md_driver *md_the_driver;

static unsigned int md_upcall_timeout_ms = 2000;
module_param_named(upcall_timeout_ms, md_upcall_timeout_ms, uint, 0644);
MODULE_PARM_DESC(upcall_timeout_ms, "deadline of a call to the user half, in milliseconds");

/* How many cards were found. */
static atomic_t md_cards = ATOMIC_INIT(0);

static void md_work_run(struct work_struct *work)
{
	struct md_work *item = container_of(to_delayed_work(work), struct md_work, work);

	/* A driver may schedule it while it makes its state, and then fail. */
	if (READ_ONCE(item->device->state))
		md_the_driver->work(item->device->state, item->number);
}

static void md_timer_run(struct timer_list *timer)
{
	struct md_timer *item = container_of(timer, struct md_timer, timer);

	if (READ_ONCE(item->device->state))
		md_the_driver->timer(item->device->state, item->number);
}

static void md_connect_run(struct work_struct *work)
{
	md_rs_channel_connected(container_of(work, struct md_device, connect_work));
}

static void md_deferred_run(struct work_struct *work)
{
	md_rs_channel_deferred(container_of(work, struct md_device, deferred_work));
}

static void md_expire_run(struct work_struct *work)
{
	md_rs_channel_expire(container_of(to_delayed_work(work), struct md_device, expire_work));
}

/* Timers after the works, which could arm them. */
static void md_cancel_all(struct md_device *md)
{
	int i;

	for (i = 0; i < MD_WORKS; i++)
		cancel_delayed_work_sync(&md->works[i].work);
	for (i = 0; i < MD_TIMERS; i++)
		md_timer_shutdown(&md->timers[i].timer);
}

static void md_release_resources(struct md_device *md)
{
	if (md->region_requested)
		pci_release_region(md->pci, md_the_driver->io_bar);
	pci_disable_device(md->pci);
	free_netdev(md->netdev);
}

static int md_claim(struct md_device *md)
{
	struct pci_dev *pci = md->pci;
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
	pci_set_master(pci);
	md->card = atomic_inc_return(&md_cards) - 1;
	return 0;
}

static int md_probe(struct pci_dev *pci, const struct pci_device_id *id)
{
	struct net_device *netdev;
	struct md_device *md;
	int error, i;

	error = pci_enable_device(pci);
	if (error)
		return error;
	netdev = alloc_etherdev(sizeof(struct md_device));
	if (!netdev) {
		pci_disable_device(pci);
		return -ENOMEM;
	}
	SET_NETDEV_DEV(netdev, &pci->dev);
	md = netdev_priv(netdev);
	md->netdev = netdev;
	md->pci = pci;
	spin_lock_init(&md->register_lock);
	for (i = 0; i < MD_WORKS; i++) {
		md->works[i].device = md;
		md->works[i].number = i;
		INIT_DELAYED_WORK(&md->works[i].work, md_work_run);
	}
	for (i = 0; i < MD_TIMERS; i++) {
		md->timers[i].device = md;
		md->timers[i].number = i;
		timer_setup(&md->timers[i].timer, md_timer_run, 0);
	}
	INIT_WORK(&md->connect_work, md_connect_run);
	INIT_WORK(&md->deferred_work, md_deferred_run);
	INIT_WORK(&md->rx_mode_work, md_rx_mode_run);
	INIT_WORK(&md->tx_timeout_work, md_tx_timeout_run);
	INIT_DELAYED_WORK(&md->expire_work, md_expire_run);
	pci_set_drvdata(pci, md);

	error = md_claim(md);
	if (error)
		goto release;
	if (!md_the_driver->split) {
		error = md_the_driver->attach(md);
		if (error)
			goto release;
		md_view_create(md);
		return 0;
	}
	error = md_rs_channel_create(md);
	if (error)
		goto release;
	error = md_chardev_register(md);
	if (error) {
		md_rs_channel_shutdown(md);
		goto release;
	}
	md_view_create(md);
	dev_info(&pci->dev, "waiting for the user half at /dev/%s\n", md->misc_node);
	return 0;
release:
	md_cancel_all(md);
	md_release_resources(md);
	return error;
}

/*
 * The order matters: no new user half (its device goes first), the interface while a user half may
 * still take part, then the channel with every call in it, then what works could still use.
 */
static void md_remove(struct pci_dev *pci)
{
	struct md_device *md = pci_get_drvdata(pci);

	md_view_remove(md);
	md_chardev_deregister(md);
	if (md->netdev_registered)
		unregister_netdev(md->netdev);
	if (md->channel)
		md_rs_channel_shutdown(md);
	cancel_work_sync(&md->connect_work);
	/* A connection that was being served may have registered the interface meanwhile. */
	if (md->netdev->reg_state == NETREG_REGISTERED)
		unregister_netdev(md->netdev);
	cancel_work_sync(&md->deferred_work);
	cancel_work_sync(&md->rx_mode_work);
	cancel_work_sync(&md->tx_timeout_work);
	cancel_delayed_work_sync(&md->expire_work);
	md_cancel_all(md);
	if (md->state)
		md_the_driver->detach(md);
	if (md->channel)
		md_rs_channel_put(md->channel);
	md_release_resources(md);
}

static int __maybe_unused md_suspend(struct device *dev)
{
	struct md_device *md = dev_get_drvdata(dev);

	return md->state ? md_the_driver->suspend(md->state) : 0;
}

static int __maybe_unused md_resume(struct device *dev)
{
	struct md_device *md = dev_get_drvdata(dev);

	return md->state ? md_the_driver->resume(md->state) : 0;
}

static SIMPLE_DEV_PM_OPS(md_pm_ops, md_suspend, md_resume);

static struct pci_driver md_pci_driver = {
	.name = KBUILD_MODNAME,
	.probe = md_probe,
	.remove = md_remove,
	.driver.pm = &md_pm_ops,
};

static int __init md_init(void)
{
	struct pci_device_id *table;
	int error;
	u32 i;

	md_the_driver = md_rs_driver();
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
	md_net_init(md_the_driver);
	md_pci_driver.id_table = table;
	md_profile_create();
	error = pci_register_driver(&md_pci_driver);
	if (error) {
		md_profile_remove();
		kfree(table);
	}
	return error;
}

static void __exit md_exit(void)
{
	pci_unregister_driver(&md_pci_driver);
	md_profile_remove();
	kfree(md_pci_driver.id_table);
}

module_init(md_init);
module_exit(md_exit);
MODULE_LICENSE("Dual MIT/GPL");

/* Its holder may write it at any time. */
u32 md_upcall_timeout(void)
{
	return READ_ONCE(md_upcall_timeout_ms);
}

/* Work items, timers and interrupts. */
void md_schedule_work(struct md_device *md, u32 number, u32 milliseconds)
{
	mod_delayed_work(system_freezable_wq, &md->works[number % MD_WORKS].work,
			 msecs_to_jiffies(milliseconds));
}

void md_cancel_work(struct md_device *md, u32 number)
{
	cancel_delayed_work(&md->works[number % MD_WORKS].work);
}

void md_arm_timer(struct md_device *md, u32 number, u32 milliseconds)
{
	mod_timer(&md->timers[number % MD_TIMERS].timer, jiffies + msecs_to_jiffies(milliseconds));
}

void md_disarm_timer(struct md_device *md, u32 number)
{
	del_timer_sync(&md->timers[number % MD_TIMERS].timer);
}

void md_schedule_connect(struct md_device *md)
{
	queue_work(system_freezable_wq, &md->connect_work);
}

void md_schedule_deferred(struct md_device *md)
{
	queue_work(system_freezable_wq, &md->deferred_work);
}

void md_schedule_expire(struct md_device *md, u32 milliseconds)
{
	mod_delayed_work(system_freezable_wq, &md->expire_work, msecs_to_jiffies(milliseconds));
}

int md_request_irq(struct md_device *md)
{
	int error = request_irq(md->pci->irq, md_the_driver->interrupt, IRQF_SHARED,
				md->netdev->name, md);

	md->irq_requested = !error;
	return error;
}

void md_free_irq(struct md_device *md)
{
	if (md->irq_requested)
		free_irq(md->pci->irq, md);
	md->irq_requested = false;
}

const char *md_bus_name(const struct md_device *md)
{
	return pci_name(md->pci);
}

u32 md_subsystem(const struct md_device *md)
{
	return md->pci->subsystem_vendor | (u32)md->pci->subsystem_device << 16;
}

/* A module parameter's value for a card, by name; false where the driver has none of that name. */
bool md_parameter(const struct md_device *md, const char *name, size_t length, int *value)
{
	const struct md_parameter *parameter;
	unsigned int i, index;

	for (i = 0; i < md_parameter_count; i++) {
		parameter = &md_parameters[i];
		if (strlen(parameter->name) == length && !memcmp(parameter->name, name, length)) {
			index = parameter->count > 1 ? md->card : 0;
			*value = index < parameter->count ? parameter->values[index] :
							    parameter->fallback;
			return true;
		}
	}
	return false;
}
