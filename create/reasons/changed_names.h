/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Compares the definitions of two versions of a file. */
#ifndef LPATCH_CREATE_REASONS_CHANGED_NAMES_H
#define LPATCH_CREATE_REASONS_CHANGED_NAMES_H

#include "create/reasons/source_files.h"

/*
 * Marks, in both versions of the file, the definitions that the other lacks or has
 * changed, and fills file->names and file->changes_directives.
 */
struct lp_error *changed_names_find(struct source_file *file);

#endif
