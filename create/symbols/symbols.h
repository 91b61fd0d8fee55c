/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one model of names and what they mean: every symbol of the patched units
 * resolves to what the linker and the module loader of a full build of the
 * patched source would give it, as far as that is in the running kernel, else to
 * what the update brings.
 *
 * A *domain* is what is linked as one: vmlinux, or one module. A global name
 * has one definition in its domain. What a domain does not define, vmlinux
 * can't use; a module finds it among what vmlinux and other modules export.
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

/* What the model asks for only when it has to know; by index of the unit. */
struct symbols_environment {
	/* What the unit's domain is in the target: the kernel's image, or the module's. */
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
	const struct exports *core_exports; /* of the core, for what authors call */
	struct symbols_environment environment;
};

struct symbols;

/*
 * Makes the model, and finds what the patch moves from one unit to another. Both
 * places in LP_BUILD_FAILED for a global name that has two definitions; LP_UNSAFE for a variable
 * that moves and changes. *symbols is to be freed by symbols_free(); the job must outlive it.
 */
struct lp_error *symbols_make(const struct symbols_job *job, struct symbols **symbols);

void symbols_free(struct symbols *symbols);

/* A function or variable that is in another unit in the patched source. */
struct symbol_move {
	size_t from, to;     /* units */
	char *name;          /* in the patched unit */
	char *original_name; /* in the unit it was in */
	bool is_function;
	bool original_local;
};

/* The moves, *count in all. Valid as long as the model. */
const struct symbol_move *symbols_moves(const struct symbols *symbols, size_t *count);

/* What a reference is to be linked to. */
enum symbol_target_kind {
	TARGET_RUNNING,  /* a place in the running kernel or in one of its modules */
	TARGET_LOADER,   /* what vmlinux, a module or the core exports, by its name */
	TARGET_SAME,     /* what another unit of the same domain brings, by its name */
	TARGET_EXTERNAL, /* what a unit of another domain brings */
	TARGET_NOTHING,  /* a weak reference to what nobody defines */
};

struct symbol_target {
	enum symbol_target_kind kind;
	const char *name;           /* as the definition has it */
	struct proven_symbol place; /* of TARGET_RUNNING */
	size_t provider;            /* unit, of TARGET_EXTERNAL */
	const char *module;         /* of the kernel, whose code or data it is; NULL: vmlinux */
	const char *namespace;      /* that has to be imported; "" if none */
};

/*
 * What the reference of the unit means. LP_BUILD_FAILED if nothing defines it, or what does
 * can't be used there; LP_UNSAFE if it is gone since boot; LP_NOT_PROVEN if the unit is not proven
 * and the symbol table doesn't tell.
 */
struct lp_error *symbols_resolve(struct symbols *symbols, size_t unit,
				 const struct diffobj_reference *reference,
				 struct symbol_target *target);

#endif
