/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What does an attempt change? A plan is the sites (site.h) that one attempt is about to
 * redirect.
 *
 * All functions are called with the core's lock held.
 */
#ifndef LPATCH_REDIRECT_H
#define LPATCH_REDIRECT_H

#include "site.h"
#include "text.h"
#include "transition.h"
#include "update.h"

/* One site of a plan. */
struct lpatch_change {
	const struct lpatch_func *func; /* what an update says about the old function */
	struct lpatch_layer *incoming;  /* the new replacement; NULL: there are only fewer */
	struct lpatch_site *site;
	unsigned long target;           /* where calls are to go; 0: into the old function */
	struct lpatch_text_write write; /* for LPATCH_REDIRECT_JUMP */
};

struct lpatch_plan {
	const struct lpatch_transition *transition;
	struct lpatch_change *changes;
	u32 nr_changes;
	struct lpatch_aliases aliases; /* of the text that is about to be written */
};

/*
 * Makes the plan for the functions of all steps, with everything that
 * allocates or may fail; nothing is redirected. Returns 0, or a negative errno
 * value with the cause in the transition's report. Either way lpatch_plan_finish()
 * must follow. May sleep.
 */
int lpatch_plan_make(struct lpatch_plan *plan, const struct lpatch_transition *transition);

/*
 * Works out the bytes to be written, from what the text holds now. Call under
 * text_mutex, after the text has been verified. Returns as lpatch_plan_make().
 */
int lpatch_plan_bytes(struct lpatch_plan *plan);

/*
 * Makes the text writable, from shortly before the machine is stopped to shortly after.
 * Returns as lpatch_plan_make(). Both may sleep, also under text_mutex.
 */
int lpatch_plan_map(struct lpatch_plan *plan);
void lpatch_plan_unmap(struct lpatch_plan *plan);

/*
 * Redirects every function of the plan, or none; this CPU may run them then. Call while the
 * machine is stopped. Returns NULL, or the change that failed because other code has written its
 * text meanwhile.
 */
const struct lpatch_change *lpatch_plan_switch(struct lpatch_plan *plan);

/* Keeps or drops the sites, as the attempt turned out, and frees the plan. May sleep. */
void lpatch_plan_finish(struct lpatch_plan *plan, bool done);

/*
 * Forgets the redirects of a part whose functions are not called any more:
 * their text is about to be freed, and stays as it is. May sleep.
 */
void lpatch_layers_drop(struct lpatch_part *part);

#endif
