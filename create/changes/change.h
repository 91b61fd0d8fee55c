/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The single changes that a patch set consists of: each patch with a message of its own (of a
 * mailbox, a quilt series or a git revision) is one. A text without a message, such as the diff
 * of two releases, is cut into sets of hunks that belong together (create/changes/cut.h).
 */
#ifndef LPATCH_CREATE_CHANGES_CHANGE_H
#define LPATCH_CREATE_CHANGES_CHANGE_H

#include <stdbool.h>
#include <stddef.h>

#include "common/error.h"
#include "common/text.h"
#include "create/diff.h"

/* A part of a change: hunks of one file of one diff of the set. */
struct change_part {
	size_t diff, file; /* set->diffs.items[diff].files[file] */
	size_t *hunks;     /* their numbers, ascending; NULL for the file's whole part */
	size_t nr_hunks;
};

struct change {
	char *name;     /* unique: 12 digits of the commit, the patch's name, or the first file's */
	char *subject;  /* the first line of the message; of a set of hunks, its files */
	char *commit;   /* 40 hex digits, or NULL */
	char *upstream; /* the commit that it was made from, if the message says so; or NULL */
	struct text_list fixes; /* commits that the message's lines "Fixes:" name */
	struct text_list cves;  /* "CVE-2026-12345", each once */
	struct text_list files; /* paths that it touches, each once */
	struct change_part *parts;
	size_t nr_parts;
};

struct changes {
	const struct patch_set *set; /* must outlive this */
	struct change *items;        /* in the order in which they are applied */
	size_t count;
};

void changes_clear(struct changes *changes);

/* Number `index` of the part's hunks, from 0; NULL behind the last one. */
const struct diff_hunk *change_part_hunk(const struct patch_set *set,
					 const struct change_part *part, size_t index);

/* Whether one of the files is touched by both. */
bool change_shares_files(const struct change *one, const struct change *other);

/* Releases what is in the change. */
void change_clear(struct change *change);

/* Adds an empty change; *added is good until the next one. */
struct lp_error *changes_add(struct changes *changes, struct change **added);

/* Adds the part to the change, which takes over part->hunks, and the file's path to its files. */
struct lp_error *change_add_part(struct change *change, const struct patch_set *set,
				 const struct change_part *part);

#endif
