/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Is a CPU that was taken offline parked in what an attempt changes?
 *
 * Such a CPU takes no part in a stop, and its idle task is on no run queue and
 * on no list. It stays in the function that it was parked in, runs a few
 * instructions of it after an NMI or a machine check, and goes on waiting.
 */
#ifndef LPATCH_PARKED_H
#define LPATCH_PARKED_H

#include <linux/types.h>

struct lpatch_report;
struct lpatch_ranges;

struct lpatch_parked {
	const char *parks;    /* a changed function in which CPUs are parked, or NULL */
	bool found;           /* the rest is about the first CPU that blocks the attempt */
	unsigned int cpu;     /* its number */
	const char *function; /* that it may be in; NULL: the one at `hit` */
	unsigned long hit;    /* an address of it on the stack of the CPU's idle task */
};

/* Notes that the attempt changes that function, one of vmlinux by its name. */
void lpatch_parked_add(struct lpatch_parked *parked, const char *function);

/*
 * Looks at all CPUs that are offline and have been online before. Call with
 * cpus_read_lock() held: what is found stays so until that is released. The
 * ranges are those of the check. If one of the CPUs may be inside, `found` is set.
 */
void lpatch_parked_check(struct lpatch_parked *parked, const struct lpatch_ranges *ranges);

/* Names the CPU that blocks the attempt, if there is one. */
void lpatch_parked_report(const struct lpatch_parked *parked, struct lpatch_report *report);

#endif
