/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Constants of unnamed enums: states that are kept in an int, or plain numbers.
 * Several that were renumbered count as states.
 */
#ifndef LPATCH_CREATE_LAYOUT_LAYOUT_VALUES_H
#define LPATCH_CREATE_LAYOUT_LAYOUT_VALUES_H

#include "create/layout/layout.h"

/*
 * Adds to *result each unnamed enum whose constants were renumbered: at least two
 * of them, or one whose number another now has, unless that is the last one in
 * both and only counts them. It is named after the first constant that changed.
 * LP_INTERNAL if the debugging information can't be read.
 */
struct lp_error *layout_compare_values(const struct layout_job *job, struct layout_result *result);

#endif
