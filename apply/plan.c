// SPDX-License-Identifier: GPL-2.0-or-later
#include "apply/plan.h"

#include <json-c/json.h>
#include <string.h>

#include "apply/modules.h"
#include "apply/function_users.h"
#include "apply/options.h"
#include "apply/plan_hooks.h"
#include "apply/running_symbols.h"
#include "apply/updates.h"
#include "common/manifest_facts.h"

/* The minimum size of a function for a jump after its fentry location, in bytes. */
#define ROOM_FOR_JUMP 10

/* A function that would be replaced, and what /proc/kallsyms says about it. */
struct step {
	const struct manifest_object *object;
	const struct manifest_function *function;
	unsigned int found; /* symbols of that name */
	uint64_t address;   /* of the last one found; 0: not shown to us */
	uint64_t next;      /* the next higher address of a symbol, UINT64_MAX: none */
};

struct plan {
	const struct host *host;
	struct step *steps;   /* in the manifest's order */
	struct step **sorted; /* by name */
	size_t count;
	struct function_users function_users;
	bool replace; /* other updates would go out of force */
};

static void plan_clear(struct plan *plan)
{
	free(plan->steps);
	free(plan->sorted);
	function_users_clear(&plan->function_users);
}

static int compare_steps(const void *left, const void *right)
{
	return strcmp((*(struct step *const *)left)->function->name,
		      (*(struct step *const *)right)->function->name);
}

/* Lists the functions to be replaced. */
static struct lp_error *collect_steps(const struct manifest *manifest, struct plan *plan)
{
	size_t room = 1;

	for (size_t i = 0; i < manifest->nr_objects; i++)
		room += manifest->objects[i].nr_functions;
	plan->steps = calloc(room, sizeof(*plan->steps));
	plan->sorted = calloc(room, sizeof(*plan->sorted));
	if (!plan->steps || !plan->sorted)
		return lp_error_no_memory();
	for (size_t i = 0; i < manifest->nr_objects; i++) {
		const struct manifest_object *object = &manifest->objects[i];

		for (size_t k = 0; k < object->nr_functions; k++) {
			if (object->functions[k].kind != MANIFEST_REPLACED)
				continue;
			plan->sorted[plan->count] = &plan->steps[plan->count];
			plan->steps[plan->count++] = (struct step){
				.object = object,
				.function = &object->functions[k],
				.next = UINT64_MAX,
			};
		}
	}
	qsort(plan->sorted, plan->count, sizeof(*plan->sorted), compare_steps);
	return NULL;
}

