// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/manifest_facts.h"

#include <string.h>

struct lp_error *manifest_fact_of_file(const struct manifest_object *object, char **text)
{
	const char *proof = fact_proof_text(object->proven, object->is_new);
	const char *difference = object->mismatch.difference;
	bool differs = !object->proven && !object->is_new && difference && *difference;
	_cleanup_free_ char *why = NULL;

	lp_try(text_format(&why, "%s%s%s", proof, differs ? ": " : "", differs ? difference : ""));
	return fact_text(
		&(struct fact){.object = object->name, .where = object->source, .why = why}, text);
}

struct fact manifest_fact_of_function(const struct manifest_object *object,
				      const struct manifest_function *function)
{
	return (struct fact){
		.object = object->name,
		.kind = manifest_kind_name(function->kind),
		.name = function->name,
		.where = object->source,
		.why = function->why,
	};
}

struct fact manifest_fact_of_constant(const struct manifest_object *object,
				      const struct manifest_constant *constant)
{
	return (struct fact){
		.object = object->name,
		.kind = FACT_REWRITTEN,
		.name = constant->name,
		.where = object->source,
		.size = constant->size,
	};
}

struct fact manifest_fact_of_hook(const struct manifest_object *object,
				  const struct manifest_hook *hook)
{
	return (struct fact){
		.object = object->name,
		.kind = FACT_HOOK,
		.hook = hook->kind,
		.name = hook->function,
		.where = object->source,
	};
}

struct fact fact_of_finding(const char *object, const struct finding *finding)
{
	return (struct fact){
		.object = object,
		.kind = finding_kind_name(finding->kind),
		.name = finding->name,
		.where = finding->where,
		.why = finding->text,
	};
}

static struct lp_error *add(struct text_list *lines, struct fact fact)
{
	_cleanup_free_ char *text = NULL;

	lp_try(fact_text(&fact, &text));
	return text_list_add(lines, "%s", text);
}

static struct lp_error *add_functions(const struct manifest_object *object, bool roots,
				      struct text_list *lines)
{
	for (size_t i = 0; i < object->nr_functions; i++) {
		const struct manifest_function *function = &object->functions[i];

		if (manifest_reason_is_root(function->reason) == roots)
			lp_try(add(lines, manifest_fact_of_function(object, function)));
	}
	return NULL;
}

/* The names of a list, which all are facts of one kind. */
static struct lp_error *add_names(const struct manifest_object *object, const char *kind,
				  const struct text_list *names, const char *why,
				  struct text_list *lines)
{
	for (size_t i = 0; i < names->count; i++)
		lp_try(add(lines, (struct fact){
					  .object = object->name,
					  .kind = kind,
					  .name = names->items[i],
					  .where = object->source,
					  .why = why,
				  }));
	return NULL;
}

struct lp_error *manifest_changes(const struct manifest_object *object, struct text_list *lines)
{
	lp_try(add_functions(object, true, lines));
	lp_try(add_functions(object, false, lines));
	for (size_t i = 0; i < object->nr_constants; i++)
		lp_try(add(lines, manifest_fact_of_constant(object, &object->constants[i])));
	for (size_t i = 0; i < object->nr_hooks; i++)
		lp_try(add(lines, manifest_fact_of_hook(object, &object->hooks[i])));
	lp_try(add_names(object, FACT_SHADOW, &object->shadows, NULL, lines));
	lp_try(add_names(object, FACT_NEEDS, &object->needs, NULL, lines));
	lp_try(add_names(object, FACT_RELEASES, &object->releases, NULL, lines));
	if (!object->keep_code)
		return NULL;
	return add(lines, (struct fact){
				  .object = object->name,
				  .kind = FACT_KEEP_CODE,
				  .where = object->source,
				  .why = "its code stays loaded when it is undone",
			  });
}

static struct lp_error *add_layouts(const struct manifest_object *object, struct text_list *lines)
{
	for (size_t i = 0; i < object->layouts.count; i++) {
		const char *layout = object->layouts.items[i];

		lp_try(add(lines, (struct fact){
					  .object = object->name,
					  .kind = FACT_LAYOUT,
					  .name = layout,
					  .where = object->source,
					  .why = strchr(layout, '.')
							 ? "a member is added, and no other one "
							   "moves; its author allowed it"
							 : "differs; its author allowed it",
				  }));
	}
	return NULL;
}

struct lp_error *manifest_overrides(const struct manifest *manifest, struct text_list *lines)
{
	for (size_t i = 0; i < manifest->nr_objects; i++) {
		const struct manifest_object *object = &manifest->objects[i];
		_cleanup_free_ char *text = NULL;

		if (!object->proven && !object->is_new) {
			lp_try(manifest_fact_of_file(object, &text));
			lp_try(text_list_add(lines, "%s", text));
		}
		lp_try(add_layouts(object, lines));
	}
	return NULL;
}
