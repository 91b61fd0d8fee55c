/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The part of a header that the kernel's configuration leaves. It is the same for
 * all files that include the header, unless a file defines macros of its own.
 */
#ifndef LPATCH_CREATE_C_TEXT_CONFIG_CONDITIONS_H
#define LPATCH_CREATE_C_TEXT_CONFIG_CONDITIONS_H

#include "common/text.h"

/* The options that are set: "CONFIG_FOO" for y and values, "CONFIG_FOO_MODULE" for m. Sorted. */
struct kernel_config {
	struct text_list set;
};

/* Reads the text of include/config/auto.conf, which kbuild makes (Linux 6.1). */
struct lp_error *kernel_config_read(const char *path, struct kernel_config *config);

void kernel_config_clear(struct kernel_config *config);

/*
 * Sets *reduced, which the caller frees, to the text without the lines that conditions on
 * CONFIG_ names exclude, and without the directives of these conditions. All other lines
 * stay, in the same order. Adds the names to *used: the result isn't valid in a file that
 * defines or undefines one of them.
 */
struct lp_error *config_reduce(const char *text, const struct kernel_config *config, char **reduced,
			       struct text_list *used);

/* True if the text itself defines or undefines one of the names. */
struct lp_error *config_is_overridden(const char *text, const struct text_list *names, bool *yes);

#endif
