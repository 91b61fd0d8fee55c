// SPDX-License-Identifier: GPL-2.0-or-later
#include "apply/keep.h"

#include <errno.h>
#include <json-c/json.h>
#include <string.h>

#include "apply/control.h"
#include "apply/module_section.h"
#include "apply/modules.h"
#include "apply/unload.h"

#define SAID       20 /* lines of a refusal; only the count of the others is shown */
#define NOTE_LIMIT 4096

static const char *const state_names[] = {
	[KEEP_NO] = LPATCH_KEEP_NO,
	[KEEP_YES] = LPATCH_KEEP_YES,
	[KEEP_NOW] = LPATCH_KEEP_NOW,
};

/* What can outlive an update ----------------------------------------------------- */

void outlives_clear(struct outlives_list *list)
{
	free(list->items);
	free(list->text);
	*list = (struct outlives_list){};
}

/* "OBJECT NAME WHERE TEXT", tabs between them; false if it is something else. */
static bool parse_line(char *line, struct outlives *outlives)
{
	outlives->object = strsep(&line, "\t");
	outlives->name = strsep(&line, "\t");
	outlives->where = strsep(&line, "\t");
	outlives->text = line;
	if (!outlives->name || !outlives->where || !outlives->text)
		return false;
	if (!strcmp(outlives->where, "-"))
		outlives->where = "";
	return true;
}

struct lp_error *outlives_read(const struct host *host, const char *id, struct outlives_list *list)
{
	size_t lines = 1;
	char *rest, *line;

	*list = (struct outlives_list){};
	lp_try(control_lines(host, id, LPATCH_FILE_OUTLIVES, &list->text));
	for (const char *c = list->text; *c; c++)
		lines += *c == '\n';
	list->items = calloc(lines, sizeof(*list->items));
	if (!list->items)
		return lp_error_no_memory();
	for (rest = list->text; (line = strsep(&rest, "\n"));)
		list->count += parse_line(line, &list->items[list->count]);
	return NULL;
}

struct fact outlives_fact(const struct outlives *outlives)
{
	return (struct fact){
		.object = outlives->object,
		.kind = finding_kind_name(FINDING_OUTLIVES),
		.name = outlives->name,
		.where = outlives->where,
		.why = outlives->text,
	};
}

struct json_object *outlives_json(const struct outlives_list *list)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < list->count; i++) {
		const struct outlives *one = &list->items[i];
		struct json_object *json = json_object_new_object();

		json_object_object_add(json, "object", json_object_new_string(one->object));
		json_object_object_add(json, "name", json_object_new_string(one->name));
		json_object_object_add(json, "where", json_object_new_string(one->where));
		json_object_object_add(json, "text", json_object_new_string(one->text));
		json_object_array_add(array, json);
	}
	return array;
}

/* The file keep_code -------------------------------------------------------------- */

struct lp_error *keep_read(const struct host *host, const char *id, enum keep_state *state)
{
	_cleanup_free_ char *word = NULL;

	lp_try(control_read(host, id, LPATCH_FILE_KEEP_CODE, &word));
	for (size_t i = 0; i < ARRAY_SIZE(state_names); i++) {
		if (!strcmp(word, state_names[i])) {
			*state = i;
			return NULL;
		}
	}
	return lp_error_new(LP_INTERNAL, "%s/%s/%s: unknown word \"%s\"", host->sysfs, id,
			    LPATCH_FILE_KEEP_CODE, word);
}

struct lp_error *keep_set(const struct host *host, const char *id, bool keep)
{
	return control_write(host, id, LPATCH_FILE_KEEP_CODE,
			     keep ? LPATCH_KEEP_YES : LPATCH_KEEP_NO);
}

bool keep_is_now(const struct host *host, const char *id)
{
	enum keep_state state = KEEP_NO;
	_cleanup_error_ struct lp_error *error = keep_read(host, id, &state);

	return !error && state == KEEP_NOW;
}

/* Before an undo ------------------------------------------------------------------ */

/* Everything that may still be used, a line each, each after a newline. */
static struct lp_error *list_lines(const struct outlives_list *list, char **lines)
{
	_cleanup_text_list_ struct text_list all = {};

