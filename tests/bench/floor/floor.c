// SPDX-License-Identifier: MIT OR GPL-2.0-only
// The floor of a crossing: one process wakes another and waits for it, and back, and nothing else.
//
// Device file /dev/bench-floor, for one caller and one server. Requests:
//   RETURN  comes back at once
//   CALL    wakes the server, waits until it serves the next time
//   SERVE   answers the call that it had, if any; waits for the next
//   END     the server's SERVE fails with ESHUTDOWN

#include <linux/completion.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>

#define FLOOR_RETURN _IO('f', 0)
#define FLOOR_CALL _IO('f', 1)
#define FLOOR_SERVE _IO('f', 2)
#define FLOOR_END _IO('f', 3)

static DECLARE_COMPLETION(called);
static DECLARE_COMPLETION(served);
static bool busy;
static bool ending;

static int floor_call(void)
{
	complete(&called);
	return wait_for_completion_interruptible(&served);
}

static int floor_serve(void)
{
	int error;

	if (busy)
		complete(&served);
	busy = false;
	error = wait_for_completion_interruptible(&called);
	if (error)
		return error;
	if (ending) {
		ending = false;
		return -ESHUTDOWN;
	}
	busy = true;
	return 0;
}

static long floor_ioctl(struct file *file, unsigned int request, unsigned long argument)
{
	switch (request) {
	case FLOOR_RETURN:
		return 0;
	case FLOOR_CALL:
		return floor_call();
	case FLOOR_SERVE:
		return floor_serve();
	case FLOOR_END:
		ending = true;
		complete(&called);
		return 0;
	}
	return -ENOTTY;
}

static const struct file_operations floor_operations = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = floor_ioctl,
};

static struct miscdevice floor_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "bench-floor",
	.fops = &floor_operations,
};

module_misc_device(floor_device);
MODULE_DESCRIPTION("a bare wake-and-wait pair");
MODULE_LICENSE("Dual MIT/GPL");
