/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diffobj/compare.h"

#include <string.h>

#include "diffobj/compare_lines.h"
#include "diffobj/special.h"

/*
 * How deep constants may refer to constants, and how many comparisons of content are made in all.
 */
#define DEPTH_MAX 16

struct comparison {
	struct arena *arena;
	size_t budget; /* comparisons of content left */
	unsigned int depth;
	struct difference found;
};

static bool differ(struct comparison *c, enum difference_kind kind, uint32_t original,
		   uint32_t patched)
{
	c->found = (struct difference){
		.kind = kind,
		.original_offset = original,
		.patched_offset = patched,
	};
	return false;
}

static bool same_content(struct comparison *c, struct piece *a, struct piece *b);
static bool same_entries(struct comparison *c, const struct piece *a, const struct piece *b);

/* The text from `delta` on, up to its end. */
static bool same_string(const struct piece *a, int64_t a_delta, const struct piece *b,
			int64_t b_delta)
{
	int64_t a_left = (int64_t)a->end - a->start - a_delta;
	int64_t b_left = (int64_t)b->end - b->start - b_delta;
	uint64_t unit = a->section->entsize;

	if (a_delta < 0 || b_delta < 0 || a_left <= 0 || b_left <= 0)
		return false;

	const char *left = (const char *)a->section->data + a->start + a_delta;
	const char *right = (const char *)b->section->data + b->start + b_delta;

	if (unit != b->section->entsize || unit > 1)
		return a_left == b_left && !memcmp(left, right, (size_t)a_left);

	size_t length = strnlen(left, (size_t)a_left);

	return length == strnlen(right, (size_t)b_left) && !memcmp(left, right, length);
}

static bool same_undefined(const struct reloc *a, const struct reloc *b)
{
	const struct symbol *left = a->symbol, *right = b->symbol;

	if (a->lost || b->lost || strcmp(left->name, right->name))
		return false;
	return a->addend + a->distance == b->addend + b->distance &&
	       (left->section == NULL) == (right->section == NULL);
}

/* A global that only one of the objects defines: it moved into or out of this file. */
static bool same_by_name(const struct reloc *defined, const struct reloc *undefined)
{
	if (defined->lost || undefined->lost || !undefined->symbol->undefined)
		return false;
	for (const struct symbol *name = defined->target->symbol; name; name = name->next_in_piece)
		if (name->bind != STB_LOCAL && !strcmp(name->name, undefined->symbol->name))
			return defined->delta == undefined->addend + undefined->distance;
	return false;
}

static bool same_reference(struct comparison *c, const struct reloc *a, const struct reloc *b)
{
	struct piece *left = a->target, *right = b->target;

	if (a->type != b->type && !(a->branch && b->branch))
		return false;
	if (!left && !right)
		return same_undefined(a, b);
	if (!left || !right)
		return left ? same_by_name(a, b) : same_by_name(b, a);
	if (piece_is_content(left) != piece_is_content(right))
		return false;
	if (!piece_is_content(left))
		return left->twin == right && a->delta == b->delta;
	if (piece_kind(left) == SECTION_STRINGS && piece_kind(right) == SECTION_STRINGS)
		return same_string(left, a->delta, right, b->delta);
	return a->delta == b->delta && same_content(c, left, right);
}

static bool same_relocs(struct comparison *c, const struct piece *a, const struct piece *b)
{
	if (a->nr_relocs != b->nr_relocs)
		return differ(c, DIFFERENT_PLACES, 0, 0);
	for (uint32_t i = 0; i < a->nr_relocs; i++) {
		const struct reloc *left = &a->relocs[i], *right = &b->relocs[i];
		uint32_t left_at = left->offset - a->start, right_at = right->offset - b->start;

		if (left_at != right_at)
			return differ(c, DIFFERENT_PLACES, left_at, right_at);
		if (!same_reference(c, left, right)) {
			differ(c, DIFFERENT_REFERENCE, left_at, right_at);
			c->found.original_reloc = left;
			c->found.patched_reloc = right;
			return false;
		}
	}
	return true;
}

/* Compares the bytes [at, end) of both; *first is where they start to differ. */
static bool same_range(const uint8_t *a, const uint8_t *b, uint32_t at, uint32_t end,
		       uint32_t *first)
{
	if (at >= end || !memcmp(a + at, b + at, end - at))
		return true;
	while (a[at] == b[at])
		at++;
	*first = at;
	return false;
}

