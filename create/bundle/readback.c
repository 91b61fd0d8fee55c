// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/bundle/readback.h"

#include "common/text.h"
#include "core-module/lpatch_abi.h"
#include "create/bundle/readback_module.h"
#include "create/core.h"
#include "create/link.h"

/* The size limit of a linked object in bytes: far more than any has. */
#define OBJECT_LIMIT (256u << 20)

/* What went into a module -------------------------------------------------------------- */

static struct lp_error *add_object(struct linked_module *module, size_t part, char *path)
{
	struct linked_object *object = &module->objects[module->nr_objects++];
	_cleanup_blob_ struct blob bytes = {};

	object->path = path;
	object->part = part;
	lp_try(file_read(path, OBJECT_LIMIT, &bytes));
	return module_file_read(path, &bytes, &object->file);
}

static struct lp_error *add_built(struct linked_module *module, const char *directory,
				  const char *name)
{
	char *path;

	lp_try(text_format(&path, "%s/%s", directory, name));
	return add_object(module, NO_PART, path);
}

/*
 * What kbuild links behind a module's own objects, if it is there: in Linux 6.12.117, unlike 6.1,
 * the text that is the same in all modules is compiled once (scripts/Makefile.modfinal).
 */
static const char common_object[] = ".module-common.o";

static struct lp_error *add_common(struct linked_module *module, char *path)
{
	if (!access(path, F_OK))
		return add_object(module, NO_PART, path);
	free(path);
	return NULL;
}

/* In the order in which the linker gets them. */
static struct lp_error *read_objects(struct linked_module *module, const struct link_plan *plan)
{
	_cleanup_free_ char *last = NULL;

	char *common;

	module->objects = calloc(plan->nr_parts + 3, sizeof(*module->objects));
	if (!module->objects)
		return lp_error_no_memory();
	lp_try(add_built(module, plan->directory, "update.o"));
	/* As diffobj wrote them: link.c edits copies. */
	for (size_t i = 0; i < plan->nr_parts; i++) {
		char *path;

		lp_try(text_format(&path, "%s", plan->parts[i].object));
		lp_try(add_object(module, i, path));
	}
	lp_try(text_format(&last, "%s.mod.o", plan->name));
	lp_try(add_built(module, plan->directory, last));
	lp_try(text_format(&common, "%s/%s", plan->directory, common_object));
	return add_common(module, common);
}

static struct lp_error *read_core_objects(struct linked_module *module, const char *core)
{
	static const char *const names[] = {LPATCH_CORE_MODULE ".o", LPATCH_CORE_MODULE ".mod.o"};

	char *common;

	module->objects = calloc(ARRAY_SIZE(names) + 1, sizeof(*module->objects));
	if (!module->objects)
		return lp_error_no_memory();
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		char *path;

		lp_try(core_file(core, names[i], &path));
		lp_try(add_object(module, NO_PART, path));
	}
	lp_try(core_file(core, common_object, &common));
	return add_common(module, common);
}

static void clear_object(struct linked_object *object)
{
	for (size_t i = 0; object->names && i < object->file.nr_symbols; i++)
		free(object->names[i]);
	free(object->names);
	free(object->targets);
	free(object->places);
	module_file_clear(&object->file);
	free(object->path);
}

static void clear_module(struct linked_module *module)
{
	for (size_t i = 0; i < module->nr_objects; i++)
		clear_object(&module->objects[i]);
	for (size_t i = 0; i < module->nr_planned; i++)
		free(module->planned[i].name);
	free(module->objects);
	free(module->planned);
	exports_free((struct exports *)module->own);
	free((char *)module->file.name);
	module_file_clear(&module->file);
}

/* All modules of a bundle ---------------------------------------------------------------- */

/* The core, then the modules of the update. */
struct modules {
	struct linked_module *modules;
	size_t count;
	struct exports *exports; /* of the target */
};

static void clear_modules(struct modules *modules)
{
	for (size_t i = 0; i < modules->count; i++)
		clear_module(&modules->modules[i]);
	free(modules->modules);
	exports_free(modules->exports);
}

static struct lp_error *read_module(const struct readback *readback, const struct blob *bytes,
				    const struct link_plan *plan, struct modules *modules)
{
	struct linked_module *module = &modules->modules[modules->count++];
	_cleanup_free_ char *symvers = NULL;
	struct exports *own;
	char *name;

	module->plan = plan;
	module->kernel = readback->target->kernel;
	module->livepatch = readback->target->livepatch;
	module->exports = modules->exports;
	lp_try(text_format(&name, "%s.ko", plan ? plan->name : LPATCH_CORE_MODULE));
	module->file.name = name;
	lp_try(plan ? text_format(&symvers, "%s/Module.symvers", plan->directory)
		    : core_symvers(readback->core, &symvers));
	lp_try(exports_read(symvers, &own));
	module->own = own;
	return module_file_read(name, bytes, &module->file);
}

static struct lp_error *read_modules(const struct readback *readback, const struct bundle *bundle,
				     struct modules *modules)
{
	if (readback->nr_plans != bundle->modules.count + 1)
		return lp_error_new(LP_INTERNAL, "the bundle has %zu parts, and %zu were planned",
				    bundle->modules.count, readback->nr_plans - 1);
	modules->modules = calloc(readback->nr_plans + 1, sizeof(*modules->modules));
	if (!modules->modules)
		return lp_error_no_memory();
	lp_try(exports_read(readback->target->symvers, &modules->exports));
	lp_try(read_module(readback, &bundle->core, NULL, modules));
	for (size_t i = 0; i < readback->nr_plans; i++)
		lp_try(read_module(readback, i ? &bundle->parts[i - 1] : &bundle->update,
				   &readback->plans[i], modules));
	for (size_t i = 1; i < modules->count; i++) {
		modules->modules[i].others = modules->modules;
		modules->modules[i].nr_others = modules->count;
	}
	return NULL;
}

static struct lp_error *check_module(const struct readback *readback, struct linked_module *module)
{
	lp_try(module->plan ? read_objects(module, module->plan)
			    : read_core_objects(module, readback->core));
	lp_try(readback_link(module));
	lp_try(readback_references(module));
	lp_try(readback_symbols(module));
	lp_try(readback_sites(module));
	return module->plan ? readback_tables(module) : NULL;
}

static struct lp_error *check_all(const struct readback *readback, const struct blob *bytes,
				  struct modules *modules)
{
	_cleanup_bundle_ struct bundle *bundle = NULL;

	lp_try(bundle_parse(readback->name, bytes->data, bytes->size, &bundle));
	lp_try(read_modules(readback, bundle, modules));
	for (size_t i = 0; i < modules->count; i++)
		lp_try(check_module(readback, &modules->modules[i]));
	return NULL;
}

struct lp_error *readback_bundle(const struct readback *readback, const struct blob *bundle)
{
	_cleanup_(clear_modules) struct modules modules = {0};
	struct lp_error *error = check_all(readback, bundle, &modules);

	if (!error)
		return NULL;
	/* Every error is an internal one: this checks nothing that comes from the user. */
	if (error->status != LP_INTERNAL)
		error->status = LP_INTERNAL;
	error = lp_error_context(error, "%s is not as planned", readback->name);
	return lp_error_hint(error, "Nothing was written. This is a bug of lpatch-create or of "
				    "the linker; please report it.");
}
