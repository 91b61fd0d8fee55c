/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A function in one of the objects: what is inlined there, and what it calls. */
#ifndef LPATCH_CREATE_REASONS_SCOPES_H
#define LPATCH_CREATE_REASONS_SCOPES_H

#include "create/reasons/source_files.h"
#include "object/explain.h"
#include "object/object.h"

/* An object with its debugging information. */
struct scope_reader {
	struct source_files *files;
	bool before; /* it is the original */
	struct object object;
	const struct explain_operations *operations; /* NULL: the library is not there */
	struct explained *debug;                     /* NULL: no debugging information */
};

struct scope {
	const char *name;                    /* as long as the reader */
	const struct definition *definition; /* in the source; NULL if not found */
	bool in_diff;                        /* the diff changes its file */
	size_t outer;                        /* number of the one it is inlined into */
	unsigned int depth;
};

/* The function itself comes first. */
struct scope_list {
	struct scope *items;
	size_t count;
	struct text_list calls;  /* names of the functions that are called */
	struct text_list locals; /* names of parameters and variables */
};

/* Opens the object at `path`; LP_INTERNAL if it can't be read. To be closed in either case. */
struct lp_error *scope_reader_open(struct source_files *files, const char *path, bool before,
				   struct scope_reader *reader);

void scope_reader_close(struct scope_reader *reader);

/*
 * The debugging information about the function; *list is empty if there is none, and to
 * be cleared by scope_list_clear().
 */
struct lp_error *scope_list_read(const struct scope_reader *reader, const char *function,
				 struct scope_list *list);

void scope_list_clear(struct scope_list *list);

/* Whether the object has separate code for the function, or for a variant made by gcc. */
bool scope_reader_has_code(const struct scope_reader *reader, const char *name, size_t length);

#endif
