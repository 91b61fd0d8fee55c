/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Constants of enums without a name: states that are kept in an int, or numbers
 * like any other. Several that were numbered anew are states.
 */
#ifndef LPATCH_CREATE_LAYOUT_LAYOUT_VALUES_H
#define LPATCH_CREATE_LAYOUT_LAYOUT_VALUES_H

#include "create/layout/layout.h"

/*
 * Adds to *result each enum without a name whose constants were numbered anew: two
 * of them at least, or one whose number another has now, unless that is the last
 * one in both and only counts them. It goes by the name of the first constant that
 * changed. LP_INTERNAL if the debugging information can't be read.
 */
struct lp_error *layout_compare_values(const struct layout_job *job, struct layout_result *result);

#endif
