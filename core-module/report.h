/* SPDX-License-Identifier: GPL-2.0 */
/* What blocked the last attempt, as text for `conflicts`. */
#ifndef LPATCH_REPORT_H
#define LPATCH_REPORT_H

#include <linux/types.h>

#include "lpatch_abi.h"

struct seq_file;

/* Whoever reads or changes the text holds a lock of report.c; `cause` can be read without. */
struct lpatch_report {
	enum lpatch_cause cause;
	bool clipped;  /* there was more to say than fits */
	size_t length; /* bytes of text */
	char *text;    /* NULL: nothing to say, or no memory to say it */
};

/* Forgets all that was said; the cause is "none" again. */
void lpatch_report_clear(struct lpatch_report *report);

/*
 * Notes why the attempt fails; the first cause stays. Returns the errno value
 * (negative) that goes with the cause, so that a caller can write
 * `return lpatch_report_cause(report, LPATCH_CAUSE_NO_MEMORY);`.
 */
int lpatch_report_cause(struct lpatch_report *report, enum lpatch_cause cause);

/* Adds text. What is over 64 KiB is left out, and the last line says so. May sleep. */
void lpatch_report_add(struct lpatch_report *report, const char *format, ...) __printf(2, 3);

/* Puts the text into the log, as errors. */
void lpatch_report_log(const struct lpatch_report *report);

/* Prints the text. Doesn't wait for an attempt: during one it is what has been said so far. */
int lpatch_report_show(const struct lpatch_report *report, struct seq_file *seq);

#endif
