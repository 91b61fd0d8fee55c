// SPDX-License-Identifier: GPL-2.0-or-later
/* Compile, prove, compare: the stages for each source file of the update. */
#include <string.h>

#include "common/fact.h"
#include "create/base/refusals.h"
#include "create/creation.h"
#include "create/creation/outlives.h"
#include "create/layout.h"
#include "create/proof.h"
#include "create/reasons.h"

/* The most units for which all are compiled exactly and proven before they are compared. */
#define FEW_UNITS 8

static struct lp_error *compare_unit(struct creation *creation, struct creation_unit *unit)
{
	static const struct text_list nothing_moved;

	lp_try(creation_compare(creation, unit, &nothing_moved));
	if (diffobj_is_empty(unit->result) || unit->unit->is_gone)
		return NULL;
	lp_try(creation_compare_layouts(creation, unit));
	return creation_compare_variables(creation, unit);
}

/* Finds the reason for each function, in all changed units. */
static struct lp_error *find_reasons(struct creation *creation)
{
	struct source_files *files;
	struct lp_error *error = NULL;

	lp_try(source_files_open(creation->tree, creation->view, &creation->patches, &files));
	for (size_t i = 0; i < creation->nr_units && !error; i++) {
		struct creation_unit *unit = &creation->units[i];

		if (unit->result && !diffobj_is_empty(unit->result))
			error = reason_list_find(files, unit->unit, unit->result, &unit->reasons);
	}
	source_files_free(files);
	return error;
}

static struct lp_error *describe_function(struct creation *creation,
					  const struct creation_unit *unit, size_t index)
{
	const struct diffobj_function *function = &unit->result->functions[index];
	const struct fact fact = {
		.object = unit->unit->object,
		.kind = manifest_kind_name(function->kind == DIFFOBJ_NEW ? MANIFEST_NEW
									 : MANIFEST_REPLACED),
		.name = function->name,
		.where = unit->unit->source,
		.why = unit->reasons.items[index].why,
	};
	_cleanup_free_ char *text = NULL;

	lp_try(fact_text(&fact, &text));
	if (creation->options.explain)
		message_explain(&creation->sink, "%s\n%s", text, unit->explanations.items[index]);
	else
		message_verbose(&creation->sink, "%s", text);
	return NULL;
}

/* Changes of the diff itself come first, then those that follow from them. */
static struct lp_error *describe_functions(struct creation *creation,
					   const struct creation_unit *unit, bool roots)
{
	for (size_t i = 0; i < unit->result->nr_functions; i++) {
		if (manifest_reason_is_root(unit->reasons.items[i].reason) == roots)
			lp_try(describe_function(creation, unit, i));
	}
	return NULL;
}

static struct lp_error *describe_fact(struct creation *creation, const struct creation_unit *unit,
				      struct fact fact)
{
	_cleanup_free_ char *text = NULL;

	fact.object = unit->unit->object;
	fact.where = unit->unit->source;
	lp_try(fact_text(&fact, &text));
	message_verbose(&creation->sink, "%s", text);
	return NULL;
}

static struct lp_error *describe_unit(struct creation *creation, const struct creation_unit *unit)
{
	const struct diffobj_result *result = unit->result;

	lp_try(describe_functions(creation, unit, true));
	lp_try(describe_functions(creation, unit, false));
	for (size_t i = 0; i < result->nr_rewrites; i++)
		lp_try(describe_fact(creation, unit,
				     (struct fact){
					     .kind = FACT_REWRITTEN,
					     .name = result->rewrites[i].name,
					     .size = result->rewrites[i].place.size,
				     }));
	for (size_t i = 0; i < result->nr_hooks; i++)
		lp_try(describe_fact(creation, unit,
				     (struct fact){
					     .kind = FACT_HOOK,
					     .hook = result->hooks[i].kind,
					     .name = result->hooks[i].function,
				     }));
	return NULL;
}

static struct lp_error *describe_changes(struct creation *creation,
					 const struct creation_unit *unit)
{
	for (size_t i = 0; i < unit->result->nr_notes && !unit->unit->is_gone; i++)
		lp_try(text_list_add(&creation->notes, "%s: %s", unit->unit->source,
				     unit->result->notes[i]));
	return describe_unit(creation, unit);
}

