/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sections made of entries that each belong to a function: the layout of an
 * entry, the relocation that ties it to its function, and what takes part in a
 * comparison. All else uses this one table.
 */
#ifndef LPATCH_OBJECT_SPECIAL_RULES_H
#define LPATCH_OBJECT_SPECIAL_RULES_H

#include <stddef.h>
#include <stdint.h>

/* One layout of an entry. Kernel versions and configurations differ. */
struct special_layout {
	uint8_t size;      /* bytes; 0 ends a list of layouts */
	uint8_t nr_relocs; /* relocations in an entry */
	uint8_t at[3];     /* where; the first ties the entry to its function */
	uint8_t short_by;  /* bytes of padding that the last entry may lack */
	uint8_t length_at; /* the byte with the size of the second relocation's target, or 0 */
};

enum special_meaning {
	FOLLOWS_FROM_CODE, /* made from the code by the compiler or objtool: not compared */
	HAS_MEANING,
};

struct special_rule {
	const char *name;
	enum special_meaning meaning;
	uint8_t ignore_at, ignore_size;   /* bytes that a comparison skips: line numbers */
	struct special_layout layouts[4]; /* the first that fits a section is used */
};

extern const struct special_rule special_rules[];
extern const size_t nr_special_rules;

/*
 * The ORC entries of a section: how many bytes each has (Linux 4.14 to 6.12: 6).
 * Entry i of .orc_unwind goes with word i of .orc_unwind_ip.
 */
#define ORC_ENTRY_SIZE 6

#endif
