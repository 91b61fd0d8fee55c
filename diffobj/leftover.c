/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diffobj/leftover.h"

#include <string.h>

#include "diffobj/correlate_locals.h"

static bool add_leftovers(struct object *object, struct leftovers *leftovers)
{
	for (size_t i = 0; i < object->nr_pieces; i++) {
		struct piece *piece = &object->pieces[i];
		struct leftover leftover = {.piece = piece};

		if (piece_is_state(piece) && !piece->twin && !piece->ambiguous &&
		    !piece_is_shadow(piece) && !piece_hook(piece) &&
		    !arena_push(&object->arena, leftovers->items, leftovers->count, leftovers->room,
				leftover))
			return false;
	}
	for (size_t i = 0; i < leftovers->count; i++)
		leftovers->items[i].piece->leftover = &leftovers->items[i];
	return true;
}

/* The first byte of the instruction with the field at `offset` of the section. */
static const uint8_t *instruction_of(const struct piece *part, uint32_t offset)
{
	const uint8_t *data = part->section->data;
	uint32_t at = part->start;

	while (at < part->end) {
		unsigned int length = part->section->arch->insn_length(data + at, part->end - at);

		if (!length)
			return NULL;
		if (offset < at + length)
			return data + at;
		at += length;
	}
	return NULL;
}

static bool add_use(struct arena *arena, struct piece *part, const struct reloc *reloc,
		    const struct entry *entry)
{
	struct leftover *leftover = reloc->target ? reloc->target->leftover : NULL;

	if (!leftover)
		return true;

	struct use use = {
		.owner = piece_whole(part),
		.part = part,
		.reloc = reloc,
		.entry = entry,
	};

	if (piece_is_code(part) && !entry) {
		use.operation = instruction_of(part, reloc->offset);
		if (use.operation)
			use.operation_size =
				(size_t)(part->section->data + reloc->offset - use.operation);
	}
	return arena_push(arena, leftover->uses, leftover->nr, leftover->room, use);
}

static bool add_uses_of(struct arena *arena, struct piece *part)
{
	for (uint32_t i = 0; i < part->nr_relocs; i++)
		if (part->relocs[i].target != part && !add_use(arena, part, &part->relocs[i], NULL))
			return false;
	for (const struct entry *entry = part->entries; entry; entry = entry->next)
		for (uint32_t i = 1; i < entry->nr_relocs; i++)
			if (!add_use(arena, part, &entry->relocs[i], entry))
				return false;
	for (struct piece *cold = part->cold; cold; cold = cold->next_cold)
		if (!add_uses_of(arena, cold))
			return false;
	return true;
}

bool leftovers_find(struct object *object, struct leftovers *leftovers)
{
	*leftovers = (struct leftovers){};
	if (!add_leftovers(object, leftovers))
		return false;
	for (size_t i = 0; leftovers->count && i < object->nr_pieces; i++) {
		struct piece *piece = &object->pieces[i];

		if (!piece->parent && !add_uses_of(&object->arena, piece))
			return false;
	}
	return true;
}

static uint32_t place_of(const struct use *use)
{
	return use->reloc->offset - (use->entry ? use->entry->offset : use->part->start);
}

/* Whether two references are used in the same way. */
static bool similar(const struct use *a, const struct use *b)
{
	if (!a->entry != !b->entry || piece_is_code(a->part) != piece_is_code(b->part))
		return false;
	if (a->entry)
		return a->entry->section->special == b->entry->section->special &&
		       place_of(a) == place_of(b);
	if (!piece_is_code(a->part))
		return place_of(a) == place_of(b);
	return a->operation && b->operation &&
	       a->part->section->arch->same_operation(a->operation, a->operation_size, b->operation,
						      b->operation_size);
}

/* The end of the uses of one owner that start at index `first`. */
static size_t end_of_owner(const struct leftover *leftover, size_t first)
{
	size_t end = first;

	while (end < leftover->nr && leftover->uses[end].owner == leftover->uses[first].owner)
		end++;
	return end;
}

/* The uses of one owner on each side, with the indices [first, end). */
struct stretch {
	const struct use *uses;
	size_t nr;
};

static bool same_stretch(struct stretch a, struct stretch b)
{
	bool same_places = correlate_same_shape(a.uses->owner, b.uses->owner);

	if (a.nr != b.nr)
		return false;
	for (size_t i = 0; i < a.nr; i++) {
		if (!similar(&a.uses[i], &b.uses[i]) ||
		    a.uses[i].reloc->delta != b.uses[i].reloc->delta)
			return false;
		if (same_places && place_of(&a.uses[i]) != place_of(&b.uses[i]))
			return false;
	}
	return true;
}

