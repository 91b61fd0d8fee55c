/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What several diffs do to each file in sum. */
#ifndef LPATCH_CREATE_DIFF_CHANGE_LIST_H
#define LPATCH_CREATE_DIFF_CHANGE_LIST_H

#include "create/diff/patch_set.h"

struct change_list;

struct lp_error *change_list_new(struct change_list **list);

/* Takes account of one file of a diff, whose paths are settled, behind those before. */
struct lp_error *change_list_add(struct change_list *list, const struct diff_file *file);

/* Whether the file, or a directory, is there by what the diffs so far do. */
bool change_list_makes(const struct change_list *list, const char *path);

/* Moves what came out into the set. */
void change_list_finish(struct change_list *list, struct patch_set *set);

void change_list_free(struct change_list *list);

#endif
