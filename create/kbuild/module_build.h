/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Building one of our own modules out of tree: the core, an update, a part of one. */
#ifndef LPATCH_CREATE_KBUILD_MODULE_BUILD_H
#define LPATCH_CREATE_KBUILD_MODULE_BUILD_H

#include "create/target.h"

/*
 * Compiler options that keep the build directory out of a module: no debugging
 * information, which has absolute paths and affects the build id, even though
 * it is stripped later. MODULE_BUILD_PATH_MAP and the directory make __FILE__
 * (in WARN() and the like) relative.
 */
#define MODULE_BUILD_FLAGS    "-g0"
#define MODULE_BUILD_PATH_MAP "-fmacro-prefix-map"

/*
 * Lets kbuild make `name`.ko from the Kbuild file and the sources in
 * `directory`, and strips it. The message of LP_BUILD_FAILED says what it is
 * for (`what`). `arguments` for make are added (NULL-terminated list). The
 * bytes depend on the sources and the target, not on the directory. *path is
 * that of the module, to be freed.
 */
struct lp_error *module_build(struct tree *tree, const char *what, const char *directory,
			      const char *name, const char *const *arguments, char **path);

#endif
