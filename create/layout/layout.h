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

/* The types that are already described for other objects. */
struct layout_described {
	struct text_list names; /* "struct foo" */
	size_t nr_looked_for;   /* number of types whose users were searched */
};

/* The inputs of the comparison. */
struct layout_job {
	const char *original, *patched;     /* objects with DWARF */
	const struct source_scan *scan;     /* to find users of a type; NULL: none are named */
	const struct text_list *changed;    /* files that the diff changes, by path */
	const struct kernel_image *kernel;  /* its BTF has the types of the running kernel */
	const struct kernel_image *module;  /* the module of the objects, NULL for vmlinux */
	const struct text_list *allowed;    /* "struct foo", "foo", or "foo.member" */
	struct layout_described *described; /* shared by all jobs of a run; this job adds to it */
};

struct layout_result {
	struct text_list differences; /* paragraphs, one for each type: "struct foo had ..." */
	struct text_list overridden;  /* "struct foo", "struct foo.a": differs, but is allowed */
	/*
	 * "foo.a": the members that the user would have to allow. Empty if a difference moves
	 * another member.
	 */
	struct text_list options;
	/*
	 * "struct foo", a tab, "a", a tab, "b": types in which only holes are filled, with the
	 * names of the new members and of all bit fields, whether the user allowed them or not.
	 * Of "a.b" only the last component.
	 */
	struct text_list filled;
	bool others_differ; /* a type that is not in `filled` differs */
};

/*
 * Compares the named types that are in the DWARF of both objects. A type that is
 * not in the kernel's BTF may change: the kernel has no objects of it.
 * LP_INTERNAL if the DWARF can't be read. The caller clears *result with
 * layout_result_clear(), also after an error.
 */
struct lp_error *layout_compare(const struct layout_job *job, struct layout_result *result);

/* True if the option's argument, "struct foo" or "foo", matches the type or member `name`. */
bool layout_is_named(const char *option, const char *name);

void layout_result_clear(struct layout_result *result);

void layout_described_clear(struct layout_described *described);

#endif
