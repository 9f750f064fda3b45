/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * What Rust calls: one function per kernel API. Mirrored in runtime-kernel/src/ffi.rs.
 */
#ifndef MD_API_H
#define MD_API_H

struct md_device;

/*
 * On the way of each packet. Never called through a pointer, and so without the instruction that marks where
 * such calls may go.
 */
#define MD_HOT __noendbr

/* module.c */
u32 md_upcall_timeout(void);
bool md_parameter(const struct md_device *md, const char *name, size_t length, int *value);

/* device.c */
void md_schedule_work(struct md_device *md, u32 number, u32 milliseconds);
void md_cancel_work(struct md_device *md, u32 number);
void md_arm_timer(struct md_device *md, u32 number, u32 milliseconds);
void md_disarm_timer(struct md_device *md, u32 number);
void md_schedule_connect(struct md_device *md);
void md_schedule_deferred(struct md_device *md);
void md_cancel_expire(struct md_device *md);
void md_schedule_expire(struct md_device *md, u32 milliseconds);
int md_request_irq(struct md_device *md);
void md_free_irq(struct md_device *md);
bool md_irq_known(const struct md_device *md);
unsigned long md_irq_search(void);
int md_irq_found(struct md_device *md, unsigned long watched);
const char *md_bus_name(const struct md_device *md);
bool md_on_pci(const struct md_device *md);
u32 md_subsystem(const struct md_device *md);

/* chardev.c */
void *md_task_get(void);
int md_task_number(void *task);
void md_task_kill(void *task);
void md_task_put(void *task);

/* net.c */
void md_netdev_prepare(struct md_device *md);
void md_netdev_unprepare(struct md_device *md);
int md_netdev_register(struct md_device *md, const u8 *address);
bool md_netdev_running(const struct md_device *md);
bool md_carrier(const struct md_device *md);
void md_set_carrier(struct md_device *md, bool on);
u32 md_mtu(const struct md_device *md);
void md_address(const struct md_device *md, u8 *address);
void md_queue_start(struct net_device *netdev);
void md_queue_stop(struct net_device *netdev);
bool md_queue_stopped(const struct net_device *netdev);
void md_queue_wake(struct net_device *netdev);
void md_tx_disable(struct net_device *netdev);
void md_trans_update(struct net_device *netdev);
void md_netdev_detach(struct net_device *netdev);
void md_netdev_attach(struct net_device *netdev);
void md_napi_enable(struct md_device *md);
void md_napi_disable(struct md_device *md);
MD_HOT bool md_napi_schedule_prep(struct md_device *md);
MD_HOT void md_napi_schedule(struct md_device *md);
MD_HOT bool md_napi_complete(struct md_device *md, int done);
MD_HOT struct sk_buff *md_skb_alloc(struct net_device *netdev, unsigned int length);
MD_HOT void *md_skb_put(struct sk_buff *skb, unsigned int length);
int md_skb_pad(struct sk_buff *skb, unsigned int length);
MD_HOT void md_skb_free(struct sk_buff *skb);
MD_HOT void md_skb_consume(struct sk_buff *skb, int budget);
MD_HOT void md_skb_receive(struct net_device *netdev, struct sk_buff *skb);
void md_skb_timestamp(struct sk_buff *skb);
void *md_dma_alloc(struct md_device *md, size_t size, u64 *address);
void md_dma_free(struct md_device *md, size_t size, void *memory, u64 address);
MD_HOT u64 md_dma_map(struct md_device *md, void *memory, size_t size, int direction);
MD_HOT void md_dma_unmap(struct md_device *md, u64 address, size_t size, int direction);
MD_HOT struct sk_buff *md_dma_copy(struct md_device *md, const void *from, u64 address, unsigned int length);
MD_HOT void md_dma_sync_for_cpu(struct md_device *md, u64 address, size_t size);
MD_HOT void md_dma_sync_for_device(struct md_device *md, u64 address, size_t size);

/* sync.c */
void md_spin_init(spinlock_t *lock);
MD_HOT unsigned long md_spin_lock(spinlock_t *lock);
MD_HOT void md_spin_unlock(spinlock_t *lock, unsigned long flags);
MD_HOT unsigned long md_register_lock(struct md_device *md);
MD_HOT void md_register_unlock(struct md_device *md, unsigned long flags);
struct semaphore *md_semaphore_new(void);
void md_semaphore_free(struct semaphore *semaphore);
void md_semaphore_down(struct semaphore *semaphore);
int md_semaphore_down_timeout(struct semaphore *semaphore, u32 milliseconds);
bool md_semaphore_try_down(struct semaphore *semaphore);
void md_semaphore_up(struct semaphore *semaphore);
struct rw_semaphore *md_rwsem_new(void);
void md_rwsem_free(struct rw_semaphore *rwsem);
void md_rwsem_down_read(struct rw_semaphore *rwsem);
bool md_rwsem_try_down_read(struct rw_semaphore *rwsem);
void md_rwsem_up_read(struct rw_semaphore *rwsem);
void md_rwsem_down_write(struct rw_semaphore *rwsem);
void md_rwsem_up_write(struct rw_semaphore *rwsem);
struct completion *md_completion_new(void);
void md_completion_free(struct completion *completion);
void md_completion_reset(struct completion *completion);
void md_completion_complete(struct completion *completion);
void md_completion_complete_all(struct completion *completion);
int md_completion_wait_interruptible(struct completion *completion);
int md_completion_wait_killable(struct completion *completion);
long md_completion_wait(struct completion *completion, unsigned long jiffies_left);
unsigned long md_milliseconds_to_jiffies(u32 milliseconds);
u64 md_milliseconds(void);
u64 md_nanoseconds(void);
u32 md_processors(void);
bool md_relax(void);
void md_delay_microseconds(u32 microseconds);
void md_completion_sleep(struct completion *completion, u32 milliseconds);
void md_may_reschedule(void);
void md_sleep_milliseconds(u32 milliseconds);
void *md_allocate(size_t size);
void md_free(void *memory);
void *md_area_new(void);
void md_area_free(void *area);
bool md_debug_enabled(const struct md_device *md);
void md_log(const struct md_device *md, int level, const char *text, size_t length);
void __noreturn md_panic(const char *text, size_t length);

/* profile.c */
u64 md_profile_context(void);
const char *md_profile_release(void);

extern unsigned long md_netdev_to_device;
extern const unsigned long md_napi_in_device;
extern const unsigned long md_skb_len_at;
extern const unsigned long md_skb_data_at;

#endif
