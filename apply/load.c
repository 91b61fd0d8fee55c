// SPDX-License-Identifier: GPL-2.0-or-later
#include "apply/load.h"

#include <json-c/json.h>
#include <string.h>

#include "apply/control.h"
#include "apply/modules.h"
#include "apply/placement.h"

struct lp_error *load_core(const struct host *host, struct output *output,
			   const struct bundle *bundle)
{
	if (control_core_loaded(host))
		return NULL;
	output_step(output, "loading the core");
	return module_load(LPATCH_CORE_MODULE, &bundle->core);
}

/* Loads a module of the update, with the running kernel's addresses in it if it needs them. */
static struct lp_error *load_placed(const struct host *host, const char *name,
				    const struct blob *module)
{
	_cleanup_blob_ struct blob placed = {};

	lp_try(placement_make(host, name, module, &placed));
	return module_load(name, &placed);
}

/* The part for the bundle's kernel module at `index`. */
static struct lp_error *load_part(const struct host *host, struct output *output,
				  const struct bundle *bundle, size_t index)
{
	const char *id = bundle->manifest->id;
	_cleanup_free_ char *name = module_name_of_part(id, index + 1);

	if (!name)
		return lp_error_no_memory();
	output_step(output, "loading %s for %s", id, bundle->modules.items[index]);
	return load_placed(host, name, &bundle->parts[index]);
}

/*
 * The core gets all of them: a module that is loaded now may be unloaded and loaded again. Parts
 * that need addresses of a module that is not loaded are left out; without them the core refuses
 * the module.
 */
static struct lp_error *give_part(const struct host *host, const struct bundle *bundle,
				  size_t index)
{
	if (placement_is_needed(&bundle->parts[index]))
		return NULL;
	return control_give_part(host, bundle->manifest->id, index + 1, &bundle->parts[index]);
}

/* On a kernel that doesn't resolve what the part refers to. */
static void warn_refused(struct output *output, const struct bundle *bundle, size_t index)
{
	message_warning(&output->sink, "%s: %s: load it before, or undo, load it and apply again",
			bundle->modules.items[index], fact_waiting_text(FACT_NEVER));
}

void load_warn_refused(const struct host *host, struct output *output, const struct bundle *bundle)
{
	for (size_t i = 0; i < bundle->modules.count; i++) {
		if (placement_is_needed(&bundle->parts[i]) &&
		    !module_is_loaded(host, bundle->modules.items[i]))
			warn_refused(output, bundle, i);
	}
}

/* The part for a module can't be loaded without those that it needs. */
static void say_needs(struct output *output, const struct manifest *manifest, const char *module)
{
	for (size_t i = 0; i < manifest->nr_objects; i++) {
		const struct manifest_object *object = &manifest->objects[i];

		for (size_t k = 0; !strcmp(object->name, module) && k < object->needs.count; k++)
			output_print(output,
				     "the module %s has to be loaded before it: %s needs it then\n",
				     object->needs.items[k], module);
	}
}

static void say_waiting(struct output *output, const struct bundle *bundle, size_t index,
			struct json_object *waiting)
{
	const char *module = bundle->modules.items[index];

	json_object_array_add(waiting, json_object_new_string(module));
	if (placement_is_needed(&bundle->parts[index]))
		warn_refused(output, bundle, index);
	else
		output_print(output, "%s: %s\n", module, fact_waiting_text(FACT_WAITING));
	say_needs(output, bundle->manifest, module);
}

/* Loads the part at `index`, or reports that its module is not loaded. */
static struct lp_error *load_or_wait(const struct host *host, struct output *output,
				     const struct bundle *bundle, size_t index,
				     struct json_object *waiting)
{
	if (module_is_live(host, bundle->modules.items[index]))
		return load_part(host, output, bundle, index);
	say_waiting(output, bundle, index, waiting);
	return NULL;
}

static struct lp_error *load_parts(const struct host *host, struct output *output,
				   const struct bundle *bundle)
{
	struct json_object *waiting = json_object_new_array();

	output_add(output, "waiting", waiting);
	for (size_t i = 0; i < bundle->modules.count; i++) {
		lp_try(give_part(host, bundle, i));
		lp_try(load_or_wait(host, output, bundle, i, waiting));
	}
	return NULL;
}

struct lp_error *load_more_parts(const struct host *host, struct output *output,
				 const struct bundle *bundle)
{
	struct json_object *waiting = json_object_new_array();

	output_add(output, "waiting", waiting);
	for (size_t i = 0; i < bundle->modules.count; i++) {
		_cleanup_free_ char *part = module_name_of_part(bundle->manifest->id, i + 1);

		if (!part)
			return lp_error_no_memory();
		if (!module_is_loaded(host, part))
			lp_try(load_or_wait(host, output, bundle, i, waiting));
	}
	return NULL;
}

struct lp_error *load_update(const struct host *host, struct output *output,
			     const struct bundle *bundle)
{
	const char *id = bundle->manifest->id;
	_cleanup_free_ char *module = module_name_of_update(id);

	if (!module)
		return lp_error_no_memory();
	output_step(output, "loading %s", id);
	lp_try(load_placed(host, module, &bundle->update));
	if (!control_present(host, id))
		return lp_error_new(LP_BAD_BUNDLE, "the module %s did not register an update %s",
				    module, id);
	return load_parts(host, output, bundle);
}
