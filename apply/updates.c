// SPDX-License-Identifier: GPL-2.0-or-later
#include "apply/updates.h"

#include <string.h>

#include "apply/persist.h"

void update_clear(struct update *update)
{
	free(update->id);
	free(update->description);
	free(update->functions);
	free(update->objects);
	record_free(update->record);
	free(update->text);
	free(update->constants);
	free(update->constants_text);
	free(update->hooks);
	free(update->hooks_text);
	free(update->shadows);
	free(update->shadows_text);
	free(update->objects_text);
	outlives_clear(&update->outlives);
	*update = (struct update){};
}

void updates_clear(struct update_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		update_clear(&list->updates[i]);
	free(list->updates);
	*list = (struct update_list){};
}

static size_t count_lines(const char *text)
{
	size_t lines = 1;

	for (; *text; text++)
		lines += *text == '\n';
	return lines;
}

#define FIELDS        5 /* in a line of `functions` and of `constants` */
#define HOOK_FIELDS   4
#define SHADOW_FIELDS 4

/* Splits the line; false if it doesn't have that many fields. */
static bool parse_fields(char *line, const char **fields, size_t number)
{
	for (size_t i = 0; i < number; i++) {
		fields[i] = strsep(&line, " \t");
		if (!fields[i] || !*fields[i])
			return false;
	}
	return true;
}

/* True if the record says that a part of the object was not proven. */
static bool is_unproven(const struct record *record, const char *object)
{
	for (size_t i = 0; record && i < record->manifest->nr_objects; i++) {
		const struct manifest_object *part = &record->manifest->objects[i];

		if (!strcmp(part->name, object) && !part->proven && !part->is_new)
			return true;
	}
	return false;
}

/* Lines of "OBJECT NAME OLD NEW REDIRECT". */
static struct lp_error *read_functions(const struct host *host, struct update *update)
{
	const char *fields[FIELDS];

	lp_try(control_lines(host, update->id, LPATCH_FILE_FUNCTIONS, &update->text));
	char *rest = update->text, *line;

	update->functions = calloc(count_lines(update->text), sizeof(*update->functions));
	if (!update->functions)
		return lp_error_no_memory();
	while ((line = strsep(&rest, "\n"))) {
		if (parse_fields(line, fields, FIELDS))
			update->functions[update->nr_functions++] = (struct update_function){
				.object = fields[0],
				.name = fields[1],
				.old_address = fields[2],
				.new_address = fields[3],
				.redirect = fields[4],
			};
	}
	return NULL;
}

/* Lines of "OBJECT NAME ADDRESS SIZE STATE". */
static struct lp_error *read_constants(const struct host *host, struct update *update)
{
	const char *fields[FIELDS];

	lp_try(control_lines(host, update->id, LPATCH_FILE_CONSTANTS, &update->constants_text));
	char *rest = update->constants_text, *line;

	update->constants = calloc(count_lines(rest), sizeof(*update->constants));
	if (!update->constants)
		return lp_error_no_memory();
	while ((line = strsep(&rest, "\n"))) {
		if (parse_fields(line, fields, FIELDS))
			update->constants[update->nr_constants++] = (struct update_constant){
				.object = fields[0],
				.name = fields[1],
				.address = fields[2],
				.size = fields[3],
				.state = fields[4],
			};
	}
	return NULL;
}

/* Lines of "OBJECT HOOK SOURCE FUNCTION". */
static struct lp_error *read_hooks(const struct host *host, struct update *update)
{
	const char *fields[HOOK_FIELDS];

	lp_try(control_lines(host, update->id, LPATCH_FILE_HOOKS, &update->hooks_text));
	char *rest = update->hooks_text, *line;

	update->hooks = calloc(count_lines(rest), sizeof(*update->hooks));
	if (!update->hooks)
		return lp_error_no_memory();
	while ((line = strsep(&rest, "\n"))) {
		if (parse_fields(line, fields, HOOK_FIELDS))
			update->hooks[update->nr_hooks++] = (struct update_hook){
				.object = fields[0],
				.kind = fields[1],
				.source = fields[2],
				.function = fields[3],
			};
	}
	return NULL;
}

/* Lines of "NAME SIZE COUNT SCOPE". */
static struct lp_error *read_shadows(const struct host *host, struct update *update)
{
	const char *fields[SHADOW_FIELDS];

