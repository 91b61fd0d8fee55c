/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The update module: the objects from diffobj and the template from
 * kpatch-templates/, linked by kbuild, with the references to what the kernel
 * doesn't export turned into the module loader's livepatch relocations.
 */
#ifndef LPATCH_CREATE_LINK_H
#define LPATCH_CREATE_LINK_H

#include "create/build.h"
#include "create/proof.h"
#include "create/tree.h"
#include "diffobj/diffobj.h"

/* What one translation unit brings to the update. */
struct link_part {
	const struct unit *unit;
	const struct proof *proof;
	const struct diffobj_result *result;
	const struct text_list *layouts; /* types whose change the user has allowed */
	const struct finding_list *findings;
	char *object;                    /* path of diffobj's output */
};

/* One module to link: the update itself, or its part for one module of the kernel. */
struct link_job {
	const char *id;
	const char *object;            /* what it replaces functions of: "vmlinux", or a module */
	const char *name;              /* of the module to make: "lpatch_ID", "lpatch_ID__1" */
	const char *description;       /* "" in a part */
	const char *patch;             /* text; "" in a part */
	const char *shared;            /* directory that has core-module/ and kpatch-templates/ */
	const struct link_part *parts; /* all of that object */
	size_t nr_parts;
	const struct text_list *objects; /* the modules that have parts; empty in a part */
};

/*
 * Links the module; `core` is the result of core_build(). *update is the path
 * of NAME.ko, to be freed. LP_NOT_PROVEN if it refers to something whose
 * place in the kernel can't be told for sure.
 */
struct lp_error *link_update(struct tree *tree, const struct link_job *job, const char *core,
			     char **update);

#endif
