/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A relocatable object in memory: its sections, symbols and relocations as the
 * file has them, each offset and index checked.
 *
 * Later stages keep their results about a section, symbol or relocation in the
 * same structures, below the comment that names the stage.
 */
#ifndef LPATCH_OBJECT_OBJECT_H
#define LPATCH_OBJECT_OBJECT_H

#include <libelf.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/error.h"
#include "object/arch.h"
#include "object/arena.h"

struct piece;
struct entry;
struct section_rule;
struct special_rule;
struct output_section;

struct symbol {
	const char *name;
	uint64_t value; /* offset in its section */
	uint64_t size;  /* bytes */
	uint32_t index; /* in the symbol table */
	uint8_t type;   /* STT_* */
	uint8_t bind;   /* STB_* */
	bool undefined;
	struct section *section; /* NULL: undefined, absolute or common */

	/* cut */
	struct piece *piece; /* what it names or lies in; NULL in sections that are not cut */
	struct symbol *next_in_piece;

	/* emit */
	uint32_t output; /* index + 1 of the reference made for an undefined symbol */
};

struct reloc {
	uint32_t offset; /* bytes from the start of its section */
	uint32_t type;   /* R_* of the architecture */
	int64_t addend;
	struct symbol *symbol;

	/* resolve */
	struct piece *target; /* NULL: the symbol is undefined or in a section that is not cut */
	int64_t delta;        /* bytes from the target's start to the place meant */
	int8_t distance;      /* bytes from the field to the end of the insn; 0 if absolute */
	bool branch;          /* the operand of a call or jump */
	bool lost;            /* it is not known what it refers to */
};

struct section {
	const struct arch *arch; /* of the object */
	const char *name;
	uint32_t index;
	uint32_t type;
	uint64_t flags;
	uint64_t align;
	uint64_t entsize;
	uint64_t size;       /* bytes */
	const uint8_t *data; /* NULL if it has none in the file */
	struct symbol *symbol;
	struct reloc *relocs; /* by offset */
	size_t nr_relocs;

	/* classify */
	const struct section_rule *rule;

	/* cut */
	struct piece *pieces; /* by offset, not overlapping */
	size_t nr_pieces;

	/* special */
	const struct special_rule *special; /* the layout of its entries, or NULL */
	const struct special_layout *layout;
	const char *misshapen; /* known by name, but its entries are not understood: why */

	/* emit */
	struct output_section *output;
};

struct object {
	const char *path;
	const struct arch *arch;
	struct arena arena;
	int fd;
	Elf *elf;
	struct section *sections; /* by index in the file; 0 is empty */
	size_t nr_sections;
	struct symbol *symbols; /* by index in the file; 0 is empty */
	size_t nr_symbols;

	/* cut */
	struct piece *pieces;
	size_t nr_pieces;
};

/*
 * Reads the file at `path`, which must stay valid. Debugging sections are not
 * read. Fails with LP_INTERNAL if it can't be read, is not a relocatable object
 * for a known architecture, or contradicts itself. The caller closes *object in either case.
 */
struct lp_error *object_open(const char *path, struct object *object);

void object_close(struct object *object);

/* The relocations with begin <= offset < end: the first, and how many. */
struct reloc *section_relocs(const struct section *section, uint64_t begin, uint64_t end,
			     size_t *number);

#endif
