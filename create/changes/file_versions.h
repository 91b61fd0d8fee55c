/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file before and after a diff's part about it. */
#ifndef LPATCH_CREATE_CHANGES_FILE_VERSIONS_H
#define LPATCH_CREATE_CHANGES_FILE_VERSIONS_H

#include <stdbool.h>

#include "create/diff.h"

/* Lines from `first` to `last`, from 1; none if last < first. */
struct line_range {
	unsigned long first, last;
};

struct file_versions {
	char *before, *after; /* "" if there is no such version */
	bool is_exact;        /* each hunk is where its header says; else `after` is "" */
};

/*
 * Reads the file from `source`, and applies the hunks to it in memory, at the lines that their
 * headers name and without fuzz. To be released by file_versions_clear().
 */
struct lp_error *file_versions_read(const char *source, const struct diff_file *file,
				    struct file_versions *versions);

void file_versions_clear(struct file_versions *versions);

/*
 * The lines that the hunk removes from the old version, or with `after` adds to the new one, from
 * the first to the last. Where it only adds or only removes, the other version's range is that of
 * the lines around the place.
 */
struct line_range hunk_changed_lines(const struct diff_hunk *hunk, bool after);

/* True if the text has the word, not as a part of a longer one. */
bool text_has_word(const char *text, const char *word);

#endif
