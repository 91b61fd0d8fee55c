/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One run of lpatch-create: everything that its stages make, in the order in
 * which they make it. main.c goes through the stages; the larger ones are here.
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
	struct sandbox_holder *sandbox; /* or NULL */
	char *view;
	struct creation_unit {
		struct unit *unit;
		char *module_path;
		struct kernel_image *module; /* what it belongs to, if not vmlinux */
		struct proof *proof;
		struct diffobj_result *result;
		struct text_list layouts; /* types whose change the user has allowed */
		struct finding_list findings;
		struct reason_list reasons; /* of the result's functions */
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
	struct source_scan *scan;        /* of the source's files, once it is needed */
	struct layout_told layouts_told; /* types whose change was described */
	struct text_list layouts_seen;   /* whose change a sample has, and the user has allowed */
	struct text_list notes;          /* what diffobj left out or needs care, "SOURCE: NOTE" */
	struct link_part *parts;         /* the units in which something changed */
	size_t nr_parts;
	struct assembly assembly;
	struct signer *signer; /* or NULL if nobody signs */
	char *shared, *core, *patch, *id;
	struct packed packed; /* the bundle */
	struct manifest *manifest;
};

/* Releases all of it, and gives the working copy back. */
void creation_clear(struct creation *creation);

/*
 * Compiles, proves and compares all units, which leaves in creation->parts
 * those in which something changed. Refusals of all units come in one error.
 * LP_NOTHING_TO_PATCH when nothing changed.
 */
struct lp_error *creation_units(struct creation *creation);

/*
 * Of many objects that a diff may reach, compiles a few and compares their types, all that the
 * headers define, before minutes or hours go into all of them: LP_UNSAFE for a type that is laid
 * out differently, LP_BUILD_FAILED for what doesn't compile. Nothing to do for few objects.
 */
struct lp_error *creation_sample(struct creation *creation);

/*
 * Refuses, with LP_UNSAFE, types that the running kernel has laid out another
 * way than the compiled unit's patched object; fills unit->layouts.
 */
struct lp_error *creation_compare_layouts(struct creation *creation, struct creation_unit *unit);

/* The same; *layouts, to be cleared by layout_result_clear(), is what was found, also on LP_UNSAFE.
 */
struct lp_error *creation_find_layouts(struct creation *creation, struct creation_unit *unit,
				       struct layout_result *layouts);

/*
 * Drops the objects that can't tell the difference, where the changed headers only add to the
 * `types`, "struct foo", that they define anew, the members in holes that `filled` lists as
 * struct layout_result does. What else reaches an object still counts.
 */
struct lp_error *creation_narrow(struct creation *creation, const struct text_list *types,
				 const struct text_list *filled);

/* The files of the source, in creation->scan, which is filled when it is first asked for. */
struct lp_error *creation_read_files(struct creation *creation);

/*
 * Makes the model of names from the compared units. Compares those again into which something
 * moves.
 */
struct lp_error *creation_model(struct creation *creation);

/*
 * LP_BUILD_FAILED for a global name that the patch takes away while a file that it doesn't reach
 * still uses it. Of very many files that mention such a name, only a warning comes.
 */
struct lp_error *creation_check_lost(struct creation *creation);

/*
 * Resolves what creation->parts refer to, and sorts them so that each module of the update comes
 * behind those that it uses.
 */
struct lp_error *creation_resolve(struct creation *creation);

/* Releases what these two have made. */
void creation_clear_model(struct creation *creation);

/*
 * Fills unit->moved_exports in, of all units that are compiled: names that one of them exports no
 * more, and another one of the same domain instead.
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
 * Takes over what was found when the unit was compared, but for variables that
 * are lost to it because they moved to another unit. Only memory can lack.
 */
struct lp_error *creation_add_findings(struct creation *creation, size_t index);

/* Releases what is in the unit. */
void creation_unit_clear(struct creation_unit *unit);

/* Warns of each --allow-unproven and --allow-layout that has allowed nothing. */
void creation_check_allowed(struct creation *creation);

/* Warns of what was found in all units. */
struct lp_error *creation_warn(struct creation *creation);

/* Tells the user what came out: one line, or with --json or --check all of it. */
struct lp_error *creation_report(struct creation *creation);

#endif
