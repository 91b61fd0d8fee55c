/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Places at which a test makes the core fail. In every other build there are
 * none: lpatch_fault() is false, and the compiler leaves nothing of it.
 */
#ifndef LPATCH_FAULT_H
#define LPATCH_FAULT_H

#include <linux/types.h>

#ifdef LPATCH_FAULTS
/* True if the step is to fail now; `what` names it in the log. May be called with the machine
 * stopped.
 */
bool lpatch_fault(const char *what);

/* Says what the core leaves behind. */
void lpatch_fault_end(void);
#else
static inline bool lpatch_fault(const char *what)
{
	return false;
}

static inline void lpatch_fault_end(void)
{
}
#endif

#endif
