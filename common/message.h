/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one place that knows how a message to a person looks.
 *
 *	lpatch-apply: SENTENCE
 *	  HINT
 *
 * Errors, warnings, progress and explanations go to standard error; standard
 * output is for results, and with --json for nothing but JSON. Control
 * characters and bytes that are not UTF-8 become '?' in a message; its second and
 * further lines are indented.
 */
#ifndef LPATCH_COMMON_MESSAGE_H
#define LPATCH_COMMON_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "common/error.h"

struct text_list;

/* How many warnings of one kind are said; of the others only the count is. */
#define MESSAGE_OF_A_KIND 20

/* How much a program says; one per process, owned by main() and handed down. */
struct message_sink {
	const char *program;   /* "lpatch-apply" */
	int verbosity;         /* -1 quiet, 0 normal, 1 verbose */
	struct timespec start; /* when the first step began; set by message_progress() */
	bool progress_shown;   /* a progress line stands on the terminal */
};

/* Prints the error and its hint; returns its exit status and frees it. NULL gives LP_DONE. */
int message_error(struct message_sink *sink, struct lp_error *error);

void message_warning(struct message_sink *sink, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Warnings of one kind, each a whole sentence: at most MESSAGE_OF_A_KIND, then
 * message_warning_more(); with -v all.
 */
void message_warnings(struct message_sink *sink, const char *title,
		      const struct text_list *warnings);

/* That there are `count` more warnings of a kind; `title` says what it is, "new variables". */
void message_warning_more(struct message_sink *sink, const char *title, size_t count);

/*
 * A step of the work, as it begins. On a terminal each replaces the one before
 * it, and is cut to the terminal's width; elsewhere, and where TERM says that
 * the terminal can't do that, each is a line. With -v it says how many seconds
 * after the first step it began. Nothing with -q.
 */
void message_progress(struct message_sink *sink, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Takes the progress line off the terminal; call before writing a result. */
void message_progress_done(struct message_sink *sink);

/* An explanation, shown with -v only. */
void message_verbose(struct message_sink *sink, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
