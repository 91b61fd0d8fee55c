/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who is on a stack? A check looks for tasks that are inside one of its
 * ranges of text: all that can be done early is done while the machine runs
 * (lpatch_stack_before), the rest while it is stopped (lpatch_stack_stopped,
 * and lpatch_stack_self on each CPU).
 */
#ifndef LPATCH_STACK_H
#define LPATCH_STACK_H

#include <linux/atomic.h>
#include <linux/sched.h>

#include "ran.h"
#include "update.h"

#define LPATCH_STACK_DEPTH 128 /* frames of a stack; deeper ones are scanned word by word */
#define LPATCH_BUSY_TASKS  8   /* busy tasks that are named */
#define LPATCH_AGAIN       64  /* sleeping tasks with a stack that can't be unwound */

/* Addresses that may not stand on a stack, both ends included. */
struct lpatch_range {
	unsigned long first, last;
};

struct lpatch_busy {
	char comm[TASK_COMM_LEN];
	pid_t pid;
	const char *why; /* "": `hit` is inside a range */
	unsigned long hit;
	unsigned int depth; /* frames below */
	unsigned long frames[LPATCH_STACK_DEPTH];
};

struct lpatch_stack_check {
	struct lpatch_range *ranges; /* in order, apart from each other */
	unsigned int nr_ranges, room_ranges;
	/*
	 * Scan tasks that are ready to run word by word as well: an ftrace
	 * handler may have noted an address of the ranges where it is no
	 * return address yet.
	 */
	bool scan_ready;

	/* Early check: who must be checked again in the stop, besides `ran`. */
	bool checked_early;
	struct lpatch_ran ran;
	struct task_struct *again[LPATCH_AGAIN];
	unsigned int nr_again;

	struct lpatch_busy *busy;
	atomic_t nr_busy; /* may be more than LPATCH_BUSY_TASKS */

	unsigned int depth; /* of the stack unwound last */
	unsigned long frames[LPATCH_STACK_DEPTH];
	unsigned long nr_checked; /* stacks that were looked at while the machine was stopped */
};

/* Room for that many ranges. Returns 0 or -ENOMEM; lpatch_stack_free() either way. */
int lpatch_stack_init(struct lpatch_stack_check *check, unsigned int nr_ranges);
void lpatch_stack_free(struct lpatch_stack_check *check);

/* Addresses that count as inside: from `first` to `last`, both included. */
void lpatch_stack_add(struct lpatch_stack_check *check, unsigned long first, unsigned long last);

/* Puts the ranges in order; after the last lpatch_stack_add(). */
void lpatch_stack_sort(struct lpatch_stack_check *check);

/* Checks what can be checked while the machine runs. False: somebody is inside. May sleep. */
bool lpatch_stack_before(struct lpatch_stack_check *check);

/* Checks the rest; the machine is stopped. False: somebody is inside. */
bool lpatch_stack_stopped(struct lpatch_stack_check *check);

/* Checks the stack of the calling CPU's stopper. False: it is inside. */
bool lpatch_stack_self(struct lpatch_stack_check *check);

/* Names the busy tasks in the entry's report, with their stacks. */
void lpatch_stack_report(const struct lpatch_stack_check *check, struct lpatch_entry *entry);

#endif
