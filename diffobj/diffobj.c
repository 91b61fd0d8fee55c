/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The stages in their order; see diffobj.h. */
#include "diffobj/diffobj.h"

#include "diffobj/compare.h"
#include "diffobj/correlate.h"
#include "diffobj/correlate_debug.h"
#include "diffobj/emit.h"
#include "diffobj/plan.h"
#include "diffobj/result.h"
#include "diffobj/sections.h"
#include "diffobj/special.h"

/* One object, from the file to pieces whose references are known. */
static struct lp_error *load(const char *path, struct object *object)
{
	lp_try(object_open(path, object));
	sections_classify(object);
	special_find_layouts(object);
	lp_try(pieces_cut(object));
	lp_try(pieces_resolve(object));
	return special_attach(object);
}

static struct lp_error *finish(struct plan *plan, const char *path, struct diffobj_result *result)
{
	struct output output;

	if (result->nr_refusals || diffobj_is_empty(result))
		return NULL;
	lp_try(emit(plan, &output));
	lp_try(result_add_references(result, &output));
	return path ? output_write(&output, path) : NULL;
}

static struct lp_error *run(struct plan *plan, const char *original, const char *patched,
			    const char *path, struct diffobj_result **result)
{
	lp_try(load(original, plan->original));
	lp_try(load(patched, plan->patched));
	if (plan->original->arch != plan->patched->arch)
		return lp_error_new(LP_INTERNAL, "%s is for %s, and %s is for %s", original,
				    plan->original->arch->name, patched, plan->patched->arch->name);
	lp_try(correlate(plan->original, plan->patched));
	correlate_moved(plan->patched, plan->options->moved, plan->options->nr_moved);
	lp_try(correlate_debug(plan->original, plan->patched));
	lp_try(compare(plan->original, plan->patched));
	lp_try(include(plan));
	lp_try(result_of_plan(plan, result));

	struct lp_error *error = result_add_definitions(*result, plan);

	if (!error)
		error = finish(plan, path, *result);

	if (error) {
		diffobj_result_free(*result);
		*result = NULL;
	}
	return error;
}

struct lp_error *diffobj_run(const char *original, const char *patched, const char *output,
			     const struct diffobj_options *options, struct diffobj_result **result)
{
	struct object objects[2] = {{.fd = -1}, {.fd = -1}};
	struct plan plan = {
		.original = &objects[0],
		.patched = &objects[1],
		.options = options,
	};

	*result = NULL;

	struct lp_error *error = run(&plan, original, patched, output, result);

	object_close(&objects[0]);
	object_close(&objects[1]);
	return error;
}
