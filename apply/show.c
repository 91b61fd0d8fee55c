// SPDX-License-Identifier: GPL-2.0-or-later
#include "apply/show.h"

#include <inttypes.h>
#include <json-c/json.h>
#include <string.h>
#include <time.h>

#include "apply/conflicts.h"
#include "apply/modules.h"
#include "apply/options.h"
#include "apply/findings.h"
#include "apply/overrides.h"
#include "apply/update_facts.h"
#include "apply/updates.h"

const char *show_description(const char *description)
{
	return *description ? description : "no description available";
}

/* As JSON --------------------------------------------------------------------- */

static void add_text(struct json_object *json, const char *field, const char *text)
{
	json_object_object_add(json, field, text ? json_object_new_string(text) : NULL);
}

static struct json_object *function_json(const struct update_function *function)
{
	struct json_object *json = json_object_new_object();

	add_text(json, "object", function->object);
	add_text(json, "name", function->name);
	add_text(json, "kind", manifest_kind_name(MANIFEST_REPLACED));
	add_text(json, "old", function->old_address);
	add_text(json, "new", function->new_address);
	add_text(json, "redirect", function->redirect);
	return json;
}

static struct json_object *constant_json(const struct update_constant *constant)
{
	struct json_object *json = json_object_new_object();

	add_text(json, "object", constant->object);
	add_text(json, "name", constant->name);
	add_text(json, "kind", FACT_REWRITTEN);
	add_text(json, "address", constant->address);
	json_object_object_add(json, "size",
			       json_object_new_int64(strtoll(constant->size, NULL, 10)));
	add_text(json, "state", constant->state);
	return json;
}

static struct json_object *hook_json(const struct update_hook *hook)
{
	struct json_object *json = json_object_new_object();

	add_text(json, "object", hook->object);
	add_text(json, "kind", hook->kind);
	add_text(json, "source", hook->source);
	add_text(json, "function", hook->function);
	return json;
}

static struct json_object *shadow_json(const struct update_shadow *shadow)
{
	struct json_object *json = json_object_new_object();

	add_text(json, "name", shadow->name);
	json_object_object_add(json, "size",
			       json_object_new_int64(strtoll(shadow->size, NULL, 10)));
	json_object_object_add(json, "count",
			       json_object_new_int64(strtoll(shadow->count, NULL, 10)));
	json_object_object_add(json, "shared",
			       json_object_new_boolean(!strcmp(shadow->scope, "shared")));
	return json;
}

/* Whether the originals of an object were proven, null without a record. */
static struct json_object *object_json(const struct update *update,
				       const struct update_object *object)
{
	struct json_object *json = json_object_new_object();

	add_text(json, "name", object->name);
	json_object_object_add(json, "waiting", json_object_new_boolean(object->waiting));
	json_object_object_add(json, "proven",
			       update->record ? json_object_new_boolean(!object->unproven) : NULL);
	return json;
}

/* Hands each field of an update to `add`, which owns it from then on. */
static void update_fields(const struct update *update,
			  void (*add)(void *data, const char *field, struct json_object *value),
			  void *data)
{
	const struct record *record = update->record;
	struct json_object *objects = json_object_new_array();
	struct json_object *functions = json_object_new_array();
	struct json_object *constants = json_object_new_array();
	struct json_object *hooks = json_object_new_array();
	struct json_object *shadows = json_object_new_array();

	for (size_t i = 0; i < update->nr_objects; i++)
		json_object_array_add(objects, object_json(update, &update->objects[i]));
	for (size_t i = 0; i < update->nr_functions; i++)
		json_object_array_add(functions, function_json(&update->functions[i]));
	for (size_t i = 0; i < update->nr_constants; i++)
		json_object_array_add(constants, constant_json(&update->constants[i]));
	for (size_t i = 0; i < update->nr_hooks; i++)
		json_object_array_add(hooks, hook_json(&update->hooks[i]));
	for (size_t i = 0; i < update->nr_shadows; i++)
		json_object_array_add(shadows, shadow_json(&update->shadows[i]));
	add(data, "id", json_object_new_string(update->id));
	add(data, "stage", json_object_new_string(control_stage_name(update->stage)));
	add(data, "description", json_object_new_string(update->description));
	add(data, "applied", record ? json_object_new_int64(record->applied) : NULL);
	add(data, "age", record ? json_object_new_int64(record_age(record)) : NULL);
	add(data, "signer",
	    record && record->signer ? json_object_new_string(record->signer) : NULL);
	add(data, "persistent", json_object_new_boolean(update->persistent));
	add(data, "abort_cause", json_object_new_string(control_cause_name(update->cause)));
	add(data, "objects", objects);
	add(data, "functions", functions);
	add(data, "constants", constants);
	add(data, "hooks", hooks);
	add(data, "shadows", shadows);
	add(data, "outlives", outlives_json(&update->outlives));
	add(data, "kept", json_object_new_boolean(update->keep == KEEP_NOW));
}

