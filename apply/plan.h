/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What would happen if a bundle were applied, without loading anything:
 * which functions, in which objects, by which redirect, their other users, and
 * which hooks are called.
 *
 * The redirect is a forecast from what user space can see; the core, which
 * sees the code, may choose the ftrace handler if the kernel rewrites the
 * location of the jump.
 */
#ifndef LPATCH_APPLY_PLAN_H
#define LPATCH_APPLY_PLAN_H

#include "apply/host.h"
#include "apply/output.h"
#include "common/manifest.h"

/*
 * Prints a line for each function that would be replaced, with lines below it
 * for other users of the function, for each constant that would be rewritten, with `replace`
 * for each update that it would replace, and for each hook that would be
 * called; adds "functions", "constants", "hooks" and with `replace` "replaced"
 * (arrays) to the result. LP_KERNEL_REFUSED if something
 * that can be seen now would make the core refuse.
 */
struct lp_error *plan_show(const struct host *host, const struct manifest *manifest, bool replace,
			   struct output *output);

#endif
