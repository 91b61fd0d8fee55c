/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diffobj/state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "diffobj/author.h"
#include "diffobj/compare.h"
#include "diffobj/leftover.h"

/* How many variables are named that a new one may replace. */
#define NAMED_PARTNERS 3

struct account {
	const struct plan *plan;
	struct explanation explanation;
	struct finding_list *findings;
};

static uint32_t size_of(const struct piece *piece)
{
	return piece->end - piece->start;
}

/* Whether a variable of the patched object is carried over as a new one. */
static bool is_new(const struct piece *piece)
{
	return piece->included && !piece->twin && piece_is_state(piece) &&
	       !piece_is_shadow(piece) && !piece_hook(piece);
}

static bool is_zero(const struct piece *piece)
{
	if (piece->nr_relocs)
		return false;
	for (uint32_t i = piece->start; piece->section->data && i < piece->end; i++)
		if (piece->section->data[i])
			return false;
	return true;
}

/* How likely a new variable replaces one that nothing uses any more; 0: not at all. */
static unsigned int likeness(struct account *account, struct leftover *original,
			     struct leftover *patched)
{
	bool same_name = !strcmp(original->piece->stem, patched->piece->stem);
	bool same_user = leftover_affinity(original, patched) == SAME_USER;
	bool similar = same_user && leftover_similar_use(original, patched);
	bool same_kind = leftover_same_kind(&account->explanation, original, patched);
	bool same_size = size_of(original->piece) == size_of(patched->piece);

	if (!same_name && !similar && !(same_user && same_size))
		return 0;
	return 8 * same_name + 4 * same_user + 2 * similar + same_kind;
}

/* The variables that the new one most likely replaces. */
struct partners {
	struct leftover *first;
	size_t nr;
	char names[200]; /* "a or b or c" */
};

static void add_partner(struct partners *partners, struct leftover *partner)
{
	size_t length = strlen(partners->names);

	if (!partners->nr++)
		partners->first = partner;
	if (partners->nr <= NAMED_PARTNERS)
		snprintf(partners->names + length, sizeof(partners->names) - length, "%s%s",
			 length ? " or " : "", partner->piece->stem);
	partner->piece->replaced = true;
}

/* The original's variable at that index if it has no twin; else NULL. */
static struct leftover *leftover_at(const struct object *original, size_t index)
{
	const struct piece *piece = &original->pieces[index];

	return piece->twin ? NULL : piece->leftover;
}

/* How likely `patched` replaces it, if no other new variable is more likely to. */
static unsigned int likeness_of_best(struct account *account, struct leftover *original,
				     struct leftover *patched)
{
	unsigned int like = likeness(account, original, patched);

	return like == original->likeness ? like : 0;
}

static void find_partners(struct account *account, struct leftover *patched,
			  struct partners *partners)
{
	const struct object *original = account->plan->original;
	unsigned int best = 0;

	*partners = (struct partners){};
	for (size_t i = 0; i < original->nr_pieces; i++) {
		struct leftover *leftover = leftover_at(original, i);
		unsigned int like = leftover ? likeness_of_best(account, leftover, patched) : 0;

		if (like > best)
			best = like;
	}
	for (size_t i = 0; best && i < original->nr_pieces; i++) {
		struct leftover *leftover = leftover_at(original, i);

		if (leftover && likeness_of_best(account, leftover, patched) == best)
			add_partner(partners, leftover);
	}
}

/* Finds how similar the new variables are to each variable that nothing uses any more. */
static void find_likeness(struct account *account)
{
	const struct object *original = account->plan->original;
	const struct object *patched = account->plan->patched;

	for (size_t i = 0; i < patched->nr_pieces; i++) {
		const struct piece *piece = &patched->pieces[i];

		for (size_t k = 0; is_new(piece) && piece->leftover && k < original->nr_pieces;
		     k++) {
			struct leftover *leftover = leftover_at(original, k);
			unsigned int like =
				leftover ? likeness(account, leftover, piece->leftover) : 0;

			if (leftover && like > leftover->likeness)
				leftover->likeness = like;
		}
	}
}

static const char *spread_of(const struct piece *piece)
{
	return section_is_per_cpu(piece->section) ? "for each CPU" : "for all CPUs";
}

/* Why the state of the only partner is not kept: the end of a sentence. */
static void describe_obstacle(struct account *account, struct leftover *original,
			      struct leftover *patched, char *text, size_t size)
{
	struct piece *a = original->piece, *b = patched->piece;

	if (size_of(a) != size_of(b))
		snprintf(text, size, "it had %u bytes and has %u", size_of(a), size_of(b));
	else if (section_is_per_cpu(a->section) != section_is_per_cpu(b->section))
		snprintf(text, size, "it was one %s and is one %s", spread_of(a), spread_of(b));
	else if (!leftover_same_kind(&account->explanation, original, patched))
		snprintf(text, size, "it was of type %s and is of type %s", original->type,
			 patched->type);
	else if (!compare_initial(&account->plan->patched->arena, a, b))
		snprintf(text, size, "its initial value differs");
	else if (leftover_affinity(original, patched) != SAME_USER)
		snprintf(text, size, "another function uses it");
	else if (a->symbol->bind != STB_LOCAL || b->symbol->bind != STB_LOCAL)
		snprintf(text, size, "other files may use it by its name");
	else
		snprintf(text, size, "it is used in another way");
}

