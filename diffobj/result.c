/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diffobj/result.h"

#include <string.h>

#include "diffobj/author.h"
#include "diffobj/compare.h"
#include "diffobj/explanation.h"
#include "diffobj/outlives.h"
#include "diffobj/state.h"

/* A copy in *copy; NULL stays NULL. */
static struct lp_error *copy_string(const char *text, char **copy)
{
	*copy = text ? strdup(text) : NULL;
	return text && !*copy ? lp_error_no_memory() : NULL;
}

static struct lp_error *place_of(const struct piece *piece, struct diffobj_place *place)
{
	place->index = piece->section->index;
	place->offset = piece->start;
	place->size = piece->end - piece->start;
	return copy_string(piece->section->name, &place->section);
}

static enum diffobj_reason reason_of(const struct piece *piece)
{
	if (!piece->twin)
		return DIFFOBJ_ADDED;
	return piece->pulled_in ? DIFFOBJ_FOLLOWS : DIFFOBJ_CHANGED;
}

static struct lp_error *describe_function(const struct piece *piece,
					  struct diffobj_function *function)
{
	const struct piece *original = piece->twin;

	function->kind = original ? DIFFOBJ_REPLACED : DIFFOBJ_NEW;
	function->reason = reason_of(piece);
	function->size = piece->end - piece->start;
	lp_try(copy_string(piece_name(piece), &function->name));
	if (piece->pulled_in)
		lp_try(copy_string(piece_name(piece->pulled_by), &function->follows));
	function->why = result_why(piece);
	if (!function->why)
		return lp_error_no_memory();
	if (!original)
		return NULL;
	function->original_local = !original->symbol || original->symbol->bind == STB_LOCAL;
	lp_try(copy_string(piece_name(original), &function->original_name));
	lp_try(place_of(original, &function->original));
	if (original->cold) {
		lp_try(copy_string(piece_name(original->cold), &function->cold_name));
		lp_try(place_of(original->cold, &function->cold));
	}
	return NULL;
}

static struct lp_error *describe_rewrite(const struct piece *piece, struct diffobj_rewrite *rewrite)
{
	const struct piece *original = piece->twin;
	size_t size = original->end - original->start;

	lp_try(copy_string(piece_name(original), &rewrite->name));
	lp_try(place_of(original, &rewrite->place));
	if (asprintf(&rewrite->symbol, "%s.new", piece_name(piece)) < 0) {
		rewrite->symbol = NULL;
		return lp_error_no_memory();
	}
	rewrite->local = original->symbol->bind == STB_LOCAL;
	rewrite->old_bytes = calloc(size + 1, 1);
	rewrite->old_mask = malloc(size + 1);
	if (!rewrite->old_bytes || !rewrite->old_mask)
		return lp_error_no_memory();
	if (original->section->data)
		memcpy(rewrite->old_bytes, original->section->data + original->start, size);
	memset(rewrite->old_mask, 0xff, size);
	for (uint32_t i = 0; i < original->nr_relocs; i++) {
		size_t at = original->relocs[i].offset - original->start;
		size_t length = original->section->arch->field(original->relocs[i].type).size;

		if (length > size - at)
			length = size - at;
		memset(rewrite->old_mask + at, 0, length);
		memset(rewrite->old_bytes + at, 0, length);
	}
	return NULL;
}

static struct lp_error *describe_refusal(struct explanation *explanation,
					 const struct refusal *from, struct diffobj_refusal *to)
{
	to->where = explanation_where(explanation, from->object, from->piece, from->offset);
	char type[80];

	lp_try(copy_string(from->what, &to->what));
	lp_try(copy_string(from->hint, &to->hint));
	if (!from->piece || !piece_is_data(from->piece) ||
	    !explanation_type(explanation, from->object, from->piece, type, sizeof(type)))
		return copy_string(from->reason, &to->reason);
	if (asprintf(&to->reason, "it is a variable of type %s; %s", type, from->reason) < 0) {
		to->reason = NULL;
		return lp_error_no_memory();
	}
	return NULL;
}

