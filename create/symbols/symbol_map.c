// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/symbols/symbol_map.h"

#include <string.h>

struct lp_error *symbol_map_add(struct symbol_map *map, const char *symbol,
				const struct proven_symbol *place)
{
	struct symbol_entry *entries = reallocarray(map->entries, map->count + 1, sizeof(*entries));

	if (!entries)
		return lp_error_no_memory();
	map->entries = entries;
	entries[map->count] = (struct symbol_entry){.symbol = strdup(symbol), .place = *place};
	return entries[map->count++].symbol ? NULL : lp_error_no_memory();
}

void symbol_map_clear(struct symbol_map *map)
{
	for (size_t i = 0; i < map->count; i++)
		free(map->entries[i].symbol);
	free(map->entries);
	*map = (struct symbol_map){0};
}

const struct symbol_entry *symbol_map_find(const struct symbol_map *map, const char *symbol)
{
	for (size_t i = 0; i < map->count; i++) {
		if (!strcmp(map->entries[i].symbol, symbol))
			return &map->entries[i];
	}
	return NULL;
}
