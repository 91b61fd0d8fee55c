/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The entries of lists that only the boot or the load of a module reads
 * (SECTION_TABLE): boot parameters, functions called at boot, exports. Each is
 * identified, so that a new or changed one has a name.
 */
#ifndef LPATCH_DIFFOBJ_TABLE_ENTRIES_H
#define LPATCH_DIFFOBJ_TABLE_ENTRIES_H

#include "diffobj/piece.h"

struct table_entry {
	struct section *section;
	uint32_t start, end;         /* offsets in the section */
	const struct symbol *symbol; /* the name that the macro gave it, or NULL */
	struct reloc *relocs;
	uint32_t nr_relocs;
	const char *name;            /* for messages: "lp_limit=", "proc_version_init" */
	struct table_entry *partner; /* the same entry in the other object, changed or not */
	bool same;                   /* unchanged: it means the same as its partner */
};

/* The entries of all lists of an object, in the order of its sections. */
struct table_entries {
	struct table_entry *items;
	size_t nr, room;
};

/* Cuts the lists of an object, after its relocations are resolved. Fails only without memory. */
struct lp_error *table_entries_cut(struct object *object, struct table_entries *entries);

/* Pairs entries that mean the same, then those of one name; after pieces are compared. */
void table_entries_pair(struct table_entries *original, struct table_entries *patched);

/* Whether two entries are equal: bytes outside of relocations, then what they refer to. */
bool table_entry_same(const struct table_entry *a, const struct table_entry *b);

/* What the entry is about, or NULL: the function that is called, the symbol that is exported. */
struct piece *table_entry_subject(const struct table_entry *entry);

#endif
