/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The object that comes out, in memory: sections, symbols and relocations. */
#ifndef LPATCH_DIFFOBJ_OUTPUT_H
#define LPATCH_DIFFOBJ_OUTPUT_H

#include "object/object.h"

struct output_reloc {
	uint64_t offset;
	uint32_t type;
	uint32_t symbol; /* index in output->symbols */
	int64_t addend;
};

struct output_section {
	const char *name;
	uint32_t type;
	uint64_t flags;
	uint64_t align;
	uint64_t entsize;
	uint8_t *data; /* NULL for SHT_NOBITS */
	size_t size, room;
	struct output_reloc *relocs;
	size_t nr_relocs, room_relocs;
	uint32_t symbol; /* index of its section symbol */
	uint32_t index;  /* in the file */
	const struct output_section
		*ordered_by; /* with SHF_LINK_ORDER: its place follows from that one's */
	const struct output_section *seen_from; /* the last one that a check found to refer to it */
};

struct output_symbol {
	const char *name;
	uint64_t value, size;
	uint8_t type, bind;
	struct output_section *section; /* NULL: undefined */
	uint32_t index;                 /* in the file */
};

/* An undefined symbol, and what it represents. */
struct output_reference {
	uint32_t symbol;
	const struct piece *original; /* a piece of the original object, or NULL */
	const struct symbol *named;   /* the symbol of the patched object, if no piece */
	bool jump_key;                /* the key of a jump label */
};

struct output {
	struct arena *arena;
	const struct arch *arch;
	struct output_section **sections;
	size_t nr_sections, room_sections;
	struct output_symbol *symbols; /* 0 is empty */
	size_t nr_symbols, room_symbols;
	struct output_reference *references;
	size_t nr_references, room_references;
	struct name_set *names;
};

/* Prepares an empty output; all its memory is the arena's. */
struct lp_error *output_begin(struct output *output, struct arena *arena, const struct arch *arch);

/* A new section, with its section symbol, or NULL without memory. */
struct output_section *output_add_section(struct output *output, const char *name, uint32_t type,
					  uint64_t flags, uint64_t align, uint64_t entsize);

/*
 * Appends `size` bytes (zeros if data is NULL) at a multiple of `align` bytes;
 * *offset is where. False without memory.
 */
bool output_append(struct output *output, struct output_section *section, const void *data,
		   size_t size, uint64_t align, uint64_t *offset);

/* A new symbol; its index, or 0 without memory. */
uint32_t output_add_symbol(struct output *output, const struct output_symbol *symbol);

bool output_add_reloc(struct output *output, struct output_section *section,
		      const struct output_reloc *reloc);

/*
 * The name itself if no symbol has it, else one made from it that none has;
 * NULL without memory. The name counts as taken from now on.
 */
const char *output_unique_name(struct output *output, const char *name);

/* Writes the object. Fails with LP_INTERNAL, and then removes what was written. */
struct lp_error *output_write(struct output *output, const char *path);

#endif
