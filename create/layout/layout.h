/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Type layouts: a struct, union or enum that the patch lays out differently.
 * Objects that exist in the running kernel have the old layout, so replaced
 * functions would misread them.
 */
#ifndef LPATCH_CREATE_LAYOUT_LAYOUT_H
#define LPATCH_CREATE_LAYOUT_LAYOUT_H

#include <stdbool.h>

#include "common/error.h"
#include "common/kernel_image.h"
#include "common/text.h"

struct source_scan;

/* What was already reported for other objects with the same types. */
struct layout_told {
	struct text_list names; /* "struct foo" */
	size_t nr_looked_for;   /* types of which the users were looked for */
};

/* The inputs of the comparison. */
struct layout_job {
	const char *original, *patched;    /* objects with DWARF */
	const struct source_scan *scan;    /* to find users of a type; NULL: none are named */
	const struct text_list *changed;   /* files that the diff changes, by path */
	const struct kernel_image *kernel; /* for what the running kernel has */
	const struct kernel_image *module; /* what the objects belong to, NULL for vmlinux */
	const struct text_list *allowed;   /* "struct foo", "foo", or "foo.member" */
	struct layout_told *told;          /* by earlier jobs, and now by this one */
};

struct layout_result {
	struct text_list differences; /* paragraphs, one a type: "struct foo had ..." */
	struct text_list overridden;  /* "struct foo": differs, but is allowed; "struct foo.a" */
	/*
	 * "foo.a": the members that would have to be allowed, if none of the differences moves
	 * another member; else empty.
	 */
	struct text_list options;
	/*
	 * "struct foo", a tab, "a", a tab, "b": types that differ in nothing but that holes are
	 * filled, with the new members and all bit fields, whether they are allowed or not. The
	 * last component only of a member of a member.
	 */
	struct text_list filled;
	bool others_differ; /* there are others */
};

/*
 * Compares the types that both objects know by name, from their DWARF. A type
 * that the kernel doesn't have, by its BTF, may change: there are no instances.
 * LP_INTERNAL if the debugging information can't be read. *result is to be
 * released by layout_result_clear(), also after an error.
 */
struct lp_error *layout_compare(const struct layout_job *job, struct layout_result *result);

/* True if the user's name of a type or member, "struct foo" or "foo", matches that name. */
bool layout_is_named(const char *option, const char *name);

void layout_result_clear(struct layout_result *result);

void layout_told_clear(struct layout_told *told);

#endif
