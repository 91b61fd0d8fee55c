/* SPDX-License-Identifier: GPL-2.0 */
/* Do the tables of an update make sense? */
#ifndef LPATCH_TABLES_H
#define LPATCH_TABLES_H

#include "lpatch.h"

/*
 * Checks everything in the tables that can be checked without looking at the
 * running text. Returns 0, -EINVAL with the reason in the log, or -ENOMEM.
 */
int lpatch_tables_check(const struct lpatch_update *update);

#endif
