/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the running program is, and what belongs to it. */
#ifndef LPATCH_COMMON_PROGRAM_H
#define LPATCH_COMMON_PROGRAM_H

#include "common/error.h"

/*
 * The path ../NAME as seen from the folder of the program, to be freed by the caller, whether
 * it is there or not: "share/lpatch". LP_INTERNAL if /proc does not say where the program is.
 */
struct lp_error *program_beside(const char *name, char **path);

/*
 * Loads the shared object ../lib/lpatch/FILE, seen from the folder of the program, and sets
 * *symbol to what it has under that name. It stays loaded, and costs nothing the second time.
 * LP_INTERNAL, with the reason, if it can't be loaded.
 */
struct lp_error *program_load(const char *file, const char *name, const void **symbol);

#endif
