// SPDX-License-Identifier: GPL-2.0-or-later
/* A manifest from JSON, every field checked. */
#include <json-c/json.h>
#include <string.h>

#include "common/manifest.h"

/* A JSON object that is being read, and the prefix of its fields' names in messages. */
struct place {
	struct json_object *json;
	const char *prefix; /* "", "target." or "objects[0].functions[2]." */
};

static struct lp_error *bad_field(const struct place *place, const char *field, const char *problem)
{
	return lp_error_new(LP_BAD_BUNDLE, "manifest.json: %s%s %s", place->prefix, field, problem);
}

static struct lp_error *get_field(const struct place *place, const char *field, json_type type,
				  const char *problem, struct json_object **value)
{
	if (!json_object_object_get_ex(place->json, field, value))
		return bad_field(place, field, "is missing");
	if (!json_object_is_type(*value, type))
		return bad_field(place, field, problem);
	return NULL;
}

/* Whether a terminal may show it: no C0 controls, no DEL, no C1 controls (U+0080 to U+009F). */
static bool is_printable(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		unsigned char byte = text[i];
		unsigned char next = text[i + 1];

		if (byte < 0x20 || byte == 0x7f || (byte == 0xc2 && next >= 0x80 && next < 0xa0))
			return false;
	}
	return true;
}

static struct lp_error *get_text(const struct place *place, const char *field, char **text)
{
	struct json_object *value;

	lp_try(get_field(place, field, json_type_string, "is not a string", &value));
	const char *string = json_object_get_string(value);

	if (!is_printable(string, json_object_get_string_len(value)))
		return bad_field(place, field, "has control characters");
	*text = strdup(string);
	return *text ? NULL : lp_error_no_memory();
}

/* A text that must not be empty. */
static struct lp_error *get_name(const struct place *place, const char *field, char **text)
{
	lp_try(get_text(place, field, text));
	return **text ? NULL : bad_field(place, field, "is empty");
}

static struct lp_error *get_number(const struct place *place, const char *field, int64_t limit,
				   int64_t *number)
{
	struct json_object *value;

	lp_try(get_field(place, field, json_type_int, "is not an integer", &value));
	*number = json_object_get_int64(value);
	if (*number < 0 || *number > limit)
		return bad_field(place, field, "is out of range");
	return NULL;
}

static struct lp_error *get_truth(const struct place *place, const char *field, bool *truth)
{
	struct json_object *value;

	lp_try(get_field(place, field, json_type_boolean, "is not true or false", &value));
	*truth = json_object_get_boolean(value);
	return NULL;
}

/* Lower-case hex digits, an even number of them, at least 2 * bytes. */
static bool is_hex(const char *text, size_t bytes)
{
	size_t length = strspn(text, "0123456789abcdef");

	return !text[length] && length % 2 == 0 && length >= 2 * bytes;
}

/*
 * Reads one element of an array into element `index` of the manifest's own
 * array, which is zeroed before.
 */
typedef struct lp_error *read_element(const struct place *place, void *elements, size_t index);

/*
 * Reads all elements of the array `field` into a new array of `size` bytes an
 * element. *count includes the element being read, so that freeing them works
 * at any time.
 */
static struct lp_error *get_array(const struct place *place, const char *field, size_t size,
				  read_element *read, void **elements, size_t *count)
{
	struct json_object *array;

	lp_try(get_field(place, field, json_type_array, "is not an array", &array));
	size_t length = json_object_array_length(array);

	*elements = calloc(length ? length : 1, size);
	if (!*elements)
		return lp_error_no_memory();
	for (size_t i = 0; i < length; i++) {
		struct json_object *element = json_object_array_get_idx(array, i);
		_cleanup_free_ char *prefix = NULL;

		if (!json_object_is_type(element, json_type_object))
			return bad_field(place, field, "has an element that is not an object");
		if (asprintf(&prefix, "%s%s[%zu].", place->prefix, field, i) < 0)
			return lp_error_no_memory();
		*count = i + 1;
		lp_try(read(&(struct place){element, prefix}, *elements, i));
	}
	return NULL;
}

/* Whether the field is there; bundles of earlier versions lack later fields. */
static bool has_field(const struct place *place, const char *field)
{
	return json_object_object_get_ex(place->json, field, NULL);
}

/* An array of strings that may be missing. */
static struct lp_error *read_texts(const struct place *place, const char *field,
				   struct text_list *texts)
{
	struct json_object *array;

