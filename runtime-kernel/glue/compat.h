/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Every difference between the kernels that we build for (6.1 and later) lives here. */
#ifndef MD_COMPAT_H
#define MD_COMPAT_H

#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 0)
#error "this runtime needs Linux 6.1 or later"
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0) && !defined(vm_flags_set)
#define md_vm_flags_set(vma, flags) ((vma)->vm_flags |= (flags))
#else
#define md_vm_flags_set(vma, flags) vm_flags_set(vma, flags)
#endif

/* Waits for the timer's function and keeps it from being armed again. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
#define md_timer_shutdown(timer) del_timer_sync(timer)
#else
#define md_timer_shutdown(timer) timer_shutdown_sync(timer)
#endif

/* What a platform driver's remove returns. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 11, 0)
#define MD_REMOVE_RETURNS int
#define MD_REMOVED 0
#else
#define MD_REMOVE_RETURNS void
#define MD_REMOVED
#endif

/* A function that is never called through a pointer; where the kernel has no word for it, one as any other. */
#ifndef __noendbr
#define __noendbr
#endif

#endif