/* A variable that is carried over, except literals and those that a macro made for one use. */
static bool is_variable(const struct piece *piece)
{
	return piece->included && piece_is_data(piece) && piece->symbol && !piece->never_shared &&
	       !piece->rewritten && !piece_hook(piece) && !piece_is_shadow(piece);
}

static struct lp_error *describe_variable(const struct piece *piece,
					  struct diffobj_variable *variable)
{
	variable->size = piece->end - piece->start;
	variable->local = piece->twin || piece->symbol->bind == STB_LOCAL;
	return copy_string(piece_name(piece), &variable->name);
}

static bool is_reported(const struct piece *piece)
{
	return piece->included && piece_is_function(piece) && !piece->parent;
}

/* Both sides of the first difference, as the reason why a function counts as changed. */
static struct lp_error *explain_function(struct explanation *explanation, const struct piece *piece,
					 struct diffobj_function *function)
{
	char *change = piece->twin ? explanation_of_change(explanation, piece)
				   : explanation_of_past(explanation, piece);
	char *why;

	if (!change)
		return NULL;
	if (asprintf(&why, "%s%s", function->why, change) < 0)
		why = NULL;
	free(change);
	if (!why)
		return lp_error_no_memory();
	free(function->why);
	function->why = why;
	return NULL;
}

static struct lp_error *describe_finding(struct explanation *explanation, const struct plan *plan,
					 const struct found *found, struct finding_list *findings)
{
	_cleanup_free_ char *where = NULL;

	if (found->variable)
		where = explanation_where_variable(explanation, plan->patched, found->variable);
	if (!where && found->piece)
		where = explanation_where(explanation, plan->patched, found->piece, found->offset);
	return finding_add(findings, found->kind, found->name, where, "%s", found->text);
}

/* Adds what debug information says; loads it only if there is something to add it to. */
static struct lp_error *explain(const struct plan *plan, struct explanation *explanation,
				struct diffobj_result *result)
{
	const struct object *patched = plan->patched;
	size_t function = 0;

	for (size_t i = 0; i < plan->nr_refusals; i++)
		lp_try(describe_refusal(explanation, &plan->refusals[i],
					&result->refusals[result->nr_refusals++]));
	for (size_t i = 0; i < plan->nr_findings; i++)
		lp_try(describe_finding(explanation, plan, &plan->findings[i], &result->findings));
	if (!plan->options->explain)
		return NULL;
	for (size_t i = 0; i < patched->nr_pieces; i++)
		if (is_reported(&patched->pieces[i]))
			lp_try(explain_function(explanation, &patched->pieces[i],
						&result->functions[function++]));
	return NULL;
}

static struct lp_error *fill(const struct plan *plan, struct diffobj_result *result)
{
	const struct object *patched = plan->patched;

	result->functions = calloc(plan->nr_included + 1, sizeof(*result->functions));
	result->rewrites = calloc(plan->nr_included + 1, sizeof(*result->rewrites));
	result->variables = calloc(plan->nr_included + 1, sizeof(*result->variables));
	result->refusals = calloc(plan->nr_refusals + 1, sizeof(*result->refusals));
	result->notes = calloc(plan->nr_notes + 1, sizeof(*result->notes));
	if (!result->functions || !result->rewrites || !result->variables || !result->refusals ||
	    !result->notes)
		return lp_error_no_memory();
	for (size_t i = 0; i < patched->nr_pieces; i++) {
		const struct piece *piece = &patched->pieces[i];

		if (is_reported(piece))
			lp_try(describe_function(piece,
						 &result->functions[result->nr_functions++]));
		else if (piece->rewritten)
			lp_try(describe_rewrite(piece, &result->rewrites[result->nr_rewrites++]));
		else if (is_variable(piece))
			lp_try(describe_variable(piece,
						 &result->variables[result->nr_variables++]));
	}
	for (size_t i = 0; i < plan->nr_notes; i++)
		lp_try(copy_string(plan->notes[i], &result->notes[result->nr_notes++]));
	if (!plan->nr_refusals) {
		lp_try(result_add_author(result, plan));
		lp_try(result_add_outlives(result, plan));
	}
	if (!plan->nr_refusals && plan->nr_included)
		lp_try(result_add_state(result, plan));
	if (!plan->nr_refusals && !plan->nr_findings && !plan->options->explain)
		return NULL;