static void add_to_object(void *data, const char *field, struct json_object *value)
{
	json_object_object_add(data, field, value);
}

static void add_to_output(void *data, const char *field, struct json_object *value)
{
	output_add(data, field, value);
}

/* All updates ----------------------------------------------------------------- */

/* The columns between id and description; each is as wide as its widest text. */
enum column { COLUMN_ID, COLUMN_STAGE, COLUMN_AGE, COLUMN_FUNCTIONS, COLUMN_OBJECTS, NR_COLUMNS };

struct row {
	char *columns[NR_COLUMNS];
};

static void row_clear(struct row *row)
{
	for (int i = 0; i < NR_COLUMNS; i++)
		free(row->columns[i]);
}

/* "12s", "5m", "3h" or "40d"; "-" if unknown. */
static struct lp_error *age_text(const struct record *record, char **text)
{
	static const struct {
		int64_t seconds;
		char letter;
	} units[] = {{24 * 60 * 60, 'd'}, {60 * 60, 'h'}, {60, 'm'}};

	if (!record)
		return text_format(text, "-");
	int64_t age = record_age(record);

	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		/* At least two of a unit, so that rounding doesn't hide much of what is
		 * known. */
		if (age >= 2 * units[i].seconds)
			return text_format(text, "%" PRId64 "%c", age / units[i].seconds,
					   units[i].letter);
	}
	return text_format(text, "%" PRId64 "s", age);
}

/* "vmlinux,nf_tables(waiting)" */
static struct lp_error *objects_text(const struct update *update, char **text)
{
	for (size_t i = 0; i < update->nr_objects; i++) {
		_cleanup_free_ char *before = take(*text);

		lp_try(text_format(text, "%s%s%s%s", before ? before : "", before ? "," : "",
				   update->objects[i].name,
				   update->objects[i].waiting ? "(waiting)" : ""));
	}
	return *text ? NULL : text_format(text, "-");
}

static struct lp_error *fill_row(const struct update *update, struct row *row)
{
	lp_try(text_format(&row->columns[COLUMN_ID], "%s", update->id));
	lp_try(text_format(&row->columns[COLUMN_STAGE], "%s%s", control_stage_name(update->stage),
			   update->keep == KEEP_NOW ? "(kept)" : ""));
	lp_try(age_text(update->record, &row->columns[COLUMN_AGE]));
	size_t waiting = 0;
	const char *object;

	while (update_waiting_function(update, waiting, &object))
		waiting++;
	size_t functions = update->nr_functions + waiting;

	lp_try(text_format(&row->columns[COLUMN_FUNCTIONS], "%zu function%s", functions,
			   functions == 1 ? "" : "s"));
	return objects_text(update, &row->columns[COLUMN_OBJECTS]);
}

static void widen(const struct row *row, int widths[NR_COLUMNS])
{
	for (int i = 0; i < NR_COLUMNS; i++) {
		int length = strlen(row->columns[i]);

		if (length > widths[i])
			widths[i] = length;
	}
}

static struct lp_error *print_rows(struct output *output, const struct update_list *list,
				   struct row *rows)
{
	int widths[NR_COLUMNS] = {};

	for (size_t i = 0; i < list->count; i++) {
		lp_try(fill_row(&list->updates[i], &rows[i]));
		widen(&rows[i], widths);
	}
	for (size_t i = 0; i < list->count; i++) {
		for (int k = 0; k < NR_COLUMNS; k++)
			output_print(output, "%-*s  ", widths[k], rows[i].columns[k]);
		output_print(output, "%s\n", show_description(list->updates[i].description));
	}
	return NULL;
}

struct lp_error *show_all(const struct host *host, struct output *output)
{
	_cleanup_update_list_ struct update_list list = {};
	struct json_object *updates = json_object_new_array();

	output_add(output, "updates", updates);
	lp_try(updates_read(host, &list));
	for (size_t i = 0; i < list.count; i++) {
		struct json_object *update = json_object_new_object();

		update_fields(&list.updates[i], add_to_object, update);
		json_object_array_add(updates, update);
	}
	_cleanup_free_ struct row *rows = calloc(list.count + 1, sizeof(*rows));

