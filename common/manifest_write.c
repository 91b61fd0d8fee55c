// SPDX-License-Identifier: GPL-2.0-or-later
/* The manifest as JSON. */
#include <json-c/json.h>

#include "common/manifest.h"

static int add_text(struct json_object *parent, const char *field, const char *text)
{
	return json_object_object_add(parent, field, json_object_new_string(text));
}

static int add_number(struct json_object *parent, const char *field, int64_t number)
{
	return json_object_object_add(parent, field, json_object_new_int64(number));
}

/* A new array below `parent`, owned by it. */
static struct json_object *add_array(struct json_object *parent, const char *field)
{
	struct json_object *array = json_object_new_array();

	json_object_object_add(parent, field, array);
	return array;
}

/* A new object at the end of `array`, owned by it. */
static struct json_object *append_object(struct json_object *array)
{
	struct json_object *object = json_object_new_object();

	json_object_array_add(array, object);
	return object;
}

static void write_target(struct json_object *json, const struct manifest_target *target)
{
	struct json_object *part = json_object_new_object();

	json_object_object_add(json, "target", part);
	add_text(part, "release", target->release);
	add_text(part, "architecture", target->architecture);
	add_text(part, "build_id", target->build_id);
}

static void write_constants(struct json_object *json, const struct manifest_object *object)
{
	struct json_object *constants = add_array(json, "constants");

	for (size_t i = 0; i < object->nr_constants; i++) {
		struct json_object *entry = append_object(constants);

		add_text(entry, "name", object->constants[i].name);
		add_number(entry, "size", object->constants[i].size);
	}
}

static void write_hooks(struct json_object *json, const struct manifest_object *object)
{
	struct json_object *hooks = add_array(json, "hooks");

	for (size_t i = 0; i < object->nr_hooks; i++) {
		struct json_object *entry = append_object(hooks);

		add_text(entry, "kind", object->hooks[i].kind);
		add_text(entry, "function", object->hooks[i].function);
	}
}

static void write_texts(struct json_object *json, const char *field, const struct text_list *texts)
{
	struct json_object *array = add_array(json, field);

	for (size_t i = 0; i < texts->count; i++)
		json_object_array_add(array, json_object_new_string(texts->items[i]));
}

static void write_mismatch(struct json_object *json, const struct manifest_mismatch *mismatch)
{
	struct json_object *part = json_object_new_object();

	json_object_object_add(json, "mismatch", part);
	add_text(part, "function", mismatch->function);
	add_number(part, "offset", mismatch->offset);
	add_text(part, "difference", mismatch->difference);
}

static void write_functions(struct json_object *json, const struct manifest_object *object)
{
	struct json_object *functions = add_array(json, "functions");

	for (size_t i = 0; i < object->nr_functions; i++) {
		const struct manifest_function *function = &object->functions[i];
		struct json_object *entry = append_object(functions);

		add_text(entry, "name", function->name);
		add_text(entry, "kind", manifest_kind_name(function->kind));
		add_text(entry, "reason", manifest_reason_name(function->reason));
		if (function->cause)
			add_text(entry, manifest_cause_field(function->reason), function->cause);
		if (function->through.count)
			write_texts(entry, "through", &function->through);
		add_text(entry, "why", function->why);
	}
}

static void write_findings(struct json_object *json, const struct finding_list *findings)
{
	struct json_object *array = add_array(json, "findings");

	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->items[i];
		struct json_object *entry = append_object(array);

		add_text(entry, "kind", finding_kind_name(finding->kind));
		add_text(entry, "name", finding->name);
		add_text(entry, "where", finding->where);
		add_text(entry, "text", finding->text);
	}
}

static void write_object(struct json_object *json, const struct manifest_object *object)
{
	add_text(json, "name", object->name);
	add_text(json, "source", object->source);
	json_object_object_add(json, "proven", json_object_new_boolean(object->proven));
	if (object->is_new)
		json_object_object_add(json, "new", json_object_new_boolean(true));
	if (!object->proven && object->mismatch.difference)
		write_mismatch(json, &object->mismatch);
	write_texts(json, "layouts", &object->layouts);
	write_functions(json, object);
	write_constants(json, object);
	write_hooks(json, object);
	write_texts(json, "shadows", &object->shadows);
	write_texts(json, "needs", &object->needs);
	write_texts(json, "releases", &object->releases);
	if (object->keep_code)
		json_object_object_add(json, "keep_code", json_object_new_boolean(true));
	write_findings(json, &object->findings);
}

static void write_change(struct json_object *json, const struct manifest_change *change)
{
	add_text(json, "name", change->name);
	add_text(json, "subject", change->subject);
	if (change->commit)
		add_text(json, "commit", change->commit);
	if (change->upstream)
		add_text(json, "upstream", change->upstream);
	write_texts(json, "fixes", &change->fixes);
	write_texts(json, "cves", &change->cves);
	write_texts(json, "files", &change->files);
	add_text(json, "verdict", manifest_verdict_name(change->verdict));
	if (change->reason)
		add_text(json, "reason", change->reason);
	if (change->needs)
		add_text(json, "needs", change->needs);
	write_texts(json, "functions", &change->functions);
}

static void write_changes(struct json_object *json, const struct manifest *manifest)
{
	if (!manifest->nr_changes)
		return;
	struct json_object *changes = add_array(json, "changes");

	for (size_t i = 0; i < manifest->nr_changes; i++)
		write_change(append_object(changes), &manifest->changes[i]);
}

static void write_files(struct json_object *json, const struct manifest *manifest)
{
	struct json_object *files = add_array(json, "files");

	for (size_t i = 0; i < manifest->nr_files; i++) {
		const struct manifest_file *file = &manifest->files[i];
		struct json_object *entry = append_object(files);

		add_text(entry, "name", file->name);
		add_number(entry, "size", file->size);
		add_text(entry, "sha256", file->sha256);
	}
}

static void write_signing(struct json_object *json, const struct manifest_signing *signing)
{
	if (!signing->signer)
		return;
	struct json_object *part = json_object_new_object();

	json_object_object_add(json, "modules_signed", part);
	add_text(part, "signer", signing->signer);
	add_text(part, "hash", signing->hash);
}

struct json_object *manifest_to_json(const struct manifest *manifest)
{
	struct json_object *json = json_object_new_object();

	if (!json)
		return NULL;
	add_number(json, "format", MANIFEST_FORMAT);
	add_text(json, "id", manifest->id);
	add_text(json, "description", manifest->description);
	add_number(json, "abi", manifest->abi);
	add_number(json, "created", manifest->created);
	write_target(json, &manifest->target);
	struct json_object *objects = add_array(json, "objects");

	for (size_t i = 0; i < manifest->nr_objects; i++)
		write_object(append_object(objects), &manifest->objects[i]);
	write_changes(json, manifest);
	write_signing(json, &manifest->modules_signed);
	write_files(json, manifest);
	return json;
}
