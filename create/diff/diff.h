/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A diff as data: files, hunks and lines. Only diff_parse() reads the text of a diff; the input
 * of patch(1) and of messages is written from this structure.
 */
#ifndef LPATCH_CREATE_DIFF_DIFF_H
#define LPATCH_CREATE_DIFF_DIFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "common/error.h"

/* One line of a hunk. */
struct diff_line {
	char sign;        /* ' ', '-' or '+' */
	bool no_newline;  /* it is the last of its file and has no newline */
	const char *text; /* without the sign; points into the text that was parsed */
	size_t length;    /* bytes, without the newline */
};

struct diff_hunk {
	size_t number; /* of its header's line in the text, from 1 */
	unsigned long old_start, old_count, new_start, new_count; /* as in the header */
	const char *heading; /* what its header shows of the function; points into the text */
	size_t heading_length;
	struct diff_line *lines;
	size_t nr_lines;
};

enum diff_kind {
	DIFF_MODIFIED, /* also if nothing but the mode changes */
	DIFF_ADDED,
	DIFF_REMOVED,
	DIFF_RENAMED,
	DIFF_COPIED,
};

struct diff_file {
	enum diff_kind kind;
	size_t number; /* of its first line in the text */
	/*
	 * The names as the diff has them, without quotes, doubled slashes and "./". `old_name` is
	 * NULL for an added file, `new_name` for a removed one.
	 */
	char *old_name, *new_name;
	bool is_bare;      /* the names have no leading directory: those of "rename from" */
	char *old_path;    /* in the kernel source, once known; NULL if there is none */
	char *path;        /* the new name; for a removed file the old one */
	unsigned old_mode; /* st_mode, octal 100644; 0 if the diff does not say it */
	unsigned new_mode;
	bool is_binary;      /* the change is not in the hunks */
	bool is_passed_over; /* ignored; see patch_set_pass_over() */
	struct diff_hunk *hunks;
	size_t nr_hunks;
};

/* The input of one run of patch(1). No file is in it twice. */
struct diff {
	char *name;  /* of its origin, for messages */
	size_t text; /* the number of its text, in struct patch_set; the message is in it */
	struct diff_file *files;
	size_t nr_files;
	int level;        /* how many leading directories the names have; -1 if not known */
	bool is_reversed; /* it is to be undone; the structure is already reversed */
};

struct diff_list {
	struct diff *items;
	size_t count;
};

void diff_list_clear(struct diff_list *list);

/* Adds an empty diff, whose address is good until the next one is added. */
struct lp_error *diff_list_add(struct diff_list *list, const char *name, struct diff **diff);

/* Adds an empty one to the diff, the file or the hunk; *added is good until the next one. */
struct lp_error *diff_add_file(struct diff *diff, struct diff_file **added);
struct lp_error *diff_add_hunk(struct diff_file *file, struct diff_hunk **added);
struct lp_error *diff_add_line(struct diff_hunk *hunk, const struct diff_line *line);

/* The name or path by which messages call the file. */
const char *diff_file_name(const struct diff_file *file);

/*
 * Reverses the diff. LP_NOT_APPLYING for a copied file, whose contents are not in the diff.
 */
struct lp_error *diff_reverse(struct diff *diff);

/* Sets *copy to a reversed copy of the file's part; to be cleared by diff_file_clear(). */
struct lp_error *diff_file_reversed(const struct diff *diff, const struct diff_file *file,
				    struct diff_file *copy);

void diff_file_clear(struct diff_file *file);

/* Writes the file's part as a unified diff with -p1 names, without renaming anything. */
void diff_write_file(const struct diff_file *file, FILE *out);

/* The same in git's format, with changes of the name. */
void diff_write_file_git(const struct diff_file *file, FILE *out);

#endif
