/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A patch may rename a variable, or move it: a static variable of a function to
 * the start of the file, to a function that this one calls, and back. Its state
 * is kept if there is exactly one candidate, and that has no other candidate:
 *
 *  - of the same name, if the same function uses it (static int count, for which
 *    a second function was given access), or if it moved with the code that uses
 *    it to another function, of which one calls the other;
 *  - of another name, if every function that uses both versions does so in the
 *    same way (shared_last_ino of get_next_ino, renamed). This is not certain,
 *    so the user is told.
 *
 * Size, storage, initial content and type must be the same in each case. Global
 * variables keep their name, since other files use it.
 */
#include "diffobj/correlate_state.h"

#include <string.h>

#include "diffobj/compare.h"
#include "diffobj/correlate.h"
#include "diffobj/leftover.h"

struct matching {
	struct explanation explanation;
	struct leftovers originals, patcheds;
	bool progress;
};

/* Whether, and how certainly, they are the same variable. */
enum match {
	NO_MATCH,
	INFERRED,
	CERTAIN,
};

typedef enum match judge_match(struct matching *matching, struct leftover *original,
			       struct leftover *patched);

static bool could_be(struct matching *matching, struct leftover *original, struct leftover *patched)
{
	struct arena *arena = &matching->explanation.objects[1]->arena;

	return leftover_same_kind(&matching->explanation, original, patched) &&
	       compare_initial(arena, original->piece, patched->piece);
}

static enum match match_by_name(struct matching *matching, struct leftover *original,
				struct leftover *patched)
{
	if (strcmp(original->piece->stem, patched->piece->stem) != 0)
		return NO_MATCH;

	enum affinity affinity = leftover_affinity(original, patched);

	if (affinity == UNRELATED || !could_be(matching, original, patched))
		return NO_MATCH;
	if (affinity == SAME_USER)
		return CERTAIN;
	return leftover_same_uses_nearby(original, patched) ? INFERRED : NO_MATCH;
}

static enum match match_by_use(struct matching *matching, struct leftover *original,
			       struct leftover *patched)
{
	if (original->piece->symbol->bind != STB_LOCAL ||
	    patched->piece->symbol->bind != STB_LOCAL || !leftover_same_uses(original, patched) ||
	    !could_be(matching, original, patched))
		return NO_MATCH;
	return INFERRED;
}

static void note_candidate(struct leftover *leftover, struct leftover *candidate)
{
	leftover->candidate = candidate;
	leftover->nr_candidates++;
}

/* Pairs those that are each other's only candidate. */
static void pair_unique(struct matching *matching, judge_match *judge)
{
	struct leftovers *originals = &matching->originals, *patcheds = &matching->patcheds;

	for (size_t i = 0; i < originals->count; i++)
		originals->items[i].nr_candidates = 0;
	for (size_t i = 0; i < patcheds->count; i++) {
		struct leftover *patched = &patcheds->items[i];

		patched->nr_candidates = 0;
		for (size_t j = 0; j < originals->count && !patched->piece->twin; j++) {
			struct leftover *original = &originals->items[j];

			if (original->piece->twin || !judge(matching, original, patched))
				continue;
			note_candidate(original, patched);
			note_candidate(patched, original);
		}
	}
	for (size_t i = 0; i < patcheds->count; i++) {
		struct leftover *patched = &patcheds->items[i];
		struct leftover *original = patched->candidate;

		if (patched->nr_candidates != 1 || original->nr_candidates != 1)
			continue;
		patched->piece->inferred = judge(matching, original, patched) == INFERRED;
		pieces_pair(original->piece, patched->piece);
		matching->progress = true;
	}
}

/* compare() repeats the comparisons that are made before all twins are found. */
static void forget_comparisons(struct object *object)
{
	for (size_t i = 0; i < object->nr_pieces; i++)
		object->pieces[i].compared_with = NULL;
}

struct lp_error *correlate_state(struct object *original, struct object *patched)
{
	struct matching matching = {};

	if (!leftovers_find(original, &matching.originals) ||
	    !leftovers_find(patched, &matching.patcheds))
		return lp_error_no_memory();
	if (!matching.originals.count || !matching.patcheds.count)
		return NULL;
	explanation_begin(&matching.explanation, original, patched);
	/* A new pair may decide about others, which are used beside it or point to it. */
	do {
		matching.progress = false;
		pair_unique(&matching, match_by_name);
		if (!matching.progress)
			pair_unique(&matching, match_by_use);
	} while (matching.progress);
	explanation_end(&matching.explanation);
	forget_comparisons(original);
	return NULL;
}