	if (!rows)
		return lp_error_no_memory();
	struct lp_error *error = print_rows(output, &list, rows);

	for (size_t i = 0; i < list.count; i++)
		row_clear(&rows[i]);
	return error;
}

/* One update ------------------------------------------------------------------ */

/* Says why the last attempt failed, if it did. */
static struct lp_error *show_last_failure(const struct host *host, struct output *output,
					  const struct update *update)
{
	_cleanup_free_ char *conflicts = NULL;

	if (update->cause == LPATCH_CAUSE_NONE)
		return NULL;
	lp_try(control_conflicts(host, update->id, &conflicts));
	output_add(output, "conflicts", conflicts_to_json(conflicts));
	output_print(output, "\nThe last attempt to change that failed: %s (%s)\n%s\n",
		     control_cause_sentence(update->cause), control_cause_name(update->cause),
		     conflicts);
	return NULL;
}

/* The record of when the update was applied. */
static struct lp_error *print_record(struct output *output, const struct record *record)
{
	_cleanup_free_ char *age = NULL;
	char date[64] = "";
	struct tm parts;

	if (!record)
		return NULL;
	if (gmtime_r(&(time_t){record->applied}, &parts))
		strftime(date, sizeof(date), "%Y-%m-%d %H:%M:%S UTC", &parts);
	lp_try(age_text(record, &age));
	output_print(output, "\nApplied: %s, %s ago\nSigned by: %s\n", date, age,
		     record->signer ? record->signer : "not checked");
	return NULL;
}

/* What matters for an undo and does not need the manifest. */
static struct lp_error *print_outlives(struct output *output, const struct update *update)
{
	if (update->outlives.count)
		output_print(output,
			     "\nCode and data that the kernel may still use after an undo:\n");
	for (size_t i = 0; i < update->outlives.count; i++) {
		const struct fact fact = outlives_fact(&update->outlives.items[i]);

		lp_try(output_fact(output, "  ", &fact));
	}
	return NULL;
}

/* The update's objects, and what it has changed in them. */
static struct lp_error *print_facts(const struct host *host, struct output *output,
				    const struct update *update)
{
	_cleanup_text_list_ struct text_list objects = {}, changes = {};

	lp_try(update_facts_objects(host, update, &objects));
	lp_try(update_facts_changes(host, update, &changes));
	output_lines(output, "Objects", &objects);
	output_lines(output, "Changes", &changes);
	return NULL;
}

static struct lp_error *not_there(const char *id)
{
	return lp_error_hint(lp_error_new(LP_USAGE, "no update %s is in the kernel", id),
			     "lpatch-view without options lists those that are.");
}

/* All that the core shows of it. One that is undone just now is not there. */
static struct lp_error *read_update(const struct host *host, const char *id, struct update *update,
				    char **patch)
{
	if (!control_present(host, id))
		return not_there(id);
	struct lp_error *error = update_read(host, id, update);

	if (!error)
		error = control_patch(host, id, patch);
	if (error && !control_present(host, id)) {
		lp_error_free(error);
		return not_there(id);
	}
	return error;
}

/* The recorded manifest of an update. */
static struct lp_error *show_noted(const struct manifest *manifest, struct output *output)
{
	lp_try(overrides_show(manifest, output));
	lp_try(findings_show(manifest, output));
	findings_add_json(manifest, output);
	return NULL;
}

struct lp_error *show_update(const struct host *host, struct output *output, const char *id)
{
	_cleanup_update_ struct update update = {};
	_cleanup_free_ char *patch = NULL;

	lp_try(options_check_id(id));
	lp_try(read_update(host, id, &update, &patch));
	update_fields(&update, add_to_output, output);
	output_print(output, "lpatch id %s is present in the kernel and is %s%s.\n%s\n", id,
		     control_stage_name(update.stage),
		     update.stage == LPATCH_STAGE_PREPARING ? " (not in force)" : "",
		     show_description(update.description));
	if (update.keep == KEEP_NOW)
		output_print(output, "%s is out of force; its code stays loaded\n", id);
	lp_try(print_record(output, update.record));
	if (update.persistent)
		output_print(output, "Applied again at each boot of this kernel.\n");
	lp_try(show_last_failure(host, output, &update));
	lp_try(print_facts(host, output, &update));
	if (update.record)
		lp_try(show_noted(update.record->manifest, output));
	else
		lp_try(print_outlives(output, &update));
	output_patch(output, patch);
	return NULL;
}
