/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * gcc calls a static variable of a function NAME.N and counts N anew in every
 * build, so names tell little when a file has several of them (ten functions
 * with a "static DEFINE_MUTEX(lock)"). What tells is use:
 *
 *  - a function whose code looks the same uses the same variables at the same
 *    places;
 *  - in one that changed, the ones of a name that are left over are the same
 *    if there are as many on both sides, of the same sizes, in order of use;
 *    or else if size and section leave no choice;
 *  - a variable whose function is no function of its own any more, or wasn't
 *    before (inlined), is the only one left of its name and kind on both sides.
 *
 * A variable for which there are candidates but no decision is ambiguous:
 * replacing a function that uses it is refused.
 */
#include <string.h>

#include "diffobj/correlate.h"
#include "diffobj/correlate_locals.h"

/* Variables that a piece uses and that have no twin yet, each once, in order of use. */
struct uses {
	struct piece **pieces;
	size_t nr, room;
};

static bool is_local_variable(const struct piece *piece)
{
	return piece && piece->symbol && piece_is_data(piece) && !piece->twin &&
	       !piece->never_shared && piece->symbol->bind == STB_LOCAL &&
	       strcmp(piece->stem, piece->symbol->name) != 0;
}

static bool collect_uses(struct arena *arena, const struct piece *user, struct uses *uses)
{
	uses->nr = 0;
	for (uint32_t i = 0; i < user->nr_relocs; i++) {
		struct piece *target = user->relocs[i].target;
		bool known = false;

		if (!is_local_variable(target))
			continue;
		for (size_t j = 0; j < uses->nr && !known; j++)
			known = uses->pieces[j] == target;
		if (!known && !arena_push(arena, uses->pieces, uses->nr, uses->room, target))
			return false;
	}
	return true;
}

static uint32_t size_of(const struct piece *piece)
{
	return piece->end - piece->start;
}

/* Whether one could be the other: the same name, size and kind of section. */
static bool are_alike(const struct piece *a, const struct piece *b)
{
	return !strcmp(a->stem, b->stem) && size_of(a) == size_of(b) &&
	       piece_kind(a) == piece_kind(b) && a->section->type == b->section->type;
}

/* Relocations of the same kinds at the same places. */
static bool same_shape(const struct piece *a, const struct piece *b)
{
	if (size_of(a) != size_of(b) || a->nr_relocs != b->nr_relocs)
		return false;
	for (uint32_t i = 0; i < a->nr_relocs; i++)
		if (a->relocs[i].offset - a->start != b->relocs[i].offset - b->start ||
		    a->relocs[i].type != b->relocs[i].type)
			return false;
	return true;
}

static void pair_at_same_places(struct piece *a, struct piece *b)
{
	for (uint32_t i = 0; i < a->nr_relocs; i++) {
		struct piece *left = a->relocs[i].target, *right = b->relocs[i].target;

		if (is_local_variable(left) && is_local_variable(right) && are_alike(left, right))
			pieces_pair(left, right);
	}
}

/* How many of the unpaired variables in `uses` have the stem of `piece`; are alike, if asked. */
static size_t count(const struct uses *uses, const struct piece *piece, bool alike)
{
	size_t number = 0;

	for (size_t i = 0; i < uses->nr; i++)
		number += is_local_variable(uses->pieces[i]) &&
			  !strcmp(uses->pieces[i]->stem, piece->stem) &&
			  (!alike || are_alike(uses->pieces[i], piece));
	return number;
}

static struct piece *first_alike(const struct uses *uses, const struct piece *piece)
{
	for (size_t i = 0; i < uses->nr; i++)
		if (is_local_variable(uses->pieces[i]) && are_alike(uses->pieces[i], piece))
			return uses->pieces[i];
	return NULL;
}

/* Pairs what two versions of a changed function use. */
static void pair_uses(const struct uses *original, const struct uses *patched)
{
	for (size_t i = 0; i < patched->nr; i++) {
		struct piece *piece = patched->pieces[i];

		if (!is_local_variable(piece))
			continue;

		size_t theirs = count(original, piece, true), ours = count(patched, piece, true);
		bool in_order = count(original, piece, false) == count(patched, piece, false);

		if (theirs && theirs == ours && (in_order || theirs == 1))
			pieces_pair(first_alike(original, piece), piece);
		else if (theirs)
			piece->ambiguous = true;
	}
}

static bool pair_in_changed(struct arena *arena, struct object *patched)
{
	struct uses left = {}, right = {};

	for (size_t i = 0; i < patched->nr_pieces; i++) {
		struct piece *piece = &patched->pieces[i];

		if (!piece->twin || !piece->nr_relocs)
			continue;
		if (!collect_uses(arena, piece, &right))
			return false;
		if (!right.nr)
			continue;
		if (!collect_uses(arena, piece->twin, &left))
			return false;
		pair_uses(&left, &right);
	}
	return true;
}

/* Variables of functions that are only now functions of their own, or are no longer. */
static void pair_the_only_one(const struct piece_table *originals, const struct uses *news)
{
	for (size_t i = 0; i < news->nr; i++) {
		struct piece *piece = news->pieces[i], *found = NULL;
		size_t candidates = 0;

		if (!is_local_variable(piece))
			continue;
		for (struct piece_slot *slot =
			     piece_table_first(originals, piece->stem, strlen(piece->stem));
		     slot; slot = piece_table_next(slot))
			if (is_local_variable(slot->piece) && are_alike(slot->piece, piece)) {
				found = slot->piece;
				candidates++;
			}
		if (candidates == 1 && count(news, piece, true) == 1)
			pieces_pair(found, piece);
		else if (candidates)
			piece->ambiguous = true;
	}
}

/* What functions without a twin use. */
static bool collect_uses_of_new(struct object *patched, struct uses *news)
{
	for (size_t i = 0; i < patched->nr_pieces; i++) {
		const struct piece *user = &patched->pieces[i];

		if (user->twin || !piece_is_function(user))
			continue;
		for (uint32_t j = 0; j < user->nr_relocs; j++) {
			struct piece *target = user->relocs[j].target;
			bool known = false;

			if (!is_local_variable(target))
				continue;
			for (size_t k = 0; k < news->nr && !known; k++)
				known = news->pieces[k] == target;
			if (!known && !arena_push(&patched->arena, news->pieces, news->nr,
						  news->room, target))
				return false;
		}
	}
	return true;
}

struct lp_error *correlate_locals(const struct piece_table *originals, struct object *patched)
{
	struct uses news = {};

	for (size_t i = 0; i < patched->nr_pieces; i++) {
		struct piece *piece = &patched->pieces[i];

		if (piece->twin && piece->nr_relocs && same_shape(piece->twin, piece))
			pair_at_same_places(piece->twin, piece);
	}
	if (!pair_in_changed(&patched->arena, patched) || !collect_uses_of_new(patched, &news))
		return lp_error_no_memory();
	pair_the_only_one(originals, &news);
	return NULL;
}
