/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which hooks would be called if a bundle were applied, in the order of the calls. */
#ifndef LPATCH_APPLY_PLAN_HOOKS_H
#define LPATCH_APPLY_PLAN_HOOKS_H

#include "apply/host.h"
#include "apply/output.h"
#include "apply/updates.h"
#include "common/manifest.h"

/*
 * Prints a line for each hook of the update, and of the updates that would go out of force for
 * it (those of `replaced` that are in force; NULL: none); adds "hooks" (an array) to the result.
 */
struct lp_error *plan_hooks_show(const struct host *host, const struct manifest *manifest,
				 const struct update_list *replaced, struct output *output);

#endif
