/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The undefined symbols of an update module that the kernel provides without exporting them. */
#ifndef LPATCH_CREATE_SYMBOLS_SYMBOL_MAP_H
#define LPATCH_CREATE_SYMBOLS_SYMBOL_MAP_H

#include "create/proof.h"

/* The undefined symbols of a module that the kernel provides. */
struct symbol_map {
	struct symbol_entry {
		char *symbol; /* its name in the module as kbuild linked it */
		struct proven_symbol place;
	} * entries;
	size_t count;
};

struct lp_error *symbol_map_add(struct symbol_map *map, const char *symbol,
				const struct proven_symbol *place);

/* The entry of the symbol, or NULL. */
const struct symbol_entry *symbol_map_find(const struct symbol_map *map, const char *symbol);

void symbol_map_clear(struct symbol_map *map);

#endif