static struct lp_error *report_restarted(struct account *account, struct piece *piece,
					 const char *where, const struct partners *partners)
{
	const struct piece *user = leftover_user(partners->first);
	char obstacle[200] = "which of them it is, is not certain";

	if (partners->nr == 1)
		describe_obstacle(account, partners->first, piece->leftover, obstacle,
				  sizeof(obstacle));
	return finding_add(account->findings, FINDING_RESTARTED_STATE, piece->stem, where,
			   "it starts with %s; the content of %s%s%s%s is not carried over: %s",
			   is_zero(piece) ? "zero" : "its initial value", partners->names,
			   partners->nr > NAMED_PARTNERS ? " or another" : "", user ? " of " : "",
			   user ? piece_name(user) : "", obstacle);
}

static struct lp_error *report_new(struct account *account, struct piece *piece, const char *where)
{
	struct partners partners = {};
	char type[80];

	if (piece->leftover)
		find_partners(account, piece->leftover, &partners);
	if (partners.nr)
		return report_restarted(account, piece, where, &partners);

	bool typed = explanation_type(&account->explanation, account->plan->patched, piece, type,
				      sizeof(type));

	return finding_add(account->findings, FINDING_NEW_STATE, piece->stem, where,
			   "a new variable of %u bytes%s%s, which starts with %s", size_of(piece),
			   typed ? " and type " : "", typed ? type : "",
			   is_zero(piece) ? "zero" : "its initial value");
}

static struct lp_error *report_kept(struct account *account, struct piece *piece, const char *where)
{
	const struct piece *user =
		piece->twin->leftover ? leftover_user(piece->twin->leftover) : NULL;

	return finding_add(account->findings, FINDING_KEPT_STATE, piece->stem, where,
			   "it keeps the content of %s%s%s, since the same code uses it",
			   piece->twin->stem, user ? " of " : "", user ? piece_name(user) : "");
}

static struct lp_error *report_patched(struct account *account)
{
	struct object *patched = account->plan->patched;

	find_likeness(account);
	for (size_t i = 0; i < patched->nr_pieces; i++) {
		struct piece *piece = &patched->pieces[i];

		if (!is_new(piece) && !(piece->inferred && piece->shared))
			continue;
		_cleanup_free_ char *where =
			explanation_where(&account->explanation, patched, piece, 0);

		lp_try(is_new(piece) ? report_new(account, piece, where)
				     : report_kept(account, piece, where));
	}
	return NULL;
}

/* A global variable that moved to another file is still used there, and perhaps here. */
static bool is_undefined_in(const struct object *object, const struct piece *piece)
{
	for (size_t i = 1; i < object->nr_symbols; i++)
		if (object->symbols[i].undefined &&
		    !strcmp(object->symbols[i].name, piece->symbol->name))
			return piece->symbol->bind != STB_LOCAL;
	return false;
}

static struct lp_error *report_lost(struct account *account)
{
	struct object *original = account->plan->original;

	for (size_t i = 0; i < original->nr_pieces; i++) {
		const struct piece *piece = &original->pieces[i];

		if (!leftover_at(original, i) || piece->replaced || !piece->leftover->nr ||
		    is_undefined_in(account->plan->patched, piece))
			continue;
		_cleanup_free_ char *where =
			explanation_where(&account->explanation, original, piece, 0);
		const struct piece *user = leftover_user(piece->leftover);

		lp_try(finding_add(account->findings, FINDING_LOST_STATE, piece->stem, where,
				   "nothing uses it any more; its content%s%s is not carried over",
				   user ? " for " : "", user ? piece_name(user) : ""));
	}
	return NULL;
}

/* Marks the running kernel's variables that a piece of the output refers to. */
static void mark_shared(struct piece *piece)
{
	for (uint32_t i = 0; i < piece->nr_relocs; i++)
		if (piece->relocs[i].target)
			piece->relocs[i].target->shared = true;
	for (const struct entry *entry = piece->entries; entry; entry = entry->next)
		for (uint32_t i = 1; i < entry->nr_relocs; i++)
			if (entry->relocs[i].target)
				entry->relocs[i].target->shared = true;
}

static struct lp_error *copy_place(const struct piece *piece, struct diffobj_place *place)
{
	place->offset = piece->start;
	place->size = size_of(piece);
	place->section = strdup(piece->section->name);
	place->index = piece->section->index;
	return place->section ? NULL : lp_error_no_memory();
}

static struct lp_error *add_shared(const struct plan *plan, struct diffobj_result *result)
{
	result->shared = calloc(plan->patched->nr_pieces + 1, sizeof(*result->shared));
	if (!result->shared)
		return lp_error_no_memory();
	for (size_t i = 0; i < plan->patched->nr_pieces; i++) {
		const struct piece *piece = &plan->patched->pieces[i];

		if (!piece->shared || piece->included || !piece->twin ||
		    !piece_is_state(piece->twin))
			continue;

		struct diffobj_shared *shared = &result->shared[result->nr_shared++];

		shared->name = strdup(piece->stem);
		if (!shared->name)
			return lp_error_no_memory();
		lp_try(copy_place(piece->twin, &shared->original));
		lp_try(copy_place(piece, &shared->patched));
	}
	return NULL;
}

struct lp_error *result_add_state(struct diffobj_result *result, const struct plan *plan)
{
	struct account account = {.plan = plan, .findings = &result->findings};

	for (size_t i = 0; i < plan->nr_included; i++)
		mark_shared(plan->included[i]);
	lp_try(add_shared(plan, result));
	explanation_begin(&account.explanation, plan->original, plan->patched);

	struct lp_error *error = report_patched(&account);

	if (!error)
		error = report_lost(&account);
	explanation_end(&account.explanation);
	return error;
}

void result_free_state(struct diffobj_result *result)
{
	for (size_t i = 0; i < result->nr_shared; i++) {
		free(result->shared[i].name);
		free(result->shared[i].original.section);
		free(result->shared[i].patched.section);
	}
	free(result->shared);
}
