/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Constants of unnamed enums. They can be the states of a variable of type int,
 * or plain numbers. If several have new numbers, they are taken for states.
 */
#ifndef LPATCH_CREATE_LAYOUT_LAYOUT_VALUES_H
#define LPATCH_CREATE_LAYOUT_LAYOUT_VALUES_H

#include "create/layout/layout.h"

/*
 * Adds to *result each unnamed enum in which at least two constants have another
 * number, or one whose old number another constant now has. A constant doesn't
 * count if it is the last one in both versions and only counts the others. The
 * enum is named after the first constant that changed. LP_INTERNAL if the DWARF
 * can't be read.
 */
struct lp_error *layout_compare_values(const struct layout_job *job, struct layout_result *result);

#endif
