/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A part that stays in the kernel although the module that it is for goes, since
 * something holds the part's own module.
 */
#ifndef LPATCH_ORPHAN_H
#define LPATCH_ORPHAN_H

struct lpatch_part;

/*
 * Cuts what refers from the part into its target, so that the part can be unloaded
 * when the target's memory is gone; where that fails, the part can never be unloaded,
 * and the log says so. The part is out of force, no task runs the target's text, and
 * the part has no target from now on. With the core's lock held.
 */
void lpatch_orphan(struct lpatch_part *part);

#endif