	struct explanation explanation;

	explanation_begin(&explanation, plan->original, plan->patched);

	struct lp_error *error = explain(plan, &explanation, result);

	explanation_end(&explanation);
	return error;
}

struct lp_error *result_of_plan(const struct plan *plan, struct diffobj_result **result)
{
	*result = calloc(1, sizeof(**result));
	if (!*result)
		return lp_error_no_memory();

	struct lp_error *error = fill(plan, *result);

	if (error) {
		diffobj_result_free(*result);
		*result = NULL;
	}
	return error;
}

static struct lp_error *describe_reference(const struct output *output,
					   const struct output_reference *from,
					   struct diffobj_reference *to)
{
	lp_try(copy_string(output->symbols[from->symbol].name, &to->symbol));
	to->jump_key = from->jump_key;
	if (!from->original) {
		to->weak = from->named->bind == STB_WEAK;
		return copy_string(from->named->name, &to->name);
	}
	to->defined = true;
	to->local = !from->original->symbol || from->original->symbol->bind == STB_LOCAL;
	to->weak = from->original->symbol && from->original->symbol->bind == STB_WEAK;
	lp_try(copy_string(piece_name(from->original), &to->name));
	return place_of(from->original, &to->place);
}

struct lp_error *result_add_references(struct diffobj_result *result, const struct output *output)
{
	result->references = calloc(output->nr_references + 1, sizeof(*result->references));
	if (!result->references)
		return lp_error_no_memory();
	for (size_t i = 0; i < output->nr_references; i++)
		lp_try(describe_reference(output, &output->references[i],
					  &result->references[result->nr_references++]));
	return NULL;
}

bool diffobj_is_empty(const struct diffobj_result *result)
{
	bool empty = !result->nr_functions && !result->nr_rewrites && !result->nr_hooks;

	for (size_t i = 0; i < result->nr_variables; i++)
		empty &= result->variables[i].local;
	return empty;
}

void diffobj_result_free(struct diffobj_result *result)
{
	if (!result)
		return;
	for (size_t i = 0; i < result->nr_functions; i++) {
		free(result->functions[i].name);
		free(result->functions[i].original_name);
		free(result->functions[i].original.section);
		free(result->functions[i].cold_name);
		free(result->functions[i].cold.section);
		free(result->functions[i].follows);
		free(result->functions[i].why);
	}
	for (size_t i = 0; i < result->nr_references; i++) {
		free(result->references[i].symbol);
		free(result->references[i].name);
		free(result->references[i].place.section);
	}
	for (size_t i = 0; i < result->nr_rewrites; i++) {
		free(result->rewrites[i].symbol);
		free(result->rewrites[i].name);
		free(result->rewrites[i].place.section);
		free(result->rewrites[i].old_bytes);
		free(result->rewrites[i].old_mask);
	}
	for (size_t i = 0; i < result->nr_variables; i++)
		free(result->variables[i].name);
	for (size_t i = 0; i < result->nr_definitions; i++) {
		free(result->definitions[i].name);
		free(result->definitions[i].original_name);
	}
	free(result->definitions);
	for (size_t i = 0; i < result->nr_refusals; i++) {
		free(result->refusals[i].what);
		free(result->refusals[i].where);
		free(result->refusals[i].reason);
		free(result->refusals[i].hint);
	}
	for (size_t i = 0; i < result->nr_notes; i++)
		free(result->notes[i]);
	finding_list_clear(&result->findings);
	finding_list_clear(&result->elsewhere);
	result_free_author(result);
	result_free_state(result);
	free(result->functions);
	free(result->references);
	free(result->rewrites);
	free(result->variables);
	free(result->refusals);
	free(result->notes);
	free(result);
}
