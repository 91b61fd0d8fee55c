// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/layout.h"

#include <string.h>

#include "create/layout_types.h"

/* Members that an error names before it says how many more there are. */
#define NAMED_MEMBERS 6

static bool same_member(const struct layout_member *old, const struct layout_member *new)
{
	return !strcmp(old->name, new->name) && !strcmp(old->type, new->type) &&
	       old->place == new->place && old->bits == new->bits;
}

/*
 * A member whose type only changed its name (a typedef) lies where it lay; that
 * of a nested type with another layout shows in that type, or in the places of
 * the members behind it. Names of types decide only where sizes can't tell.
 */
static bool same_layout(const struct layout_type *old, const struct layout_type *new)
{
	if (old->size != new->size || old->nr_members != new->nr_members)
		return false;
	for (size_t i = 0; i < old->nr_members; i++) {
		if (!same_member(&old->members[i], &new->members[i]))
			return false;
	}
	return true;
}

static const struct layout_member *find_member(const struct layout_type *type, const char *name)
{
	for (size_t i = 0; *name && i < type->nr_members; i++) {
		if (!strcmp(type->members[i].name, name))
			return &type->members[i];
	}
	return NULL;
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

static bool describe_old_member(FILE *out, const struct layout_type *old,
				const struct layout_member *member, const struct layout_type *new)
{
	const struct layout_member *now = find_member(new, member->name);

	if (!*member->name || (now && same_member(member, now)))
		return false;
	if (!now) {
		fprintf(out, "\n  %s is gone", member->name);
	} else if (now->place != member->place) {
		fprintf(out, "\n  %s was at ", member->name);
		print_place(out, old, member->place);
		fputs(" and is at ", out);
		print_place(out, new, now->place);
	} else if (now->bits != member->bits) {
		fprintf(out, "\n  %s had %llu bits and has %llu", member->name,
			(unsigned long long)member->bits, (unsigned long long)now->bits);
	} else {
		fprintf(out, "\n  %s was %s and is %s", member->name, member->type, now->type);
	}
	return true;
}

static bool describe_new_member(FILE *out, const struct layout_type *old,
				const struct layout_member *member, const struct layout_type *new)
{
	if (!*member->name || find_member(old, member->name))
		return false;
	fprintf(out, "\n  %s is new, at ", member->name);
	print_place(out, new, member->place);
	return true;
}

static void describe_members(FILE *out, const struct layout_type *old,
			     const struct layout_type *new)
{
	size_t named = 0, more = 0;

	for (size_t i = 0; i < new->nr_members; i++) {
		if (named < NAMED_MEMBERS)
			named += describe_new_member(out, old, &new->members[i], new);
	}
	for (size_t i = 0; i < old->nr_members; i++) {
		const struct layout_member *now = find_member(new, old->members[i].name);

		if (named < NAMED_MEMBERS)
			named += describe_old_member(out, old, &old->members[i], new);
		else
			more += !now || !same_member(&old->members[i], now);
	}
	if (more)
		fprintf(out, "\n  and %zu more", more);
}

static struct lp_error *describe(const struct layout_type *old, const struct layout_type *new,
				 struct text_list *differences)
{
	_cleanup_free_ char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return lp_error_no_memory();
	fprintf(out, "%s %s ", old->kind, old->name);
	if (old->size == new->size)
		fprintf(out,
			"of %llu bytes is laid out differently:", (unsigned long long)old->size);
	else
		fprintf(out, "had %llu bytes and has %llu:", (unsigned long long)old->size,
			(unsigned long long)new->size);
	describe_members(out, old, new);
	for (size_t i = 0; i < old->nr_variables; i++)
		fprintf(out, "%s%s", i ? ", " : "\n  variables of that type: ", old->variables[i]);
	if (fclose(out))
		return lp_error_no_memory();
	return text_list_add(differences, "%s", text);
}

static bool is_allowed(const struct text_list *allowed, const struct layout_type *type)
{
	for (size_t i = 0; i < allowed->count; i++) {
		const char *name = allowed->items[i];
		const char *blank = strrchr(name, ' ');

		/* "struct foo" as well as "foo" */
		if (!strcmp(blank ? blank + 1 : name, type->name))
			return true;
	}
	return false;
}

static struct lp_error *compare_types(const struct layout_types *old,
				      const struct layout_types *new,
				      const struct text_list *allowed,
				      struct text_list *differences)
{
	for (size_t i = 0; i < old->count; i++) {
		const struct layout_type *type = &old->types[i];
		const struct layout_type *now = layout_types_find(new, type);

		if (now && !same_layout(type, now) && !is_allowed(allowed, type))
			lp_try(describe(type, now, differences));
	}
	return NULL;
}

struct lp_error *layout_compare(const char *original, const char *patched,
				const struct text_list *allowed, struct text_list *differences)
{
	_cleanup_(layout_types_clear) struct layout_types old = {0}, new = {0};

	lp_try(layout_types_read(original, &old));
	lp_try(layout_types_read(patched, &new));
	return compare_types(&old, &new, allowed, differences);
}
