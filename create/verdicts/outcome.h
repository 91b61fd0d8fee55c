/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the chosen changes have become in the update. */
#ifndef LPATCH_CREATE_VERDICTS_OUTCOME_H
#define LPATCH_CREATE_VERDICTS_OUTCOME_H

#include "create/creation.h"
#include "create/verdicts/verdict.h"

/*
 * Gives each chosen change, after the last run, MANIFEST_VERDICT_IN, MANIFEST_VERDICT_NO_CODE or
 * MANIFEST_VERDICT_NOT_BUILT, and the functions in which its lines are or that it makes differ. A
 * change counts as in unless it is certain that none of its files was compiled to other code.
 */
struct lp_error *outcome_find(struct creation *creation, struct verdicts *verdicts);

/* The same after a run that has found nothing to patch. */
struct lp_error *outcome_nothing(struct creation *creation, struct verdicts *verdicts);

#endif
