/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Final addresses for modules of a kernel without CONFIG_LIVEPATCH: what they
 * refer to is in their symbol tables as common/late_symbols.h says, and the
 * module loader of such a kernel takes the values unchanged.
 *
 * The KASLR offset is computed from several symbols far apart, which must agree on
 * a possible value. A wrong value would still be detected: before it changes
 * anything, the core compares the code at the given addresses with what the
 * update expects.
 */
#ifndef LPATCH_APPLY_PLACEMENT_H
#define LPATCH_APPLY_PLACEMENT_H

#include <stdbool.h>

#include "apply/host.h"
#include "common/file.h"

/* True if the module has symbols without addresses yet; filling them in breaks a signature. */
bool placement_is_needed(const struct blob *module);

/*
 * Sets *placed to the module `name` with the running kernel's addresses in it,
 * which the caller frees, and without a signature; to a plain copy if it needs none.
 * LP_KERNEL_REFUSED if the kernel hides its addresses, contradicts itself, or lacks a symbol.
 */
struct lp_error *placement_make(const struct host *host, const char *name,
				const struct blob *module, struct blob *placed);

#endif
