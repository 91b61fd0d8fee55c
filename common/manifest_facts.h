/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a manifest says, as facts. */
#ifndef LPATCH_COMMON_MANIFEST_FACTS_H
#define LPATCH_COMMON_MANIFEST_FACTS_H

#include "common/fact.h"
#include "common/manifest.h"

/* What the source file of an object is: proven, not proven (with the first difference) or new. */
struct lp_error *manifest_fact_of_file(const struct manifest_object *object, char **text);

/* One function, constant, hook, or finding of an object. */
struct fact manifest_fact_of_function(const struct manifest_object *object,
				      const struct manifest_function *function);
struct fact manifest_fact_of_constant(const struct manifest_object *object,
				      const struct manifest_constant *constant);
struct fact manifest_fact_of_hook(const struct manifest_object *object,
				  const struct manifest_hook *hook);
struct fact fact_of_finding(const char *object, const struct finding *finding);

/*
 * Adds to `lines` a line for everything that the update does to the object: first functions
 * that the diff changes, then those that follow from them, then constants, hooks, shadow
 * variables, modules that it needs, and what its author has said about an undo.
 */
struct lp_error *manifest_changes(const struct manifest_object *object, struct text_list *lines);

/*
 * Adds to `lines` a line for each check of lpatch-create that the author of the update has
 * overruled: source files that are not proven, and types with another layout.
 */
struct lp_error *manifest_overrides(const struct manifest *manifest, struct text_list *lines);

#endif
