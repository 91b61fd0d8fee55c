/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds the source files of the kernel that mention a word. One pass over a
 * kernel's 43,000 files takes several threads a few seconds.
 */
#ifndef LPATCH_CREATE_C_TEXT_SOURCE_SCAN_H
#define LPATCH_CREATE_C_TEXT_SOURCE_SCAN_H

#include "common/file.h"
#include "common/text.h"

struct source_scan {
	const char *top;        /* directory to which the paths of the files are relative */
	const char *build;      /* directory for files that are not below `top`, or NULL */
	struct text_list files; /* .c, .h and .S, by path */
	unsigned int jobs;      /* threads */
};

/*
 * Adds to *mentioning the files that contain one of the words as a whole word, even in a
 * comment, in the order of scan->files. A file that can't be read is an error.
 */
struct lp_error *source_scan_mentions(const struct source_scan *scan, const struct text_list *words,
				      struct text_list *mentioning);

/* Reads one of the files. */
struct lp_error *source_scan_read(const struct source_scan *scan, const char *path,
				  struct blob *blob);

void source_scan_clear(struct source_scan *scan);

#endif
