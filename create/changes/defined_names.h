/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which names a part of a diff defines in another way than before. */
#ifndef LPATCH_CREATE_CHANGES_DEFINED_NAMES_H
#define LPATCH_CREATE_CHANGES_DEFINED_NAMES_H

#include "create/c_text.h"
#include "create/changes/file_versions.h"

/* What a word of another part must be to be a use of the name. */
enum name_kind {
	NAME_OF_FILE_SCOPE, /* a function, macro, type, variable or constant: any mention */
	NAME_GAINED,        /* a new member: a word that the other part's file gets */
	NAME_LOST,          /* a member that goes: a word that the other part's file loses */
};

struct defined_name {
	enum name_kind kind;
	const char *name;
	const char *type; /* a member's type, by its tag; else NULL */
};

/* Receives each name, perhaps more than once. */
typedef struct lp_error *name_taker(void *context, const struct defined_name *name);

/* A file's definitions in both versions. */
struct definition_pair {
	struct definition_list before, after;
};

/*
 * Passes on what the hunk adds, removes or declares in another way. A function of which only the
 * body changes is no such name. Of a file of C source, `is_header` false, only functions and
 * variables that are not static have names that other files may use.
 */
struct lp_error *defined_names_find(const struct definition_pair *pair,
				    const struct diff_hunk *hunk, bool is_header, name_taker *taker,
				    void *context);

/* True if the definition has a line of the range. */
bool definition_overlaps(const struct definition *definition, const struct line_range *range);

#endif
