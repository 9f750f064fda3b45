// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Locks, completions, delays, memory and the log. */
#include <linux/delay.h>
#include <linux/ratelimit.h>
#include <linux/semaphore.h>

#include "glue.h"

/* Storage that Rust reserves inside its own types. */
#define MD_SPINLOCK_SIZE 80
static_assert(sizeof(spinlock_t) <= MD_SPINLOCK_SIZE);

void md_spin_init(spinlock_t *lock)
{
	spin_lock_init(lock);
}

MD_HOT unsigned long md_spin_lock(spinlock_t *lock)
{
	unsigned long flags;

	spin_lock_irqsave(lock, flags);
	return flags;
}

MD_HOT void md_spin_unlock(spinlock_t *lock, unsigned long flags)
{
	spin_unlock_irqrestore(lock, flags);
}

MD_HOT unsigned long md_register_lock(struct md_device *md)
{
	return md_spin_lock(&md->register_lock);
}

MD_HOT void md_register_unlock(struct md_device *md, unsigned long flags)
{
	md_spin_unlock(&md->register_lock, flags);
}

/* A semaphore, not a mutex: the user half's thread may end while another task releases for it. */
struct semaphore *md_semaphore_new(void)
{
	struct semaphore *semaphore = kzalloc(sizeof(*semaphore), GFP_KERNEL);

	if (semaphore)
		sema_init(semaphore, 1);
	return semaphore;
}

void md_semaphore_free(struct semaphore *semaphore)
{
	kfree(semaphore);
}

void md_semaphore_down(struct semaphore *semaphore)
{
	down(semaphore);
}

int md_semaphore_down_timeout(struct semaphore *semaphore, u32 milliseconds)
{
	return down_timeout(semaphore, msecs_to_jiffies(milliseconds));
}

bool md_semaphore_try_down(struct semaphore *semaphore)
{
	return !down_trylock(semaphore);
}

void md_semaphore_up(struct semaphore *semaphore)
{
	up(semaphore);
}

struct rw_semaphore *md_rwsem_new(void)
{
	struct rw_semaphore *rwsem = kzalloc(sizeof(*rwsem), GFP_KERNEL);

	if (rwsem)
		init_rwsem(rwsem);
	return rwsem;
}

void md_rwsem_free(struct rw_semaphore *rwsem)
{
	kfree(rwsem);
}

void md_rwsem_down_read(struct rw_semaphore *rwsem)
{
	down_read(rwsem);
}

bool md_rwsem_try_down_read(struct rw_semaphore *rwsem)
{
	return down_read_trylock(rwsem);
}

void md_rwsem_up_read(struct rw_semaphore *rwsem)
{
	up_read(rwsem);
}

void md_rwsem_down_write(struct rw_semaphore *rwsem)
{
	down_write(rwsem);
}

void md_rwsem_up_write(struct rw_semaphore *rwsem)
{
	up_write(rwsem);
}

struct completion *md_completion_new(void)
{
	struct completion *completion = kzalloc(sizeof(*completion), GFP_KERNEL);

	if (completion)
		init_completion(completion);
	return completion;
}

void md_completion_free(struct completion *completion)
{
	kfree(completion);
}

void md_completion_reset(struct completion *completion)
{
	reinit_completion(completion);
}

void md_completion_complete(struct completion *completion)
{
	complete(completion);
}

void md_completion_complete_all(struct completion *completion)
{
	complete_all(completion);
}

/* 0, or -ERESTARTSYS when a signal (or the freezer) came first. */
int md_completion_wait_interruptible(struct completion *completion)
{
	return wait_for_completion_interruptible(completion);
}

/* Jiffies left (at least 1), 0 when the time is over, -ERESTARTSYS when the caller is being killed. */
int md_completion_wait_killable(struct completion *completion)
{
	return wait_for_completion_killable(completion);
}

long md_completion_wait(struct completion *completion, unsigned long jiffies_left)
{
	return wait_for_completion_killable_timeout(completion, jiffies_left);
}

unsigned long md_milliseconds_to_jiffies(u32 milliseconds)
{
	return msecs_to_jiffies(milliseconds);
}

void md_delay_microseconds(u32 microseconds)
{
	while (microseconds > 1000) {
		udelay(1000);
		microseconds -= 1000;
	}
	udelay(microseconds);
}

/* Of a clock that stands while the machine sleeps; by jiffies, which is cheap. */
u64 md_milliseconds(void)
{
	return jiffies64_to_msecs(get_jiffies_64());
}

/* Of a clock that is cheap enough to be looked at in a loop. */
u64 md_nanoseconds(void)
{
	return ktime_get_mono_fast_ns();
}

u32 md_processors(void)
{
	return num_online_cpus();
}

/* One turn of a loop that waits for another processor; whether to go on. */
bool md_relax(void)
{
	cpu_relax();
	return !need_resched() && !signal_pending(current);
}

/* At least so long, but for a task that is being killed: the jiffy under way does not count. */
void md_completion_sleep(struct completion *completion, u32 milliseconds)
{
	wait_for_completion_killable_timeout(completion, msecs_to_jiffies(milliseconds) + 1);
}

void md_may_reschedule(void)
{
	cond_resched();
}

void md_sleep_milliseconds(u32 milliseconds)
{
	msleep(milliseconds);
}

void *md_allocate(size_t size)
{
	return kvzalloc(size, GFP_KERNEL);
}

void md_free(void *memory)
{
	kvfree(memory);
}

void *md_area_new(void)
{
	return vmalloc_user(MD_AREA_SIZE);
}

void md_area_free(void *area)
{
	vfree(area);
}

/*
 * The one call site of a module's debug lines, so dynamic debug turns all of them on or off
 * ("module NAME +p"). Without a line, tells whether they are on.
 */
static bool md_debug(const struct md_device *md, const char *text, size_t length)
{
#if defined(CONFIG_DYNAMIC_DEBUG) || \
	(defined(CONFIG_DYNAMIC_DEBUG_CORE) && defined(DYNAMIC_DEBUG_MODULE))
	DEFINE_DYNAMIC_DEBUG_METADATA(site, "%.*s\n");

	if (!DYNAMIC_DEBUG_BRANCH(site))
		return false;
	if (text)
		__dynamic_dev_dbg(&site, md->dev, "%.*s\n", (int)length, text);
	return true;
#else
	return false;
#endif
}

bool md_debug_enabled(const struct md_device *md)
{
	return md_debug(md, NULL, 0);
}

static DEFINE_RATELIMIT_STATE(md_log_rate, 5 * HZ, 50);

void md_log(const struct md_device *md, int level, const char *text, size_t length)
{
	static const char *const levels[] = { KERN_ERR, KERN_WARNING, KERN_INFO };
	const struct net_device *netdev = md->netdev;

	/* Whoever turned debug lines on wants all of them. */
	if (level < 0 || level > 2) {
		md_debug(md, text, length);
		return;
	}
	/* The user half decides when this runs, so it may not decide how often it prints. */
	if (!__ratelimit(&md_log_rate))
		return;
	if (netdev->reg_state == NETREG_REGISTERED)
		dev_printk(levels[level], md->dev, "%s: %.*s\n", netdev->name, (int)length, text);
	else
		dev_printk(levels[level], md->dev, "%.*s\n", (int)length, text);
}

void __noreturn md_panic(const char *text, size_t length)
{
	panic("microdriver: %.*s\n", (int)length, text);
}
