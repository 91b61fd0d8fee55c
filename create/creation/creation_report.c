// SPDX-License-Identifier: GPL-2.0-or-later
/* The output of a run about the update: warnings, the list of functions, JSON. */
#include <errno.h>
#include <json-c/json.h>
#include <string.h>

#include "common/manifest_facts.h"
#include "common/printable.h"
#include "create/creation.h"
#include "create/creation/findings.h"

/* A string that may have bytes that are not UTF-8, which JSON can't have; null for NULL. */
static struct json_object *json_text(const char *text)
{
	_cleanup_free_ char *copy = text ? strdup(text) : NULL;

	if (!copy)
		return NULL;
	printable_utf8(copy);
	return json_object_new_string(copy);
}

/* How the run ended, as the other programs say it; the object is released. */
static void print_json(struct json_object *json, const struct lp_error *error)
{
	json_object_object_add(json, "status",
			       json_object_new_int(error ? error->status : LP_DONE));
	json_object_object_add(json, "error", json_text(error ? error->message : NULL));
	json_object_object_add(json, "hint", json_text(error ? error->hint : NULL));
	puts(json_object_to_json_string_ext(json, JSON_C_TO_STRING_PRETTY |
							  JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(json);
}

static void add_explanations(struct json_object *list, const struct creation_unit *unit)
{
	for (size_t i = 0; i < unit->explanations.count && i < unit->reasons.count; i++) {
		struct json_object *explanation = json_object_new_object();
		const struct diffobj_function *function = &unit->result->functions[i];
		enum manifest_kind kind =
			function->kind == DIFFOBJ_NEW ? MANIFEST_NEW : MANIFEST_REPLACED;

		json_object_object_add(explanation, "object", json_text(unit->unit->object));
		json_object_object_add(explanation, "source", json_text(unit->unit->source));
		json_object_object_add(explanation, "name", json_text(function->name));
		json_object_object_add(explanation, "kind", json_text(manifest_kind_name(kind)));
		json_object_object_add(explanation, "why", json_text(unit->reasons.items[i].why));
		json_object_object_add(explanation, "text", json_text(unit->explanations.items[i]));
		json_object_array_add(list, explanation);
	}
}

void creation_report_failure(const struct creation *creation, const struct lp_error *error)
{
	struct json_object *json = json_object_new_object();

	if (json && creation->options.explain) {
		struct json_object *list = json_object_new_array();

		for (size_t i = 0; i < creation->nr_units; i++)
			add_explanations(list, &creation->units[i]);
		json_object_object_add(json, "explanations", list);
	}
	if (json)
		print_json(json, error);
	fflush(stdout);
}

/* The manifest, and what it can't know. */
static struct lp_error *print_manifest(const struct creation *creation)
{
	struct json_object *json = manifest_to_json(creation->manifest);

	if (!json)
		return lp_error_no_memory();
	json_object_object_add(json, "bundle", json_text(creation->packed.path));
	if (creation->options.explain) {
		struct json_object *list = json_object_new_array();

		for (size_t i = 0; i < creation->nr_parts; i++)
			add_explanations(list, &creation->units[creation->parts[i].index]);
		json_object_object_add(json, "explanations", list);
	}
	print_json(json, NULL);
	return NULL;
}

/* The result of --check: a line for each fact. */
static struct lp_error *print_facts(const struct manifest *manifest)
{
	_cleanup_text_list_ struct text_list lines = {0};

	for (size_t i = 0; i < manifest->nr_objects; i++)
		lp_try(manifest_changes(&manifest->objects[i], &lines));
	lp_try(manifest_overrides(manifest, &lines));
	for (size_t i = 0; i < lines.count; i++)
		puts(lines.items[i]);
	return NULL;
}

struct lp_error *creation_warn(struct creation *creation)
{
	_cleanup_free_ struct object_findings *lists =
		calloc(creation->nr_units + 1, sizeof(*lists));

	if (!lists)
		return lp_error_no_memory();
	for (size_t i = 0; i < creation->nr_units; i++)
		lists[i] = (struct object_findings){
			.object = creation->units[i].unit->object,
			.list = &creation->units[i].findings,
		};
	return findings_warn(&creation->sink, lists, creation->nr_units);
}

struct lp_error *creation_report(struct creation *creation)
{
	message_progress_done(&creation->sink);
	lp_try(creation_warn(creation));
	if (creation->options.json)
		lp_try(print_manifest(creation));
	else if (creation->options.check)
		lp_try(print_facts(creation->manifest));
	else if (creation->options.verbosity >= 0)
		printf("lpatch update written to %s\n", creation->packed.path);
	if (fflush(stdout) || ferror(stdout))
		return lp_error_errno(errno, "can't write standard output");
	return NULL;
}
