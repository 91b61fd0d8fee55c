/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * gcc calls a static variable of a function NAME.N and counts N anew in every
 * build, so names are not enough when a file has several of them (ten functions
 * with a "static DEFINE_MUTEX(lock)"). Their use decides:
 *
 *  - a function whose code looks the same uses the same variables at the same
 *    places;
 *  - in a changed function, the unpaired variables of one name are paired in
 *    order of use if both sides have equally many, of the same sizes; or else
 *    if size and section leave one choice;
 *  - if only one side has a function (it is inlined on the other, or split or
 *    renamed by the patch), its variable is that of the function that calls it,
 *    or called it.
 *
 * A variable with several possible candidates is ambiguous: replacing a
 * function that uses it is refused.
 */
#include <string.h>

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

/*
 * Whether they can be the same variable: the same name, size and kind of
 * section. If one of them has an initial value and the other has none, it is
 * still the same variable.
 */
static bool are_alike(const struct piece *a, const struct piece *b)
{
	return !strcmp(a->stem, b->stem) && size_of(a) == size_of(b) &&
	       piece_kind(a) == piece_kind(b) && section_same_storage(a->section, b->section);
}

bool correlate_same_shape(const struct piece *a, const struct piece *b)
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

/* How many unpaired variables in `uses` have the stem of `piece` and, if asked, are alike. */
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

bool piece_refers_to(const struct piece *function, const struct piece *to)
{
	for (const struct piece *part = function; part;
	     part = part == function ? function->cold : part->next_cold)
		for (uint32_t i = 0; i < part->nr_relocs; i++) {
			struct piece *target = part->relocs[i].target;

			if (target && piece_whole(target) == to)
				return true;
		}
	return false;
}

/* The functions of an object that use a variable. */
static bool collect_users(struct arena *arena, struct object *object, const struct piece *variable,
			  struct uses *users)
{
	users->nr = 0;
	for (size_t i = 0; i < object->nr_pieces; i++) {
		struct piece *user = &object->pieces[i];

		if (piece_is_function(user) && !user->parent && piece_refers_to(user, variable) &&
		    !arena_push(arena, users->pieces, users->nr, users->room, user))
			return false;
	}
	return true;
}

bool correlate_code_moved(const struct piece *original, const struct piece *patched)
{
	if (!patched->twin && original->twin)
		return piece_refers_to(original->twin, patched);
	if (patched->twin && !original->twin)
		return piece_refers_to(patched->twin, original);
	return false;
}

enum relation {
	UNRELATED,
	MAY_BE_RELATED, /* both belong to functions that the other object doesn't have */
	RELATED,
};

static enum relation relation_of(const struct uses *originals, const struct uses *patcheds)
{
	enum relation relation = UNRELATED;

	for (size_t i = 0; i < originals->nr; i++)
		for (size_t j = 0; j < patcheds->nr; j++) {
			const struct piece *a = originals->pieces[i], *b = patcheds->pieces[j];

			if (correlate_code_moved(a, b))
				return RELATED;
			if (!a->twin && !b->twin)
				relation = MAY_BE_RELATED;
		}
	return relation;
}

/* The state of correlate_locals(). */
struct locals {
	const struct piece_table *originals;
	struct object *original, *patched;
	struct uses left, right; /* reused */
};

/*
 * A variable whose function was inlined in one of the builds and not in the
 * other, or was renamed or split by the patch.
 */
static bool pair_moved(struct locals *locals, struct piece *piece)
{
	struct arena *arena = &locals->patched->arena;
	struct piece *found = NULL;
	size_t related = 0, doubtful = 0;

	for (struct piece_slot *slot =
		     piece_table_first(locals->originals, piece->stem, strlen(piece->stem));
	     slot; slot = piece_table_next(slot)) {
		if (!is_local_variable(slot->piece) || !are_alike(slot->piece, piece))
			continue;
		if (!collect_users(arena, locals->original, slot->piece, &locals->left) ||
		    !collect_users(arena, locals->patched, piece, &locals->right))
			return false;

		enum relation relation = relation_of(&locals->left, &locals->right);

		if (relation == RELATED && !related++)
			found = slot->piece;
		doubtful += relation == MAY_BE_RELATED;
	}
	if (related == 1)
		pieces_pair(found, piece);
	else if (related || doubtful)
		piece->ambiguous = true;
	return true;
}

struct lp_error *correlate_locals(const struct piece_table *originals, struct object *original,
				  struct object *patched)
{
	struct locals locals = {
		.originals = originals,
		.original = original,
		.patched = patched,
	};

	for (size_t i = 0; i < patched->nr_pieces; i++) {
		struct piece *piece = &patched->pieces[i];

		if (piece->twin && piece->nr_relocs && correlate_same_shape(piece->twin, piece))
			pair_at_same_places(piece->twin, piece);
	}
	if (!pair_in_changed(&patched->arena, patched))
		return lp_error_no_memory();
	for (size_t i = 0; i < patched->nr_pieces; i++) {
		struct piece *piece = &patched->pieces[i];

		if (is_local_variable(piece) && !piece->ambiguous && !pair_moved(&locals, piece))
			return lp_error_no_memory();
	}
	return NULL;
}
