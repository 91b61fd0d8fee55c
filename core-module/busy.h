/* SPDX-License-Identifier: GPL-2.0 */
/* The tasks that block an attempt, for its report. */
#ifndef LPATCH_BUSY_H
#define LPATCH_BUSY_H

#include <linux/atomic.h>
#include <linux/sched.h>

#include "update.h"

#define LPATCH_STACK_DEPTH 128 /* frames of a stack; deeper ones are scanned word by word */
#define LPATCH_BUSY_TASKS  8   /* busy tasks that are named */

/* A stack as an unwinder tells it, the innermost frame first. */
struct lpatch_frames {
	unsigned int depth;
	unsigned long at[LPATCH_STACK_DEPTH];
};

struct lpatch_busy_task {
	char comm[TASK_COMM_LEN];
	pid_t pid;
	const char *why; /* "": `hit` is inside a range */
	unsigned long hit;
	struct lpatch_frames frames;
};

struct lpatch_busy {
	struct lpatch_busy_task *tasks;
	atomic_t nr; /* may be more than LPATCH_BUSY_TASKS */
};

/* Returns 0 or -ENOMEM; lpatch_busy_free() either way. */
int lpatch_busy_init(struct lpatch_busy *busy);
void lpatch_busy_free(struct lpatch_busy *busy);

/* True if there are any. */
bool lpatch_busy_any(const struct lpatch_busy *busy);

/*
 * Adds a task, or something else that blocks the attempt for the reason `why` (`task` is NULL
 * then). From any context. Returns the place to describe it; NULL when all are taken.
 */
struct lpatch_busy_task *lpatch_busy_add(struct lpatch_busy *busy, struct task_struct *task,
					 const char *why, unsigned long hit);

/* Names the busy tasks in the entry's report, with their stacks. */
void lpatch_busy_report(const struct lpatch_busy *busy, struct lpatch_entry *entry);

#endif
