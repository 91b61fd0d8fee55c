/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The core module, built for the target. */
#ifndef LPATCH_CREATE_CORE_CORE_H
#define LPATCH_CREATE_CORE_CORE_H

#include "create/target.h"

/*
 * Builds the core module for the target, unless it was built before from the
 * same sources. *core is the path of lpatch.ko, to be freed. LP_UNSAFE if the
 * target lacks a symbol that the core needs (create/core/core_symbols.h), LP_BUILD_FAILED if it
 * can't be compiled or the target doesn't export what it uses.
 */
struct lp_error *core_build(struct tree *tree, const char *shared, char **core);

/* Sets *path to the list of what the core exports, in the form of Module.symvers; to be freed. */
struct lp_error *core_symvers(const char *core, char **path);

/* Sets *path to the directory in which kbuild has built the core; to be freed. */
struct lp_error *core_directory(const char *core, char **path);

/* Sets *path to a file in it, such as an object that the core is linked from; to be freed. */
struct lp_error *core_file(const char *core, const char *name, char **path);

#endif