/* What was found when the update is refused, before the reason for that. */
static void explain_found(struct creation *creation)
{
	/* The refusal counts, also where this fails. */
	_cleanup_error_ struct lp_error *error =
		creation->view && creation->nr_units ? find_reasons(creation) : NULL;

	for (size_t i = 0; i < creation->nr_units && !error; i++) {
		const struct creation_unit *unit = &creation->units[i];

		if (!unit->result) {
			message_explain(&creation->sink, "%s: not compared", unit->unit->source);
			continue;
		}
		if (diffobj_is_empty(unit->result))
			message_explain(&creation->sink, "%s: no code changes", unit->unit->source);
		error = describe_unit(creation, unit);
	}
}

static struct lp_error *compare_units(struct creation *creation, struct refusals *refusals)
{
	for (size_t i = 0; i < creation->nr_units; i++) {
		struct creation_unit *unit = &creation->units[i];
		struct lp_error *error = NULL;

		if (unit->unit->has_exact)
			error = creation_prove_compiled(creation, unit);
		if (!error)
			error = compare_unit(creation, unit);
		lp_try(refusals_keep(refusals, error));
	}
	return NULL;
}

static bool needs_proof(const struct creation_unit *unit)
{
	return !unit->proof && unit->result && !diffobj_is_empty(unit->result);
}

/* Makes the missing exact originals and proofs of the changed units. */
static struct lp_error *prove_changed(struct creation *creation, struct refusals *refusals)
{
	_cleanup_free_ struct unit **units = calloc(creation->nr_units, sizeof(*units));
	size_t count = 0;

	if (!units)
		return lp_error_no_memory();
	for (size_t i = 0; i < creation->nr_units; i++) {
		if (needs_proof(&creation->units[i]))
			units[count++] = creation->units[i].unit;
	}
	lp_try(build_exact(creation->tree, units, count));
	for (size_t i = 0; i < creation->nr_units; i++) {
		if (needs_proof(&creation->units[i]))
			lp_try(refusals_keep(
				refusals, creation_prove_compiled(creation, &creation->units[i])));
	}
	return NULL;
}

static struct lp_error *compare_and_prove(struct creation *creation)
{
	_cleanup_(refusals_clear) struct refusals refusals = {0};

	if (creation->nr_units > 1)
		lp_try(creation_find_moved_exports(creation));
	lp_try(compare_units(creation, &refusals));
	if (!refusals.count)
		lp_try(creation_model(creation));
	if (!refusals.count)
		lp_try(prove_changed(creation, &refusals));
	return refusals_error(&refusals);
}

static struct lp_error *add_unit(struct creation *creation, const struct kbuild_object *object)
{
	struct unit *unit;

	lp_try(unit_new(creation->tree, object, &unit));
	creation->units[creation->nr_units++].unit = unit;
	return NULL;
}

/* The objects that the diff reaches, and those that it removes, from which code may move. */
static struct lp_error *make_units(struct creation *creation)
{
	const struct kbuild_objects *objects = &creation->affected.objects;
	const struct kbuild_objects *gone = &creation->build_changes.gone;

	creation->units = calloc(objects->count + gone->count, sizeof(*creation->units));
	if (!creation->units)
		return lp_error_no_memory();
	for (size_t i = 0; i < objects->count; i++)
		lp_try(add_unit(creation, &objects->items[i]));
	for (size_t i = 0; i < gone->count; i++) {
		if (gone->items[i].is_gone)
			lp_try(add_unit(creation, &gone->items[i]));
	}
	return NULL;
}

/*
 * Compile, prove, compare. Few units are all proven first, so that source of
 * another version is found before any error about the change; of many units
 * only the changed ones are proven.
 */
static struct lp_error *build_units(struct creation *creation)
{
	size_t count;

	lp_try(make_units(creation));
	count = creation->nr_units;
	_cleanup_free_ struct unit **units = calloc(count, sizeof(*units));
	size_t nr_unknown = 0;

