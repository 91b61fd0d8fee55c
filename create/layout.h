/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Type layouts: a struct, union or enum that the patch lays out differently.
 * Objects that exist in the running kernel have the old layout, so replaced
 * functions would misread them.
 */
#ifndef LPATCH_CREATE_LAYOUT_H
#define LPATCH_CREATE_LAYOUT_H

#include <stdbool.h>

#include "common/error.h"
#include "common/kernel_image.h"
#include "common/text.h"

/* What is compared, and what the answer is made from. */
struct layout_job {
	const char *original, *patched;    /* objects with DWARF */
	const char *source;                /* the untouched file, for where instances live */
	const struct kernel_image *kernel; /* for what the running kernel has */
	const struct kernel_image *module; /* what the objects belong to, NULL for vmlinux */
	const struct text_list *allowed;   /* names, "struct foo" or "foo" */
	struct text_list *told;            /* names that an earlier job has described already */
};

struct layout_result {
	struct text_list differences; /* paragraphs, one a type: "struct foo had ..." */
	struct text_list overridden;  /* "struct foo": differs, but is allowed */
};

/*
 * Compares the types that both objects know by name, from their DWARF. A type
 * that the kernel doesn't have, by its BTF, may change: there are no instances.
 * LP_INTERNAL if the debugging information can't be read. *result is to be
 * released by layout_result_clear(), also after an error.
 */
struct lp_error *layout_compare(const struct layout_job *job, struct layout_result *result);

/* True if what a user calls a type, "struct foo" or "foo", is the type of that name. */
bool layout_is_named(const char *option, const char *name);

void layout_result_clear(struct layout_result *result);

#endif
