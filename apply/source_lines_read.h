/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What reads source lines from debug information, with libdw: only for -v and a task that is in
 * the way. So only a shared object of our own is linked with libdw,
 * ../lib/lpatch/lpatch-source-lines.so seen from the program, which apply/source_lines.c loads. It
 * uses the functions of the program for errors and texts.
 */
#ifndef LPATCH_APPLY_SOURCE_LINES_READ_H
#define LPATCH_APPLY_SOURCE_LINES_READ_H

#include "apply/source_lines.h"

/* Each does what the function source_lines_NAME() of apply/source_lines.h says. */
struct source_lines_operations {
	struct lp_error *(*image)(const char *release, const char *build_id, char **image,
				  char **other);
	struct lp_error *(*add)(const char *image, const char *text, char **result);
};

#define SOURCE_LINES_FILE   "lpatch-source-lines.so"
#define SOURCE_LINES_SYMBOL "lpatch_source_lines_operations"

/* What the shared object offers. */
extern const struct source_lines_operations lpatch_source_lines_operations
	__attribute__((visibility("default")));

#endif
