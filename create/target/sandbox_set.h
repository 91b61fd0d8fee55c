/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sandboxes of a run, one for each kind of input: untouched source, patched source,
 * and the objects made of it. What later runs use can be written to only in the first.
 */
#ifndef LPATCH_CREATE_TARGET_SANDBOX_SET_H
#define LPATCH_CREATE_TARGET_SANDBOX_SET_H

#include "common/error.h"
#include "create/target/sandbox_make.h"
#include "create/target/tree.h"

struct sandbox_set {
	struct sandbox_holder *untouched, *patched, *link; /* all, or none */
};

/*
 * Makes them and has the tree's programs run in them; `key` is the signing key's file, or
 * NULL. LP_INTERNAL, with the reason, where the system allows none; then there is none.
 * The set is to be cleared by sandbox_set_clear(), when no program of the tree runs.
 */
struct lp_error *sandbox_set_make(struct tree *tree, const char *key, struct sandbox_set *set);

/* Whether all programs have PID namespaces of their own. */
bool sandbox_set_has_pids(const struct sandbox_set *set);

void sandbox_set_clear(struct sandbox_set *set);

#endif
