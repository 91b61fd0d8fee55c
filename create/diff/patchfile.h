/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Diffs: which files they change, and applying them to a copy. Unified format
 * as git and diff write it, with one leading directory in the names (-p1).
 */
#ifndef LPATCH_CREATE_DIFF_PATCHFILE_H
#define LPATCH_CREATE_DIFF_PATCHFILE_H

#include "common/error.h"
#include "common/message.h"
#include "common/text.h"

enum change_kind {
	CHANGE_MODIFIED,
	CHANGE_ADDED,
	CHANGE_REMOVED,
	CHANGE_RENAMED,
	CHANGE_BINARY,
};

struct file_change {
	enum change_kind kind;
	char *path;     /* in the kernel source, as the diff's new side names it */
	char *old_path; /* what it was called before, for CHANGE_RENAMED; else NULL */
};

struct patch_set {
	struct text_list texts;      /* of each patch, with Unix line ends */
	struct text_list names;      /* where each came from, for messages */
	struct file_change *changes; /* every file once, in the order of first mention */
	size_t nr_changes;
	size_t nr_hunks;
};

/*
 * Adds one diff, by `name` in messages; `text` is left without carriage returns.
 * LP_NOT_APPLYING for text that is no diff or names a path outside the source.
 */
struct lp_error *patch_set_add(struct patch_set *set, const char *name, char *text);

/*
 * Reads the patch files into an empty set. LP_NOT_APPLYING for text that is no diff or names a
 * path outside the source, and for a combined diff; LP_NOTHING_TO_PATCH when the files are empty
 * or only change modes and names. Words without a diff may stand beside diffs: a cover letter.
 */
struct lp_error *patch_set_read(const struct text_list *files, struct patch_set *set);

/*
 * Applies all patches, in order, to the copies below `directory`, which must
 * have every file that the set modifies, but for the parts about files of which
 * `wanted` says false. `scratch` is a directory for the texts and the output of
 * patch(1), `source` the untouched source. A hunk that was found elsewhere than
 * its header says is a warning. LP_NOT_APPLYING says which hunk of which file
 * does not fit, and which files have their changes already; LP_NOTHING_TO_PATCH
 * if all have.
 */
struct lp_error *patch_set_apply(const struct patch_set *set, bool wanted(const char *path),
				 const char *source, const char *directory, const char *scratch,
				 struct message_sink *sink);

/* What a diff says of each file, in its order. */
struct patch_parts {
	struct text_list paths; /* "fs/proc/stat.c"; "" for what names no file */
	struct text_list texts; /* as many */
};

/* Reads the parts of a diff, but for files of which `wanted` says false; `name` is for messages. */
struct lp_error *patch_parts_read(const char *name, const char *text, bool wanted(const char *path),
				  struct patch_parts *parts);

void patch_parts_clear(struct patch_parts *parts);

void patch_set_clear(struct patch_set *set);

/* LP_UNSAFE, for a set that can't become an update, with all reasons: "FILE: why". */
struct lp_error *patch_set_refused(const struct text_list *reasons);

#endif
