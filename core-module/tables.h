/* SPDX-License-Identifier: GPL-2.0 */
/* Do the tables of an update make sense? */
#ifndef LPATCH_TABLES_H
#define LPATCH_TABLES_H

#include "lpatch.h"

/*
 * Checks version, id, object, description and patch. Returns 0, or -EINVAL with
 * the reason in the log.
 */
int lpatch_tables_check_names(const struct lpatch_update *update);

/*
 * Checks everything in the tables that can be checked without looking at the
 * running text, after lpatch_tables_check_names(). `target` is the module the
 * update is for, NULL for vmlinux. Returns 0, -EINVAL with the reason in the
 * log, or -ENOMEM.
 */
int lpatch_tables_check(const struct lpatch_update *update, const struct module *target);

#endif
