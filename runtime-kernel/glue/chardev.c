// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* The character device of a driver instance, through which its user half takes part. */
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>

#include "glue.h"

static int md_file_open(struct inode *inode, struct file *file)
{
	/* misc_open() holds the misc mutex, so the device cannot be deregistered meanwhile. */
	struct md_device *md = container_of(file->private_data, struct md_device, misc);
	void *opened;

	opened = md_rs_file_open(md->channel);
	if (IS_ERR(opened))
		return PTR_ERR(opened);
	file->private_data = opened;
	return 0;
}

static int md_file_release(struct inode *inode, struct file *file)
{
	md_rs_file_release(file->private_data);
	return 0;
}

static int md_file_mmap(struct file *file, struct vm_area_struct *vma)
{
	if (vma->vm_pgoff || vma->vm_end - vma->vm_start != MD_AREA_SIZE)
		return -EINVAL;
	if (vma->vm_flags & VM_EXEC)
		return -EPERM;
	md_vm_flags_set(vma, VM_DONTCOPY | VM_DONTEXPAND | VM_DONTDUMP);
	return remap_vmalloc_range(vma, md_rs_file_area(file->private_data), 0);
}

static long md_file_ioctl(struct file *file, unsigned int command, unsigned long argument)
{
	return md_rs_file_ioctl(file->private_data, command, argument);
}

static const struct file_operations md_file_operations = {
	.owner = THIS_MODULE,
	.open = md_file_open,
	.release = md_file_release,
	.mmap = md_file_mmap,
	.unlocked_ioctl = md_file_ioctl,
	.llseek = noop_llseek,
};

static ssize_t crossings_show(struct device *dev, struct device_attribute *attribute, char *page)
{
	struct miscdevice *misc = dev_get_drvdata(dev);
	struct md_device *md = container_of(misc, struct md_device, misc);

	return md_rs_channel_counters(md->channel, page, PAGE_SIZE);
}
static DEVICE_ATTR_RO(crossings);

static ssize_t fingerprint_show(struct device *dev, struct device_attribute *attribute, char *page)
{
	struct miscdevice *misc = dev_get_drvdata(dev);
	struct md_device *md = container_of(misc, struct md_device, misc);

	return sysfs_emit(page, "%#018llx\n", md_rs_channel_fingerprint(md->channel));
}
static DEVICE_ATTR_RO(fingerprint);

static struct attribute *md_attrs[] = {
	&dev_attr_crossings.attr,
	&dev_attr_fingerprint.attr,
	NULL,
};
ATTRIBUTE_GROUPS(md);

int md_chardev_register(struct md_device *md)
{
	int error;

	snprintf(md->misc_name, sizeof(md->misc_name), "microdriver-%s", md_bus_name(md));
	snprintf(md->misc_node, sizeof(md->misc_node), "microdriver/%s", md_bus_name(md));
	md->misc.minor = MISC_DYNAMIC_MINOR;
	md->misc.name = md->misc_name;
	md->misc.nodename = md->misc_node;
	md->misc.fops = &md_file_operations;
	md->misc.parent = md->dev;
	md->misc.groups = md_groups;
	md->misc.mode = 0600;
	error = misc_register(&md->misc);
	md->misc_registered = !error;
	return error;
}

void md_chardev_deregister(struct md_device *md)
{
	if (md->misc_registered)
		misc_deregister(&md->misc);
	md->misc_registered = false;
}

/* The process behind an incarnation. */
void *md_task_get(void)
{
	return get_task_pid(current, PIDTYPE_TGID);
}

int md_task_number(void *task)
{
	return pid_nr(task);
}

void md_task_kill(void *task)
{
	kill_pid(task, SIGKILL, 1);
}

void md_task_put(void *task)
{
	put_pid(task);
}
