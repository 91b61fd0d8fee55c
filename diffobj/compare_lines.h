/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Functions that differ only in line numbers; for compare(). */
#ifndef LPATCH_DIFFOBJ_COMPARE_LINES_H
#define LPATCH_DIFFOBJ_COMPARE_LINES_H

#include "diffobj/piece.h"

/*
 * Whether all bytes by which two functions of the same size differ are line
 * numbers: the second argument of a call of a function that is known to take
 * __LINE__ there (__might_sleep(file, line), include/linux/kernel.h).
 */
bool differ_in_lines_only(const struct piece *a, const struct piece *b);

#endif
