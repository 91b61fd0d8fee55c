/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SIGINT, SIGTERM and SIGHUP while the kernel is being changed: they are
 * blocked, and checked only where it is safe to stop, between two tries.
 */
#ifndef LPATCH_APPLY_INTERRUPTS_H
#define LPATCH_APPLY_INTERRUPTS_H

#include <stdbool.h>

/*
 * From here on these signals wait until interrupts_pause() looks for them, and
 * SIGPIPE is ignored: a reader that ends must not stop the work half-way.
 */
void interrupts_hold(void);

/* Waits for that many milliseconds; returns true at once if one of the signals arrives. */
bool interrupts_pause(unsigned int milliseconds);

#endif
