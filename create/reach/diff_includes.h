/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Checks which files the C files of a diff make the compiler read. It reads their
 * text, so that the refusal is early and clear, but macros can hide a name from it.
 * create/compile/compile_reads.h checks the files that the compiler really read.
 */
#ifndef LPATCH_CREATE_REACH_DIFF_INCLUDES_H
#define LPATCH_CREATE_REACH_DIFF_INCLUDES_H

#include "create/diff.h"
#include "create/target.h"

/*
 * LP_UNSAFE, with file and line, if a patched file includes a file by an absolute path or
 * by one that leads out of the source, or if the patch adds a line that makes the assembler
 * read a file or the compiler load a precompiled header.
 */
struct lp_error *diff_includes_check(const struct tree *tree, const char *view,
				     const struct patch_set *set);

/* The same for one text: adds the reasons. `old_text` is the text without the patch, or "". */
struct lp_error *diff_includes_check_text(const char *path, const char *old_text,
					  const char *new_text, struct text_list *reasons);

#endif