	lp_try(control_lines(host, update->id, LPATCH_FILE_SHADOWS, &update->shadows_text));
	char *rest = update->shadows_text, *line;

	update->shadows = calloc(count_lines(rest), sizeof(*update->shadows));
	if (!update->shadows)
		return lp_error_no_memory();
	while ((line = strsep(&rest, "\n"))) {
		if (parse_fields(line, fields, SHADOW_FIELDS))
			update->shadows[update->nr_shadows++] = (struct update_shadow){
				.name = fields[0],
				.size = fields[1],
				.count = fields[2],
				.scope = fields[3],
			};
	}
	return NULL;
}

/* Lines of "OBJECT MODULE". */
static struct lp_error *read_objects(const struct host *host, struct update *update)
{
	lp_try(control_lines(host, update->id, LPATCH_FILE_OBJECTS, &update->objects_text));
	char *rest = update->objects_text, *line;

	update->objects = calloc(count_lines(rest), sizeof(*update->objects));
	if (!update->objects)
		return lp_error_no_memory();
	while ((line = strsep(&rest, "\n"))) {
		const char *name = strsep(&line, " ");

		if (!line)
			continue;
		update->objects[update->nr_objects++] = (struct update_object){
			.name = name,
			.waiting = !strcmp(line, LPATCH_OBJECT_WAITING),
			.unproven = is_unproven(update->record, name),
		};
	}
	return NULL;
}

struct lp_error *update_read(const struct host *host, const char *id, struct update *update)
{
	*update = (struct update){};
	lp_try(text_format(&update->id, "%s", id));
	lp_try(control_stage(host, id, &update->stage));
	lp_try(control_cause(host, id, &update->cause));
	lp_try(control_read(host, id, LPATCH_FILE_DESCRIPTION, &update->description));
	lp_try(record_read(host, id, &update->record));
	update->persistent = persist_is_kept(host, id);
	lp_try(read_functions(host, update));
	lp_try(read_constants(host, update));
	lp_try(read_hooks(host, update));
	lp_try(read_shadows(host, update));
	lp_try(keep_read(host, id, &update->keep));
	lp_try(outlives_read(host, id, &update->outlives));
	return read_objects(host, update);
}

static bool is_waiting(const struct update *update, const char *object)
{
	for (size_t i = 0; i < update->nr_objects; i++) {
		if (!strcmp(update->objects[i].name, object))
			return update->objects[i].waiting;
	}
	return false;
}

const char *update_waiting_function(const struct update *update, size_t index, const char **object)
{
	const struct manifest *manifest = update->record ? update->record->manifest : NULL;

	for (size_t i = 0; manifest && i < manifest->nr_objects; i++) {
		const struct manifest_object *part = &manifest->objects[i];

		if (!is_waiting(update, part->name))
			continue;
		for (size_t k = 0; k < part->nr_functions; k++) {
			if (part->functions[k].kind != MANIFEST_REPLACED || index--)
				continue;
			*object = part->name;
			return part->functions[k].name;
		}
	}
	return NULL;
}

static int compare_ages(const void *left_item, const void *right_item)
{
	const struct update *left = left_item, *right = right_item;
	int64_t left_time = left->record ? left->record->boottime : -1;
	int64_t right_time = right->record ? right->record->boottime : -1;

	if (left_time != right_time)
		return left_time < right_time ? 1 : -1;
	return strcmp(left->id, right->id);
}

struct lp_error *updates_read(const struct host *host, struct update_list *list)
{
	_cleanup_text_list_ struct text_list ids = {};

	*list = (struct update_list){};
	lp_try(control_list(host, &ids));
	list->updates = calloc(ids.count + 1, sizeof(*list->updates));
	if (!list->updates)
		return lp_error_no_memory();
	for (size_t i = 0; i < ids.count; i++) {
		struct update *update = &list->updates[list->count++];
		struct lp_error *error = update_read(host, ids.items[i], update);

		/* It may be undone just now: then it does not count. */
		if (error && !control_present(host, ids.items[i])) {
			lp_error_free(take(error));
			update_clear(update);
			list->count--;
		}
		lp_try(error);
	}
	qsort(list->updates, list->count, sizeof(*list->updates), compare_ages);
	return NULL;
}
