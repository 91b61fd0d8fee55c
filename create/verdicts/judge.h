/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which changes can be in one update. All of them are tried. If they are refused, the changes
 * that the refusal may come from are tried again, one more at a time, on the objects that were
 * refused: a change with which these begin to be refused is left out, with that refusal as the
 * reason. Then the rest is tried, until all stages have passed for exactly the changes that
 * are left. A change is never left out because of another one's refusal, unless it needs that
 * other change: then it applies and compiles with it, and not without it.
 */
#ifndef LPATCH_CREATE_VERDICTS_JUDGE_H
#define LPATCH_CREATE_VERDICTS_JUDGE_H

#include "create/creation.h"
#include "create/verdicts/verdict.h"

/*
 * Takes the settled patches out of the creation, and gives each of their changes a verdict. In
 * the end creation->parts are those of the chosen changes. LP_NOTHING_TO_PATCH if they change
 * nothing; any other error is one that no change is to blame for. verdicts->items say what was
 * found so far, also after an error; to be cleared by verdicts_clear().
 */
struct lp_error *judge(struct creation *creation, struct verdicts *verdicts);

#endif
