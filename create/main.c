// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * lpatch-create: from a source diff to a bundle. main() and the function it
 * calls read like the way an update goes: see docs/architecture.md.
 */
#include <errno.h>
#include <json-c/json.h>
#include <limits.h>
#include <string.h>

#include "create/affected.h"
#include "create/assemble.h"
#include "create/build.h"
#include "create/core.h"
#include "create/git.h"
#include "create/layout.h"
#include "create/link.h"
#include "create/module_image.h"
#include "create/narrow.h"
#include "create/options.h"
#include "create/pack.h"
#include "create/proof.h"
#include "create/target.h"
#include "create/tree.h"
#include "create/view.h"
#include "diffobj/diffobj.h"

/* Up to how many units all are compiled exactly and proven before they are compared. */
#define FEW_UNITS 8

/* Everything that one run makes; released in one place. */
struct creation {
	struct create_options options;
	struct message_sink sink;
	struct patch_set patches;
	struct text_list sources;
	struct affected affected;
	struct target *target;
	struct tree *tree;
	char *view;
	struct creation_unit {
		struct unit *unit;
		struct kernel_image *module; /* what it belongs to, if not vmlinux */
		struct proof *proof;
		struct diffobj_result *result;
		char *object;
	} * units;
	size_t nr_units;
	struct link_part *parts; /* the units in which something changed */
	size_t nr_parts;
	struct assembly assembly;
	char *shared, *core, *patch, *id, *bundle;
	struct manifest *manifest;
};

static void creation_clear(struct creation *creation)
{
	for (size_t i = 0; i < creation->nr_units; i++) {
		struct creation_unit *unit = &creation->units[i];

		unit_free(unit->unit);
		proof_free(unit->proof);
		kernel_image_free(unit->module);
		diffobj_result_free(unit->result);
		free(unit->object);
	}
	free(creation->units);
	free(creation->parts);
	free(creation->view);
	free(creation->shared);
	free(creation->core);
	assembly_clear(&creation->assembly);
	free(creation->patch);
	free(creation->id);
	free(creation->bundle);
	manifest_free(creation->manifest);
	tree_free(creation->tree);
	target_free(creation->target);
	affected_clear(&creation->affected);
	text_list_clear(&creation->sources);
	patch_set_clear(&creation->patches);
	create_options_clear(&creation->options);
}

/* The programs we start must not be led astray by what the user builds otherwise. */
static void clean_environment(void)
{
	static const char *const variables[] = {
		"MAKEFLAGS",
		"MFLAGS",
		"MAKELEVEL",
		"MAKEOVERRIDES",
		"KBUILD_OUTPUT",
		"KBUILD_EXTMOD",
		"KCONFIG_CONFIG",
		"ARCH",
		"SUBARCH",
		"CROSS_COMPILE",
		"KCFLAGS",
		"KCPPFLAGS",
		"KAFLAGS",
		"LOCALVERSION",
		"LLVM",
		"TAR_OPTIONS",
		"XZ_OPT",
		"XZ_DEFAULTS",
		"GREP_OPTIONS",
		"POSIXLY_CORRECT",
		"V",
		"C",
		"W",
		"O",
		"M",
	};

	for (size_t i = 0; i < ARRAY_SIZE(variables); i++)
		unsetenv(variables[i]);
	setenv("LC_ALL", "C", 1);
}

/* core-module/ and kpatch-templates/ are at ../share/lpatch from the program. */
static struct lp_error *find_shared(char **shared)
{
	char program[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", program, sizeof(program) - 1);

	if (length < 0)
		return lp_error_errno(errno, "can't tell where lpatch-create is");
	program[length] = '\0';
	for (int up = 0; up < 2; up++) {
		char *slash = strrchr(program, '/');

		if (slash)
			*slash = '\0';
	}
	return text_format(shared, "%s/share/lpatch", program);
}

/* All refusals of one object in one error, each with its way out. */
static struct lp_error *refuse(const struct unit *unit, const struct diffobj_result *result)
{
	_cleanup_free_ char *lines = NULL;
	size_t size;
	FILE *out = open_memstream(&lines, &size);

