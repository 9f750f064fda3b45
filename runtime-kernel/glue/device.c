// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * A driver instance, whatever it is attached to: how it comes and goes, its work items, timers and
 * interrupt. What finds devices (pci.c, ports.c) says what each is attached to.
 */
#include "glue.h"

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
	md_rs_channel_expire(container_of(work, struct md_device, expire_work));
}

/* A timer, as mostly nothing is overdue, and a worker costs more to wake than a call. */
static void md_expire_timer(struct timer_list *timer)
{
	struct md_device *md = container_of(timer, struct md_device, expire_timer);

	if (md_rs_channel_overdue(md))
		queue_work(system_freezable_wq, &md->expire_work);
}

/*
 * A work or a timer that runs when this begins may still schedule a work that was cancelled already; one that
 * begins later may not. So the second round finds all that is left. Timers after the works, which could arm them.
 */
static void md_cancel_all(struct md_device *md)
{
	int round, i;

	WRITE_ONCE(md->going, true);
	for (round = 0; round < 2; round++) {
		for (i = 0; i < MD_WORKS; i++)
			cancel_delayed_work_sync(&md->works[i].work);
		for (i = 0; i < MD_TIMERS; i++)
			md_timer_shutdown(&md->timers[i].timer);
	}
}

/* A driver instance for a device that was found. Nothing of the device is used yet. */
struct md_device *md_device_new(struct device *dev, const struct md_attachment *attachment)
{
	struct net_device *netdev;
	struct md_device *md;
	int i;

	netdev = alloc_etherdev(sizeof(struct md_device));
	if (!netdev)
		return NULL;
	SET_NETDEV_DEV(netdev, dev);
	md = netdev_priv(netdev);
	md->netdev = netdev;
	md->dev = dev;
	md->attachment = attachment;
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
	INIT_WORK(&md->expire_work, md_expire_run);
	timer_setup(&md->expire_timer, md_expire_timer, 0);
	dev_set_drvdata(dev, md);
	return md;
}

/*
 * Starts the driver on it: whose registers are claimed, and may be used. On an error all of it is
 * given back, the device included.
 */
int md_device_start(struct md_device *md)
{
	int error;

	md->card = atomic_inc_return(&md_cards) - 1;
	if (!md_the_driver->split) {
		error = md_the_driver->attach(md);
		if (error)
			goto free;
		md_view_create(md);
		return 0;
	}
	error = md_rs_channel_create(md);
	if (error)
		goto free;
	error = md_chardev_register(md);
	if (error) {
		md_rs_channel_shutdown(md);
		goto free;
	}
	md_view_create(md);
	dev_info(md->dev, "waiting for the user half at /dev/%s\n", md->misc_node);
	return 0;
free:
	md_device_free(md);
	return error;
}

/* Gives back a device whose driver was not started, or did not start. */
void md_device_free(struct md_device *md)
{
	md_cancel_all(md);
	md->attachment->release(md);
	free_netdev(md->netdev);
}

/*
 * The order matters: no new user half (its device goes first), the interface while a user half may
 * still take part, then the channel with every call in it, then what works could still use.
 */
void md_device_remove(struct md_device *md)
{
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
	cancel_work_sync(&md->rx_mode_work);
	cancel_work_sync(&md->tx_timeout_work);
	md_cancel_all(md);
	/* After the works, any of which may leave a call to the first of these. */
	cancel_work_sync(&md->deferred_work);
	/* No user half is connected, so neither brings the other back. */
	md_timer_shutdown(&md->expire_timer);
	cancel_work_sync(&md->expire_work);
	if (md->state)
		md_the_driver->detach(md);
	if (md->channel)
		md_rs_channel_put(md->channel);
	md->attachment->release(md);
	free_netdev(md->netdev);
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

const struct dev_pm_ops md_pm_ops = {
	SET_SYSTEM_SLEEP_PM_OPS(md_suspend, md_resume)
};

void md_schedule_work(struct md_device *md, u32 number, u32 milliseconds)
{
	if (READ_ONCE(md->going))
		return;
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
	mod_timer(&md->expire_timer, jiffies + msecs_to_jiffies(milliseconds));
}

void md_cancel_expire(struct md_device *md)
{
	del_timer(&md->expire_timer);
}

int md_request_irq(struct md_device *md)
{
	int error = request_irq(md->irq, md_the_driver->interrupt, md->attachment->irq_flags,
				md->netdev->name, md);

	md->irq_requested = !error;
	return error;
}

void md_free_irq(struct md_device *md)
{
	if (md->irq_requested)
		free_irq(md->irq, md);
	md->irq_requested = false;
}

bool md_irq_known(const struct md_device *md)
{
	return md->irq > 0;
}

/*
 * Finds the interrupt line of a device of which nobody knows it. Between the two calls it interrupts.
 * Every line that has no handler is watched meanwhile, and nobody else can search: the second call has
 * to follow.
 */
unsigned long md_irq_search(void)
{
	return probe_irq_on();
}

int md_irq_found(struct md_device *md, unsigned long watched)
{
	int irq = probe_irq_off(watched);

	/* None, or more than one. */
	if (irq <= 0)
		return -ENODEV;
	md->irq = irq;
	return 0;
}

const char *md_bus_name(const struct md_device *md)
{
	return dev_name(md->dev);
}

bool md_on_pci(const struct md_device *md)
{
	return md->attachment->is_pci;
}

u32 md_subsystem(const struct md_device *md)
{
	return md->subsystem;
}
