/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verdicts as text, and the source that they lead to. */
#ifndef LPATCH_CREATE_VERDICTS_VERDICT_REPORT_H
#define LPATCH_CREATE_VERDICTS_VERDICT_REPORT_H

#include "create/verdicts/verdict.h"

/* Prints a line for each change on standard output, in the order of the input, and the sums. */
void verdict_report_print(const struct verdicts *verdicts);

/*
 * Writes the patch with the changes that are in to DIRECTORY/lpatch-ID.patch, and makes the
 * directory if it is missing. `patch` is the text in the bundle. LP_INTERNAL if that can't be done.
 */
struct lp_error *verdict_report_source(const char *directory, const char *id, const char *patch);

#endif
