/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Look-up of pieces by name. */
#ifndef LPATCH_DIFFOBJ_PIECE_TABLE_H
#define LPATCH_DIFFOBJ_PIECE_TABLE_H

#include "diffobj/piece.h"

enum piece_table_key {
	BY_NAME, /* every symbol that names a piece */
	BY_STEM, /* the stem of its first name */
};

struct piece_slot {
	const char *key;
	size_t length; /* bytes in the key */
	struct piece *piece;
	struct piece_slot *next; /* of the same hash, in the order of the object */
};

struct piece_table {
	enum piece_table_key key;
	struct piece_slot **slots;
	size_t mask;
};

/* Makes a table of all named functions and variables; false without memory. */
bool piece_table_build(struct piece_table *table, struct object *object, enum piece_table_key key);

/* The first slot for a key, and the next one after it; NULL if there is none. */
struct piece_slot *piece_table_first(const struct piece_table *table, const char *key,
				     size_t length);
struct piece_slot *piece_table_next(struct piece_slot *slot);

/* The first piece with that key, or NULL. */
struct piece *piece_table_find(const struct piece_table *table, const char *key, size_t length);

#endif