/* The first step with that name in plan->sorted, or plan->count. */
static size_t find_step(const struct plan *plan, const char *name)
{
	size_t low = 0, high = plan->count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (strcmp(plan->sorted[middle]->function->name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* One symbol; `module` is "vmlinux" for the kernel itself. */
static void note_symbol(void *context, uint64_t address, const char *name, const char *module)
{
	struct plan *plan = context;

	for (size_t i = find_step(plan, name); i < plan->count; i++) {
		struct step *step = plan->sorted[i];

		if (strcmp(step->function->name, name))
			return;
		if (strcmp(step->object->name, module))
			continue;
		step->found++;
		step->address = address;
	}
}

static void note_size(void *context, uint64_t address, const char *name, const char *module)
{
	struct plan *plan = context;

	(void)name, (void)module;
	for (size_t i = 0; i < plan->count; i++) {
		struct step *step = &plan->steps[i];

		if (address > step->address && address < step->next)
			step->next = address;
	}
}

static struct lp_error *make_plan(const struct host *host, const struct manifest *manifest,
				  struct plan *plan)
{
	plan->host = host;
	lp_try(collect_steps(manifest, plan));
	lp_try(function_users_read(host, &plan->function_users));
	lp_try(running_symbols_each(host, note_symbol, plan));
	return running_symbols_each(host, note_size, plan);
}

/* "jump" or "ftrace", a forecast. */
static const char *redirect_of(const struct plan *plan, const struct step *step)
{
	bool known = step->found == 1 && step->address;

	if (known && step->next - step->address < ROOM_FOR_JUMP &&
	    function_users_has_fentry(&plan->function_users, step->function->name))
		return "ftrace";
	return "jump";
}

/* A list as a JSON array. */
static struct json_object *list_json(const struct text_list *list)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < list->count; i++)
		json_object_array_add(array, json_object_new_string(list->items[i]));
	return array;
}

static void add_text(struct json_object *json, const char *field, const char *text)
{
	json_object_object_add(json, field, json_object_new_string(text));
}

static struct lp_error *blocked_by(const struct step *step, const struct text_list *kprobes)
{
	return lp_error_hint(
		lp_error_new(LP_KERNEL_REFUSED,
			     "%s would be refused: a kprobe has changed its code (%s)",
			     step->function->name, kprobes->items[0]),
		"Remove the kprobe; /sys/kernel/debug/kprobes/list lists all of them.");
}

/* One function. An error means that the core would refuse it. */
static struct lp_error *show_step(const struct plan *plan, const struct step *step,
				  struct output *output, struct json_object *array)
{
	const char *name = step->function->name, *object = step->object->name;
	_cleanup_text_list_ struct text_list updates = {}, kprobes = {};
	unsigned int tracers = function_users_tracers(&plan->function_users, name), in_the_way;
	struct fact fact = manifest_fact_of_function(step->object, step->function);

	lp_try(function_users_updates(plan->host, object, name, &updates));
	lp_try(function_users_kprobes(&plan->function_users, name, &kprobes, &in_the_way));
	struct json_object *json = json_object_new_object();

	json_object_array_add(array, json);
	add_text(json, "object", object);
	add_text(json, "source", step->object->source);
	add_text(json, "name", name);
	add_text(json, "kind", fact.kind);
	add_text(json, "why", fact.why);
	fact.redirect = redirect_of(plan, step);
	fact.waiting = module_waiting(plan->host, object);
	add_text(json, "redirect", fact.redirect);
	json_object_object_add(json, "waiting",
			       json_object_new_boolean(fact.waiting != FACT_LOADED));
	json_object_object_add(json, "updates", list_json(&updates));
	json_object_object_add(json, "kprobes", list_json(&kprobes));
	json_object_object_add(json, "tracers", json_object_new_int64(tracers));

	lp_try(output_fact(output, "", &fact));
	for (size_t i = 0; i < updates.count; i++)
		output_print(output, "  %s update %s, which replaces it, too\n",
			     plan->replace ? "instead of" : "on top of", updates.items[i]);
	for (size_t i = 0; i < kprobes.count; i++)
		output_print(output, "  a kprobe is at %s\n", kprobes.items[i]);
	if (tracers)
		output_print(output, "  %u user%s of ftrace will still see its calls\n", tracers,
			     tracers == 1 ? "" : "s");
	return in_the_way && step->found == 1 ? blocked_by(step, &kprobes) : NULL;
}

/* The constants that would be rewritten in place. */
static struct lp_error *show_constants(const struct host *host,
				       const struct manifest_object *object, struct output *output,
				       struct json_object *array)
{
	for (size_t i = 0; i < object->nr_constants; i++) {
		struct fact fact = manifest_fact_of_constant(object, &object->constants[i]);
		struct json_object *json = json_object_new_object();

		fact.waiting = module_waiting(host, object->name);
		json_object_array_add(array, json);
		add_text(json, "object", object->name);
		add_text(json, "source", object->source);
		add_text(json, "name", fact.name);
		add_text(json, "kind", fact.kind);
		json_object_object_add(json, "size", json_object_new_int64(fact.size));
		json_object_object_add(json, "waiting",
				       json_object_new_boolean(fact.waiting != FACT_LOADED));
		lp_try(output_fact(output, "", &fact));
	}
	return NULL;
}

/* The updates that would go out of force. */
static struct lp_error *show_replaced(const struct host *host, struct output *output,
				      struct update_list *list)
{
	struct json_object *array = json_object_new_array();

	output_add(output, "replaced", array);
	lp_try(updates_read(host, list));
	for (size_t i = 0; i < list->count; i++) {
		const char *id = list->updates[i].id;

		if (list->updates[i].stage != LPATCH_STAGE_APPLIED)
			continue;
		json_object_array_add(array, json_object_new_string(id));
		output_print(output, "replaced update %s%s\n", id,
			     list->updates[i].keep == KEEP_YES ? "; its code stays loaded" : "");
	}
	return NULL;
}

struct lp_error *plan_show(const struct host *host, const struct manifest *manifest, bool replace,
			   struct output *output)
{
	_cleanup_(plan_clear) struct plan plan = {.replace = replace};
	_cleanup_update_list_ struct update_list replaced = {};
	struct json_object *array = json_object_new_array();
	struct json_object *constants = json_object_new_array();
	struct lp_error *first = NULL;

	output_add(output, "functions", array);
	output_add(output, "constants", constants);
	lp_try(make_plan(host, manifest, &plan));
	output_print(output, "It would change:\n");
	for (size_t i = 0; i < plan.count; i++)
		options_keep_error(&first, show_step(&plan, &plan.steps[i], output, array));
	for (size_t i = 0; i < manifest->nr_objects; i++)
		options_keep_error(&first,
				   show_constants(host, &manifest->objects[i], output, constants));
	if (replace)
		options_keep_error(&first, show_replaced(host, output, &replaced));
	options_keep_error(&first, plan_hooks_show(host, manifest, &replaced, output));
	if (!plan.function_users.kprobes.data)
		output_step(output, "kprobes are not known: %s does not exist", host->kprobes);
	if (!plan.function_users.traced.data)
		output_step(output, "tracers are not known: %s does not exist", host->tracing);
	return first;
}
