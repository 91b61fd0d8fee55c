/* SPDX-License-Identifier: GPL-2.0 */
/* Is the running text what an update expects? */
#ifndef LPATCH_VERIFY_H
#define LPATCH_VERIFY_H

#include "redirect.h"

/*
 * Compares every function of the plan with what it must hold, our own jumps
 * included, and looks for kprobes that the redirect would break. Returns 0, or
 * a negative errno value with cause and place in the entry's report. Call
 * under kprobe_mutex and text_mutex.
 */
int lpatch_verify(const struct lpatch_plan *plan);

#endif
