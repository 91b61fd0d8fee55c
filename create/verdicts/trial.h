/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Running the stages for a choice of changes. */
#ifndef LPATCH_CREATE_VERDICTS_TRIAL_H
#define LPATCH_CREATE_VERDICTS_TRIAL_H

#include "create/creation.h"
#include "create/kbuild.h"
#include "create/verdicts/verdict.h"

/* All stages, as for a patch that consists of the chosen changes. Errors are those of the stages.
 */
struct lp_error *trial_run(struct creation *creation, const struct verdicts *verdicts,
			   const bool *chosen);

/*
 * The same without messages, and only for these objects of the target, whatever else the
 * changes reach.
 */
struct lp_error *trial_objects(struct creation *creation, const struct verdicts *verdicts,
			       const bool *chosen, const struct kbuild_objects *objects);

/* Only applies the changes, without messages. */
struct lp_error *trial_apply(struct creation *creation, const struct verdicts *verdicts,
			     const bool *chosen);

/* trial_run() without messages. */
struct lp_error *trial_quietly(struct creation *creation, const struct verdicts *verdicts,
			       const bool *chosen);

/* Whether the changes can be an update, or are nothing to do; the error is released. */
bool trial_is_good(struct lp_error *error);

#endif
