/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The only model of the meaning of names: every symbol of the patched units
 * resolves as it would by the linker and the module loader in a full build of
 * the patched source, to the running kernel if it has the definition, else to
 * the update.
 *
 * A *domain* is what is linked together: vmlinux, or one module. A global name
 * has one definition in its domain. vmlinux can use only names of its domain; a
 * module also those that vmlinux and other modules export.
 */
#ifndef LPATCH_CREATE_SYMBOLS_SYMBOLS_H
#define LPATCH_CREATE_SYMBOLS_SYMBOLS_H

#include "common/finding.h"
#include "common/kernel_image.h"
#include "create/compile.h"
#include "create/proof.h"
#include "create/target.h"
#include "diffobj/diffobj.h"

/* A unit that the patch reaches, compiled and compared. */
struct symbols_unit {
	const struct unit *unit;
	const struct diffobj_result *result;
	struct finding_list *findings; /* of this unit; the model adds to it */
};

/* Callbacks for what the model needs only sometimes; by index of the unit. */
struct symbols_environment {
	/* The image of the unit's domain in the target: the kernel's, or the module's. */
	struct lp_error *(*image)(void *context, size_t unit, const struct kernel_image **image);
	/* The proof of the unit, made if there is none yet. */
	struct lp_error *(*proof)(void *context, size_t unit, const struct proof **proof);
	/*
	 * Where a source file that the patch does not reach defines the global name for the
	 * unit's domain, "fs/file.c:28", to be freed; NULL: not found.
	 */
	struct lp_error *(*definer)(void *context, size_t unit, const char *name, char **where);
	void *context;
};

struct symbols_job {
	const struct symbols_unit *units; /* results may be replaced while the model is used */
	size_t nr_units;
	const struct kernel_image *kernel;
	const struct exports *exports;      /* of the kernel and its modules */
	const struct exports *core_exports; /* of the core, for functions that authors call */
	struct symbols_environment environment;
};

struct symbols;

/*
 * Makes the model, and finds what the patch moves from one unit to another. LP_BUILD_FAILED,
 * with both places, for a global name with two definitions; LP_UNSAFE for a variable that moves
 * and changes. *symbols is to be freed by symbols_free(); the job must outlive it.
 */
struct lp_error *symbols_make(const struct symbols_job *job, struct symbols **symbols);

void symbols_free(struct symbols *symbols);

/* A function or variable that moved to another unit in the patched source. */
struct symbol_move {
	size_t from, to;     /* units */
	char *name;          /* in the patched unit */
	char *original_name; /* in the unit it was in */
	bool is_function;
	bool original_local;
};

/* The moves, *count in all. Valid as long as the model. */
const struct symbol_move *symbols_moves(const struct symbols *symbols, size_t *count);

/* What a reference is linked to. */
enum symbol_target_kind {
	TARGET_RUNNING,  /* a place in the running kernel or in one of its modules */
	TARGET_LOADER,   /* an export of vmlinux, a module or the core, by its name */
	TARGET_SAME,     /* what another unit of the same domain adds, by its name */
	TARGET_EXTERNAL, /* what a unit of another domain adds */
	TARGET_NOTHING,  /* a weak reference to an undefined name */
};

struct symbol_target {
	enum symbol_target_kind kind;
	const char *name;           /* from the definition */
	struct proven_symbol place; /* of TARGET_RUNNING */
	size_t provider;            /* unit, of TARGET_EXTERNAL */
	const char *module;         /* of the kernel, whose code or data it is; NULL: vmlinux */
	const char *namespace;      /* that has to be imported; "" if none */
};

/*
 * What the reference of the unit means. LP_BUILD_FAILED if it is undefined, or its definition
 * can't be used there; LP_UNSAFE if it was freed after boot; LP_NOT_PROVEN if the unit is not
 * proven and the symbol table doesn't decide.
 */
struct lp_error *symbols_resolve(struct symbols *symbols, size_t unit,
				 const struct diffobj_reference *reference,
				 struct symbol_target *target);

#endif
