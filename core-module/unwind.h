/* SPDX-License-Identifier: GPL-2.0 */
/* Is one task inside a range? */
#ifndef LPATCH_UNWIND_H
#define LPATCH_UNWIND_H

#include "busy.h"
#include "ranges.h"

struct lpatch_unwind {
	const struct lpatch_ranges *ranges;
	struct lpatch_busy *busy;
	/*
	 * Scan tasks that are ready to run word by word as well: an ftrace
	 * handler may have noted an address of the ranges where it is no
	 * return address yet.
	 */
	bool scan_ready;
};

/*
 * Looks at the stack of a task that is on no CPU and can't come to one, and names it if it
 * may be inside a range. `frames` is for the unwinder to work in. From any context. The time is
 * that of one unwinding, or of a scan of a whole stack (THREAD_SIZE).
 */
void lpatch_unwind_task(const struct lpatch_unwind *unwind, struct task_struct *task,
			struct lpatch_frames *frames);

/* Likewise for the caller itself, word by word. */
void lpatch_unwind_self(const struct lpatch_unwind *unwind);

#endif
