/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The input that may be a patch: files, packed or not, mailboxes, quilt series, standard input. */
#ifndef LPATCH_CREATE_DIFF_INPUT_H
#define LPATCH_CREATE_DIFF_INPUT_H

#include <stdbool.h>

#include "common/error.h"

/* One text: a file, or one message of a mailbox. */
struct input {
	const char
		*name; /* for messages: the file's, and of a mailbox with several the message's */
	char *text;    /* may be written to; without NUL bytes */
	int level;     /* leading directories of its names by a series, or -1 */
	bool is_reversed; /* a series says that it is applied in reverse */
};

/* Receives each text, in the order of application. */
typedef struct lp_error *input_taker(void *context, const struct input *input);

/*
 * Reads what a user calls `name`: "-" is standard input; a directory is one with a quilt series
 * (series, patches/series or debian/patches/series in it); a file named "series" is one, too, and
 * one named series… that has no line of a diff.
 * Everything else is a file, which may be packed by gzip, xz, zstd or bzip2, and is one text, or
 * the messages of a mailbox.
 * LP_USAGE for what can't be read, LP_NOT_APPLYING for what is no text, LP_NOTHING_TO_PATCH for a
 * series without patches, and the errors of `taker`.
 */
struct lp_error *input_read(const char *name, input_taker *taker, void *context);

#endif
