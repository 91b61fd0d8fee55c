/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What several diffs do to each file in sum. */
#ifndef LPATCH_CREATE_DIFF_CHANGE_LIST_H
#define LPATCH_CREATE_DIFF_CHANGE_LIST_H

#include "create/diff/patch_set.h"

struct change_list;

struct lp_error *change_list_new(struct change_list **list);

/* Adds the change of one file of a diff, whose paths are known, in order. */
struct lp_error *change_list_add(struct change_list *list, const struct diff_file *file);

/* Whether the file or directory exists after the diffs so far. */
bool change_list_makes(const struct change_list *list, const char *path);

/* Moves the result into the set. */
void change_list_finish(struct change_list *list, struct patch_set *set);

void change_list_free(struct change_list *list);

#endif
