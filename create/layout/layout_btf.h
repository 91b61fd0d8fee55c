/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The running kernel's description of its types: BTF (Documentation/bpf/btf.rst, Linux 6.1). */
#ifndef LPATCH_CREATE_LAYOUT_LAYOUT_BTF_H
#define LPATCH_CREATE_LAYOUT_LAYOUT_BTF_H

#include "common/kernel_image.h"
#include "create/layout/layout_types.h"

struct layout_btf;

/*
 * Reads the kernel's BTF, and the module's, which is based on it, unless `module` is NULL. *btf is
 * NULL without an error if one of them has no BTF: then nothing is known. LP_INTERNAL if it can't
 * be read. The caller frees *btf with layout_btf_free(); the images must outlive it.
 */
struct lp_error *layout_btf_read(const struct kernel_image *kernel,
				 const struct kernel_image *module, struct layout_btf **btf);

void layout_btf_free(struct layout_btf *btf);

static inline void cleanup_layout_btf(struct layout_btf **btf)
{
	layout_btf_free(*btf);
}

#define _cleanup_layout_btf_ _cleanup_(cleanup_layout_btf)

enum layout_known {
	LAYOUT_UNKNOWN, /* the kernel has no BTF */
	LAYOUT_ABSENT,  /* the kernel has no such type */
	LAYOUT_SAME,    /* the kernel has the type with this layout */
	LAYOUT_OTHER,   /* the kernel has the type with another layout */
};

/*
 * Whether the kernel's layout of the type is this one. If the kernel has several types of
 * that name and kind, one with this layout is enough. For LAYOUT_OTHER, *size is the size
 * in the kernel, in bytes.
 */
enum layout_known layout_btf_find(const struct layout_btf *btf, const struct layout_type *type,
				  uint64_t *size);

#endif