/* Bytes outside of relocations, up to the shorter one's end. */
static bool same_bytes(struct comparison *c, const struct piece *a, const struct piece *b)
{
	uint32_t a_size = a->end - a->start, b_size = b->end - b->start;
	uint32_t size = a_size < b_size ? a_size : b_size, at = 0, first;

	if (!a->section->data || !b->section->data) {
		if (a->section->data == b->section->data || !size)
			return true;
		return differ(c, DIFFERENT_CONTENT, 0, 0);
	}

	const uint8_t *left = a->section->data + a->start, *right = b->section->data + b->start;

	for (uint32_t i = 0; i < a->nr_relocs && i < b->nr_relocs; i++) {
		const struct arch_field field = a->section->arch->field(a->relocs[i].type);
		uint32_t place = a->relocs[i].offset - a->start;
		uint32_t other = b->relocs[i].offset - b->start;

		if (!same_range(left, right, at, place < other ? place : other, &first))
			return differ(c, DIFFERENT_BYTES, first, first);
		if (place != other)
			return differ(c, DIFFERENT_PLACES, place, other);
		if (place + field.size <= size &&
		    !arch_same_around(&field, left + place, right + place))
			return differ(c, DIFFERENT_BYTES, place, place);
		at = place + field.size;
	}
	if (!same_range(left, right, at, size, &first))
		return differ(c, DIFFERENT_BYTES, first, first);
	return true;
}

/* Whether all of it is zero, with no relocation: .bss, or .data that happens to be. */
static bool is_zero(const struct piece *piece)
{
	if (piece->nr_relocs)
		return false;
	for (uint32_t i = piece->start; piece->section->data && i < piece->end; i++)
		if (piece->section->data[i])
			return false;
	return true;
}

static bool same_whole(struct comparison *c, const struct piece *a, const struct piece *b)
{
	uint32_t a_size = a->end - a->start, b_size = b->end - b->start;

	if (a_size == b_size && is_zero(a) && is_zero(b))
		return true;
	/* The first difference says more than a difference of sizes. */
	if (!same_bytes(c, a, b) &&
	    (c->found.kind != DIFFERENT_BYTES || !differ_in_lines_only(a, b)))
		return false;
	if (a_size != b_size) {
		uint32_t size = a_size < b_size ? a_size : b_size;

		return differ(c, DIFFERENT_SIZE, size, size);
	}
	return same_relocs(c, a, b);
}

/* Two pieces without an identity. */
static bool same_content(struct comparison *c, struct piece *a, struct piece *b)
{
	bool same;

	if (a->never_shared != b->never_shared)
		return false;
	if (a->never_shared) {
		if (strcmp(a->stem, b->stem))
			return false;
		if (a->never_shared == NEVER_SHARED_ANY)
			return true;
	}
	if (a->compared_with == b)
		return a->compared_same;
	if (!c->budget || c->depth == DEPTH_MAX)
		return false;
	c->budget--;
	c->depth++;
	/* A piece that refers to itself is the same unless something else differs. */
	a->compared_with = b;
	a->compared_same = true;
	if (a->never_shared == NEVER_SHARED_REFS)
		same = a->end - a->start == b->end - b->start && same_relocs(c, a, b);
	else
		same = same_whole(c, a, b) && same_entries(c, a, b);
	c->depth--;
	a->compared_with = b;
	a->compared_same = same;
	return same;
}

bool compare_initial(struct arena *arena, struct piece *original, struct piece *patched)
{
	struct comparison c = {.arena = arena, .budget = 1000};

	original->twin = patched;
	patched->twin = original;

	bool same = same_whole(&c, original, patched);

	original->twin = NULL;
	patched->twin = NULL;
	return same;
}

/* The next entry that has a meaning of its own. */
static const struct entry *next_meaningful(const struct entry *entry)
{
	while (entry && entry->section->special->meaning != HAS_MEANING)
		entry = entry->next;
	return entry;
}

/* The last entry of a section may lack padding, which is zero. */
static uint8_t byte_of(const struct entry *entry, uint32_t at)
{
	return at < entry->size ? entry->section->data[entry->offset + at] : 0;
}

