// SPDX-License-Identifier: GPL-2.0-or-later
/* The output of a run about the update: warnings, the list of functions, JSON. */
#include <json-c/json.h>

#include "create/creation.h"
#include "create/creation/findings.h"

/* The manifest has everything except the bundle's path. */
static struct lp_error *print_json(const struct creation *creation)
{
	struct json_object *json = manifest_to_json(creation->manifest);

	if (!json ||
	    json_object_object_add(json, "bundle", json_object_new_string(creation->packed.path))) {
		json_object_put(json);
		return lp_error_no_memory();
	}
	puts(json_object_to_json_string_ext(json, JSON_C_TO_STRING_PRETTY |
							  JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(json);
	return NULL;
}

/* The result of --check: a line for each function and constant. */
static void print_functions(const struct creation *creation)
{
	for (size_t i = 0; i < creation->nr_parts; i++) {
		const struct link_part *part = &creation->parts[i];

		for (size_t k = 0; k < part->result->nr_functions; k++) {
			const struct diffobj_function *function = &part->result->functions[k];

			printf("%s: %s %s\n", part->unit->object,
			       function->kind == DIFFOBJ_NEW ? "new" : "replaced", function->name);
		}
		for (size_t k = 0; k < part->result->nr_rewrites; k++)
			printf("%s: rewritten %s\n", part->unit->object,
			       part->result->rewrites[k].name);
		for (size_t k = 0; k < part->result->nr_hooks; k++)
			printf("%s: hook %s %s\n", part->unit->object, part->result->hooks[k].kind,
			       part->result->hooks[k].function);
	}
}

struct lp_error *creation_warn(struct creation *creation)
{
	_cleanup_free_ const struct finding_list **lists =
		calloc(creation->nr_units + 1, sizeof(*lists));

	if (!lists)
		return lp_error_no_memory();
	for (size_t i = 0; i < creation->nr_units; i++)
		lists[i] = &creation->units[i].findings;
	findings_warn(&creation->sink, lists, creation->nr_units);
	return NULL;
}

struct lp_error *creation_report(struct creation *creation)
{
	message_progress_done(&creation->sink);
	lp_try(creation_warn(creation));
	if (creation->options.check) {
		print_functions(creation);
		return NULL;
	}
	if (creation->options.json)
		return print_json(creation);
	if (creation->options.verbosity >= 0)
		printf("lpatch update written to %s\n", creation->packed.path);
	return NULL;
}