	if (!has_field(place, field))
		return NULL;
	lp_try(get_field(place, field, json_type_array, "is not an array", &array));
	for (size_t i = 0; i < json_object_array_length(array); i++) {
		struct json_object *element = json_object_array_get_idx(array, i);

		if (!json_object_is_type(element, json_type_string))
			return bad_field(place, field, "has an element that is not a string");
		const char *name = json_object_get_string(element);

		if (!is_printable(name, json_object_get_string_len(element)))
			return bad_field(place, field, "has control characters");
		lp_try(text_list_add(texts, "%s", name));
	}
	return NULL;
}

static struct lp_error *read_kind(const struct place *place, enum manifest_kind *kind)
{
	_cleanup_free_ char *text = NULL;

	lp_try(get_text(place, "kind", &text));
	if (manifest_kind_find(text, kind))
		return NULL;
	return bad_field(place, "kind", "is not \"replaced\" or \"new\"");
}

/* A bundle of an earlier version doesn't say; there, a function that isn't new has changed. */
static struct lp_error *read_reason(const struct place *place, struct manifest_function *function)
{
	_cleanup_free_ char *text = NULL;

	function->reason = function->kind == MANIFEST_NEW ? MANIFEST_IS_NEW : MANIFEST_IS_CHANGED;
	if (!has_field(place, "reason"))
		return NULL;
	lp_try(get_text(place, "reason", &text));
	if (!manifest_reason_find(text, &function->reason))
		return bad_field(place, "reason", "is not a known value");
	const char *cause = manifest_cause_field(function->reason);

	return has_field(place, cause) ? get_text(place, cause, &function->cause) : NULL;
}

static struct lp_error *read_function(const struct place *place, void *elements, size_t index)
{
	struct manifest_function *function = (struct manifest_function *)elements + index;

	lp_try(get_name(place, "name", &function->name));
	lp_try(read_kind(place, &function->kind));
	lp_try(read_reason(place, function));
	lp_try(read_texts(place, "through", &function->through));
	return get_text(place, "why", &function->why);
}

static struct lp_error *read_functions(const struct place *place, struct manifest_object *object)
{
	void *functions = NULL;
	struct lp_error *error = get_array(place, "functions", sizeof(*object->functions),
					   read_function, &functions, &object->nr_functions);

	object->functions = functions;
	return error;
}

static struct lp_error *read_constant(const struct place *place, void *elements, size_t index)
{
	struct manifest_constant *constant = (struct manifest_constant *)elements + index;
	int64_t size;

	lp_try(get_name(place, "name", &constant->name));
	lp_try(get_number(place, "size", INT64_MAX - 1, &size));
	constant->size = size;
	return NULL;
}

static struct lp_error *read_constants(const struct place *place, struct manifest_object *object)
{
	void *constants = NULL;

	if (!has_field(place, "constants"))
		return NULL;
	struct lp_error *error = get_array(place, "constants", sizeof(*object->constants),
					   read_constant, &constants, &object->nr_constants);

	object->constants = constants;
	return error;
}

static struct lp_error *read_hook(const struct place *place, void *elements, size_t index)
{
	struct manifest_hook *hook = (struct manifest_hook *)elements + index;

	lp_try(get_name(place, "kind", &hook->kind));
	return get_name(place, "function", &hook->function);
}

static struct lp_error *read_hooks(const struct place *place, struct manifest_object *object)
{
	void *hooks = NULL;

	if (!has_field(place, "hooks"))
		return NULL;
	struct lp_error *error = get_array(place, "hooks", sizeof(*object->hooks), read_hook,
					   &hooks, &object->nr_hooks);

	object->hooks = hooks;
	return error;
}

/* A finding of a kind that a later version has added is ignored. */
static struct lp_error *read_finding(const struct place *place, struct finding_list *findings)
{
	_cleanup_free_ char *kind_name = NULL, *name = NULL, *where = NULL, *text = NULL;
	enum finding_kind kind;

	lp_try(get_name(place, "kind", &kind_name));
	lp_try(get_name(place, "name", &name));
	lp_try(get_text(place, "where", &where));
	lp_try(get_text(place, "text", &text));
	if (!finding_kind_find(kind_name, &kind))
		return NULL;
	return finding_add(findings, kind, name, where, "%s", text);
}

static struct lp_error *read_findings(const struct place *place, struct manifest_object *object)
{
	struct json_object *array;

	if (!has_field(place, "findings"))
		return NULL;
	lp_try(get_field(place, "findings", json_type_array, "is not an array", &array));
	for (size_t i = 0; i < json_object_array_length(array); i++) {
		struct json_object *element = json_object_array_get_idx(array, i);
		_cleanup_free_ char *prefix = NULL;

		if (!json_object_is_type(element, json_type_object))
			return bad_field(place, "findings", "has an element that is not an object");
		lp_try(text_format(&prefix, "%sfindings[%zu].", place->prefix, i));
		lp_try(read_finding(&(struct place){element, prefix}, &object->findings));
	}
	return NULL;
}

