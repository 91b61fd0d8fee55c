// SPDX-License-Identifier: GPL-2.0-or-later
#include "apply/overrides.h"

#include <json-c/json.h>
#include <string.h>

/* "struct foo", or "struct foo.a" for a member that moves no other. */
static struct lp_error *add_layout(struct text_list *sentences, const char *source,
				   const char *layout)
{
	const char *dot = strchr(layout, '.');

	if (!dot)
		return text_list_add(sentences,
				     "%s lays out %s differently, which its author allowed", source,
				     layout);
	return text_list_add(
		sentences,
		"%s has %s in %.*s, where no other member moves, which its author allowed", source,
		dot + 1, (int)(dot - layout), layout);
}

struct lp_error *overrides_list(const struct manifest *manifest, struct text_list *sentences)
{
	for (size_t i = 0; i < manifest->nr_objects; i++) {
		const struct manifest_object *object = &manifest->objects[i];
		const char *difference = object->mismatch.difference;

		if (!object->proven && !object->is_new)
			lp_try(text_list_add(
				sentences, "%s is not proven to be what %s was built from%s%s",
				object->source, object->name, difference && *difference ? ": " : "",
				difference ? difference : ""));
		for (size_t k = 0; k < object->layouts.count; k++)
			lp_try(add_layout(sentences, object->source, object->layouts.items[k]));
	}
	return NULL;
}

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

	lp_try(overrides_list(manifest, &sentences));
	add_to_result(&sentences, output);
	for (size_t i = 0; i < sentences.count; i++)
		message_warning(&output->sink, "%s", sentences.items[i]);
	return NULL;
}

struct lp_error *overrides_show(const struct manifest *manifest, struct output *output)
{
	_cleanup_text_list_ struct text_list sentences = {};

	lp_try(overrides_list(manifest, &sentences));
	add_to_result(&sentences, output);
	if (sentences.count)
		output_print(output, "\nOverruled checks:\n");
	for (size_t i = 0; i < sentences.count; i++)
		output_print(output, "  %s\n", sentences.items[i]);
	return NULL;
}
