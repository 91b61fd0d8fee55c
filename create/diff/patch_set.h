/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The diffs of a user, of any kind: which files of the kernel source they change in sum, and
 * applying them to copies of those files. This is the public header of create/diff/.
 */
#ifndef LPATCH_CREATE_DIFF_PATCH_SET_H
#define LPATCH_CREATE_DIFF_PATCH_SET_H

#include "common/error.h"
#include "common/message.h"
#include "common/text.h"
#include "create/diff/diff.h"

enum change_kind {
	CHANGE_MODIFIED,
	CHANGE_ADDED,
	CHANGE_REMOVED,
	CHANGE_RENAMED,
};

struct file_change {
	enum change_kind kind;
	char *path;          /* in the kernel source, as the diff's new side names it */
	char *old_path;      /* the old name, for CHANGE_RENAMED; else NULL */
	const char *special; /* its kind, if it is not text: "a symbolic link"; else NULL */
	bool is_passed_over; /* by patch_set_pass_over() */
};

struct patch_set {
	struct text_list texts;      /* of each patch, with Unix line ends, in the order to apply */
	struct diff_list diffs;      /* their contents */
	bool is_settled;             /* the following are known */
	struct file_change *changes; /* every file once, in the order of first mention */
	size_t nr_changes;
	struct text_list touched; /* what the parts that count change or move, also in between */
};

/*
 * Adds one diff, by `name` in messages; `text` is left without carriage returns. Its names have
 * `level` leading directories, -1 for finding it out.
 * LP_NOT_APPLYING for text that is no diff or names a path outside the source.
 */
struct lp_error *patch_set_add(struct patch_set *set, const char *name, char *text, int level);

/* Reverses the last diffs of the set, from number `first` on. */
struct lp_error *patch_set_reverse(struct patch_set *set, size_t first);

/*
 * Reads what the user names into an empty set: "-" is standard input, else a file or a quilt
 * series; see create/diff/input.h. LP_NOT_APPLYING for text that is no diff or names a path outside
 * the source, for a combined diff and for one that is cut short. Words without a diff may stand
 * beside diffs: a cover letter.
 */
struct lp_error *patch_set_read(const struct text_list *names, struct patch_set *set);

/*
 * Once all that the user brings is in the set, of which `names` were read: LP_NOTHING_TO_PATCH if
 * it is empty or only changes modes and names, LP_NOT_APPLYING if it is text without any diff.
 */
struct lp_error *patch_set_check(const struct patch_set *set, const struct text_list *names);

/*
 * Finds out which files of the source the names mean, by the number of leading directories with
 * which they are there, and from that set->changes. `source` is the kernel's source, or NULL if
 * there is none yet: then set->is_settled may stay false, for names that don't begin with "a/" and
 * "b/". LP_NOT_APPLYING for names that can't be understood.
 */
struct lp_error *patch_set_settle(struct patch_set *set, const char *source);

/*
 * Ignores, from now on, the parts about files for which `why` gives a reason: for a file that is
 * renamed, for both names.
 */
struct lp_error *patch_set_pass_over(struct patch_set *set, const char *why(const char *path));

/* How patches are to be applied. */
struct patch_way {
	const char *source;  /* untouched */
	const char *scratch; /* a directory for files of our own */
	unsigned int fuzz;   /* lines of context that may differ at either end of a hunk */
};

/*
 * Applies all patches, in order, to the copies below `directory`, which must have every file of
 * set->touched that the source has, except ignored ones. A hunk that was found elsewhere than
 * its header says is a warning. LP_NOT_APPLYING says which hunk of which file does not fit, and
 * which files have their changes already; LP_NOTHING_TO_PATCH if all have.
 */
struct lp_error *patch_set_apply(const struct patch_set *set, const struct patch_way *way,
				 const char *directory, struct message_sink *sink);

/* All patches as one text, to be freed: the original text, or, for -R, the reversed one. */
struct lp_error *patch_set_text(const struct patch_set *set, char **text);

void patch_set_clear(struct patch_set *set);

/* LP_UNSAFE, for a set that can't become an update, with all reasons: "FILE: why". */
struct lp_error *patch_set_refused(const struct text_list *reasons);

#endif
