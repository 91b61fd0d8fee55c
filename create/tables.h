/* SPDX-License-Identifier: GPL-2.0-or-later */
/* update-tables.h: what kpatch-templates/update.c compiles into an update. */
#ifndef LPATCH_CREATE_TABLES_H
#define LPATCH_CREATE_TABLES_H

#include <stdio.h>

#include "create/link.h"
#include "create/livepatch.h"

/*
 * Writes the header to `out`: id, description, patch and the table of replaced
 * functions with the bytes that the running kernel must hold. It refers to the
 * replacement of function k of part i as lpatch_new_I_K, and to old code by
 * names that are added to `map`. LP_NOT_PROVEN for a function whose place in
 * the kernel is not known.
 */
struct lp_error *tables_print(FILE *out, const struct link_job *job, struct symbol_map *map);

#endif
