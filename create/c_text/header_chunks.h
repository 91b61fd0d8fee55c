/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * C source text as a row of chunks: preprocessor directives, and declarations
 * or definitions at the top level. Directives are not evaluated; what can't be
 * understood is CHUNK_OTHER.
 */
#ifndef LPATCH_CREATE_C_TEXT_HEADER_CHUNKS_H
#define LPATCH_CREATE_C_TEXT_HEADER_CHUNKS_H

#include <stdbool.h>

#include "common/text.h"

enum chunk_kind {
	CHUNK_MACRO,     /* #define NAME … */
	CHUNK_INLINE,    /* definition of an inline function */
	CHUNK_PROTOTYPE, /* declaration of a function */
	CHUNK_OTHER,     /* anything else */
};

struct chunk {
	enum chunk_kind kind;
	char *name; /* what it defines or declares; NULL for CHUNK_OTHER */
	char *text; /* without comments, blanks squeezed */
};

struct chunk_list {
	struct chunk *items;
	size_t count;
};

/* Cuts the text into chunks; *list is to be cleared by chunk_list_clear(). */
struct lp_error *chunk_list_read(const char *text, struct chunk_list *list);

void chunk_list_clear(struct chunk_list *list);

/*
 * Adds to *names the names that a file must mention, directly or indirectly, to
 * be affected by the change from one version of a header to the other. Sets
 * *all if that isn't known: then everything that includes the header counts.
 */
struct lp_error *chunk_changed_names(const char *old_text, const char *new_text,
				     struct text_list *names, bool *all);

/* The same, but definitions of the types, "struct foo", don't count. */
struct lp_error *chunk_changed_names_but(const char *old_text, const char *new_text,
					 const struct text_list *types, struct text_list *names,
					 bool *all);

/* True if a chunk only declares types and extern symbols, and by itself gives no code. */
bool chunk_only_declares(const struct chunk *chunk);

/*
 * Adds to *types, as "struct foo", the types with a tag whose definition is not the same in both
 * versions, or only in one. Sets *others if something else that has no name of its own differs.
 */
struct lp_error *chunk_changed_types(const char *old_text, const char *new_text,
				     struct text_list *types, bool *others);

#endif