	if (!out)
		return lp_error_no_memory();
	for (size_t i = 0; i < result->nr_refusals; i++) {
		const struct diffobj_refusal *refusal = &result->refusals[i];

		fprintf(out, "\n%s%s%s%s: %s", refusal->what, refusal->where ? " (" : "",
			refusal->where ? refusal->where : "", refusal->where ? ")" : "",
			refusal->reason);
		if (refusal->hint)
			fprintf(out, "; %s", refusal->hint);
	}
	if (fclose(out))
		return lp_error_no_memory();
	return lp_error_new(LP_UNSAFE, "the change to %s can't be a live update:%s", unit->source,
			    lines);
}

/* Refuses types that the running kernel has laid out another way. */
static struct lp_error *compare_layouts(struct creation *creation, const struct unit *unit)
{
	_cleanup_text_list_ struct text_list differences = {0};
	_cleanup_free_ char *lines = NULL;

	lp_try(layout_compare(unit->original, unit->patched, &creation->options.allowed_layouts,
			      &differences));
	if (!differences.count)
		return NULL;
	lp_try(text_list_join(&differences, "\n", &lines));
	return lp_error_hint(
		lp_error_new(LP_UNSAFE,
			     "the change to %s lays out types differently than the "
			     "running kernel:\n%s",
			     unit->source, lines),
		"Attach new data with a shadow variable or convert what exists in a hook; if no "
		"object of the type outlives a call, say so with --allow-layout=TYPE.");
}

static struct lp_error *compare_unit(struct creation *creation, struct creation_unit *unit)
{
	const struct diffobj_options options = {
		.skip_init = creation->options.skip_init,
		.built_in = !unit_is_module(unit->unit),
		.rewrite = true,
	};

	lp_try(text_format(&unit->object, "%s/part%zu.o", creation->tree->work,
			   (size_t)(unit - creation->units)));
	lp_try(lp_error_context(diffobj_run(unit->unit->original, unit->unit->patched, unit->object,
					    &options, &unit->result),
				"%s", unit->unit->source));
	for (size_t i = 0; i < unit->result->nr_notes; i++)
		message_warning(&creation->sink, "%s: %s", unit->unit->source,
				unit->result->notes[i]);
	if (unit->result->nr_refusals)
		return refuse(unit->unit, unit->result);
	return diffobj_is_empty(unit->result) ? NULL : compare_layouts(creation, unit->unit);
}

static struct lp_error *open_module(struct creation *creation, struct creation_unit *unit)
{
	_cleanup_free_ char *path = NULL;

	lp_try(target_module(creation->target, unit->unit->object, &path));
	return module_image_open(path, creation->target->kernel, &unit->module);
}

/* That the kernel, or the module's file, holds what the untouched source compiles to. */
static struct lp_error *prove_unit(struct creation *creation, struct creation_unit *unit)
{
	const struct kernel_image *image = creation->target->kernel;

	message_progress(&creation->sink, "proving that %s holds what %s compiles to",
			 unit->unit->object, unit->unit->source);
	if (unit_is_module(unit->unit)) {
		lp_try(open_module(creation, unit));
		image = unit->module;
	}
	return proof_make(image, unit->unit->object, unit->unit->exact, unit->unit->source,
			  &unit->proof);
}

static void describe_changes(struct creation *creation, const struct creation_unit *unit)
{
	for (size_t i = 0; i < unit->result->nr_functions; i++) {
		const struct diffobj_function *function = &unit->result->functions[i];

		message_verbose(&creation->sink, "%s: %s %s%s%s", unit->unit->source,
				function->kind == DIFFOBJ_NEW ? "new function" : "replaces",
				function->name, function->why ? ": " : "",
				function->why ? function->why : "");
	}
	for (size_t i = 0; i < unit->result->nr_rewrites; i++)
		message_verbose(&creation->sink, "%s: rewrites the constant %s", unit->unit->source,
				unit->result->rewrites[i].name);
}

/* One error for all that is refused. */
static struct lp_error *join_refusals(struct lp_error *first, struct lp_error *next)
{
	if (!first || next->status != LP_UNSAFE) {
		lp_error_free(first);
		return next;
	}
	struct lp_error *both = lp_error_new(LP_UNSAFE, "%s\n%s", first->message, next->message);

	if (first->hint || next->hint)
		lp_error_hint(both, "%s", first->hint ?: next->hint);
	lp_error_free(first);
	lp_error_free(next);
	return both;
}

static struct lp_error *compare_units(struct creation *creation)
{
	struct lp_error *refused = NULL;

