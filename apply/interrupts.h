/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SIGINT, SIGTERM and SIGHUP while the kernel is being changed: they are kept
 * waiting and looked at only where stopping is clean, between two tries.
 */
#ifndef LPATCH_APPLY_INTERRUPTS_H
#define LPATCH_APPLY_INTERRUPTS_H

#include <stdbool.h>

/*
 * From here on these signals wait until interrupts_pause() looks for them, and
 * SIGPIPE is ignored: a reader that goes away must not stop the work half-way.
 */
void interrupts_hold(void);

/* Waits so many milliseconds; true, at once, if one of the signals came. */
bool interrupts_pause(unsigned int milliseconds);

#endif
