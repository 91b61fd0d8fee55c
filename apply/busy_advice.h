/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Advice about tasks that are in a function that is to be replaced. */
#ifndef LPATCH_APPLY_BUSY_ADVICE_H
#define LPATCH_APPLY_BUSY_ADVICE_H

#include "common/error.h"
#include "core-module/lpatch_abi.h"

/*
 * Sets *advice, to be freed, by the stacks in the core's `conflicts`: most tasks
 * leave a function sooner or later; a kernel thread never leaves its main function, and
 * an idle task never leaves the functions in which it idles. `stage` is what was asked for.
 */
struct lp_error *busy_advice(const char *conflicts, enum lpatch_stage stage, char **advice);

#endif
