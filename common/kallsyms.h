/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's own symbol table, as scripts/kallsyms.c writes it into .rodata:
 * names compressed by a table of 256 tokens, addresses as offsets. A stripped
 * image has no symbols for the tables, so they are found by their layout, and
 * every entry is checked.
 *
 * Known orders of the tables (each aligned to 8 bytes, in Linux 7.0 to 4):
 *
 *  up to Linux 6.3:  offsets, relative_base, num_syms, names, markers,
 *                    [seqs_of_names,] token_table, token_index
 *  since Linux 6.4:  num_syms, names, markers, token_table, token_index,
 *                    offsets, relative_base, seqs_of_names
 *
 *  in Linux 7.0:     the same without relative_base; an offset counts from its own place in the
 *                    table (6.19 has it as before)
 *
 * Without CONFIG_KALLSYMS_BASE_RELATIVE, 8-byte addresses replace offsets and
 * relative_base.
 */
#ifndef LPATCH_COMMON_KALLSYMS_H
#define LPATCH_COMMON_KALLSYMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"
#include "common/symbol_table.h"

/*
 * Looks for the tables in `data` (the contents of .rodata, its first byte at
 * `address`, a multiple of 8) and decodes them into *table. *found says
 * whether the tables are there; if not, *table is unchanged and no error is
 * returned. Fails only without memory.
 */
struct lp_error *kallsyms_decode(const uint8_t *data, size_t size, uint64_t address,
				 struct symbol_table *table, bool *found);

#endif
