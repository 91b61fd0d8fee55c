/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diffobj/show.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdio.h>

#include "common/manifest_facts.h"

static struct lp_error *flush_output(void)
{
	if (fflush(stdout) || ferror(stdout))
		return lp_error_errno(errno, "can't write to standard output");
	return NULL;
}

static void show_refusal(const struct diffobj_refusal *refusal)
{
	fprintf(stderr, "diffobj: %s%s%s%s: %s\n", refusal->where ? refusal->where : "",
		refusal->where ? ": " : "", "can't patch ", refusal->what, refusal->reason);
	if (refusal->hint)
		fprintf(stderr, "  %s\n", refusal->hint);
}

/* "replaced" or "new". */
static const char *function_kind(const struct diffobj_function *function)
{
	return manifest_kind_name(function->kind == DIFFOBJ_NEW ? MANIFEST_NEW : MANIFEST_REPLACED);
}

static struct lp_error *show_fact(struct fact fact)
{
	_cleanup_free_ char *text = NULL;

	lp_try(fact_text(&fact, &text));
	puts(text);
	return NULL;
}

struct lp_error *show_text(const struct diffobj_result *result)
{
	for (size_t i = 0; i < result->nr_functions; i++)
		lp_try(show_fact((struct fact){
			.kind = function_kind(&result->functions[i]),
			.name = result->functions[i].name,
			.why = result->functions[i].why,
		}));
	for (size_t i = 0; i < result->nr_rewrites; i++)
		lp_try(show_fact((struct fact){
			.kind = FACT_REWRITTEN,
			.name = result->rewrites[i].name,
			.size = result->rewrites[i].place.size,
		}));
	for (size_t i = 0; i < result->nr_variables; i++)
		lp_try(show_fact((struct fact){
			.kind = "variable",
			.name = result->variables[i].name,
			.size = result->variables[i].size,
			.why = "new",
		}));
	for (size_t i = 0; i < result->nr_hooks; i++)
		lp_try(show_fact((struct fact){
			.kind = FACT_HOOK,
			.hook = result->hooks[i].kind,
			.name = result->hooks[i].function,
		}));
	for (size_t i = 0; i < result->nr_shadows; i++)
		lp_try(show_fact((struct fact){.kind = FACT_SHADOW, .name = result->shadows[i]}));
	for (size_t i = 0; i < result->nr_notes; i++)
		printf("note: %s\n", result->notes[i]);
	for (size_t i = 0; i < result->findings.count; i++)
		lp_try(show_fact(fact_of_finding(NULL, &result->findings.items[i])));
	for (size_t i = 0; i < result->nr_refusals; i++)
		show_refusal(&result->refusals[i]);
	if (diffobj_is_empty(result) && !result->nr_refusals)
		printf("nothing changed\n");
	return flush_output();
}

static struct json_object *string(const char *text)
{
	return text ? json_object_new_string(text) : NULL;
}

static struct json_object *place(const struct diffobj_place *from)
{
	struct json_object *object;

	if (!from->section)
		return NULL;
	object = json_object_new_object();
	json_object_object_add(object, "section", string(from->section));
	json_object_object_add(object, "offset", json_object_new_uint64(from->offset));
	json_object_object_add(object, "size", json_object_new_uint64(from->size));
	return object;
}

static struct json_object *function(const struct diffobj_function *from)
{
	struct json_object *object = json_object_new_object();

	json_object_object_add(object, "kind", string(function_kind(from)));
	json_object_object_add(object, "name", string(from->name));
	json_object_object_add(object, "size", json_object_new_uint64(from->size));
	json_object_object_add(object, "why", string(from->why));
	if (from->kind == DIFFOBJ_NEW)
		return object;
	json_object_object_add(object, "original_name", string(from->original_name));
	json_object_object_add(object, "original_local",
			       json_object_new_boolean(from->original_local));
	json_object_object_add(object, "original", place(&from->original));
	if (from->cold_name) {
		json_object_object_add(object, "cold_name", string(from->cold_name));
		json_object_object_add(object, "cold", place(&from->cold));
	}
	return object;
}

static struct json_object *reference(const struct diffobj_reference *from)
{
	struct json_object *object = json_object_new_object();

