// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/layout/layout_values.h"

#include <dwarf.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/text.h"
#include "create/layout/layout_dwarf.h"

struct value {
	const char *name; /* points into the DWARF */
	long long number;
	size_t group; /* number of its enum */
	bool is_last; /* it is the last constant of its enum */
};

struct values {
	struct value *items;
	size_t count;
	size_t nr_groups;
};

struct search {
	const struct layout_job *job;
	struct layout_result *result;
	struct values old, new;
};

static struct lp_error *add_value(struct values *values, Dwarf_Die *die)
{
	struct value value = {.name = dwarf_diename(die), .group = values->nr_groups};
	struct value *grown = reallocarray(values->items, values->count + 1, sizeof(*grown));
	Dwarf_Attribute attribute;
	Dwarf_Sword number = 0;

	if (!grown)
		return lp_error_no_memory();
	values->items = grown;
	if (dwarf_attr(die, DW_AT_const_value, &attribute))
		dwarf_formsdata(&attribute, &number);
	value.number = number;
	if (value.name)
		grown[values->count++] = value;
	return NULL;
}

static struct lp_error *add_enum(struct values *values, Dwarf_Die *type)
{
	size_t before = values->count;
	Dwarf_Die die;

	if (dwarf_child(type, &die))
		return NULL;
	do {
		if (dwarf_tag(&die) == DW_TAG_enumerator)
			lp_try(add_value(values, &die));
	} while (!dwarf_siblingof(&die, &die));
	if (values->count > before)
		values->items[values->count - 1].is_last = true;
	values->nr_groups++;
	return NULL;
}

static struct lp_error *collect(Dwarf_Die *unit, struct values *values)
{
	Dwarf_Die die;

	values->count = 0;
	if (dwarf_child(unit, &die))
		return NULL;
	do {
		if (dwarf_tag(&die) == DW_TAG_enumeration_type && !dwarf_diename(&die))
			lp_try(add_enum(values, &die));
	} while (!dwarf_siblingof(&die, &die));
	return NULL;
}

static const struct value *find_value(const struct values *values, const char *name)
{
	for (size_t i = 0; i < values->count; i++) {
		if (!strcmp(values->items[i].name, name))
			return &values->items[i];
	}
	return NULL;
}

/* Whether another constant of the same enum now has the number. */
static bool has_number(const struct values *values, const struct value *now, long long number)
{
	for (size_t i = 0; i < values->count; i++) {
		const struct value *value = &values->items[i];

		if (value->group == now->group && value != now && value->number == number)
			return true;
	}
	return false;
}

/* True for a constant that only counts the others: NR_STATES, STATE_MAX, __STATE_LAST. */
static bool is_count(const struct value *old, const struct value *now)
{
	static const char *const words[] = {"NR", "NUM", "MAX", "COUNT", "LAST", "END", "SIZE"};

	if (!old->is_last || !now->is_last)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (strstr(old->name, words[i]))
			return true;
	}
	return false;
}

/* How the constants of one enum changed. */
struct change {
	const struct value *old, *now; /* the first constant with another number */
	size_t moved, reused;
};

static void look_at(const struct search *search, const struct value *old, struct change *change)
{
	const struct value *now = find_value(&search->new, old->name);

	if (!now || now->number == old->number || is_count(old, now))
		return;
	if (!change->moved++) {
		change->old = old;
		change->now = now;
	}
	change->reused += has_number(&search->new, now, old->number);
}

static struct lp_error *tell(struct search *search, const struct change *change)
{
	const struct text_list *allowed = search->job->allowed;

	for (size_t i = 0; i < allowed->count; i++) {
		if (layout_is_named(allowed->items[i], change->old->name))
			return text_list_add(&search->result->overridden, "enum with %s",
					     change->old->name);
	}
	return text_list_add(&search->result->differences,
			     "enum with %s has renumbered values: %s was %lld and is %lld",
			     change->old->name, change->old->name, change->old->number,
			     change->now->number);
}

static struct lp_error *compare(struct search *search)
{
	for (size_t i = 0; i < search->old.count;) {
		size_t group = search->old.items[i].group;
		struct change change = {0};

		for (; i < search->old.count && search->old.items[i].group == group; i++)
			look_at(search, &search->old.items[i], &change);
		if (change.moved > 1 || change.reused)
			lp_try(tell(search, &change));
	}
	return NULL;
}

static struct lp_error *visit_new(Dwarf_Die *unit, void *context)
{
	struct search *search = context;

	lp_try(collect(unit, &search->new));
	return compare(search);
}

static struct lp_error *visit_old(Dwarf_Die *unit, void *context)
{
	struct search *search = context;

	lp_try(collect(unit, &search->old));
	if (!search->old.count)
		return NULL;
	return layout_visit_units(search->job->patched, visit_new, search);
}

struct lp_error *layout_compare_values(const struct layout_job *job, struct layout_result *result)
{
	struct search search = {.job = job, .result = result};
	struct lp_error *error = layout_visit_units(job->original, visit_old, &search);

	free(search.old.items);
	free(search.new.items);
	return error;
}
