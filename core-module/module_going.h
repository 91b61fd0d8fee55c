/* SPDX-License-Identifier: GPL-2.0 */
/* The parts of a module that goes, which are gone before its memory is. */
#ifndef LPATCH_MODULE_GOING_H
#define LPATCH_MODULE_GOING_H

struct lpatch_target;

/*
 * Takes all parts of the module out of the kernel, those in force without a stop: no task runs
 * the module's text any more. What can't be unloaded in time is left behind, with a line in the
 * log. Sleeps; waits for an attempt that is under way. Holding no lock.
 */
void lpatch_module_going(struct lpatch_target *target);

#endif
