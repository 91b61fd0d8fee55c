/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The configuration that a kernel must have to take updates, and the options
 * that decide how an update is made. docs/kernels.md is the list for users.
 */
#ifndef LPATCH_CREATE_TARGET_REQUIREMENTS_H
#define LPATCH_CREATE_TARGET_REQUIREMENTS_H

#include <stdbool.h>

#include "common/error.h"

/*
 * Reads the text of the .config at `path`. LP_UNSAFE names every option, in one line,
 * that is missing or must not be set; an update could then not be proven, loaded or
 * undone. *livepatch says whether the module loader resolves livepatch symbols.
 */
struct lp_error *requirements_check(const char *config, const char *path, bool *livepatch);

/* True if the text of a .config says OPTION=y. */
bool config_is_set(const char *config, const char *option);

/* Sets *value to what the config has in quotes after "OPTION=", or to NULL. */
struct lp_error *config_text(const char *config, const char *option, char **value);

#endif
