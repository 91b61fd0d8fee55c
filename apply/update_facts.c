// SPDX-License-Identifier: GPL-2.0-or-later
#include "apply/update_facts.h"

#include <stdlib.h>
#include <string.h>

#include "apply/modules.h"
#include "common/manifest_facts.h"

static struct lp_error *add(struct text_list *lines, const struct fact *fact)
{
	_cleanup_free_ char *text = NULL;

	lp_try(fact_text(fact, &text));
	return text_list_add(lines, "%s", text);
}

struct lp_error *update_facts_objects(const struct host *host, const struct update *update,
				      struct text_list *lines)
{
	for (size_t i = 0; i < update->nr_objects; i++) {
		const struct update_object *object = &update->objects[i];
		struct fact fact = {.object = object->name};

		if (update->record)
			fact.why = fact_proof_text(!object->unproven, false);
		if (object->waiting)
			fact.waiting = module_may_come(host) ? FACT_WAITING : FACT_NEVER;
		lp_try(add(lines, &fact));
	}
	return NULL;
}

/* Takes source file and reason of a replaced function from the record, if only one has its name. */
static void explain_function(const struct update *update, struct fact *fact)
{
	size_t found = 0;

	for (size_t i = 0; update->record && i < update->record->manifest->nr_objects; i++) {
		const struct manifest_object *object = &update->record->manifest->objects[i];

		for (size_t k = 0; k < object->nr_functions; k++) {
			const struct manifest_function *function = &object->functions[k];

			if (function->kind != MANIFEST_REPLACED ||
			    strcmp(function->name, fact->name) ||
			    strcmp(object->name, fact->object))
				continue;
			fact->where = found ? NULL : object->source;
			fact->why = found ? NULL : function->why;
			found++;
		}
	}
}

static struct lp_error *add_functions(const struct update *update, struct text_list *lines)
{
	for (size_t i = 0; i < update->nr_functions; i++) {
		const struct update_function *function = &update->functions[i];
		struct fact fact = {
			.object = function->object,
			.kind = manifest_kind_name(MANIFEST_REPLACED),
			.name = function->name,
			.redirect = function->redirect,
		};
		_cleanup_free_ char *addresses = NULL;

		lp_try(text_format(&addresses, "%s -> %s", function->old_address,
				   function->new_address));
		fact.detail = addresses;
		explain_function(update, &fact);
		lp_try(add(lines, &fact));
	}
	return NULL;
}

/* Those in modules that are not loaded, which only the record has. */
static struct lp_error *add_waiting(const struct host *host, const struct update *update,
				    struct text_list *lines)
{
	const char *object, *name;

	for (size_t i = 0; (name = update_waiting_function(update, i, &object)); i++) {
		struct fact fact = {
			.object = object,
			.kind = manifest_kind_name(MANIFEST_REPLACED),
			.name = name,
			.waiting = module_may_come(host) ? FACT_WAITING : FACT_NEVER,
		};

		explain_function(update, &fact);
		lp_try(add(lines, &fact));
	}
	return NULL;
}

static struct lp_error *add_constants(const struct update *update, struct text_list *lines)
{
	for (size_t i = 0; i < update->nr_constants; i++) {
		const struct update_constant *constant = &update->constants[i];
		_cleanup_free_ char *detail = NULL;

		lp_try(text_format(&detail, "at %s, state: %s", constant->address,
				   constant->state));
		lp_try(add(lines, &(struct fact){
					  .object = constant->object,
					  .kind = FACT_REWRITTEN,
					  .name = constant->name,
					  .size = strtoull(constant->size, NULL, 10),
					  .detail = detail,
				  }));
	}
	return NULL;
}

static struct lp_error *add_hooks(const struct update *update, struct text_list *lines)
{
	for (size_t i = 0; i < update->nr_hooks; i++) {
		const struct update_hook *hook = &update->hooks[i];

		lp_try(add(lines, &(struct fact){
					  .object = hook->object,
					  .kind = FACT_HOOK,
					  .hook = hook->kind,
					  .name = hook->function,
					  .where = hook->source,
				  }));
	}
	return NULL;
}

/* They belong to the whole update, not to an object. */
static struct lp_error *add_shadows(const struct update *update, struct text_list *lines)
{
	for (size_t i = 0; i < update->nr_shadows; i++) {
		const struct update_shadow *shadow = &update->shadows[i];
		_cleanup_free_ char *detail = NULL;

		lp_try(text_format(&detail, "for each of %s objects%s", shadow->count,
				   strcmp(shadow->scope, "shared") ? "" : ", shared by updates"));
		lp_try(add(lines, &(struct fact){
					  .kind = FACT_SHADOW,
					  .name = shadow->name,
					  .size = strtoull(shadow->size, NULL, 10),
					  .detail = detail,
				  }));
	}
	return NULL;
}

struct lp_error *update_facts_changes(const struct host *host, const struct update *update,
				      struct text_list *lines)
{
	lp_try(add_functions(update, lines));
	lp_try(add_waiting(host, update, lines));
	lp_try(add_constants(update, lines));
	lp_try(add_hooks(update, lines));
	return add_shadows(update, lines);
}
