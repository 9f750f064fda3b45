// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * For modules that count what they do: who runs, and the file that shows it, microdriver/<module>/profile
 * in debugfs. What is written there names a new recording, which starts at once.
 */
#include <linux/debugfs.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/uaccess.h>
#include <linux/utsname.h>

#include "glue.h"

/* The longest name of a recording, with its line end; longer ones are refused. */
#define MD_PROFILE_NAME 72

static struct dentry *md_profile_directory;

/*
 * A task, or an interrupt of some level on top of it. It does not move between processors while there
 * is an interrupt on top, so this stays the same until the context ends. The low bits of a task's
 * address are zero.
 */
u64 md_profile_context(void)
{
	u64 level = in_nmi() ? 3 : in_hardirq() ? 2 : in_serving_softirq() ? 1 : 0;

	return (u64)(unsigned long)current | level;
}

const char *md_profile_release(void)
{
	return init_utsname()->release;
}

static int profile_show(struct seq_file *file, void *unused)
{
	size_t size, length;
	char *buffer;

	size = seq_get_buf(file, &buffer);
	length = md_the_driver->profile(buffer, size);
	/* Where that is too little, seq_file comes again with more. */
	seq_commit(file, length <= size ? (int)length : -1);
	return 0;
}

static int profile_open(struct inode *inode, struct file *file)
{
	return single_open(file, profile_show, NULL);
}

static ssize_t profile_write(struct file *file, const char __user *from, size_t size, loff_t *at)
{
	char name[MD_PROFILE_NAME];
	int error;

	if (size > sizeof(name))
		return -EINVAL;
	if (copy_from_user(name, from, size))
		return -EFAULT;
	error = md_the_driver->start_profile(name, size);
	return error ? error : (ssize_t)size;
}

static const struct file_operations profile_fops = {
	.owner = THIS_MODULE,
	.open = profile_open,
	.read = seq_read,
	.write = profile_write,
	.llseek = seq_lseek,
	.release = single_release,
};

void md_profile_create(void)
{
	if (!md_the_driver->profile)
		return;
	md_profile_directory = md_view_directory(KBUILD_MODNAME);
	debugfs_create_file("profile", 0600, md_profile_directory, NULL, &profile_fops);
}

void md_profile_remove(void)
{
	debugfs_remove(md_profile_directory);
}
