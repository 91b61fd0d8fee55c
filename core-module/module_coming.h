/* SPDX-License-Identifier: GPL-2.0 */
/* The parts of a module that comes, which are there before its init runs. */
#ifndef LPATCH_MODULE_COMING_H
#define LPATCH_MODULE_COMING_H

struct lpatch_target;

/*
 * Loads and applies the parts that the updates in force have for the module. From the task that
 * loads it, before its init, holding no lock. Returns 0, or a negative errno value with the
 * reason in the log: the module would run without an update. Sleeps; the core's lock, what holds
 * an old part and what keeps a new one from being applied are each waited for with an end.
 */
int lpatch_module_coming(struct lpatch_target *target);

#endif
