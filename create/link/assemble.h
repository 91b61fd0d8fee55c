/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The modules of an update: one for vmlinux, which always exists and has the
 * id, and a part for each module of the kernel.
 */
#ifndef LPATCH_CREATE_LINK_ASSEMBLE_H
#define LPATCH_CREATE_LINK_ASSEMBLE_H

#include "create/link/link.h"

struct assembly {
	char *update;             /* path of lpatch_ID.ko */
	struct text_list objects; /* modules of the kernel that have a part */
	struct text_list parts;   /* paths of lpatch_ID__1.ko and so on, one for each of these */
	struct link_plan *plans;  /* plans of lpatch_ID.ko, then of each part */
};

/*
 * Links all modules of the update that `whole` describes: id, description,
 * patch, and the units of all objects. `core` is the result of core_build().
 */
struct lp_error *assemble(struct tree *tree, const struct link_job *whole, const char *core,
			  struct assembly *assembly);

void assembly_clear(struct assembly *assembly);

#endif
