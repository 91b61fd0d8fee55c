/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Why each function is part of the update: from the lines of the diff, and from the
 * inlining shown by debugging information. diffobj says only where code differs.
 */
#ifndef LPATCH_CREATE_REASONS_REASONS_H
#define LPATCH_CREATE_REASONS_REASONS_H

#include "common/manifest.h"
#include "common/text.h"
#include "create/compile.h"
#include "create/reasons/source_files.h"
#include "diffobj/diffobj.h"

struct reason {
	enum manifest_reason reason;
	char *cause;              /* as in struct manifest_function */
	struct text_list through; /* as there */
	char *why;                /* as there */
};

struct reason_list {
	struct reason *items;
	size_t count;
};

/*
 * One for each function of the result of comparing the unit's objects, in its order; *list
 * is to be cleared by reason_list_clear(). Without debugging information the reasons are
 * less precise.
 */
struct lp_error *reason_list_find(struct source_files *files, const struct unit *unit,
				  const struct diffobj_result *result, struct reason_list *list);

void reason_list_clear(struct reason_list *list);

#endif
