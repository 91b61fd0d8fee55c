/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The symbols of a kernel, in kallsyms order (by address), with hashed look-up
 * by name and binary search by address. Filled once, then read only.
 */
#ifndef LPATCH_COMMON_SYMBOL_TABLE_H
#define LPATCH_COMMON_SYMBOL_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "common/error.h"

struct kernel_symbol {
	uint64_t address; /* link-time virtual address; per-cpu variables: offset */
	uint64_t size;    /* bytes to the next higher symbol; 0 for the last */
	const char *name;
	char type;     /* as nm(1) and /proc/kallsyms print it: 't', 'T', 'd', ... */
	uint32_t next; /* index + 1 of the next symbol of this name, 0 if none; see below */
};

struct symbol_table {
	struct kernel_symbol *symbols; /* ascending addresses */
	size_t count;
	char *names;       /* owns the names */
	uint32_t *buckets; /* index + 1 of the first symbol in each */
	size_t bucket_count;
};

/*
 * Completes a table whose symbols have address, name and type, in kallsyms
 * order: fills in the sizes and the hash. At most UINT32_MAX - 1 symbols.
 */
struct lp_error *symbol_table_finish(struct symbol_table *table);

/* Releases what the table owns and empties it. */
void symbol_table_clear(struct symbol_table *table);

/* The first symbol of that name in kallsyms order, or NULL. */
const struct kernel_symbol *symbol_table_find_name(const struct symbol_table *table,
						   const char *name);

/* The next symbol of the same name in kallsyms order, or NULL. */
const struct kernel_symbol *symbol_table_next(const struct symbol_table *table,
					      const struct kernel_symbol *symbol);

/*
 * The symbol that the address belongs to: of those with the highest address
 * not above it, the first in kallsyms order. NULL below the first symbol.
 */
const struct kernel_symbol *symbol_table_find_address(const struct symbol_table *table,
						      uint64_t address);

/*
 * What the kernel's live patching calls sympos: 0 when the symbol's name
 * exists once, else its place, from 1, among the symbols of the same name
 * (klp_find_object_symbol() in kernel/livepatch/core.c, Linux 6.1).
 */
unsigned int symbol_table_position(const struct symbol_table *table,
				   const struct kernel_symbol *symbol);

#endif
