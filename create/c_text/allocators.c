// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/c_text/allocators.h"

#include <fnmatch.h>
#include <string.h>

#include "common/text.h"

/*
 * Names of Linux 6.1: include/linux/slab.h, mm.h, vmalloc.h, percpu.h, mempool.h, device.h,
 * dma-mapping.h, netdevice.h, etherdevice.h, string.h, overflow.h, minmax.h. The first pattern that
 * matches counts.
 */
static const struct {
	const char *pattern; /* as for fnmatch() */
	enum allocator_kind kind;
} allocators[] = {
	{"kzalloc", ALLOCATOR_ZERO},
	{"kzalloc_node", ALLOCATOR_ZERO},
	{"kcalloc", ALLOCATOR_ZERO},
	{"kcalloc_node", ALLOCATOR_ZERO},
	{"kvzalloc", ALLOCATOR_ZERO},
	{"kvzalloc_node", ALLOCATOR_ZERO},
	{"kvcalloc", ALLOCATOR_ZERO},
	{"vzalloc", ALLOCATOR_ZERO},
	{"vzalloc_node", ALLOCATOR_ZERO},
	{"vcalloc", ALLOCATOR_ZERO},
	{"kmem_cache_zalloc", ALLOCATOR_ZERO},
	{"devm_kzalloc", ALLOCATOR_ZERO},
	{"devm_kcalloc", ALLOCATOR_ZERO},
	/* pcpu_alloc() in mm/percpu.c returns cleared memory. */
	{"alloc_percpu", ALLOCATOR_ZERO},
	{"alloc_percpu_gfp", ALLOCATOR_ZERO},
	{"__alloc_percpu", ALLOCATOR_ZERO},
	{"__alloc_percpu_gfp", ALLOCATOR_ZERO},
	{"devm_alloc_percpu", ALLOCATOR_ZERO},
	/* dma_alloc_attrs() returns cleared memory with any flags. */
	{"dma_alloc_coherent", ALLOCATOR_ZERO},
	{"dmam_alloc_coherent", ALLOCATOR_ZERO},
	/* alloc_netdev_mqs() in net/core/dev.c allocates with kvzalloc(). */
	{"alloc_netdev", ALLOCATOR_ZERO},
	{"alloc_netdev_mq", ALLOCATOR_ZERO},
	{"alloc_netdev_mqs", ALLOCATOR_ZERO},
	{"alloc_etherdev", ALLOCATOR_ZERO},
	{"alloc_etherdev_mq", ALLOCATOR_ZERO},
	{"alloc_etherdev_mqs", ALLOCATOR_ZERO},
	{"devm_alloc_etherdev*", ALLOCATOR_ZERO},
	/* memblock_alloc() clears; its _raw variants don't. */
	{"memblock_alloc*_raw", ALLOCATOR_RAW},
	{"memblock_alloc*", ALLOCATOR_ZERO},

	{"kmalloc", ALLOCATOR_RAW},
	{"kmalloc_node", ALLOCATOR_RAW},
	{"kmalloc_array", ALLOCATOR_RAW},
	{"kmalloc_array_node", ALLOCATOR_RAW},
	{"kvmalloc", ALLOCATOR_RAW},
	{"kvmalloc_node", ALLOCATOR_RAW},
	{"kvmalloc_array", ALLOCATOR_RAW},
	{"vmalloc*", ALLOCATOR_RAW},
	{"krealloc*", ALLOCATOR_RAW},
	{"kvrealloc*", ALLOCATOR_RAW},
	{"devm_kmalloc*", ALLOCATOR_RAW},
	{"devm_krealloc*", ALLOCATOR_RAW},
	{"kmem_cache_alloc*", ALLOCATOR_RAW},
	{"kmemdup*", ALLOCATOR_RAW},
	{"devm_kmemdup", ALLOCATOR_RAW},
	{"memdup_user*", ALLOCATOR_RAW},
	{"vmemdup_user", ALLOCATOR_RAW},
	{"sock_kmalloc", ALLOCATOR_RAW},
	{"mempool_create_kmalloc_pool", ALLOCATOR_RAW},
	{"mempool_init_kmalloc_pool", ALLOCATOR_RAW},
	{"alloca", ALLOCATOR_RAW},

	{"KMEM_CACHE", ALLOCATOR_CACHE},
	{"KMEM_CACHE_USERCOPY", ALLOCATOR_CACHE},
	{"kmem_cache_create*", ALLOCATOR_CACHE},

	{"DEFINE_PER_CPU*", ALLOCATOR_STATIC},
	{"DEFINE_STATIC_PER_CPU*", ALLOCATOR_STATIC},

	{"sizeof", ALLOCATOR_SIZE_ONLY},
	{"struct_size*", ALLOCATOR_SIZE_ONLY},
	{"flex_array_size", ALLOCATOR_SIZE_ONLY},
	{"array_size", ALLOCATOR_SIZE_ONLY},
	{"array3_size", ALLOCATOR_SIZE_ONLY},
	{"size_add", ALLOCATOR_SIZE_ONLY},
	{"size_mul", ALLOCATOR_SIZE_ONLY},
	{"max", ALLOCATOR_SIZE_ONLY},
	{"min", ALLOCATOR_SIZE_ONLY},
	{"max_t", ALLOCATOR_SIZE_ONLY},
	{"min_t", ALLOCATOR_SIZE_ONLY},
	{"max3", ALLOCATOR_SIZE_ONLY},
	{"ALIGN", ALLOCATOR_SIZE_ONLY},
	{"PAGE_ALIGN", ALLOCATOR_SIZE_ONLY},
	{"roundup*", ALLOCATOR_SIZE_ONLY},
	{"round_up", ALLOCATOR_SIZE_ONLY},
	{"likely", ALLOCATOR_SIZE_ONLY},
	{"unlikely", ALLOCATOR_SIZE_ONLY},

	{"memset", ALLOCATOR_NEUTRAL},
	{"memcpy", ALLOCATOR_WRITE},
	{"memmove", ALLOCATOR_WRITE},
	{"memcmp", ALLOCATOR_NEUTRAL},
	{"memzero_explicit", ALLOCATOR_NEUTRAL},
	{"copy_from_user", ALLOCATOR_WRITE},
	{"copy_to_user", ALLOCATOR_NEUTRAL},
	{"__copy_from_user", ALLOCATOR_WRITE},
	{"__copy_to_user", ALLOCATOR_NEUTRAL},
	{"copy_struct_from_user", ALLOCATOR_WRITE},
	{"BUILD_BUG_ON*", ALLOCATOR_NEUTRAL},
	{"static_assert", ALLOCATOR_NEUTRAL},
	{"_Static_assert", ALLOCATOR_NEUTRAL},
	{"WARN_ON*", ALLOCATOR_NEUTRAL},
	{"BUG_ON", ALLOCATOR_NEUTRAL},
	{"ARRAY_SIZE", ALLOCATOR_NEUTRAL},
	{"kfree_sensitive", ALLOCATOR_NEUTRAL},
	{"vfree", ALLOCATOR_NEUTRAL},
	{"dma_free_coherent", ALLOCATOR_NEUTRAL},
	{"sock_kfree_s", ALLOCATOR_NEUTRAL},
	{"memblock_free*", ALLOCATOR_NEUTRAL},
	{"EXPORT_SYMBOL*", ALLOCATOR_NEUTRAL},
	{"printk", ALLOCATOR_NEUTRAL},
	{"pr_*", ALLOCATOR_NEUTRAL},
	{"if", ALLOCATOR_NEUTRAL},
	{"while", ALLOCATOR_NEUTRAL},
	{"switch", ALLOCATOR_NEUTRAL},
	{"for", ALLOCATOR_NEUTRAL},
	{"typeof", ALLOCATOR_NEUTRAL},
	{"__typeof__", ALLOCATOR_NEUTRAL},
	{"__alignof__", ALLOCATOR_NEUTRAL},
	{"_Alignof", ALLOCATOR_NEUTRAL},
	{"offsetof*", ALLOCATOR_NEUTRAL},
	{"sizeof_field", ALLOCATOR_NEUTRAL},
	{"container_of*", ALLOCATOR_NEUTRAL},
	{"list_*entry*", ALLOCATOR_NEUTRAL},
	{"hlist_*entry*", ALLOCATOR_NEUTRAL},
	{"llist_*entry*", ALLOCATOR_NEUTRAL},
	{"rb_entry*", ALLOCATOR_NEUTRAL},
	{"timer_of", ALLOCATOR_NEUTRAL},
	{"from_timer", ALLOCATOR_NEUTRAL},
	{"va_arg", ALLOCATOR_NEUTRAL},
	{"__builtin_types_compatible_p", ALLOCATOR_NEUTRAL},
	{"__same_type", ALLOCATOR_NEUTRAL},
	/* Declare a variable that is defined elsewhere. */
	{"DECLARE_PER_CPU*", ALLOCATOR_NEUTRAL},
};

enum allocator_kind allocator_find(const char *name, size_t length)
{
	char plain[64];

	if (length >= sizeof(plain))
		return ALLOCATOR_NONE;
	memcpy(plain, name, length);
	plain[length] = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(allocators); i++) {
		if (!fnmatch(allocators[i].pattern, plain, 0))
			return allocators[i].kind;
	}
	return ALLOCATOR_NONE;
}
