/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The unexported symbols of the kernel that the core uses
 * (core-module/kernel_symbols.h), and where the target has them.
 */
#ifndef LPATCH_CREATE_CORE_CORE_SYMBOLS_H
#define LPATCH_CREATE_CORE_CORE_SYMBOLS_H

#include <stdbool.h>
#include <stdint.h>

#include "common/kernel_image.h"
#include "common/text.h"
#include "create/target.h"

/* True if the core may refer to the name without the target exporting it. */
bool core_symbols_contain(const char *name);

/*
 * Sets *address to the link-time address of the kernel's symbol of that table; to 0 if it
 * has none, or the name is not in the table. LP_UNSAFE if it has several of that name, or
 * the symbol doesn't move with the image.
 */
struct lp_error *core_symbols_find(const struct kernel_image *kernel, const char *name,
				   uint64_t *address);

/* Sets *set if all of the options, one blank between two, are y in the text of a .config. */
struct lp_error *core_symbols_are_set(const char *config, const char *options, bool *set);

/*
 * Adds to `missing` the name of each symbol of that table that the core needs, under this config,
 * and that the kernel doesn't have; and why, of one that it has but core_symbols_find() refuses.
 */
struct lp_error *core_symbols_missing(const struct kernel_image *kernel, const char *config,
				      struct text_list *missing);

/*
 * Sets *text to the header lpatch_target.h that the core is compiled with, to be
 * freed. Whether the target has all that the core needs was checked before
 * (create/core/fit.h).
 */
struct lp_error *core_symbols_header(const struct target *target, char **text);

#endif
