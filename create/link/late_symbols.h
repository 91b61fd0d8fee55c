/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unexported symbols in an update for a kernel without CONFIG_LIVEPATCH:
 * absolute symbols that lpatch-apply gives their values
 * (common/late_symbols.h).
 */
#ifndef LPATCH_CREATE_LINK_LATE_SYMBOLS_H
#define LPATCH_CREATE_LINK_LATE_SYMBOLS_H

#include "common/symbol_table.h"
#include "create/symbols.h"

/*
 * Rewrites the module at `path`: every undefined symbol in the map becomes an
 * absolute one, and symbols are added that give the distance by which the
 * kernel was moved, from its symbols `kernel`. LP_NOT_PROVEN if the kernel
 * lacks these, LP_INTERNAL if the file isn't what kbuild makes.
 */
struct lp_error *late_symbols_resolve(const char *path, const struct symbol_map *map,
				      const struct symbol_table *kernel);

#endif
