// SPDX-License-Identifier: GPL-2.0-or-later
#include "apply/findings.h"

#include <ctype.h>
#include <json-c/json.h>

#include "common/manifest_facts.h"

static void print_title(struct output *output, enum finding_kind kind)
{
	const char *title = finding_kind_title(kind);

	output_print(output, "\n%c%s:\n", toupper((unsigned char)title[0]), title + 1);
}

static struct lp_error *show_kind(const struct manifest *manifest, enum finding_kind kind,
				  struct output *output)
{
	bool titled = false;

	for (size_t i = 0; i < manifest->nr_objects; i++) {
		const struct finding_list *findings = &manifest->objects[i].findings;

		for (size_t k = 0; k < findings->count; k++) {
			const struct finding *finding = &findings->items[k];

			if (finding->kind != kind)
				continue;
			if (!titled)
				print_title(output, kind);
			titled = true;
			const struct fact fact =
				fact_of_finding(manifest->objects[i].name, finding);

			lp_try(output_fact(output, "  ", &fact));
		}
	}
	return NULL;
}

struct lp_error *findings_show(const struct manifest *manifest, struct output *output)
{
	for (int kind = 0; kind < NR_FINDING_KINDS; kind++)
		lp_try(show_kind(manifest, kind, output));
	return NULL;
}

static struct json_object *finding_json(const char *object, const struct finding *finding)
{
	struct json_object *json = json_object_new_object();

	json_object_object_add(json, "object", json_object_new_string(object));
	json_object_object_add(json, "kind",
			       json_object_new_string(finding_kind_name(finding->kind)));
	json_object_object_add(json, "name", json_object_new_string(finding->name));
	json_object_object_add(json, "where", json_object_new_string(finding->where));
	json_object_object_add(json, "text", json_object_new_string(finding->text));
	return json;
}

void findings_add_json(const struct manifest *manifest, struct output *output)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < manifest->nr_objects; i++) {
		const struct manifest_object *object = &manifest->objects[i];

		for (size_t k = 0; k < object->findings.count; k++)
			json_object_array_add(
				array, finding_json(object->name, &object->findings.items[k]));
	}
	output_add(output, "findings", array);
}
