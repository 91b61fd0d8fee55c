/* SPDX-License-Identifier: GPL-2.0-or-later */
/* update-tables.h: what kpatch-templates/update.c compiles into an update. */
#ifndef LPATCH_CREATE_LINK_TABLES_H
#define LPATCH_CREATE_LINK_TABLES_H

#include <stdio.h>

#include "create/link/link.h"
#include "create/link/livepatch.h"

/*
 * Writes the header to `out`: id, object, description, patch, namespaces to import, what the
 * module exports to others of the update, modules of the kernel that it pins, and the tables
 * of replaced functions and rewritten constants with the bytes that the running kernel must
 * hold. It refers to the replacement of function k of part i as lpatch_new_I_K, to the new
 * content of constant k as lpatch_content_I_K, and to places in the kernel by names that are
 * added to `map`. LP_NOT_PROVEN for a function whose place in the kernel is not known.
 */
struct lp_error *tables_print(FILE *out, const struct link_job *job,
			      const struct text_list *namespaces, const struct text_list *pins,
			      struct symbol_map *map);

#endif
