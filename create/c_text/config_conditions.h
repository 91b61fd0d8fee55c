/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What remains of a header under the kernel's configuration, for all files that
 * include it, apart from macros that a file may define.
 */
#ifndef LPATCH_CREATE_C_TEXT_CONFIG_CONDITIONS_H
#define LPATCH_CREATE_C_TEXT_CONFIG_CONDITIONS_H

#include "common/text.h"

/* What is set: "CONFIG_FOO" for y and values, "CONFIG_FOO_MODULE" for m. Sorted. */
struct kernel_config {
	struct text_list set;
};

/* Reads the lines of include/config/auto.conf, which kbuild makes (Linux 6.1). */
struct lp_error *kernel_config_read(const char *path, struct kernel_config *config);

void kernel_config_clear(struct kernel_config *config);

/*
 * Sets *reduced, to be freed, to the text without what conditions on CONFIG_ names leave
 * out, and without the directives of these conditions; all other lines stay, in their
 * places. Adds the names to *used: if a file defines or undefines one of them, the result
 * isn't valid there.
 */
struct lp_error *config_reduce(const char *text, const struct kernel_config *config, char **reduced,
			       struct text_list *used);

/* True if the text defines or undefines one of the names by itself. */
struct lp_error *config_is_overridden(const char *text, const struct text_list *names, bool *yes);

#endif
