// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/changes/cve.h"

#include <errno.h>
#include <fts.h>
#include <json-c/json.h>
#include <string.h>
#include <sys/stat.h>

#include "common/file.h"
#include "create/base/unpack.h"
#include "create/changes/debian_changelog.h"
#include "create/changes/message.h"

/* A Debian changelog of the kernel has some 2 MB, a CVE record some 20 KB. */
#define FILE_LIMIT (256u << 20)

/* The fewest digits of a commit that are compared. */
#define FEWEST_DIGITS 12

/* A field of an object, or NULL. */
static struct json_object *field(struct json_object *object, const char *name)
{
	struct json_object *value = NULL;

	if (!json_object_is_type(object, json_type_object))
		return NULL;
	return json_object_object_get_ex(object, name, &value) ? value : NULL;
}

static const char *string(struct json_object *object, const char *name)
{
	struct json_object *value = field(object, name);

	return json_object_is_type(value, json_type_string) ? json_object_get_string(value) : NULL;
}

static size_t count_of(struct json_object *array)
{
	return json_object_is_type(array, json_type_array) ? json_object_array_length(array) : 0;
}

static bool is_commit(const char *known, const char *text)
{
	size_t length = text ? strspn(text, "0123456789abcdef") : 0;

	if (!known || length < FEWEST_DIGITS || text[length])
		return false;
	return !strncmp(known, text, strlen(known) < length ? strlen(known) : length);
}

static bool is_of_change(const struct change *change, const char *commit)
{
	return is_commit(change->commit, commit) || is_commit(change->upstream, commit);
}

/* containers.cna.affected[].versions[].lessThan: the commit that ends an affected range. */
static bool ends_range(const struct change *change, struct json_object *cna)
{
	struct json_object *affected = field(cna, "affected");

	for (size_t i = 0; i < count_of(affected); i++) {
		struct json_object *versions =
			field(json_object_array_get_idx(affected, i), "versions");

		for (size_t k = 0; k < count_of(versions); k++) {
			struct json_object *version = json_object_array_get_idx(versions, k);
			const char *type = string(version, "versionType");

			if (type && !strcmp(type, "git") &&
			    is_of_change(change, string(version, "lessThan")))
				return true;
		}
	}
	return false;
}

/* containers.cna.references[].url: "https://git.kernel.org/stable/c/COMMIT". */
static bool is_reference(const struct change *change, struct json_object *cna)
{
	struct json_object *references = field(cna, "references");

	for (size_t i = 0; i < count_of(references); i++) {
		const char *url = string(json_object_array_get_idx(references, i), "url");
		const char *slash = url ? strrchr(url, '/') : NULL;

		if (slash && is_of_change(change, slash + 1))
			return true;
	}
	return false;
}

static struct lp_error *add_once(struct text_list *list, const char *text)
{
	return text_list_contains(list, text) ? NULL : text_list_add(list, "%s", text);
}

/* Sets *is_record if the value has what every record has. */
static struct lp_error *take_record(struct changes *changes, struct json_object *record,
				    bool *is_record)
{
	_cleanup_text_list_ struct text_list names = {0};
	const char *id = string(field(record, "cveMetadata"), "cveId");
	struct json_object *cna = field(field(record, "containers"), "cna");

	*is_record = id && cna;
	if (!*is_record)
		return NULL;
	/* Nothing else gets into messages and documents. */
	lp_try(message_add_cves(id, strlen(id), &names));
	if (names.count != 1 || strcmp(names.items[0], id) != 0) {
		*is_record = false;
		return NULL;
	}
	for (size_t i = 0; i < changes->count; i++) {
		struct change *change = &changes->items[i];

		if (ends_range(change, cna) || is_reference(change, cna))
			lp_try(add_once(&change->cves, id));
	}
	return NULL;
}

static struct lp_error *no_record(const char *path)
{
	return lp_error_new(LP_USAGE,
			    "--cve=%s: it is neither a CVE record in JSON nor a Debian "
			    "changelog",
			    path);
}

static struct lp_error *take_json(struct changes *changes, const char *path,
				  struct json_object *json)
{
	size_t count = count_of(json);
	bool is_record;

	if (!json_object_is_type(json, json_type_array)) {
		lp_try(take_record(changes, json, &is_record));
		return is_record ? NULL : no_record(path);
	}
	for (size_t i = 0; i < count; i++) {
		lp_try(take_record(changes, json_object_array_get_idx(json, i), &is_record));
		if (!is_record)
			return no_record(path);
	}
	return NULL;
}

static struct lp_error *read_json(struct changes *changes, const char *path, const char *text)
{
	enum json_tokener_error trouble;
	struct json_object *json = json_tokener_parse_verbose(text, &trouble);

	if (!json)
		return lp_error_new(LP_USAGE, "--cve=%s: %s", path,
				    json_tokener_error_desc(trouble));
	struct lp_error *error = take_json(changes, path, json);

	json_object_put(json);
	return error;
}

/* An item of a Debian changelog. */
static struct lp_error *take_item(void *context, const char *subject, const struct text_list *cves)
{
	struct changes *changes = context;

	for (size_t i = 0; i < changes->count; i++) {
		struct change *change = &changes->items[i];

		for (size_t k = 0; k < cves->count && !strcmp(change->subject, subject); k++)
			lp_try(add_once(&change->cves, cves->items[k]));
	}
	return NULL;
}

static struct lp_error *read_file(struct changes *changes, const char *path)
{
	_cleanup_blob_ struct blob blob = {0};
	struct lp_error *error = file_read_plain(path, FILE_LIMIT, &blob);
	bool is_changelog = false;
	const char *text;

	if (error) {
		error->status = LP_USAGE;
		return lp_error_context(error, "--cve");
	}
	lp_try(lp_error_context(unpack(path, LP_USAGE, &blob), "--cve"));
	text = (const char *)blob.data;
	text += strspn(text, " \t\r\n");
	if (*text == '{' || *text == '[')
		return read_json(changes, path, text);
	lp_try(debian_changelog_read(text, take_item, changes, &is_changelog));
	return is_changelog ? NULL : no_record(path);
}

static struct lp_error *read_directory(struct changes *changes, const char *path)
{
	FTS *walk = fts_open((char *const[]){(char *)path, NULL}, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	struct lp_error *error = NULL;
	size_t count = 0;

	if (!walk)
		return lp_error_errno(errno, "can't read %s", path);
	for (FTSENT *entry; !error && (entry = fts_read(walk));) {
		if (entry->fts_info != FTS_F || !text_ends_with(entry->fts_name, ".json"))
			continue;
		error = read_file(changes, entry->fts_path);
		count++;
	}
	fts_close(walk);
	if (!error && !count)
		error = lp_error_new(LP_USAGE, "--cve=%s: no file in it is named *.json", path);
	return error;
}

struct lp_error *changes_read_cves(struct changes *changes, const char *path)
{
	struct stat status;

	if (!stat(path, &status) && S_ISDIR(status.st_mode))
		return read_directory(changes, path);
	return read_file(changes, path);
}
