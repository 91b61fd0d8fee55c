// SPDX-License-Identifier: GPL-2.0-or-later
/* One unit, compared by diffobj and proven. */
#include <string.h>

#include "create/creation.h"
#include "create/layout.h"
#include "create/proof.h"

/* All refusals of one object in one error, each with its hint. */
static struct lp_error *refuse(const struct unit *unit, const struct diffobj_result *result)
{
	_cleanup_free_ char *lines = NULL;
	size_t size;
	FILE *out = open_memstream(&lines, &size);

	if (!out)
		return lp_error_no_memory();
	size_t said = result->nr_refusals;

	if (said > MESSAGE_OF_A_KIND)
		said = MESSAGE_OF_A_KIND;
	for (size_t i = 0; i < said; i++) {
		const struct diffobj_refusal *refusal = &result->refusals[i];

		fprintf(out, "\n%s%s%s%s: %s", refusal->what, refusal->where ? " (" : "",
			refusal->where ? refusal->where : "", refusal->where ? ")" : "",
			refusal->reason);
		if (refusal->hint)
			fprintf(out, "; %s", refusal->hint);
	}
	if (said < result->nr_refusals)
		fprintf(out, "\nand %zu more", result->nr_refusals - said);
	if (fclose(out))
		return lp_error_no_memory();
	return lp_error_new(LP_UNSAFE, "the change to %s can't be a live update:%s", unit->source,
			    lines);
}

/*
 * Takes what --explain adds to the line that says why a function differs out of the result: the
 * line becomes part of the bundle, which is the same with and without. "" where nothing was added.
 */
static struct lp_error *take_explanations(struct creation_unit *unit)
{
	text_list_clear(&unit->explanations);
	for (size_t i = 0; i < unit->result->nr_functions; i++) {
		char *rest = strchrnul(unit->result->functions[i].why, '\n');

		lp_try(text_list_add(&unit->explanations, "%s", *rest ? rest + 1 : ""));
		*rest = '\0';
	}
	return NULL;
}

struct lp_error *creation_compare(struct creation *creation, struct creation_unit *unit,
				  const struct text_list *moved)
{
	const struct diffobj_options options = {
		.skip_init = creation->options.skip_init,
		.built_in = !unit_is_module(unit->unit),
		.rewrite = true,
		.explain = creation->options.explain,
		.moved = (const char *const *)moved->items,
		.nr_moved = moved->count,
		.moved_exports = (const char *const *)unit->moved_exports.items,
		.nr_moved_exports = unit->moved_exports.count,
	};

	free(take(unit->object));
	diffobj_result_free(take(unit->result));
	lp_try(text_format(&unit->object, "%s/part%zu.o", creation->tree->work,
			   (size_t)(unit - creation->units)));
	lp_try(lp_error_context(diffobj_run(unit->unit->original, unit->unit->patched, unit->object,
					    &options, &unit->result),
				"%s", unit->unit->source));
	if (options.explain)
		lp_try(take_explanations(unit));
	/* Removed code is not part of the update: it only shows what may have moved elsewhere. */
	return unit->result->nr_refusals && !unit->unit->is_gone ? refuse(unit->unit, unit->result)
								 : NULL;
}

static struct lp_error *make_proof(struct creation_unit *unit, const struct kernel_image *image)
{
	return proof_make(image, unit->unit->object, unit->module_path,
			  unit->unit->is_new ? NULL : unit->unit->exact, unit->unit->source,
			  &unit->proof);
}

/* What is compared must be compiled by the command that was proven. */
static struct lp_error *split_again(struct creation *creation, struct creation_unit *unit)
{
	unit->unit->has_new_command = false;
	if (!unit->result)
		return build_split(creation->tree, creation->view, &unit->unit, 1);
	return lp_error_hint(
		lp_error_new(LP_BUILD_FAILED,
			     "kbuild compiles %s by another command than it said before",
			     unit->unit->source),
		"Run lpatch-create again: it has forgotten what was compiled by the other "
		"command.");
}

struct lp_error *creation_prove_compiled(struct creation *creation, struct creation_unit *unit)
{
	const struct kernel_image *image = creation->target->kernel;

	if (!unit->unit->is_new)
		message_progress(&creation->sink, "proving that %s contains the code of %s",
				 unit->unit->object, unit->unit->source);
	lp_try(creation_open_module(creation, unit));
	image = unit->module ?: creation->target->kernel;
	lp_try(make_proof(unit, image));
	if (proof_mismatch(unit->proof) && !unit->unit->has_debug) {
		/*
		 * Before the error counts, compile exactly as in the kernel's build, with debugging
		 * information.
		 */
		proof_free(take(unit->proof));
		lp_try(build_exact_by_kbuild(creation->tree, unit->unit));
		lp_try(make_proof(unit, image));
	}
	if (unit->unit->has_new_command)
		lp_try(split_again(creation, unit));
	if (!proof_mismatch(unit->proof))
		return NULL;
	if (!text_list_contains(&creation->options.allowed_unproven, unit->unit->name))
		return mismatch_error(creation->tree, unit->unit, image, unit->proof);
	message_warning(&creation->sink, "%s differs from the code in %s, which is allowed: %s",
			unit->unit->name, unit->unit->object,
			proof_mismatch(unit->proof)->difference);
	return NULL;
}

struct lp_error *creation_prove(struct creation *creation, struct creation_unit *unit)
{
	if (unit->proof)
		return NULL;
	lp_try(build_exact(creation->tree, &unit->unit, 1));
	return creation_prove_compiled(creation, unit);
}
