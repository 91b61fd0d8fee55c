// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/symbol_table.h"

#include <string.h>

/* FNV-1a, 32 bits. */
static uint32_t hash_name(const char *name)
{
	uint32_t hash = 2166136261u;

	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * 16777619u;
	return hash;
}

static void fill_sizes(struct symbol_table *table)
{
	uint64_t above = 0; /* lowest address above the current one, 0 while there is none */

	for (size_t i = table->count; i-- > 0;) {
		struct kernel_symbol *symbol = &table->symbols[i];

		if (i + 1 < table->count && table->symbols[i + 1].address != symbol->address)
			above = table->symbols[i + 1].address;
		symbol->size = above ? above - symbol->address : 0;
	}
}

/* Links same-named symbols; back to front, so that each chain is in order. */
static struct lp_error *fill_hash(struct symbol_table *table)
{
	size_t buckets = 64;

	while (buckets < table->count * 2)
		buckets *= 2;
	table->buckets = calloc(buckets, sizeof(*table->buckets));
	if (!table->buckets)
		return lp_error_no_memory();
	table->bucket_count = buckets;

	for (size_t i = table->count; i-- > 0;) {
		uint32_t *first =
			&table->buckets[hash_name(table->symbols[i].name) & (buckets - 1)];

		table->symbols[i].next = *first;
		*first = i + 1;
	}
	return NULL;
}

struct lp_error *symbol_table_finish(struct symbol_table *table)
{
	fill_sizes(table);
	return fill_hash(table);
}

void symbol_table_clear(struct symbol_table *table)
{
	free(table->symbols);
	free(table->names);
	free(table->buckets);
	memset(table, 0, sizeof(*table));
}

/* The first symbol of that name in the chain that starts at index + 1. */
static const struct kernel_symbol *follow(const struct symbol_table *table, uint32_t link,
					  const char *name)
{
	while (link) {
		const struct kernel_symbol *symbol = &table->symbols[link - 1];

		if (strcmp(symbol->name, name) == 0)
			return symbol;
		link = symbol->next;
	}
	return NULL;
}

const struct kernel_symbol *symbol_table_find_name(const struct symbol_table *table,
						   const char *name)
{
	if (!table->bucket_count)
		return NULL;
	return follow(table, table->buckets[hash_name(name) & (table->bucket_count - 1)], name);
}

const struct kernel_symbol *symbol_table_next(const struct symbol_table *table,
					      const struct kernel_symbol *symbol)
{
	return follow(table, symbol->next, symbol->name);
}

const struct kernel_symbol *symbol_table_find_address(const struct symbol_table *table,
						      uint64_t address)
{
	size_t low = 0;
	size_t high = table->count;

	/* Below `low`, symbols start at or under the address; from `high` on, above it. */
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (table->symbols[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low)
		return NULL;

	size_t found = low - 1;

	while (found && table->symbols[found - 1].address == table->symbols[found].address)
		found--;
	return &table->symbols[found];
}

unsigned int symbol_table_position(const struct symbol_table *table,
				   const struct kernel_symbol *symbol)
{
	unsigned int position = 0;
	unsigned int count = 0;

	for (const struct kernel_symbol *s = symbol_table_find_name(table, symbol->name); s;
	     s = symbol_table_next(table, s)) {
		count++;
		if (s == symbol)
			position = count;
	}
	return count == 1 ? 0 : position;
}
