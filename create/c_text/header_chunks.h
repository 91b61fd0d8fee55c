/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * C source text as a list of chunks: preprocessor directives, and declarations
 * or definitions at file scope. Directives are not evaluated. A chunk that the
 * reader doesn't understand is CHUNK_OTHER.
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
	char *name; /* the name that it defines or declares; NULL for CHUNK_OTHER */
	char *text; /* without comments, every run of blanks as one */
};

struct chunk_list {
	struct chunk *items;
	size_t count;
};

/* Splits the text into chunks. The caller clears *list with chunk_list_clear(). */
struct lp_error *chunk_list_read(const char *text, struct chunk_list *list);

void chunk_list_clear(struct chunk_list *list);

/*
 * Adds to *names the names that matter for the change from one version of a header
 * to the other: a file that mentions none of them, directly or indirectly, is not
 * affected. Sets *all if that isn't known: every file that includes the header may
 * be affected.
 */
struct lp_error *chunk_changed_names(const char *old_text, const char *new_text,
				     struct text_list *names, bool *all);

/* The same, but changes to the definitions of these types ("struct foo") don't count. */
struct lp_error *chunk_changed_names_but(const char *old_text, const char *new_text,
					 const struct text_list *types, struct text_list *names,
					 bool *all);

/* True if a chunk only declares types and extern symbols, and generates no code itself. */
bool chunk_only_declares(const struct chunk *chunk);

/*
 * Adds to *types, as "struct foo", the types with a tag whose definition differs between the
 * versions or is only in one of them. Sets *others if something else without a name differs.
 */
struct lp_error *chunk_changed_types(const char *old_text, const char *new_text,
				     struct text_list *types, bool *others);

#endif
