// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/layout.h"

#include <string.h>

#include "create/layout_btf.h"
#include "create/layout_places.h"

/* Members that an error names before it says how many more there are. */
#define NAMED_MEMBERS 6

static bool same_member(const struct layout_member *old, const struct layout_member *new)
{
	return !strcmp(old->name, new->name) && !strcmp(old->type, new->type) &&
	       old->place == new->place && old->bits == new->bits;
}

static const struct layout_member *find_member(const struct layout_type *type, const char *name)
{
	for (size_t i = 0; *name && i < type->nr_members; i++) {
		if (!strcmp(type->members[i].name, name))
			return &type->members[i];
	}
	return NULL;
}

/* What the values of an enum mean stays as it was if the enum only gets more of them. */
static bool same_values(const struct layout_type *old, const struct layout_type *new)
{
	for (size_t i = 0; i < old->nr_members; i++) {
		const struct layout_member *now = find_member(new, old->members[i].name);

		if (!now || now->place != old->members[i].place)
			return false;
	}
	return old->size == new->size;
}

/*
 * A member whose type only changed its name (a typedef) lies where it lay; that
 * of a nested type with another layout shows in that type, or in the places of
 * the members behind it. Names of types decide only where sizes can't tell.
 */
static bool same_layout(const struct layout_type *old, const struct layout_type *new)
{
	if (!strcmp(old->kind, "enum"))
		return same_values(old, new);
	if (old->size != new->size || old->nr_members != new->nr_members)
		return false;
	for (size_t i = 0; i < old->nr_members; i++) {
		if (!same_member(&old->members[i], &new->members[i]))
			return false;
	}
	return true;
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

static void print_list(FILE *out, const char *title, const struct text_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		fprintf(out, "%s%s", i ? ", " : title, list->items[i]);
}

static struct lp_error *describe_places(FILE *out, const struct layout_job *job,
					const struct layout_type *type)
{
	_cleanup_(layout_places_clear) struct layout_places places = {0};

	lp_try(layout_places_read(job->original, job->source, type, &places));
	print_list(out, "\n  variables of that type: ", &places.variables);
	print_list(out, "\n  on the stack of: ", &places.stacks);
	print_list(out, "\n  member of: ", &places.types);
	print_list(out, "\n  allocated by its size, or measured, in line: ", &places.lines);
	if (!places.variables.count && !places.stacks.count && !places.types.count &&
	    !places.lines.count)
		fputs("\n  where instances live can't be told from this file", out);
	return NULL;
}

static void describe_sizes(FILE *out, const struct layout_type *old, const struct layout_type *new)
{
	fprintf(out, "%s %s ", old->kind, old->name);
	if (old->size == new->size)
		fprintf(out, "of %llu bytes is laid out differently",
			(unsigned long long)old->size);
	else
		fprintf(out, "had %llu bytes and has %llu", (unsigned long long)old->size,
			(unsigned long long)new->size);
}

/* A type that changed, and what the kernel says of it. */
struct change {
	const struct layout_type *old, *new;
	char *name; /* "struct foo" */
	enum layout_known known;
	uint64_t kernel_size; /* bytes, with LAYOUT_OTHER */
};

/* The members of a type that a header changes are told once, for all files that include it. */
static struct lp_error *print_change(FILE *out, const struct layout_job *job,
				     const struct change *change)
{
	describe_sizes(out, change->old, change->new);
	if (text_list_contains(job->told, change->name)) {
		fputs(", as above", out);
	} else {
		fputs(":", out);
		describe_members(out, change->old, change->new);
		if (change->known == LAYOUT_OTHER)
			fprintf(out,
				"\n  the running kernel lays it out in a third way, in %llu "
				"bytes: its source is another one",
				(unsigned long long)change->kernel_size);
		lp_try(text_list_add(job->told, "%s", change->name));
	}
	return describe_places(out, job, change->old);
}

static struct lp_error *describe(const struct layout_job *job, const struct change *change,
				 struct text_list *differences)
{
	_cleanup_free_ char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return lp_error_no_memory();
	struct lp_error *error = print_change(out, job, change);

	if (fclose(out) && !error)
		error = lp_error_no_memory();
	lp_try(error);
	return text_list_add(differences, "%s", text);
}

static bool is_allowed(const struct text_list *allowed, const struct layout_type *type)
{
	for (size_t i = 0; i < allowed->count; i++) {
		if (layout_is_named(allowed->items[i], type->name))
			return true;
	}
	return false;
}

bool layout_is_named(const char *option, const char *name)
{
	const char *blank = strrchr(option, ' ');

	return !strcmp(blank ? blank + 1 : option, name);
}

static struct lp_error *judge(const struct layout_job *job, const struct layout_btf *btf,
			      struct change *change, struct layout_result *result)
{
	change->known = layout_btf_find(btf, change->old, &change->kernel_size);
	if (change->known == LAYOUT_ABSENT)
		return NULL;
	if (is_allowed(job->allowed, change->old))
		return text_list_add(&result->overridden, "%s", change->name);
	return describe(job, change, &result->differences);
}

static struct lp_error *compare_types(const struct layout_job *job, const struct layout_types *old,
				      const struct layout_types *new, struct layout_result *result)
{
	_cleanup_layout_btf_ struct layout_btf *btf = NULL;
	bool has_read = false;

	for (size_t i = 0; i < old->count; i++) {
		const struct layout_type *type = &old->types[i];
		const struct layout_type *now = layout_types_find(new, type);
		_cleanup_free_ char *name = NULL;

		if (!now || same_layout(type, now))
			continue;
		/* The kernel's BTF has some megabytes: read when there is a question. */
		if (!has_read)
			lp_try(layout_btf_read(job->kernel, job->module, &btf));
		has_read = true;
		lp_try(text_format(&name, "%s %s", type->kind, type->name));
		struct change change = {.old = type, .new = now, .name = name};

		lp_try(judge(job, btf, &change, result));
	}
	return NULL;
}

struct lp_error *layout_compare(const struct layout_job *job, struct layout_result *result)
{
	_cleanup_(layout_types_clear) struct layout_types old = {0}, new = {0};

	*result = (struct layout_result){0};
	lp_try(layout_types_read(job->original, &old));
	lp_try(layout_types_read(job->patched, &new));
	return compare_types(job, &old, &new, result);
}

void layout_result_clear(struct layout_result *result)
{
	text_list_clear(&result->differences);
	text_list_clear(&result->overridden);
}
