/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which changed name a function uses, by its text and the macros and inline
 * functions that it mentions.
 */
#ifndef LPATCH_CREATE_REASONS_USAGE_H
#define LPATCH_CREATE_REASONS_USAGE_H

#include "create/reasons/source_files.h"

struct usage;

/*
 * For the source file whose compile has written `depfile`, in make's format; without it
 * nothing is found. `files` must outlive it. To be freed.
 */
struct lp_error *usage_open(struct source_files *files, const char *depfile, struct usage **usage);

void usage_free(struct usage *usage);

/* A text to start from. */
struct usage_start {
	const char *text;
	const char *name; /* of the inlined function whose text it is; NULL: the function's own */
};

/* What to search for. */
struct usage_query {
	unsigned int kinds; /* bit 1 << CHANGED_…: of these */
	bool (*wanted)(const struct changed_name *name, void *context);
	void *context;
};

/*
 * Finds the changed name that is nearest to the starting points; *found is NULL if there
 * is none. Adds the names on the path to it, outermost first, to *through.
 */
struct lp_error *usage_find(struct usage *usage, const struct usage_start *starts, size_t count,
			    const struct usage_query *query, const struct changed_name **found,
			    struct text_list *through);

#endif
