// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/layout/layout_describe.h"

#include <string.h>

/* Limit of the members that are named; of further ones only the number is printed. */
#define NAMED_MEMBERS 6

/* The same for the places that use a type. */
#define NAMED_PLACES 5

void layout_describe_sizes(FILE *out, const struct layout_type *old, const struct layout_type *new,
			   const struct layout_change *change)
{
	fprintf(out, "%s %s ", old->kind, old->name);
	if (old->size != new->size)
		fprintf(out, "had %llu bytes and has %llu", (unsigned long long)old->size,
			(unsigned long long)new->size);
	else
		fprintf(out, "of %llu bytes is laid out differently",
			(unsigned long long)old->size);
	if (change->adds_only)
		fputs(strcmp(old->kind, "enum") ? "; no member moves" : "; no value changes", out);
}

/* "byte 16", "bit 3 of byte 4" or the value of an enum. */
static void print_place(FILE *out, const struct layout_type *type, int64_t place)
{
	if (!strcmp(type->kind, "enum"))
		fprintf(out, "%lld", (long long)place);
	else if (place % 8)
		fprintf(out, "bit %lld of byte %lld", (long long)(place % 8),
			(long long)(place / 8));
	else
		fprintf(out, "byte %lld", (long long)(place / 8));
}

/* "byte 4", "bytes 4 to 7", with the bits where a hole doesn't begin or end with a byte. */
static void print_hole(FILE *out, uint64_t begin, uint64_t end)
{
	if (begin % 8 || end % 8)
		fprintf(out, "bit %llu of byte %llu to bit %llu of byte %llu",
			(unsigned long long)begin % 8, (unsigned long long)begin / 8,
			(unsigned long long)(end - 1) % 8, (unsigned long long)(end - 1) / 8);
	else if (end - begin == 8)
		fprintf(out, "byte %llu", (unsigned long long)begin / 8);
	else
		fprintf(out, "bytes %llu to %llu", (unsigned long long)begin / 8,
			(unsigned long long)end / 8 - 1);
}

static void print_new(FILE *out, const struct layout_type *old, const struct layout_type *new,
		      const struct layout_difference *difference)
{
	fprintf(out, "%s is new, at ", difference->new->name);
	print_place(out, new, difference->new->place);
	if (!strcmp(old->kind, "enum"))
		return;
	if (difference->kind == LAYOUT_FILLS) {
		fputs(", in a hole: ", out);
		print_hole(out, difference->hole_begin, difference->hole_end);
	} else if (difference->kind == LAYOUT_APPENDED) {
		fputs(", behind the end of existing objects", out);
	}
}

static void print_retyped(FILE *out, const struct layout_member *was,
			  const struct layout_member *is)
{
	if (was->bits != is->bits)
		fprintf(out, "%s had %llu bits and has %llu", was->name,
			(unsigned long long)was->bits, (unsigned long long)is->bits);
	else if (strcmp(was->type, is->type) != 0)
		fprintf(out, "%s was %s and is %s", was->name, was->type, is->type);
	else
		fprintf(out, "%s, a %s, had %llu bytes and has %llu", was->name, was->type,
			(unsigned long long)was->size, (unsigned long long)is->size);
}

static void print_difference(FILE *out, const struct layout_type *old,
			     const struct layout_type *new,
			     const struct layout_difference *difference, bool adds_only)
{
	fputs("\n  ", out);
	switch (difference->kind) {
	case LAYOUT_FILLS:
	case LAYOUT_APPENDED:
		print_new(out, old, new, difference);
		return;
	case LAYOUT_SHARES:
		print_new(out, old, new, difference);
		/* This detail doesn't help if other members move. */
		if (adds_only)
			fputs(", in bytes that other members use as well", out);
		return;
	case LAYOUT_GONE:
		fprintf(out, "%s is gone", difference->old->name);
		return;
	case LAYOUT_MOVED:
		fprintf(out, "%s was at ", difference->old->name);
		print_place(out, old, difference->old->place);
		fputs(" and is at ", out);
		print_place(out, new, difference->new->place);
		return;
	case LAYOUT_EXTENDED:
	case LAYOUT_RETYPED:
		print_retyped(out, difference->old, difference->new);
		return;
	}
}

void layout_describe_members(FILE *out, const struct layout_type *old,
			     const struct layout_type *new, const struct layout_change *change)
{
	for (size_t i = 0; i < change->count && i < NAMED_MEMBERS; i++)
		print_difference(out, old, new, &change->items[i], change->adds_only);
	if (change->count > NAMED_MEMBERS)
		fprintf(out, "\n  and %zu more", change->count - NAMED_MEMBERS);
}

static void print_places(FILE *out, const char *title, const struct text_list *list)
{
	for (size_t i = 0; i < list->count && i < NAMED_PLACES; i++)
		fprintf(out, "%s%s", i ? "; " : title, list->items[i]);
	if (list->count > NAMED_PLACES)
		fprintf(out, "; and %zu more", list->count - NAMED_PLACES);
}

static bool has_kind(const struct layout_change *change, enum layout_difference_kind kind)
{
	for (size_t i = 0; i < change->count; i++) {
		if (change->items[i].kind == kind)
			return true;
	}
	return false;
}

void layout_describe_users(FILE *out, const struct layout_change *change,
			   const struct type_users *users)
{
	/* An array that grows may now also use a hole. */
	bool has_hole = has_kind(change, LAYOUT_FILLS) || has_kind(change, LAYOUT_EXTENDED);

	if (change->adds_only && has_hole && users->unclear)
		fprintf(out, "\n  the content of a hole in existing objects is not known: %s",
			users->unclear);
	else if (change->adds_only && has_hole)
		fputs("\n  a hole is zero in existing objects: each allocation in the source "
		      "clears them",
		      out);
	print_places(out, "\n  allocated in: ", &users->allocations);
	print_places(out, "\n  its size is used in: ", &users->others);
	print_places(out, "\n  variables: ", &users->variables);
	print_places(out, "\n  on the stack: ", &users->stacks);
	print_places(out, "\n  member of: ", &users->types);
}