static struct lp_error *read_mismatch(const struct place *parent, struct manifest_object *object)
{
	struct manifest_mismatch *mismatch = &object->mismatch;
	_cleanup_free_ char *prefix = NULL;
	struct place place = {0};
	int64_t offset;

	if (object->proven || !has_field(parent, "mismatch")) {
		lp_try(text_format(&mismatch->function, "%s", ""));
		return text_format(&mismatch->difference, "%s", "");
	}
	lp_try(get_field(parent, "mismatch", json_type_object, "is not an object", &place.json));
	lp_try(text_format(&prefix, "%smismatch.", parent->prefix));
	place.prefix = prefix;
	lp_try(get_text(&place, "function", &mismatch->function));
	lp_try(get_number(&place, "offset", INT64_MAX - 1, &offset));
	mismatch->offset = offset;
	return get_text(&place, "difference", &mismatch->difference);
}

static struct lp_error *read_object(const struct place *place, void *elements, size_t index)
{
	struct manifest_object *object = (struct manifest_object *)elements + index;

	lp_try(get_name(place, "name", &object->name));
	lp_try(get_name(place, "source", &object->source));
	lp_try(get_truth(place, "proven", &object->proven));
	if (has_field(place, "new"))
		lp_try(get_truth(place, "new", &object->is_new));
	lp_try(read_mismatch(place, object));
	lp_try(read_texts(place, "layouts", &object->layouts));
	lp_try(read_functions(place, object));
	lp_try(read_constants(place, object));
	lp_try(read_hooks(place, object));
	lp_try(read_texts(place, "shadows", &object->shadows));
	lp_try(read_texts(place, "needs", &object->needs));
	lp_try(read_texts(place, "releases", &object->releases));
	if (has_field(place, "keep_code"))
		lp_try(get_truth(place, "keep_code", &object->keep_code));
	return read_findings(place, object);
}

/* A text that may be missing. */
static struct lp_error *read_optional(const struct place *place, const char *field, char **text)
{
	return has_field(place, field) ? get_text(place, field, text) : NULL;
}

static struct lp_error *read_verdict(const struct place *place, enum manifest_verdict *verdict)
{
	_cleanup_free_ char *text = NULL;

	lp_try(get_text(place, "verdict", &text));
	return manifest_verdict_find(text, verdict)
		       ? NULL
		       : bad_field(place, "verdict", "is not a known value");
}

static struct lp_error *read_change(const struct place *place, void *elements, size_t index)
{
	struct manifest_change *change = (struct manifest_change *)elements + index;

	lp_try(get_name(place, "name", &change->name));
	lp_try(get_text(place, "subject", &change->subject));
	lp_try(read_optional(place, "commit", &change->commit));
	lp_try(read_optional(place, "upstream", &change->upstream));
	lp_try(read_texts(place, "fixes", &change->fixes));
	lp_try(read_texts(place, "cves", &change->cves));
	lp_try(read_texts(place, "files", &change->files));
	lp_try(read_verdict(place, &change->verdict));
	lp_try(read_optional(place, "reason", &change->reason));
	lp_try(read_optional(place, "needs", &change->needs));
	return read_texts(place, "functions", &change->functions);
}

static struct lp_error *read_changes(const struct place *place, struct manifest *manifest)
{
	void *changes = NULL;

	if (!has_field(place, "changes"))
		return NULL;
	struct lp_error *error = get_array(place, "changes", sizeof(*manifest->changes),
					   read_change, &changes, &manifest->nr_changes);

	manifest->changes = changes;
	return error;
}

static struct lp_error *read_objects(const struct place *place, struct manifest *manifest)
{
	void *objects = NULL;
	struct lp_error *error = get_array(place, "objects", sizeof(*manifest->objects),
					   read_object, &objects, &manifest->nr_objects);

	manifest->objects = objects;
	return error;
}

static struct lp_error *read_file(const struct place *place, void *elements, size_t index)
{
	struct manifest_file *file = (struct manifest_file *)elements + index;
	_cleanup_free_ char *sha256 = NULL;
	int64_t size;

	lp_try(get_name(place, "name", &file->name));
	lp_try(get_number(place, "size", INT64_MAX - 1, &size));
	lp_try(get_text(place, "sha256", &sha256));
	if (strlen(sha256) != MANIFEST_SHA256_SIZE - 1 || !is_hex(sha256, 32))
		return bad_field(place, "sha256", "is not 64 lower-case hex digits");
	file->size = size;
	memcpy(file->sha256, sha256, sizeof(file->sha256));
	return NULL;
}

