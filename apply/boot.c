// SPDX-License-Identifier: GPL-2.0-or-later
#include "apply/boot.h"

#include <json-c/json.h>
#include <string.h>

#include "apply/control.h"
#include "apply/persist.h"
#include "apply/record.h"

/* The name of a file without its folders. */
static const char *name_of(const char *path)
{
	return strrchr(path, '/') + 1;
}

/* Reports on a bundle. `error` is NULL if its update is in force now. */
static struct json_object *bundle_json(const char *path, const struct lp_error *error)
{
	struct json_object *json = error ? output_error_json(error) : json_object_new_object();

	json_object_object_add(json, "bundle", json_object_new_string(name_of(path)));
	json_object_object_add(json, "applied", json_object_new_boolean(!error));
	return json;
}

/* True if the update named by the bundle's file name is already in force. */
static struct lp_error *is_in_force(const struct host *host, const char *path, bool *in_force)
{
	_cleanup_free_ char *id = NULL;
	enum lpatch_stage stage;

	*in_force = false;
	lp_try(persist_id(path, &id));
	if (!manifest_id_is_valid(id) || !control_present(host, id))
		return NULL;
	lp_try(control_stage(host, id, &stage));
	*in_force = stage == LPATCH_STAGE_APPLIED;
	return NULL;
}

/* Applies all; returns the last failure and prints the others. */
static struct lp_error *apply_all(const struct host *host, const struct text_list *paths,
				  struct output *output, boot_apply_one *apply, void *data,
				  struct record_boot *boot)
{
	struct json_object *updates = json_object_new_array();
	struct lp_error *last = NULL;

	output_add(output, "updates", updates);
	for (size_t i = 0; i < paths->count; i++) {
		bool in_force;
		struct lp_error *error = is_in_force(host, paths->items[i], &in_force);

		if (!error && !in_force)
			error = apply(data, paths->items[i]);

		json_object_array_add(updates, bundle_json(paths->items[i], error));
		if (error && error->status == LP_WRONG_HOST) {
			message_warning(&output->sink, "skipped %s: %s", name_of(paths->items[i]),
					error->message);
			boot->skipped++;
			lp_error_free(error);
			continue;
		}
		boot->applied += !error;
		boot->failed += !!error;
		if (!error)
			continue;
		message_error(&output->sink, last);
		last = lp_error_context(error, "%s", name_of(paths->items[i]));
	}
	return last;
}

static struct lp_error *say_disabled(struct output *output, const char *reason,
				     const struct host *host)
{
	_cleanup_free_ char *marker = NULL;

	output_add_text(output, "disabled", reason);
	lp_try(persist_marker(host, &marker));
	if (access(marker, F_OK)) {
		message_warning(&output->sink, "no updates are applied at this boot: %s", reason);
		return NULL;
	}
	return lp_error_hint(
		lp_error_new(LP_KERNEL_REFUSED, "no updates are applied at this boot: %s", reason),
		"If an update was the cause, forget it: lpatch-undo --persist ID. Then remove %s, "
		"and "
		"the next boot applies the rest.",
		marker);
}

struct lp_error *boot_apply(const struct host *host, struct output *output, boot_apply_one *apply,
			    void *data)
{
	_cleanup_text_list_ struct text_list paths = {};
	_cleanup_record_boot_ struct record_boot before = {}, now = {};

	lp_try(persist_list(host, &paths));
	if (!paths.count)
		return NULL;
	lp_try(record_read_boot(host, &before));
	/* After the first run at this boot, the marker is of this boot. */
	if (!before.noted || before.disabled)
		lp_try(persist_disabled(host, &now.disabled));
	if (now.disabled) {
		record_boot(host, &now);
		return say_disabled(output, now.disabled, host);
	}
	/* The service was started by hand later: a crash then is not a crash at boot. */
	if (!before.noted)
		lp_try(persist_begin_boot(host));
	struct lp_error *error = apply_all(host, &paths, output, apply, data, &now);

	record_boot(host, &now);
	return error;
}

struct lp_error *boot_done(const struct host *host)
{
	_cleanup_record_boot_ struct record_boot boot = {};

	lp_try(record_read_boot(host, &boot));
	return boot.disabled ? NULL : persist_end_boot(host);
}
