// SPDX-License-Identifier: GPL-2.0-or-later
#include "apply/overrides.h"

#include <json-c/json.h>

#include "common/manifest_facts.h"

static void add_to_result(const struct text_list *sentences, struct output *output)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < sentences->count; i++)
		json_object_array_add(array, json_object_new_string(sentences->items[i]));
	output_add(output, "overrides", array);
}

struct lp_error *overrides_warn(const struct manifest *manifest, struct output *output)
{
	_cleanup_text_list_ struct text_list sentences = {};

	lp_try(manifest_overrides(manifest, &sentences));
	add_to_result(&sentences, output);
	for (size_t i = 0; i < sentences.count; i++)
		message_warning(&output->sink, "%s", sentences.items[i]);
	return NULL;
}

struct lp_error *overrides_show(const struct manifest *manifest, struct output *output)
{
	_cleanup_text_list_ struct text_list sentences = {};

	lp_try(manifest_overrides(manifest, &sentences));
	add_to_result(&sentences, output);
	output_lines(output, "Overruled checks", &sentences);
	return NULL;
}