	for (size_t i = 0; i < creation->nr_units; i++) {
		struct creation_unit *unit = &creation->units[i];
		struct lp_error *error = NULL;

		if (unit->unit->has_exact)
			error = prove_unit(creation, unit);
		if (!error)
			error = compare_unit(creation, unit);
		if (error)
			refused = join_refusals(refused, error);
		if (error && refused->status != LP_UNSAFE)
			break;
	}
	return refused;
}

/* The exact originals and proofs that are still missing, of the units that changed. */
static struct lp_error *prove_changed(struct creation *creation)
{
	_cleanup_free_ struct unit **units = calloc(creation->nr_units, sizeof(*units));
	size_t count = 0;

	if (!units)
		return lp_error_no_memory();
	for (size_t i = 0; i < creation->nr_units; i++) {
		if (!diffobj_is_empty(creation->units[i].result) && !creation->units[i].proof)
			units[count++] = creation->units[i].unit;
	}
	lp_try(build_exact(creation->tree, units, count));
	for (size_t i = 0; i < creation->nr_units; i++) {
		if (!diffobj_is_empty(creation->units[i].result) && !creation->units[i].proof)
			lp_try(prove_unit(creation, &creation->units[i]));
	}
	return NULL;
}

/*
 * Compile, prove, compare. Of few units all are proven first, so that source of
 * another version is found out before anything is said about the change; of
 * many only those are that a change to a header really changes.
 */
static struct lp_error *build_units(struct creation *creation)
{
	const struct kbuild_objects *objects = &creation->affected.objects;
	_cleanup_free_ struct unit **units = calloc(objects->count, sizeof(*units));
	size_t nr_unknown = 0;

	creation->units = calloc(objects->count, sizeof(*creation->units));
	if (!units || !creation->units)
		return lp_error_no_memory();
	for (size_t i = 0; i < objects->count; i++) {
		lp_try(unit_new(creation->tree, &objects->items[i], &units[i]));
		creation->units[creation->nr_units++].unit = units[i];
		nr_unknown += !units[i]->command;
	}
	if (objects->count <= FEW_UNITS || nr_unknown)
		lp_try(build_exact(creation->tree, units, objects->count));
	lp_try(build_split(creation->tree, creation->view, units, objects->count));
	lp_try(compare_units(creation));
	return prove_changed(creation);
}

static struct lp_error *create_units(struct creation *creation)
{
	lp_try(build_units(creation));
	creation->parts = calloc(creation->nr_units, sizeof(*creation->parts));
	if (!creation->parts)
		return lp_error_no_memory();
	for (size_t i = 0; i < creation->nr_units; i++) {
		struct creation_unit *unit = &creation->units[i];

		describe_changes(creation, unit);
		if (diffobj_is_empty(unit->result))
			continue;
		creation->parts[creation->nr_parts++] = (struct link_part){
			.unit = unit->unit,
			.proof = unit->proof,
			.result = unit->result,
			.object = unit->object,
		};
	}
	if (!creation->nr_parts)
		return lp_error_new(LP_NOTHING_TO_PATCH,
				    "nothing to patch: the compiled code of %s%s is the same with "
				    "and without the patch",
				    creation->units[0].unit->source,
				    creation->nr_units > 1 ? " and the others" : "");
	return NULL;
}

/* Forgets the changed files of which only comments change. */
static struct lp_error *drop_comments(struct creation *creation)
{
	_cleanup_text_list_ struct text_list changed = creation->sources;

	creation->sources = (struct text_list){0};
	for (size_t i = 0; i < changed.count; i++) {
		bool only;

		lp_try(view_changes_comments_only(creation->tree, changed.items[i], &only));
		if (!only)
			lp_try(text_list_add(&creation->sources, "%s", changed.items[i]));
	}
	if (creation->sources.count)
		return NULL;
	return lp_error_new(LP_NOTHING_TO_PATCH,
			    "nothing to patch: only comments and blank space change in %s%s",
			    changed.items[0], changed.count > 1 ? " and the others" : "");
}

/* Which objects the diff reaches, and the source as they are to be compiled from. */
static struct lp_error *find_affected(struct creation *creation)
{
	struct affected *affected = &creation->affected;

