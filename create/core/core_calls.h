/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The types of the kernel's functions that the core calls, and of those of its own that the
 * kernel calls, as the core's source was written for them. create/core/prototypes.h compares what
 * the target's headers say with its BTF, once the core is compiled; this table needs no
 * compiler, and also finds a function that the headers and the kernel have changed alike.
 */
#ifndef LPATCH_CREATE_CORE_CORE_CALLS_H
#define LPATCH_CREATE_CORE_CORE_CALLS_H

#include <stddef.h>

#include "common/error.h"
#include "common/kernel_image.h"
#include "common/text.h"
#include "create/target.h"

/*
 * Adds to `missing` the name of each function that the core needs exported, under this config, and
 * that isn't.
 */
struct lp_error *core_calls_exports(const struct exports *exports, const char *config,
				    struct text_list *missing);

/*
 * Adds to `differing` a line for each type in the kernel's BTF that isn't the one the core was
 * written for: "NAME is TYPE, and the core expects TYPE". *compared counts all that the BTF has;
 * it is 0 for a kernel without BTF.
 */
struct lp_error *core_calls_types(const struct kernel_image *kernel, const char *release,
				  struct text_list *differing, size_t *compared);

/* How many types the table has for that release. */
size_t core_calls_count(const char *release);

#endif
