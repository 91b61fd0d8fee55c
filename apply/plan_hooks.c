// SPDX-License-Identifier: GPL-2.0-or-later
#include "apply/plan_hooks.h"

#include <json-c/json.h>
#include <string.h>

#include "apply/modules.h"

/*
 * What is called in an attempt to apply, in order: the undo hook of
 * the updates that go out of force, then the apply hook of the new one.
 */
static const struct phase {
	const char *back, *in;
	const char *when;
} phases[] = {
	{"pre_reverse", "pre_apply", "before anything is checked"},
	{"check_reverse", "check_apply", "while the machine is stopped, before anything changes"},
	{"reverse", "apply", "while the machine is stopped, when everything has changed"},
	{"post_reverse", "post_apply", "once the update is in force"},
	{"fail_reverse", "fail_apply", "if the attempt fails"},
};

/* A hook of the new update, or of the one that is named. */
struct planned_hook {
	const char *object, *source, *kind, *function;
	const char *update; /* NULL: the new one */
	const char *when;
	enum fact_waiting waiting;
};

static void add_text(struct json_object *json, const char *field, const char *text)
{
	json_object_object_add(json, field, text ? json_object_new_string(text) : NULL);
}

static struct lp_error *show_hook(const struct planned_hook *hook, struct output *output,
				  struct json_object *array)
{
	struct json_object *json = json_object_new_object();
	_cleanup_free_ char *when = NULL;

	json_object_array_add(array, json);
	add_text(json, "object", hook->object);
	add_text(json, "source", hook->source);
	add_text(json, "kind", hook->kind);
	add_text(json, "function", hook->function);
	add_text(json, "update", hook->update);
	json_object_object_add(json, "waiting",
			       json_object_new_boolean(hook->waiting != FACT_LOADED));
	if (hook->update)
		lp_try(text_format(&when, "of update %s, %s", hook->update, hook->when));
	return output_fact(output, "",
			   &(struct fact){
				   .object = hook->object,
				   .kind = FACT_HOOK,
				   .hook = hook->kind,
				   .name = hook->function,
				   .where = hook->source,
				   .detail = when ? when : hook->when,
				   .waiting = hook->waiting,
			   });
}

/* For an undo they are called in reverse order. */
static struct lp_error *show_replaced(const struct update *update, const struct phase *phase,
				      struct output *output, struct json_object *array)
{
	for (size_t i = update->nr_hooks; i--;) {
		const struct update_hook *hook = &update->hooks[i];

		if (strcmp(hook->kind, phase->back))
			continue;
		lp_try(show_hook(&(struct planned_hook){.object = hook->object,
							.source = hook->source,
							.kind = hook->kind,
							.function = hook->function,
							.update = update->id,
							.when = phase->when},
				 output, array));
	}
	return NULL;
}

/* Those of one object; an object of the manifest is a source file. */
static struct lp_error *show_new(const struct host *host, const struct manifest *manifest,
				 const char *name, const struct phase *phase, struct output *output,
				 struct json_object *array)
{
	enum fact_waiting waiting = module_waiting(host, name);

	for (size_t i = 0; i < manifest->nr_objects; i++) {
		const struct manifest_object *object = &manifest->objects[i];

		for (size_t k = 0; k < object->nr_hooks && !strcmp(object->name, name); k++) {
			const struct manifest_hook *hook = &object->hooks[k];

			if (strcmp(hook->kind, phase->in))
				continue;
			lp_try(show_hook(&(struct planned_hook){.object = name,
								.source = object->source,
								.kind = hook->kind,
								.function = hook->function,
								.when = phase->when,
								.waiting = waiting},
					 output, array));
		}
	}
	return NULL;
}

struct lp_error *plan_hooks_show(const struct host *host, const struct manifest *manifest,
				 const struct update_list *replaced, struct output *output)
{
	_cleanup_text_list_ struct text_list names = {};
	struct json_object *array = json_object_new_array();

	output_add(output, "hooks", array);
	lp_try(text_list_add(&names, "vmlinux"));
	lp_try(manifest_modules(manifest, &names));
	for (size_t i = 0; i < ARRAY_SIZE(phases); i++) {
		for (size_t k = 0; replaced && k < replaced->count; k++) {
			if (replaced->updates[k].stage == LPATCH_STAGE_APPLIED)
				lp_try(show_replaced(&replaced->updates[k], &phases[i], output,
						     array));
		}
		for (size_t k = 0; k < names.count; k++)
			lp_try(show_new(host, manifest, names.items[k], &phases[i], output, array));
	}
	return NULL;
}
