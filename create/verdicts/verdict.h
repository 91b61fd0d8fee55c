/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What became of each change. */
#ifndef LPATCH_CREATE_VERDICTS_VERDICT_H
#define LPATCH_CREATE_VERDICTS_VERDICT_H

#include "common/manifest.h"
#include "common/text.h"
#include "create/changes.h"
#include "create/diff.h"

struct verdict {
	enum manifest_verdict kind;
	char *reason;               /* why it is left out, one line; else NULL */
	size_t needs;               /* of MANIFEST_VERDICT_NEEDS: the number of the other change */
	struct text_list functions; /* that it changes in the update, "SOURCE:FUNCTION" */
};

struct verdicts {
	struct patch_set set; /* all patches */
	struct changes changes;
	struct verdict *items; /* one a change */
	bool *chosen;          /* those that are in the patch of the update */
};

/* Fills manifest->changes with what became of each change. */
struct lp_error *verdicts_tell(const struct verdicts *verdicts, struct manifest *manifest);

void verdicts_clear(struct verdicts *verdicts);

#endif
