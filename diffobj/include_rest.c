/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What would be lost silently, once all that is carried over is known; see plan.h. */
#include <string.h>

#include "diffobj/plan.h"
#include "diffobj/special.h"
#include "diffobj/table_entries.h"

static struct table_entry as_entry(const struct piece *piece)
{
	return (struct table_entry){
		.section = piece->section,
		.start = piece->start,
		.end = piece->end,
		.relocs = piece->relocs,
		.nr_relocs = piece->nr_relocs,
	};
}

/* Whether the original has the same unnamed piece in a section of that name. */
static bool is_old(const struct plan *plan, const struct piece *piece)
{
	const struct table_entry entry = as_entry(piece);

	for (size_t i = 1; i < plan->original->nr_sections; i++) {
		const struct section *section = &plan->original->sections[i];

		if (strcmp(section->name, piece->section->name))
			continue;
		for (size_t j = 0; j < section->nr_pieces; j++) {
			const struct table_entry other = as_entry(&section->pieces[j]);

			if (!section->pieces[j].symbol && table_entry_same(&other, &entry))
				return true;
		}
	}
	return false;
}

/*
 * New pieces that nothing refers to, in an unknown section: some code goes
 * through that section, and will not find them.
 */
static struct lp_error *refuse_unknown_lists(struct plan *plan)
{
	for (size_t i = 0; i < plan->patched->nr_pieces; i++) {
		const struct piece *piece = &plan->patched->pieces[i];

		if (!piece_is_data(piece) || piece->twin || piece->moved || piece->included ||
		    section_is_known(piece->section) || (!piece->symbol && is_old(plan, piece)))
			continue;
		lp_try(plan_refuse(plan, piece, 0, NULL, "do its work in a hook (lpatch-author(7))",
				   "it is new in the unknown section %s: the code that reads that "
				   "section would not find it",
				   piece->section->name));
	}
	return NULL;
}

/*
 * struct bug_entry, include/asm-generic/bug.h, Linux 4.12 to 6.12: the flags
 * are the last word of an entry, of 12 bytes or, without
 * CONFIG_DEBUG_BUGVERBOSE, of 8 with padding after them.
 */
static uint16_t bug_flags(const struct entry *entry)
{
	uint32_t at = entry->offset + (entry->section->layout->size == 12 ? 10 : 4);
	uint16_t flags;

	memcpy(&flags, entry->section->data + at, sizeof(flags));
	return flags;
}

#define BUGFLAG_ONCE 2

static bool is_given_once(const struct entry *entry)
{
	return !strcmp(entry->section->name, "__bug_table") && (bug_flags(entry) & BUGFLAG_ONCE);
}

/* Whether it marks something that was done once, and is not the key of a lock's class. */
static bool is_once_mark(const struct piece *piece)
{
	return piece && piece->never_shared == NEVER_SHARED_ANY &&
	       (!strcmp(piece->section->name, ".data.once") ||
		!strcmp(piece->section->name, ".data..once")); /* since 6.13 */
}

/* What a function does only once. */
struct once {
	size_t number;
	const struct piece *piece; /* where the first is: the function, or a cold part */
	uint32_t offset;           /* bytes from its start */
};

static void add_once(struct once *once, const struct piece *piece, uint32_t offset)
{
	if (once->number++)
		return;
	once->piece = piece;
	once->offset = offset;
}

static void count_once(const struct piece *function, struct once *once)
{
	for (uint32_t i = 0; i < function->nr_relocs; i++) {
		const struct piece *target = function->relocs[i].target;
		bool known = !is_once_mark(target);

		for (uint32_t j = 0; j < i && !known; j++)
			known = function->relocs[j].target == target;
		if (!known)
			add_once(once, function, function->relocs[i].offset - function->start);
	}
	for (const struct entry *entry = function->entries; entry; entry = entry->next)
		if (is_given_once(entry))
			add_once(once, function, (uint32_t)entry->relocs[0].delta);
	for (const struct piece *cold = function->cold; cold; cold = cold->next_cold)
		count_once(cold, once);
}

static struct lp_error *find_once(struct plan *plan)
{
	for (size_t i = 0; i < plan->nr_included; i++) {
		const struct piece *piece = plan->included[i];
		struct once was = {}, is = {};

		if (!piece_is_function(piece) || !piece->twin || piece->parent)
			continue;
		count_once(piece->twin, &was);
		count_once(piece, &is);
		if (!was.number || !is.number)
			continue;

		const struct found about = {
			.kind = FINDING_RESTARTED_STATE,
			.piece = is.piece,
			.offset = is.offset,
			.name = piece_name(piece),
		};

		lp_try(plan_find(plan, &about,
				 "what it prints or does only once, it may print or do once more"));
	}
	return NULL;
}

struct lp_error *include_rest(struct plan *plan)
{
	lp_try(refuse_unknown_lists(plan));
	return find_once(plan);
}