	if (!units)
		return lp_error_no_memory();
	for (size_t i = 0; i < count; i++) {
		units[i] = creation->units[i].unit;
		nr_unknown += !units[i]->command && !units[i]->is_new;
	}
	if (count <= FEW_UNITS || nr_unknown)
		lp_try(build_exact(creation->tree, units, count));
	lp_try(build_split(creation->tree, creation->view, units, count));
	return compare_and_prove(creation);
}

/*
 * New functions and variables that no replaced function uses change nothing,
 * even if they are exported: modules built for the running kernel don't use
 * them.
 */
static bool replaces_anything(const struct creation *creation)
{
	for (size_t i = 0; i < creation->nr_parts; i++) {
		const struct diffobj_result *result = creation->parts[i].result;

		if (result->nr_rewrites || result->nr_hooks)
			return true;
		for (size_t k = 0; k < result->nr_functions; k++)
			if (result->functions[k].kind == DIFFOBJ_REPLACED)
				return true;
	}
	return false;
}

/* LP_NOTHING_TO_PATCH, with the nearest thing to a change. */
static struct lp_error *nothing_error(const struct creation *creation)
{
	const struct unit *first = creation->units[0].unit;
	const char *others = creation->nr_units > 1 ? " and the others" : "";

	if (!creation->nr_parts)
		return lp_error_new(LP_NOTHING_TO_PATCH,
				    "nothing to patch: the compiled code of %s%s is the same with "
				    "and without the patch",
				    first->source, others);
	const struct link_part *part = &creation->parts[0];
	bool named = part->result->nr_functions > 0;

	return lp_error_new(
		LP_NOTHING_TO_PATCH,
		"nothing to patch: no code of the kernel uses what the patch adds to %s%s%s%s",
		part->unit->source, named ? " (" : "", named ? part->result->functions[0].name : "",
		named ? ")" : "");
}

/* The unit of the update to which the manifest adds the findings of another unit. */
static struct creation_unit *keeper_of(struct creation *creation, const struct creation_unit *unit)
{
	struct creation_unit *keeper = NULL;

	for (size_t i = 0; i < creation->nr_units; i++) {
		struct creation_unit *other = &creation->units[i];

		if (diffobj_is_empty(other->result))
			continue;
		if (!strcmp(other->unit->object, unit->unit->object))
			return other;
		keeper = keeper ?: other;
	}
	return keeper;
}

/* Findings of a unit that adds nothing to the update are reported as well. */
static struct lp_error *keep_findings(struct creation *creation)
{
	for (size_t i = 0; i < creation->nr_units; i++) {
		struct creation_unit *unit = &creation->units[i], *keeper;

		if (!unit->findings.count || !diffobj_is_empty(unit->result))
			continue;
		keeper = keeper_of(creation, unit);
		if (!keeper)
			continue;
		lp_try(finding_add_all(&keeper->findings, &unit->findings));
		finding_list_clear(&unit->findings);
	}
	return NULL;
}

struct lp_error *creation_units(struct creation *creation)
{
	struct lp_error *error = build_units(creation);

	if (error && creation->options.explain)
		explain_found(creation);
	lp_try(error);
	creation_check_allowed(creation);
	lp_try(find_reasons(creation));
	creation->parts = calloc(creation->nr_units, sizeof(*creation->parts));
	if (!creation->parts)
		return lp_error_no_memory();
	for (size_t i = 0; i < creation->nr_units; i++) {
		struct creation_unit *unit = &creation->units[i];

		lp_try(describe_changes(creation, unit));
		lp_try(creation_add_findings(creation, i));
		if (diffobj_is_empty(unit->result))
			continue;
		creation->parts[creation->nr_parts++] = (struct link_part){
			.unit = unit->unit,
			.proof = unit->proof,
			.result = unit->result,
			.layouts = &unit->layouts,
			.findings = &unit->findings,
			.reasons = &unit->reasons,
			.object = unit->object,
			.index = i,
		};
	}
	message_warnings(&creation->sink, "parts that are left out or need care", &creation->notes);
	if (replaces_anything(creation)) {
		lp_try(outlives_join(creation));
		lp_try(creation_resolve(creation));
		return keep_findings(creation);
	}
	lp_try(creation_warn(creation));
	return nothing_error(creation);
}
