/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The place of the running program and its files. */
#ifndef LPATCH_COMMON_PROGRAM_H
#define LPATCH_COMMON_PROGRAM_H

#include "common/error.h"

/*
 * The path of NAME ("share/lpatch") in the parent of the program's directory, to be freed by
 * the caller; it need not exist. LP_INTERNAL if /proc does not say where the program is.
 */
struct lp_error *program_beside(const char *name, char **path);

/*
 * Loads the shared object ../lib/lpatch/FILE, relative to the program's directory, and sets
 * *symbol to its symbol of that name. It stays loaded; further calls cost nothing.
 * LP_INTERNAL, with the reason, if it can't be loaded.
 */
struct lp_error *program_load(const char *file, const char *name, const void **symbol);

#endif
