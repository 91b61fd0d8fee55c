/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Variables that have no twin by name, and what uses them, where and how.
 * correlate_state.c matches them; state.c reports the others.
 */
#ifndef LPATCH_DIFFOBJ_LEFTOVER_H
#define LPATCH_DIFFOBJ_LEFTOVER_H

#include "diffobj/explanation.h"
#include "diffobj/piece.h"

/* One reference to a variable. */
struct use {
	struct piece *owner;      /* the function as a whole, or the variable, that refers to it */
	const struct piece *part; /* the owner, or the cold part of it, where that is */
	const struct reloc *reloc;
	const struct entry *entry; /* of the part, if the reference is in one; else NULL */
	const uint8_t *operation;  /* in code: the instruction up to the field, else NULL */
	size_t operation_size;     /* bytes */
};

struct leftover {
	struct piece *piece;
	struct use *uses; /* grouped by owner, in the order of its code */
	size_t nr, room;
	const char *type; /* "int"; "" if not known, NULL if not yet looked up */

	/* of one round of matching */
	struct leftover *candidate;
	size_t nr_candidates;

	unsigned int likeness; /* of an original: to the most similar new variable */
};

/* The leftovers of one object. */
struct leftovers {
	struct leftover *items;
	size_t count, room;
};

/* How the users of two variables, of the original and of the patched object, are related. */
enum affinity {
	UNRELATED,
	CALLER_OR_CALLEE, /* functions of which one calls the other */
	SAME_USER, /* the same function, or one that the other was inlined into or cut out of */
};

/* Finds the variables without a twin and their uses. False without memory. */
bool leftovers_find(struct object *object, struct leftovers *leftovers);

enum affinity leftover_affinity(const struct leftover *original, const struct leftover *patched);

/*
 * Whether the users that both have in common use them in the same way: equally
 * often, in the same order, by the same instructions, at the same distance from
 * the start; at exactly the same places in code that changed in nothing else.
 */
bool leftover_same_uses(const struct leftover *original, const struct leftover *patched);

/* Whether functions of which one calls the other use them in the same way. */
bool leftover_same_uses_nearby(const struct leftover *original, const struct leftover *patched);

/* Whether any two uses in a common user are of the same kind. */
bool leftover_similar_use(const struct leftover *original, const struct leftover *patched);

/* Whether size, storage and type, if known, are the same. */
bool leftover_same_kind(struct explanation *explanation, struct leftover *original,
			struct leftover *patched);

/* The first function that uses it, preferably not init code; NULL if none does. */
const struct piece *leftover_user(const struct leftover *leftover);

#endif
