/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Comes first in every file of the core that is built for faults (fault.c):
 * takes over what allocates and registers, so that it can be made to fail, and
 * what frees, so that it can be counted. Names as in Linux 6.1.
 */
#ifndef LPATCH_FAULT_WRAP_H
#define LPATCH_FAULT_WRAP_H

#include <linux/ftrace.h>
#include <linux/kobject.h>
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/percpu.h>
#include <linux/proc_fs.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysfs.h>
#include <linux/tracepoint.h>
#include <linux/vmalloc.h>
#include <asm/nmi.h>

#define LPATCH_FAULTS
#include "fault.h"

void *lpatch_fault_took(void *memory);
const void *lpatch_fault_gave(const void *memory);

/*
 * The kernel's own, before their names stand for something else. Some are functions, some macros
 * that use each other (include/linux/slab.h, Linux 6.12).
 */
static inline void *fault_kzalloc(size_t size, gfp_t flags)
{
	return kzalloc(size, flags);
}

static inline void *fault_kvzalloc(size_t size, gfp_t flags)
{
	return kvzalloc(size, flags);
}

static inline void *fault_kvmalloc(size_t size, gfp_t flags)
{
	return kvmalloc(size, flags);
}

static inline void *fault_kvcalloc(size_t count, size_t size, gfp_t flags)
{
	return kvcalloc(count, size, flags);
}

static inline void *fault_kvmalloc_node(size_t size, gfp_t flags, int node)
{
	return kvmalloc_node(size, flags, node);
}

static inline void *fault___alloc_percpu(size_t size, size_t align)
{
	return (__force void *)__alloc_percpu(size, align);
}

static inline void *fault_kstrdup(const char *text, gfp_t flags)
{
	return kstrdup(text, flags);
}

static inline void *fault_vmalloc(unsigned long size)
{
	return vmalloc(size);
}

static inline void *fault_vmap(struct page **pages, unsigned int count, unsigned long flags,
			       pgprot_t protection)
{
	return vmap(pages, count, flags, protection);
}

#undef kzalloc
#undef kvzalloc
#undef kvmalloc
#undef kvcalloc
#undef kvmalloc_node
#undef __alloc_percpu
#undef kstrdup
#undef vmalloc

#define FAULT_TAKE(name, ...) \
	(lpatch_fault(#name) ? NULL : lpatch_fault_took(fault_##name(__VA_ARGS__)))

#define kzalloc(...)        FAULT_TAKE(kzalloc, __VA_ARGS__)
#define kvzalloc(...)       FAULT_TAKE(kvzalloc, __VA_ARGS__)
#define kvmalloc(...)       FAULT_TAKE(kvmalloc, __VA_ARGS__)
#define kvcalloc(...)       FAULT_TAKE(kvcalloc, __VA_ARGS__)
#define kvmalloc_node(...)  FAULT_TAKE(kvmalloc_node, __VA_ARGS__)
#define __alloc_percpu(...) FAULT_TAKE(__alloc_percpu, __VA_ARGS__)
#define kstrdup(...)        FAULT_TAKE(kstrdup, __VA_ARGS__)
#define vmalloc(...)        FAULT_TAKE(vmalloc, __VA_ARGS__)
#define vmap(...)           FAULT_TAKE(vmap, __VA_ARGS__)

/* A name in its own expansion is not expanded again, so each stands for the kernel's. */
#define kfree(memory)       kfree(lpatch_fault_gave(memory))
#define kvfree(memory)      kvfree(lpatch_fault_gave(memory))
#define vfree(memory)       vfree(lpatch_fault_gave(memory))
#define vunmap(memory)      vunmap(lpatch_fault_gave(memory))
#define free_percpu(memory) free_percpu((void *)lpatch_fault_gave(memory))
#undef kfree_rcu
#define kfree_rcu(memory, field)           \
	do {                               \
		lpatch_fault_gave(memory); \
		kvfree_rcu(memory, field); \
	} while (0)

#define FAULT_TRY(error, name, ...) (lpatch_fault(#name) ? (error) : name(__VA_ARGS__))

#define __register_nmi_handler(...)    FAULT_TRY(-EINVAL, __register_nmi_handler, __VA_ARGS__)
#define ftrace_set_filter_ip(...)      FAULT_TRY(-ENOMEM, ftrace_set_filter_ip, __VA_ARGS__)
#define register_ftrace_function(...)  FAULT_TRY(-EBUSY, register_ftrace_function, __VA_ARGS__)
#define register_module_notifier(...)  FAULT_TRY(-ENOMEM, register_module_notifier, __VA_ARGS__)
#define sysfs_create_bin_file(...)     FAULT_TRY(-ENOMEM, sysfs_create_bin_file, __VA_ARGS__)
#define sysfs_create_file(...)         FAULT_TRY(-ENOMEM, sysfs_create_file, __VA_ARGS__)
#define proc_mkdir(...)                FAULT_TRY(NULL, proc_mkdir, __VA_ARGS__)
#define proc_create_single_data(...)   FAULT_TRY(NULL, proc_create_single_data, __VA_ARGS__)
#define proc_create_seq_private(...)   FAULT_TRY(NULL, proc_create_seq_private, __VA_ARGS__)
#define kobject_add(...)               FAULT_TRY(-ENOMEM, kobject_add, __VA_ARGS__)
#define kobject_create_and_add(...)    FAULT_TRY(NULL, kobject_create_and_add, __VA_ARGS__)
#define tracepoint_probe_register(...) FAULT_TRY(-ENOMEM, tracepoint_probe_register, __VA_ARGS__)

/* The files define their own. */
#undef pr_fmt

#endif
