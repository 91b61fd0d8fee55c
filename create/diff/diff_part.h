/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state of reading the text of a diff, and the parts of it that are about one file each. */
#ifndef LPATCH_CREATE_DIFF_DIFF_PART_H
#define LPATCH_CREATE_DIFF_DIFF_PART_H

#include <glib.h>

#include "create/diff/diff.h"

/* The state of reading one text. */
struct parser {
	struct diff_list *list;
	const char *name; /* of the text */
	const char *at;   /* the current line */
	size_t number;    /* of that line, from 1 */
	struct diff *diff;
	struct diff_file *file; /* whose part this is, or NULL */
	bool is_git;            /* ... which began with "diff --git" */
	bool has_names;         /* ... has "---" and "+++" lines, after which hunks come */
	bool says_content;      /* ... has an "index" line: its content changes, unless it is
				   renamed or copied */
	bool is_empty;          /* ... has an empty file on one side, by the "index" line */
	bool is_whole;          /* ... is renamed or copied as it is, "similarity index 100%" */
	GHashTable *seen;       /* names of the diff's files, which own the strings */
};

/* Starts a part, in the current diff or, if there is none, in a new one. */
struct lp_error *diff_part_begin(struct parser *parser);

/*
 * Ends the current part, if there is one. If the diff already has a part about the same file,
 * this one starts a new diff. LP_NOT_APPLYING if something is missing: it is truncated.
 */
struct lp_error *diff_part_end(struct parser *parser);

#endif