	for (size_t i = 0; i < list->count && i < SAID; i++) {
		const struct fact fact = outlives_fact(&list->items[i]);
		_cleanup_free_ char *text = NULL;

		lp_try(fact_text(&fact, &text));
		lp_try(text_list_add(&all, "\n%s", text));
	}
	if (list->count > SAID)
		lp_try(text_list_add(&all, "\n(%zu more)", list->count - SAID));
	return text_list_join(&all, "", lines);
}

static struct lp_error *refuse(const char *id, bool is_kept, const struct outlives_list *list)
{
	_cleanup_free_ char *lines = NULL;

	lp_try(list_lines(list, &lines));
	if (is_kept)
		return lp_error_hint(
			lp_error_new(LP_UNSAFE,
				     "%s is out of force already, and its code was kept, since "
				     "the kernel may still use it%s%s",
				     id, list->count ? ":" : "", lines),
			"lpatch-undo --force-undo %s unloads it all the same, if you know that "
			"nothing uses it.",
			id);
	return lp_error_hint(lp_error_new(LP_UNSAFE,
					  "the kernel may still use code or data of %s when it is "
					  "undone:%s",
					  id, lines),
			     "lpatch-undo --keep-code %s takes it out of force and leaves its code "
			     "loaded, which is safe; --force-undo unloads it all the same.",
			     id);
}

static struct lp_error *ask(const char *id, enum keep_state state, const struct outlives_list *list,
			    enum lpatch_stage stage)
{
	if (state == KEEP_NOW)
		return refuse(id, true, list);
	/* The core keeps it, unless keep_code was written by hand. */
	if (stage == LPATCH_STAGE_APPLIED && state == KEEP_YES && list->count)
		return refuse(id, false, list);
	return NULL;
}

struct lp_error *keep_prepare(const struct host *host, const char *id, enum keep_wish wish,
			      struct json_object *json)
{
	_cleanup_outlives_list_ struct outlives_list list = {};
	enum lpatch_stage stage;
	enum keep_state state;

	lp_try(control_stage(host, id, &stage));
	lp_try(outlives_read(host, id, &list));
	lp_try(keep_read(host, id, &state));
	json_object_object_add(json, "outlives", outlives_json(&list));
	switch (wish) {
	case KEEP_CODE:
		return stage == LPATCH_STAGE_APPLIED ? keep_set(host, id, true) : NULL;
	case KEEP_UNLOAD:
		return state == KEEP_NO ? NULL : keep_set(host, id, false);
	default:
		return ask(id, state, &list, stage);
	}
}

/* Before it is applied again ------------------------------------------------------- */

/* Whether the loaded module of that name was made from the very same file. */
static bool is_same_module(const struct host *host, const char *name, const struct blob *file)
{
	_cleanup_free_ char *path = NULL;
	_cleanup_blob_ struct blob note = {};
	struct blob same;

	if (asprintf(&path, "%s/%s/notes/.note.gnu.build-id", host->modules, name) < 0)
		return false;
	_cleanup_error_ struct lp_error *error = file_read(path, NOTE_LIMIT, &note);

	return !error && module_section_find(file, ".note.gnu.build-id", &same) &&
	       same.size == note.size && !memcmp(same.data, note.data, note.size);
}

struct lp_error *keep_check_same(const struct host *host, const struct bundle *bundle)
{
	const char *id = bundle->manifest->id;
	_cleanup_free_ char *update = module_name_of_update(id);

	if (!update)
		return lp_error_no_memory();
	bool same = is_same_module(host, update, &bundle->update);

	for (size_t i = 0; same && i < bundle->modules.count; i++) {
		_cleanup_free_ char *part = module_name_of_part(id, i + 1);

		if (!part)
			return lp_error_no_memory();
		if (module_is_loaded(host, part))
			same = is_same_module(host, part, &bundle->parts[i]);
	}
	if (same)
		return NULL;
	return lp_error_hint(
		lp_error_new(LP_KERNEL_REFUSED,
			     "another update with the id %s is out of force, and its code was kept",
			     id),
		"Make this one with another id (lpatch-create --id), or unload the other by "
		"`lpatch-undo --force-undo %s` if nothing uses its code.",
		id);
}
