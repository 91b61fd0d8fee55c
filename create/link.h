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
	char *object; /* path of diffobj's output */
};

struct link_job {
	const char *id;
	const char *description;
	const char *patch;  /* text */
	const char *shared; /* directory that has core-module/ and kpatch-templates/ */
	const struct link_part *parts;
	size_t nr_parts;
};

/*
 * Links the update; `core` is the result of core_build(). *update is the path
 * of lpatch_ID.ko, to be freed. LP_NOT_PROVEN if it refers to something whose
 * place in the kernel can't be told for sure.
 */
struct lp_error *link_update(struct tree *tree, const struct link_job *job, const char *core,
			     char **update);

#endif
