// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/creation.h"

#include <json-c/json.h>

#include "create/c_text.h"

#include "create/creation/findings.h"

/* Comes last, when nothing of it is in use any more. */
static void close_cache(struct creation *creation)
{
	if (!creation->cache)
		return;
	struct lp_error *error = cache_trim(creation->cache);

	if (error)
		message_warning(&creation->sink, "the cache may be larger than it should be: %s",
				error->message);
	lp_error_free(error);
	cache_free(creation->cache);
}

void creation_unit_clear(struct creation_unit *unit)
{
	unit_free(unit->unit);
	proof_free(unit->proof);
	kernel_image_free(unit->module);
	free(unit->module_path);
	text_list_clear(&unit->layouts);
	finding_list_clear(&unit->findings);
	text_list_clear(&unit->needs);
	text_list_clear(&unit->moved_exports);
	free(unit->targets);
	free(unit->function_proofs);
	reason_list_clear(&unit->reasons);
	diffobj_result_free(unit->result);
	free(unit->object);
}

void creation_clear(struct creation *creation)
{
	creation_clear_model(creation);
	for (size_t i = 0; i < creation->nr_units; i++)
		creation_unit_clear(&creation->units[i]);
	free(creation->units);
	text_list_clear(&creation->notes);
	layout_told_clear(&creation->layouts_told);
	text_list_clear(&creation->layouts_seen);
	if (creation->scan)
		source_scan_clear(creation->scan);
	free(creation->scan);
	free(creation->parts);
	free(creation->view);
	free(creation->shared);
	free(creation->core);
	assembly_clear(&creation->assembly);
	signer_free(creation->signer);
	free(creation->patch);
	free(creation->id);
	packed_clear(&creation->packed);
	manifest_free(creation->manifest);
	tree_free(creation->tree);
	target_free(creation->target);
	close_cache(creation);
	affected_clear(&creation->affected);
	build_changes_clear(&creation->build_changes);
	text_list_clear(&creation->sources);
	patch_set_clear(&creation->patches);
	create_options_clear(&creation->options);
}

/* The manifest says it all; the bundle's path is the one thing it can't know. */
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

/* What --check has found out: a line for each function and constant. */
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
