// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/layout/layout_change.h"

#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"

static const struct layout_member *find_member(const struct layout_type *type, const char *name)
{
	for (size_t i = 0; *name && i < type->nr_members; i++) {
		if (!strcmp(type->members[i].name, name))
			return &type->members[i];
	}
	return NULL;
}

/* The first bit of the member, and the one after its last. */
static uint64_t begin_of(const struct layout_member *member)
{
	return (uint64_t)member->place;
}

static uint64_t end_of(const struct layout_member *member)
{
	return begin_of(member) + (member->bits ?: 8 * member->size);
}

/*
 * The bits that the member itself uses. Of an array of unnamed structs, these are the bits
 * after the first element, whose members are compared separately. False if there are none.
 */
static bool taken_by(const struct layout_member *member, uint64_t *begin, uint64_t *end)
{
	*begin = begin_of(member) + 8 * member->opened;
	*end = end_of(member);
	return *begin < *end;
}

static bool is_taken(const struct layout_type *type, uint64_t begin, uint64_t end)
{
	for (size_t i = 0; i < type->nr_members; i++) {
		uint64_t from, to;

		if (taken_by(&type->members[i], &from, &to) && from < end && begin < to)
			return true;
	}
	return false;
}

/* The unused space around [begin, end). */
static void find_hole(const struct layout_type *type, uint64_t begin, uint64_t end,
		      struct layout_difference *difference)
{
	difference->hole_begin = 0;
	difference->hole_end = 8 * type->size;
	for (size_t i = 0; i < type->nr_members; i++) {
		uint64_t from, to;

		if (!taken_by(&type->members[i], &from, &to))
			continue;
		if (to <= begin && to > difference->hole_begin)
			difference->hole_begin = to;
		if (from >= end && from < difference->hole_end)
			difference->hole_end = from;
	}
}

/* What the old type has in the bits from `begin` to `end`, which a member newly uses. */
static enum layout_difference_kind classify_room(const struct layout_type *old, uint64_t begin,
						 uint64_t end, struct layout_difference *difference)
{
	/* A flexible array has no size, but its elements follow the type. */
	if (end > 8 * old->size || begin >= 8 * old->size)
		return is_taken(old, begin, end) ? LAYOUT_SHARES : LAYOUT_APPENDED;
	if (is_taken(old, begin, end))
		return LAYOUT_SHARES;
	find_hole(old, begin, end, difference);
	return LAYOUT_FILLS;
}

/*
 * True if the first elements of both are at the same positions: both are arrays of the same
 * elements, or neither is an array and their types have the same name.
 */
static bool same_begin(const struct layout_member *old, const struct layout_member *new)
{
	size_t length = strcspn(old->type, "[");
	const char *old_rest = strchr(old->type, ']'), *new_rest = strchr(new->type, ']');

	if (!old_rest && !new_rest)
		return !strcmp(old->type, new->type);
	if (!old_rest || !new_rest || strcmp(old_rest, new_rest) != 0 ||
	    strncmp(old->type, new->type, length + 1) != 0)
		return false;
	/* "struct foo[4]": if the size of an element changes, the elements move. */
	return old->size * strtoull(new->type + length + 1, NULL, 10) ==
	       new->size *strtoull(old->type + length + 1, NULL, 10);
}

/* How a member of both types differs; false if it doesn't. */
static bool judge_member(const struct layout_type *type, const struct layout_member *old,
			 const struct layout_member *new, struct layout_difference *difference)
{
	struct layout_difference room;

	*difference = (struct layout_difference){.old = old, .new = new};
	if (old->place != new->place) {
		difference->kind = LAYOUT_MOVED;
		return true;
	}
	/* If the type has no name, its members are in the list and show the difference. */
	if (old->opened && new->opened)
		return false;
	if (!strcmp(old->type, new->type) && old->bits == new->bits && old->size == new->size)
		return false;
	difference->kind = LAYOUT_RETYPED;
	if (!old->bits && !new->bits &&new->size > old->size && same_begin(old, new) &&
	    classify_room(type, end_of(old), end_of(new), &room) != LAYOUT_SHARES)
		difference->kind = LAYOUT_EXTENDED;
	return true;
}

/* A new value of an enum never affects another one. */
static bool is_enum(const struct layout_type *type)
{
	return !strcmp(type->kind, "enum");
}

static void judge_new(const struct layout_type *old, const struct layout_member *new,
		      struct layout_difference *difference)
{
	*difference = (struct layout_difference){.new = new, .kind = LAYOUT_APPENDED};
	if (!is_enum(old))
		difference->kind = classify_room(old, begin_of(new), end_of(new), difference);
}

static void find_differences(const struct layout_type *old, const struct layout_type *new,
			     struct layout_change *change)
{
	for (size_t i = 0; i < new->nr_members; i++) {
		const struct layout_member *member = &new->members[i];

		/* A new unnamed struct is described by its members. */
		if (*member->name && !member->opened && !find_member(old, member->name))
			judge_new(old, member, &change->items[change->count++]);
	}
	for (size_t i = 0; i < old->nr_members; i++) {
		const struct layout_member *member = &old->members[i];
		const struct layout_member *now = find_member(new, member->name);

		if (!*member->name)
			continue;
		if (!now)
			change->items[change->count++] =
				(struct layout_difference){.old = member, .kind = LAYOUT_GONE};
		else if (judge_member(old, member, now, &change->items[change->count]))
			change->count++;
	}
}

struct lp_error *layout_change_find(const struct layout_type *old, const struct layout_type *new,
				    struct layout_change *change)
{
	*change = (struct layout_change){
		.items = calloc(old->nr_members + new->nr_members + 1, sizeof(*change->items)),
		.adds_only = new->size >= old->size,
	};
	if (!change->items)
		return lp_error_no_memory();
	find_differences(old, new, change);
	for (size_t i = 0; i < change->count; i++) {
		if (change->items[i].kind >= LAYOUT_MOVED)
			change->adds_only = false;
	}
	/* The values of an enum keep their meaning if it only gets more of them. */
	if (is_enum(old) && change->adds_only && old->size == new->size)
		change->count = 0;
	/* Another size with the same members: more alignment, or more padding. */
	if (!change->count && old->size != new->size)
		change->adds_only = false;
	return NULL;
}

void layout_change_clear(struct layout_change *change)
{
	free(change->items);
	*change = (struct layout_change){0};
}
