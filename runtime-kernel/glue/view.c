// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* What administrators can see of the split: microdriver/<bus name>/ in debugfs, for root alone. */
#include <linux/dcache.h>
#include <linux/debugfs.h>
#include <linux/mutex.h>
#include <linux/seq_file.h>

#include "glue.h"

#define MD_VIEW_ROOT "microdriver"

static int md_view_show(struct seq_file *file, u32 which)
{
	size_t size, length;
	char *buffer;

	size = seq_get_buf(file, &buffer);
	length = md_the_driver->view(file->private, which, buffer, size);
	/* Where that is too little, seq_file comes again with more. */
	seq_commit(file, length <= size ? (int)length : -1);
	return 0;
}

static int placements_show(struct seq_file *file, void *unused)
{
	return md_view_show(file, MD_VIEW_PLACEMENTS);
}
DEFINE_SHOW_ATTRIBUTE(placements);

static int crossings_show(struct seq_file *file, void *unused)
{
	return md_view_show(file, MD_VIEW_CROSSINGS);
}
DEFINE_SHOW_ATTRIBUTE(crossings);

static int incarnation_show(struct seq_file *file, void *unused)
{
	return md_view_show(file, MD_VIEW_INCARNATION);
}
DEFINE_SHOW_ATTRIBUTE(incarnation);

/* Cards may be found on two buses at a time; modules are loaded by one hand. */
static DEFINE_MUTEX(md_view_root_lock);

/* A directory below that of all drivers. Nothing here fails: without debugfs there is nothing to see. */
struct dentry *md_view_directory(const char *name)
{
	/* The modules of all split drivers share the root; whoever comes first makes it, and it stays. */
	struct dentry *root, *directory;
	bool found;

	mutex_lock(&md_view_root_lock);
	root = debugfs_lookup(MD_VIEW_ROOT, NULL);
	found = root;
	if (!found)
		root = debugfs_create_dir(MD_VIEW_ROOT, NULL);
	mutex_unlock(&md_view_root_lock);
	directory = debugfs_create_dir(name, root);
	if (found)
		dput(root);
	return directory;
}

/* A view that cannot be had is no reason to do without the device, so no error matters here. */
void md_view_create(struct md_device *md)
{
	md->view = md_view_directory(md_bus_name(md));
	debugfs_create_file("placements", 0400, md->view, md, &placements_fops);
	if (!md->channel)
		return;
	debugfs_create_file("crossings", 0400, md->view, md, &crossings_fops);
	debugfs_create_file("incarnation", 0400, md->view, md, &incarnation_fops);
}

/* Waits for whoever reads. */
void md_view_remove(struct md_device *md)
{
	debugfs_remove(md->view);
	md->view = NULL;
}
