/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diffobj/correlate.h"

#include <string.h>

#include "diffobj/correlate_locals.h"
#include "diffobj/correlate_state.h"
#include "diffobj/piece_table.h"

/* Whether a compiler may number the piece differently in the next build. */
static bool is_numbered(const struct piece *piece)
{
	return strcmp(piece->stem, piece->symbol->name) != 0;
}

static bool may_have_twin(const struct piece *piece)
{
	return piece->symbol && !piece->twin && !piece->never_shared &&
	       (piece_is_function(piece) || piece_is_data(piece));
}

/*
 * The kernel frees init code after boot, so it can't be used again: a function
 * that lost its __init counts as new.
 */
static bool is_alive_for(const struct piece *original, const struct piece *patched)
{
	return original->section->rule->life != LIFE_INIT ||
	       patched->section->rule->life == LIFE_INIT;
}

static struct piece *find_by_name(const struct piece_table *originals, const struct piece *piece)
{
	for (const struct symbol *name = piece->symbol; name; name = name->next_in_piece) {
		if (name->value != piece->start)
			continue;

		struct piece *found = piece_table_find(originals, name->name, strlen(name->name));

		if (found && may_have_twin(found) && is_alive_for(found, piece) &&
		    piece_is_function(found) == piece_is_function(piece))
			return found;
	}
	return NULL;
}

static bool pair_by_name(struct object *original, struct object *patched, bool *numbered)
{
	struct piece_table originals = {};

	if (!piece_table_build(&originals, original, BY_NAME))
		return false;
	for (size_t i = 0; i < patched->nr_pieces; i++) {
		struct piece *piece = &patched->pieces[i];

		if (!may_have_twin(piece) || piece->parent)
			continue;
		if (is_numbered(piece)) {
			*numbered = true;
			continue;
		}

		struct piece *twin = find_by_name(&originals, piece);

		if (twin && !twin->parent)
			pieces_pair(twin, piece);
	}
	return true;
}

/* Bytes equal outside of relocations, which are of the same kinds at the same places. */
static bool looks_the_same(const struct piece *a, const struct piece *b)
{
	uint32_t size = a->end - a->start, at = 0;

	if (size != b->end - b->start || a->nr_relocs != b->nr_relocs)
		return false;
	if (!a->section->data || !b->section->data)
		return !a->section->data && !b->section->data;

	const uint8_t *left = a->section->data + a->start, *right = b->section->data + b->start;

	for (uint32_t i = 0; i < a->nr_relocs; i++) {
		uint32_t place = a->relocs[i].offset - a->start;

		if (place != b->relocs[i].offset - b->start)
			return false;
		if (place > at && memcmp(left + at, right + at, place - at))
			return false;
		at = place + 4;
	}
	return at >= size || !memcmp(left + at, right + at, size - at);
}

/* The functions of one stem that have no twin yet; the number of them, the first in *only. */
static size_t unpaired_clones(const struct piece_table *table, const char *stem,
			      struct piece **only)
{
	size_t number = 0;

	for (struct piece_slot *slot = piece_table_first(table, stem, strlen(stem)); slot;
	     slot = piece_table_next(slot)) {
		if (!piece_is_function(slot->piece) || slot->piece->twin || slot->piece->parent)
			continue;
		if (!number++)
			*only = slot->piece;
	}
	return number;
}

static struct piece *equal_clone(const struct piece_table *originals, const struct piece *piece)
{
	struct piece *found = NULL;

	for (struct piece_slot *slot =
		     piece_table_first(originals, piece->stem, strlen(piece->stem));
	     slot; slot = piece_table_next(slot)) {
		if (!may_have_twin(slot->piece) || !piece_is_function(slot->piece) ||
		    !is_alive_for(slot->piece, piece) || !looks_the_same(slot->piece, piece))
			continue;
		if (!found || !strcmp(slot->piece->symbol->name, piece->symbol->name))
			found = slot->piece;
	}
	return found;
}

static void pair_clones(const struct piece_table *originals, const struct piece_table *patched,
			struct object *object)
{
	for (size_t i = 0; i < object->nr_pieces; i++) {
		struct piece *piece = &object->pieces[i];

		if (!may_have_twin(piece) || !piece_is_function(piece) || piece->parent)
			continue;

		struct piece *twin = equal_clone(originals, piece);

		if (twin)
			pieces_pair(twin, piece);
	}
	for (size_t i = 0; i < object->nr_pieces; i++) {
		struct piece *piece = &object->pieces[i], *original = NULL, *same = NULL;

		if (!may_have_twin(piece) || !piece_is_function(piece) || piece->parent)
			continue;
		if (is_numbered(piece) && unpaired_clones(originals, piece->stem, &original) == 1 &&
		    unpaired_clones(patched, piece->stem, &same) == 1 && is_numbered(original))
			pieces_pair(original, piece);
	}
}

static void pair_cold_parts(struct object *patched)
{
	for (size_t i = 0; i < patched->nr_pieces; i++) {
		struct piece *piece = &patched->pieces[i];

		if (!piece->cold || !piece->twin)
			continue;
		for (struct piece *a = piece->twin->cold, *b = piece->cold; a && b;
		     a = a->next_cold, b = b->next_cold)
			pieces_pair(a, b);
	}
}

struct lp_error *correlate(struct object *original, struct object *patched)
{
	struct piece_table originals = {}, patcheds = {};
	bool numbered = false;

	if (!pair_by_name(original, patched, &numbered))
		return lp_error_no_memory();
	if (numbered) {
		if (!piece_table_build(&originals, original, BY_STEM) ||
		    !piece_table_build(&patcheds, patched, BY_STEM))
			return lp_error_no_memory();
		pair_clones(&originals, &patcheds, patched);
	}
	pair_cold_parts(patched);
	if (numbered)
		lp_try(correlate_locals(&originals, original, patched));
	return correlate_state(original, patched);
}

static bool is_listed(const char *name, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(name, names[i]))
			return true;
	return false;
}

void correlate_moved(struct object *patched, const char *const *names, size_t count)
{
	for (size_t i = 0; count && i < patched->nr_pieces; i++) {
		struct piece *piece = &patched->pieces[i];

		if (may_have_twin(piece) && !piece->parent)
			piece->moved = is_listed(piece->symbol->name, names, count);
	}
}
