/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sections made of entries that each belong to a function: the layouts that an
 * entry may have, the relocation that ties it to its function, and what takes
 * part in a comparison. An architecture has one table of them (struct arch).
 */
#ifndef LPATCH_OBJECT_SPECIAL_RULES_H
#define LPATCH_OBJECT_SPECIAL_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "object/arch.h"

/* What a field with a relocation holds. */
enum special_kind {
	FIELD_NONE, /* ends a list of fields */
	FROM_FIELD, /* the distance of a place from the field: 4 bytes */
	FROM_FIELD_8,
	FROM_ENTRY, /* the distance of a place from the start of the entry: 4 bytes */
	ADDRESS,    /* the address of a place: 8 bytes */
};

struct special_field {
	uint8_t at; /* bytes from the start of the entry */
	uint8_t kind;
};

#define SPECIAL_FIELDS 3

/* One layout of an entry. Kernel versions and configurations differ. */
struct special_layout {
	uint8_t size; /* bytes; 0 ends a list of layouts */
	/* By offset. The first ties the entry to its function. */
	struct special_field fields[SPECIAL_FIELDS];
	uint8_t short_by; /* bytes of padding that the last entry may lack */
	/*
	 * The byte with the size of what the second field refers to, or 0. If it says that there is
	 * nothing, the field may be empty.
	 */
	uint8_t length_at;
};

enum special_meaning {
	FOLLOWS_FROM_CODE, /* made from the code by the compiler or objtool: not compared */
	HAS_MEANING,
};

#define SPECIAL_LAYOUTS 4

/* What tells layouts apart that fit the same relocations. */
enum special_telling {
	NOTHING_TELLS,
	SECOND_NAMES_SOURCE, /* the second field leads to the name of a source file */
	THIRD_NAMES_HANDLER, /* the third field, where there is one, to a function "ex_handler_*" */
};

struct special_rule {
	const char *name;
	enum special_meaning meaning;
	struct special_layout layouts[SPECIAL_LAYOUTS];
	uint8_t ignore_at, ignore_size; /* bytes that a comparison skips: line numbers */
	enum special_telling telling;
	bool has_key; /* the third field leads to the static key of a jump label */
};

/* A relocation of such a section. */
struct special_place {
	uint64_t offset; /* in the section */
	uint32_t type;   /* of the relocation */
};

/* Such a section, however its reader keeps relocations. */
struct special_view {
	const struct arch *arch;
	const uint8_t *data; /* NULL if it has none */
	uint64_t size;       /* bytes */
	uint64_t entsize;    /* sh_entsize */
	const void *relocs;  /* by offset */
	size_t nr_relocs;
	struct special_place (*place)(const void *relocs, size_t index);
};

/*
 * Whether the section consists of whole entries of this layout: sh_entsize, the
 * places and kinds of all relocations, and the sizes in it are as the layout says.
 */
bool special_layout_fits(const struct special_layout *layout, const struct special_view *view);

/* The index of the field of an entry at `at` bytes from its start, which has one. */
size_t special_field_index(const struct special_layout *layout, uint64_t at);

/*
 * The ORC entries of a section: how many bytes each has (struct orc_entry,
 * arch/x86/include/asm/orc_types.h, Linux 4.14 to 6.12; Linux 6.4 changed the
 * bits in it, and not its size). Entry i of .orc_unwind goes with word i of
 * .orc_unwind_ip.
 */
#define ORC_ENTRY_SIZE 6

#endif
