/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The plan of one module of the update: kept while it is linked, and compared
 * with the bundle at the end (create/bundle/readback.h).
 */
#ifndef LPATCH_CREATE_LINK_LINK_PLAN_H
#define LPATCH_CREATE_LINK_LINK_PLAN_H

#include "common/text.h"
#include "create/symbols.h"

struct link_external;
struct link_job;
struct link_part;

struct link_plan {
	char *name;      /* of the module: "lpatch_ID" */
	char *directory; /* where kbuild has linked it, from update.o, the units' objects and
			  * NAME.mod.o
			  */
	/* As in the link_job, which the plan is made from; its strings must outlive the plan. */
	const char *id, *object, *description, *patch;
	const struct text_list *objects;
	struct link_part *parts; /* a copy, but not of what they point to */
	size_t nr_parts;
	const struct link_external *externals;
	size_t nr_externals;
	struct symbol_map map; /* names of places in the kernel */
	struct text_list pins; /* modules of the kernel that must stay */
};

/* Makes an empty plan of a job that is linked below `directory`. */
struct lp_error *link_plan_begin(struct link_plan *plan, const struct link_job *job,
				 const char *directory);

/*
 * Sets *name to the name in the map of symbol `index` in diffobj's output for the part; to be
 * freed.
 */
struct lp_error *link_plan_reference(size_t part, size_t index, char **name);

void link_plan_clear(struct link_plan *plan);

#endif