/* Bytes outside of relocations. */
static bool same_entry_bytes(const struct entry *a, const struct entry *b)
{
	const struct special_rule *rule = a->section->special;

	for (uint32_t i = 0, reloc = 0; i < a->section->layout->size;) {
		if (reloc < a->nr_relocs && a->relocs[reloc].offset - a->offset == i)
			i += a->section->arch->field(a->relocs[reloc++].type).size;
		else if (i == rule->ignore_at && rule->ignore_size)
			i += rule->ignore_size;
		else if (byte_of(a, i) != byte_of(b, i))
			return false;
		else
			i++;
	}
	return true;
}

static bool same_entry(struct comparison *c, const struct piece *a_owner,
		       const struct piece *b_owner, const struct entry *a, const struct entry *b)
{
	if (a->section->special != b->section->special ||
	    a->section->layout != b->section->layout || a->nr_relocs != b->nr_relocs ||
	    !same_entry_bytes(a, b))
		return false;
	if (a->relocs[0].target != a_owner || b->relocs[0].target != b_owner ||
	    a->relocs[0].delta != b->relocs[0].delta)
		return false;
	for (uint32_t i = 1; i < a->nr_relocs; i++)
		if (a->relocs[i].offset - a->offset != b->relocs[i].offset - b->offset ||
		    !same_reference(c, &a->relocs[i], &b->relocs[i]))
			return false;
	return true;
}

static bool same_entries(struct comparison *c, const struct piece *a, const struct piece *b)
{
	const struct entry *left = next_meaningful(a->entries);
	const struct entry *right = next_meaningful(b->entries);

	while (left && right) {
		if (!same_entry(c, a, b, left, right))
			break;
		left = next_meaningful(left->next);
		right = next_meaningful(right->next);
	}
	if (!left && !right)
		return true;
	differ(c, DIFFERENT_ENTRIES, 0, 0);
	if (left && left->relocs[0].delta >= 0)
		c->found.original_offset = (uint32_t)left->relocs[0].delta;
	if (right && right->relocs[0].delta >= 0)
		c->found.patched_offset = (uint32_t)right->relocs[0].delta;
	c->found.section = (right ? right : left)->section->name;
	return false;
}

static struct lp_error *judge(struct comparison *c, struct piece *piece)
{
	/* Of two debug messages that were paired only the line numbers may differ. */
	bool same = piece_is_debug_message(piece) ||
		    (same_whole(c, piece->twin, piece) && same_entries(c, piece->twin, piece));

	piece->verdict = same ? SAME : CHANGED;
	if (same)
		return NULL;
	piece->difference = arena_new(c->arena, struct difference);
	if (!piece->difference)
		return lp_error_no_memory();
	*piece->difference = c->found;
	return NULL;
}

/* A function changed if one of its cold parts did, and the other way round. */
static struct lp_error *judge_cold_parts(struct comparison *c, struct piece *piece)
{
	struct piece *a = piece->twin->cold, *b = piece->cold, *changed = NULL;
	bool same = true;

	for (; a && b; a = a->next_cold, b = b->next_cold)
		if (b->verdict == CHANGED) {
			same = false;
			changed = b;
		}
	same &= !a && !b;
	if (same && piece->verdict == SAME)
		return NULL;
	if (piece->verdict == SAME) {
		piece->difference = arena_new(c->arena, struct difference);
		if (!piece->difference)
			return lp_error_no_memory();
		*piece->difference = (struct difference){.kind = DIFFERENT_COLD, .cold = changed};
		piece->verdict = CHANGED;
	}
	for (b = piece->cold; b; b = b->next_cold)
		b->verdict = CHANGED;
	return NULL;
}

struct lp_error *compare(struct object *original, struct object *patched)
{
	struct comparison c = {
		.arena = &patched->arena,
		.budget = 1000 + 64 * (original->nr_pieces + patched->nr_pieces),
	};

	for (size_t i = 0; i < patched->nr_pieces; i++)
		if (patched->pieces[i].twin)
			lp_try(judge(&c, &patched->pieces[i]));
	for (size_t i = 0; i < patched->nr_pieces; i++) {
		struct piece *piece = &patched->pieces[i];

		if (piece->twin && piece_is_function(piece) && !piece->parent)
			lp_try(judge_cold_parts(&c, piece));
	}
	if (!c.budget)
		return lp_error_new(LP_INTERNAL,
				    "%s refers from constants to constants without end",
				    patched->path);
	return NULL;
}
