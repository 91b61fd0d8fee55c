/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diffobj/piece_table.h"

#include <string.h>

#include "common/hash.h"

static void insert(struct piece_table *table, struct piece_slot *slot, const char *key,
		   struct piece *piece)
{
	slot->key = key;
	slot->length = strlen(key);
	slot->piece = piece;

	struct piece_slot **place = &table->slots[hash_name(key, slot->length) & table->mask];

	slot->next = *place;
	*place = slot;
}

static bool is_named(const struct piece *piece)
{
	return piece->symbol && (piece_is_function(piece) || piece_is_data(piece));
}

static size_t names_of(const struct piece *piece, enum piece_table_key key)
{
	size_t number = 0;

	if (!is_named(piece))
		return 0;
	if (key == BY_STEM)
		return 1;
	for (const struct symbol *symbol = piece->symbol; symbol; symbol = symbol->next_in_piece)
		number++;
	return number;
}

bool piece_table_build(struct piece_table *table, struct object *object, enum piece_table_key key)
{
	size_t number = 0, size = 16;

	for (size_t i = 0; i < object->nr_pieces; i++)
		number += names_of(&object->pieces[i], key);
	while (size < number * 2)
		size *= 2;
	table->key = key;
	table->mask = size - 1;
	table->slots = arena_array(&object->arena, size, sizeof(struct piece_slot *));

	struct piece_slot *slot = arena_array(&object->arena, number, sizeof(*slot));

	if (!table->slots || !slot)
		return false;
	/* From the end, so that each chain is in the order of the object. */
	for (size_t i = object->nr_pieces; i--;) {
		struct piece *piece = &object->pieces[i];

		if (!is_named(piece))
			continue;
		if (key == BY_STEM) {
			insert(table, slot++, piece->stem, piece);
			continue;
		}
		for (struct symbol *name = piece->symbol; name; name = name->next_in_piece)
			if (name->value == piece->start)
				insert(table, slot++, name->name, piece);
	}
	return true;
}

static struct piece_slot *matching(struct piece_slot *slot, const char *key, size_t length)
{
	while (slot && (slot->length != length || memcmp(slot->key, key, length)))
		slot = slot->next;
	return slot;
}

struct piece_slot *piece_table_first(const struct piece_table *table, const char *key,
				     size_t length)
{
	return matching(table->slots[hash_name(key, length) & table->mask], key, length);
}

struct piece_slot *piece_table_next(struct piece_slot *slot)
{
	return matching(slot->next, slot->key, slot->length);
}

struct piece *piece_table_find(const struct piece_table *table, const char *key, size_t length)
{
	struct piece_slot *slot = piece_table_first(table, key, length);

	return slot ? slot->piece : NULL;
}