static bool similar_stretch(struct stretch a, struct stretch b)
{
	for (size_t i = 0; i < a.nr; i++)
		for (size_t j = 0; j < b.nr; j++)
			if (similar(&a.uses[i], &b.uses[j]))
				return true;
	return false;
}

static bool is_call_between(const struct piece *original, const struct piece *patched)
{
	if (!original->twin || !patched->twin || !piece_is_function(original) ||
	    !piece_is_function(patched))
		return false;
	return piece_refers_to(patched, original->twin) ||
	       piece_refers_to(original->twin, patched) ||
	       piece_refers_to(original, patched->twin) || piece_refers_to(patched->twin, original);
}

static bool have_affinity(const struct piece *original, const struct piece *patched,
			  enum affinity affinity)
{
	if (original->twin == patched || correlate_code_moved(original, patched))
		return affinity == SAME_USER;
	return affinity == CALLER_OR_CALLEE && is_call_between(original, patched);
}

/* A question about the uses of two owners of that affinity. */
typedef bool ask_stretch(struct stretch a, struct stretch b);

struct answer {
	size_t asked, yes;
};

static struct answer ask(const struct leftover *original, const struct leftover *patched,
			 enum affinity affinity, ask_stretch *question)
{
	struct answer answer = {};

	for (size_t i = 0, i_end; i < original->nr; i = i_end) {
		i_end = end_of_owner(original, i);
		for (size_t j = 0, j_end; j < patched->nr; j = j_end) {
			struct stretch a = {original->uses + i, i_end - i}, b;

			j_end = end_of_owner(patched, j);
			b = (struct stretch){patched->uses + j, j_end - j};
			if (!have_affinity(a.uses->owner, b.uses->owner, affinity))
				continue;
			answer.asked++;
			answer.yes += question(a, b);
		}
	}
	return answer;
}

static bool always(struct stretch a, struct stretch b)
{
	return a.nr && b.nr;
}

enum affinity leftover_affinity(const struct leftover *original, const struct leftover *patched)
{
	if (ask(original, patched, SAME_USER, always).yes)
		return SAME_USER;
	return ask(original, patched, CALLER_OR_CALLEE, always).yes ? CALLER_OR_CALLEE : UNRELATED;
}

bool leftover_same_uses(const struct leftover *original, const struct leftover *patched)
{
	struct answer answer = ask(original, patched, SAME_USER, same_stretch);

	return answer.asked && answer.yes == answer.asked;
}

bool leftover_same_uses_nearby(const struct leftover *original, const struct leftover *patched)
{
	return ask(original, patched, CALLER_OR_CALLEE, same_stretch).yes;
}

bool leftover_similar_use(const struct leftover *original, const struct leftover *patched)
{
	return ask(original, patched, SAME_USER, similar_stretch).yes;
}

static const char *type_of(struct explanation *explanation, const struct object *object,
			   struct arena *arena, struct leftover *leftover)
{
	char text[80];

	if (!leftover->type &&
	    explanation_type(explanation, object, leftover->piece, text, sizeof(text)))
		leftover->type = arena_printf(arena, "%s", text);
	if (!leftover->type)
		leftover->type = "";
	return leftover->type;
}

bool leftover_same_kind(struct explanation *explanation, struct leftover *original,
			struct leftover *patched)
{
	const struct piece *a = original->piece, *b = patched->piece;
	struct object *const *objects = explanation->objects;

	if (a->end - a->start != b->end - b->start || !section_same_storage(a->section, b->section))
		return false;

	const char *left = type_of(explanation, objects[0], &objects[0]->arena, original);
	const char *right = type_of(explanation, objects[1], &objects[1]->arena, patched);

	return !*left || !*right || !strcmp(left, right);
}

const struct piece *leftover_user(const struct leftover *leftover)
{
	const struct piece *found = NULL;

	for (size_t i = 0; i < leftover->nr; i++) {
		const struct piece *owner = leftover->uses[i].owner;
		bool lives = owner->section->rule->life == LIFE_KEPT;

		if (piece_is_function(owner) && lives)
			return owner;
		if (piece_is_function(owner) && !found)
			found = owner;
	}
	return found;
}