	json_object_object_add(object, "symbol", string(from->symbol));
	json_object_object_add(object, "name", string(from->name));
	json_object_object_add(object, "defined", json_object_new_boolean(from->defined));
	json_object_object_add(object, "jump_key", json_object_new_boolean(from->jump_key));
	if (!from->defined)
		return object;
	json_object_object_add(object, "local", json_object_new_boolean(from->local));
	json_object_object_add(object, "weak", json_object_new_boolean(from->weak));
	json_object_object_add(object, "place", place(&from->place));
	return object;
}

/* Bytes as two hexadecimal digits each. */
static struct json_object *bytes(const unsigned char *from, size_t size)
{
	_cleanup_free_ char *text = malloc(2 * size + 1);

	if (!text)
		return NULL;
	text[0] = 0;
	for (size_t i = 0; i < size; i++)
		snprintf(text + 2 * i, 3, "%02x", from[i]);
	return string(text);
}

static struct json_object *rewrite(const struct diffobj_rewrite *from)
{
	struct json_object *object = json_object_new_object();

	json_object_object_add(object, "symbol", string(from->symbol));
	json_object_object_add(object, "name", string(from->name));
	json_object_object_add(object, "local", json_object_new_boolean(from->local));
	json_object_object_add(object, "place", place(&from->place));
	json_object_object_add(object, "old_bytes", bytes(from->old_bytes, from->place.size));
	json_object_object_add(object, "old_mask", bytes(from->old_mask, from->place.size));
	return object;
}

static struct json_object *variable(const struct diffobj_variable *from)
{
	struct json_object *object = json_object_new_object();

	json_object_object_add(object, "name", string(from->name));
	json_object_object_add(object, "size", json_object_new_uint64(from->size));
	json_object_object_add(object, "local", json_object_new_boolean(from->local));
	return object;
}

static struct json_object *hook(const struct diffobj_hook *from)
{
	struct json_object *object = json_object_new_object();

	json_object_object_add(object, "kind", string(from->kind));
	json_object_object_add(object, "function", string(from->function));
	json_object_object_add(object, "symbol", string(from->symbol));
	return object;
}

static struct json_object *refusal(const struct diffobj_refusal *from)
{
	struct json_object *object = json_object_new_object();

	json_object_object_add(object, "what", string(from->what));
	json_object_object_add(object, "where", string(from->where));
	json_object_object_add(object, "reason", string(from->reason));
	json_object_object_add(object, "hint", string(from->hint));
	return object;
}

static struct json_object *finding(const struct finding *from)
{
	struct json_object *object = json_object_new_object();

	json_object_object_add(object, "kind", string(finding_kind_name(from->kind)));
	json_object_object_add(object, "name", string(from->name));
	json_object_object_add(object, "where", string(from->where));
	json_object_object_add(object, "text", string(from->text));
	return object;
}

/* Adds an array `name` to `object`, with what `make` returns for each element. */
#define add_array(object, name, elements, number, make)                       \
	do {                                                                  \
		struct json_object *array_ = json_object_new_array();         \
		for (size_t i_ = 0; i_ < (number); i_++)                      \
			json_object_array_add(array_, make(&(elements)[i_])); \
		json_object_object_add(object, name, array_);                 \
	} while (0)

static struct json_object *note(char *const *from)
{
	return string(*from);
}

struct lp_error *show_json(const struct diffobj_result *result)
{
	struct json_object *object = json_object_new_object();

	add_array(object, "functions", result->functions, result->nr_functions, function);
	add_array(object, "references", result->references, result->nr_references, reference);
	add_array(object, "variables", result->variables, result->nr_variables, variable);
	add_array(object, "constants", result->rewrites, result->nr_rewrites, rewrite);
	add_array(object, "hooks", result->hooks, result->nr_hooks, hook);
	add_array(object, "shadows", result->shadows, result->nr_shadows, note);
	add_array(object, "refusals", result->refusals, result->nr_refusals, refusal);
	add_array(object, "notes", result->notes, result->nr_notes, note);
	add_array(object, "findings", result->findings.items, result->findings.count, finding);

	const char *text = json_object_to_json_string_ext(
		object, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE);

	if (text)
		puts(text);
	json_object_put(object);
	return text ? flush_output() : lp_error_no_memory();
}
