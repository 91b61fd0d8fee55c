/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The update module: the objects from diffobj and the template from
 * kpatch-templates/, linked by kbuild, with references to unexported symbols of
 * the kernel turned into livepatch relocations for the module loader.
 */
#ifndef LPATCH_CREATE_LINK_LINK_H
#define LPATCH_CREATE_LINK_LINK_H

#include "create/compile.h"
#include "create/link/link_plan.h"
#include "create/proof.h"
#include "create/reasons.h"
#include "create/symbols.h"
#include "create/target.h"
#include "diffobj/diffobj.h"

/* What one translation unit adds to the update. */
struct link_part {
	const struct unit *unit;
	const struct proof *proof;
	const struct diffobj_result *result;
	const struct text_list *layouts; /* types whose change the user has allowed */
	const struct finding_list *findings;
	const struct reason_list *reasons;   /* one for each function of the result */
	const struct text_list *needs;       /* modules of the kernel whose code or data it uses */
	char *object;                        /* path of diffobj's output */
	size_t index;                        /* of the unit, in the model of names */
	const struct symbol_target *targets; /* what each of result->references is linked to */
	/* By function of the result: the proof of the unit that has the original; NULL: `proof`. */
	const struct proof *const *function_proofs;
};

/* A definition of a unit that a module of the update for another object uses. */
struct link_external {
	size_t provider;  /* index of the unit */
	const char *name; /* of the function or variable */
	char *alias;      /* under which the update's module exports it */
};

/* One module to link: the update itself, or its part for one module of the kernel. */
struct link_job {
	const char *id;
	const char *object;            /* whose functions it replaces: "vmlinux", or a module */
	const char *name;              /* of the module to make: "lpatch_ID", "lpatch_ID__1" */
	const char *description;       /* "" in a part */
	const char *patch;             /* text; "" in a part */
	const char *shared;            /* directory that has core-module/ and kpatch-templates/ */
	const struct link_part *parts; /* all of that object */
	size_t nr_parts;
	const struct text_list *objects; /* the modules that have parts; empty in a part */
	const struct link_external *externals;
	size_t nr_externals;
	const struct text_list
		*symvers;     /* paths: what the core and the modules before this export */
	const char *core;     /* directory in which kbuild has built the core */
	const char *commands; /* file in which the commands of the link are kept; NULL: none are */
};

/*
 * Links the module. *update is the path of NAME.ko and *symvers that of the list of what
 * it exports, to be freed. *plan is set to the plan of the module, which the caller clears
 * in either case. LP_NOT_PROVEN if it replaces something whose place in the kernel is not
 * certain.
 */
struct lp_error *link_update(struct tree *tree, const struct link_job *job, char **update,
			     char **symvers, struct link_plan *plan);

#endif
