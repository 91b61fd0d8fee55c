/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The redirect through ftrace: for a function with a fentry slot whose next
 * bytes can't take a jump. Slower (every call goes through ftrace's saved
 * registers), and it needs kernel.ftrace_enabled=1.
 */
#ifndef LPATCH_FTRACE_H
#define LPATCH_FTRACE_H

#include <linux/types.h>

struct lpatch_ftrace;

/*
 * Attaches to the function at `addr`; calls go on into it until a target is
 * set. Returns an ERR_PTR: -EBUSY when something else redirects the function
 * or ftrace is switched off, -ENOMEM, -EOPNOTSUPP without ftrace in the
 * kernel. May sleep.
 */
struct lpatch_ftrace *lpatch_ftrace_attach(unsigned long addr);

/* Where calls go from now on; 0: into the function. Takes effect at once. */
void lpatch_ftrace_set_target(struct lpatch_ftrace *ftrace, unsigned long target);

/* Detaches, and waits until no task is in the handler. NULL is fine. May sleep. */
void lpatch_ftrace_detach(struct lpatch_ftrace *ftrace);

/*
 * One of the `nr` fentry slots whose function another user of ftrace redirects:
 * another live patch; or 0. Sorts them. One walk for all. May sleep.
 */
unsigned long lpatch_ftrace_taken(unsigned long *fentries, u32 nr);

#endif
