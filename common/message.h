/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one place that defines the format of messages.
 *
 *	lpatch-apply: SENTENCE
 *	  HINT
 *
 * Errors, warnings, progress and explanations go to standard error; standard
 * output is for results, with --json for JSON only. In a message, control
 * characters and bytes that are not UTF-8 become '?'; its second and further
 * lines are indented.
 */
#ifndef LPATCH_COMMON_MESSAGE_H
#define LPATCH_COMMON_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "common/error.h"

struct text_list;

/* How many warnings of one kind are printed; of the others only the number is. */
#define MESSAGE_OF_A_KIND 20

/* A verbosity that leaves only errors: no warnings, no explanations. */
#define MESSAGE_SILENT (-2)

/* How much a program prints; one per process, owned by main() and passed down. */
struct message_sink {
	const char *program;   /* "lpatch-apply" */
	int verbosity;         /* -1 quiet, 0 normal, 1 verbose, or MESSAGE_SILENT */
	struct timespec start; /* when the first step started; set by message_progress() */
	bool progress_shown;   /* the terminal shows a progress line */
	struct message_step {
		char *text;
		double begin; /* seconds after `start` */
	} * steps;            /* with -v: those that message_progress() was called for */
	size_t nr_steps;
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

/* Says that there are `count` more warnings of a kind; `title` names it, "new variables". */
void message_warning_more(struct message_sink *sink, const char *title, size_t count);

/*
 * A step of the work, as it starts. On a terminal each replaces the one before
 * it, and is cut to the terminal's width; elsewhere, and where TERM says that
 * the terminal can't do that, each is a line. With -v it has the seconds since
 * the first step. Nothing with -q.
 */
void message_progress(struct message_sink *sink, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The same, while the step goes on: how far it is. */
void message_progress_within(struct message_sink *sink, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The end of the last step. With -v, says how long each step took, and releases the list. */
void message_steps_end(struct message_sink *sink);

/* Erases the progress line; call before writing a result. */
void message_progress_done(struct message_sink *sink);

/* An explanation that an option of its own asks for: shown with -q, too. */
void message_explain(struct message_sink *sink, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* An explanation, shown with -v only. */
void message_verbose(struct message_sink *sink, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
