// SPDX-License-Identifier: GPL-2.0-or-later
#include "apply/record.h"

#include <errno.h>
#include <json-c/json.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "common/file.h"
#include "common/text.h"

#define RECORD_LIMIT (8 * 1024 * 1024)
#define LAST_ERROR   "last-error"
#define BOOT         "last-boot"

static void cleanup_json(struct json_object **json)
{
	json_object_put(*json);
}

/* The path of a record; ids never contain the '-' of our own names. */
static struct lp_error *path_of(const struct host *host, const char *name, char **path)
{
	return text_format(path, "%s/%s.json", host->records, name);
}

static int64_t milliseconds(clockid_t clock)
{
	struct timespec now;

	return clock_gettime(clock, &now) ? 0 : now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

static struct json_object *time_of_day(void)
{
	return json_object_new_int64(milliseconds(CLOCK_REALTIME) / 1000);
}

static struct lp_error *write_json(const struct host *host, const char *name,
				   struct json_object *json)
{
	_cleanup_free_ char *path = NULL;

	if (!json)
		return lp_error_no_memory();
	const char *text = json_object_to_json_string_ext(
		json, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE);

	lp_try(path_of(host, name, &path));
	if (mkdir(host->records, 0700) && errno != EEXIST)
		return lp_error_errno(errno, "can't make %s", host->records);
	return file_write(path, text, strlen(text));
}

/* *json stays NULL if nothing can be read: a record is never required. */
static struct lp_error *read_json(const struct host *host, const char *name,
				  struct json_object **json)
{
	_cleanup_free_ char *path = NULL;
	_cleanup_blob_ struct blob text = {};

	lp_try(path_of(host, name, &path));
	_cleanup_error_ struct lp_error *error = file_read(path, RECORD_LIMIT, &text);

	if (!error)
		*json = json_tokener_parse((const char *)text.data);
	return NULL;
}

static int64_t get_number(struct json_object *json, const char *field)
{
	return json_object_get_int64(json_object_object_get(json, field));
}

/* A copy of the field's text; NULL if it is not there. */
static char *get_text(struct json_object *json, const char *field)
{
	struct json_object *value = json_object_object_get(json, field);

	return json_object_is_type(value, json_type_string) ? strdup(json_object_get_string(value))
							    : NULL;
}

/* Updates --------------------------------------------------------------------- */

struct lp_error *record_write(const struct host *host, const struct manifest *manifest,
			      const char *signer)
{
	_cleanup_(cleanup_json) struct json_object *json = json_object_new_object();

	json_object_object_add(json, "applied", time_of_day());
	json_object_object_add(json, "boottime",
			       json_object_new_int64(milliseconds(CLOCK_BOOTTIME)));
	json_object_object_add(json, "signer", signer ? json_object_new_string(signer) : NULL);
	json_object_object_add(json, "manifest", manifest_to_json(manifest));
	return write_json(host, manifest->id, json);
}

struct lp_error *record_read(const struct host *host, const char *id, struct record **record)
{
	_cleanup_(cleanup_json) struct json_object *json = NULL;
	_cleanup_record_ struct record *result = calloc(1, sizeof(*result));

	*record = NULL;
	if (!result)
		return lp_error_no_memory();
	lp_try(read_json(host, id, &json));
	if (!json_object_is_type(json, json_type_object))
		return NULL;
	const char *manifest = json_object_to_json_string(json_object_object_get(json, "manifest"));
	_cleanup_error_ struct lp_error *error =
		manifest_from_json(manifest, strlen(manifest), &result->manifest);

	if (error || strcmp(result->manifest->id, id))
		return NULL;
	result->applied = get_number(json, "applied");
	result->boottime = get_number(json, "boottime");
	result->signer = get_text(json, "signer");
	*record = take(result);
	return NULL;
}

void record_remove(const struct host *host, const char *id)
{
	_cleanup_free_ char *path = NULL;
	_cleanup_error_ struct lp_error *error = path_of(host, id, &path);

	if (!error)
		unlink(path);
}

void record_free(struct record *record)
{
	if (!record)
		return;
	manifest_free(record->manifest);
	free(record->signer);
	free(record);
}

int64_t record_age(const struct record *record)
{
	int64_t age = (milliseconds(CLOCK_BOOTTIME) - record->boottime) / 1000;

	return age > 0 ? age : 0;
}

/* The last error -------------------------------------------------------------- */

void record_failure(const struct host *host, const char *program, const struct lp_error *error)
{
	_cleanup_(cleanup_json) struct json_object *json = json_object_new_object();

	json_object_object_add(json, "program", json_object_new_string(program));
	json_object_object_add(json, "message", json_object_new_string(error->message));
	json_object_object_add(json, "status", json_object_new_int64(error->status));
	json_object_object_add(json, "time", time_of_day());
	lp_error_free(write_json(host, LAST_ERROR, json));
}

struct lp_error *record_last_failure(const struct host *host, struct record_failure *failure)
{
	_cleanup_(cleanup_json) struct json_object *json = NULL;

	*failure = (struct record_failure){};
	lp_try(read_json(host, LAST_ERROR, &json));
	if (!json_object_is_type(json, json_type_object))
		return NULL;
	failure->program = get_text(json, "program");
	failure->message = get_text(json, "message");
	failure->status = get_number(json, "status");
	failure->time = get_number(json, "time");
	return NULL;
}

void record_failure_clear(struct record_failure *failure)
{
	free(failure->program);
	free(failure->message);
	*failure = (struct record_failure){};
}

/* The boot -------------------------------------------------------------------- */

void record_boot(const struct host *host, const struct record_boot *boot)
{
	_cleanup_(cleanup_json) struct json_object *json = json_object_new_object();

	json_object_object_add(json, "applied", json_object_new_int64(boot->applied));
	json_object_object_add(json, "failed", json_object_new_int64(boot->failed));
	json_object_object_add(json, "skipped", json_object_new_int64(boot->skipped));
	json_object_object_add(json, "disabled",
			       boot->disabled ? json_object_new_string(boot->disabled) : NULL);
	lp_error_free(write_json(host, BOOT, json));
}

struct lp_error *record_read_boot(const struct host *host, struct record_boot *boot)
{
	_cleanup_(cleanup_json) struct json_object *json = NULL;

	*boot = (struct record_boot){};
	lp_try(read_json(host, BOOT, &json));
	if (!json_object_is_type(json, json_type_object))
		return NULL;
	boot->noted = true;
	boot->applied = get_number(json, "applied");
	boot->failed = get_number(json, "failed");
	boot->skipped = get_number(json, "skipped");
	boot->disabled = get_text(json, "disabled");
	return NULL;
}
