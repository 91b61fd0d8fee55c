/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One run of lpatch-create: the results of its stages, in order. main.c calls
 * the stages; the larger ones are here.
 */
#ifndef LPATCH_CREATE_CREATION_H
#define LPATCH_CREATE_CREATION_H

#include "common/manifest.h"
#include "common/message.h"
#include "common/signer.h"
#include "create/base/options.h"
#include "create/bundle.h"
#include "create/compile.h"
#include "create/diff.h"
#include "create/layout.h"
#include "create/link.h"
#include "create/proof.h"
#include "create/reach.h"
#include "create/target.h"
#include "diffobj/diffobj.h"

/* Everything that one run makes; released in one place. */
struct creation {
	struct create_options options;
	struct message_sink sink;
	struct patch_set patches;
	struct text_list sources;
	struct build_changes build_changes;
	struct affected affected;
	struct cache *cache;
	struct target *target;
	struct tree *tree;
	struct sandbox_set sandboxes;
	char *view;
	struct creation_unit {
		struct unit *unit;
		char *module_path;
		struct kernel_image *module; /* what it belongs to, if not vmlinux */
		struct proof *proof;
		struct diffobj_result *result;
		struct text_list layouts; /* types whose change the user has allowed */
		struct finding_list findings;
		struct reason_list reasons;    /* of the result's functions */
		struct text_list explanations; /* of the result's functions, with --explain */
		char *object;
		struct symbol_target *targets; /* see struct link_part */
		const struct proof **function_proofs;
		struct text_list needs;
		struct text_list moved_exports; /* see creation_find_moved_exports() */
	} * units;
	size_t nr_units;
	struct symbols_unit *symbols_units; /* the same units, for the model of names */
	struct symbols_job symbols_job;
	struct symbols *symbols;
	struct exports *exports, *core_exports;
	struct link_external *externals;
	size_t nr_externals;
	struct source_scan *scan;                  /* of the source's files, once it is needed */
	struct layout_described layouts_described; /* types whose change was described */
	struct text_list layouts_seen; /* whose change a sample has, and the user has allowed */
	struct text_list notes;        /* what diffobj left out or needs care, "SOURCE: NOTE" */
	struct link_part *parts;       /* the units in which something changed */
	size_t nr_parts;
	struct assembly assembly;
	struct signer *signer; /* or NULL if it is not signed */
	char *shared, *core, *patch, *id;
	struct packed packed; /* the bundle */
	struct manifest *manifest;
};

/* Releases all of it, and gives the working copy back. */
void creation_clear(struct creation *creation);

/*
 * Releases what depends on the patches, and empties the work directory, so that creation->patches
 * can be filled anew and the run goes on with creation_settle().
 */
struct lp_error *creation_renew(struct creation *creation);

/*
 * Finds out which files the patches change, creation->sources. The names of most say it by
 * themselves, without `source`, so that what can't become an update is refused at once; for others
 * the source is needed. Errors as of patch_set_settle() and affected_sources().
 */
struct lp_error *creation_settle(struct creation *creation, const char *source);

/*
 * All stages from the settled patches to creation->parts: the view, the objects that are reached,
 * the core, and creation_units().
 */
struct lp_error *creation_run(struct creation *creation);

/*
 * The same for these objects of the target alone, whatever else the patches reach and build: for
 * trials.
 */
struct lp_error *creation_run_objects(struct creation *creation,
				      const struct kbuild_objects *objects);

/*
 * Compiles, proves and compares all units, and adds the changed ones to
 * creation->parts. Refusals of all units come in one error. LP_NOTHING_TO_PATCH
 * when nothing changed.
 */
struct lp_error *creation_units(struct creation *creation);

/*
 * If a diff may reach many objects, compiles a few and compares all types that the headers
 * define, before all are compiled for minutes or hours: LP_UNSAFE for a type that is laid out
 * differently, LP_BUILD_FAILED for what doesn't compile. Nothing to do for few objects.
 */
struct lp_error *creation_sample(struct creation *creation);

/*
 * Refuses, with LP_UNSAFE, types that the running kernel and the unit's patched
 * object lay out differently; fills unit->layouts.
 */
struct lp_error *creation_compare_layouts(struct creation *creation, struct creation_unit *unit);

/* The same; *layouts, to be cleared by layout_result_clear(), has the result, also on LP_UNSAFE. */
struct lp_error *creation_find_layouts(struct creation *creation, struct creation_unit *unit,
				       struct layout_result *layouts);

/*
 * Drops unaffected objects if the changed headers only add to their changed `types`, "struct
 * foo", the members in holes that `filled` lists as in struct layout_result. Objects that
 * are reached in another way stay.
 */
struct lp_error *creation_narrow(struct creation *creation, const struct text_list *types,
				 const struct text_list *filled);

/* The files of the source, in creation->scan, which is filled when it is first asked for. */
struct lp_error *creation_read_files(struct creation *creation);

/*
 * Makes the model of names from the compared units. Compares again the units that something
 * moves into.
 */
struct lp_error *creation_model(struct creation *creation);

/*
 * LP_BUILD_FAILED for a global name that the patch removes while a file that it doesn't reach
 * still uses it. If very many files mention such a name, it only warns.
 */
struct lp_error *creation_check_lost(struct creation *creation);

/*
 * Resolves what creation->parts refer to, and sorts them so that each module of the update
 * comes after those that it uses.
 */
struct lp_error *creation_resolve(struct creation *creation);

/* Releases what these two have made. */
void creation_clear_model(struct creation *creation);

/*
 * Fills unit->moved_exports of all compiled units: names that one of them no longer exports, and
 * another one of the same domain exports instead.
 */
struct lp_error *creation_find_moved_exports(struct creation *creation);

/* Compares one unit, with the names of what moves into it. */
struct lp_error *creation_compare(struct creation *creation, struct creation_unit *unit,
				  const struct text_list *moved);

/* The unit's module, opened if it has one and that isn't done yet. */
struct lp_error *creation_open_module(struct creation *creation, struct creation_unit *unit);

/*
 * Proves the unit, whose exact original is compiled: that the kernel, or the module's file, holds
 * what the untouched source compiles to. LP_NOT_PROVEN if it doesn't and that is not allowed.
 */
struct lp_error *creation_prove_compiled(struct creation *creation, struct creation_unit *unit);

/* The same, if that isn't done yet; compiles the exact original first. */
struct lp_error *creation_prove(struct creation *creation, struct creation_unit *unit);

/*
 * Refuses, with LP_UNSAFE, variables of the running kernel that have another type
 * in the compiled and compared unit; adds those that are allowed to unit->layouts.
 */
struct lp_error *creation_compare_variables(struct creation *creation, struct creation_unit *unit);

/*
 * Keeps the findings of the unit's comparison, except lost variables that moved
 * to another unit. Fails only without memory.
 */
struct lp_error *creation_add_findings(struct creation *creation, size_t index);

/* Releases what is in the unit. */
void creation_unit_clear(struct creation_unit *unit);

/* Warns of each --allow-unproven and --allow-layout that has allowed nothing. */
void creation_check_allowed(struct creation *creation);

/* Warns of what was found in all units. */
struct lp_error *creation_warn(struct creation *creation);

/* Prints the result: one line, or with --json or --check all of it. */
struct lp_error *creation_report(struct creation *creation);

/*
 * With --json: the error as the one JSON object on standard output, with --explain also what
 * was found before it.
 */
void creation_report_failure(const struct creation *creation, const struct lp_error *error);

#endif
