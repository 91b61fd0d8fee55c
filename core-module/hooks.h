/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What does the author of a patch want to be called for? The hooks of an
 * update, in one attempt. The hooks of one source file are a set. On apply,
 * sets run in the order of the update's tables; on reverse, and where an
 * attempt is taken back, in the opposite order. Call with the core's lock held.
 */
#ifndef LPATCH_HOOKS_H
#define LPATCH_HOOKS_H

#include "update.h"

/* A check hook that said no, while the machine is stopped. */
struct lpatch_hook_refusal {
	const struct lpatch_hook *hook; /* NULL: none did */
	int answer;
};

/*
 * Runs the pre_ hooks of the part until one refuses. Returns 0 or, with the
 * cause in the report, a negative errno value. Either way lpatch_hooks_post()
 * or lpatch_hooks_fail() must follow. May sleep.
 */
int lpatch_hooks_pre(struct lpatch_part *part, bool apply, struct lpatch_report *report);

/* Runs the check_ hooks until one refuses; the machine is stopped. True if none did. */
bool lpatch_hooks_check(const struct lpatch_part *part, bool apply,
			struct lpatch_hook_refusal *refusal);

/* Runs the hooks apply or reverse; the machine is stopped. */
void lpatch_hooks_switch(const struct lpatch_part *part, bool apply);

/* Runs the post_ hooks, after an attempt that succeeded. May sleep. */
void lpatch_hooks_post(struct lpatch_part *part, bool apply);

/* Runs the fail_ hooks of the sets whose pre_ hook ran and did not say no. May sleep. */
void lpatch_hooks_fail(struct lpatch_part *part, bool apply);

/* Adds to the report which hook refused. Returns the errno value of the cause. */
int lpatch_hooks_report(struct lpatch_report *report, const struct lpatch_hook_refusal *refusal);

#endif