	lp_try(view_make(creation->tree, &creation->patches, &creation->view));
	lp_try(drop_comments(creation));
	lp_try(affected_objects(creation->tree, &creation->sources, affected));
	if (!affected->indirect)
		return NULL;
	lp_try(view_make_real(creation->tree, creation->view, &affected->climbing));
	lp_try(narrow_objects(creation->tree, creation->view, &affected->objects));
	lp_try(affected_refuse_assembly(affected));
	for (size_t i = 0; i < affected->objects.count; i++)
		message_verbose(&creation->sink, "affected: %s in %s",
				affected->objects.items[i].source,
				affected->objects.items[i].module ?: "vmlinux");
	if (affected->objects.count)
		return NULL;
	return lp_error_new(LP_NOTHING_TO_PATCH,
			    "nothing to patch: what the compiler sees of %s%s is the same with and "
			    "without the patch",
			    creation->sources.items[0],
			    creation->sources.count > 1 ? " and the others" : "");
}

static struct lp_error *create_bundle(struct creation *creation)
{
	const struct create_options *options = &creation->options;

	lp_try(pack_patch_text(&creation->patches, &creation->patch));
	lp_try(pack_id(options, creation->target, creation->patch, &creation->id));
	const struct link_job job = {
		.id = creation->id,
		.description = options->description ? options->description : "",
		.patch = creation->patch,
		.shared = creation->shared,
		.parts = creation->parts,
		.nr_parts = creation->nr_parts,
	};

	lp_try(assemble(creation->tree, &job, creation->core, &creation->assembly));
	lp_try(pack_manifest(creation->target, &job, &creation->manifest));
	return pack_bundle(options, &job, creation->manifest, creation->core, &creation->assembly,
			   &creation->bundle);
}

static struct lp_error *create(struct creation *creation)
{
	const struct create_options *options = &creation->options;

	lp_try(patch_set_read(&options->patches, &creation->patches));
	for (size_t i = 0; i < options->revisions.count; i++)
		lp_try(git_read(options->source, options->revisions.items[i], &creation->patches));
	lp_try(affected_sources(&creation->patches, &creation->sink, &creation->sources));
	lp_try(find_shared(&creation->shared));
	message_progress(&creation->sink, "reading the kernel image");
	lp_try(target_find(options, &creation->target));
	lp_try(tree_open(creation->target, options->jobs, &creation->sink, &creation->tree));
	lp_try(find_affected(creation));
	lp_try(core_build(creation->tree, creation->shared, &creation->core));
	lp_try(create_units(creation));
	return options->check ? NULL : create_bundle(creation);
}

/* The manifest says it all; the bundle's path is the one thing it can't know. */
static struct lp_error *print_json(const struct creation *creation)
{
	struct json_object *json = manifest_to_json(creation->manifest);

	if (!json ||
	    json_object_object_add(json, "bundle", json_object_new_string(creation->bundle))) {
		json_object_put(json);
		return lp_error_no_memory();
	}
	puts(json_object_to_json_string_ext(json, JSON_C_TO_STRING_PRETTY |
							  JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(json);
	return NULL;
}

/* What --check has found out: a line for each function and constant. */
static void print_functions(const struct creation *creation)
{
	for (size_t i = 0; i < creation->nr_parts; i++) {
		const struct link_part *part = &creation->parts[i];

		for (size_t k = 0; k < part->result->nr_functions; k++) {
			const struct diffobj_function *function = &part->result->functions[k];

			printf("%s: %s %s\n", part->unit->object,
			       function->kind == DIFFOBJ_NEW ? "new" : "replaced", function->name);
		}
		for (size_t k = 0; k < part->result->nr_rewrites; k++)
			printf("%s: rewritten %s\n", part->unit->object,
			       part->result->rewrites[k].name);
	}
}

static struct lp_error *report(struct creation *creation)
{
	message_progress_done(&creation->sink);
	if (creation->options.check) {
		print_functions(creation);
		return NULL;
	}
	if (creation->options.json)
		return print_json(creation);
	if (creation->options.verbosity >= 0)
		printf("lpatch update written to %s\n", creation->bundle);
	return NULL;
}

int main(int argc, char **argv)
{
	_cleanup_(creation_clear) struct creation creation = {
		.sink = {.program = "lpatch-create"},
	};
	struct lp_error *error = create_options_parse(argc, argv, &creation.options);

	creation.sink.verbosity = creation.options.verbosity;
	clean_environment();
	if (!error)
		error = create(&creation);
	if (!error)
		error = report(&creation);
	return message_error(&creation.sink, error);
}
