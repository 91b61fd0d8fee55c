/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Final addresses for modules of a kernel without CONFIG_LIVEPATCH: what they
 * refer to stands in their symbol tables as common/late_symbols.h says, and the
 * module loader of such a kernel takes the values as they are.
 *
 * Where the kernel runs is told by several symbols far apart, which must agree on
 * a distance that the kernel may have been moved by. A wrong one that passed would
 * still be found out: the core compares the code at the addresses that it is
 * given with what the update expects before it changes anything.
 */
#ifndef LPATCH_APPLY_PLACEMENT_H
#define LPATCH_APPLY_PLACEMENT_H

#include <stdbool.h>

#include "apply/host.h"
#include "common/file.h"

/* True if the module has symbols that wait for addresses; no signature survives them. */
bool placement_is_needed(const struct blob *module);

/*
 * Sets *placed to the module `name` with the running kernel's addresses in it,
 * which the caller frees, and without a signature; to a plain copy if it needs none.
 * LP_KERNEL_REFUSED if the kernel hides its addresses, contradicts itself, or lacks a symbol.
 */
struct lp_error *placement_make(const struct host *host, const char *name,
				const struct blob *module, struct blob *placed);

#endif