static struct lp_error *read_files(const struct place *place, struct manifest *manifest)
{
	void *files = NULL;
	struct lp_error *error = get_array(place, "files", sizeof(*manifest->files), read_file,
					   &files, &manifest->nr_files);

	manifest->files = files;
	return error;
}

static struct lp_error *read_target(const struct place *root, struct manifest_target *target)
{
	struct place place = {.prefix = "target."};

	lp_try(get_field(root, "target", json_type_object, "is not an object", &place.json));
	lp_try(get_name(&place, "release", &target->release));
	lp_try(get_name(&place, "architecture", &target->architecture));
	lp_try(get_text(&place, "build_id", &target->build_id));
	if (!is_hex(target->build_id, 1))
		return bad_field(&place, "build_id", "is not lower-case hex digits");
	return NULL;
}

/* Missing if the modules are not signed. */
static struct lp_error *read_signing(const struct place *root, struct manifest_signing *signing)
{
	struct place place = {.prefix = "modules_signed."};

	if (!json_object_object_get_ex(root->json, "modules_signed", &place.json))
		return NULL;
	lp_try(get_field(root, "modules_signed", json_type_object, "is not an object",
			 &place.json));
	lp_try(get_name(&place, "signer", &signing->signer));
	return get_name(&place, "hash", &signing->hash);
}

static struct lp_error *read_format(const struct place *place)
{
	int64_t format;

	lp_try(get_number(place, "format", INT64_MAX - 1, &format));
	if (format == MANIFEST_FORMAT)
		return NULL;
	return lp_error_hint(
		lp_error_new(LP_BAD_BUNDLE, "manifest.json: format is %lld, and only %d is known",
			     (long long)format, MANIFEST_FORMAT),
		"The bundle was made by another version of lpatch-create; use the same for both.");
}

static struct lp_error *read_manifest(const struct place *place, struct manifest *manifest)
{
	int64_t abi;

	lp_try(read_format(place));
	lp_try(get_text(place, "id", &manifest->id));
	if (!manifest_id_is_valid(manifest->id))
		return bad_field(place, "id",
				 "is not an id (1 to 32 characters of a-z, 0-9 and _)");
	lp_try(get_text(place, "description", &manifest->description));
	lp_try(get_number(place, "abi", UINT32_MAX, &abi));
	manifest->abi = abi;
	lp_try(get_number(place, "created", INT64_MAX - 1, &manifest->created));
	lp_try(read_target(place, &manifest->target));
	lp_try(read_objects(place, manifest));
	lp_try(read_changes(place, manifest));
	lp_try(read_signing(place, &manifest->modules_signed));
	return read_files(place, manifest);
}

static void cleanup_json(struct json_object **json)
{
	json_object_put(*json);
}

static void cleanup_tokener(struct json_tokener **tokener)
{
	if (*tokener)
		json_tokener_free(*tokener);
}

static struct lp_error *parse_json(const void *text, size_t size, struct json_object **json)
{
	_cleanup_(cleanup_tokener) struct json_tokener *tokener = json_tokener_new();

	if (!tokener)
		return lp_error_no_memory();
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	*json = json_tokener_parse_ex(tokener, text, size);
	enum json_tokener_error problem = json_tokener_get_error(tokener);

	if (problem == json_tokener_success)
		return NULL;
	return lp_error_new(LP_BAD_BUNDLE, "manifest.json: not valid JSON at byte %zu: %s",
			    json_tokener_get_parse_end(tokener),
			    problem == json_tokener_continue ? "it ends too early"
							     : json_tokener_error_desc(problem));
}

struct lp_error *manifest_from_json(const void *text, size_t size, struct manifest **manifest)
{
	_cleanup_(cleanup_json) struct json_object *json = NULL;
	_cleanup_manifest_ struct manifest *result = calloc(1, sizeof(*result));

	*manifest = NULL;
	if (!result)
		return lp_error_no_memory();
	if (size > INT32_MAX)
		/* cppcheck-suppress memleak ; freed at the end of its scope */
		return lp_error_new(LP_BAD_BUNDLE, "manifest.json: too large");
	lp_try(parse_json(text, size, &json));
	struct place root = {.json = json, .prefix = ""};

	if (!json_object_is_type(json, json_type_object))
		return lp_error_new(LP_BAD_BUNDLE, "manifest.json: not a JSON object");
	lp_try(read_manifest(&root, result));
	*manifest = take(result);
	return NULL;
}
